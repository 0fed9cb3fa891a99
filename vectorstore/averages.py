"""The mean vector of each paper's chunks, read from the ledger. Knows no picture."""

from __future__ import annotations

import sqlite3

import numpy as np

from vectorstore.records import Vector
from vectorstore.rows import vectors_from_blobs

_AT_ONCE = 4096


def paper_vectors(connection: sqlite3.Connection, dimensions: int) -> tuple[list[str], Vector]:
    """Give the ids of the papers that have chunks, ascending, and their mean vectors as (n, d)."""
    rows = connection.execute("SELECT DISTINCT paper_id FROM sources WHERE current ORDER BY paper_id")
    ids = [row["paper_id"] for row in rows]
    places = {paper_id: place for place, paper_id in enumerate(ids)}
    sums = np.zeros((len(ids), dimensions))
    counts = np.zeros(len(ids), dtype=np.int64)
    found = connection.execute(
        """SELECT paper_id, vector FROM vectors JOIN chunks USING (chunk_id)
        JOIN (SELECT DISTINCT paper_id, text_key FROM sources WHERE current) USING (text_key) ORDER BY chunk_id"""
    )
    while batch := found.fetchmany(_AT_ONCE):
        own = np.array([places[row["paper_id"]] for row in batch])
        np.add.at(sums, own, vectors_from_blobs([row["vector"] for row in batch], dimensions))
        np.add.at(counts, own, 1)
    some = counts > 0
    means = (sums[some] / counts[some, None]).astype(np.float32)
    return [paper_id for paper_id, has in zip(ids, some, strict=True) if has], means
