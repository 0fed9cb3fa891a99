"""Two runs of the same questions -> what changed, by measure and by question. Knows no file and no table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.errors import UsageError
from assistant.evaluation.figures import ALL, KINDS, LOWER_IS_BETTER, bootstrap
from assistant.evaluation.runs import Result

Direction = Literal["better", "worse", "mixed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean change of a measure over n questions that both runs asked, with its 95 % interval.

    `better` and `worse` count the questions that changed; `p` is the chance of a split as uneven as theirs between two
    runs that are equally good.
    """

    kind: str
    measure: str
    change: float
    low: float
    high: float
    n: int
    better: int
    worse: int
    p: float


@dataclass(frozen=True, slots=True)
class Changed:
    """A question whose scores changed: by measure, before and after."""

    id: str
    type: str
    question: str
    direction: Direction
    scores: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another over the n questions of both. Seconds are medians over those questions."""

    n: int
    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...]
    p50_before: float
    p50_after: float


def compare(before: Sequence[Result], after: Sequence[Result]) -> Comparison:
    """Compare two runs question by question; raise UsageError where they have none in common."""
    earlier = {(result.id, result.question): result for result in before}
    pairs = [(earlier[key], result) for result in after if (key := (result.id, result.question)) in earlier]
    if not pairs:
        raise UsageError("The two runs have no question in common.", "Compare runs of the same question sets.")
    kinds = dict.fromkeys((*KINDS, *(result.type for result in after)))
    differences = [each for kind in kinds for each in _differences(kind, [p for p in pairs if p[1].type == kind])]
    return Comparison(
        n=len(pairs),
        differences=(*differences, *_differences(ALL, pairs)),
        changed=tuple(changed for pair in pairs if (changed := _changed(*pair))),
        p50_before=float(np.median([one.seconds for one, _ in pairs])),
        p50_after=float(np.median([two.seconds for _, two in pairs])),
    )


def _differences(kind: str, pairs: Sequence[tuple[Result, Result]]) -> list[Difference]:
    measures = dict.fromkeys(name for one, two in pairs for name in two.scores if name in one.scores)
    return [_difference(kind, name, pairs) for name in measures]


def _difference(kind: str, measure: str, pairs: Sequence[tuple[Result, Result]]) -> Difference:
    """Compare by the exact sign test, which for zeros and ones is McNemar's, and by bootstrap over the questions."""
    from scipy.stats import binomtest

    both = [pair for pair in pairs if all(measure in result.scores for result in pair)]
    changes = np.array([two.scores[measure] - one.scores[measure] for one, two in both])
    low, high = bootstrap(changes.tolist())
    sign = -1 if measure in LOWER_IS_BETTER else 1
    better, worse = int((sign * changes > 0).sum()), int((sign * changes < 0).sum())
    p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    return Difference(kind, measure, float(changes.mean()), low, high, len(changes), better, worse, p)


def _changed(before: Result, after: Result) -> Changed | None:
    scores = {
        name: (before.scores[name], value)
        for name, value in after.scores.items()
        if name in before.scores and before.scores[name] != value
    }
    if not scores:
        return None
    gains = {(two > one) != (name in LOWER_IS_BETTER) for name, (one, two) in scores.items()}
    direction: Direction = "mixed" if len(gains) > 1 else "better" if gains == {True} else "worse"
    return Changed(after.id, after.type, after.question, direction, scores)
