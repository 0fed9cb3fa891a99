"""One entry of a reading list, as any layout gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorstore.records import Metadata, Source

_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>{}|\\^\[\]`]+)", re.IGNORECASE)
_ARXIV = re.compile(
    r"arxiv(?:\.org/(?:abs|pdf|html)/|\s*[:\s])\s*((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}))(?:v\d+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper of a list: `text` is its abstract, verbatim, `about` what else the list says of it."""

    title: str
    text: str
    authors: tuple[str, ...] = ()
    date: str | None = None
    year: int | None = None
    venue: str | None = None
    about: str = ""
    notes: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()

    def source(self) -> Source:
        """Return the entry as a source of its paper."""
        notes = self.notes if self.text else (*self.notes, "The list gives no abstract of it.")
        metadata = Metadata(
            title=self.title,
            authors=self.authors,
            year=self.year,
            date=self.date,
            venue=self.venue,
            doi=find_doi(self.about),
            arxiv_id=find_arxiv_id(self.about),
            guessed=self.guessed,
            notes=notes,
        )
        return Source("listing", metadata, self.text or self.title)


def find_doi(text: str) -> str | None:
    """Return the first DOI in `text`, without what a sentence puts after it."""
    match = _DOI.search(text)
    if not match:
        return None
    doi = match.group(1).rstrip(".,;:'")
    if doi.endswith(")") and "(" not in doi:
        doi = doi.rstrip(")")
    return doi.lower()


def find_arxiv_id(text: str) -> str | None:
    """Return the first arXiv identifier in `text`, without its version."""
    match = _ARXIV.search(text)
    return match.group(1) if match else None
