"""Paths -> papers in the library: hash, read, chunk, embed, one transaction a file.

One bad file never stops the others.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.chunking import chunk_source, sentence_context
from assistant.errors import NotFound, UnknownType
from assistant.reading import READABLE, Reading, read
from assistant.types import Failed, FileReport, IngestProgress, IngestReport, Skipped
from vectorstore.checkpoint import Checkpoint
from vectorstore.embedding import Embedder
from vectorstore.errors import FootnoteError, LibraryFull
from vectorstore.library import Library
from vectorstore.records import Chunk, File, PreparedSource, Source

Progress = Callable[[IngestProgress], None]


class _Stopped(Exception):
    """The person asked to stop; what is acknowledged stays, the file at hand is taken up again next time."""


@dataclass
class _Outcomes:
    added: list[FileReport] = field(default_factory=list)
    updated: list[FileReport] = field(default_factory=list)
    attached: list[FileReport] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)


def ingest(
    paths: Sequence[Path],
    library: Library,
    embedder: Embedder,
    *,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> IngestReport:
    """Read files and folders (deep) into the library and report on every file. `stop` ends it between two steps."""
    started = time.perf_counter()
    outcomes = _Outcomes()
    files = list(_expand(paths, outcomes))
    stopped = False
    for number, path in enumerate(files):
        ingest_one = _FileIngest(path, library, embedder, _reporter(progress, stop, number, len(files), path))
        try:
            ingest_one.run(outcomes)
        except _Stopped:
            stopped = True
            break
        except LibraryFull as error:  # every file after it would only fail as well
            outcomes.failed.append(Failed(str(path), error.code, error.sentences))
            stopped = True
            break
        except FootnoteError as error:
            outcomes.failed.append(Failed(str(path), error.code, error.sentences))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            outcomes.failed.append(Failed(str(path), "unreadable", f"The file cannot be opened: {reason}."))
        except Exception as error:  # a fault of ours in one file must not cost the files after it
            outcomes.failed.append(
                Failed(str(path), "internal", f"Footnote failed on it: {type(error).__name__}: {error}")
            )
    if progress and not stopped:
        progress(IngestProgress(len(files), len(files), "", "finished", 1.0))
    papers, chunks = library.count()
    return IngestReport(
        tuple(outcomes.added),
        tuple(outcomes.updated),
        tuple(outcomes.attached),
        tuple(outcomes.skipped),
        tuple(outcomes.failed),
        papers,
        chunks,
        round(time.perf_counter() - started, 3),
        stopped,
    )


Report = Callable[[str, float], None]


def _reporter(progress: Progress | None, stop: threading.Event | None, done: int, total: int, path: Path) -> Report:
    def report(step: str, fraction: float) -> None:
        if stop is not None and stop.is_set():
            raise _Stopped
        if progress:
            progress(IngestProgress(done, total, str(path), step, fraction))  # type: ignore[arg-type]

    return report


@dataclass(frozen=True)
class _FileIngest:
    path: Path
    library: Library
    embedder: Embedder
    report: Report

    def run(self, outcomes: _Outcomes) -> None:
        self.report("reading", 0.0)
        content_hash = _hash(self.path)
        if self.library.is_in_bin(content_hash):
            self.library.supersede(str(self.path.resolve()), content_hash)
            outcomes.added += [
                FileReport(str(self.path), paper.paper_id, paper.title, paper.pages, ("restored as it was",))
                for paper in self.library.restore([content_hash])
            ]
            return
        if self.library.has_file(content_hash):
            replaced = self.library.supersede(str(self.path.resolve()), content_hash)
            reason = "already in the library" + ("; what this file said before was taken out" if replaced else "")
            outcomes.skipped.append(Skipped(str(self.path), reason))
            return
        reading = read(self.path, progress=lambda fraction: self.report("reading", fraction))
        prepared, checkpoint = self._embed(reading)
        self.report("storing", 0.0)
        file = File(
            name=self.path.name,
            path=str(self.path.resolve()),
            content_hash=content_hash,
            kind=reading.kind,
            size=self.path.stat().st_size,
            pages=reading.pages,
            warnings=reading.warnings,
        )
        self.library.keep_original(self.path, content_hash)
        warnings = reading.warnings
        for added in self.library.add(file, prepared):
            report = FileReport(str(self.path), added.paper_id, added.title, reading.pages, warnings)
            {"added": outcomes.added, "updated": outcomes.updated, "attached": outcomes.attached}[added.outcome].append(
                report
            )
            warnings = ()
        checkpoint.forget()

    def _embed(self, reading: Reading) -> tuple[tuple[PreparedSource, ...], Checkpoint]:
        """Embed all chunks and sentences of the file in one go, so that its progress is one bar."""
        chunked = [(source, chunk_source(source)) for source in reading.sources]
        passages = [text for source, chunks in chunked for text in _passages(source, chunks)]
        texts = [*passages, *(text for source, chunks in chunked for text in _sentences(source, chunks))]
        total = max(1, len(texts))
        self.report("embedding", 0.0)
        checkpoint = Checkpoint(self.library.folder / "unfinished", texts, self.embedder, len(passages))
        vectors = checkpoint.embed(progress=lambda done: self.report("embedding", done / total))
        prepared = []
        first, after = 0, len(passages)  # of a source: its first chunk, its first sentence
        for source, chunks in chunked:
            last, before = first + len(chunks), after
            after += sum(len(chunk.sentences) for chunk in chunks)
            pieces = tuple(checkpoint.pieces[first:last])
            prepared.append(PreparedSource(source, chunks, vectors[first:last], vectors[before:after], pieces))
            first = last
        return tuple(prepared), checkpoint


def _passages(source: Source, chunks: Sequence[Chunk]) -> Iterator[str]:
    for chunk in chunks:
        yield chunk.in_context(source.text[chunk.start : chunk.end])


def _sentences(source: Source, chunks: Sequence[Chunk]) -> Iterator[str]:
    for chunk in chunks:
        context = sentence_context(chunk)
        for sentence in chunk.sentences:
            words = source.text[sentence.start : sentence.end]
            yield f"{context}\n{words}" if context else words


def _expand(paths: Iterable[Path], outcomes: _Outcomes) -> Iterator[Path]:
    """Yield each file once; what is named and cannot be read fails, what merely lies in a folder is passed by."""
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and not _is_hidden(p, path))
        else:
            found = [path]
        for file in found:
            if (key := file.resolve()) in seen:
                continue
            seen.add(key)
            if not file.exists():
                error: FootnoteError = NotFound("There is no such file.")
            elif not file.is_file():
                error = UnknownType("This is not a regular file.")
            elif file.suffix.lower() in READABLE:
                yield file
                continue
            else:
                error = UnknownType(f"Footnote does not read {file.suffix or 'such'} files.")
            if file is path:
                outcomes.failed.append(Failed(str(file), error.code, error.message))
            else:
                outcomes.skipped.append(Skipped(str(file), error.message))


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
