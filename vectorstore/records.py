"""The nouns that are stored. Every `start` and `end` is a half-open span in code points of a source's text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
SectionKind = Literal["front", "abstract", "body", "related", "references", "table"]
SourceKind = Literal["pdf", "listing", "text", "markdown", "html", "jsonl", "shared"]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled span of a text.

    A `table` section has its caption as title and one row a line; `head` spans its column heads.
    """

    title: str
    start: int
    end: int
    kind: SectionKind = "body"
    head: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a PDF within the text.

    `characters` maps each code point of text[start:end] to the index of its character on the page as PDFium counts
    them, -1 where the reader put it in (a joining space, a line break); little-endian int32, zlib-compressed.
    """

    number: int
    label: str
    start: int
    end: int
    characters: bytes = b""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What one source says of its paper.

    `guessed` names the fields that were inferred; `notes` are sentences for the reader.
    """

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    date: str | None = None
    venue: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    url: str | None = None
    external_id: str | None = None
    guessed: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A paper as one file tells it: metadata and the whole text.

    `sections` do not overlap, save tables, which lie inside others.
    """

    kind: SourceKind
    metadata: Metadata
    text: str
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest span that is scored and quoted: a sentence, or a row of a table."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of a text that is embedded and found as one.

    `context` is put before the chunk's text where it is embedded and indexed, never where it is quoted: the paper's
    title and the section's, for a table its caption and column heads.
    """

    start: int
    end: int
    section: str
    kind: SectionKind
    context: str
    sentences: tuple[Sentence, ...]

    def in_context(self, text: str) -> str:
        """Return what is embedded of this chunk, `text` being its own words."""
        return f"{self.context}\n{text}"


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read: `content_hash` is the SHA-256 of its bytes in hexadecimal, `path` where it was found."""

    name: str
    path: str
    content_hash: str
    kind: SourceKind
    size: int
    pages: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedSource:
    """A source ready to be stored.

    `chunk_vectors` is (chunks, d); `sentence_vectors` (sentences in order of the chunks, d); `pieces` what
    `pieces.signs` gives of each chunk, as far as it is known.
    """

    source: Source
    chunks: tuple[Chunk, ...]
    chunk_vectors: Vector
    sentence_vectors: Vector
    pieces: tuple[bytes | None, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source in the library: which paper it belongs to, which file it came from, which text it has."""

    source_id: str
    paper_id: str
    text_id: str
    name: str
    kind: SourceKind
    content_hash: str
    metadata: Metadata
    pages: int | None


@dataclass(frozen=True, slots=True)
class SharedText:
    """A passage that came with a shared conversation: its words and what stands over them, and where it was read.

    `name` is the file that was read elsewhere, `metadata` what was told of its paper there; both are others' words.
    """

    text: str
    heading: str
    name: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the library: the union of what its sources say, the surer winning, independent of the order of
    ingest; but `edited` names the fields that a person has put right."""

    paper_id: str
    metadata: Metadata
    sources: tuple[StoredSource, ...]
    chunks: int
    tags: tuple[str, ...] = ()
    edited: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return self.metadata.title

    @property
    def authors(self) -> tuple[str, ...]:
        return self.metadata.authors

    @property
    def year(self) -> int | None:
        return self.metadata.year

    @property
    def pages(self) -> int | None:
        return next((source.pages for source in self.sources if source.pages), None)


@dataclass(frozen=True, slots=True)
class Removed:
    """A paper in the bin. All that were removed at once share a `removal`; `names` are its files."""

    removal: str
    removed: datetime
    paper_id: str
    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk in the library. `text` is its own words, text[start:end] of the source's text."""

    chunk_id: int
    text_id: str
    paper_id: str
    chunk: Chunk
    text: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which papers to look in; an empty filter lets all through.

    Names match as folded substrings, years inclusively; a paper passes that has all the tags.
    """

    paper_ids: frozenset[str] = frozenset()
    authors: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    venue: str = ""
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a hit with its cosine similarity to the query."""

    sentence: Sentence
    text: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found. `score` is the fused score, higher is better; `parts` its pieces by name."""

    chunk: StoredChunk
    score: float
    parts: dict[str, float] = field(default_factory=dict)
    sentences: tuple[ScoredSentence, ...] = ()
