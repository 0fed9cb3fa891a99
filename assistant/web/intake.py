"""Files on their way into the person's own library: kept in a folder until they are read, one after another.

Reading goes on when the page is closed. What is not read when it is stopped, or the application ends, waits there.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import BinaryIO

from assistant.errors import Encrypted, NotFound, UnknownType, UsageError
from assistant.failures import OF_THE_FILE
from assistant.types import IngestProgress, IngestReport
from assistant.web.libraries import MINE, Libraries
from vectorstore.errors import FootnoteError

log = logging.getLogger(__name__)

LONGEST_NAME = 120  # characters of a file's or folder's name
DEEPEST = 8  # folders that a file lies in
_SETTLED = OF_THE_FILE | {NotFound.code, UnknownType.code}  # to read such a file again would fail again
_LAID_BY = 2_000  # outcomes that are remembered
_SHARES = {"reading": (0.0, 0.15), "embedding": (0.15, 0.8), "storing": (0.95, 0.05), "finished": (1.0, 0.0)}
_WEIGHT = 20_000  # bytes that any file counts for, however small


@dataclass(frozen=True, slots=True)
class FileStanding:
    """How far a file of a run is: the share of it that is done, 0 to 1, and what became of it, None before its end."""

    path: Path
    share: float
    outcome: IngestReport | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the reading stands: what is being read, the seconds left if they can be told, how far each file is, what
    waits, what came."""

    progress: IngestProgress | None
    left: float | None
    files: tuple[FileStanding, ...]
    waiting: tuple[Path, ...]
    report: IngestReport
    problem: FootnoteError | None


@dataclass
class _Run:
    """The files that are read in one go: those of a batch, and what comes while they are read."""

    batch: str = ""
    places: list[Path] = field(default_factory=list)
    weights: dict[Path, int] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    progress: IngestProgress | None = None

    def add(self, place: Path) -> None:
        self.places.append(place)
        self.weights[place] = _WEIGHT + place.stat().st_size

    def files(self, outcomes: Mapping[Path, IngestReport]) -> tuple[FileStanding, ...]:
        """Tell how far each file is, in the order in which they are read."""
        shares = dict.fromkeys(self.places, 0.0)
        if self.progress:
            before, within = _SHARES[self.progress.step]
            shares[Path(self.progress.path)] = before + within * self.progress.fraction
        return tuple(
            FileStanding(place, 1.0 if place in outcomes else share, outcomes.get(place))
            for place, share in shares.items()
        )

    def share(self, files: Sequence[FileStanding]) -> float:
        """Tell the part of the work that is done, 0 to 1, by the sizes of the files."""
        done = sum(self.weights[file.path] * file.share for file in files)
        return done / sum(self.weights.values()) if self.weights else 0.0


