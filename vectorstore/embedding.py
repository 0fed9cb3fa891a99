"""What the library needs of an embedder, and the way to one by its name. Heavy packages wait until one is opened."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from vectorstore.errors import EmbedderError
from vectorstore.records import Vector

MINILM = "all-MiniLM-L6-v2"
OPENAI_PREFIX = "openai:"


class Embedder(Protocol):
    """Turns texts into unit vectors; one deterministic vector a text, independent of its neighbours."""

    @property
    def name(self) -> str:
        """The identity a library remembers: "all-MiniLM-L6-v2", "openai:text-embedding-3-small"."""

    @property
    def dimensions(self) -> int:
        """The length d of a vector."""

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vector:
        """Return (n, d) float32 of unit length; call `progress` with the number of texts done. EmbedderError."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of a text: `spans[i]` is where the i-th stands, `vectors[i]` (d,) its unit vector in this text."""

    spans: tuple[tuple[int, int], ...]
    vectors: Vector


@runtime_checkable
class TokenEncoder(Protocol):
    """Tells what each token of a text means there."""

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the tokens of each text, as many as the model reads."""


@runtime_checkable
class PieceEmbedder(Embedder, Protocol):
    """An embedder that also gives what late interaction keeps of a passage (vectorstore/pieces.py)."""

    def embed_with_pieces(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> tuple[Vector, list[bytes]]:
        """Return what `embed` does, and the `pieces.signs` of each text, from one reading of it."""

    def embed_query(self, query: str) -> tuple[Vector, TokenVectors]:
        """Return the vector (d,) of a query, and its tokens as the signs of passages are compared with."""


def token_encoder(embedder: Embedder) -> TokenEncoder | None:
    """Return the embedder itself where it knows tokens, else the embedded one; None where its weights are missing."""
    return embedder if isinstance(embedder, TokenEncoder) else _embedded_encoder()


@functools.cache
def _embedded_encoder() -> TokenEncoder | None:
    from vectorstore.minilm import MiniLM

    try:
        return MiniLM.open()
    except EmbedderError:
        return None


def open_embedder(
    name: str = MINILM, *, api_key: str | None = None, base_url: str | None = None, cache: Path | None = None
) -> Embedder:
    """Return the embedder of that name, ready to embed; raise EmbedderError when it cannot work.

    `cache` is where the embedded model's graph is kept (default: the person's cache folder); `api_key` and `base_url`
    are for "openai:MODEL" only.
    """
    if name == MINILM:
        from vectorstore.minilm import MiniLM

        return MiniLM.open(cache)
    if name.startswith(OPENAI_PREFIX) and name != OPENAI_PREFIX:
        from vectorstore.openai_embedder import OpenAIEmbedder

        return OpenAIEmbedder(name.removeprefix(OPENAI_PREFIX), api_key=api_key, base_url=base_url)
    raise EmbedderError(
        f"There is no embedder called {name!r}.",
        f"Use {MINILM!r}, or {OPENAI_PREFIX}MODEL for a server that speaks the OpenAI protocol.",
    )
