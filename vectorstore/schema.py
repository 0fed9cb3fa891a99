"""The tables of the ledger, as numbered migrations: PRAGMA user_version says how many have been made."""

from __future__ import annotations

import sqlite3

from vectorstore.errors import LibraryDamaged, LibraryTooNew

APPLICATION_ID = 0x466E7465  # "Fnte": marks the file as a Footnote ledger

_FIRST = (
    # What is true of the whole library: its own id, its embedder, the count of its changes.
    "CREATE TABLE facts(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # The files that were read to their last paper.
    """CREATE TABLE files(
        content_hash TEXT PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        size INTEGER NOT NULL,
        pages INTEGER,
        warnings TEXT NOT NULL,
        original INTEGER NOT NULL
    ) STRICT""",
    # Texts never change; `chunks` counts the chunks they are searched by, 0 for those kept for an answer's sake.
    """CREATE TABLE texts(
        text_key INTEGER PRIMARY KEY AUTOINCREMENT,
        text_id TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL,
        sections TEXT NOT NULL,
        chunks INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE pages(
        text_key INTEGER NOT NULL REFERENCES texts ON DELETE CASCADE,
        number INTEGER NOT NULL,
        label TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        characters BLOB NOT NULL,
        PRIMARY KEY (text_key, number)
    ) STRICT""",
    # A source that is not `current` was replaced or removed, and is kept because a stored answer cites its text.
    """CREATE TABLE sources(
        source_key INTEGER PRIMARY KEY,
        source_id TEXT NOT NULL,
        paper_id TEXT NOT NULL,
        text_key INTEGER NOT NULL REFERENCES texts,
        content_hash TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        metadata TEXT NOT NULL,
        opening TEXT NOT NULL,
        pages INTEGER,
        separate INTEGER NOT NULL,
        current INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX sources_by_source_id ON sources(source_id)",
    "CREATE INDEX sources_by_paper_id ON sources(paper_id)",
    "CREATE INDEX sources_by_text ON sources(text_key)",
    "CREATE INDEX sources_by_file ON sources(content_hash)",
    "CREATE INDEX sources_by_name ON sources(name)",
    # The keys by which the current sources of one paper meet.
    """CREATE TABLE source_keys(
        key TEXT NOT NULL,
        source_key INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
        PRIMARY KEY (key, source_key)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX source_keys_by_source ON source_keys(source_key)",
    # The sources that a person took out of their papers, so that they stay out when the file is read again.
    "CREATE TABLE separations(source_id TEXT, name TEXT, PRIMARY KEY (source_id, name)) STRICT, WITHOUT ROWID",
    # AUTOINCREMENT: a chunk's id is never used again, so an id names one vector for good, in Chroma too.
    """CREATE TABLE chunks(
        chunk_id INTEGER PRIMARY KEY AUTOINCREMENT,
        text_key INTEGER NOT NULL REFERENCES texts ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        section TEXT NOT NULL,
        kind TEXT NOT NULL,
        context TEXT NOT NULL,
        UNIQUE (text_key, ordinal)
    ) STRICT""",
    """CREATE TABLE vectors(
        chunk_id INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
        vector BLOB NOT NULL
    ) STRICT""",
    # The sentences of a chunk: spans as int32 pairs, vectors as int8, one float32 scale a sentence.
    """CREATE TABLE sentences(
        chunk_id INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
        spans BLOB NOT NULL,
        vectors BLOB NOT NULL,
        scales BLOB NOT NULL
    ) STRICT""",
    # The words of a chunk (rowid: chunk_id) and of a text's title (rowid: text_key), for BM25.
    # Full detail: with less, bm25() reads and splits every matching text again, 16 times as slow.
    "CREATE VIRTUAL TABLE words USING fts5(body, tokenize = 'porter unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE titles USING fts5(title, tokenize = 'porter unicode61 remove_diacritics 2')",
    "CREATE TABLE answers(answer_id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT",
    """CREATE TABLE cited_texts(
        text_key INTEGER NOT NULL REFERENCES texts,
        answer_id TEXT NOT NULL REFERENCES answers ON DELETE CASCADE,
        PRIMARY KEY (text_key, answer_id)
    ) STRICT, WITHOUT ROWID""",
)

_CONVERSATIONS = (
    # `folded` is what a search looks through; `created` and `changed` are seconds since 1970.
    """CREATE TABLE conversations(
        conversation_id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        folded TEXT NOT NULL,
        created REAL NOT NULL,
        changed REAL NOT NULL
    ) STRICT""",
    """CREATE TABLE turns(
        conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        position INTEGER NOT NULL,
        question TEXT NOT NULL,
        folded TEXT NOT NULL,
        answer_id TEXT NOT NULL REFERENCES answers,
        PRIMARY KEY (conversation_id, position)
    ) STRICT""",
    "CREATE INDEX turns_by_answer ON turns(answer_id)",
    "CREATE INDEX cited_texts_by_answer ON cited_texts(answer_id)",
)

_BY_HAND = (
    # What a person says of papers, by the ids of their sources. `folded` is the tag without regard to capitals.
    """CREATE TABLE tags(
        source_id TEXT NOT NULL,
        folded TEXT NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (source_id, folded)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX tags_by_folded ON tags(folded)",
    # `value` is JSON; `changed` seconds since 1970: of two edits that a merge brings together the later holds.
    """CREATE TABLE edits(
        source_id TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        changed REAL NOT NULL,
        PRIMARY KEY (source_id, field)
    ) STRICT, WITHOUT ROWID""",
    # The sources that a person joined to one paper go by one name, the least of their ids.
    "CREATE TABLE joins(source_id TEXT PRIMARY KEY, joined TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX joins_by_joined ON joins(joined)",
    # The bin: sources that are not current and can be again, the row of their file as JSON, and their chunks.
    """CREATE TABLE removed(
        source_key INTEGER PRIMARY KEY REFERENCES sources ON DELETE CASCADE,
        removal TEXT NOT NULL,
        removed REAL NOT NULL,
        file TEXT
    ) STRICT""",
    """CREATE TABLE removed_chunks(
        text_key INTEGER NOT NULL REFERENCES texts ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        section TEXT NOT NULL,
        kind TEXT NOT NULL,
        context TEXT NOT NULL,
        vector BLOB NOT NULL,
        spans BLOB NOT NULL,
        small BLOB NOT NULL,
        scales BLOB NOT NULL,
        PRIMARY KEY (text_key, ordinal)
    ) STRICT""",
)

_PIECES = (
    # What late interaction keeps of a chunk (pieces.py). A chunk without a row is read when a search first needs it.
    """CREATE TABLE pieces(
        chunk_id INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
        signs BLOB NOT NULL
    ) STRICT""",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _CONVERSATIONS, _BY_HAND, _PIECES)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the ledger to this version's schema, a transaction a step. Raises LibraryTooNew, LibraryDamaged."""
    while (version := _version(connection)) < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have made the step while this one waited for the lock.
            if _version(connection) == version:
                for statement in MIGRATIONS[version]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (tables or version):
        raise LibraryDamaged(
            "The file library.sqlite in this folder is a database of another program.",
            "Choose another folder for the library.",
        )
    if version > len(MIGRATIONS):
        raise LibraryTooNew(
            f"A later version of Footnote wrote the library (schema {version}; this one knows {len(MIGRATIONS)}).",
            "Update Footnote, or choose another library.",
        )
    return version
