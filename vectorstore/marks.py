"""What a person says of papers by hand: their tags, their right metadata, and which are one.

It hangs on source_ids, which stay when a file is read anew or has changed. A paper has what any of its sources has, so
a merge keeps it too; a source that is taken apart again has its tags and what was said of it before. What nothing is
left of, neither a source nor a place in the bin, is forgotten with it. All within a caller's transaction.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vectorstore import lexical
from vectorstore.errors import LibraryError
from vectorstore.records import Metadata, Paper
from vectorstore.rows import metadata_from_json, storable

LONGEST_TAG = 60
EDITABLE = ("title", "authors", "year", "date", "venue", "doi", "arxiv_id", "url")
_LONGEST = 2_000  # characters of a field
_MOST_AUTHORS = 5_000
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def checked_tag(tag: str) -> str:
    """Return a tag as it is stored, on one line. Raises LibraryError for one that is empty or over 60 characters."""
    composed = unicodedata.normalize("NFC", storable(tag))
    clean = " ".join("".join(char for char in composed if char.isprintable() or char.isspace()).split())
    if not 0 < len(clean) <= LONGEST_TAG:
        raise LibraryError(f"A tag has 1 to {LONGEST_TAG} characters.", "Give another.")
    return clean


def checked_edits(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person says of a paper as it is stored, None where an edit is taken back. Raises LibraryError."""
    unknown = sorted(set(fields) - set(EDITABLE))
    if unknown:
        raise LibraryError(f"A paper has no {unknown[0]!r} that could be edited.", f"Choose of {', '.join(EDITABLE)}.")
    return {name: value if value is None else _checked(name, value) for name, value in fields.items()}


def _checked(name: str, value: Any) -> Any:
    if name == "authors":
        authors = [" ".join(storable(str(author)).split())[:_LONGEST] for author in value]
        return [author for author in authors if author][:_MOST_AUTHORS]
    if name == "year":
        if not isinstance(value, int) or not 0 < value < 10_000:
            raise LibraryError(f"{value} is no year.", "Give one as 2017.")
        return value
    text = " ".join(storable(str(value)).split())[:_LONGEST]
    if name == "title" and not text:
        raise LibraryError("A paper needs a title.", "Take the edit back to have the paper's own.")
    if name == "date" and text and not _DATE.fullmatch(text):
        raise LibraryError(f"{text} is no date.", "Give one as 2017, 2017-06 or 2017-06-12.")
    return text


def tag(connection: sqlite3.Connection, paper_ids: Collection[str], tag: str) -> None:
    """Tag papers; a tag that differs from one there in capitals only is that one."""
    (known,) = connection.execute("SELECT (SELECT tag FROM tags WHERE folded = ?)", (tag.casefold(),)).fetchone()
    connection.executemany(
        "INSERT OR IGNORE INTO tags VALUES (?, ?, ?)",
        [(source_id, tag.casefold(), known or tag) for source_id in _source_ids(connection, paper_ids)],
    )


def untag(connection: sqlite3.Connection, paper_ids: Collection[str], tag: str) -> None:
    connection.executemany(
        "DELETE FROM tags WHERE source_id = ? AND folded = ?",
        [(source_id, tag.casefold()) for source_id in _source_ids(connection, paper_ids)],
    )


def edit(connection: sqlite3.Connection, paper_id: str, fields: Mapping[str, Any]) -> None:
    """Keep what a person says of a paper over what its sources say; None takes an edit back."""
    source_ids = _source_ids(connection, [paper_id])
    connection.executemany(
        "DELETE FROM edits WHERE source_id = ? AND field = ?",
        [(source_id, name) for source_id in source_ids for name in fields],
    )
    now = time.time()
    connection.executemany(
        "INSERT INTO edits VALUES (?, ?, ?, ?)",
        [
            (source_id, name, json.dumps(value), now)
            for source_id in source_ids
            for name, value in fields.items()
            if value is not None
        ],
    )
    if "title" in fields:
        _index_titles(connection, source_ids)


def join(connection: sqlite3.Connection, paper_ids: Collection[str]) -> set[int]:
    """Note that papers are one; give the keys of their sources, which meet from now on."""
    source_ids = _source_ids(connection, paper_ids)
    before = [
        row["joined"]
        for row in connection.execute(
            "SELECT DISTINCT joined FROM joins WHERE source_id IN (SELECT value FROM json_each(?))",
            (json.dumps(source_ids),),
        )
    ]
    joined = min([*source_ids, *before])
    connection.executemany("UPDATE joins SET joined = ? WHERE joined = ?", [(joined, former) for former in before])
    connection.executemany(
        "INSERT OR REPLACE INTO joins VALUES (?, ?)", [(source_id, joined) for source_id in source_ids]
    )
    keys = set()
    for row in connection.execute(
        """SELECT source_key, joined FROM sources JOIN joins USING (source_id) WHERE current AND joined = ?""",
        (joined,),
    ).fetchall():
        connection.execute("DELETE FROM source_keys WHERE source_key = ? AND key LIKE 'joined:%'", (row["source_key"],))
        connection.execute("INSERT INTO source_keys VALUES (?, ?)", (f"joined:{joined}", row["source_key"]))
        keys.add(row["source_key"])
    return keys


