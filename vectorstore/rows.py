"""How the records are written in the ledger's columns, and read again."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vectorstore.records import Chunk, Metadata, Page, Section, Sentence, StoredSource, Vector

_UNSTORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\ufffd")


def storable(text: str) -> str:
    """Put U+FFFD for what SQLite cannot keep (NUL, lone surrogates), one for one, so that spans stay true."""
    return text.translate(_UNSTORABLE)


def storable_name(name: str) -> str:
    """Write the undecodable bytes of a file name as escapes, so that two such names stay two."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def metadata_to_json(metadata: Metadata) -> str:
    """Write metadata as JSON, always the same for equal metadata; fields that say nothing are left out."""
    fields = {
        name: value for name, value in dataclasses.asdict(metadata).items() if value not in (None, (), frozenset())
    }
    if metadata.guessed:
        fields["guessed"] = sorted(metadata.guessed)
    return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def metadata_from_json(document: str) -> Metadata:
    fields = json.loads(document)
    fields["authors"] = tuple(fields.get("authors", ()))
    fields["notes"] = tuple(fields.get("notes", ()))
    fields["guessed"] = frozenset(fields.get("guessed", ()))
    return Metadata(**fields)


def sections_to_json(sections: Sequence[Section]) -> str:
    return json.dumps([[s.title, s.start, s.end, s.kind, s.head] for s in sections], separators=(",", ":"))


def sections_from_json(document: str) -> tuple[Section, ...]:
    return tuple(
        Section(title, start, end, kind, (head[0], head[1]) if head else None)
        for title, start, end, kind, head in json.loads(document)
    )


def page_from_row(row: sqlite3.Row) -> Page:
    return Page(row["number"], row["label"], row["start"], row["end"], row["characters"])


def source_from_row(row: sqlite3.Row) -> StoredSource:
    """Read a row of SOURCES (below)."""
    return StoredSource(
        source_id=row["source_id"],
        paper_id=row["paper_id"],
        text_id=row["text_id"],
        name=row["name"],
        kind=row["kind"],
        content_hash=row["content_hash"],
        metadata=metadata_from_json(row["metadata"]),
        pages=row["pages"],
    )


SOURCES = "SELECT sources.*, texts.text_id, texts.chunks FROM sources JOIN texts USING (text_key)"


def chunk_from_row(row: sqlite3.Row) -> Chunk:
    """Read a row of CHUNKS (below)."""
    return Chunk(
        row["start"], row["end"], row["section"], row["kind"], row["context"], sentences_from_blob(row["spans"])
    )


CHUNKS = """SELECT chunks.*, texts.text_id, sentences.spans,
    (SELECT paper_id FROM sources WHERE sources.text_key = chunks.text_key AND current LIMIT 1) AS paper_id
    FROM chunks JOIN texts USING (text_key) JOIN sentences USING (chunk_id)"""


def sentences_to_blob(sentences: Sequence[Sentence]) -> bytes:
    return np.array([(s.start, s.end) for s in sentences], dtype="<i4").tobytes()


def sentences_from_blob(blob: bytes) -> tuple[Sentence, ...]:
    return tuple(Sentence(start, end) for start, end in np.frombuffer(blob, dtype="<i4").reshape(-1, 2).tolist())


def vector_to_blob(vector: Vector) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


def vectors_from_blobs(blobs: Sequence[bytes], dimensions: int) -> Vector:
    """Read vectors as (n, d)."""
    joined = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(-1, dimensions)
    return joined.astype(np.float32, copy=False)


def quantise(vectors: Vector) -> tuple[NDArray[np.int8], Vector]:
    """Reduce (n, d) vectors to int8 and one scale a vector."""
    scales = np.abs(vectors).max(axis=1, initial=0.0) / 127
    safe = np.where(scales > 0, scales, 1)
    return np.rint(vectors / safe[:, None]).astype(np.int8), scales.astype(np.float32)


def similarities_to(query: Vector, vectors: bytes, scales: bytes) -> NDArray[np.float64]:
    """Score a chunk's quantised sentences against a query of (d,): (sentences,)."""
    small = np.frombuffer(vectors, dtype=np.int8).reshape(-1, len(query))
    products: NDArray[np.float32] = small.astype(np.float32) @ query * np.frombuffer(scales, dtype="<f4")
    return products.astype(np.float64).round(6)
