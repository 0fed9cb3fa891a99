"""Which paper a person means by an id, a file name or a title."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vectorstore.errors import PaperAmbiguous, PaperNotFound
from vectorstore.identity import fold, fold_title
from vectorstore.records import Paper

_ID_START = re.compile(r"[0-9a-f]{4,12}")
_MOST_NAMED = 5


def find(papers: Sequence[Paper], name: str) -> Paper:
    """Give the one paper of that name, by the first reading that fits any. Raises PaperNotFound, PaperAmbiguous."""
    wanted = name.strip()
    for fits in _readings(wanted):
        found = [paper for paper in papers if fits(paper)]
        if len(found) == 1:
            return found[0]
        if found:
            raise _ambiguous(wanted, found)
    raise PaperNotFound(
        f"No paper is called {wanted!r}.",
        "Name it by its id, its file name or its title; `footnote papers` lists them.",
    )


def _readings(wanted: str) -> tuple[Callable[[Paper], bool], ...]:
    title, letters, words = fold(wanted), fold_title(wanted), set(fold(wanted).split())
    start = wanted.lower()
    is_start = _ID_START.fullmatch(start) is not None
    return (
        lambda paper: wanted == paper.metadata.external_id or any(start == i for i in _ids(paper)),
        lambda paper: bool(letters) and fold_title(paper.title) == letters,
        lambda paper: any(wanted == source.name for source in paper.sources),
        lambda paper: any(start == source.name.rpartition(".")[0].lower() for source in paper.sources),
        lambda paper: is_start and any(i.startswith(start) for i in _ids(paper)),
        lambda paper: bool(title) and fold(paper.title).startswith(title),
        lambda paper: bool(words) and words <= set(fold(paper.title).split()),
    )


def _ids(paper: Paper) -> set[str]:
    return {paper.paper_id, *(source.source_id for source in paper.sources)}


def _ambiguous(wanted: str, found: Sequence[Paper]) -> PaperAmbiguous:
    named = "; ".join(f"{paper.title} ({paper.paper_id})" for paper in found[:_MOST_NAMED])
    more = f"; and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return PaperAmbiguous(f"{wanted!r} could be any of {len(found)} papers: {named}{more}.", "Name one by its id.")