class Intake:
    """Takes files in, reads them in the order they came, and says where it stands. Thread-safe."""

    def __init__(self, libraries: Libraries, folder: Path) -> None:
        self._libraries = libraries
        self._folder = folder.resolve()
        self._lock = threading.RLock()
        self._arriving: set[str] = set()
        self._queue: list[Path] = []
        self._outcomes: dict[Path, IngestReport] = {}
        self._run = _Run()
        self._stop = threading.Event()
        self._reading = False
        self._problem: FootnoteError | None = None
        for part in folder.rglob(".*.part"):
            part.unlink(missing_ok=True)

    @contextlib.contextmanager
    def arriving(self, name: str, batch: str = "") -> Iterator[tuple[Path, BinaryIO]]:
        """Give a file's place, and a file to write what arrives into; it is read when that ends well.

        `name` may have folders in it. Files of one `batch` are told of together. A file has the same place by name each
        time, so that a changed file replaces its earlier version. Raises UsageError for a name that is none.
        """
        place = self._take(name)
        part = place.with_name(f".{place.name}.part")
        try:
            with self._lock:  # a folder is not cleared away between its making and its first file
                place.parent.mkdir(parents=True, exist_ok=True)
                file = part.open("wb")
            with file:
                yield place, file
            part.replace(place)
            self._read([place], batch)
        finally:
            part.unlink(missing_ok=True)
            with self._lock:
                self._arriving.discard(_key(place))

    def take(self, paths: Sequence[Path]) -> list[Path]:
        """Copy files in, and give their places."""
        places, batch = [], uuid.uuid4().hex
        for path in paths:
            with path.open("rb") as source, self.arriving(path.name, batch) as (place, file):
                shutil.copyfileobj(source, file)
            places.append(place)
        return places

    def go_on(self) -> None:
        """Read what waits."""
        self._read(self._waiting())

    def stop(self) -> None:
        """Stop reading after the step at hand; what is not read waits."""
        with self._lock:
            self._stop.set()

    def drop(self) -> None:
        """Let go of what waits."""
        with self._lock:
            for place in self._waiting():
                self._clear(place)

    def clear(self) -> None:
        """Tell no more of what was read."""
        with self._lock:
            if not self._reading:
                self._run, self._problem = _Run(), None

    def unlock(self, path: str, password: str) -> None:
        """Read a file that failed for want of its password. The library's copy is then without it.

        Raises UsageError where no such file is kept, Encrypted where the password does not open it.
        """
        from assistant.reading.pdf import unlocked

        failures = self._libraries.assistant(MINE).failures
        locked = Path(path)
        if path not in {one.path for one in failures.all() if one.code == Encrypted.code} or not locked.is_file():
            raise UsageError("That file is not there any more.", "Add it again.")
        content = unlocked(locked, password)
        failures.settle([path])
        with self._lock:
            if self._is_ours(locked):
                self._clear(locked)
        with self.arriving(locked.name) as (_, file):
            file.write(content)

    def forget(self, path: str) -> None:
        """Strike a file off the list of those that could not be read."""
        failures = self._libraries.assistant(MINE).failures
        known = path in {one.path for one in failures.all()}
        failures.settle([path])
        with self._lock:
            if known and self._is_ours(Path(path)) and Path(path) not in self._queue:
                self._clear(Path(path))

    def is_reading(self, places: Sequence[Path] | None = None) -> bool:
        """Say whether any of these files, or any at all, is still to be read."""
        with self._lock:
            return self._reading and (places is None or any(place in self._queue for place in places))

    def report(self, places: Sequence[Path]) -> IngestReport:
        """Give what became of files; `stopped` says that some were not read."""
        with self._lock:
            return _joined([self._outcomes.get(place) for place in places])

    def standing(self) -> Standing:
        """Tell where the reading stands."""
        with self._lock:
            files = self._run.files(self._outcomes)
            done = [file.outcome for file in files if file.outcome]
            whole = self._reading and not self._arriving  # while more arrives, nobody knows how much it is
            left = time_left(time.monotonic() - self._run.began, self._run.share(files)) if whole else None
            progress = self._run.progress if self._reading else None
            progress = progress and replace(progress, done=len(done), total=len(files))
            return Standing(progress, left, files, tuple(self._waiting()), _joined(done), self._problem)

    def _take(self, name: str) -> Path:
        """Give the first place of a name at which no other file of that name waits or arrives."""
        parts = _checked_name(name)
        with self._lock:
            busy = {*self._arriving, *map(_key, self._queue), *map(_key, self._waiting())}
            places = (self._folder.joinpath(str(number), *parts) for number in count(1))
            place = next(place for place in places if _key(place) not in busy)
            self._arriving.add(_key(place))
            return place

    def _waiting(self) -> list[Path]:
        """Give the files that are not read and not being read, those that want a password left out."""
        with self._lock:
            held = sorted(path for path in self._folder.rglob("*") if path.is_file() and path.name[0] != ".")
            if not held:
                return []
            failures = self._libraries.assistant(MINE).failures.all()
            locked = {Path(one.path) for one in failures if one.code == Encrypted.code}
            return [path for path in held if path not in locked and path not in self._queue]

    def _read(self, places: Sequence[Path], batch: str = "") -> None:
        with self._lock:
            new = [place for place in places if place not in self._queue]
            if not new:
                return
            if not self._reading:
                if not batch or batch != self._run.batch:
                    self._run = _Run(batch)
                self._problem = None
                self._stop = threading.Event()
            self._queue += new
            for place in new:
                self._outcomes.pop(place, None)
                self._run.add(place)
            if not self._reading:
                self._reading = True
                self._run.progress = IngestProgress(0, len(new), str(new[0]), "reading")
                threading.Thread(target=self._work, args=(self._stop,), name="intake", daemon=True).start()

    def _work(self, stop: threading.Event) -> None:
        try:
            assistant = self._libraries.assistant(MINE)
            while (place := self._next(stop)) is not None:
                report = assistant.ingest([place], progress=self._tell, stop=stop)
                innocent = [one for one in report.failed if one.code not in _SETTLED]
                if report.stopped or innocent:
                    with self._lock:
                        self._problem = FootnoteError(innocent[0].error) if innocent else None
                    return
                self._settle(place, report)
        except FootnoteError as error:
            with self._lock:
                self._problem = error
        except Exception:
            log.exception("Files could not be read")
            with self._lock:
                self._problem = FootnoteError(
                    "The files could not be added.", "The terminal that Footnote runs in says more."
                )
        finally:
            with self._lock:
                if self._stop is stop:  # no other run has begun
                    self._end()

    def _next(self, stop: threading.Event) -> Path | None:
        """Give the file to read next; None ends the run, unless a file has come meanwhile."""
        with self._lock:
            if stop.is_set() or not self._queue:
                self._end()  # under the lock: what comes from now on begins another run
                return None
            return self._queue[0]

    def _end(self) -> None:
        self._reading = False
        self._queue.clear()

    def _tell(self, progress: IngestProgress) -> None:
        with self._lock:
            if progress.step != "finished":
                self._run.progress = progress

    def _settle(self, place: Path, report: IngestReport) -> None:
        with self._lock:
            self._queue.remove(place)
            self._outcomes[place] = report
            while len(self._outcomes) > _LAID_BY:
                self._outcomes.pop(next(iter(self._outcomes)))
            if not any(one.code == Encrypted.code for one in report.failed):
                self._clear(place)

    def _clear(self, place: Path) -> None:
        """Delete a copy, and the folders that are empty without it."""
        place.unlink(missing_ok=True)
        for folder in place.parents:
            if folder == self._folder or not self._is_ours(folder):
                return
            try:
                folder.rmdir()
            except OSError:
                return

    def _is_ours(self, path: Path) -> bool:
        return path.is_relative_to(self._folder)


