"""Whether two papers contradict each other: two figures for the same thing, measured the same way, that differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from assistant.types import Cell
from assistant.verdicts.amounts import same_amount
from assistant.verdicts.numbers import Number, numbers
from assistant.words import content, fold, names

METRIC = re.compile(
    r"\b(?:accuracy|precision|recall|f1|bleu|rouge(?:-\w+)?|perplexity|error(?: rate)?|auc|map|mrr|ndcg(?:@\d+)?|"
    r"hit rate|exact match|em|wer|latency|throughput|parameters|tokens|layers|heads|speed-?up|memory|score)\b",
    re.I,
)
NEAR = 60  # characters between a figure and the metric it is of


def disagreement(cells: Sequence[Cell], papers: Sequence[str]) -> str:
    """Return a sentence on the first two cells that contradict each other, else nothing.

    Two figures do only when both cells have one figure with that unit and metric, and name the same system and data: at
    least two names in common, and none beside a figure that the other lacks. All else stands side by side.
    """
    for (left, one), (right, other) in combinations(zip(cells, papers, strict=True), 2):
        if (apart := _apart(left.text, right.text)) is not None:
            said, found = apart
            return f"They disagree: {one} has {said.written}, {other} has {found.written}."
    return ""


def _apart(left: str, right: str) -> tuple[Number, Number] | None:
    common = {fold(name) for name in names(f"x {left}")} & {fold(name) for name in names(f"x {right}")}
    if len(common) < 2 or len(content(left) & content(right)) < 0.5 * min(len(content(left)), len(content(right))):
        return None
    for metric in {match[0].casefold() for match in METRIC.finditer(left)}:
        said, found = _figures(left, metric), _figures(right, metric)
        if len(said) == len(found) == 1 and said[0].unit == found[0].unit and not _same(said[0], found[0]):
            return said[0], found[0]
    return None


def _same(said: Number, found: Number) -> bool:
    return same_amount(said, found) or same_amount(found, said)


def _figures(text: str, metric: str) -> list[Number]:
    places = [match.start() for match in re.finditer(rf"\b{re.escape(metric)}\b", text, re.I)]
    return [
        number
        for number in numbers(text)
        if not number.loose and not number.is_year and any(abs(number.start - place) <= NEAR for place in places)
    ]
