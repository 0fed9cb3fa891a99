"""The library: papers, their texts, chunks and vectors, and stored answers. The ledger is the only truth."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import math
import os
import re
import shutil
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from vectorstore import averages, dense, identity, marks, papers, removal, storing
from vectorstore.chroma import ChromaIndex
from vectorstore.conversations import Conversations
from vectorstore.embedding import PieceEmbedder
from vectorstore.errors import EmbedderMismatch, LibraryError, LibraryFull, PaperNotFound
from vectorstore.indexer import Indexer
from vectorstore.ledger import Ledger, changes
from vectorstore.ownership import Ownership
from vectorstore.records import (
    File,
    Filters,
    Metadata,
    Page,
    Paper,
    PreparedSource,
    Removed,
    Section,
    StoredChunk,
    StoredSource,
    Vector,
)
from vectorstore.reranking import Reranker
from vectorstore.rows import (
    CHUNKS,
    SOURCES,
    chunk_from_row,
    page_from_row,
    sections_from_json,
    source_from_row,
    storable_name,
)

Outcome = Literal["added", "updated", "attached"]
_CATCH_UP_SECONDS = 30.0
_HASH = re.compile(r"[0-9a-f]{8,128}")


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one source of a file: its paper is new, new in this version of the file, or had other sources."""

    paper_id: str
    source_id: str
    outcome: Outcome
    title: str


