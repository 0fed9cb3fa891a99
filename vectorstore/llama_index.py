"""Adapters between our embedders and rerankers and llama-index's. Import it late: llama-index takes about a second."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, TextNode
from pydantic import PrivateAttr

from vectorstore.embedding import Embedder
from vectorstore.errors import EmbedderError
from vectorstore.records import Hit, Vector


class FootnoteEmbedding(BaseEmbedding):
    """One of our embedders as llama-index knows them: `Settings.embed_model = FootnoteEmbedding(open_embedder())`."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **options: Any) -> None:
        super().__init__(model_name=embedder.name, **options)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        return "FootnoteEmbedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class PostprocessorReranker:
    """Any llama-index node postprocessor as a reranker; the passages that it drops come last."""

    def __init__(self, postprocessor: BaseNodePostprocessor) -> None:
        self._postprocessor = postprocessor

    def rerank(self, query: str, hits: Sequence[Hit]) -> Sequence[float]:
        passages = [hit.chunk.chunk.in_context(hit.chunk.text) for hit in hits]
        nodes = [
            NodeWithScore(node=TextNode(id_=str(place), text=passage), score=hit.score)
            for place, (hit, passage) in enumerate(zip(hits, passages, strict=True))
        ]
        scores = [-math.inf] * len(hits)
        kept = self._postprocessor.postprocess_nodes(nodes, query_str=query)
        for rank, node in enumerate(kept):  # their order is what counts: not all set scores
            scores[int(node.node.node_id)] = float(-rank)
        return scores


class LlamaIndexEmbedder:
    """Any llama-index embedding as one of ours, made unit length. Queries go the way of texts."""

    def __init__(self, embedding: BaseEmbedding) -> None:
        self.name = f"llama-index:{embedding.model_name}"
        self._embedding = embedding
        self.dimensions = len(embedding.get_text_embedding("length"))

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vector:
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        size = self._embedding.embed_batch_size
        for start in range(0, len(texts), size):
            batch = self._embedding.get_text_embedding_batch(list(texts[start : start + size]))
            vectors[start : start + len(batch)] = batch
            if progress:
                progress(start + len(batch))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not lengths.all():
            raise EmbedderError(f"{self.name} returned vectors without a length.")
        vectors /= lengths
        return vectors
