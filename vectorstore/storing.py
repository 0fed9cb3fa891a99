"""Putting files, sources, texts and chunks into the ledger and taking them out, within a caller's transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from vectorstore import identity, lexical, marks
from vectorstore.errors import LibraryError, PaperNotFound
from vectorstore.records import Chunk, File, Metadata, PreparedSource, Section, Sentence, SharedText
from vectorstore.rows import (
    metadata_from_json,
    metadata_to_json,
    quantise,
    sections_to_json,
    sentences_to_blob,
    storable,
    storable_name,
    vector_to_blob,
)


def checked(prepared: PreparedSource, dimensions: int) -> PreparedSource:
    """Make a source's text storable, and refuse vectors that do not fit it (ValueError)."""
    sentences = sum(len(chunk.sentences) for chunk in prepared.chunks)
    for name, vectors, count in (
        ("chunk", prepared.chunk_vectors, len(prepared.chunks)),
        ("sentence", prepared.sentence_vectors, sentences),
    ):
        if (count and vectors.shape != (count, dimensions)) or len(vectors) != count:
            raise ValueError(f"{name} vectors are {vectors.shape}, not ({count}, {dimensions})")
        if not np.isfinite(vectors).all():
            raise ValueError(f"{name} vectors are not all finite")
    length = len(prepared.source.text)
    spans: list[Chunk | Sentence] = [*prepared.chunks, *(each for chunk in prepared.chunks for each in chunk.sentences)]
    if any(not 0 <= span.start <= span.end <= length for span in spans):
        raise ValueError("a chunk or sentence lies outside the text")
    metadata = prepared.source.metadata
    external_id = storable_name(metadata.external_id) if metadata.external_id else None
    source = replace(
        prepared.source, text=storable(prepared.source.text), metadata=replace(metadata, external_id=external_id)
    )
    return replace(prepared, source=source)


def insert_file(connection: sqlite3.Connection, file: File, *, original: bool) -> None:
    connection.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            file.content_hash,
            storable_name(file.path),
            storable_name(file.name),
            file.kind,
            file.size,
            file.pages,
            json.dumps(file.warnings),
            original,
        ),
    )


def former_ids(
    connection: sqlite3.Connection, source_keys: Sequence[int], prepared: Sequence[PreparedSource]
) -> dict[str, str]:
    """Give, by name in the file, the ids of a replaced file's sources that plainly are among the new ones.

    The only source of a file may have another title now, where it opens as the former did.
    """
    rows = connection.execute(
        f"""SELECT source_id, metadata, opening, substr(text, 1, {identity.HEAD_CHARACTERS}) AS head
        FROM sources JOIN texts USING (text_key)
        WHERE NOT separate AND source_key IN (SELECT value FROM json_each(?))""",
        (json.dumps(source_keys),),
    ).fetchall()
    if len(source_keys) == len(rows) == len(prepared) == 1:
        (row,), new = rows, prepared[0].source
        head = identity.fold(new.text[: identity.HEAD_CHARACTERS])
        now = identity.Evidence((), identity.opening_of(new), head)
        if identity.agree(identity.Evidence((), row["opening"], identity.fold(row["head"])), now):
            return {identity.name_in_file(new.metadata): str(row["source_id"])}
    named = [(identity.name_in_file(metadata_from_json(row["metadata"])), str(row["source_id"])) for row in rows]
    before = Counter(name for name, _ in named)
    after = Counter(identity.name_in_file(each.source.metadata) for each in prepared)
    return {name: source_id for name, source_id in named if before[name] == after[name] == 1}


