"""A reranker put in changes the order, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from tests.vectorstore.making import EMBEDDER, add, source
from vectorstore.library import Library
from vectorstore.llama_index import PostprocessorReranker
from vectorstore.records import Hit
from vectorstore.search import search, search_papers


class Shortest:
    """Prefers short passages."""

    def rerank(self, query: str, hits: Sequence[Hit]) -> Sequence[float]:
        return [-len(hit.chunk.text) for hit in hits]


class Backwards(BaseNodePostprocessor):
    """Turns the order round, and drops the first."""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        assert query_bundle and query_bundle.query_str == "owls hunt"
        return nodes[:0:-1]


@pytest.fixture
def owls(library: Library) -> Library:
    for number in range(4):
        add(library, f"{number}.txt", source(f"Paper {number}", f"Owls hunt {'mice by night ' * number}."))
    return library


@pytest.mark.parametrize("find", [search, search_papers])
def test_a_reranker_changes_the_order(owls: Library, find) -> None:  # type: ignore[no-untyped-def]
    before = find(owls, EMBEDDER, "owls hunt mice by night")
    owls.reranker = Shortest()
    after = find(owls, EMBEDDER, "owls hunt mice by night")
    assert [hit.chunk.text for hit in after] == sorted((hit.chunk.text for hit in before), key=len)
    assert after != before
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert after[0].parts["reranker"] == -len(after[0].chunk.text)
    assert find(owls, EMBEDDER, "owls hunt mice by night", top=1) == after[:1]


def test_a_postprocessor_of_llama_index_reranks(owls: Library) -> None:
    before = [hit.chunk.text for hit in search(owls, EMBEDDER, "owls hunt")]
    owls.reranker = PostprocessorReranker(Backwards())
    assert [hit.chunk.text for hit in search(owls, EMBEDDER, "owls hunt")] == [*before[:0:-1], before[0]]


def test_scores_that_do_not_fit_are_refused(owls: Library) -> None:
    class Silent:
        def rerank(self, query: str, hits: Sequence[Hit]) -> Sequence[float]:
            return []

    owls.reranker = Silent()
    with pytest.raises(ValueError, match="0 scores for 4 passages"):
        search(owls, EMBEDDER, "owls hunt")
