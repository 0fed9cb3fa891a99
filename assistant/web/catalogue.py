"""The papers as a table: which of them match, in which order, a page of 100 at a time. Knows no HTML."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vectorstore.records import Paper

ROWS = 100  # on a page
NONE = "none"  # what a filter asks for that wants the papers without
COLUMNS = ("title", "authors", "year", "venue", "files", "tags", "added")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which papers a person wants to see; an empty filter lets all through.

    `tag` is "=" and a tag, `year` a year, both may be NONE; `page` counts from 1.
    """

    query: str = ""
    tag: str = ""
    year: str = ""
    sort: str = "title"
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the papers that were found; `found` counts them all, `page` is the one shown of `pages`."""

    papers: tuple[Paper, ...]
    found: int
    held: int
    page: int
    pages: int


def listed(held: Sequence[Paper], added: Mapping[str, float], asked: Asked) -> Listed:
    """Find, sort and cut to a page. `added` tells, by content hash, when files came (seconds since 1970)."""
    found = [paper for paper in matching(held, asked.query) if _passes(paper, asked)]
    ordered = _ordered(found, _KEYS.get(asked.sort, _KEYS["title"]), added, descending=asked.descending)
    pages = max(1, -(-len(ordered) // ROWS))
    page = min(max(1, asked.page), pages)
    return Listed(tuple(ordered[(page - 1) * ROWS : page * ROWS]), len(found), len(held), page, pages)


def matching(held: Sequence[Paper], query: str) -> Sequence[Paper]:
    """Give the papers that have every word of a query in their titles, authors, years, venues, files or tags."""
    wanted = folded(query).split()
    return [paper for paper in held if all(word in searched(paper) for word in wanted)] if wanted else held


def years(held: Sequence[Paper]) -> list[int]:
    """Give the years of the papers, the last first."""
    return sorted({paper.year for paper in held if paper.year}, reverse=True)


def arrival(paper: Paper, added: Mapping[str, float]) -> float | None:
    """Tell when the first file of a paper came, in seconds since 1970."""
    return min((added[source.content_hash] for source in paper.sources if source.content_hash in added), default=None)


def searched(paper: Paper) -> str:
    """Give the words by which a paper is found, folded."""
    said = paper.metadata
    names = (source.name for source in paper.sources)
    return folded(" ".join((said.title, *said.authors, str(said.year or ""), said.venue or "", *names, *paper.tags)))


@lru_cache(maxsize=100_000)  # the names of some 5,000 papers
def folded(text: str) -> str:
    """Reduce to small letters without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _passes(paper: Paper, asked: Asked) -> bool:
    if asked.year and (str(paper.year) if paper.year else NONE) != asked.year:
        return False
    if asked.tag == NONE:
        return not paper.tags
    return not asked.tag or asked.tag[1:].casefold() in {tag.casefold() for tag in paper.tags}


def _family_first(author: str) -> list[str]:
    names = folded(author).split()
    return [*names[-1:], *names]


Key = Callable[[Paper, Mapping[str, float]], Any]
_KEYS: dict[str, Key] = {
    "title": lambda paper, added: folded(paper.title),
    "authors": lambda paper, added: _family_first(paper.authors[0]) if paper.authors else None,
    "year": lambda paper, added: paper.year,
    "venue": lambda paper, added: folded(paper.metadata.venue) if paper.metadata.venue else None,
    "files": lambda paper, added: len(paper.sources),
    "tags": lambda paper, added: [tag.casefold() for tag in paper.tags] or None,
    "added": arrival,
}


def _ordered(papers: list[Paper], key: Key, added: Mapping[str, float], *, descending: bool) -> list[Paper]:
    """Sort by a key, those that have none last either way; equals stay in the order of their titles."""
    keyed = [(key(paper, added), paper) for paper in papers]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [paper for _, paper in known] + [paper for value, paper in keyed if value is None]
