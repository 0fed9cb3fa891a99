"""Gives uploaded files a place by name while they are read, so that a changed file replaces its earlier version."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path


class Uploads:
    """The files that are being read, as copies in a folder of the library. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._taken: set[str] = set()

    @contextmanager
    def laid_out(self, paths: Sequence[Path]) -> Iterator[list[Path]]:
        """Copy files to their places, and take the copies away at the end; raise OSError where that fails."""
        places: list[Path] = []
        try:
            for path in paths:
                place = self._take(path.name)
                places.append(place)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)
            yield places
        finally:
            for place in places:
                place.unlink(missing_ok=True)
            with self._lock:
                self._taken.difference_update(_key(place) for place in places)

    def _take(self, name: str) -> Path:
        """Give the first place of a name at which no file of that name is being read."""
        with self._lock:
            place = next(
                place for number in count(1) if _key(place := self._folder / str(number) / name) not in self._taken
            )
            self._taken.add(_key(place))
            return place


def _key(place: Path) -> str:
    return str(place).casefold()  # where letters' case makes no other file, it makes no other place
