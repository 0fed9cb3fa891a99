"""Who owns a library: one process at a time, by a lock that the system releases when the process dies."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vectorstore.errors import LibraryBusy

_LOCK = "owner.lock"
_NOTE = "owner.json"
_PATIENCE_SECONDS = 1.0  # a reader that looks whether there is an owner holds the lock for a moment


class Ownership:
    """The lock on a library's folder, with a note beside it that says who holds it."""

    def __init__(self, folder: Path, name: str) -> None:
        """Take the lock, or raise LibraryBusy within two seconds, naming the owner."""
        self._folder = folder
        # thread_local: another thread may close the library than opened it.
        self._lock = FileLock(folder / _LOCK, thread_local=False)
        try:
            self._lock.acquire(timeout=_PATIENCE_SECONDS)
        except Timeout:
            raise LibraryBusy(
                f"The library is in use by {described(_read_note(folder) or {})}.",
                "Close it, or wait until it has finished.",
            ) from None
        self._note: dict[str, Any] = {"pid": os.getpid(), "name": name}
        _write_note(folder, self._note)

    def publish(self, address: Mapping[str, Any]) -> None:
        """Add to the note where the owner can be reached; only this user can read it."""
        self._note.update(address)
        _write_note(self._folder, self._note)

    def release(self) -> None:
        if self._lock.is_locked:
            (self._folder / _NOTE).unlink(missing_ok=True)
            self._lock.release()


def described(owner: Mapping[str, Any]) -> str:
    """Name an owner for a person, with its address where it has one."""
    name = str(owner.get("name", "another process"))
    return f"{name} at http://127.0.0.1:{owner['port']}" if "port" in owner else name


def read_owner(folder: Path) -> dict[str, Any] | None:
    """Read the note of the process that owns the library now; None when no process does."""
    note = _read_note(folder)
    if note is None:
        return None
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return note
    lock.release()
    return None


def _read_note(folder: Path) -> dict[str, Any] | None:
    try:
        note = json.loads((folder / _NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) else None


def _write_note(folder: Path, note: Mapping[str, Any]) -> None:
    handle, temporary = tempfile.mkstemp(dir=folder, prefix="owner-")  # mkstemp gives mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(note, stream)
    Path(temporary).replace(folder / _NOTE)
