"""A conversation <-> one file that opens in another Footnote, with the passages it cites.

The file holds questions, answers, quotes in their context, and what is known of their papers; no key, no path, no file
of a paper, nothing of the machine. What comes back is a stranger's: it is checked piece by piece, given ids of our own,
and kept as text. Nothing of it is taken for a path or an address.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from assistant.citations import CONTEXT, answer_to_document, heading_of
from assistant.errors import UsageError
from assistant.types import (
    Answer,
    Aspect,
    Cell,
    Citation,
    Column,
    Coverage,
    QuestionKind,
    Quotes,
    Row,
    Statement,
    Table,
    Verdict,
)
from vectorstore.conversations import NewTurn
from vectorstore.errors import PaperNotFound
from vectorstore.identity import shared_paper_id, shared_text_id
from vectorstore.library import Library
from vectorstore.records import Metadata, SharedText
from vectorstore.rows import storable

VERSION = 1
LARGEST = 20_000_000  # bytes of a file
_WRITTEN_ELSEWHERE = "Somebody shared this conversation: its answers and verdicts are as their Footnote gave them."
_CUT = "it was cut off where it was written."

Line = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(storable)]
Words = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(storable)]
Number = Annotated[int, Field(ge=0, le=1_000_000)]
Numbers = Annotated[tuple[Number, ...], Field(max_length=1_000)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Paper(_Part):
    title: Line
    authors: Annotated[tuple[Line, ...], Field(max_length=10_000)] = ()
    year: Annotated[int, Field(ge=0, le=9_999)] | None = None
    date: Line | None = None
    venue: Line | None = None
    doi: Line | None = None
    arxiv_id: Line | None = None


class _Footnote(_Part):
    """A quote between what stands before and after it; `paper` is its paper's place in the list of papers."""

    number: Number
    paper: Number
    source: Line
    before: Words
    quote: Annotated[Words, Field(min_length=1)]
    after: Words
    heading: Words
    page: Number | None
    page_label: Line | None
    pages: Numbers
    section: Line
    others_work: bool


class _Statement(_Part):
    text: Words
    citations: Numbers
    verdict: Verdict
    reason: Words
    reason_code: Line
    aspect: Line
    second_look: Words
    value: tuple[Number, Number] | None


class _Column(_Part):
    paper: Number | None
    name: Line
    title: Line


class _Cell(_Part):
    text: Words
    citations: Numbers


class _Row(_Part):
    aspect: Line
    question: Words
    standing: bool
    remark: Words
    cells: Annotated[tuple[_Cell, ...], Field(max_length=100)]


class _Table(_Part):
    columns: Annotated[tuple[_Column, ...], Field(max_length=100)]
    rows: Annotated[tuple[_Row, ...], Field(max_length=1_000)]


class _Turn(_Part):
    question: Words
    kind: QuestionKind
    statements: Annotated[tuple[_Statement, ...], Field(max_length=2_000)]
    footnotes: Annotated[tuple[_Footnote, ...], Field(max_length=2_000)]
    table: _Table | None
    abstained: bool
    engine: Line
    looked_at: Number
    speak: Number
    quotes_given: Number
    quotes_found: Number
    cut_off: bool


class _Head(_Part):
    footnote: Literal["conversation"]
    version: int


class _File(_Head):
    title: Line
    papers: Annotated[tuple[_Paper, ...], Field(max_length=20_000)]
    turns: Annotated[tuple[_Turn, ...], Field(min_length=1, max_length=2_000)]


@dataclass(frozen=True, slots=True)
class Shared:
    """A conversation read from a file, ready to be stored: the same file always has the same id."""

    conversation_id: str
    title: str
    turns: tuple[NewTurn, ...]
    texts: tuple[SharedText, ...]


def conversation_to_file(title: str, answers: Sequence[Answer], library: Library) -> str:
    """Return a conversation as the text of a file to share. Raises UsageError when it is too long for one."""
    papers: dict[_Paper, int] = {}
    try:
        turns = tuple(_turn_of(answer, papers, library) for answer in answers)
        written = _File(footnote="conversation", version=VERSION, title=title, papers=tuple(papers), turns=turns)
        text = written.model_dump_json(indent=1) + "\n"
    except ValidationError:
        text = ""
    if not 0 < len(text.encode()) <= LARGEST:
        raise UsageError("The conversation is too long to be shared as one file.", "Export it as Markdown or HTML.")
    return text


