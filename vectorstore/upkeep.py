"""Looking after a library: what is wrong with it, and its word index made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vectorstore import lexical, marks
from vectorstore.ledger import Ledger
from vectorstore.rows import metadata_from_json

if TYPE_CHECKING:
    from vectorstore.library import Library

# Each counts what must not be there.
_FAULTS = {
    "{} chunks belong to no current paper": """
        SELECT count(*) FROM chunks
        WHERE text_key NOT IN (SELECT text_key FROM sources WHERE current)""",
    "{} texts lack some of their chunks": """
        SELECT count(*) FROM texts
        WHERE chunks <> (SELECT count(*) FROM chunks WHERE chunks.text_key = texts.text_key)""",
    "{} texts belong to no paper and no answer": """
        SELECT count(*) FROM texts WHERE text_key NOT IN (SELECT text_key FROM sources)""",
    "{} chunks have no vector": "SELECT count(*) FROM chunks WHERE chunk_id NOT IN (SELECT chunk_id FROM vectors)",
    "{} chunks have no sentence vectors": """
        SELECT count(*) FROM chunks WHERE chunk_id NOT IN (SELECT chunk_id FROM sentences)""",
    "{} chunks are missing from the word index": """
        SELECT count(*) FROM chunks WHERE chunk_id NOT IN (SELECT rowid FROM words)""",
    "{} entries of the word index have no chunk": """
        SELECT count(*) FROM words WHERE rowid NOT IN (SELECT chunk_id FROM chunks)""",
    "{} titles are missing from the word index": """
        SELECT count(*) FROM sources WHERE current AND text_key NOT IN (SELECT rowid FROM titles)""",
    "{} sources belong to a file that is not known": """
        SELECT count(*) FROM sources WHERE current AND content_hash NOT IN (SELECT content_hash FROM files)""",
    "{} chunks in the bin belong to no paper there": """
        SELECT count(*) FROM removed_chunks
        WHERE text_key NOT IN (SELECT text_key FROM sources JOIN removed USING (source_key))""",
    "{} sources have no keys to be found by": """
        SELECT count(*) FROM sources WHERE current AND source_key NOT IN (SELECT source_key FROM source_keys)""",
}


def check(library: Library) -> list[str]:
    """Say in sentences what is wrong with a library; nothing when all is well."""
    found = []
    with library.ledger.reading() as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            found.append(f"The ledger is damaged: {verdict}.")
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            found.append("Some rows of the ledger refer to others that are gone.")
        for sentence, question in _FAULTS.items():
            (count,) = connection.execute(question).fetchone()
            if count:
                found.append(sentence.format(count) + ".")
        originals = connection.execute("SELECT content_hash, name FROM files WHERE original").fetchall()
        (chunks,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
    found += [
        f"The library's copy of {row['name']} is missing."
        for row in originals
        if library.original(row["content_hash"]) is None
    ]
    if library.indexer is not None:
        library.settle()
        library.indexer.prove()
        found += [library.indexer.failure] if library.indexer.failure else []
        indexed = library.indexer.count()
        if indexed is not None and indexed != chunks:
            found.append(f"The index has {indexed} chunks, the ledger {chunks}.")
    return found


def rebuild_words(ledger: Ledger) -> None:
    """Make the index of words and titles again, in one transaction."""
    with ledger.writing(content=False) as connection:
        connection.execute("DELETE FROM words")
        connection.execute("DELETE FROM titles")
        text_key, text = None, ""
        for row in connection.execute("SELECT * FROM chunks ORDER BY text_key, ordinal").fetchall():
            if row["text_key"] != text_key:
                text_key = row["text_key"]
                (text,) = connection.execute("SELECT text FROM texts WHERE text_key = ?", (text_key,)).fetchone()
            lexical.insert_words(connection, row["chunk_id"], row["context"], text[row["start"] : row["end"]])
        titles = {
            row["text_key"]: marks.title_of(connection, row["source_id"], metadata_from_json(row["metadata"]))
            for row in connection.execute(
                "SELECT text_key, source_id, metadata FROM sources WHERE current ORDER BY source_key DESC"
            ).fetchall()
        }
        for key, title in titles.items():
            lexical.insert_title(connection, key, title)
