"""Answers that were cut off: kept with what came, and taken up where they broke off."""

from __future__ import annotations

import re

import pytest

from assistant import citations
from assistant.core import Assistant
from assistant.errors import UsageError
from assistant.exporting import answer_to_markdown
from assistant.types import Answer, Delta
from assistant.web import render
from tests.assistant.answering.conftest import Ask, OpenWith
from tests.fakes.model_server import ModelServer

RIVERS = "What does sediment do in slow rivers, and what do tides do with sediment?"


def resumed(assistant: Assistant, answer: Answer) -> Answer:
    *_, last = assistant.resume(answer.answer_id)
    assert isinstance(last, Answer)
    return last


@pytest.mark.parametrize("how", ["reset", "close", "stall", "broken"])
def test_a_cut_answer_is_kept_as_incomplete_and_taken_up_in_the_same_turn(
    assistant: OpenWith, server: ModelServer, how: str
) -> None:
    opened = assistant(f"breaks-off-{how}-once")
    answer = opened.ask(RIVERS, conversation_id=how)
    assert len(answer.statements) == 1 and answer.incomplete and answer.unfinished
    assert opened.conversation(how) == [answer], "it is stored as incomplete"
    whole = resumed(opened, answer)
    assert len(whole.statements) > 1 and not whole.incomplete and not whole.unfinished
    assert whole.statements[0] == answer.statements[0] and whole.citations[0] == answer.citations[0]
    assert whole.answer_id == answer.answer_id and opened.conversation(how) == [whole]
    assert {s.verdict for s in whole.statements} == {"supported"}
    assert whole.usage["completion_tokens"] > answer.usage["completion_tokens"]
    assert {"answer", "answer_continue"} <= whole.prompts.keys()
    first, second = server.asks
    assert second.lines("WRITTEN") == [answer.statements[0].text]
    assert [piece.text for piece in second.evidence] == [piece.text for piece in first.evidence]


def test_the_draft_goes_on_from_what_was_kept(assistant: OpenWith) -> None:
    opened = assistant("breaks-off-close-once")
    answer = opened.ask(RIVERS)
    draft = "".join(event.text for event in opened.resume(answer.answer_id) if isinstance(event, Delta))
    assert draft.startswith(answer.statements[0].text + "\n\n") and len(draft.split("\n\n")) > 1


def test_an_answer_that_is_cut_again_stays_incomplete_and_keeps_what_came(assistant: OpenWith) -> None:
    opened = assistant("breaks-off-close")
    answer = opened.ask(RIVERS)
    again = resumed(opened, answer)
    assert len(again.statements) == 2 and again.incomplete and again.unfinished == answer.unfinished


def test_while_the_model_is_away_an_incomplete_answer_stays_and_says_why(
    assistant: OpenWith, server: ModelServer
) -> None:
    opened = assistant("breaks-off-close-once")
    answer = opened.ask(RIVERS)
    server.down.set()
    try:
        away = resumed(opened, answer)
    finally:
        server.down.clear()
    assert away.statements == answer.statements and "cannot be reached" in away.incomplete
    assert not resumed(opened, away).incomplete


def test_an_answer_that_turns_out_to_be_whole_is_marked_as_whole(
    assistant: OpenWith, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = assistant("breaks-off-close-once")
    answer = opened.ask(RIVERS)
    monkeypatch.setattr("tests.fakes.model_behaviours.statements", lambda *_: [])
    whole = resumed(opened, answer)
    assert whole.statements == answer.statements and not whole.incomplete


def test_a_question_and_its_continuation_share_a_budget(assistant: OpenWith, server: ModelServer) -> None:
    answer = assistant("breaks-off-close-once").ask(RIVERS)
    spent = sum(answer.usage.values())
    poor = assistant("breaks-off-close-once", question_budget=spent + 200)
    kept = resumed(poor, answer)
    assert "budget" in kept.incomplete and kept.statements == answer.statements
    assert len(server.asks) == 1, "nothing was sent"


def test_what_is_whole_or_unknown_cannot_be_taken_up(assistant: OpenWith, ask: Ask) -> None:
    opened = assistant("good")
    whole = opened.ask(RIVERS)
    with pytest.raises(UsageError, match="not one that can be taken up"):
        list(opened.resume(whole.answer_id))
    with pytest.raises(UsageError, match="no such answer"):
        list(opened.resume("nonsense"))


def test_it_is_shown_exported_and_stored_with_its_reason(assistant: OpenWith) -> None:
    opened = assistant("breaks-off-close")
    answer = opened.ask(RIVERS)
    html = render.answer(answer, "mine")
    assert "This answer is incomplete: The model’s reply" in html.replace("&#x27;", "’")
    assert re.search(rf'href="#continue/{answer.answer_id}">Continue<', html)
    assert "*This answer is incomplete: " in answer_to_markdown(answer, opened.library)
    assert citations.answer_from_document(citations.answer_to_document(answer)) == answer
