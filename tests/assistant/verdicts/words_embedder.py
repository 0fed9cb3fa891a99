"""An embedder for tests: the vector of a text counts its hashed words, so texts with words in common are alike."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np

from assistant.words import content
from vectorstore.records import Vector


class WordsEmbedder:
    """Deterministic and instant; no weights."""

    name = "words"
    dimensions = 512

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vector:
        vectors = np.full((len(texts), self.dimensions), 1e-6, np.float32)
        for row, text in enumerate(texts):
            for stem in content(text):
                vectors[row, zlib.crc32(stem.encode()) % self.dimensions] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
