"""A run: every question of a set with its answer and scores, in a file that grows line by line and can be gone on with.

The first line says what was run, each line after it is one question. Knows no table and no other run.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import UsageError

FOLDER = "runs"  # within the library's folder


@dataclass(frozen=True, slots=True)
class RunHead:
    """What a run is of: the set (a hash of its questions), the engine, the embedder, and the library's fingerprint."""

    name: str
    set: str
    questions: int
    engine: str
    embedder: str
    library: str
    began: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one question: scores by measure, seconds, and the answer in its JSON form or the error's text."""

    id: str
    type: str
    question: str
    scores: dict[str, float]
    seconds: float
    answer: dict[str, Any] | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as far as it went."""

    head: RunHead
    results: tuple[Result, ...]

    @property
    def complete(self) -> bool:
        """Whether every question was asked."""
        return len(self.results) == self.head.questions


def run_path(library: Path, name: str) -> Path:
    """Return where a run is: a name lies beside the library, anything with a folder or a suffix is a file itself."""
    given = Path(name)
    if not name.strip():
        raise UsageError("The name of the run is empty.")
    return given if given.suffix or len(given.parts) > 1 else library / FOLDER / f"{name}.jsonl"


def name_for_now() -> str:
    """Return a name that no earlier run has: the time, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")


def set_hash(parts: Iterable[object]) -> str:
    """Return a short hash of the questions of a set in their order."""
    return hashlib.sha256("\n".join(map(repr, parts)).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def read_run(path: Path) -> Run:
    """Read a run; a last line that was cut off is left out."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "there is no such run" if isinstance(error, FileNotFoundError) else str(error)
        raise UsageError(f"The run {path} cannot be read: {reason}", "--save writes runs.") from None
    lines = text.split("\n")[:-1]  # what follows the last line end was cut off
    try:
        head = _HEAD.validate_json(lines[0])
        return Run(head, tuple(_RESULT.validate_json(line) for line in lines[1:]))
    except (IndexError, ValidationError):
        raise UsageError(f"{path} is not a run of footnote eval.") from None


_HEAD, _RESULT = TypeAdapter(RunHead), TypeAdapter(Result)


def begin(path: Path, head: RunHead, *, resume: bool) -> Sequence[Result]:
    """Make a run's file, or with `resume` find what an earlier run of the same questions left; return those results.

    What failed then is asked again. An unfinished run is never written over.
    """
    if path.exists():
        earlier = read_run(path)
        if resume:
            _check_same(earlier.head, head)
            kept = [result for result in earlier.results if not result.error]
            _write(path, earlier.head, kept)
            return kept
        if not earlier.complete:
            raise UsageError(
                f"The run {path} stopped after {len(earlier.results)} of {earlier.head.questions} questions.",
                "Go on with --resume, or delete the file to begin again.",
            )
    elif resume:
        raise UsageError(f"There is no run {path} to go on with.", "Leave --resume out to begin it.")
    _write(path, head, ())
    return ()


def _check_same(earlier: RunHead, now: RunHead) -> None:
    for field, what in (
        ("set", "The questions"),
        ("engine", "The engine"),
        ("embedder", "The embedder"),
        ("library", "The papers of the library"),
    ):
        if getattr(earlier, field) != getattr(now, field):
            raise UsageError(f"{what} changed since that run began, so it cannot be gone on with.", "Begin a new run.")


def _write(path: Path, head: RunHead, results: Iterable[Result]) -> None:
    """Write a run whole or not at all: what was answered before is not lost to a crash in between."""
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("w", encoding="utf-8", newline="\n") as file:
            _append(file, head)
            for result in results:
                _append(file, result)
        new.replace(path)
    except OSError as error:
        message = f"The run {path} cannot be written: {error.strerror}"
        raise UsageError(message, "Name another file by --save.") from None


@contextmanager
def appending(path: Path) -> Iterator[Any]:
    """Give a function that adds a result to a run's file, flushed at once."""
    with path.open("a", encoding="utf-8", newline="\n") as file:
        yield lambda result: _append(file, result)


def _append(file: IO[str], part: RunHead | Result) -> None:
    line = json.dumps(dataclasses.asdict(part), ensure_ascii=False, separators=(",", ":")) + "\n"
    file.write(line.encode("utf-8", "backslashreplace").decode())
    file.flush()
