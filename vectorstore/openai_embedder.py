"""An embedder behind any server that speaks the OpenAI protocol. The vendor's errors end here, and so does the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from urllib.parse import urlsplit

import numpy as np
import openai

from vectorstore.embedding import OPENAI_PREFIX
from vectorstore.errors import EmbedderError
from vectorstore.records import Vector

OPENAI_URL = "https://api.openai.com/v1"
TIMEOUT = 60.0  # seconds a request
RETRIES = 4  # by the openai client, which waits as the server asks; nothing else retries
BATCH = 128  # texts a request; servers take up to 2,048, and 300,000 tokens in all
KNOWN_DIMENSIONS = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}


class OpenAIEmbedder:
    """Sends texts to `base_url` (default: OpenAI's) in batches and returns unit vectors. Opening it sends nothing."""

    def __init__(self, model: str, *, api_key: str | None = None, base_url: str | None = None) -> None:
        if not api_key and not base_url:
            raise EmbedderError(
                f"The embedder {OPENAI_PREFIX}{model} needs an API key.",
                "Set OPENAI_API_KEY, or FOOTNOTE_EMBEDDING_BASE_URL for a server of your own.",
            )
        self.name = OPENAI_PREFIX + model
        self._model = model
        self._key = api_key or ""
        self._server = urlsplit(base_url or OPENAI_URL).hostname or "The server"
        with self._named_errors():
            self._client = openai.OpenAI(
                api_key=api_key or "none", base_url=base_url or OPENAI_URL, timeout=TIMEOUT, max_retries=RETRIES
            )
        self._client._client.follow_redirects = False  # another host would be sent the texts
        self._client.organization = self._client.project = None  # from OpenAI's environment variables
        self._client._platform = "Unknown"  # to find out it would start `uname`, which would inherit the key's variable

    @cached_property
    def dimensions(self) -> int:
        """The length of a vector: known for OpenAI's models, else learned from one request."""
        return KNOWN_DIMENSIONS.get(self._model) or self._embed_batch(["length"]).shape[1]

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vector:
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), BATCH):
            batch = self._embed_batch(texts[start : start + BATCH])
            if batch.shape[1] != self.dimensions:
                raise self._unusable(f"vectors of length {batch.shape[1]} where {self.dimensions} was expected")
            vectors[start : start + len(batch)] = batch
            if progress:
                progress(start + len(batch))
        return vectors

    def _embed_batch(self, texts: Sequence[str]) -> Vector:
        readable = [text.encode("utf-8", "replace").decode() or " " for text in texts]  # an empty text is refused
        with self._named_errors():
            answer = self._client.embeddings.with_raw_response.create(
                model=self._model, input=readable, encoding_format="float"
            )
            try:
                entries = sorted(answer.http_response.json()["data"], key=lambda entry: int(entry["index"]))
                indices = [int(entry["index"]) for entry in entries]
                vectors = np.array([entry["embedding"] for entry in entries], np.float32)
            except (ValueError, LookupError, TypeError):  # HTML with status 200, ragged vectors, another shape
                raise self._unusable("something that is no list of vectors") from None
        if indices != list(range(len(texts))) or vectors.ndim != 2:
            raise self._unusable(f"{len(indices)} vectors for {len(texts)} texts")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise self._unusable("vectors without a length")
        vectors /= lengths
        return vectors

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """Turn the vendor's errors into ours. The cause is dropped: it carries the request, and the key with it."""
        try:
            yield
        except openai.AuthenticationError:
            raise EmbedderError(
                f"{self._server} does not accept the API key for embeddings.", "Check OPENAI_API_KEY."
            ) from None
        except openai.RateLimitError as error:
            raise EmbedderError(
                f"{self._server} refuses more embeddings for now: {self._redacted(error.message)}",
                "Wait a little, or check the account's quota; files already added are kept.",
            ) from None
        except openai.APIStatusError as error:
            raise EmbedderError(
                f"{self._server} answered {error.status_code} to embeddings: {self._redacted(error.message)}",
                f"Check that it serves the model {self._model!r}; FOOTNOTE_EMBEDDING_BASE_URL names the server.",
            ) from None
        except openai.APITimeoutError:
            raise EmbedderError(
                f"{self._server} did not answer within {TIMEOUT:.0f} seconds.", "Try again, or choose another embedder."
            ) from None
        except openai.APIConnectionError:
            raise EmbedderError(
                f"{self._server} cannot be reached.", "Check the network, and FOOTNOTE_EMBEDDING_BASE_URL."
            ) from None
        except openai.OpenAIError as error:
            raise EmbedderError(f"Embedding at {self._server} failed: {self._redacted(str(error))}") from None

    def _unusable(self, what: str) -> EmbedderError:
        return EmbedderError(
            f"{self._server} returned {what}.",
            f"Check that FOOTNOTE_EMBEDDING_BASE_URL names a server of {self._model!r}; it often ends in /v1.",
        )

    def _redacted(self, words: str) -> str:
        """Return a server's words, shortened, without the key: some servers echo it, whole or in part."""
        words = words.replace(self._key, "[key]") if self._key else words
        return re.sub(r"\b(sk-|Bearer\s+)\S+", "[key]", words)[:300]
