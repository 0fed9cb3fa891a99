"""The bin: what was removed, kept whole for 30 days so that it can be restored without reading or embedding it again.

The sources and texts stay where they are, not current; their chunks move aside. All within a caller's transaction.
"""

from __future__ import annotations

import json
import math
import sqlite3
import time
import uuid
from collections.abc import Collection
from datetime import UTC, datetime

from vectorstore import lexical, marks, storing
from vectorstore.records import Removed
from vectorstore.rows import metadata_from_json, storable

KEPT_SECONDS = 30 * 24 * 60 * 60


def remove(connection: sqlite3.Connection, source_keys: Collection[int]) -> None:
    """Move sources into the bin; what has lain there too long goes for good."""
    now = time.time()
    purge(connection, before=now - KEPT_SECONDS)
    removal, keys = uuid.uuid4().hex, json.dumps(sorted(source_keys))
    connection.execute(
        """INSERT INTO removed SELECT source_key, ?, ?, (SELECT json_array(path, name, kind, size, pages, warnings,
        original) FROM files WHERE files.content_hash = sources.content_hash)
        FROM sources WHERE source_key IN (SELECT value FROM json_each(?))""",
        (removal, now, keys),
    )
    connection.execute(
        """INSERT OR IGNORE INTO removed_chunks
        SELECT text_key, ordinal, start, "end", section, kind, context, vector, spans, sentences.vectors, scales
        FROM chunks JOIN vectors USING (chunk_id) JOIN sentences USING (chunk_id)
        WHERE text_key IN (SELECT text_key FROM sources WHERE source_key IN (SELECT value FROM json_each(?)))""",
        (keys,),
    )
    storing.delete_sources(connection, source_keys)


def restore(connection: sqlite3.Connection, source_keys: Collection[int]) -> None:
    """Take sources out of the bin, as they were."""
    for source_key in sorted(source_keys):
        row = connection.execute(
            "SELECT sources.*, chunks, file FROM sources JOIN removed USING (source_key) JOIN texts USING (text_key) "
            "WHERE source_key = ?",
            (source_key,),
        ).fetchone()
        metadata = metadata_from_json(row["metadata"])
        connection.execute("UPDATE sources SET current = 1 WHERE source_key = ?", (source_key,))
        storing.insert_keys(connection, source_key, metadata, row["source_id"], separate=row["separate"])
        if row["file"]:
            _restore_file(connection, row["content_hash"], *json.loads(row["file"]))
        if not row["chunks"]:
            _restore_chunks(connection, row["text_key"])
            lexical.insert_title(
                connection, row["text_key"], storable(marks.title_of(connection, row["source_id"], metadata))
            )
    _forget(connection, source_keys)


def _restore_file(connection: sqlite3.Connection, content_hash: str, path: str, *rest: object) -> None:
    """Know a file again; where its path is another file's now, by a path of its own."""
    if connection.execute("SELECT 1 FROM files WHERE content_hash = ?", (content_hash,)).fetchone():
        return
    if connection.execute("SELECT 1 FROM files WHERE path = ?", (path,)).fetchone():
        path = f"{path} ({content_hash[:8]})"
    connection.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (content_hash, path, *rest))


def _restore_chunks(connection: sqlite3.Connection, text_key: int) -> None:
    (text,) = connection.execute("SELECT text FROM texts WHERE text_key = ?", (text_key,)).fetchone()
    rows = connection.execute(
        "SELECT * FROM removed_chunks WHERE text_key = ? ORDER BY ordinal", (text_key,)
    ).fetchall()
    for row in rows:
        chunk_id = connection.execute(
            """INSERT INTO chunks(text_key, ordinal, start, "end", section, kind, context)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            tuple(row)[:7],
        ).lastrowid
        assert chunk_id is not None
        connection.execute("INSERT INTO vectors VALUES (?, ?)", (chunk_id, row["vector"]))
        connection.execute(
            "INSERT INTO sentences VALUES (?, ?, ?, ?)", (chunk_id, row["spans"], row["small"], row["scales"])
        )
        lexical.insert_words(connection, chunk_id, row["context"], text[row["start"] : row["end"]])
    connection.execute("UPDATE texts SET chunks = ? WHERE text_key = ?", (len(rows), text_key))


def _forget(connection: sqlite3.Connection, source_keys: Collection[int]) -> None:
    """Strike sources off the list of what was removed, with the chunks that are needed for none of it any more."""
    connection.execute(
        "DELETE FROM removed WHERE source_key IN (SELECT value FROM json_each(?))", (json.dumps(sorted(source_keys)),)
    )
    connection.execute(
        """DELETE FROM removed_chunks
        WHERE text_key NOT IN (SELECT text_key FROM sources JOIN removed USING (source_key))"""
    )


def purge(connection: sqlite3.Connection, *, before: float) -> None:
    """Let go for good of what was removed before a moment, and of what was said of it by hand; a text that an answer
    cites stays."""
    rows = connection.execute(
        "SELECT source_key, source_id, text_key FROM sources JOIN removed USING (source_key) WHERE removed < ?",
        (before,),
    ).fetchall()
    _forget(connection, [row["source_key"] for row in rows])
    storing.delete_idle_texts(connection, json.dumps(sorted({row["text_key"] for row in rows})))
    marks.forget(connection, {row["source_id"] for row in rows})


def oldest(connection: sqlite3.Connection) -> float:
    """Say when what has lain longest in the bin was removed, in seconds since 1970; infinity when it is empty."""
    (moment,) = connection.execute("SELECT min(removed) FROM removed").fetchone()
    return math.inf if moment is None else float(moment)


def sources_of(connection: sqlite3.Connection, names: Collection[str]) -> dict[int, str]:
    """Give the removed sources (source_key -> source_id) of removals, of files (by content hash), and of the last
    removal of papers."""
    rows = connection.execute(
        """SELECT source_key, source_id FROM sources JOIN removed USING (source_key) WHERE (paper_id, removed) IN
        (SELECT paper_id, max(removed) FROM sources JOIN removed USING (source_key)
        WHERE paper_id IN (SELECT value FROM json_each(:names)) OR source_id IN (SELECT value FROM json_each(:names))
        GROUP BY paper_id)
        OR removal IN (SELECT value FROM json_each(:names)) OR content_hash IN (SELECT value FROM json_each(:names))""",
        {"names": json.dumps(sorted(names))},
    )
    return {row["source_key"]: row["source_id"] for row in rows}


def removed(connection: sqlite3.Connection) -> list[Removed]:
    """List the papers in the bin, the last removed first."""
    rows = connection.execute(
        """SELECT removal, removed, paper_id, source_id, metadata, json_group_array(name) AS names
        FROM sources JOIN removed USING (source_key) GROUP BY removal, paper_id ORDER BY removed DESC, source_key"""
    )
    return [
        Removed(
            row["removal"],
            datetime.fromtimestamp(row["removed"], UTC),
            row["paper_id"],
            marks.title_of(connection, row["source_id"], metadata_from_json(row["metadata"])),
            tuple(sorted(set(json.loads(row["names"])))),
        )
        for row in rows.fetchall()
    ]
