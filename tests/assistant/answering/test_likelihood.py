"""The likelihood of an answer: the sentence that has the value asked for comes first, and near misses are unlikely."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answering.candidates import asked_of, candidates
from assistant.answering.likelihood import WEIGHTS, Likely, is_unlikely, likely
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


def ranked(library: Library, question: str) -> tuple[list[Likely], bool]:
    made = plan(question, (), library)
    evidence = retrieve(made, library, EMBEDDER)
    asked = asked_of(made, evidence)
    papers = {paper.paper_id: paper for paper in library.papers()}
    found = likely(made, asked, candidates(asked, evidence, papers), evidence, papers, token_encoder(EMBEDDER))
    return found, is_unlikely(found[0], made)


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


def test_every_measurement_has_its_weight(library: Library) -> None:
    found, _ = ranked(library, "How many layers does Galewind have?")
    assert found[0].measures.keys() == WEIGHTS.keys()
