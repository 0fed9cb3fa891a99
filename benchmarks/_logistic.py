"""Logistic regression with a ridge, for the benchmarks that fit weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STEPS = 50


@dataclass(frozen=True, slots=True)
class Model:
    """What was fitted to standardised measurements."""

    mean: Array
    spread: Array
    weights: Array  # (features + 1,), the bias last

    def log_odds(self, measures: Array) -> Array:
        """Return the log odds (n,) of measurements (n, features)."""
        return _design(measures, self.mean, self.spread) @ self.weights

    def chances(self, measures: Array) -> Array:
        """Return the probabilities (n,) of measurements (n, features)."""
        return _chances(self.log_odds(measures))

    def plain(self) -> tuple[Array, float]:
        """Return the weights and the bias for measurements as they are."""
        weights = self.weights[:-1] / self.spread
        return weights, float(self.weights[-1] - weights @ self.mean)


def fit(measures: Array, right: Array, *, ridge: float, weigh: Array | float = 1.0) -> Model:
    """Fit by Newton's method which of the measurements (n, features) are `right` (n,); `weigh` (n,) says how much each
    counts."""
    mean, spread = measures.mean(axis=0), measures.std(axis=0) + 1e-9
    design = _design(measures, mean, spread)
    penalty = np.diag([ridge] * measures.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chances = _chances(design @ weights)
        slope = design.T @ (weigh * (chances - right)) + penalty @ weights
        curve = (design.T * (weigh * chances * (1 - chances))) @ design + penalty
        weights -= np.linalg.solve(curve, slope)
    return Model(mean, spread, weights)


def _design(measures: Array, mean: Array, spread: Array) -> Array:
    return np.c_[(measures - mean) / spread, np.ones(len(measures))]


def _chances(log_odds: Array) -> Array:
    return 1 / (1 + np.exp(-log_odds))
