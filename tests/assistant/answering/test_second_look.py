"""A second look: asked about what the rules are not sure of, marked as the model's word, and never over a check."""

from __future__ import annotations

import pytest

from assistant.answering.second_look import LONGEST, _read, _with
from assistant.citations import answer_from_document, answer_to_document
from assistant.types import Statement
from assistant.verification import tally
from assistant.web import render
from tests.assistant.answering.conftest import Ask
from tests.fakes import model_behaviours
from tests.fakes.model_behaviours import Ask as Asked
from tests.fakes.model_behaviours import judged
from tests.fakes.model_server import ModelServer

NO = "The model, asked again, says that the passage does not say this: it says nothing of the kind evil.example."


def test_it_is_off_until_it_is_asked_for(ask: Ask, server: ModelServer) -> None:
    assert not any(statement.second_look for statement in ask("altered-numbers").statements)
    assert [each.task for each in server.asks] == ["answer"]


def test_a_number_that_a_check_found_wrong_stays_wrong(ask: Ask, server: ModelServer) -> None:
    answer = ask("altered-numbers", second_look="doubtful")
    (statement,) = answer.statements
    assert (statement.verdict, statement.reason_code) == ("unsupported", "contradicted_number")
    assert statement.second_look == "The model, asked again, says that the passage says this."
    assert {"judge", "judge_system"} <= answer.prompts.keys()
    assert answer.usage["prompt_tokens"] == sum(len(each.prompt) // 4 for each in server.asks)
    judging = server.asks[-1]
    assert judging.task == "judge" and len(judging.lines("STATEMENTS")) == 1
    assert "61.5%" in "\n".join(judging.lines("PASSAGES"))


def test_what_is_clearly_supported_is_asked_about_only_where_all_is(ask: Ask, server: ModelServer) -> None:
    ask("stern-judge-of-rewordings", second_look="doubtful")
    assert [each.task for each in server.asks] == ["answer"]
    (statement,) = ask("stern-judge-of-rewordings", second_look="all").statements
    assert statement.verdict == "unsupported"
    assert statement.second_look == NO


def test_a_sentence_that_stands_in_its_passage_word_for_word_is_not_struck_out(ask: Ask) -> None:
    (statement,) = ask("stern-judge", second_look="all").statements
    assert (statement.verdict, statement.reason_code, statement.second_look) == ("supported", "supported", NO)


VAGUE = "Galewind makes optimizers lighter on memory in a manner of speaking."


def vague(ask: Asked) -> str:
    """Say something that meaning alone can judge; asked again, say that the passage bears it out."""
    if ask.task == "judge":
        return judged(ask, "yes")
    return f"{VAGUE} [{next(piece.key for piece in ask.evidence if '61.5%' in piece.text)}]"


def test_where_meaning_alone_decided_the_models_word_counts_and_is_marked(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(model_behaviours.BEHAVIOURS, "vague", vague)
    (before,) = ask("vague").statements
    assert before.verdict != "supported" and before.reason_code in {"partly_found", "not_found"}
    answer = ask("vague", second_look="doubtful")
    (statement,) = answer.statements
    assert statement.verdict == "supported" and statement.reason == before.reason
    html = render.answer(answer, "mine")
    assert "The model, asked again, says that the passage says this." in html
    assert tally(answer)[0] == "1 of 1 statement supported (1 by the model’s second look)"
    assert answer_from_document(answer_to_document(answer)) == answer


def test_a_second_look_that_fails_costs_nothing_and_is_told(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(ask: Asked) -> object:
        if ask.task == "judge":
            return model_behaviours.failed(401, "no")
        return model_behaviours.good(ask)

    monkeypatch.setitem(model_behaviours.BEHAVIOURS, "no-judge", away)  # type: ignore[arg-type]
    answer = ask("no-judge", second_look="all")
    assert answer.statements[0].verdict == "supported" and not answer.statements[0].second_look
    assert any(notice.startswith("The model could not be asked again") for notice in answer.notices)


def test_the_budget_of_the_question_is_kept(ask: Ask, server: ModelServer) -> None:
    spent = sum(ask("good").usage.values())
    answer = ask("good", second_look="all", question_budget=spent + 1_300)
    assert answer.engine == "good" and sum(answer.usage.values()) <= spent + 1_300
    server.clear()
    poor = ask("good", second_look="all", question_budget=1_500)
    assert sum(poor.usage.values()) <= 1_500


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("1. yes\n2. no: it was slower", [(1, "yes", ""), (2, "no", "it was slower")]),
        ("Statement 1: **Partly** — one winter only", [(1, "partly", "one winter only")]),
        ("- 3) No", [(3, "no", "")]),
        ("<think>1. no</think>1. Yes.", [(1, "yes", "")]),
        ("I think that all is well.", []),
        ("1. nothing\n2. yesterday", []),
    ],
)
def test_a_judges_lines_are_read_whatever_stands_around_them(reply: str, said: list[tuple[int, str, str]]) -> None:
    assert _read(reply) == said


def test_what_a_model_says_is_shown_as_plain_words_and_not_at_length() -> None:
    statement = Statement("It runs.", (1,), "partly", "r", "partly_found")
    looked = _with(statement, "no", "see [S3] <img src=x> **bold** " + "word " * 100, [])
    assert looked.verdict == "unsupported" and len(looked.second_look) < LONGEST + 100
    assert not any(sign in looked.second_look for sign in ("[", "<", "**"))
