"""The weights of the regression on the measurements of meaning.py, as benchmarks/verify_scifact.py --fit finds them."""

from __future__ import annotations

BIAS = -2.051
WEIGHTS: dict[str, float] = {
    "near": 0.307,
    "alike": 2.458,
    "alike_next": 2.550,
    "names_missing": -0.394,
    "numbers_missing": -0.335,
    "same": 0.072,
    "opposite": -11.520,
    "turned": -3.563,
    "denied": -0.433,
    "claimed": -2.749,
}
