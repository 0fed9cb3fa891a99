"""What the pages ask of the whole library: mean vectors of papers, its files, and when they came."""

from __future__ import annotations

import time

import numpy as np

from tests.vectorstore.making import add, source
from vectorstore.library import Library


def test_a_papers_vector_is_the_mean_of_its_chunks(library: Library) -> None:
    first = add(library, "a.txt", source("Lanterns", "Lanterns drift at sea.\nThey settle.", ["Ada Brook"]))[0]
    second = add(library, "b.txt", source("Ledgers", "Ledgers are kept on paper.", ["Mo Reed"]))[0]
    ids, vectors = library.paper_vectors()
    assert ids == sorted([first.paper_id, second.paper_id])
    for paper_id, vector in zip(ids, vectors, strict=True):
        own = [chunk.chunk_id for chunk in library.chunks_of(paper_id)]
        _, expected = library.chunk_vectors(np.array(own))
        np.testing.assert_allclose(vector, expected.mean(axis=0), atol=1e-6)
    library.remove([first.paper_id])
    assert library.paper_vectors()[0] == [second.paper_id]


def test_an_empty_library_has_no_vectors(library: Library) -> None:
    ids, vectors = library.paper_vectors()
    assert ids == [] and vectors.shape[0] == 0
    assert library.files() == [] and library.arrivals() == {}


def test_files_are_listed_and_their_arrival_is_known(library: Library) -> None:
    add(library, "b.txt", source("Ledgers", "Ledgers are kept on paper.", ["Mo Reed"]))
    add(library, "a.txt", source("Lanterns", "Lanterns drift at sea.", ["Ada Brook"]))
    assert [file.name for file in library.files()] == ["a.txt", "b.txt"]
    original = library.folder / "a.txt"
    original.write_text("words")
    library.keep_original(original, "0123456789abcdef")
    assert abs(library.arrivals()["0123456789abcdef"] - time.time()) < 60
