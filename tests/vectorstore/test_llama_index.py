"""Our embedders in llama-index, and llama-index's in ours."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from llama_index.core import MockEmbedding, VectorStoreIndex
from llama_index.core.schema import TextNode

from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.errors import EmbedderError
from vectorstore.llama_index import FootnoteEmbedding, LlamaIndexEmbedder

TEXTS = ["one cat", "two dogs", "three birds"]


def test_our_embedder_answers_llama_index(hashing_embedder: HashingEmbedder) -> None:
    embedding = FootnoteEmbedding(hashing_embedder)
    expected = hashing_embedder.embed(TEXTS)
    assert embedding.model_name == "fake-hashing"
    assert np.allclose(embedding.get_text_embedding_batch(TEXTS), expected)
    assert np.allclose(embedding.get_query_embedding(TEXTS[0]), expected[0])
    assert np.allclose(asyncio.run(embedding.aget_query_embedding(TEXTS[1])), expected[1])


def test_our_embedder_serves_an_index_of_llama_index(hashing_embedder: HashingEmbedder) -> None:
    nodes = [TextNode(text=text) for text in TEXTS]
    index = VectorStoreIndex(nodes, embed_model=FootnoteEmbedding(hashing_embedder))
    (found,) = index.as_retriever(similarity_top_k=1).retrieve("dogs, two of them")
    assert found.text == "two dogs"


def test_an_embedding_of_llama_index_becomes_one_of_ours(hashing_embedder: HashingEmbedder) -> None:
    embedder = LlamaIndexEmbedder(FootnoteEmbedding(hashing_embedder, embed_batch_size=2))
    done: list[int] = []
    assert embedder.name == "llama-index:fake-hashing"
    assert embedder.dimensions == hashing_embedder.dimensions
    assert np.allclose(embedder.embed(TEXTS, done.append), hashing_embedder.embed(TEXTS))
    assert done == [2, 3]
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_its_vectors_are_made_unit_length() -> None:
    vectors = LlamaIndexEmbedder(MockEmbedding(embed_dim=9)).embed(TEXTS)  # all of its entries are 0.5
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, 1 / 3)


def test_vectors_without_a_length_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MockEmbedding, "_get_vector", lambda self: [0.0] * 9)
    with pytest.raises(EmbedderError, match="without a length"):
        LlamaIndexEmbedder(MockEmbedding(embed_dim=9)).embed(TEXTS)
