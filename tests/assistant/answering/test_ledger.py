"""What the ledger knows is answered from it, whole and exactly; what it does not know is said to be unknown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answering import extractive
from assistant.answering.extractive import Outcome
from assistant.planning import plan
from assistant.retrieval import retrieve
from tests.assistant.notes import build
from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.library import Library

EMBEDDER = HashingEmbedder()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("ledger")
    (folder / "bare.md").write_text("# Bare Notes on Sand\n\nSand is moved by wind.\n", encoding="utf-8")
    with build(folder) as built:
        from assistant.ingestion import ingest

        ingest([folder / "bare.md"], built, EMBEDDER)
        yield built


def ask(library: Library, question: str) -> tuple[Outcome, str]:
    made = plan(question, (), library)
    assert made.kind == "meta"
    told = extractive.answer(made, retrieve(made, library, EMBEDDER), library, EMBEDDER)
    return told, "\n".join(statement.text for statement in told.statements)


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("Which papers by Lovell are there?", {"Galewind", "Orca", "Tides"}),
        ("Which papers did Ada Lovell write alone?", {"Tides"}),
        ("Which papers by Ada Lovell but not by Bo Chen are there?", {"Orca", "Tides"}),
        ("Which papers in River Science appeared after 2020?", {"Tides"}),
        ("What is the oldest paper?", {"A Survey"}),
        ("What is the newest paper by Cleo Marsh?", {"Orca"}),
        ("Which is older, Galewind or Orca?", {"Orca"}),
        ("Which author has the most papers?", {"Galewind", "Orca", "Tides"}),
        ("With whom has Bo Chen published?", {"Galewind"}),
    ],
)
def test_every_paper_that_fits_is_cited_and_no_other(library: Library, question: str, titles: set[str]) -> None:
    told, _ = ask(library, question)
    assert not told.abstained
    cited = {citation.title for citation in told.citations}
    assert len(cited) == len(titles) and all(any(c.startswith(title) for c in cited) for title in titles)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("How many papers by Ada Lovell are there?", "3 papers:"),
        ("How many authors has the Galewind paper?", "2 authors: Ada Lovell, Bo Chen"),
        ("Who is the last author of Galewind?", "is Bo Chen."),
        ("In which journal did Orca appear?", "Marine Mammal Letters"),
        ("Which years do the papers cover?", "2019: 1 paper; 2021: 1 paper"),
        ("Which author has the most papers?", "Ada Lovell, with 3 papers:"),
    ],
)
def test_the_value_is_the_ledgers(library: Library, question: str, says: str) -> None:
    told, text = ask(library, question)
    assert not told.abstained
    assert says in text


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Who wrote Bare Notes on Sand?", "Your library has no authors for “Bare Notes on Sand”."),
        ("When was Bare Notes on Sand published?", "Your library has no date for “Bare Notes on Sand”."),
        ("Which papers by Zoe Quill are there?", "1 of its 5 papers have no authors there"),
        ("Which papers were presented at Polarcon?", "No paper of your library fits that"),
        ("Which papers are from 1987?", "No paper of your library fits that"),
    ],
)
def test_what_the_library_does_not_know_is_said_to_be_unknown(library: Library, question: str, says: str) -> None:
    told, text = ask(library, question)
    assert told.abstained and not told.citations
    assert says in text