def metadata_of(citation: Citation, library: Library) -> Metadata:
    """Return what the library knows of a citation's paper, or knew when it still had it."""
    source = library.source_of_text(citation.text_id)
    if source.kind == "shared":
        return source.metadata
    try:
        return library.paper(citation.paper_id).metadata
    except PaperNotFound:
        return source.metadata


def _turn_of(answer: Answer, papers: dict[_Paper, int], library: Library) -> _Turn:
    footnotes = tuple(_footnote_of(citation, papers, library) for citation in answer.citations)
    places = {citation.paper_id: note.paper for citation, note in zip(answer.citations, footnotes, strict=True)}
    return _Turn(
        question=answer.question,
        kind=answer.kind,
        statements=tuple(
            _Statement(
                text=each.text,
                citations=each.citations,
                verdict=each.verdict,
                reason=each.reason,
                reason_code=each.reason_code,
                aspect=each.aspect,
                second_look=each.second_look,
                value=each.value,
            )
            for each in answer.statements
        ),
        footnotes=footnotes,
        table=_table_of(answer.table, places) if answer.table else None,
        abstained=answer.abstained,
        engine=answer.engine,
        looked_at=answer.coverage.looked_at,
        speak=answer.coverage.speak,
        quotes_given=answer.quotes.given,
        quotes_found=answer.quotes.found,
        cut_off=bool(answer.incomplete),
    )


def _table_of(table: Table, places: dict[str, int]) -> _Table:
    return _Table(
        columns=tuple(_Column(paper=places.get(c.paper_id), name=c.name, title=c.title) for c in table.columns),
        rows=tuple(
            _Row(
                aspect=row.aspect.name,
                question=row.aspect.question,
                standing=row.aspect.standing,
                remark=row.remark,
                cells=tuple(_Cell(text=cell.text, citations=cell.citations) for cell in row.cells),
            )
            for row in table.rows
        ),
    )


def _footnote_of(citation: Citation, papers: dict[_Paper, int], library: Library) -> _Footnote:
    metadata = metadata_of(citation, library)
    paper = _Paper(
        title=metadata.title or citation.title,
        authors=metadata.authors,
        year=metadata.year,
        date=metadata.date,
        venue=metadata.venue,
        doi=metadata.doi if "doi" not in metadata.guessed else None,
        arxiv_id=metadata.arxiv_id if "arxiv_id" not in metadata.guessed else None,
    )
    text = library.text(citation.text_id)
    # One character more than is shown on either side: so the other Footnote ends the context where this one does.
    return _Footnote(
        number=citation.number,
        paper=papers.setdefault(paper, len(papers)),
        source=_file_name(citation.source),
        before=text[max(0, citation.start - CONTEXT - 1) : citation.start],
        quote=text[citation.start : citation.end],
        after=text[citation.end : citation.end + CONTEXT + 1],
        heading=heading_of(citation, library),
        page=citation.page,
        page_label=citation.page_label,
        pages=citation.pages,
        section=citation.section,
        others_work=citation.others_work,
    )


def _file_name(name: str) -> str:
    """Return the last part of what may be a path, of any system."""
    return re.split(r"[/\\]", name)[-1]