def time_left(seconds: float, share: float) -> float | None:
    """Tell the seconds that the rest of a work will take, from those its first share took; None while too little of it
    is done to say."""
    if seconds < 3 or share < 0.05:
        return None
    return seconds * (1 - share) / share


def _joined(reports: Sequence[IngestReport | None]) -> IngestReport:
    found = [report for report in reports if report is not None]
    return IngestReport(
        added=tuple(one for report in found for one in report.added),
        updated=tuple(one for report in found for one in report.updated),
        attached=tuple(one for report in found for one in report.attached),
        skipped=tuple(one for report in found for one in report.skipped),
        failed=tuple(one for report in found for one in report.failed),
        papers=found[-1].papers if found else 0,
        chunks=found[-1].chunks if found else 0,
        seconds=sum(report.seconds for report in found),
        stopped=len(found) < len(reports),
    )


def _checked_name(name: str) -> list[str]:
    """Split a file's name, with the folders it lies in, into parts that stay within a folder."""
    parts = [part.strip() for part in name.replace("\\", "/").split("/")]
    parts = ["".join(char for char in part if char.isprintable()) for part in parts if part not in {"", ".", ".."}]
    parts = [part.lstrip(".") or "_" for part in parts][-DEEPEST:]
    if not parts:
        raise UsageError("The file has no name.", "Give it one.")
    stem, dot, suffix = parts[-1].rpartition(".")
    last = f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}" if dot and len(suffix) < 10 else parts[-1]
    return [part[:LONGEST_NAME] for part in (*parts[:-1], last)]


def _key(place: Path) -> str:
    return str(place).casefold()  # where letters' case makes no other file, it makes no other place
