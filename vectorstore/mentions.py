"""Where a name stands in the library, word for word. Knows no question."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from vectorstore import lexical
from vectorstore.lexical import searchable
from vectorstore.library import Library, read_chunks
from vectorstore.records import StoredChunk


def mentions(library: Library, name: str, *, limit: int = 60, paper_id: str = "") -> list[StoredChunk]:
    """Give the chunks in whose text a name stands as it is written, those with most of it first."""
    tokens = re.findall(r"[^\W_]+", searchable(name))
    if not tokens:
        return []
    match = " AND ".join(json.dumps(token.lower()) for token in tokens)
    within = (
        "AND rowid IN (SELECT chunk_id FROM chunks WHERE text_key IN "
        "(SELECT text_key FROM sources WHERE current AND paper_id = :paper_id))"
    )
    with library.ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT rowid FROM words WHERE words MATCH :match {within if paper_id else ''} ORDER BY rank LIMIT :limit",
            {"match": match, "limit": limit, "paper_id": paper_id},
        )
        chunks = read_chunks(connection, [row["rowid"] for row in rows])
    written = written_as(name)
    return [chunk for chunk in chunks if written.search(chunk.text)]


def frequencies(library: Library, words: Iterable[str]) -> dict[str, int]:
    """Count the chunks in which each word stands, in any of its forms."""
    with library.ledger.reading() as connection:
        return lexical.frequencies(connection, words)


def written_as(name: str) -> re.Pattern[str]:
    """Return what finds a name in a text: its own capitals, hyphen or space within, plural or possessive after."""
    parts = [re.escape(part) for part in re.split(r"[\s‐‑-]+", name) if part]
    return re.compile(r"(?<![\w])" + r"[\s‐‑-]*".join(parts) + r"(?:s|['’]s)?(?![\w])")
