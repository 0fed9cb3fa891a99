"""BM25 over the words of chunks and titles, by SQLite FTS5 inside the ledger's own transaction."""

from __future__ import annotations

import json
import math
import re
import sqlite3
import unicodedata
from collections.abc import Collection, Iterable

# Runs written without spaces: kana, Han, Hangul. They are indexed by bigrams.
_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_WORD = re.compile(r"[^\W_]+")
_MOST_TERMS = 100

_STOP_WORDS = """
    a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he her here
    hers him his how i if in into is it its itself just me more most my myself no nor not now of off on once only
    or other our ours out over own same she should so some such than that the their theirs them then there these
    they this those through to too under until up us very was we were what when where which while who whom why
    will with would you your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def searchable(text: str) -> str:
    """Prepare text for the index: compatibility forms folded, runs of Chinese, Japanese and Korean as bigrams."""
    return _RUN.sub(lambda run: f" {' '.join(_bigrams(run[0]))} ", unicodedata.normalize("NFKC", text))


def _bigrams(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def terms(query: str) -> list[str]:
    """Give the distinct words of a query, without English stop words unless there are no others."""
    words = list(dict.fromkeys(_WORD.findall(searchable(query).lower())))
    return ([word for word in words if word not in STOP_WORDS] or words)[:_MOST_TERMS]


def insert_words(connection: sqlite3.Connection, chunk_id: int, context: str, text: str) -> None:
    connection.execute("INSERT INTO words(rowid, body) VALUES (?, ?)", (chunk_id, searchable(f"{context}\n{text}")))


def insert_title(connection: sqlite3.Connection, text_key: int, title: str) -> None:
    connection.execute("INSERT INTO titles(rowid, title) VALUES (?, ?)", (text_key, searchable(title)))


def delete_text(connection: sqlite3.Connection, text_key: int) -> None:
    """Take a text's title and the words of its chunks out of the index; the chunks must still be there."""
    chunks = "SELECT chunk_id FROM chunks WHERE text_key = ?"
    connection.execute(f"DELETE FROM words WHERE rowid IN ({chunks})", (text_key,))
    connection.execute("DELETE FROM titles WHERE rowid = ?", (text_key,))


def best_chunks(
    connection: sqlite3.Connection, query: str, limit: int, text_keys: Collection[int] | None = None
) -> dict[int, float]:
    """Score the chunks that share words with the query, best first: chunk_id -> BM25, higher is better."""
    within = "AND rowid IN (SELECT chunk_id FROM chunks WHERE text_key IN (SELECT value FROM json_each(:keys)))"
    return _best(connection, "words", query, limit, within, text_keys)


def best_titles(
    connection: sqlite3.Connection, query: str, limit: int, text_keys: Collection[int] | None = None
) -> dict[int, float]:
    """Score the titles that share words with the query, best first: text_key -> BM25, higher is better."""
    return _best(connection, "titles", query, limit, "AND rowid IN (SELECT value FROM json_each(:keys))", text_keys)


def frequencies(connection: sqlite3.Connection, words: Iterable[str]) -> dict[str, int]:
    """Count the chunks in which each word stands, in any of its forms."""
    return {
        word: connection.execute(
            "SELECT count(*) FROM words WHERE words MATCH ?", (json.dumps(searchable(word).lower()),)
        ).fetchone()[0]
        for word in words
    }


def rarities(connection: sqlite3.Connection, words: Iterable[str]) -> dict[str, float]:
    """Weigh words by how few chunks have them: BM25's inverse document frequency, above 0."""
    (chunks,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
    return {
        word: math.log(1 + (chunks - found + 0.5) / (found + 0.5))
        for word, found in frequencies(connection, words).items()
    }


def _best(
    connection: sqlite3.Connection, table: str, query: str, limit: int, within: str, text_keys: Collection[int] | None
) -> dict[int, float]:
    # Each term is letters and digits only, and quoted: nothing of the query is FTS5 syntax.
    match = " OR ".join(f'"{term}"' for term in terms(query))
    if not match:
        return {}
    rows = connection.execute(
        f"SELECT rowid, rank FROM {table} WHERE {table} MATCH :match {'' if text_keys is None else within} "
        "ORDER BY rank LIMIT :limit",
        {"match": match, "limit": limit, "keys": json.dumps(list(text_keys or ()))},
    )
    return {row["rowid"]: round(-row["rank"], 6) for row in rows}
