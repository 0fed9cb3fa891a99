"""The sentences of a draft -> what the library says to each: the best passage, and the judgement by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from assistant.citations import cite
from assistant.drafts.prose import DraftSentence
from assistant.types import Citation, Verdict
from assistant.verdicts import Judgement, judge_found
from assistant.verdicts.meaning import content_stems, coverage
from assistant.verification import shared_with
from vectorstore.embedding import Embedder
from vectorstore.library import Library
from vectorstore.records import Filters, Hit
from vectorstore.search import search

LOOKED_AT = 12  # passages found for a sentence
JUDGED = 4  # of them, those with most of its words, that it is held against
# From where a passage speaks of a sentence at all: the likeness to its best sentence plus the share of words there.
# In SciFact's train part 95 % of the supported claims have it. Without, some of the many passages found for a sentence
# that none speaks of would pass for support.
SPEAKS = 0.85
TOGETHER = 0.15  # by how much two neighbouring sentences must say more than one, to be quoted together

Outcome = Literal["supported", "partly", "contradicted", "not_found"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
CONTRADICTIONS = frozenset({"contradicted_number", "contradicted_unit", "contradicted_name", "negated", "opposite"})
NOT_FOUND = Judgement("unsupported", 0.0, "Nothing in the library says this.", "not_found")


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a draft with its verdict, and the citation that it rests on or that speaks against it."""

    sentence: DraftSentence
    verdict: Verdict
    score: float
    reason: str
    reason_code: str
    citations: tuple[int, ...]

    @property
    def outcome(self) -> Outcome:
        """The verdict in the four words that a reader gets: `unsupported` is either contradicted or not found."""
        if self.verdict == "unsupported":
            return "contradicted" if self.reason_code in CONTRADICTIONS else "not_found"
        return "partly" if self.verdict == "partly" else "supported"


class DraftCheck:
    """Checks sentences one by one; `citations` grows as it goes, each place of a paper once."""

    def __init__(self, library: Library, embedder: Embedder, filters: Filters = Filters()) -> None:
        self.library = library
        self.embedder = embedder
        self.filters = filters
        self.citations: list[Citation] = []

    def check(self, sentences: Iterable[DraftSentence]) -> Iterator[CheckedSentence]:
        """Hold each sentence against what the library has nearest to it."""
        for sentence in sentences:
            judgement, hit = self._judged(sentence.plain)
            cited = (self._cited(sentence.plain, hit, judgement.found),) if hit else ()
            yield CheckedSentence(
                sentence, judgement.verdict, judgement.score, judgement.reason, judgement.reason_code, cited
            )

    def _judged(self, statement: str) -> tuple[Judgement, Hit | None]:
        """Judge by the first passage that supports a statement, else by the one that speaks most of it."""
        hits = search(self.library, self.embedder, statement, top=LOOKED_AT, filters=self.filters)
        hits = [hit for hit in hits if _speaks(statement, hit) >= SPEAKS]
        turned_down: list[tuple[Judgement, Hit]] = []
        for hit in sorted(hits, key=lambda hit: -shared_with(statement, hit.chunk.text))[:JUDGED]:
            judgement = judge_found(statement, hit.chunk.text, self.embedder)
            if judgement.verdict == "supported":
                return judgement, hit
            if judgement.verdict == "partly" or judgement.reason_code != "not_found":
                turned_down.append((judgement, hit))
        return max(turned_down, key=lambda each: _speaks(statement, each[1]), default=(NOT_FOUND, None))

    def _cited(self, statement: str, hit: Hit, found: str) -> int:
        """Return the number of the citation for the sentence of a passage, or two, that speaks most of a statement.

        `found`, what the passage says instead, has to stand in it.
        """
        start, end = _nearest(statement, hit, found)
        for citation in self.citations:
            if (citation.text_id, citation.start, citation.end) == (hit.chunk.text_id, start, end):
                return citation.number
        self.citations.append(cite(hit.chunk, start, end, len(self.citations) + 1, self.library))
        return len(self.citations)


def _speaks(statement: str, hit: Hit) -> float:
    said = content_stems(statement)
    return max((part.similarity + coverage(said, content_stems(part.text)) for part in hit.sentences), default=0.0)


def _nearest(statement: str, hit: Hit, found: str) -> tuple[int, int]:
    parts = [part for part in hit.sentences if found in part.text] or list(hit.sentences)
    if not parts:
        return hit.chunk.chunk.start, hit.chunk.chunk.end
    best = max(parts, key=lambda part: shared_with(statement, part.text) + part.similarity)
    said = shared_with(statement, best.text)
    span = best.sentence.start, best.sentence.end
    for first, second in pairwise(parts):
        together = shared_with(statement, f"{first.text} {second.text}")
        if best in (first, second) and together > said + TOGETHER:
            said, span = together, (first.sentence.start, second.sentence.end)
    return span
