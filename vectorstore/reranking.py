"""The seam for a reranker: it may put the best hits of a search into another order. Knows no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from vectorstore.records import Hit

MOST = 50  # hits shown to a reranker


class Reranker(Protocol):
    """Says how well passages answer a query, for example a cross-encoder."""

    def rerank(self, query: str, hits: Sequence[Hit]) -> Sequence[float]:
        """Return a score for each hit, in their order, higher is better; of any scale."""


def reranked(query: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """Order the best hits by a reranker; equal scores keep their order, and so do the hits it is not shown.

    `Hit.score` stays what it was, place by place, so that what is made of scores later holds with any reranker; the
    reranker's own score is in `parts["reranker"]`.
    """
    shown = list(hits[:MOST])
    scores = reranker.rerank(query, shown)
    if len(scores) != len(shown):
        raise ValueError(f"the reranker gave {len(scores)} scores for {len(shown)} passages")
    ordered = sorted(zip(scores, shown, strict=True), key=lambda pair: -pair[0])
    return [
        replace(hit, score=place.score, parts={**hit.parts, "reranker": float(score)})
        for place, (score, hit) in zip(shown, ordered, strict=True)
    ] + list(hits[MOST:])
