"""The pairs of papers that look alike and, as a person said, are two. Kept beside the ledger."""

from __future__ import annotations

import threading
from pathlib import Path

from assistant.json_file import JsonFile

_FILE = "not-the-same.json"


class Apart:
    """Pairs of paper_ids that are not to be offered as one paper any more. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._file = JsonFile(folder / _FILE)
        self._lock = threading.Lock()

    def pairs(self) -> set[tuple[str, str]]:
        """Return the pairs, the lesser id first."""
        try:
            return {(str(one), str(other)) for one, other in self._file.read()}
        except (ValueError, TypeError):  # what is broken is asked again
            return set()

    def add(self, one: str, other: str) -> None:
        """Note that two papers are not the same."""
        with self._lock:
            self._file.write(sorted(self.pairs() | {(min(one, other), max(one, other))}))
