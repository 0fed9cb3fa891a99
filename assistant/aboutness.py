"""Is a paper about a topic, or does it mention it in passing? Knows no question and no wording of answers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.words import content, words
from vectorstore.embedding import Embedder
from vectorstore.library import Library
from vectorstore.mentions import frequencies
from vectorstore.records import Hit, StoredChunk, Vector

SAMPLE = 1000  # chunks of the library that tell how alike any passage is to a topic
LEAST_SPREAD = 0.05  # of the sample's similarities; a library of a few chunks has hardly any
CLOSEST = 3  # papers whose likeness to each other tells what the set has in common
WHOLE = 0.99  # share of a topic, by weight
SPECIFIC = 0.5  # of the heaviest word's weight a word of the topic must have to be of its core
# Logistic regression on the list questions of benchmarks/questions, by benchmarks/fit_lists.py.
WEIGHTS: Mapping[str, float] = {
    "score": 1.28,
    "sentence": 1.26,
    "in_title": -1.07,
    "whole_in_title": 7.45,
    "in_opening": 1.02,
    "like_core": 0.24,
    "like_first": 0.32,
}
BIAS = -4.93
# Likelihood from which a paper is surely about the topic, from which it is, and from which it may be.
SURELY, ABOUT, DOUBTFUL = 0.98, 0.2, 0.07
_BUT_NOT = re.compile(
    r"[,;]?\s+(?:but|and) not (?:(?:about|on|with|for|in|using) )?|,? (?:except|excluding) (?:for )?", re.I
)


VAGUE = content(
    """field area domain subject topic kind sort type way thing particular certain specific especial various several
    different general one possible main"""
)


def about(topic: str, hits: Sequence[Hit], library: Library, embedder: Embedder) -> dict[str, float]:
    """Say of papers, each given by its best hit for the topic, how likely it is about it, 0 to 1; the likeliest first.

    What the topic leaves out counts against a paper: `X but not Y`.
    """
    topic, *unwanted = _BUT_NOT.split(topic, maxsplit=1)
    chances = _chances(features_of(topic, hits, library, embedder))
    for other in unwanted:
        for paper_id, chance in _chances(features_of(other, hits, library, embedder)).items():
            chances[paper_id] *= 1 - chance
    return dict(sorted(chances.items(), key=lambda item: -item[1]))


def mentions_all(topic: str, hit: Hit) -> bool:
    """Tell whether a passage, with the titles above it, has all words of a topic."""
    return content(topic) - VAGUE <= content(f"{hit.chunk.chunk.context} {hit.chunk.text}")


def _chances(features: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    scores = {key: BIAS + sum(WEIGHTS[name] * value for name, value in own.items()) for key, own in features.items()}
    return {key: (1 + math.tanh(score / 2)) / 2 for key, score in scores.items()}


def features_of(topic: str, hits: Sequence[Hit], library: Library, embedder: Embedder) -> dict[str, dict[str, float]]:
    """Describe, by paper_id, what speaks for a paper's being about the topic, each paper given by its best hit."""
    if not hits:
        return {}
    weights = _weights(topic, library)
    openings = [_opening(hit, library) for hit in hits]
    likeness = _Likeness(library, embedder, [chunk.chunk_id for chunk in openings])
    like_core = likeness.to_text(_core(topic, weights))
    like_first = likeness.to_those(np.arange(len(hits))[:CLOSEST])
    found: dict[str, dict[str, float]] = {}
    for place, (hit, opening) in enumerate(zip(hits, openings, strict=True)):
        title = content(library.paper(hit.chunk.paper_id).title)
        in_title = _share(title, weights)
        found[hit.chunk.paper_id] = {
            "score": hit.score,
            "sentence": hit.parts["sentence"],
            "in_title": in_title,
            "whole_in_title": float(in_title > WHOLE),
            "in_opening": _share(title | content(opening.text), weights),
            "like_core": float(like_core[place]),
            "like_first": float(like_first[place]),
        }
    return found


class _Likeness:
    """How alike chunks are to something, in standard deviations above what any passage of the library is.

    What all passages have in common is taken out first: in a library on one field it drowns the rest.
    """

    def __init__(self, library: Library, embedder: Embedder, chunk_ids: Sequence[int]) -> None:
        everything = library.chunk_ids()
        _, sample = library.chunk_vectors(everything[:: math.ceil(len(everything) / SAMPLE)])
        ids, vectors = library.chunk_vectors(np.unique(np.array(chunk_ids, dtype=np.int64)))
        self._embedder = embedder
        self._common = sample.mean(axis=0)
        self._sample = _unit(sample - self._common)
        self._vectors = _unit(vectors - self._common)[np.searchsorted(ids, chunk_ids)]

    def to_text(self, text: str) -> NDArray[np.float64]:
        return self._standard(self._embedder.embed([text])[0] - self._common)

    def to_those(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._standard(self._vectors[places].mean(axis=0))

    def _standard(self, vector: Vector) -> NDArray[np.float64]:
        usual = self._sample @ _unit(vector)
        scores: NDArray[np.float64] = (self._vectors @ _unit(vector) - usual.mean()) / max(usual.std(), LEAST_SPREAD)
        return scores.astype(np.float64)


def _unit(vectors: Vector) -> Vector:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vector = vectors / np.maximum(length, 1e-9)
    return unit


def _weights(topic: str, library: Library) -> dict[str, float]:
    """Weigh the topic's words by how rare they are in the library."""
    own = {word.stem: word.text for word in words(topic) if word.stem in content(topic) - VAGUE}
    counts = frequencies(library, own.values())
    passages = library.count()[1]
    return {stem: max(math.log((passages + 1) / (counts[text] + 0.5)), 0.05) for stem, text in own.items()}


def _core(topic: str, weights: Mapping[str, float]) -> str:
    """Return the topic without the words that much of the library has."""
    least = SPECIFIC * max(weights.values(), default=0.0)
    return " ".join(word.text for word in words(topic) if weights.get(word.stem, 0.0) >= least) or topic


def _share(terms: frozenset[str], weights: Mapping[str, float]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0


def _opening(hit: Hit, library: Library) -> StoredChunk:
    """Return the chunk in which the paper says what it is about: its abstract, else its beginning."""
    chunks = library.chunks_of(hit.chunk.paper_id)
    return next((chunk for chunk in chunks if chunk.chunk.kind == "abstract"), chunks[0] if chunks else hit.chunk)
