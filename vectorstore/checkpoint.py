"""The vectors of a file that is still being embedded, so that a stopped ingest goes on where it was.

Only a saving of work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from vectorstore.embedding import Embedder, PieceEmbedder
from vectorstore.records import Vector

STRIDE = 512  # texts between two checkpoints


class Checkpoint:
    """What is known of the vectors of one file's texts. The same texts asked for again go on after what was kept."""

    def __init__(self, folder: Path, texts: Sequence[str], embedder: Embedder, passages: int = 0) -> None:
        """`passages` says how many of the texts, from the first, are chunks, whose pieces are wanted too."""
        self.pieces: list[bytes | None] = [None] * passages  # None: not known; after `embed`, those not embedded now
        self._file = folder / f"{_fingerprint(texts, embedder)}.vectors"
        self._texts = texts
        self._embedder = embedder

    def embed(self, progress: Callable[[int], None] | None = None) -> Vector:
        """Return (n, d) vectors; `progress` is told how many are done. Work that fits one stride is not kept."""
        parts = [_read(self._file, self._embedder.dimensions)]
        start = len(parts[0])
        while start < len(self._texts):
            stop = min(start + STRIDE, len(self.pieces) if start < len(self.pieces) else len(self._texts))
            part = self._part(start, stop, _after(start, progress))
            parts.append(part)
            if len(self._texts) > STRIDE:
                self._keep(start, part)
            start = stop
        return np.concatenate(parts).astype(np.float32)

    def _part(self, start: int, stop: int, progress: Callable[[int], None] | None) -> Vector:
        texts = self._texts[start:stop]
        if start < len(self.pieces) and isinstance(self._embedder, PieceEmbedder):
            vectors, self.pieces[start:stop] = self._embedder.embed_with_pieces(texts, progress=progress)
            return vectors
        return self._embedder.embed(texts, progress=progress)

    def forget(self) -> None:
        """Drop what was kept, once the library has it."""
        self._file.unlink(missing_ok=True)

    def _keep(self, start: int, part: Vector) -> None:
        self._file.parent.mkdir(exist_ok=True)
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.seek(start * 4 * self._embedder.dimensions)
            file.truncate()
            file.write(part.astype("<f4").tobytes())


def _after(start: int, progress: Callable[[int], None] | None) -> Callable[[int], None] | None:
    return (lambda done: progress(start + done)) if progress else None


def _read(file: Path, dimensions: int) -> Vector:
    """Return the whole vectors of a checkpoint up to the first that is not of unit length, as after a loss of power."""
    data = file.read_bytes() if file.exists() else b""
    vectors = np.frombuffer(data[: len(data) // (4 * dimensions) * 4 * dimensions], "<f4").reshape(-1, dimensions)
    broken = np.flatnonzero(~(np.abs(np.linalg.norm(vectors, axis=1) - 1) < 1e-3))
    return vectors[: broken[0]] if len(broken) else vectors


def _fingerprint(texts: Sequence[str], embedder: Embedder) -> str:
    digest = hashlib.sha256(embedder.name.encode())
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()[:32]