def conversation_from_file(data: bytes, library: Library) -> Shared:
    """Read a shared conversation for this library. Raises UsageError, in a sentence, for whatever is none."""
    if len(data) > LARGEST:
        raise UsageError(
            f"The file is larger than the {LARGEST // 1_000_000} MB that a shared conversation may have.",
            "Ask for a shorter conversation.",
        )
    try:
        head = _Head.model_validate_json(data)
        if head.version > VERSION:
            raise UsageError(
                f"A later version of Footnote wrote the file (form {head.version}; this one knows {VERSION}).",
                "Update Footnote.",
            )
        file = _File.model_validate_json(data)
        _check(file)
    except ValidationError as error:
        where = " → ".join(str(part) for part in error.errors(include_input=False, include_context=False)[0]["loc"])
        raise UsageError(
            "The file is no conversation that a Footnote has shared" + (f" ({where})." if where else "."),
            "Ask for it again: “Share as a Footnote file” writes such files.",
        ) from None
    digest = hashlib.sha256(data).hexdigest()[:32]
    metadata = [Metadata(**paper.model_dump()) for paper in file.papers]
    ids = [own.paper_id if (own := library.same_paper(each)) else shared_paper_id(each) for each in metadata]
    texts: dict[str, SharedText] = {}
    turns = [_new_turn(turn, metadata, ids, texts) for turn in file.turns]
    first = replace(turns[0], notices=(_WRITTEN_ELSEWHERE,))
    return Shared(
        conversation_id=digest,
        title=" ".join(file.title.split()) or turns[0].question,
        turns=tuple(
            NewTurn(
                answer.question,
                answer.text,
                answer.answer_id,
                answer_to_document(answer),
                frozenset(citation.text_id for citation in answer.citations),
            )
            for answer in (first, *turns[1:])
        ),
        texts=tuple(texts.values()),
    )


def _check(file: _File) -> None:
    """Refuse what points to nothing: a footnote, a paper, a cell that is not there."""
    for place, turn in enumerate(file.turns, 1):
        numbers = {note.number for note in turn.footnotes}
        cells = [cell for row in turn.table.rows for cell in row.cells] if turn.table else []
        columns = turn.table.columns if turn.table else ()
        papers = [note.paper for note in turn.footnotes]
        papers += [column.paper for column in columns if column.paper is not None]
        cited = {number for each in turn.statements for number in each.citations}
        cited |= {number for cell in cells for number in cell.citations}
        if len(numbers) != len(turn.footnotes) or cited - numbers:
            wrong = "footnotes do not fit its text"
        elif any(paper >= len(file.papers) for paper in papers):
            wrong = "footnotes name papers that are not in the file"
        elif turn.table and any(len(row.cells) != len(columns) for row in turn.table.rows):
            wrong = "table has rows of different lengths"
        else:
            continue
        raise UsageError(f"The file is damaged: of answer {place}, the {wrong}.", "Ask for it again.")


def _new_turn(turn: _Turn, metadata: Sequence[Metadata], ids: Sequence[str], texts: dict[str, SharedText]) -> Answer:
    return Answer(
        answer_id=uuid.uuid4().hex,
        question=turn.question,
        kind=turn.kind,
        statements=tuple(
            Statement(
                each.text,
                each.citations,
                each.verdict,
                each.reason,
                each.reason_code,
                each.aspect,
                each.second_look,
                each.value if each.value and each.value[0] <= each.value[1] <= len(each.text) else None,
            )
            for each in turn.statements
        ),
        citations=tuple(_citation(note, metadata[note.paper], ids[note.paper], texts) for note in turn.footnotes),
        abstained=turn.abstained,
        engine=turn.engine,
        coverage=Coverage(turn.looked_at, turn.speak),
        incomplete=_CUT if turn.cut_off else "",
        quotes=Quotes(turn.quotes_given, turn.quotes_found),
        table=_table(turn.table, ids) if turn.table else None,
    )


def _table(table: _Table, ids: Sequence[str]) -> Table:
    return Table(
        tuple(Column("" if c.paper is None else ids[c.paper], c.name, c.title) for c in table.columns),
        tuple(
            Row(
                Aspect(row.aspect, row.question, standing=row.standing),
                tuple(Cell(cell.text, cell.citations) if cell.citations else Cell() for cell in row.cells),
                row.remark,
            )
            for row in table.rows
        ),
    )


def _citation(note: _Footnote, metadata: Metadata, paper_id: str, texts: dict[str, SharedText]) -> Citation:
    text = SharedText(note.before + note.quote + note.after, note.heading, _file_name(note.source), metadata)
    text_id = shared_text_id(text)
    texts[text_id] = text
    return Citation(
        number=note.number,
        quote=note.quote,
        source=text.name,
        page=note.page,
        page_label=note.page_label,
        section=note.section,
        start=len(note.before),
        end=len(note.before) + len(note.quote),
        text_id=text_id,
        paper_id=paper_id,
        title=metadata.title,
        authors=metadata.authors,
        year=metadata.year,
        pages=note.pages,
        others_work=note.others_work,
    )
