"""The command line with a model: a draft on standard error, the checked answer on standard output."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.assistant.command_line import Command, Run
from tests.fakes.model_server import ModelServer, model_server

QUESTION = "How many watts does a red lamp draw?"
LONG = "What of a red lamp that draws watts, and of a river that carries water?"
AskModel = Callable[..., Run]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def ask(footnote: Command, papers: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> AskModel:
    """Ask a model, over two small papers."""
    footnote("ingest", str(papers))
    monkeypatch.setenv("FOOTNOTE_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "canary-0123456789abcdef")

    def ask(model: str, *arguments: str) -> Run:
        if model:
            monkeypatch.setenv("FOOTNOTE_MODEL", model)
        else:
            monkeypatch.delenv("FOOTNOTE_MODEL", raising=False)
        return footnote("ask", *arguments)

    return ask


def test_a_written_answer_is_printed_with_its_verdicts(ask: AskModel, server: ModelServer) -> None:
    good = ask("good", QUESTION)
    assert "✓ A red lamp draws 40 watts in our laboratory. [1]" in good.out
    assert "1 of 1 statement supported · 1 of 1 quote found" in good.out and "written by good" in good.out
    assert "A red lamp draws 40 watts" in good.err, "the draft"
    host = server.url.split("/")[2]
    assert good.err.startswith(f"The question, and the passages found for it, are sent to {host}."), "before all else"
    assert ask("good", QUESTION, "--json").json["engine"] == "good"


def test_a_written_summary_is_printed_with_its_verdicts(
    ask: AskModel, footnote: Command, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "✓" not in footnote("summarize", "The lamp paper").out, "without a model"
    monkeypatch.setenv("FOOTNOTE_MODEL", "altered-first-number")
    shown = footnote("summarize", "The lamp paper").out
    assert "✕ A red lamp draws 47 watts" in shown and "not found in your papers: The passage says 40 watts" in shown
    assert "written by altered-first-number" in shown
    server.down.set()
    quoted = footnote("summarize", "The lamp paper").out
    assert "Note: altered-first-number did not answer, so these are quotes." in quoted and "❝" in quoted
    assert re.search(r"^[A-Z]+$", quoted, re.MULTILINE), "the parts of the paper"


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        (("ask", QUESTION, "--json"), "The question, and the passages found for it,"),
        (("ask", "--batch", "questions.jsonl"), "The questions, and the passages found for them,"),
        (("eval", "questions.jsonl", "--json"), "The questions, and the passages found for them,"),
        (("eval", "--make", "2", "--reword"), "The questions, and the sentences they were made from,"),
        (("compare", "The lamp paper", "The river paper"), "The names of the papers, and passages from them,"),
        (("summarize", "The lamp paper", "--json"), "The name of the paper, and passages from it,"),
    ],
)
def test_each_command_says_first_and_once_where_passages_are_sent(
    ask: AskModel, footnote: Command, server: ModelServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    arguments: tuple[str, ...], sent: str,
) -> None:  # fmt: skip
    (tmp_path / "questions.jsonl").write_text(
        json.dumps({"id": "a", "type": "fact", "question": QUESTION, "answers": ["40"]}) + "\n"
    )
    assert " sent to " not in footnote(*(each for each in arguments if each != "--reword")).err, "without a model"
    monkeypatch.setenv("FOOTNOTE_MODEL", "good")
    told = footnote(*arguments).err
    assert told.startswith(f"{sent} are sent to {server.url.split('/')[2]}.\n") and told.count(" sent to ") == 1
    assert server.asks


def test_what_is_not_in_the_papers_says_why(ask: AskModel) -> None:
    altered = ask("altered-numbers", QUESTION).out
    assert "✕ A red lamp draws 47 watts" in altered
    assert "not found in your papers: The passage says 40 watts, not 47" in altered


def test_a_second_look_is_marked_as_the_models(ask: AskModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_SECOND_LOOK", "all")
    looked = ask("stern-judge-of-rewordings", QUESTION).out
    assert "✕ In short, A red lamp draws 40 watts" in looked
    assert "The model, asked again, says that the passage does not say this" in looked


def test_a_cut_answer_is_marked_and_goes_on(ask: AskModel, footnote: Command) -> None:
    cut = ask("breaks-off-close-once", LONG)
    assert "This answer is incomplete: The model's reply ended without being complete." in cut.out
    assert cut.out.count("✓") == 1
    told = re.search(r"footnote ask --continue (\w+)", cut.err)
    assert told
    exported = footnote("export", told[1]).out
    assert "*This answer is incomplete: The model's reply ended without being complete.*" in exported
    whole = ask("breaks-off-close-once", "--continue", told[1])
    assert whole.out.count("✓") == 2 and "incomplete" not in whole.out + footnote("export", told[1]).out
    again = ask("breaks-off-close-once", "--continue", told[1], "--json")
    assert again.status == 2 and again.json["error"]["code"] == "usage"


def test_while_the_model_is_away_papers_are_quoted_and_when_it_is_back_it_writes(
    ask: AskModel, server: ModelServer
) -> None:
    server.down.set()
    away = ask("good", QUESTION)
    assert away.status == 0 and "Note: good did not answer, so these are quotes." in away.out
    assert "❝ A red lamp draws 40 watts" in away.out
    server.down.clear()
    assert "written by good" in ask("good", QUESTION).out
    refused = ask("status-401", QUESTION)
    assert "Note: status-401 did not answer, so these are quotes." in refused.out


def test_without_a_model_nothing_is_sent(ask: AskModel, server: ModelServer) -> None:
    assert ask("", QUESTION).out.startswith("A red lamp draws 40 watts")
    assert not server.requests and not server.paths


@pytest.mark.parametrize("arguments", [(), (QUESTION, "--continue", "x"), ("--batch", "f", "--continue", "x")])
def test_exactly_one_thing_is_asked(ask: AskModel, arguments: tuple[str, ...]) -> None:
    refused = ask("good", *arguments)
    assert refused.status == 2 and "--continue ANSWER_ID" in refused.err
