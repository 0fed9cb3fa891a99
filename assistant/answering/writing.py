"""Statements and numbered footnotes, as an answer is being put together. Knows no question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.citations import cite
from assistant.reading.headings import is_heading
from assistant.types import Citation, Statement, Table, Verdict
from assistant.verification import long_enough
from assistant.words import fold
from vectorstore.library import Library
from vectorstore.records import Paper, StoredChunk

_CLAUSE = re.compile(r"[;:,.!?)]\s+|\s+(?=(?:and|but|while|which|where|whereas|with|by)\s)")

Span = tuple[StoredChunk, int, int]  # what is quoted: text[start:end] of the text that a chunk belongs to

_APART = re.compile(r"\n\s*\n")


@dataclass(slots=True)
class Draft:
    """An answer in the making: one citation a quote, numbered in order of appearance."""

    library: Library
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    table: Table | None = None
    doubtful: tuple[str, ...] = ()  # ids of papers named apart

    def quote(
        self,
        chunk: StoredChunk,
        start: int,
        end: int,
        *,
        aspect: str = "",
        value: tuple[int, int] | None = None,
    ) -> None:
        """Add text[start:end] as a statement, verbatim, with its neighbours where it is too short to be found again.

        What another quote says already, be it of another edition, in part or whole, is not said again. `value` spans
        what was asked for in the same text.
        """
        if self._says_again(chunk, start, end):
            return
        citation = self.cite(chunk, start, end)
        reason = "reports others' work" if citation.others_work else ""
        own = (value[0] - citation.start, value[1] - citation.start) if value else None
        self.statements.append(
            Statement(citation.quote, (citation.number,), "quoted", reason, aspect=aspect, value=own)
        )

    def name(self, text: str, chunk: StoredChunk, start: int, end: int, *, reason: str = "") -> None:
        """Add a statement that names a paper or says what the ledger has; its footnote is a passage of the paper."""
        citation = self.cite(chunk, start, end)
        self.statements.append(Statement(text, (citation.number,), "quoted", reason))

    def state(
        self,
        text: str,
        spans: Iterable[Span],
        verdict: Verdict,
        reason: str = "",
        reason_code: str = "",
    ) -> None:
        """Add a judged statement with a footnote for each span."""
        numbers = dict.fromkeys(self.cite(*span).number for span in spans)
        self.statements.append(Statement(text, tuple(numbers), verdict, reason, reason_code))

    def say(self, text: str) -> None:
        """Add a statement without a footnote: what was looked at, what is not there."""
        self.statements.append(Statement(text, (), "quoted"))

    def name_apart(self, opening: str, paper_ids: Sequence[str]) -> None:
        """Name papers without a footnote: nothing is said of them but that they may belong here."""
        if paper_ids:
            named = "; ".join(described(self.library.paper(paper_id)) for paper_id in paper_ids)
            self.say(f"{opening}: {named}.")
            self.doubtful = tuple(paper_ids)

    @property
    def length(self) -> int:
        """The length of the text that the statements make, marks and blank lines included."""
        return sum(len(s.text) + sum(3 + len(str(n)) for n in s.citations) + 2 for s in self.statements)

    def _says_again(self, chunk: StoredChunk, start: int, end: int) -> bool:
        text = self.library.text(chunk.text_id)
        words = fold(text[slice(*_widened(text, chunk, start, end))])
        said = (fold(statement.text) for statement in self.statements if statement.citations)
        return any(f" {words} " in f" {quote} " or f" {quote} " in f" {words} " for quote in said)

    def cite(self, chunk: StoredChunk, start: int, end: int) -> Citation:
        """Return the citation of text[start:end], a new one where there is none yet."""
        start, end = _widened(self.library.text(chunk.text_id), chunk, start, end)
        for citation in self.citations:
            if (citation.text_id, citation.start, citation.end) == (chunk.text_id, start, end):
                return citation
        citation = cite(chunk, start, end, len(self.citations) + 1, self.library)
        self.citations.append(citation)
        return citation


def _widened(text: str, chunk: StoredChunk, start: int, end: int) -> tuple[int, int]:
    """Take in the sentences or rows that follow, then those before, until the quote is long enough.

    Those beyond a blank line or of a heading are the last to be taken in.
    """
    for beyond in (False, True):
        for sentence in chunk.chunk.sentences:
            apart = bool(_APART.search(text[end : sentence.start]))
            if not long_enough(text[start:end]) and sentence.end > end and (beyond or not apart):
                end = sentence.end
        for sentence in reversed(chunk.chunk.sentences):
            apart = is_heading(text[sentence.start : sentence.end]) or bool(_APART.search(text[sentence.end : start]))
            if not long_enough(text[start:end]) and sentence.start < start and (beyond or not apart):
                start = sentence.start
    return start, end


def described(paper: Paper) -> str:
    """Return a paper as one names it: title, first authors, year."""
    authors = list(paper.authors)
    who = (
        authors[0]
        if len(authors) == 1
        else " and ".join(authors)
        if len(authors) == 2
        else f"{authors[0]} et al."
        if authors
        else ""
    )
    details = ", ".join(part for part in (who, str(paper.year or "")) if part)
    return f"“{paper.title}”" + (f" ({details})" if details else "")


def trimmed(text: str, start: int, end: int, most: int, keep: tuple[int, int] | None = None) -> tuple[int, int]:
    """Return a part of text[start:end], at most `most` characters, cut between clauses, that holds the span `keep`."""
    if end - start <= most:
        return start, end
    edges = [start, *(start + match.end() for match in _CLAUSE.finditer(text[start:end])), end]
    first, last = keep or (start, start + 1)
    left = max((edge for edge in edges if edge <= first and last - edge <= most), default=first)
    if last - start <= most:
        left = start
    right = max((edge for edge in edges if last <= edge and edge - left <= most), default=0)
    if right <= last:
        right = left + most
        space = text.rfind(" ", last, right)
        right = space if space > last else right
    while right > left and text[right - 1].isspace():
        right -= 1
    return left, right
