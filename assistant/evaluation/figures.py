"""Results -> figures by kind of question, each with n and its 95 % interval. Knows no file and no page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from assistant.evaluation.runs import Result

RESAMPLES = 2_000
FEW = 30  # questions
Z95 = 1.959964  # the normal quantile of a two-sided 95 %
ALL = "all"
KINDS = ("fact", "find", "list", "meta", "compare", "summary", "followup", "unanswerable")
LOWER_IS_BETTER = frozenset({"false_abstain"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean of n scores from 0 to 1, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one kind of question: by measure, and the quantiles of the seconds."""

    n: int
    failed: int
    measures: dict[str, Figure]
    p50: float
    p95: float


def figures(results: Sequence[Result]) -> dict[str, Figures]:
    """Return the figures of each kind that was asked, and of all."""
    kinds = dict.fromkeys((*KINDS, *(result.type for result in results)))
    found = {kind: _figures([result for result in results if result.type == kind]) for kind in kinds}
    return {kind: each for kind, each in found.items() if each.n} | {ALL: _figures(results)}


def _figures(results: Sequence[Result]) -> Figures:
    names = dict.fromkeys(name for result in results for name in result.scores)
    seconds = [result.seconds for result in results]
    return Figures(
        n=len(results),
        failed=sum(bool(result.error) for result in results),
        measures={name: mean(result.scores[name] for result in results if name in result.scores) for name in names},
        p50=quantile(seconds, 0.5),
        p95=quantile(seconds, 0.95),
    )


def mean(values: Iterable[float]) -> Figure:
    """Return the mean of scores from 0 to 1 with its 95 % interval: Wilson's (1927) for scores of 0 and 1.

    For others, such as shares, it is by bootstrap; for fewer than FEW of them Wilson's, which is wider than need be, as
    nothing between 0 and 1 varies as much as zeros and ones do.
    """
    scores = list(values)
    graded = len(scores) >= FEW and not set(scores) <= {0.0, 1.0}
    low, high = bootstrap(scores) if graded else wilson(scores)
    return Figure(fmean(scores), low, high, len(scores))


def wilson(scores: Sequence[float]) -> tuple[float, float]:
    """Return Wilson's interval of a share."""
    n, p = len(scores), fmean(scores)
    middle = p + Z95**2 / (2 * n)
    spread = Z95 * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
    scale = 1 + Z95**2 / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % percentile interval of a mean over RESAMPLES resamples with a fixed seed."""
    drawn = np.random.default_rng(0).choice(values, (RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values lies, one of the values themselves; 0 without any."""
    ordered = sorted(values)
    return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0
