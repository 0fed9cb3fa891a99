"""Files, texts, answers and originals: what goes in comes out, whole or not at all."""

import re
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.vectorstore.making import EMBEDDER, add, file, open_library, prepared, source
from vectorstore.errors import (
    EmbedderMismatch,
    LibraryDamaged,
    LibraryError,
    LibraryTooNew,
    PaperNotFound,
)
from vectorstore.library import Library
from vectorstore.records import Chunk, Page, PreparedSource, Section, Sentence
from vectorstore.schema import MIGRATIONS
from vectorstore.search import search

TEXT = "Owls hunt at night. They hear mice under snow.\nTheir wings make no sound."


def test_what_is_stored_is_read_again(library: Library) -> None:
    pages = (Page(1, "i", 0, 46, b"\x01\x02"), Page(2, "ii", 47, len(TEXT)))
    sections = (Section("Owls", 0, 46, "abstract"), Section("Table 1", 47, len(TEXT), "table", (47, 52)))
    made = source("On owls", TEXT, ["Ada Owl"], "pdf", sections, year=2001, doi="10.1000/owl", notes=("n",))
    made = type(made)(made.kind, made.metadata, made.text, made.sections, pages)
    (added,) = add(library, "owls.pdf", made)
    stored = library.source(added.source_id)
    assert (stored.name, stored.kind, stored.metadata, stored.pages) == ("owls.pdf", "pdf", made.metadata, 3)
    assert library.source_of_text(stored.text_id) == stored
    assert library.text(stored.text_id) == TEXT
    assert library.pages(stored.text_id) == pages
    assert library.sections(stored.text_id) == sections
    chunks = library.chunks_of(added.paper_id)
    assert [chunk.chunk for chunk in chunks] == list(prepared(made).chunks)
    assert [chunk.text for chunk in chunks] == TEXT.split("\n")
    assert library.chunks([chunks[1].chunk_id, 999, chunks[0].chunk_id]) == [chunks[1], chunks[0]]
    assert library.count() == (1, 2)


def test_a_file_is_known_only_with_all_its_papers(library: Library) -> None:
    good = prepared(source("Good", TEXT))
    bad = PreparedSource(good.source, good.chunks, good.chunk_vectors[:1], good.sentence_vectors)
    listing = file("list.txt")
    before = library.fingerprint
    with pytest.raises(ValueError, match="chunk vectors"):
        library.add(listing, [good, bad])
    assert not library.has_file(listing.content_hash) and library.count() == (0, 0) and library.fingerprint == before
    library.add(listing, [good])
    assert library.has_file(listing.content_hash) and library.fingerprint != before


@pytest.mark.parametrize("spoil", ["nan", "span", "dimensions"])
def test_what_does_not_fit_is_refused(library: Library, spoil: str) -> None:
    good = prepared(source("Good", TEXT))
    vectors, chunks = good.chunk_vectors.copy(), good.chunks
    if spoil == "nan":
        vectors[0, 0] = np.nan
    elif spoil == "dimensions":
        vectors = vectors[:, :10]
    else:
        chunks = (*chunks[:-1], Chunk(0, len(TEXT) + 1, "", "body", "", chunks[-1].sentences))
    with pytest.raises(ValueError):
        library.add(file("a.txt"), [PreparedSource(good.source, chunks, vectors, good.sentence_vectors)])


