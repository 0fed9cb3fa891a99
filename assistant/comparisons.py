"""Comparisons that a person puts together: of papers and aspects that are chosen, or asked for in words.

What the table before has is taken over; only what is new is looked for. Every cell quotes its paper; no model writes.
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant import planning
from assistant.answering.comparison import cell_of, sound_cells
from assistant.answering.disagreement import METRIC, disagreement
from assistant.answering.expected import without_references
from assistant.answering.writing import Draft
from assistant.errors import UsageError
from assistant.planning_aspects import STANDING, listed_aspects
from assistant.planning_names import called, short_name
from assistant.planning_tables import MOST_COMPARED
from assistant.retrieval import papers_to_compare, retrieve
from assistant.types import Answer, Aspect, Cell, Citation, Column, Coverage, Plan, Row, Statement, Step, Table, Turn
from assistant.verdicts.numbers import Number, numbers
from assistant.verdicts.units import factor_between
from assistant.verification import check_quotes
from assistant.words import content, counted, listed, names, words
from vectorstore.embedding import Embedder, token_encoder
from vectorstore.errors import PaperNotFound
from vectorstore.library import Library
from vectorstore.records import Paper

_CELLS = " | "  # what stands between the cells of a row
_ADDRESS = re.compile(r"\bhttps?://\S+")
_VERSION = re.compile(r"(?<=.)(?:\s|\b[vV])\d+(?:\.\d+)*$")
MOST_ASPECTS = 20  # rows of one table
_Key = tuple[str, str]  # a paper_id and the folded name of an aspect
_Found = dict[_Key, tuple[str, tuple[Citation, ...]]]  # the text of a cell with its footnotes


@dataclass(frozen=True, slots=True)
class Wanted:
    """The table that a person wants: its papers and aspects, the question that asks for it where it was put in words,
    and sentences on what was made of it. `whole` says that rows of which no paper speaks are shown too."""

    columns: tuple[Column, ...]
    aspects: tuple[Aspect, ...]
    question: str = ""
    notices: tuple[str, ...] = ()
    whole: bool = True


def chosen(paper_ids: Sequence[str], on: Sequence[str], before: Table | None, library: Library) -> Wanted:
    """Return the table of chosen papers and aspects; with no aspects, that of the parts every paper has.

    A paper of the table before that is not in the library any more is kept as it stands there.
    """
    columns = [_column(paper_id, before, library) for paper_id in paper_ids]
    unique = {column.paper_id: column for column in columns}
    twice = dict.fromkeys(column.name for column in columns if columns.count(column) > 1)
    notices = (f"{listed([f'“{name}”' for name in twice])} was chosen twice and stands here once.",) if twice else ()
    known = {aspect.name.casefold(): aspect for aspect in STANDING}
    known |= {row.aspect.name.casefold(): row.aspect for row in before.rows} if before else {}
    aspects = {aspect.name.casefold(): known.get(aspect.name.casefold(), aspect) for aspect in listed_aspects(on)}
    return _checked(
        Wanted(tuple(unique.values()), tuple(aspects.values()) or STANDING, notices=notices, whole=bool(aspects))
    )


def asked(question: str, before: Answer | None, library: Library, embedder: Embedder) -> Wanted:
    """Return the table that a question asks for, or what it makes of the table before: `and on memory?`."""
    turns = [Turn(before.question, before.text, (), before.table)] if before else []
    plan = planning.plan(question, turns, library)
    if plan.missing:
        raise UsageError(
            f"Your library has no paper that is called “{plan.missing[0]}”.", "Choose papers by their title."
        )
    if plan.kind != "compare":
        raise UsageError(
            "That does not ask for a comparison.", "Name two papers or more: compare this one and that one on memory."
        )
    papers = plan.papers
    if plan.more or not (papers or plan.grows):
        papers = (*papers, *papers_to_compare(plan, library, embedder))
    if len(papers) < 2 and not plan.grows:
        only = f"of those to compare only “{papers[0].title}”" if papers else "no papers on what is to be compared"
        raise UsageError(f"The library has {only}.", "Choose papers by title.")
    columns = tuple(Column(paper.paper_id, called(paper, plan.names), paper.title) for paper in papers)
    words_of_it = "" if plan.grows else question
    standing = all(aspect.standing for aspect in plan.aspects)
    return _checked(Wanted(columns, plan.aspects, words_of_it, whole=bool(plan.grows) or not standing))


def compared(
    wanted: Wanted, before: Answer | None, library: Library, embedder: Embedder, stop: threading.Event
) -> Generator[Step, None, Answer | None]:
    """Fill the table that is wanted, a paper at a time; None once `stop` is set."""
    found = _taken_over(before, library) if before else {}
    for place, column in enumerate(wanted.columns, 1):
        missing = tuple(aspect for aspect in wanted.aspects if _key(column, aspect) not in found)
        if not missing:
            continue
        if stop.is_set():
            return None
        yield Step(f"searching “{column.name}”, paper {place} of {len(wanted.columns)}")
        plan = _plan(column, missing, library)
        evidence = retrieve(plan, library, embedder)
        yield Step(f"reading {counted(len(evidence.hits), 'passage')} of “{column.name}”")
        draft = Draft(library)
        encoder = token_encoder(embedder)
        cells = tuple(cell_of(aspect, plan.papers[0], plan, evidence, draft, encoder) for aspect in missing)
        table = Table((column,), tuple(Row(aspect, (cell,)) for aspect, cell in zip(missing, cells, strict=True)))
        _, sound = check_quotes((), draft.citations, library)
        found |= _cells(sound_cells(table, sound), sound)
    return _answer(wanted, found, library)


def figures(row: Row, citations: Mapping[int, Citation]) -> list[Figure | None]:
    """Return the figure of each cell of a row, where it has one: the number nearest to the words of the aspect, or the
    only one."""
    found = [_figure(cell, row.aspect, citations) for cell in row.cells]
    unit = next((figure.number.unit for figure in found if figure), "")
    return [figure and figure.in_unit(unit) for figure in found]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a cell: in which of its quotes it stands, and its value in the unit of its row, None where it has
    another."""

    piece: int
    number: Number
    value: float | None = None

    @property
    def span(self) -> tuple[int, int]:
        """Where the number stands in its quote, with its unit."""
        return self.number.start, self.number.start + len(self.number.written)

    def in_unit(self, unit: str) -> Figure:
        """Return the figure with its value in a unit."""
        factor = 1.0 if self.number.unit == unit else factor_between(unit, self.number.unit)
        return Figure(self.piece, self.number, self.number.value * factor if factor else None)


