"""Papers compared aspect by aspect: each cell quotes its own paper, or says that the paper does not say.

Without a language model. Knows nothing of how what a paper says is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering.candidates import Candidate
from assistant.answering.cells import kernel, said_on
from assistant.answering.disagreement import disagreement
from assistant.answering.writing import Draft, Span, trimmed
from assistant.planning_names import called
from assistant.types import APART, Aspect, Cell, Citation, Column, Evidence, Plan, Row, Table
from assistant.words import content, listed
from vectorstore.embedding import TokenEncoder
from vectorstore.records import Paper

ROOM = 1450  # characters of text, beside the table
ROOM_OF_FOLLOW_UP = 440
ROOM_OF_A_CELL = 260  # where a table is all that is shown
LEAST, MOST = 120, 420  # characters of one quote in a cell
MOST_QUOTES = 3  # in a cell, where few cells share the room
CLOSE = 4.0  # below the best sentence's score, a further one may still be quoted beside it
ALIKE = 0.8  # share of words two sentences may have in common before the second says nothing new

_Found = Mapping[tuple[str, str], Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a cell stands, what is quoted in it, and whether the text tells of it: not what an earlier turn told."""

    paper: Paper
    aspect: Aspect
    told: bool
    spans: tuple[Span, ...] = ()


def compare(
    plan: Plan, evidence: Evidence, papers: Mapping[str, Paper], draft: Draft, encoder: TokenEncoder | None
) -> Table:
    """Write a comparison into a draft, and return its table; nothing is written where no paper says what is asked."""
    compared = [papers[paper_id] for paper_id in dict.fromkeys(paper_id for paper_id, _ in evidence.by_aspect)]
    found = {
        (paper.paper_id, aspect.name): said_on(aspect, paper, plan, evidence, encoder)
        for paper in compared
        for aspect in plan.aspects
    }
    aspects = [
        aspect
        for aspect in plan.aspects
        if not aspect.standing or any(found[paper.paper_id, aspect.name] for paper in compared)
    ]
    room = ROOM_OF_FOLLOW_UP if plan.carried else ROOM
    places = _filled(_places(plan, compared, aspects), found, room, draft)
    names = {paper.paper_id: called(paper, plan.names) for paper in compared}
    _tell(places, names, room, draft)
    rows = []
    for aspect in aspects:
        cells = tuple(_cell(place, draft) for place in places if place.aspect is aspect)
        rows.append(Row(aspect, cells, disagreement(cells, tuple(names.values()))))
    for row in rows:
        if row.remark:
            draft.say(row.remark)
    columns = tuple(Column(paper.paper_id, names[paper.paper_id], paper.title) for paper in compared)
    return Table(columns, tuple(rows))


def cell_of(
    aspect: Aspect, paper: Paper, plan: Plan, evidence: Evidence, draft: Draft, encoder: TokenEncoder | None
) -> Cell:
    """Cite what a paper says on an aspect, whatever else a table has; an empty cell when it does not say."""
    place = _Place(paper, aspect, told=True)
    spans = _quotes(place, said_on(aspect, paper, plan, evidence, encoder), ROOM_OF_A_CELL, draft)
    return _cell(replace(place, spans=spans), draft)


def emptied(table: Table) -> Table:
    """Return a table of which only papers and aspects are left, for a later question to go on with."""
    rows = (replace(row, cells=tuple(Cell() for _ in row.cells), remark="") for row in table.rows)
    return replace(table, rows=tuple(rows))


def sound_cells(table: Table, citations: Sequence[Citation]) -> Table:
    """Empty the cells that rest on citations which did not stand."""
    numbers = {citation.number for citation in citations}
    rows = (
        replace(row, cells=tuple(cell if numbers.issuperset(cell.citations) else Cell() for cell in row.cells))
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def renumbered(table: Table, citations: Sequence[Citation], after: int) -> tuple[Table, tuple[Citation, ...]]:
    """Return a table, and the citations that its cells have, with numbers from `after` + 1 on."""
    used = dict.fromkeys(number for row in table.rows for cell in row.cells for number in cell.citations)
    numbers = {number: place for place, number in enumerate(used, after + 1)}
    rows = (
        replace(
            row, cells=tuple(replace(cell, citations=tuple(numbers[n] for n in cell.citations)) for cell in row.cells)
        )
        for row in table.rows
    )
    cited = (replace(citation, number=numbers[citation.number]) for citation in citations if citation.number in used)
    return replace(table, rows=tuple(rows)), tuple(sorted(cited, key=lambda citation: citation.number))


def _places(plan: Plan, compared: Sequence[Paper], aspects: Sequence[Aspect]) -> list[_Place]:
    known: set[tuple[str, str]] = set()
    if plan.grows:
        known = {(column.paper_id, row.aspect.name) for column in plan.grows.columns for row in plan.grows.rows}
    places = [
        _Place(paper, aspect, (paper.paper_id, aspect.name) not in known) for aspect in aspects for paper in compared
    ]
    return places if any(place.told for place in places) else [replace(place, told=True) for place in places]


def _filled(places: Sequence[_Place], found: _Found, room: int, draft: Draft) -> list[_Place]:
    """Choose the quotes of each cell: one, and more where the cells that are told of leave room."""
    telling = sum(place.told and bool(found[place.paper.paper_id, place.aspect.name]) for place in places)
    share = max(room // max(1, telling) - 8, LEAST)
    return [
        replace(place, spans=_quotes(place, found[place.paper.paper_id, place.aspect.name], share, draft))
        for place in places
    ]


def _quotes(place: _Place, ranked: Sequence[Candidate], share: int, draft: Draft) -> tuple[Span, ...]:
    spans: list[Span] = []
    said: list[frozenset[str]] = []
    left = share
    for candidate in ranked[:8]:
        own = content(candidate.text)
        again = not own or any(len(own & other) >= ALIKE * min(len(own), len(other)) for other in said)
        close = candidate.score >= ranked[0].score - CLOSE
        if again or (spans and (not close or left < len(candidate.text) + 8 or len(spans) == MOST_QUOTES)):
            continue
        sentence = candidate.sentence.sentence
        text = draft.library.text(candidate.hit.chunk.text_id)
        keep = kernel(candidate, place.aspect.asked_of(place.paper.paper_id))
        start, end = trimmed(text, sentence.start, sentence.end, min(max(left, LEAST), MOST), keep)
        spans.append((candidate.hit.chunk, start, end))
        said.append(own)
        left -= end - start + 8
    return tuple(spans)


def _tell(places: Sequence[_Place], names: Mapping[str, str], room: int, draft: Draft) -> None:
    """Quote cell by cell, the best of each first, as far as there is room; then say what is not stated."""
    for depth in range(MOST_QUOTES):
        for place in places:
            if place.told and depth < len(place.spans):
                _, start, end = place.spans[depth]
                if not draft.statements or draft.length + end - start + 8 <= room:
                    draft.quote(*place.spans[depth])
    stated = {place.aspect.name for place in places if place.spans}
    gaps: dict[str, list[str]] = {}
    for place in places:
        if place.told and not place.aspect.standing and not place.spans:
            gaps.setdefault(place.aspect.name, []).append(names[place.paper.paper_id])
    for aspect, silent in gaps.items():
        told = f"Not stated by {listed(silent)}: {aspect}."
        if (draft.statements or aspect in stated) and draft.length + len(told) + 2 <= room:
            draft.say(told)


def _cell(place: _Place, draft: Draft) -> Cell:
    quoted = [draft.cite(*span) for span in place.spans]
    return Cell(APART.join(citation.quote for citation in quoted), tuple(citation.number for citation in quoted))
