"""The likelihood of an answer: the sentence that has the value asked for comes first, and near misses are unlikely."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering.candidates import Candidate, asked_of, candidates
from assistant.answering.likelihood import WEIGHTS, Likely, is_unlikely, likely
from assistant.ingestion import ingest
from assistant.planning import plan
from assistant.retrieval import retrieve
from tests.assistant.notes import build
from vectorstore.embedding import open_embedder, token_encoder
from vectorstore.library import Library

EMBEDDER = open_embedder()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with build(tmp_path_factory.mktemp("likelihood"), EMBEDDER) as built:
        yield built


def ranked(
    library: Library, question: str, changed: Callable[[Candidate], Candidate] = lambda candidate: candidate
) -> tuple[list[Likely], bool]:
    made = plan(question, (), library)
    evidence = retrieve(made, library, EMBEDDER)
    asked = asked_of(made, evidence)
    papers = {paper.paper_id: paper for paper in library.papers()}
    chosen = [changed(candidate) for candidate in candidates(asked, evidence, papers)]
    found = likely(made, asked, chosen, evidence, papers, token_encoder(EMBEDDER))
    return found, is_unlikely(found[0])


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many layers does Galewind have?", "17 hidden layers"),
        ("How much optimizer memory does Galewind save?", "61.5%"),
        ("How many inlets did the aerial survey of whales look at?", "14 bays"),
        ("Under which licence is Orca released?", "MIT"),
    ],
)
def test_the_sentence_that_has_the_value_comes_first(library: Library, question: str, answer: str) -> None:
    found, unlikely = ranked(library, question)
    assert answer in found[0].candidate.text and not unlikely


@pytest.mark.parametrize(
    "question",
    [
        "How many attention heads does Galewind have?",
        "Which batch size was Galewind trained with?",
        "How many aeroplanes did Orca use?",
    ],
)
def test_a_detail_that_the_paper_does_not_state_is_unlikely(library: Library, question: str) -> None:
    assert ranked(library, question)[1]


@pytest.mark.parametrize(
    ("question", "sentence", "marked"),
    [
        ("How many layers does the model have?", "The model that we describe here has 17 layers in all.", "17"),
        ("How many layers does the model have?", "The model has 17 layers and was trained on 34 words.", "17"),
        ("How many layers does the model have?", "Its layers are many, as is usual, but the words were 34.", None),
        ("How many layers does the model have?", "The models that we describe here have 17 or 19 layers.", None),
        ("By how much is the error reduced?", "The error is reduced by 5% to 7% in all our experiments.", None),
    ],
)
def test_a_value_is_marked_where_it_is_clear_and_beside_its_noun(
    tmp_path: Path, question: str, sentence: str, marked: str | None
) -> None:
    (tmp_path / "note.md").write_text(f"# A Model of Herons\n\n## Abstract\n\n{sentence}\n", encoding="utf-8")
    with Library.open(
        tmp_path / "library", embedder=EMBEDDER.name, dimensions=EMBEDDER.dimensions, owner="the tests"
    ) as library:
        ingest([tmp_path / "note.md"], library, EMBEDDER)
        best = ranked(library, question)[0][0]
    assert best.candidate.text == sentence
    assert (best.value and sentence[slice(*best.value)]) == marked


def test_no_value_is_marked_in_a_row_of_a_table(library: Library) -> None:
    def as_row(candidate: Candidate) -> Candidate:
        return replace(candidate, features={**candidate.features, "table": 1.0})

    question = "How many layers does Galewind have?"
    assert ranked(library, question)[0][0].value
    assert ranked(library, question, as_row)[0][0].value is None


def test_every_measurement_has_its_weight(library: Library) -> None:
    found, _ = ranked(library, "How many layers does Galewind have?")
    assert found[0].measures.keys() == WEIGHTS.keys()