def take_along(connection: sqlite3.Connection, source_id: str, apart: str, paper_id: str) -> None:
    """Give a source that was taken out of a paper, and goes by the id `apart` now, its tags and what was said of it
    alone: an edit of the whole paper stays with the sources that are left of it."""
    connection.execute(
        "INSERT OR IGNORE INTO tags SELECT ?, folded, tag FROM tags WHERE source_id = ?", (apart, source_id)
    )
    connection.execute(
        """INSERT OR IGNORE INTO edits SELECT :apart, field, value, changed FROM edits AS own
        WHERE source_id = :source_id AND NOT EXISTS (SELECT 1 FROM edits JOIN sources USING (source_id)
        WHERE current AND paper_id = :paper_id AND field = own.field AND changed = own.changed)""",
        {"apart": apart, "source_id": source_id, "paper_id": paper_id},
    )
    _index_titles(connection, [apart])


def forget(connection: sqlite3.Connection, source_ids: Collection[str]) -> None:
    """Forget what was said of sources that neither the library nor the bin has any more."""
    for table in ("tags", "edits", "joins"):
        connection.execute(
            f"""DELETE FROM {table} WHERE source_id IN (SELECT value FROM json_each(?)) AND source_id NOT IN
            (SELECT source_id FROM sources WHERE current OR source_key IN (SELECT source_key FROM removed))""",
            (json.dumps(sorted(source_ids)),),
        )


def key_of(connection: sqlite3.Connection, source_id: str) -> str | None:
    """Give the key under which a source meets those that a person joined it with."""
    row = connection.execute("SELECT joined FROM joins WHERE source_id = ?", (source_id,)).fetchone()
    return f"joined:{row['joined']}" if row else None


def title_of(connection: sqlite3.Connection, source_id: str, metadata: Metadata) -> str:
    """Give the title that a source is found by: a person's, else its own."""
    row = connection.execute("SELECT value FROM edits WHERE source_id = ? AND field = 'title'", (source_id,)).fetchone()
    return str(json.loads(row["value"])) if row else metadata.title


def applied(connection: sqlite3.Connection, papers: Sequence[Paper]) -> list[Paper]:
    """Give papers with their tags, and with what a person said of them in place of what their sources say."""
    ids = json.dumps([source.source_id for paper in papers for source in paper.sources])
    of_these = "WHERE source_id IN (SELECT value FROM json_each(?))"
    tags: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(f"SELECT source_id, tag FROM tags {of_these}", (ids,)):
        tags[row["source_id"]].add(row["tag"])
    edits: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in connection.execute(f"SELECT * FROM edits {of_these}", (ids,)):
        edits[row["source_id"]][row["field"]] = (row["changed"], json.loads(row["value"]))
    if not tags and not edits:
        return list(papers)
    return [_applied(paper, tags, edits) for paper in papers]


def _applied(paper: Paper, tags: Mapping[str, set[str]], edits: Mapping[str, dict[str, Any]]) -> Paper:
    own = {tag for source in paper.sources for tag in tags.get(source.source_id, ())}
    said: dict[str, Any] = {}
    for source in paper.sources:
        for name, (changed, value) in edits.get(source.source_id, {}).items():
            said[name] = max(said.get(name, (0.0, value)), (changed, value), key=lambda pair: pair[0])
    fields: dict[str, Any] = {
        name: tuple(value) if name == "authors" else value or None for name, (_, value) in said.items()
    }
    known = dict(fields)
    if fields.get("date") and "year" not in fields:
        known["year"] = int(fields["date"][:4])
    elif "year" in fields and "date" not in fields and (paper.metadata.date or "")[:4] != str(fields["year"]):
        known["date"] = None  # as of two sources: a date of another year would belong to another edition
    metadata = replace(paper.metadata, **known, guessed=paper.metadata.guessed.difference(known))
    return replace(paper, metadata=metadata, tags=tuple(sorted(own, key=str.casefold)), edited=frozenset(fields))


def said(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Give all that is said of the current sources, in an order that does not depend on when it was said."""
    rows = connection.execute(
        """WITH current_ids AS (SELECT source_id FROM sources WHERE current)
        SELECT 'tag', source_id, folded, '' FROM tags WHERE source_id IN current_ids
        UNION ALL SELECT 'edit', source_id, field, value FROM edits WHERE source_id IN current_ids
        UNION ALL SELECT 'join', source_id, joined, '' FROM joins WHERE source_id IN current_ids ORDER BY 1, 2, 3"""
    )
    return [tuple(row) for row in rows]


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the papers of each tag, by the alphabet."""
    rows = connection.execute(
        """SELECT tag, count(DISTINCT paper_id) AS papers FROM tags JOIN sources USING (source_id)
        WHERE current GROUP BY folded ORDER BY folded"""
    )
    return {row["tag"]: row["papers"] for row in rows}


def _source_ids(connection: sqlite3.Connection, paper_ids: Collection[str]) -> list[str]:
    rows = connection.execute(
        "SELECT DISTINCT source_id FROM sources WHERE current AND paper_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(paper_ids)),),
    )
    return [row["source_id"] for row in rows]


def _index_titles(connection: sqlite3.Connection, source_ids: Collection[str]) -> None:
    for row in connection.execute(
        """SELECT text_key, source_id, metadata FROM sources
        WHERE current AND source_id IN (SELECT value FROM json_each(?)) GROUP BY text_key""",
        (json.dumps(sorted(source_ids)),),
    ).fetchall():
        connection.execute("DELETE FROM titles WHERE rowid = ?", (row["text_key"],))
        title = title_of(connection, row["source_id"], metadata_from_json(row["metadata"]))
        lexical.insert_title(connection, row["text_key"], storable(title))