def test_an_error_in_the_middle_of_a_file_leaves_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def failing(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise sqlite3.OperationalError("database or disk is full")

    add(library, "old.txt", source("Old", TEXT))
    before = (library.fingerprint, library.papers())
    monkeypatch.setattr("vectorstore.lexical.insert_words", failing)
    with pytest.raises(LibraryError):
        add(library, "old.txt", source("New", TEXT), source("Newer", TEXT))
    assert (library.fingerprint, library.papers()) == before and library.check() == []


def test_a_full_disk_is_said_in_a_sentence_and_loses_nothing(library: Library) -> None:
    add(library, "old.txt", source("Old", TEXT))
    with library.ledger.writing(content=False) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(LibraryError, match="disk is full"):
        add(library, "big.txt", source("Big", "A long sentence that is repeated.\n" * 2000))
    assert library.count() == (1, 2) and library.check() == []
    with library.ledger.writing(content=False) as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    add(library, "big.txt", source("Big", TEXT))
    assert library.count()[0] == 2


def test_identical_text_is_stored_once(library: Library) -> None:
    one = source("On owls", TEXT, ["Ada Owl"])
    add(library, "a.txt", one)
    add(library, "b.txt", one)
    (paper,) = library.papers()
    assert len(paper.sources) == 2 and len({s.text_id for s in paper.sources}) == 1 and paper.chunks == 2
    add(library, "a.txt", source("Another", "Other text."))
    assert library.find("On owls").chunks == 2


def test_text_that_sqlite_cannot_keep_keeps_its_length(library: Library) -> None:
    text = "A nul \0 and a lone \ud800 surrogate. 𝒳 stays."
    (added,) = add(library, "bad\udcff.txt", source("A \udcff title \0", text, ["Na\udcffme"], external_id="x\udcff"))
    (chunk,) = library.chunks_of(added.paper_id)
    assert chunk.text == "A nul \ufffd and a lone \ufffd surrogate. 𝒳 stays."
    assert search(library, EMBEDDER, "surrogate \0 \ud800")[0].chunk == chunk
    assert library.check() == []


def test_a_cited_text_outlives_its_paper_unsearched(library: Library) -> None:
    (added,) = add(library, "owls.pdf", source("On owls", TEXT, ["Ada Owl"], "pdf"))
    text_id = library.source(added.source_id).text_id
    document = '{"answer": "Owls… hunt",\n "n": 1}'
    library.store_answer("a1", document, [text_id, "no such text"])
    assert library.is_current(text_id)

    add(library, "owls.pdf", source("On owls", "A new version of it.", ["Ada Owl"], "pdf"))
    new = library.source(added.source_id)
    assert not library.is_current(text_id) and library.is_current(new.text_id)
    assert library.text(text_id) == TEXT and library.source_of_text(text_id).paper_id == added.paper_id
    assert [hit.chunk.text_id for hit in search(library, EMBEDDER, TEXT)] == [new.text_id]

    library.remove([added.paper_id])
    library.empty_bin()
    assert library.text(text_id) == TEXT and library.count() == (0, 0) and library.answer("a1") == document
    with pytest.raises(PaperNotFound):
        library.text(new.text_id)
    assert library.check() == [] and library.answer("a2") is None

    add(library, "owls.pdf", source("On owls", TEXT, ["Ada Owl"], "pdf"))
    assert library.is_current(text_id) and library.check() == []


def test_a_removed_file_can_be_read_again_but_a_listing_keeps_the_removed_out(library: Library) -> None:
    add(library, "one.txt", source("One", TEXT))
    add(library, "list.txt", source("Two", "Text two."), source("Three", "Text three."))
    one, two = library.find("One"), library.find("Two")
    library.remove([one.paper_id, two.paper_id])
    assert not library.has_file(one.sources[0].content_hash) and library.has_file(two.sources[0].content_hash)
    with pytest.raises(PaperNotFound):
        library.remove([library.find("Three").paper_id, one.paper_id])
    assert library.count()[0] == 1


def test_originals_are_kept_whole_and_go_with_their_file(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "Owls.PDF"
    path.write_bytes(b"%PDF owls")
    made = file("Owls.PDF", kind="pdf")
    assert library.original(made.content_hash) is None
    library.keep_original(path, made.content_hash)
    library.keep_original(path, made.content_hash)
    (added,) = library.add(made, [prepared(source("On owls", TEXT, kind="pdf"))])
    copy = library.original(made.content_hash)
    assert copy is not None and copy.read_bytes() == b"%PDF owls" and copy.suffix == ".pdf"
    assert library.check() == []
    copy.unlink()
    assert library.check() == ["The library's copy of Owls.PDF is missing."]
    library.keep_original(path, made.content_hash)
    library.store_answer("a", "{}", [library.source(added.source_id).text_id])
    library.remove([added.paper_id])
    assert copy.exists()  # the answer's footnote still shows its page
    with pytest.raises(ValueError):
        library.original("../../etc/passwd")


def test_a_removal_leaves_the_original_of_a_file_on_its_way_in(library: Library, tmp_path: Path) -> None:
    (old,) = add(library, "old.txt", source("Old", TEXT))
    path = tmp_path / "new.txt"
    path.write_text(TEXT)
    arriving = file("new.txt")
    library.keep_original(path, arriving.content_hash)
    library.remove([old.paper_id])
    library.add(arriving, [prepared(source("New", TEXT))])
    assert library.original(arriving.content_hash) is not None


def test_an_original_that_cannot_be_copied_is_a_named_error(library: Library, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"gone\.pdf could not be copied"):
        library.keep_original(tmp_path / "gone.pdf", "ab" * 32)
    assert list((library.folder / "originals").iterdir()) == []


def test_copies_without_a_file_are_swept_at_the_next_start(library_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    with open_library(library_folder) as library:
        library.keep_original(path, "ab" * 32)
        (library_folder / "originals" / ".half").write_bytes(b"")
    with open_library(library_folder):
        assert list((library_folder / "originals").iterdir()) == []


def test_another_embedder_is_refused_once_there_are_chunks(library_folder: Path) -> None:
    with Library.open(library_folder, embedder="another", dimensions=3, owner="tests"):
        pass
    with open_library(library_folder) as library:
        add(library, "a.txt", source("A", TEXT))
    with pytest.raises(EmbedderMismatch) as raised:
        Library.open(library_folder, embedder="another", dimensions=3)
    assert "fake-hashing" in raised.value.message and "originals" in raised.value.hint


def test_a_later_schema_is_refused(library_folder: Path) -> None:
    open_library(library_folder).close()
    with sqlite3.connect(library_folder / "library.sqlite") as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(LibraryTooNew):
        open_library(library_folder)
    with pytest.raises(LibraryTooNew):  # and the lock was given back
        open_library(library_folder)


def test_a_library_of_the_first_schema_is_brought_up(library_folder: Path) -> None:
    with open_library(library_folder) as library:
        (added,) = add(library, "a.txt", source("A", TEXT))
        library.store_answer("a", "{}", [library.source(added.source_id).text_id])
        before = (library.papers(), library.fingerprint)
    with sqlite3.connect(library_folder / "library.sqlite") as connection:
        later = [re.match(r"CREATE (TABLE|INDEX) (\w+)", each) for step in MIGRATIONS[1:] for each in step]
        for made in reversed(later):
            assert made
            connection.execute(f"DROP {made[1]} {made[2]}")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with open_library(library_folder) as library:
        assert (library.papers(), library.fingerprint) == before and library.answer("a") == "{}"
        assert library.conversations.holding() == [] and library.check() == []
        library.conversations.add_turn("c", "Why?", "", answer_id="a", document="{}", text_ids=[])
        assert library.conversations.turns("c")[0].answer_id == "a"
        assert _schema(library) == len(MIGRATIONS)


def test_a_migration_is_made_whole_or_not_at_all(library_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_library(library_folder) as library:
        add(library, "a.txt", source("A", TEXT))
        before = library.papers()
    broken = ("CREATE TABLE fresh(x INTEGER) STRICT", "CREATE TABLE broken(x) STRICT")
    monkeypatch.setattr("vectorstore.schema.MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(LibraryError):
        open_library(library_folder)
    monkeypatch.setattr("vectorstore.schema.MIGRATIONS", (*MIGRATIONS, broken[:1]))
    with open_library(library_folder) as library:
        assert library.papers() == before and library.check() == []
        assert _schema(library) == len(MIGRATIONS) + 1


def _schema(library: Library) -> int:
    with library.ledger.reading() as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize(
    "content", [b"this is no database, but a text of some length " * 40, b"SQLite format 3\0" + b"x" * 4096]
)
def test_a_ledger_that_is_no_database_is_named(library_folder: Path, content: bytes) -> None:
    library_folder.mkdir()
    (library_folder / "library.sqlite").write_bytes(content)
    with pytest.raises(LibraryDamaged):
        open_library(library_folder)


def test_a_database_of_another_program_is_left_alone(library_folder: Path) -> None:
    library_folder.mkdir()
    with sqlite3.connect(library_folder / "library.sqlite") as connection:
        connection.execute("CREATE TABLE theirs(x)")
    connection.close()
    with pytest.raises(LibraryDamaged, match="another program"):
        open_library(library_folder)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError):
        open_library(tmp_path / "file" / "library")


def test_check_says_what_is_wrong_and_rebuild_mends_the_words(library: Library) -> None:
    add(library, "a.txt", source("A", TEXT))
    with library.ledger.writing() as connection:
        connection.execute("DELETE FROM words WHERE rowid = 1")
        connection.execute("DELETE FROM titles")
    assert library.check() == [
        "1 chunks are missing from the word index.",
        "1 titles are missing from the word index.",
    ]
    library.rebuild()
    assert library.check() == []
    assert search(library, EMBEDDER, "owls hunt")[0].parts["words"] > 0


def test_readers_go_on_while_papers_are_added(library: Library) -> None:
    """Threads read, search and add at once; every reader sees whole papers only."""
    add(library, "0.txt", source("Paper 0", TEXT))
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert all(paper.chunks == 2 for paper in library.papers())
                assert search(library, EMBEDDER, "owls hunt mice")
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 12):
            add(library, f"{number}.txt", source(f"Paper {number}", f"Owl {number} hunts.\nIt hears mice."))
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert failures == [] and library.count() == (12, 24) and library.check() == []


def test_a_closed_library_says_so(library_folder: Path) -> None:
    library = open_library(library_folder)
    library.close()
    with pytest.raises(LibraryError, match="closed"):
        library.count()


def test_sentences_lie_where_they_were_said_to_lie(library: Library) -> None:
    (added,) = add(library, "a.txt", source("A", TEXT))
    chunks = library.chunks_of(added.paper_id)
    assert chunks[0].chunk.sentences == (Sentence(0, 19), Sentence(20, 46))
    (hit,) = search(library, EMBEDDER, "hear mice", top=1)
    assert [each.text for each in hit.sentences] == ["Owls hunt at night.", "They hear mice under snow."]
    exact = EMBEDDER.embed([each.text for each in hit.sentences]) @ EMBEDDER.embed(["hear mice"])[0]
    assert np.allclose([each.similarity for each in hit.sentences], exact, atol=0.01)
