"""A small list that is kept beside the ledger, as one JSON file. What is gone or broken there costs no paper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class JsonFile:
    """A list in a file of its own, written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[Any]:
        """Return the list; an empty one where there is none that can be read."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return found if isinstance(found, list) else []

    def write(self, entries: Sequence[Any]) -> None:
        """Put a list in the place of the one there is. Raises OSError."""
        temporary = self._path.with_name(f".{self._path.name}.new")
        temporary.write_text(json.dumps(entries), encoding="utf-8")
        temporary.replace(self._path)
