"""Rows of tables, read with what stands above them: the caption, the column heads, the row that opens their group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answering.candidates import Asked, Candidate, coverage
from assistant.answering.expected import NUMBER
from assistant.words import content, fold, words


def row_share(candidate: Candidate, asked: Asked) -> float:
    """Return how much of a question, by weight, a row says together with its heads: it one of the things asked, they
    another. 0 for what is no row, has no figure, or says none."""
    if not candidate.features["table"] or not NUMBER.search(candidate.text):
        return 0.0
    heads = _heads(candidate.hit.chunk.chunk.context.partition(" · ")[2], asked.names)
    row = content(f"{_group(candidate)} {candidate.text}")
    if not row & asked.terms or not heads & (asked.terms - row):
        return 0.0
    return coverage(asked, row | heads)


def row_before_others(candidate: Candidate, asked: Asked) -> float:
    """Return how much more of a question, by weight, a row says than any other row of its table; below 0 where another
    says more, 0 for what is no row or has no figure."""
    if not candidate.features["table"] or not NUMBER.search(candidate.text):
        return 0.0
    rows = [row for row in candidate.hit.sentences if NUMBER.search(row.text)]
    others = (coverage(asked, content(row.text)) for row in rows if row.sentence != candidate.sentence.sentence)
    return coverage(asked, content(candidate.text)) - max(others, default=0.0)


def is_under_its_name(candidate: Candidate, asked: Asked) -> bool:
    """Tell whether a row stands in the group of the system asked about."""
    return f" {asked.systems.get(candidate.paper_id, '')} " in f" {fold(_group(candidate))} "


def _heads(text: str, names: Sequence[str]) -> frozenset[str]:
    """Return the stems of a table's caption and column heads, with those of names that stand there in a short form."""
    heads = content(text)
    tokens = {word.text.casefold() for word in words(text)}
    for name in names:
        parts = fold(name).split()
        if len(parts) > 1 and {"".join(part[0] for part in parts), "".join(parts)} & tokens:
            heads |= content(name)
    return heads


def _group(candidate: Candidate) -> str:
    """Return the row above that stands for a group of rows: one without figures that is not the column heads."""
    column_heads = fold(candidate.hit.chunk.chunk.context.rpartition(" · ")[2])
    for row in reversed(list(_rows_before(candidate))):
        if not NUMBER.search(row):
            return "" if fold(row) == column_heads else row
    return ""


def _rows_before(candidate: Candidate) -> Iterator[str]:
    for sentence in candidate.hit.sentences:
        if sentence.sentence.start >= candidate.sentence.sentence.start:
            return
        yield sentence.text
