"""The thread that keeps the Chroma index in step with the ledger, by comparing what each of them has."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.chroma import BATCH, ChromaIndex
from vectorstore.records import Vector

_log = logging.getLogger(__name__)
_MOST_FAILURES = 2
_AT_ONCE = 100  # chunks that are searched for before looking whether there is something else to do
_NOTHING = np.empty(0, dtype=np.int64)


class Truth(Protocol):
    """What the index is compared with: the ledger's chunks."""

    def chunk_ids(self) -> NDArray[np.int64]:
        """Give every searched chunk's id, ascending."""

    def chunk_vectors(self, chunk_ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], Vector]:
        """Give the ids among those asked that are still there, ascending, and their vectors."""


class Indexer:
    """Checks, opens and repairs the index in the background; search is exact over what is not indexed yet.

    It begins with the first change or question: a command that only looks does not wait for Chroma.
    """

    def __init__(self, index: ChromaIndex, truth: Truth) -> None:
        self._index = index
        self._truth = truth
        self._known = _NOTHING
        self._upto = 0
        self._ready = False
        self._asked = 0  # how often a comparison was asked for, and how many of them are answered
        self._answered = 0
        self._anew = False
        self._doubts = 0  # how often the index changed or was to be proven, and how many of these are settled
        self._proven = 0
        self._stopping = False
        self._failure = ""
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="footnote-index", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> str:
        """Say why the index is not kept any more; empty when it is."""
        return self._failure

    def notify(self) -> None:
        """Have the index brought up to the ledger's present state."""
        with self._changed:
            self._asked += 1
            self._changed.notify_all()

    def _begin(self) -> int:
        if not self._asked:
            self._asked = 1
            self._changed.notify_all()
        return self._asked

    def settle(self, seconds: float) -> bool:
        """Wait until the index has what the ledger has now; False when that takes too long or fails."""
        with self._changed:
            asked = self._begin()
            self._changed.wait_for(lambda: self._answered >= asked or not self._thread.is_alive(), seconds)
            return self._answered >= asked and not self._failure

    def prove(self) -> None:
        """Search for every chunk with its own vector, put in again what is not found, and wait for the end."""
        with self._changed:
            self._doubts += 1
            doubts = self._doubts
            self._begin()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._proven >= doubts or self._failure or self._stopping)

    def rebuild(self, progress: Callable[[float], None] | None) -> None:
        """Make the index again in a fresh folder, and wait until it is whole or has failed."""
        with self._changed:
            self._anew = True
            self._asked += 1
            asked = self._asked
            self._changed.notify_all()
        total = max(1, len(self._truth.chunk_ids()))
        while not self.settle(0.2):
            with self._changed:
                if self._answered >= asked or not self._thread.is_alive():
                    return
                if progress is not None and not self._anew:
                    progress(min(1.0, len(self._known) / total))

    def nearest(self, vector: Vector, limit: int) -> tuple[list[int], int] | None:
        """Give the nearest chunk_ids among those up to the id that comes second; None when the index is not ready."""
        if not self._ready:
            with self._changed:
                self._begin()
            return None
        upto = self._upto
        if upto == 0:
            return [], 0
        try:
            return self._index.nearest(vector, limit), upto
        except Exception:  # the index is a cache: whatever is wrong with it, the ledger still answers
            _log.warning("the index did not answer; the ledger answers for it", exc_info=True)
            with self._changed:
                self._anew = True
                self._asked += 1
                self._changed.notify_all()
            return None

    def count(self) -> int | None:
        """Count the vectors in the index; None when it is not ready."""
        return self._index.count() if self._ready else None

    def close(self, seconds: float) -> None:
        """Let the index catch up for at most that long, then stop after the batch in hand."""
        if self._asked:
            self.settle(seconds)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._index.stop_checking()
        self._thread.join()
        self._index.close()

    def _run(self) -> None:
        failures = 0
        opened = False
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._behind or self._proven < self._doubts or self._stopping)
                if self._stopping:
                    return
                asked, anew = self._asked, self._anew or failures > 0
            try:
                if anew:
                    self._ready, self._upto, self._known = False, 0, _NOTHING
                    self._index.begin_anew()
                    with self._changed:
                        self._anew = False
                elif not opened:
                    self._index.open()
                    self._known = self._index.ids()
                opened = True
                self._reconcile()
                with self._changed:
                    self._answered = max(self._answered, asked)
                    self._changed.notify_all()
                self._search_for_all()
                failures = 0
            except Exception as error:
                if self._stopping:
                    return
                # Chroma's Rust side raises what it likes; a second failure in a fresh folder is not the folder's fault.
                failures += 1
                self._ready = False
                _log.warning("the index failed and is made again from the ledger", exc_info=True)
                if failures >= _MOST_FAILURES:
                    self._failure = f"The index cannot be kept ({error}); search reads the ledger instead."
                    with self._changed:
                        self._changed.notify_all()
                    return

    @property
    def _behind(self) -> bool:
        return self._asked > self._answered

    def _reconcile(self) -> None:
        wanted = self._truth.chunk_ids()
        extra = np.setdiff1d(self._known, wanted, assume_unique=True)
        for start in range(0, len(extra), BATCH):
            self._index.delete(extra[start : start + BATCH].tolist())
        self._known = np.setdiff1d(self._known, extra, assume_unique=True)
        missing = np.setdiff1d(wanted, self._known, assume_unique=True)
        if len(extra) or len(missing):
            with self._changed:
                self._doubts += 1
        for start in range(0, len(missing), BATCH):
            if self._stopping:
                return
            self._upto = int(missing[start]) - 1
            self._ready = True
            batch, vectors = self._truth.chunk_vectors(missing[start : start + BATCH])
            if len(batch):
                self._index.upsert(batch.tolist(), vectors)
                self._known = np.union1d(self._known, batch)
            time.sleep(0)  # questions go first
        self._upto = int(wanted[-1]) if len(wanted) else 0
        self._ready = True

    def _search_for_all(self) -> None:
        doubts = self._doubts
        for start in range(0, len(self._known) if self._proven < doubts else 0, _AT_ONCE):
            if self._behind or self._stopping:
                return
            batch, vectors = self._truth.chunk_vectors(self._known[start : start + _AT_ONCE])
            unreached = np.isin(batch, self._index.unreached(batch.tolist(), vectors))
            if unreached.any():
                self._index.upsert(batch[unreached].tolist(), vectors[unreached])
        with self._changed:
            self._proven = doubts
            self._changed.notify_all()
