"""Late interaction: how near each word of a query comes to some word of a passage, each as it is meant where it stands.

The score is MaxSim (Khattab & Zaharia 2020, "ColBERT"), here weighted by how rare the query's words are. Of a passage
one vector is kept for each distinct piece of a word, and of that vector the signs of 128 dimensions: 16 bytes. It
knows no library and no embedder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding import TokenVectors
from vectorstore.lexical import STOP_WORDS
from vectorstore.records import Vector

BITS = 128
_BYTES = BITS // 8
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class QueryPieces:
    """The telling pieces of a query: unit vectors (n, 128) and how much each counts (n,), 1 in all."""

    vectors: Vector
    weights: NDArray[np.float64]


def signs(text: str, tokens: TokenVectors) -> bytes:
    """Reduce a passage to the signs of its distinct telling pieces, 16 bytes each; equal pieces are averaged."""
    rows: dict[str, list[int]] = {}
    for row, (start, end) in enumerate(tokens.spans):
        piece = text[start:end].lower()
        if piece not in STOP_WORDS and _WORD.search(piece):
            rows.setdefault(piece, []).append(row)
    if not rows:
        return b""
    reduced = _reduced(tokens.vectors)
    means = np.array([reduced[places].sum(axis=0) for places in rows.values()])
    return np.packbits(means >= 0, axis=1).tobytes()


def query_pieces(query: str, tokens: TokenVectors, weigh: Callable[[Collection[str]], dict[str, float]]) -> QueryPieces:
    """Take the telling pieces of a query; `weigh` gives the weight of each of its words, lower case."""
    words = {at: found[0].lower() for found in _WORD.finditer(query) for at in range(*found.span())}
    weights = weigh(set(words.values()) - STOP_WORDS)
    counts = np.array([weights.get(words.get(start, ""), 0.0) for start, _ in tokens.spans], dtype=np.float64)
    telling = counts > 0
    vectors = _reduced(tokens.vectors[telling])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return QueryPieces(
        (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32), counts[telling] / (counts.sum() or 1.0)
    )


def scores(query: QueryPieces, passages: Sequence[bytes]) -> NDArray[np.float64]:
    """Score passages, given as `signs`, against a query: (passages,), about 0 to 1; 0 where there are no pieces."""
    found = np.zeros(len(passages))
    filled = [place for place, passage in enumerate(passages) if passage]
    if not filled or not len(query.weights):
        return found
    bits = np.unpackbits(np.frombuffer(b"".join(passages), np.uint8).reshape(-1, _BYTES), axis=1)
    products = query.vectors @ (bits.astype(np.float32) * 2 - 1).T / np.float32(np.sqrt(BITS))
    starts = np.cumsum([0, *(len(passages[place]) // _BYTES for place in filled[:-1])])
    nearest = np.maximum.reduceat(products, starts, axis=1)
    found[filled] = (query.weights @ nearest.astype(np.float64)).round(6)
    return found


def _reduced(vectors: Vector) -> Vector:
    """Keep evenly spread dimensions, 128 where there are so many."""
    step = max(1, vectors.shape[1] // BITS)
    kept = vectors[:, ::step][:, :BITS].astype(np.float32)
    return np.pad(kept, ((0, 0), (0, BITS - kept.shape[1])))