def insert_source(
    connection: sqlite3.Connection, file: File, prepared: PreparedSource, former: Mapping[str, str]
) -> tuple[int, str]:
    """Store a source as a paper of its own, with its text and chunks; give its key and its source_id.

    A source whose name in its file stands in `former` goes by the id given there, whatever else of it has changed.
    """
    source = prepared.source
    opening = identity.opening_of(source)
    base_id = former.get(identity.name_in_file(source.metadata)) or identity.base_id(source.metadata, opening)
    name = storable_name(file.name)
    separate = is_separate(connection, base_id, name)
    source_id = identity.separate_id(base_id, name) if separate else base_id
    text_key = _insert_text(connection, source_id, prepared)
    # A former row of this very text, kept for an answer's sake, is taken up again by the current one; in the bin only
    # what other files said of it is left.
    connection.execute(
        """DELETE FROM sources WHERE text_key = :text_key AND NOT current
        AND (content_hash = :content_hash OR source_key NOT IN (SELECT source_key FROM removed))""",
        {"text_key": text_key, "content_hash": file.content_hash},
    )
    connection.execute(
        """DELETE FROM removed_chunks WHERE text_key = :text_key
        AND :text_key NOT IN (SELECT text_key FROM sources JOIN removed USING (source_key))""",
        {"text_key": text_key},
    )
    source_key = connection.execute(
        """INSERT INTO sources(source_id, paper_id, text_key, content_hash, name, kind, metadata, opening, pages,
        separate, current) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)""",
        (
            source_id,
            source_id,
            text_key,
            file.content_hash,
            name,
            source.kind,
            metadata_to_json(source.metadata),
            opening,
            file.pages if source.kind == "pdf" else None,
            separate,
        ),
    ).lastrowid
    assert source_key is not None
    insert_keys(connection, source_key, source.metadata, source_id, separate=separate)
    return source_key, source_id


def insert_keys(
    connection: sqlite3.Connection, source_key: int, metadata: Metadata, source_id: str, *, separate: bool
) -> None:
    """Store the keys by which a source meets others of the same paper."""
    keys = list(identity.sure_keys(metadata, source_id, separate=separate))
    title = identity.title_key(metadata, separate=separate)
    keys += [title] if title else []
    joined = marks.key_of(connection, source_id)
    keys += [joined] if joined else []
    connection.executemany("INSERT OR IGNORE INTO source_keys VALUES (?, ?)", [(key, source_key) for key in keys])


def is_separate(connection: sqlite3.Connection, base_id: str, name: str) -> bool:
    return bool(
        connection.execute("SELECT 1 FROM separations WHERE source_id = ? AND name = ?", (base_id, name)).fetchone()
    )


def _insert_text(connection: sqlite3.Connection, source_id: str, prepared: PreparedSource) -> int:
    source = prepared.source
    text_id = _text_id(source_id, prepared)
    row = connection.execute("SELECT text_key, chunks FROM texts WHERE text_id = ?", (text_id,)).fetchone()
    if row is None:
        text_key = connection.execute(
            "INSERT INTO texts(text_id, text, sections) VALUES (?, ?, ?)",
            (text_id, source.text, sections_to_json(source.sections)),
        ).lastrowid
        assert text_key is not None
        connection.executemany(
            "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)",
            [(text_key, p.number, storable(p.label), p.start, p.end, p.characters) for p in source.pages],
        )
    else:
        text_key = row["text_key"]
    if row is None or not row["chunks"]:
        _insert_chunks(connection, text_key, prepared)
        lexical.insert_title(connection, text_key, storable(marks.title_of(connection, source_id, source.metadata)))
    return int(text_key)


