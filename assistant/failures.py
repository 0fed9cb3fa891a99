"""The files that could not be read, and why: kept beside the ledger until they are read or cleared away."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import Damaged, Empty, Encrypted, GarbledText, NoText, ReadingError, TooLarge
from assistant.json_file import JsonFile
from assistant.types import Failed

MOST = 1_000
_FILE = "failures.json"
# What a file is to blame for; of anything else, a full disk or an embedder that does not answer, it is innocent.
OF_THE_FILE = frozenset(
    {kind.code for kind in (Damaged, Empty, Encrypted, GarbledText, NoText, ReadingError, TooLarge)} | {"internal"}
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read: where it was, the code of the ReadingError, what it said; `at` is seconds since
    1970."""

    path: str
    code: str
    error: str
    at: float

    @property
    def name(self) -> str:
        return Path(self.path).name.encode("utf-8", "backslashreplace").decode()


class Failures:
    """What could not be read into the library of a folder, the last first; the newest 1,000. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._file = JsonFile(folder / _FILE)
        self._lock = threading.Lock()

    def all(self) -> list[Failure]:
        """Return what could not be read, the last first."""
        try:
            return [Failure(**entry) for entry in self._file.read()]
        except TypeError:  # written by another version
            return []

    def settle(self, read: Iterable[str], failed: Iterable[Failed] = ()) -> None:
        """Strike off the paths that were read, and put those that failed in."""
        new = {
            one.path: Failure(one.path, one.code, one.error, time.time()) for one in failed if one.code in OF_THE_FILE
        }
        gone = {*read, *new}
        with self._lock:
            before = self.all()
            after = [*reversed(new.values()), *(one for one in before if one.path not in gone)][:MOST]
            if after != before:
                with contextlib.suppress(OSError):  # a full disk is told of by what could not be stored
                    self._file.write([asdict(one) for one in after])