def _figure(cell: Cell, aspect: Aspect, citations: Mapping[int, Citation]) -> Figure | None:
    wanted = content(aspect.name)
    for piece, (text, _) in enumerate(cell.pieces(citations)):
        places = [word.start for word in words(text) if word.stem in wanted]
        said = _said(text)
        said = [number for number in said if not number.is_year] or said
        if said and (places or len(said) == 1):
            places = places or [0]
            return Figure(piece, min(said, key=lambda number: min(abs(number.start - place) for place in places)))
    return None


def _said(text: str) -> list[Number]:
    """Return the numbers that a quote says of something: none of a reference, an address or a name, such as the 1.1 of
    MLPerf 1.1; and none of a table's rows, whose column heads stand elsewhere."""
    if _CELLS in text:
        return []
    plain = _ADDRESS.sub(lambda match: " " * len(match[0]), without_references(text))
    versions = [name for name in names(plain) if _VERSION.search(name) and not METRIC.search(name)]
    return [
        number
        for number in numbers(plain)
        if not number.loose and (number.unit or not _is_of_a_name(number, plain, versions))
    ]


def _is_of_a_name(number: Number, text: str, versions: Sequence[str]) -> bool:
    """Tell whether a number ends one of the names with a version, or is a footnote's mark glued to a word."""
    glued = text[number.start + len(number.written) :][:1].isalpha()
    return glued or any(text[: number.end].endswith(name) for name in versions)


def _column(paper_id: str, before: Table | None, library: Library) -> Column:
    paper = _held(paper_id, library)
    known = next((column for column in before.columns if column.paper_id == paper_id), None) if before else None
    if paper is None:
        if known is None:
            raise UsageError("A paper that was chosen is not in the library any more.", "Take it out of the choice.")
        return known
    return Column(paper.paper_id, known.name if known else short_name(paper), paper.title)


