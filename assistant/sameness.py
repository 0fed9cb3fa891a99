"""The pairs of papers that look alike and, as a person said, are two. Kept beside the ledger."""

from __future__ import annotations

import json
import threading
from pathlib import Path

_FILE = "not-the-same.json"


class Apart:
    """Pairs of paper_ids that are not to be offered as one paper any more. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._lock = threading.Lock()

    def pairs(self) -> set[tuple[str, str]]:
        """Return the pairs, the lesser id first."""
        try:
            return {(str(one), str(other)) for one, other in json.loads(self._file.read_text(encoding="utf-8"))}
        except (OSError, ValueError, TypeError):  # what is gone or broken is asked again
            return set()

    def add(self, one: str, other: str) -> None:
        """Note that two papers are not the same."""
        with self._lock:
            pairs = self.pairs() | {(min(one, other), max(one, other))}
            temporary = self._file.with_name(f".{self._file.name}.new")
            temporary.write_text(json.dumps(sorted(pairs)), encoding="utf-8")
            temporary.replace(self._file)
