"""A conversation is kept turn by turn, and goes on after a restart as if there had been none."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import planning
from assistant.citations import answer_to_document
from assistant.core import Assistant, cited_papers, turn_of
from assistant.settings import Settings
from assistant.types import Answer
from tests.assistant.notes import TEN_TURNS, build
from tests.fakes.hashing_embedder import HashingEmbedder

Open = Callable[[], Assistant]


@pytest.fixture
def reopen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Close the Assistant over the made-up papers, and open another."""
    build(tmp_path).close()
    monkeypatch.setattr("assistant.core.open_embedder", lambda *_, **__: HashingEmbedder())
    opened: list[Assistant] = []

    def reopen() -> Assistant:
        for assistant in opened:
            assistant.close()
        opened.append(Assistant(Settings(library=tmp_path / "library"), owner="the tests"))
        return opened[-1]

    yield reopen
    opened[-1].close()


def test_a_follow_up_is_asked_in_the_light_of_the_stored_turns(reopen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = reopen()
    first = assistant.ask("What does Galewind reduce?", conversation_id="c")
    seen = []
    real = planning.plan
    monkeypatch.setattr("assistant.planning.plan", lambda *given: seen.append(given[1]) or real(*given))
    assistant = reopen()
    second = assistant.ask("How many hidden layers does it have?", conversation_id="c")
    assert seen == [[turn_of(first)]]
    assert seen[0][0].paper_ids == cited_papers(first) != ()
    assert "17 hidden layers" in second.text and second.citations[0].title.startswith("Galewind")
    assistant.ask("What does Orca count?", conversation_id="another")
    assert seen[-1] == []


def test_a_conversation_of_ten_turns_stays_on_its_subject(reopen: Open) -> None:
    assistant = reopen()
    for question, about in TEN_TURNS:
        answer = assistant.ask(question, conversation_id="c")
        assert {citation.title.split(":")[0] for citation in answer.citations} == {about}, question
    assert len(assistant.conversation("c")) == len(TEN_TURNS)


def test_answers_and_their_footnotes_come_back_exactly_after_a_restart(reopen: Open) -> None:
    assistant = reopen()
    asked = [assistant.ask(question, conversation_id="c") for question in ("What does Orca count?", "And its licence?")]
    passage = assistant.passage(asked[0].answer_id, 1)
    assistant = reopen()
    assert assistant.conversation("c") == asked
    assert [assistant.library.answer(one.answer_id) for one in asked] == [answer_to_document(one) for one in asked]
    assert assistant.passage(asked[0].answer_id, 1) == passage
    (kept,) = assistant.conversations("whales licence")
    assert (kept.title, kept.turns) == ("What does Orca count?", 2)
    assistant.rename_conversation("c", "Whales")
    assert [one.title for one in assistant.conversations()] == ["Whales"]
    assistant.delete_conversation("c")
    assert assistant.conversations() == [] and assistant.conversation("c") == []


def test_only_finished_questions_of_a_conversation_are_kept_as_turns(reopen: Open) -> None:
    assistant = reopen()
    stream = assistant.stream("What does Orca count?", conversation_id="c")
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assistant.ask("What does Orca count?", conversation_id="c", keep=False)
    assistant.converse(["What does Orca count?", "And its licence?"])
    alone = assistant.ask("What does Orca count?")
    assert assistant.conversations() == [] and assistant.library.answer(alone.answer_id)


@pytest.mark.parametrize(
    ("embedder", "url", "host"),
    [
        ("all-MiniLM-L6-v2", "https://vectors.example/v1", ""),
        ("openai:some-model", "https://vectors.example:8443/v1", "vectors.example"),
        ("openai:some-model", "http://localhost:11434/v1", ""),
        ("openai:some-model", None, "api.openai.com"),
    ],
)
def test_an_assistant_knows_the_host_that_texts_are_sent_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: str, url: str | None, host: str
) -> None:
    monkeypatch.setattr("assistant.core.open_embedder", lambda *_, **__: HashingEmbedder())
    settings = Settings(library=tmp_path / "library", embedder=embedder, embedding_base_url=url)
    with Assistant(settings, owner="the tests") as assistant:
        assert assistant.embedding_host == host


def test_a_question_that_cannot_be_encoded_is_kept(reopen: Open) -> None:
    assistant = reopen()
    answer: Answer = assistant.ask("What does \ud800 Orca count?", conversation_id="c")
    assert assistant.conversation("c") == [answer] and answer.question == "What does ? Orca count?"


def test_a_question_in_place_of_another_is_asked_in_the_light_of_what_stands_before_it(
    reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = reopen()
    first = assistant.ask("What does Galewind reduce?", conversation_id="c")
    second = assistant.ask("What does Orca count?", conversation_id="c")
    assistant.ask("And its licence?", conversation_id="c")
    seen = []
    real = planning.plan
    monkeypatch.setattr("assistant.planning.plan", lambda *given: seen.append(given[1]) or real(*given))
    question = "How many hidden layers does it have?"
    *_, third = assistant.stream(question, conversation_id="c", instead_of=second.answer_id)
    assert seen == [[turn_of(first)]]
    assert assistant.conversation("c") == [first, third]
    assert assistant.markdown(third.answer_id).startswith(f"# {question}")
