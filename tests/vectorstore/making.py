"""Makes small papers for the tests of the library: a chunk a paragraph, a sentence up to each full stop."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.library import Added, Library
from vectorstore.records import Chunk, File, Metadata, PreparedSource, Section, Sentence, Source, SourceKind

EMBEDDER = HashingEmbedder()


def source(
    title: str,
    text: str,
    authors: Sequence[str] = (),
    kind: SourceKind = "text",
    sections: Sequence[Section] = (),
    **metadata: Any,
) -> Source:
    """Make a source from what it says."""
    return Source(kind, Metadata(title, tuple(authors), **metadata), text, tuple(sections))


def prepared(source: Source) -> PreparedSource:
    """Chunk and embed a source."""
    chunks = tuple(
        Chunk(found.start(), found.end(), "", "body", source.metadata.title, _sentences(source.text, *found.span()))
        for found in re.finditer(r"[^\n]+", source.text)
    )
    sentences = [source.text[s.start : s.end] for chunk in chunks for s in chunk.sentences]
    return PreparedSource(
        source,
        chunks,
        EMBEDDER.embed([f"{chunk.context}\n{source.text[chunk.start : chunk.end]}" for chunk in chunks]),
        EMBEDDER.embed(sentences),
    )


def _sentences(text: str, start: int, end: int) -> tuple[Sentence, ...]:
    return tuple(Sentence(*found.span()) for found in re.compile(r"[^.\s][^.]*\.?").finditer(text, start, end))


def file(name: str, body: str = "", kind: SourceKind = "text", path: str = "") -> File:
    """Make a file; its content hash follows from `name` and `body`."""
    content_hash = hashlib.sha256(f"{name}\0{body}".encode("utf-8", "surrogatepass")).hexdigest()
    return File(name, path or f"/papers/{name}", content_hash, kind, len(body), pages=3 if kind == "pdf" else None)


def add(library: Library, name: str, *sources: Source, body: str = "") -> tuple[Added, ...]:
    """Store sources as the file `name`; another `body` makes another version of it."""
    kind = sources[0].kind if sources else "text"
    content = body or repr(sources)
    return library.add(file(name, content, kind), [prepared(source) for source in sources])


def open_library(folder: Path, owner: str | None = "the tests") -> Library:
    """Open a library that is embedded by the fake."""
    return Library.open(folder, embedder=EMBEDDER.name, dimensions=EMBEDDER.dimensions, owner=owner)
