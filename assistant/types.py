"""The nouns of questions and answers. What is stored in the library is in vectorstore.records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vectorstore.records import Filters, Hit, Paper

Verdict = Literal["supported", "partly", "unsupported", "quoted"]
APART = " … "  # between the quotes of a cell
QuestionKind = Literal["fact", "find", "list", "meta", "compare", "summary", "verify"]


@dataclass(frozen=True, slots=True)
class Aspect:
    """What papers are compared on, or a summary tells of: its name, and what to ask a paper about it.

    `own` are the questions for single papers, by paper_id, where each is asked something else; `standing` says that no
    question named the aspect: it is one of those that every paper is looked at for.
    """

    name: str
    question: str
    own: Mapping[str, str] = field(default_factory=dict)
    standing: bool = False

    def asked_of(self, paper_id: str) -> str:
        """Return the question for a paper."""
        return self.own.get(paper_id, self.question)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one paper says on one aspect, in its own words, with the numbers of its citations; both empty where it does
    not say."""

    text: str = ""
    citations: tuple[int, ...] = ()

    def pieces(self, citations: Mapping[int, Citation]) -> list[tuple[str, tuple[int, ...]]]:
        """Return the quotes that the cell is made of, each with its footnote; the whole text where it is no quotes."""
        quotes = [citations[number].quote for number in self.citations if number in citations]
        if quotes and self.text == APART.join(quotes):
            return [(quote, (number,)) for quote, number in zip(quotes, self.citations, strict=True)]
        return [(self.text, self.citations)]


@dataclass(frozen=True, slots=True)
class Column:
    """A paper that is compared: what people call it, and its title."""

    paper_id: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """An aspect with a cell for each paper; `remark` says where figures contradict each other."""

    aspect: Aspect
    cells: tuple[Cell, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison: aspects by papers. Each row has as many cells as there are columns."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation, with the ids of the papers its answer cited, best first, and its
    comparison if it had one."""

    question: str
    answer: str = ""
    paper_ids: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a question asks for: its kind, the question as it stands alone, where to look, and the papers it names.

    `topic` is the question without the papers and restrictions it names; `asks` the field of the ledger a meta question
    wants (papers, count, authors, date, venue); `missing` the papers that it names as such and the library does not
    have; `carried` says that the papers come from an earlier turn. `aspects` are what a comparison or a summary tells
    of; `names` are what the question calls the papers, by paper_id; `grows` is the comparison of an earlier turn that
    this one goes on with, and `more` how many papers are to be found for it.
    """

    question: str
    standalone: str
    kind: QuestionKind
    filters: Filters = Filters()
    papers: tuple[Paper, ...] = ()
    topic: str = ""
    asks: str = ""
    missing: tuple[str, ...] = ()
    carried: bool = False
    aspects: tuple[Aspect, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    grows: Table | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for a plan.

    `looked_at` counts the papers searched, `speak` those whose passages speak to the question. `by_aspect` has, for a
    comparison or a summary, the passages by paper_id and name of the aspect; `closest` the similarity, 0 to 1, of a
    paper's closest sentence to an aspect that was asked for, the paper's name left out. `about` says, by paper_id, how
    likely a paper is about the topic of a list, 0 to 1.
    """

    hits: tuple[Hit, ...]
    looked_at: int
    speak: int
    by_aspect: Mapping[tuple[str, str], tuple[Hit, ...]] = field(default_factory=dict)
    closest: Mapping[tuple[str, str], float] = field(default_factory=dict)
    about: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """A footnote: the quote, verbatim, and where it stands. `start` and `end` span the quote in the text `text_id`."""

    number: int
    quote: str
    source: str
    page: int | None
    page_label: str | None
    section: str
    start: int
    end: int
    text_id: str
    paper_id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    pages: tuple[int, ...] = ()
    others_work: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the numbers of its citations and its verdict; `quoted` means the words are
    the paper's. `reason_code` names the reason for programs; it is empty where nothing was judged. `aspect` is what
    the sentence of a summary tells of, `second_look` what a model said that was asked whether the passages say this.
    `value` spans the value that the question asks for, in `text`, where it can be told."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    reason: str = ""
    reason_code: str = ""
    aspect: str = ""
    second_look: str = ""
    value: tuple[int, int] | None = None

    @property
    def marked(self) -> str:
        """The text followed by its footnote marks."""
        return self.text + "".join(f" [{number}]" for number in self.citations)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many papers were looked at, and how many of them speak to the question."""

    looked_at: int
    speak: int


@dataclass(frozen=True, slots=True)
class Quotes:
    """How many quotes a model gave for its statements, and how many of them stand in the evidence."""

    given: int = 0
    found: int = 0


NO_QUOTES = Quotes()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What it takes to go on with an answer that was cut off: the question as the model got it, and the chunks, best
    first, that it wrote from."""

    question: str
    chunk_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer. `timings` are seconds by step; `usage` counts tokens (empty without a model).

    `notices` are sentences for the reader on how it came about; `incomplete` says why it ends early, empty otherwise;
    `unfinished` is then what it takes to go on with it.
    """

    answer_id: str
    question: str
    kind: QuestionKind
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    abstained: bool
    engine: str
    coverage: Coverage
    doubtful: tuple[str, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    library: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    incomplete: str = ""
    unfinished: Unfinished | None = None
    quotes: Quotes = NO_QUOTES
    table: Table | None = None

    @property
    def text(self) -> str:
        """The statements joined, each followed by its footnote marks."""
        return "\n\n".join(statement.marked for statement in self.statements)

    @property
    def shown_table(self) -> Table | None:
        """The comparison, where it has something to show."""
        return None if self.abstained else self.table

    @property
    def beside_table(self) -> tuple[Statement, ...]:
        """The statements that the table does not show already: those of a model, all where there is no table."""
        return () if self.shown_table and self.engine == "extractive" else self.statements


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer's text while it is being written."""

    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done right now, in words for a person ("reading 12 passages from 7 papers")."""

    message: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in per cent of the page's width and height, from the top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A citation in its context: `before` + `quote` + `after` are verbatim; `boxes` mark the quote on the pages by
    number. `length` counts the characters of the whole text, `pages` those of its PDF (0 without one); `file` says
    that the library has a copy of the file."""

    citation: Citation
    before: str
    quote: str
    after: str
    notice: str = ""
    heading: str = ""
    boxes: Mapping[int, tuple[Box, ...]] = field(default_factory=dict)
    length: int = 0
    pages: int = 0
    file: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The words text[start:end] of a text that has `length` characters."""

    text: str
    start: int
    end: int
    length: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one paper of one file."""

    path: str
    paper_id: str
    title: str
    pages: int | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was passed by, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that could not be read, and why."""

    path: str
    code: str
    error: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of every file of an ingest. `papers` and `chunks` count the whole library afterwards."""

    added: tuple[FileReport, ...]
    updated: tuple[FileReport, ...]
    attached: tuple[FileReport, ...]
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]
    papers: int
    chunks: int
    seconds: float
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest has come: `done` of `total` files, the file being worked on, its step, and that step's own
    fraction."""

    done: int
    total: int
    path: str
    step: Literal["reading", "embedding", "storing", "finished"]
    fraction: float = 0.0
