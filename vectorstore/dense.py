"""Chunks near a vector: exactly from the ledger, or from the Chroma index with the exact scores of what it lacks."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from vectorstore.indexer import Indexer
from vectorstore.ledger import changes
from vectorstore.records import Vector
from vectorstore.rows import vectors_from_blobs

Ids = NDArray[np.int64]
_FEW = 5000  # chunks that are scored exactly in less time than the index takes


def read_chunk_ids(connection: sqlite3.Connection, text_keys: Collection[int] | None = None, above: int = 0) -> Ids:
    """Read the ids of the searched chunks, ascending: all, those of some texts, or those above an id."""
    where = "chunk_id > :above"
    where += "" if text_keys is None else " AND text_key IN (SELECT value FROM json_each(:keys))"
    rows = connection.execute(
        f"SELECT chunk_id FROM chunks WHERE {where}", {"above": above, "keys": json.dumps(list(text_keys or ()))}
    )
    return np.sort(np.array([row["chunk_id"] for row in rows], dtype=np.int64))


def read_vectors(connection: sqlite3.Connection, chunk_ids: Ids, dimensions: int) -> tuple[Ids, Vector]:
    """Read the vectors of those chunks that are there: ids ascending, and (n, d)."""
    rows = connection.execute(
        "SELECT chunk_id, vector FROM vectors WHERE chunk_id IN (SELECT value FROM json_each(?)) ORDER BY chunk_id",
        (json.dumps(chunk_ids.tolist()),),
    ).fetchall()
    ids = np.array([row["chunk_id"] for row in rows], dtype=np.int64)
    return ids, vectors_from_blobs([row["vector"] for row in rows], dimensions)


def similarities(vectors: Vector, query: Vector) -> NDArray[np.float64]:
    """Score (n, d) vectors against (d,); rounded, so that the order of summation does not show."""
    return (vectors @ query).astype(np.float64).round(6)


class Matrix:
    """Every chunk vector of the library in memory, brought up to date by what came and went."""

    def __init__(self, dimensions: int) -> None:
        self._lock = threading.Lock()
        self._dimensions = dimensions
        self._version = -1
        self._ids: Ids = np.empty(0, dtype=np.int64)
        self._vectors: Vector = np.empty((0, dimensions), dtype=np.float32)

    def current(self, connection: sqlite3.Connection) -> tuple[Ids, Vector]:
        """Give the ids, ascending, and vectors of all chunks that `connection` sees."""
        version = changes(connection)
        with self._lock:
            if version != self._version:
                wanted = read_chunk_ids(connection)
                kept = np.isin(self._ids, wanted)
                fresh = np.setdiff1d(wanted, self._ids, assume_unique=True)
                new_ids, new_vectors = read_vectors(connection, fresh, self._dimensions)
                ids = np.concatenate((self._ids[kept], new_ids))
                order = np.argsort(ids)
                self._ids = ids[order]
                self._vectors = np.concatenate((self._vectors[kept], new_vectors))[order]
                self._version = version
            return self._ids, self._vectors

    def clear(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._ids, self._vectors, self._version = self._ids[:0], self._vectors[:0].copy(), -1


def nearest(
    connection: sqlite3.Connection,
    vector: Vector,
    limit: int,
    *,
    matrix: Matrix,
    indexer: Indexer | None,
    text_keys: Collection[int] | None = None,
) -> Ids:
    """Give the ids of about `limit` chunks nearest to a vector, of some texts or of all, in no order."""
    allowed = None if text_keys is None else read_chunk_ids(connection, text_keys)
    if allowed is not None and len(allowed) <= _FEW:
        ids, vectors = read_vectors(connection, allowed, len(vector))
        return _top(ids, vectors, vector, limit)
    found = _indexed(connection, vector, limit, indexer, allowed)
    if found is not None:
        matrix.clear()
        return found
    ids, vectors = matrix.current(connection)
    if allowed is not None:
        mask = np.isin(ids, allowed)
        ids, vectors = ids[mask], vectors[mask]
    return _top(ids, vectors, vector, limit)


def _indexed(
    connection: sqlite3.Connection, vector: Vector, limit: int, indexer: Indexer | None, allowed: Ids | None
) -> Ids | None:
    """Ask the index, and score exactly what it does not have yet; None when the ledger has to answer alone."""
    if indexer is None:
        return None
    wanted = limit
    if allowed is not None:
        (total,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
        wanted = 2 * limit * total // len(allowed)
    answer = indexer.nearest(vector, wanted)
    if answer is None:
        return None
    found, upto = answer
    ids = np.array(found, dtype=np.int64)
    pending = read_chunk_ids(connection, above=upto)
    if len(pending) > _FEW:
        return None
    if allowed is not None:
        ids, pending = np.intersect1d(ids, allowed), np.intersect1d(pending, allowed)
        if len(ids) < limit:
            return None
    ids = np.union1d(ids, pending)
    return _top(*read_vectors(connection, ids, len(vector)), vector, limit)


def _top(ids: Ids, vectors: Vector, vector: Vector, limit: int) -> Ids:
    if len(ids) <= limit:
        return ids
    scores = similarities(vectors, vector)
    # The limit may cut through equal scores: all of them stay, so that ids do not decide.
    edge = np.partition(scores, len(scores) - limit)[len(scores) - limit]
    best: Ids = ids[scores >= edge]
    return best