def _held(paper_id: str, library: Library) -> Paper | None:
    try:
        return library.paper(paper_id)
    except PaperNotFound:
        return None


def _checked(wanted: Wanted) -> Wanted:
    if len(wanted.columns) < 2:
        raise UsageError("A comparison needs two papers or more.", "Choose another paper.")
    if len(wanted.columns) > MOST_COMPARED:
        raise UsageError(
            f"{len(wanted.columns)} papers are too many for one table.", f"Choose at most {MOST_COMPARED}."
        )
    if len(wanted.aspects) > MOST_ASPECTS:
        raise UsageError(
            f"{len(wanted.aspects)} aspects are too many for one table.", f"Choose at most {MOST_ASPECTS}."
        )
    return wanted


def _key(column: Column, aspect: Aspect) -> _Key:
    return column.paper_id, aspect.name.casefold()


def _plan(column: Column, aspects: tuple[Aspect, ...], library: Library) -> Plan:
    paper = _held(column.paper_id, library)
    if paper is None:
        raise UsageError(
            f"“{column.title}” is not in the library any more, so nothing new can be looked up in it.",
            "Take its column out first.",
        )
    question = f"{column.name}: {', '.join(aspect.name for aspect in aspects)}"
    names = {paper.paper_id: column.name}
    return Plan(question, question, "compare", papers=(paper,), aspects=aspects, names=names)


def _taken_over(before: Answer, library: Library) -> _Found:
    """Return the cells of a table by the ids that its papers have now."""
    cells = _cells(before.table, before.citations) if before.table else {}
    now = {paper_id: paper.paper_id for paper_id, _ in cells if (paper := _held(paper_id, library))}
    return {(now.get(paper_id, paper_id), name): cell for (paper_id, name), cell in cells.items()}


def _cells(table: Table, citations: Sequence[Citation]) -> _Found:
    by_number = {citation.number: citation for citation in citations}
    return {
        _key(column, row.aspect): (cell.text, tuple(by_number[number] for number in cell.citations))
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    }


def _answer(wanted: Wanted, found: _Found, library: Library) -> Answer:
    """Put the cells together, their footnotes numbered row by row."""
    numbered: dict[tuple[str, int, int], Citation] = {}
    spoken = [aspect for aspect in wanted.aspects if any(found[_key(column, aspect)][1] for column in wanted.columns)]
    names = [column.name for column in wanted.columns]
    rows = []
    for aspect in wanted.aspects if wanted.whole or not spoken else spoken:
        cells = [_numbered(*found[_key(column, aspect)], numbered) for column in wanted.columns]
        rows.append(Row(aspect, tuple(cells), disagreement(cells, names)))
    table, citations = Table(wanted.columns, tuple(rows)), tuple(numbered.values())
    about = listed([aspect.name for aspect in wanted.aspects]) if wanted.whole else ""
    return Answer(
        answer_id=uuid.uuid4().hex,
        question=wanted.question or f"Compare {listed(names)}{f' on {about}' if about else ''}.",
        kind="compare",
        statements=tuple(_statements(table, citations)),
        citations=citations,
        abstained=not citations,
        engine="extractive",
        coverage=Coverage(len(names), len({citation.paper_id for citation in citations})),
        library=library.fingerprint,
        notices=wanted.notices,
        table=table,
    )


def _numbered(text: str, cited: Sequence[Citation], numbered: dict[tuple[str, int, int], Citation]) -> Cell:
    numbers_of_cell = []
    for citation in cited:
        place = (citation.text_id, citation.start, citation.end)
        known = numbered.setdefault(place, replace(citation, number=len(numbered) + 1))
        numbers_of_cell.append(known.number)
    return Cell(text, tuple(numbers_of_cell))


def _statements(table: Table, citations: Sequence[Citation]) -> Iterator[Statement]:
    for citation in citations:
        reason = "reports others' work" if citation.others_work else ""
        yield Statement(citation.quote, (citation.number,), "quoted", reason)
    for row in table.rows:
        if row.remark:
            yield Statement(row.remark, (), "quoted")
    if not citations:
        yield Statement("Nothing in these papers speaks to this.", (), "quoted")
