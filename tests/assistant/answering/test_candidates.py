"""Candidates: in a table, the row of the system asked about comes before those of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering.candidates import asked_of, candidates
from assistant.ingestion import ingest
from assistant.planning import plan
from assistant.types import Evidence
from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.library import Library
from vectorstore.records import Chunk, Hit, ScoredSentence, Sentence, StoredChunk

ROWS = ("Tempest 1.1 | 20.0", "Galewind (ours) | 17.4", "Base | 25.1")
QUESTION = "In how many minutes does Galewind train a large network?"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    embedder = HashingEmbedder()
    (tmp_path / "wind.md").write_text("# Galewind: Cheap Training\n\nGalewind trains large networks.", "utf-8")
    folder = tmp_path / "library"
    with Library.open(folder, embedder=embedder.name, dimensions=embedder.dimensions, owner="tests") as library:
        assert not ingest([tmp_path / "wind.md"], library, embedder).failed
        yield library


def test_the_row_of_the_system_asked_about_comes_first(library: Library) -> None:
    paper = library.papers()[0]
    text, rows = "\n".join(ROWS), []
    for row in ROWS:
        start = text.index(row)
        rows.append(ScoredSentence(Sentence(start, start + len(row)), row, 0.9 if row.startswith("Tempest") else 0.5))
    spans = tuple(row.sentence for row in rows)
    chunk = Chunk(0, len(text), "Training time", "table", "Training time (minutes)", spans)
    hit = Hit(StoredChunk(1, "text", paper.paper_id, chunk, text), 1.0, {}, tuple(rows))
    made = plan(QUESTION, (), library)
    evidence = Evidence((hit,), 1, 1)
    ranked = candidates(asked_of(made, evidence), evidence, {paper.paper_id: paper})
    assert ranked[0].text == ROWS[1]
