"""A fake embedder: words are hashed into buckets. It knows no meaning, only which texts share words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np

from vectorstore.records import Vector

WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Gives each text the unit vector of its words' hashes; the same on every machine and in every run."""

    def __init__(self, name: str = "fake-hashing", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions
        self.calls = 0

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vector:
        self.calls += 1
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in WORD.findall(text.casefold()) or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                vectors[row, int.from_bytes(digest[:4], "little") % self.dimensions] += 1.0 if digest[4] % 2 else -1.0
            if not vectors[row].any():
                vectors[row, 0] = 1.0
            vectors[row] /= np.linalg.norm(vectors[row])
            if progress:
                progress(row + 1)
        return vectors
