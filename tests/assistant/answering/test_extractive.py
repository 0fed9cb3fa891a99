"""Extractive answers: sentences quoted verbatim, numbered in order, and silence where the papers are silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import citations
from assistant.answering import abstaining, extractive
from assistant.ingestion import ingest
from assistant.planning import plan
from assistant.retrieval import retrieve
from assistant.types import Answer, Coverage
from assistant.verification import long_enough
from tests.assistant.notes import build
from vectorstore.embedding import open_embedder
from vectorstore.library import Library
from vectorstore.records import Filters

EMBEDDER = open_embedder()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with build(tmp_path_factory.mktemp("answering"), EMBEDDER) as built:
        yield built


def ask(library: Library, question: str, filters: Filters = Filters()) -> Answer:
    made = plan(question, (), library, filters)
    evidence = retrieve(made, library, EMBEDDER)
    told = extractive.answer(made, evidence, library, EMBEDDER)
    coverage = Coverage(evidence.looked_at, evidence.speak)
    return Answer(
        "an id",
        question,
        made.kind,
        told.statements,
        told.citations,
        told.abstained,
        "extractive",
        coverage,
        table=told.table,
    )


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("By how much does Galewind reduce the memory of the optimizer?", "61.5%"),
        ("How many bays does the survey of Orca cover?", "14 bays"),
        ("What does the SiltNet gauge cost?", "40 dollars"),
        ("On what hardware did training Galewind take four days?", "A100"),
        ("How many hidden layers does Galewind have?", "17 hidden layers"),
    ],
)
def test_a_fact_is_answered_first_by_the_sentence_that_states_it(library: Library, question: str, value: str) -> None:
    answer = ask(library, question)
    assert not answer.abstained
    assert value in answer.statements[0].text
    assert len(answer.text) <= 450


@pytest.mark.parametrize(
    "question",
    [
        "By how much does Galewind reduce the memory of the optimizer?",
        "Which paper counts whales from aeroplanes?",
        "Which papers deal with sediment?",
        "Compare Galewind and Orca: what do they count?",
        "Summarise the Galewind paper.",
        "Which papers by Ada Lovell are there?",
        "Who wrote the Orca paper?",
    ],
)
def test_every_quote_stands_verbatim_in_its_text_and_is_numbered_in_order(library: Library, question: str) -> None:
    answer = ask(library, question)
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert answer.citations
    for citation in answer.citations:
        assert library.text(citation.text_id)[citation.start : citation.end] == citation.quote
        assert long_enough(citation.quote)
    used = [number for statement in answer.statements for number in statement.citations]
    assert set(used) == {citation.number for citation in answer.citations}


def test_statements_of_a_fact_are_their_quotes(library: Library) -> None:
    answer = ask(library, "How many hidden layers does Galewind have?")
    by_number = {citation.number: citation for citation in answer.citations}
    assert all(statement.text == by_number[statement.citations[0]].quote for statement in answer.statements)
    assert {statement.verdict for statement in answer.statements} == {"quoted"}


def test_a_find_answer_names_the_paper_and_then_quotes_it(library: Library) -> None:
    answer = ask(library, "Which paper counts whales from aeroplanes?")
    assert answer.statements[0].text == "“Orca: Counting Whales from the Air” (Cleo Marsh and Ada Lovell, 2021)"
    assert answer.statements[1].text == answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "Which learning rate was Galewind tuned with?",
        "Under which sponsor did the flights of Orca take place in Norway?",
        "What does the XyloNet paper propose?",
        "What is the boiling point of helium?",
        "How do I bake a sourdough bread?",
        "Which papers deal with medieval poetry?",
    ],
)
def test_it_abstains_where_the_papers_do_not_say(library: Library, question: str) -> None:
    answer = ask(library, question)
    assert answer.abstained
    assert not answer.statements[0].citations, "it says first that they do not say"


def test_where_one_paper_was_asked_its_title_says_which(library: Library) -> None:
    tides = next(paper for paper in library.papers() if paper.title.startswith("Tides"))
    question = "How do I bake a sourdough bread?"
    alone = ask(library, question, Filters(paper_ids=frozenset({tides.paper_id})))
    assert alone.statements[0].text == "Nothing in “Tides of the Inner Sound” speaks to this."
    assert ask(library, question).statements[0].text == "Nothing in your 4 papers speaks to this."


@pytest.mark.parametrize("question", ["hello", "Thanks!", "😀", "?", "Who are you?", "NOT AND OR", '" OR 1=1 --'])
def test_what_asks_for_nothing_is_met_with_how_to_ask(library: Library, question: str) -> None:
    answer = ask(library, question)
    assert answer.abstained
    assert answer.statements[0].text == "Ask a question about what your papers say."
    assert not answer.citations


def test_only_papers_with_a_close_passage_speak_to_a_question(library: Library) -> None:
    assert ask(library, "How do I bake a sourdough bread?").coverage == Coverage(4, 0)
    speak = ask(library, "Which paper counts whales in pictures taken from aeroplanes?").coverage.speak
    assert 1 <= speak < 4


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who wrote the Orca paper?", "Cleo Marsh, Ada Lovell"),
        ("When was Galewind published?", "2023"),
        ("Where was the paper on Tides of the Inner Sound published?", "River Science"),
        ("How many papers are by Ada Lovell?", "3 papers"),
        ("What is the newest paper?", "Tides of the Inner Sound"),
    ],
)
def test_questions_on_the_papers_themselves_are_answered_from_the_ledger(
    library: Library, question: str, words: str
) -> None:
    answer = ask(library, question)
    assert words in answer.text
    assert not answer.abstained


def test_the_papers_of_an_author_are_all_named(library: Library) -> None:
    answer = ask(library, "Which papers by Ada Lovell are there?")
    assert len({citation.paper_id for citation in answer.citations}) == 3


def test_a_comparison_quotes_each_of_the_papers(library: Library) -> None:
    answer = ask(library, "How do Galewind and Orca differ in what they count?")
    assert {citation.title.split(":")[0] for citation in answer.citations} == {"Galewind", "Orca"}


def test_a_sentence_on_others_work_is_marked(library: Library) -> None:
    answer = ask(library, "What has other work shown about tides and sediment far inland?")
    marked = [citation for citation in answer.citations if citation.others_work]
    assert marked
    assert "Other work has shown" in marked[0].quote


def test_an_answer_survives_its_document(library: Library) -> None:
    answer = replace(ask(library, "Which papers deal with sediment?"), timings={"plan": 0.1}, usage={})
    assert citations.answer_from_document(citations.answer_to_document(answer)) == answer


def test_the_json_of_an_answer_joins_the_statements_with_their_marks(library: Library) -> None:
    document = citations.answer_to_json(ask(library, "How many hidden layers does Galewind have?"))
    assert document["text"].startswith(document["statements"][0]["text"] + " [1]")
    assert document["citations"][0]["page"] is None
    assert document["citations"][0]["source"] == "galewind.md"
    assert document["citations"][0]["paper"]["authors"] == ["Ada Lovell", "Bo Chen"]


def test_a_passage_shows_the_quote_in_its_context(library: Library) -> None:
    citation = ask(library, "How many hidden layers does Galewind have?").citations[0]
    passage = citations.passage(citation, library)
    text = library.text(citation.text_id)
    assert passage.before + passage.quote + passage.after in text
    assert passage.quote == citation.quote
    assert passage.notice == ""
    assert passage.heading == "Abstract"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many layers does Galewind have?", "17"),
        ("How much memory of the optimizer does Galewind save?", "61.5%"),
        ("Under which licence is Orca released?", "MIT"),
    ],
)
def test_the_value_asked_for_is_marked(library: Library, question: str, value: str) -> None:
    first = ask(library, question).statements[0]
    assert first.value and first.text[slice(*first.value)] == value


def test_a_stored_answer_keeps_its_marked_value(library: Library) -> None:
    answer = ask(library, "How many layers does Galewind have?")
    assert citations.answer_from_document(citations.answer_to_document(answer)) == answer


def test_a_rare_name_is_found_however_far_its_meaning(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abstaining, "closeness", lambda hit: 0.0)
    assert ask(library, "Which paper has the SiltNet?").citations[0].title == "A Survey of Sediment in Slow Rivers"
    assert ask(library, "Which paper has the ZyloNet?").abstained
    assert ask(library, "Which paper counts animals?").abstained


def test_a_pointer_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "lamp.md").write_text(
        "# Silt Lanterns of the Inner Sound\n\nThe limits of the lamp are given in Appendix A.\n\n"
        "The limits of the lamp are fog and a wind above nine knots.\n"
    )
    folder = tmp_path / "library"
    with Library.open(folder, embedder=EMBEDDER.name, dimensions=EMBEDDER.dimensions, owner="tests") as library:
        ingest([tmp_path / "lamp.md"], library, EMBEDDER)
        answer = ask(library, "What are the limits of the lamp of Silt Lanterns?")
    assert "nine knots" in answer.statements[0].text and "Appendix" not in answer.text