def _text_id(source_id: str, prepared: PreparedSource) -> str:
    """Name a text by all that is kept with it, so that what an id stands for never changes."""
    source = prepared.source
    digest = hashlib.sha256(source.text.encode())
    layout = (source_id, source.metadata.title, source.sections, source.pages, prepared.chunks)
    digest.update(repr(layout).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()[:24]


def _insert_chunks(connection: sqlite3.Connection, text_key: int, prepared: PreparedSource) -> None:
    small, scales = quantise(prepared.sentence_vectors)
    done = 0
    for ordinal, chunk in enumerate(prepared.chunks):
        context = storable(chunk.context)
        chunk_id = connection.execute(
            """INSERT INTO chunks(text_key, ordinal, start, "end", section, kind, context)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (text_key, ordinal, chunk.start, chunk.end, storable(chunk.section), chunk.kind, context),
        ).lastrowid
        assert chunk_id is not None
        own = slice(done, done := done + len(chunk.sentences))
        connection.execute(
            "INSERT INTO vectors VALUES (?, ?)", (chunk_id, vector_to_blob(prepared.chunk_vectors[ordinal]))
        )
        connection.execute(
            "INSERT INTO sentences VALUES (?, ?, ?, ?)",
            (chunk_id, sentences_to_blob(chunk.sentences), small[own].tobytes(), scales[own].tobytes()),
        )
        if prepared.pieces and (signs := prepared.pieces[ordinal]) is not None:
            insert_pieces(connection, {chunk_id: signs})
        lexical.insert_words(connection, chunk_id, context, prepared.source.text[chunk.start : chunk.end])
    connection.execute("UPDATE texts SET chunks = ? WHERE text_key = ?", (len(prepared.chunks), text_key))


def insert_pieces(connection: sqlite3.Connection, signs: Mapping[int, bytes]) -> None:
    """Keep the pieces of chunks, by chunk_id; of chunks that are gone meanwhile none."""
    connection.executemany(
        "INSERT OR IGNORE INTO pieces SELECT chunk_id, ? FROM chunks WHERE chunk_id = ?",
        [(found, chunk_id) for chunk_id, found in signs.items()],
    )


def delete_sources(connection: sqlite3.Connection, source_keys: Collection[int]) -> None:
    """Take sources out, with the texts that nothing else needs; a text that an answer cites stays, unsearched."""
    keys = json.dumps(sorted(source_keys))
    texts = [
        row["text_key"]
        for row in connection.execute(
            "SELECT DISTINCT text_key FROM sources WHERE source_key IN (SELECT value FROM json_each(?))", (keys,)
        )
    ]
    connection.execute(
        """DELETE FROM source_keys WHERE source_key IN (SELECT value FROM json_each(?))""",
        (keys,),
    )
    connection.execute("UPDATE sources SET current = 0 WHERE source_key IN (SELECT value FROM json_each(?))", (keys,))
    for text_key in texts:
        if connection.execute("SELECT 1 FROM sources WHERE text_key = ? AND current", (text_key,)).fetchone():
            connection.execute(
                """DELETE FROM sources WHERE text_key = ? AND NOT current
                AND source_key NOT IN (SELECT source_key FROM removed)""",
                (text_key,),
            )
            continue
        lexical.delete_text(connection, text_key)
        connection.execute("DELETE FROM chunks WHERE text_key = ?", (text_key,))
        connection.execute("UPDATE texts SET chunks = 0 WHERE text_key = ?", (text_key,))
    delete_idle_texts(connection, json.dumps(texts))


def delete_idle_texts(connection: sqlite3.Connection, text_keys: str) -> None:
    """Delete those texts, of a JSON list, that no current source has, no answer cites and the bin does not keep."""
    connection.execute(
        """DELETE FROM sources WHERE NOT current AND text_key IN (SELECT value FROM json_each(?))
        AND text_key NOT IN (SELECT text_key FROM cited_texts)
        AND source_key NOT IN (SELECT source_key FROM removed)""",
        (text_keys,),
    )
    connection.execute(
        """DELETE FROM texts WHERE text_key IN (SELECT value FROM json_each(?))
        AND text_key NOT IN (SELECT text_key FROM sources)""",
        (text_keys,),
    )


def sources_of_files(connection: sqlite3.Connection, content_hashes: Sequence[str]) -> list[sqlite3.Row]:
    """Give the current sources of files: source_key, source_id, paper_id."""
    rows = connection.execute(
        """SELECT source_key, source_id, paper_id FROM sources
        WHERE current AND content_hash IN (SELECT value FROM json_each(?))""",
        (json.dumps(content_hashes),),
    )
    return rows.fetchall()


def delete_idle_files(connection: sqlite3.Connection) -> None:
    """Forget the files that have no current source left, so that they can be read again."""
    connection.execute("DELETE FROM files WHERE content_hash NOT IN (SELECT content_hash FROM sources WHERE current)")


def separate(connection: sqlite3.Connection, source_id: str, name: str) -> tuple[str, set[int]]:
    """Mark what the file `name` says under a source_id as apart for good; give its former paper_id and source keys."""
    rows = connection.execute(
        "SELECT * FROM sources WHERE current AND NOT separate AND source_id = ? AND name = ?", (source_id, name)
    ).fetchall()
    if not rows:
        raise PaperNotFound(f"No source {source_id!r} comes from {name!r}.", "`footnote papers` lists the sources.")
    texts = json.dumps([row["text_key"] for row in rows])
    if connection.execute(
        """SELECT 1 FROM sources WHERE current AND text_key IN (SELECT value FROM json_each(?))
        AND NOT (source_id = ? AND name = ?)""",
        (texts, source_id, name),
    ).fetchone():
        raise LibraryError(f"Another file says word for word what {name} says; they cannot be taken apart.")
    connection.execute("INSERT OR IGNORE INTO separations VALUES (?, ?)", (source_id, name))
    apart = identity.separate_id(source_id, name)
    for row in rows:
        key = row["source_key"]
        connection.execute(
            "UPDATE sources SET source_id = ?, paper_id = ?, separate = 1 WHERE source_key = ?", (apart, apart, key)
        )
        connection.execute("DELETE FROM source_keys WHERE source_key = ?", (key,))
        insert_keys(connection, key, metadata_from_json(row["metadata"]), apart, separate=True)
    marks.take_along(connection, source_id, apart, rows[0]["paper_id"])
    return rows[0]["paper_id"], {row["source_key"] for row in rows}


def insert_shared_text(connection: sqlite3.Connection, shared: SharedText) -> None:
    """Store a shared passage as the texts are kept that only an answer still needs: never current, never searched."""
    text_id, paper_id = identity.shared_text_id(shared), identity.shared_paper_id(shared.metadata)
    if connection.execute("SELECT 1 FROM texts WHERE text_id = ?", (text_id,)).fetchone():
        return
    sections = (Section(shared.heading, 0, len(shared.text)),) if shared.heading else ()
    text_key = connection.execute(
        "INSERT INTO texts(text_id, text, sections) VALUES (?, ?, ?)",
        (text_id, shared.text, sections_to_json(sections)),
    ).lastrowid
    connection.execute(
        """INSERT INTO sources(source_id, paper_id, text_key, content_hash, name, kind, metadata, opening, separate,
        current) VALUES (?, ?, ?, ?, ?, 'shared', ?, '', 0, 0)""",
        (
            paper_id,
            paper_id,
            text_key,
            hashlib.sha256(shared.text.encode()).hexdigest(),
            shared.name,
            metadata_to_json(shared.metadata),
        ),
    )


def insert_answer(connection: sqlite3.Connection, answer_id: str, document: str, text_ids: Collection[str]) -> None:
    """Store an answer as it is, in place of the one of its id, and note the texts it cites."""
    connection.execute(
        "INSERT INTO answers VALUES (?, ?) ON CONFLICT (answer_id) DO UPDATE SET document = excluded.document",
        (answer_id, document),
    )
    connection.execute(
        "INSERT OR IGNORE INTO cited_texts "
        "SELECT text_key, ? FROM texts WHERE text_id IN (SELECT value FROM json_each(?))",
        (answer_id, json.dumps(sorted(text_ids))),
    )


def delete_answers(connection: sqlite3.Connection, answer_ids: Sequence[str]) -> None:
    """Delete the answers that stand in no conversation, and the old texts that no other answer cites."""
    answers = json.dumps(answer_ids)
    cited = connection.execute(
        "SELECT DISTINCT text_key FROM cited_texts WHERE answer_id IN (SELECT value FROM json_each(?))", (answers,)
    )
    texts = json.dumps([row["text_key"] for row in cited])
    connection.execute(
        """DELETE FROM answers WHERE answer_id IN (SELECT value FROM json_each(?))
        AND answer_id NOT IN (SELECT answer_id FROM turns)""",
        (answers,),
    )
    delete_idle_texts(connection, texts)