class Library:
    """A folder with papers that can be searched. Thread-safe.

    One process at a time owns it: it may change it, and keeps the Chroma index. Others read the ledger beside it.
    """

    def __init__(
        self, folder: Path, ledger: Ledger, embedder: str, dimensions: int, ownership: Ownership | None
    ) -> None:
        self.folder = folder
        self.embedder = embedder
        self.dimensions = dimensions
        self.ledger = ledger
        self.conversations = Conversations(ledger)
        self.matrix = dense.Matrix(dimensions)
        self.indexer: Indexer | None = None
        self.reranker: Reranker | None = None  # asked by every search, when there is one
        self._ownership = ownership
        self._originals = folder / "originals"
        self._cache = threading.Lock()
        self._papers: tuple[int, list[Paper], dict[str, Paper]] = (-1, [], {})
        self._fingerprint: tuple[int, str] = (-1, "")
        self._arrivals: tuple[int, dict[str, float]] = (-1, {})
        self._arriving: set[str] = set()  # hashes of originals whose files are not in the ledger yet
        if ownership is not None:
            self._empty_bin(before=time.time() - removal.KEPT_SECONDS)
            self.indexer = Indexer(ChromaIndex(folder / "index", self._fact("library_id")), self)

    @classmethod
    def open(cls, folder: Path, *, embedder: str, dimensions: int, owner: str | None = None) -> Self:
        """Open the library in a folder, or begin an empty one there.

        `owner` names the process that takes the library for itself (LibraryBusy when another has it); without it the
        library is only read. Raises EmbedderMismatch, LibraryTooNew, LibraryDamaged.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            ownership = Ownership(folder, owner) if owner is not None else None
        except FileExistsError as error:
            raise LibraryError(f"{folder} is a file, not a folder.", "Choose another place for the library.") from error
        except OSError as error:
            raise LibraryError(
                f"The library's folder {folder} cannot be written ({error.strerror}).", "Choose another folder."
            ) from error
        try:
            ledger = Ledger(folder)
            try:
                _settle_embedder(ledger, embedder, dimensions)
                return cls(folder, ledger, embedder, dimensions, ownership)
            except BaseException:
                ledger.close()
                raise
        except BaseException:
            if ownership is not None:
                ownership.release()
            raise

    def close(self) -> None:
        """Let the index catch up, then close everything and give the library free."""
        if self.indexer is not None:
            self.indexer.close(_CATCH_UP_SECONDS)
        self.ledger.close()
        if self._ownership is not None:
            self._ownership.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def fingerprint(self) -> str:
        """Name the content: changes with every change of it, and does not depend on the order of ingest."""
        with self.ledger.reading() as connection:
            version = changes(connection)
            with self._cache:
                if self._fingerprint[0] == version:
                    return self._fingerprint[1]
            rows = connection.execute(f"{SOURCES} WHERE current ORDER BY text_id, source_id, metadata, name")
            digest = hashlib.sha256()
            for row in rows:
                digest.update(json.dumps([row["text_id"], row["source_id"], row["metadata"], row["name"]]).encode())
            for mark in marks.said(connection):
                digest.update(json.dumps(mark).encode())
        with self._cache:
            self._fingerprint = (version, digest.hexdigest()[:16])
        return digest.hexdigest()[:16]

    def publish(self, address: Mapping[str, Any]) -> None:
        """Let other processes know where the owner can be reached (see ownership.read_owner)."""
        self._owned().publish(address)

    def _owned(self) -> Ownership:
        if self._ownership is None:
            raise LibraryError("This process only reads the library.", "Open it as its owner to change it.")
        return self._ownership

    def _fact(self, name: str) -> str:
        with self.ledger.reading() as connection:
            return str(connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()["value"])

    # Files

    def has_file(self, content_hash: str) -> bool:
        """Say whether the file with these bytes was stored, to its last paper."""
        with self.ledger.reading() as connection:
            return (
                connection.execute("SELECT 1 FROM files WHERE content_hash = ?", (content_hash,)).fetchone() is not None
            )

    def supersede(self, path: str, content_hash: str) -> bool:
        """Take out what an older file at this path said, its bytes being another file's now; say if there was one."""
        self._owned()
        with self.ledger.writing() as connection:
            row = connection.execute(
                "SELECT content_hash FROM files WHERE path = ? AND content_hash != ?",
                (storable_name(path), content_hash),
            ).fetchone()
            if row is None:
                return False
            old = storing.sources_of_files(connection, [row["content_hash"]])
            storing.delete_sources(connection, [each["source_key"] for each in old])
            connection.execute("DELETE FROM files WHERE content_hash = ?", (row["content_hash"],))
            papers.regroup(connection, {each["paper_id"] for each in old}, set())
        self._after_change()
        self._sweep_originals()
        return True

    def add(self, file: File, sources: Sequence[PreparedSource]) -> tuple[Added, ...]:
        """Store a file and all its sources in one transaction; an older file at the same path goes out in it.

        Raises ValueError when vectors do not fit the chunks; then, and on any error, nothing is stored.
        """
        self._owned()
        prepared = [storing.checked(source, self.dimensions) for source in sources]
        original = self.original(file.content_hash) is not None
        with self.ledger.writing() as connection:
            replaced = [
                row["content_hash"]
                for row in connection.execute(
                    "SELECT content_hash FROM files WHERE content_hash = ? OR path = ?",
                    (file.content_hash, storable_name(file.path)),
                )
            ]
            old = storing.sources_of_files(connection, replaced)
            former = storing.former_ids(connection, [row["source_key"] for row in old], prepared)
            storing.delete_sources(connection, [row["source_key"] for row in old])
            connection.executemany("DELETE FROM files WHERE content_hash = ?", [(each,) for each in replaced])
            storing.insert_file(connection, file, original=original)
            new = [storing.insert_source(connection, file, source, former) for source in prepared]
            papers.regroup(connection, {row["paper_id"] for row in old}, {key for key, _ in new})
            added = _outcomes(connection, file, old, new)
        self._arriving.discard(file.content_hash)
        self._after_change()
        return added

    def keep_original(self, path: Path, content_hash: str) -> None:
        """Copy a file's bytes into the library, whole or not at all; call it before `add`."""
        self._owned()
        _checked_hash(content_hash)
        self._arriving.add(content_hash)
        target = self._originals / f"{content_hash}{path.suffix.lower()}"
        if target.exists():
            return
        temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            self._originals.mkdir(exist_ok=True)
            try:
                with path.open("rb") as source, temporary.open("xb") as copy:
                    shutil.copyfileobj(source, copy)
                    copy.flush()
                    os.fsync(copy.fileno())
                temporary.replace(target)
                _sync_folder(self._originals)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise LibraryFull from error
            raise LibraryError(f"{path.name} could not be copied into the library ({error.strerror}).") from error

    def original(self, content_hash: str) -> Path | None:
        """Give the library's copy of a file; None when it keeps none."""
        _checked_hash(content_hash)
        return next(iter(sorted(self._originals.glob(f"{content_hash}*"))), None)

    def files(self) -> list[File]:
        """Give the files that were read, by name."""
        with self.ledger.reading() as connection:
            rows = connection.execute("SELECT * FROM files ORDER BY name, path").fetchall()
        return [
            File(
                name=row["name"],
                path=row["path"],
                content_hash=row["content_hash"],
                kind=row["kind"],
                size=row["size"],
                pages=row["pages"],
                warnings=tuple(json.loads(row["warnings"])),
            )
            for row in rows
        ]

    def arrivals(self) -> Mapping[str, float]:
        """Give, by content hash, when the library took its copies of files, in seconds since 1970."""
        try:
            changed = self._originals.stat().st_mtime_ns
            with self._cache:
                if self._arrivals[0] != changed:
                    with os.scandir(self._originals) as entries:
                        found = {each.name.partition(".")[0]: each.stat().st_mtime for each in entries}
                    self._arrivals = (changed, found)
                return self._arrivals[1]
        except OSError:  # no file was added yet, or one goes this very moment
            return {}

    def remove(self, paper_ids: Sequence[str]) -> tuple[Paper, ...]:
        """Move papers into the bin, with all their sources. Raises PaperNotFound, and then moves none."""
        self._owned()
        removed = tuple({paper.paper_id: paper for paper in map(self.paper, paper_ids)}.values())
        with self.ledger.writing() as connection:
            rows = connection.execute(
                "SELECT source_key FROM sources WHERE current AND paper_id IN (SELECT value FROM json_each(?))",
                (json.dumps([paper.paper_id for paper in removed]),),
            )
            removal.remove(connection, [row["source_key"] for row in rows.fetchall()])
            storing.delete_idle_files(connection)
        self._after_change()
        self._sweep_originals()
        return removed

    def restore(self, names: Sequence[str]) -> tuple[Paper, ...]:
        """Take papers out of the bin, as they were.

        Each name is a paper_id or the id of any of a paper's sources, a removal's id, or a file's content hash.

        Of a paper that was removed more than once, its id brings back what was removed last. Gives none where nothing
        of that name lies there.
        """
        self._owned()
        with self.ledger.reading() as connection:
            if not removal.sources_of(connection, names):
                return ()
        with self.ledger.writing() as connection:
            restored = removal.sources_of(connection, names)
            removal.restore(connection, restored)
            papers.regroup(connection, set(), restored.keys())
        self._after_change()
        return tuple({paper.paper_id: paper for paper in map(self.paper, restored.values())}.values())

    def is_in_bin(self, content_hash: str) -> bool:
        """Say whether something that the file with these bytes said was removed and can be restored."""
        with self.ledger.reading() as connection:
            row = connection.execute(
                "SELECT 1 FROM sources JOIN removed USING (source_key) WHERE content_hash = ?", (content_hash,)
            ).fetchone()
        return row is not None

    def removed(self) -> list[Removed]:
        """List the papers in the bin, the last removed first."""
        with self.ledger.reading() as connection:
            return removal.removed(connection)

    def empty_bin(self) -> None:
        """Let go for good of what was removed."""
        self._owned()
        self._empty_bin(before=math.inf)

    def _empty_bin(self, *, before: float) -> None:
        with self.ledger.reading() as connection:
            lies_there = removal.oldest(connection) < before
        if lies_there:
            with self.ledger.writing() as connection:
                removal.purge(connection, before=before)
        self._sweep_originals()

    # What a person says of papers

    def tag(self, paper_ids: Sequence[str], tag: str) -> None:
        """Tag papers. Raises PaperNotFound, and LibraryError for a tag that is empty or too long."""
        self._mark(paper_ids, lambda connection, ids: marks.tag(connection, ids, marks.checked_tag(tag)))

    def untag(self, paper_ids: Sequence[str], tag: str) -> None:
        """Take a tag off papers. Raises PaperNotFound, and LibraryError for what is no tag."""
        self._mark(paper_ids, lambda connection, ids: marks.untag(connection, ids, marks.checked_tag(tag)))

    def tags(self) -> dict[str, int]:
        """Count the papers of each tag, by the alphabet."""
        with self.ledger.reading() as connection:
            return marks.counts(connection)

    def edit(self, paper_id: str, **fields: Any) -> Paper:
        """Put a paper's title, authors, year, date, venue, doi, arxiv_id or url right, over whatever its sources say
        now or later; None takes that back. Raises PaperNotFound, and LibraryError for what cannot be."""
        said = marks.checked_edits(fields)
        self._mark([paper_id], lambda connection, ids: marks.edit(connection, ids[0], said))
        return self.paper(paper_id)

    def merge(self, paper_ids: Sequence[str]) -> Paper:
        """Make one paper of several, for good. Raises PaperNotFound."""

        def join(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
            papers.regroup(connection, ids, marks.join(connection, ids))

        self._mark(paper_ids, join)
        return self.paper(paper_ids[0])

    def _mark(self, paper_ids: Sequence[str], mark: Callable[[sqlite3.Connection, Sequence[str]], None]) -> None:
        self._owned()
        ids = list(dict.fromkeys(self.paper(paper_id).paper_id for paper_id in paper_ids))
        with self.ledger.writing() as connection:
            mark(connection, ids)

    def separate(self, source_id: str, name: str) -> Paper:
        """Take what the file `name` says out of its paper, for good: a paper of its own, which never merges again."""
        self._owned()
        with self.ledger.writing() as connection:
            former, new = storing.separate(connection, source_id, name)
            papers.regroup(connection, {former}, new)
            (paper_id,) = connection.execute(
                "SELECT paper_id FROM sources WHERE source_key = ?", (min(new),)
            ).fetchone()
        self._after_change()
        return self.paper(paper_id)

    def _after_change(self) -> None:
        if self.indexer is not None:
            self.indexer.notify()

    def _sweep_originals(self) -> None:
        """Delete the copies that neither a file nor an answer's text needs, and what a broken copy left."""
        if not self._originals.is_dir():
            return
        needed = set(self._arriving)  # before the ledger is asked, which by then has what arrives meanwhile
        with self.ledger.reading() as connection:
            rows = connection.execute("SELECT content_hash FROM files UNION SELECT content_hash FROM sources")
            needed.update(row["content_hash"] for row in rows)
        for path in self._originals.iterdir():
            if path.name.lstrip(".").partition(".")[0] not in needed:
                with contextlib.suppress(OSError):
                    path.unlink()

    # Papers

    def papers(self, filters: Filters = Filters()) -> list[Paper]:
        """Give the papers that pass the filters, ordered by title."""
        everything, _ = self._all_papers()
        return [paper for paper in everything if papers.matches(paper, filters)]

    def paper(self, paper_id: str) -> Paper:
        """Give a paper by its id or that of any of its sources. Raises PaperNotFound."""
        paper = self._all_papers()[1].get(paper_id)
        if paper is None:
            raise PaperNotFound(f"No paper has the id {paper_id!r}.", "`footnote papers` lists them.")
        return paper

    def find(self, name: str) -> Paper:
        """Give the paper a person means, by id, file name or title. Raises PaperNotFound, PaperAmbiguous."""
        from vectorstore import naming

        return naming.find(self._all_papers()[0], name)

    def same_paper(self, metadata: Metadata) -> Paper | None:
        """Give the paper that is the one told of by this metadata, which may come from elsewhere; None without one."""
        with self.ledger.reading() as connection:
            rows = connection.execute(
                """SELECT DISTINCT paper_id FROM source_keys JOIN sources USING (source_key)
                WHERE current AND key IN (SELECT value FROM json_each(?)) ORDER BY paper_id""",
                (json.dumps(identity.meeting_keys(metadata)),),
            ).fetchall()
        by_id = self._all_papers()[1]
        met = (by_id[row["paper_id"]] for row in rows if row["paper_id"] in by_id)
        return next((paper for paper in met if identity.same(paper.metadata, metadata)), None)

    def count(self) -> tuple[int, int]:
        """Count the papers and the chunks that are searched."""
        with self.ledger.reading() as connection:
            found = connection.execute("SELECT count(DISTINCT paper_id) FROM sources WHERE current").fetchone()[0]
            return found, connection.execute("SELECT count(*) FROM chunks").fetchone()[0]

    def alike(self) -> dict[str, tuple[Paper, ...]]:
        """Give, by paper_id, the other papers whose texts open word for word the same, though their titles differ."""
        with self.ledger.reading() as connection:
            groups = [json.loads(row["paper_ids"]) for row in papers.same_openings(connection)]
        by_id = self._all_papers()[1]
        return {
            paper_id: tuple(by_id[other] for other in sorted(group) if other != paper_id and other in by_id)
            for group in groups
            for paper_id in group
        }

    def _all_papers(self) -> tuple[list[Paper], dict[str, Paper]]:
        with self.ledger.reading() as connection:
            version = changes(connection)
            with self._cache:
                if self._papers[0] == version:
                    return self._papers[1], self._papers[2]
            everything = papers.load_papers(connection)
        by_id = {source.source_id: paper for paper in everything for source in paper.sources}
        by_id |= {paper.paper_id: paper for paper in everything}
        with self._cache:
            self._papers = (version, everything, by_id)
        return everything, by_id

    # Text

    def source(self, source_id: str) -> StoredSource:
        """Give the surest current source of that id. Raises PaperNotFound."""
        return self._surest("source_id", source_id)

    def source_of_text(self, text_id: str) -> StoredSource:
        """Give the surest source with that text, a removed one if an answer cites it. Raises PaperNotFound."""
        return self._surest("text_id", text_id)

    def _surest(self, column: str, value: str) -> StoredSource:
        with self.ledger.reading() as connection:
            rows = connection.execute(f"{SOURCES} WHERE {column} = ?", (value,)).fetchall()
        found = [source_from_row(row) for row in rows if row["current"]] or [source_from_row(row) for row in rows]
        if not found:
            raise PaperNotFound(f"No source has the {column} {value!r}.", "`footnote papers` lists them.")
        return min(found, key=papers.surest_first)

    def is_current(self, text_id: str) -> bool:
        """Say whether a text is searched; one that is not was replaced or removed, and is kept for an answer's sake."""
        with self.ledger.reading() as connection:
            row = connection.execute(f"{SOURCES} WHERE text_id = ? AND current", (text_id,)).fetchone()
        return row is not None

    def text(self, text_id: str) -> str:
        """Give the whole text. Raises PaperNotFound."""
        return str(self._text_column(text_id, "text"))

    def sections(self, text_id: str) -> tuple[Section, ...]:
        """Give the sections of a text. Raises PaperNotFound."""
        return sections_from_json(self._text_column(text_id, "sections"))

    def _text_column(self, text_id: str, column: str) -> str:
        with self.ledger.reading() as connection:
            row = connection.execute(f"SELECT {column} FROM texts WHERE text_id = ?", (text_id,)).fetchone()
        if row is None:
            raise PaperNotFound(f"No text has the id {text_id!r}.")
        return str(row[column])

    def pages(self, text_id: str) -> tuple[Page, ...]:
        """Give the pages of a text; none where its source has no pages."""
        with self.ledger.reading() as connection:
            rows = connection.execute(
                "SELECT pages.* FROM pages JOIN texts USING (text_key) WHERE text_id = ? ORDER BY number", (text_id,)
            )
            return tuple(page_from_row(row) for row in rows)

    def chunks(self, chunk_ids: Sequence[int]) -> list[StoredChunk]:
        """Give chunks in the order asked; those that are gone are left out."""
        with self.ledger.reading() as connection:
            found = {chunk.chunk_id: chunk for chunk in read_chunks(connection, chunk_ids)}
        return [found[chunk_id] for chunk_id in chunk_ids if chunk_id in found]

    def chunks_of(self, paper_id: str) -> list[StoredChunk]:
        """Give a paper's chunks source by source, each in reading order. Raises PaperNotFound."""
        order = {source.text_id: place for place, source in reversed(list(enumerate(self.paper(paper_id).sources)))}
        with self.ledger.reading() as connection:
            rows = connection.execute(
                "SELECT chunk_id FROM chunks JOIN texts USING (text_key) "
                "WHERE text_id IN (SELECT value FROM json_each(?)) ORDER BY ordinal",
                (json.dumps(list(order)),),
            )
            found = read_chunks(connection, [row["chunk_id"] for row in rows.fetchall()])
        return sorted(
            found, key=lambda chunk: (order[chunk.text_id], chunk.chunk.start, chunk.chunk.end, chunk.chunk_id)
        )

    def pieces(self, chunk_ids: Sequence[int], embedder: PieceEmbedder) -> dict[int, bytes]:
        """Give what late interaction needs of chunks. Those that were stored without are read now, and kept."""
        with self.ledger.reading() as connection:
            rows = connection.execute(
                "SELECT chunk_id, signs FROM pieces WHERE chunk_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(chunk_ids)),),
            )
            known = {row["chunk_id"]: bytes(row["signs"]) for row in rows}
            missing = read_chunks(connection, [chunk_id for chunk_id in chunk_ids if chunk_id not in known])
        if missing:
            _, signs = embedder.embed_with_pieces([chunk.chunk.in_context(chunk.text) for chunk in missing])
            fresh = {chunk.chunk_id: found for chunk, found in zip(missing, signs, strict=True)}
            with contextlib.suppress(LibraryError), self.ledger.writing(content=False) as connection:
                storing.insert_pieces(connection, fresh)
            known |= fresh
        return {chunk_id: known.get(chunk_id, b"") for chunk_id in chunk_ids}

    # Answers

    def store_answer(self, answer_id: str, document: str, text_ids: Collection[str]) -> None:
        """Store an answer as it is, and keep the texts it cites from now on. A reader may do so too."""
        with self.ledger.writing(content=False) as connection:
            storing.insert_answer(connection, answer_id, document, text_ids)

    def answer(self, answer_id: str) -> str | None:
        """Give a stored answer, byte for byte; None when there is none of that id."""
        with self.ledger.reading() as connection:
            row = connection.execute("SELECT document FROM answers WHERE answer_id = ?", (answer_id,)).fetchone()
        return None if row is None else str(row["document"])

    # Index

    def chunk_ids(self) -> NDArray[np.int64]:
        """Give every searched chunk's id, ascending."""
        with self.ledger.reading() as connection:
            return dense.read_chunk_ids(connection)

    def chunk_vectors(self, chunk_ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], Vector]:
        """Give the ids among those asked that are still there, ascending, and their vectors as (n, d)."""
        with self.ledger.reading() as connection:
            return dense.read_vectors(connection, chunk_ids, self.dimensions)

    def paper_vectors(self) -> tuple[list[str], Vector]:
        """Give the ids of the papers that have chunks, ascending, and the means of their chunks' vectors as (n, d)."""
        with self.ledger.reading() as connection:
            return averages.paper_vectors(connection, self.dimensions)

    def settle(self, seconds: float = _CATCH_UP_SECONDS) -> bool:
        """Wait until the index has all that is stored; False when it takes longer or there is none."""
        return self.indexer is not None and self.indexer.settle(seconds)

    def rebuild(self, progress: Callable[[float], None] | None = None) -> None:
        """Make the word index and the vector index again from the ledger; nothing is embedded."""
        from vectorstore import upkeep

        self._owned()
        upkeep.rebuild_words(self.ledger)
        if self.indexer is not None:
            self.indexer.rebuild(progress)

    def check(self) -> list[str]:
        """Say in sentences what is wrong; nothing when all is well."""
        from vectorstore import upkeep

        return upkeep.check(self)


