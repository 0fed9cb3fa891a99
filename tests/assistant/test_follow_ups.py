"""What to ask after an answer: from the answer, and only what the library can answer."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.core import Assistant, turn_of
from assistant.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
QUESTIONS = {
    "How many layers does BERT have?": "What else does BERT say about layers?",
    "Which papers are about neural networks?": "Compare “Efficient Estimation of Word Representations in Vector Space”",
    "Compare BERT and “Attention Is All You Need” on data.": "And on problem?",
    "What is “Attention Is All You Need” about?": "Summarise the limitations of “Attention Is All You Need”.",
    "Who wrote the Bitcoin paper?": "What is Bitcoin about?",
}  # fmt: skip


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The example library, under the embedded embedder."""
    with Assistant(Settings(library=tmp_path_factory.mktemp("library")), owner="the tests") as assistant:
        assistant.ingest([path for path in EXAMPLES.glob("*.md") if path.stem.lower() != "readme"])
        yield assistant


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_follow_up_comes_from_the_answer_and_is_answered(examples: Assistant, question: str) -> None:
    answer = examples.ask(question, keep=False)
    suggested = examples.follow_ups(answer)
    assert suggested[0].startswith(QUESTIONS[question])
    assert len(suggested) <= 3
    for one in suggested:
        assert not examples.ask(one, [turn_of(answer)], keep=False).abstained, one


def test_nothing_is_suggested_after_an_answer_that_abstains_or_whose_papers_are_gone(examples: Assistant) -> None:
    answer = examples.ask("How many layers does BERT have?", keep=False)
    assert examples.follow_ups(answer)
    assert examples.follow_ups(replace(answer, abstained=True)) == ()
    gone = tuple(replace(citation, paper_id="gone") for citation in answer.citations)
    assert examples.follow_ups(replace(answer, citations=gone)) == ()


def test_no_more_is_promised_on_a_topic_than_the_paper_says(examples: Assistant) -> None:
    answer = examples.ask("How many layers does BERT have?", keep=False)
    assert not any("zeppelins" in one for one in examples.follow_ups(replace(answer, question="BERT and zeppelins?")))
