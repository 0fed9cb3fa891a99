"""The weights of the regression on the measurements of meaning.py, as benchmarks/verify_scifact.py --fit finds them."""

from __future__ import annotations

BIAS = -1.862
WEIGHTS: dict[str, float] = {
    "near": 0.744,
    "alike": 4.502,
    "names_missing": -0.451,
    "numbers_missing": -0.371,
    "opposite": -11.889,
    "turned": -2.744,
    "claimed": -2.226,
}
