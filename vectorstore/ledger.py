"""The connections to the SQLite ledger: one writer behind a lock, a pool of readers. Knows no paper."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectorstore.errors import LibraryDamaged, LibraryError, LibraryFull
from vectorstore.schema import migrate

FILE_NAME = "library.sqlite"
_WAIT_SECONDS = 30.0


class Ledger:
    """The SQLite file of a library. Thread-safe; readers see the last commit and never wait for a writer."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writing = threading.RLock()
        self._closed = False
        with named_errors():
            self._writer = self._connect()
            try:
                migrate(self._writer)
            except BaseException:
                self._writer.close()
                raise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA page_size = 8192")  # of a new file: five vectors to a page instead of two
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside a read transaction: everything read in it is of one moment."""
        with self._lock:
            if self._closed:
                raise LibraryError("The library is closed.", "Open it again.")
            connection = self._idle.pop() if self._idle else None
        with named_errors():
            connection = connection or self._connect()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                with self._lock:
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)

    @contextmanager
    def writing(self, *, content: bool = True) -> Iterator[sqlite3.Connection]:
        """Lend the writer inside one transaction: committed at the end, rolled back by any error.

        `content` says that papers or texts change, which moves the count of changes.
        """
        with self._writing, named_errors():
            if self._closed:
                raise LibraryError("The library is closed.", "Open it again.")
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                if content:
                    self._writer.execute("UPDATE facts SET value = CAST(value AS INTEGER) + 1 WHERE name = 'changes'")
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every connection; those lent out close when they come back."""
        with self._writing, self._lock:
            self._closed = True
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()


def changes(connection: sqlite3.Connection) -> int:
    """Count the changes of content since the library was made."""
    return int(connection.execute("SELECT value FROM facts WHERE name = 'changes'").fetchone()[0])


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn SQLite's errors into the library's."""
    try:
        yield
    except sqlite3.Error as error:
        raise _named(error) from error


def _named(error: sqlite3.Error) -> LibraryError:
    reason = str(error)
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return LibraryDamaged(
            f"The library's ledger cannot be read ({reason}).",
            "Restore the library's folder from a backup, or ingest the papers into a new library.",
        )
    if name.startswith("SQLITE_FULL"):
        return LibraryFull()
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LibraryError("Another program is writing to the library.", "Try again in a moment.")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return LibraryError(
            f"The library's ledger cannot be opened or written ({reason}).", "Check the folder's rights."
        )
    return LibraryError(f"The library's ledger refused ({reason}).", "Run `footnote doctor` to check it.")
