"""The weights of the regression on the measurements of meaning.py, as benchmarks/verify_scifact.py --fit finds them."""

from __future__ import annotations

BIAS = -1.961
WEIGHTS: dict[str, float] = {
    "near": 0.749,
    "alike": 4.505,
    "names_missing": -0.450,
    "numbers_missing": -0.417,
    "opposite": -11.989,
    "turned": -2.603,
    "claimed": -2.245,
}
