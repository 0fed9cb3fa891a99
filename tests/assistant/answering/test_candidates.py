"""Candidates: in a table, the row of the system asked about comes before those of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.answering.candidates import Asked, Candidate, asked_of, candidates
from assistant.answering.rows import row_before_others, row_share
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


def asked_of_rows(library: Library, question: str, lines: Sequence[str], context: str) -> tuple[Asked, list[Candidate]]:
    """Prepare a question, and score the rows of a table that is all of the evidence."""
    paper = library.papers()[0]
    text, rows = "\n".join(lines), []
    for row in lines:
        start = text.index(row)
        rows.append(ScoredSentence(Sentence(start, start + len(row)), row, 0.9 if row.startswith("Tempest") else 0.5))
    spans = tuple(row.sentence for row in rows)
    chunk = Chunk(0, len(text), "Training time", "table", context, spans)
    hit = Hit(StoredChunk(1, "text", paper.paper_id, chunk, text), 1.0, {}, tuple(rows))
    evidence = Evidence((hit,), 1, 1)
    asked = asked_of(plan(question, (), library), evidence)
    return asked, candidates(asked, evidence, {paper.paper_id: paper})


def test_the_row_of_the_system_asked_about_comes_first(library: Library) -> None:
    _, ranked = asked_of_rows(library, QUESTION, ROWS, "Training time (minutes)")
    assert ranked[0].text == ROWS[1]


def test_the_row_that_says_most_of_a_question_is_before_all_others(library: Library) -> None:
    heads = "Model | Dataset | Training time"
    lines = (heads, "Small - plain | 9.5 days", "Medium - plain | 21.0 days", "Medium - tempest | 6.9 days")
    question = "How many days does it take to train the medium model with tempest on the dataset?"
    asked, ranked = asked_of_rows(library, question, lines, f"Galewind · Table 2: Times · {heads}")
    by_row = {candidate.text: candidate for candidate in ranked}
    shares = {text: row_share(by_row[text], asked) for text in lines[1:]}
    assert min(shares.values()) > 0, "the column heads stand for no group, and are no part of a row"
    before = {text: row_before_others(by_row[text], asked) for text in lines[1:]}
    assert before[lines[3]] > 0 > before[lines[1]] and before[lines[2]] < 0
