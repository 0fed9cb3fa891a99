"""Drafts: quotes are whole sentences, without the headings around them, and nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering.writing import Draft
from assistant.ingestion import ingest
from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.library import Library
from vectorstore.records import StoredChunk

TEXT = (
    "Sand in Slow Rivers\n\nAnna Berg\n\nRivers carry sand. They carry mud in spring. Dams hold back what they carry."
    "\n\nResults\nIt rose. It rose by two metres in a year."
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    embedder = HashingEmbedder()
    (tmp_path / "sand.txt").write_text(TEXT, encoding="utf-8")
    with Library.open(
        tmp_path / "library", embedder=embedder.name, dimensions=embedder.dimensions, owner="tests"
    ) as library:
        assert not ingest([tmp_path / "sand.txt"], library, embedder).failed
        yield library


def quoted(library: Library, *quotes: str) -> list[str]:
    draft = Draft(library)
    for quote in quotes:
        chunk, start = where(library, quote)
        draft.quote(chunk, start, start + len(quote))
    return [statement.text for statement in draft.statements]


def where(library: Library, quote: str) -> tuple[StoredChunk, int]:
    chunks = library.chunks_of(library.papers()[0].paper_id)
    chunk = next(chunk for chunk in chunks if quote in chunk.text)
    return chunk, library.text(chunk.text_id).index(quote, chunk.chunk.start)


@pytest.mark.parametrize(
    ("short", "expected"),
    [
        ("Rivers carry sand.", "Rivers carry sand. They carry mud in spring."),
        ("It rose.", "It rose. It rose by two metres in a year."),
    ],
)
def test_a_short_quote_takes_in_its_neighbours_but_no_heading(library: Library, short: str, expected: str) -> None:
    assert quoted(library, short) == [expected]


def test_what_another_quote_has_is_not_said_again(library: Library) -> None:
    whole = "They carry mud in spring. Dams hold back what they carry."
    assert quoted(library, whole, "Dams hold back what they carry.", whole) == [whole]
    assert quoted(library, "Dams hold back what they carry.", whole) == ["Dams hold back what they carry."]