def read_chunks(connection: sqlite3.Connection, chunk_ids: Sequence[int]) -> list[StoredChunk]:
    """Read the chunks that are still there, in no order."""
    rows = connection.execute(
        f"{CHUNKS} WHERE chunk_id IN (SELECT value FROM json_each(?))", (json.dumps(list(map(int, chunk_ids))),)
    ).fetchall()
    texts = {
        row["text_key"]: row["text"]
        for row in connection.execute(
            "SELECT text_key, text FROM texts WHERE text_key IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted({row["text_key"] for row in rows})),),
        )
    }
    return [
        StoredChunk(
            chunk_id=row["chunk_id"],
            text_id=row["text_id"],
            paper_id=row["paper_id"],
            chunk=chunk_from_row(row),
            text=texts[row["text_key"]][row["start"] : row["end"]],
        )
        for row in rows
    ]


def _outcomes(
    connection: sqlite3.Connection, file: File, old: Sequence[sqlite3.Row], new: Sequence[tuple[int, str]]
) -> tuple[Added, ...]:
    before = {row["source_id"] for row in old}
    same_single = len(old) == len(new) == 1
    seen: set[str] = set()
    added = []
    for key, source_id in new:
        (paper_id,) = connection.execute("SELECT paper_id FROM sources WHERE source_key = ?", (key,)).fetchone()
        elsewhere = connection.execute(
            "SELECT 1 FROM sources WHERE paper_id = ? AND current AND content_hash <> ?", (paper_id, file.content_hash)
        ).fetchone()
        outcome: Outcome = "added"
        if paper_id in seen or (elsewhere and source_id not in before):
            outcome = "attached"
        elif source_id in before or same_single:
            outcome = "updated"
        seen.add(paper_id)
        (paper,) = papers.load_papers(connection, [paper_id])
        added.append(Added(paper_id, source_id, outcome, paper.title))
    return tuple(added)


def _settle_embedder(ledger: Ledger, embedder: str, dimensions: int) -> None:
    """Remember the embedder of a library that has no chunks yet; refuse another than the one remembered."""
    asked = {"embedder": embedder, "dimensions": str(dimensions)}
    with ledger.reading() as connection:
        facts = dict(connection.execute("SELECT name, value FROM facts").fetchall())
        empty = connection.execute("SELECT 1 FROM chunks").fetchone() is None
    if {name: facts.get(name) for name in asked} == asked:
        return
    if not empty:
        raise EmbedderMismatch(
            f"The library was embedded by {facts['embedder']}, not by {embedder}.",
            f"Set FOOTNOTE_EMBEDDER={facts['embedder']}; or embed the papers anew: choose another library folder "
            "(--library) and ingest the `originals` folder of this one into it.",
        )
    with ledger.writing(content=False) as connection:
        connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", asked.items())
        connection.executemany(
            "INSERT OR IGNORE INTO facts VALUES (?, ?)", [("library_id", uuid.uuid4().hex), ("changes", "0")]
        )


def _checked_hash(content_hash: str) -> None:
    if not _HASH.fullmatch(content_hash):
        raise ValueError(f"not a content hash: {content_hash!r}")


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
