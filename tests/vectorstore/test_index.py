"""The Chroma index: a cache that may be damaged, lost or behind, and is brought up to the ledger by itself."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vectorstore.making import EMBEDDER, add, open_library, source
from vectorstore.chroma import Check, ChromaIndex
from vectorstore.library import Library
from vectorstore.search import search

PAPERS = 30


def fill(library: Library) -> None:
    add(library, "all.txt", *(source(f"Paper {n}", f"Text number {n} of many.\nMore of {n}.") for n in range(PAPERS)))
    assert library.settle()


@pytest.fixture
def filled(library_folder: Path) -> Path:
    with open_library(library_folder) as library:
        fill(library)
    return library_folder


def assert_whole(folder: Path) -> None:
    """Every chunk is found by its own vector in the index."""
    calls = EMBEDDER.calls
    with open_library(folder) as library:
        assert library.settle() and library.check() == []
        ids, vectors = library.chunk_vectors(library.chunk_ids())
        assert len(ids) == 2 * PAPERS and library.indexer is not None
        for chunk_id, vector in zip(ids.tolist(), vectors, strict=True):
            found = library.indexer.nearest(vector, 3)
            assert found is not None and chunk_id in found[0]
    assert EMBEDDER.calls == calls, "an index is made again without embedding"


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    chance = random.Random(0)
    for _ in range(-(-len(content) // 50)):
        content[chance.randrange(len(content))] ^= 0xFF
    path.write_bytes(content)


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize("damage", [truncate, flip, zero, Path.unlink])
def test_a_damaged_index_is_noticed_and_made_again(filled: Path, damage: Callable[[Path], None]) -> None:
    for path in sorted((filled / "index").rglob("*")):
        if path.is_file():
            damage(path)
    assert_whole(filled)


def test_a_lost_index_is_made_again(filled: Path) -> None:
    shutil.rmtree(filled / "index")
    assert_whole(filled)


def test_an_index_of_another_library_is_not_taken_for_ours(filled: Path) -> None:
    (generation,) = (filled / "index").iterdir()
    assert not Check(generation, "another library").is_sound()
    with sqlite3.connect(filled / "library.sqlite") as connection:
        connection.execute("UPDATE facts SET value = 'another' WHERE name = 'library_id'")
    connection.close()
    assert_whole(filled)


def test_an_index_that_is_behind_catches_up_and_gives_back_what_was_deleted(filled: Path) -> None:
    saved = filled.parent / "saved"
    shutil.copytree(filled / "index", saved)
    with open_library(filled) as library:
        library.remove([library.find("Paper 3").paper_id])
        add(library, "new.txt", source("Newer", "A newer text.\nIt has two."))
    shutil.rmtree(filled / "index")
    shutil.copytree(saved, filled / "index")
    assert_whole(filled)


def test_a_chunk_that_a_search_misses_is_put_in_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(library)
    indexer = library.indexer
    assert indexer is not None
    monkeypatch.setattr("vectorstore.chroma._TWINS", (1, 3))
    assert library.check() == []  # nothing is left that the indexer would look for by itself
    ids, vectors = library.chunk_vectors(library.chunk_ids())
    missed, vector = int(ids[7]), vectors[7]
    indexer._index.upsert([missed], -vector[None])
    assert missed not in (indexer.nearest(vector, 3) or ([], 0))[0]
    assert library.check() == []
    assert missed in (indexer.nearest(vector, 3) or ([], 0))[0]


def test_what_is_not_indexed_yet_is_found_all_the_same(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(library)

    def stuck(*_: object) -> None:
        raise OSError("no space left on the device")

    monkeypatch.setattr(ChromaIndex, "upsert", stuck)
    add(library, "new.txt", source("Zebra", "The zebra has stripes."))
    (hit,) = search(library, EMBEDDER, "zebra stripes", top=1)
    assert hit.chunk.text == "The zebra has stripes." and hit.parts["dense"] > 0
    assert not library.settle()
    assert any("no space left" in sentence for sentence in library.check())
    assert search(library, EMBEDDER, "zebra stripes", top=1) == [hit]


def test_a_question_that_breaks_the_index_is_answered_and_the_index_made_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(library)
    expected = search(library, EMBEDDER, "text number 7")
    whole = ChromaIndex.nearest

    def broken(self: ChromaIndex, *arguments: object) -> list[int]:
        monkeypatch.setattr(ChromaIndex, "nearest", whole)
        raise RuntimeError("Error finding id")

    monkeypatch.setattr(ChromaIndex, "nearest", broken)
    assert search(library, EMBEDDER, "text number 7") == expected
    assert library.settle() and library.check() == []
    assert [path.name for path in (library.folder / "index").iterdir()] == ["000002"]


def test_rebuild_makes_a_fresh_index_and_says_how_far_it_is(library: Library) -> None:
    fill(library)
    told: list[float] = []
    library.rebuild(told.append)
    assert library.check() == [] and all(0 <= share <= 1 for share in told)
    assert [path.name for path in (library.folder / "index").iterdir()] == ["000002"]
