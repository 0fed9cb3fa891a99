"""`footnote eval --make` on the reading notes that come with Footnote, read once for all tests here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.matching import stands
from tests.assistant.command_line import Command
from tests.conftest import ROOT
from tests.fakes.model_server import model_server

NOTES = (
    "adam",
    "alphafold",
    "anatomy-of-a-search-engine",
    "bert",
    "bitcoin",
    "bnt162b2-vaccine",
    "mapreduce",
    "word2vec",
)


@pytest.fixture
def notes(footnote: Command) -> dict[str, str]:
    footnote("ingest", *(str(ROOT / "examples" / f"{name}.md") for name in NOTES))
    texts = [(ROOT / "examples" / f"{name}.md").read_text("utf-8") for name in NOTES]
    titles = [re.findall(r'^title: "?(.*?)"?$', text, re.MULTILINE)[0] for text in texts]
    return {title: " ".join(text.split()) for title, text in zip(titles, texts, strict=True)}


def test_questions_are_proposed_and_can_be_asked(footnote: Command, notes: dict[str, str], tmp_path: Path) -> None:
    made = footnote("eval", "--make", "12", "--seed", "1", "--out", "mine.jsonl")
    assert made.status == 0 and made.out == "" and "12 questions proposed" in made.err
    lines = [json.loads(line) for line in (tmp_path / "mine.jsonl").read_text("utf-8").splitlines()]
    assert [line["type"] for line in lines] == ["fact"] * 6 + ["find"] * 3 + ["unanswerable"] * 3
    assert all(line["proposed"] for line in lines)
    check_answerable([line for line in lines if line["type"] != "unanswerable"], notes)
    check_near_misses([line for line in lines if line["type"] == "unanswerable"], notes)

    again = footnote("eval", "--make", "12", "--seed", "1", "--json")
    assert again.json["questions"] == lines
    other = footnote("eval", "--make", "12", "--seed", "2", "--json")
    assert other.json["questions"] != lines

    asked = footnote("eval", "mine.jsonl", "--json")
    assert asked.status == 0 and asked.json["kinds"]["all"]["n"] == 12


def check_answerable(lines: list[dict[str, Any]], notes: dict[str, str]) -> None:
    for line in lines:
        (title,) = line["papers"]
        assert line["evidence"] in notes[title]
        assert not stands(line["answers"], line["question"])
        if line["type"] == "fact":
            assert stands(line["answers"], line["evidence"])


def check_near_misses(lines: list[dict[str, Any]], notes: dict[str, str]) -> None:
    for line in lines:
        elsewhere = line["stated_elsewhere"]
        asked = re.findall("“(.*?)”", line["question"])[0]
        assert asked in notes and asked != elsewhere["paper"]
        assert elsewhere["evidence"] in notes[elsewhere["paper"]]
        assert not stands(elsewhere["answer"], notes[asked])


def test_a_reviewed_file_is_not_written_over(footnote: Command, notes: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text("reviewed")
    refused = footnote("eval", "--make", "2", "--out", "mine.jsonl", "--json")
    assert (refused.status, refused.json["error"]["code"]) == (2, "usage")
    assert (tmp_path / "mine.jsonl").read_text() == "reviewed"


def test_a_library_that_is_too_small_gives_what_it_has(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    made = footnote("eval", "--make", "9", "--json")
    assert made.status == 1
    assert len(made.json["questions"]) < 9 and "no more sentences" in made.err


def test_make_runs_nothing(footnote: Command) -> None:
    refused = footnote("eval", "set.jsonl", "--make", "9", "--json")
    assert refused.json["error"]["message"] == "--make proposes questions and runs none."


def test_a_model_words_the_questions_anew(
    footnote: Command, notes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_rule = footnote("eval", "--make", "8", "--json").json["questions"]
    assert footnote("eval", "--make", "8", "--reword", "--json").json["error"]["message"].startswith("--reword needs")
    with model_server() as server:
        monkeypatch.setenv("FOOTNOTE_BASE_URL", server.url)
        monkeypatch.setenv("FOOTNOTE_MODEL", "good")  # repeats the question
        worded = footnote("eval", "--make", "8", "--reword", "--json")
        assert "8 of them in the model's words" in worded.err
        for before, after in zip(by_rule, worded.json["questions"], strict=True):
            assert after.pop("by_rule") in after["question"]
            assert after == before
        sent = [ask.prompt for ask in server.asks]
        assert len(sent) == 8 and all("BEGIN PASSAGE" in prompt for prompt in sent)
        monkeypatch.setenv("FOOTNOTE_MODEL", "status-401")
        refused = footnote("eval", "--make", "8", "--reword", "--json")
        assert refused.json["questions"] == by_rule and "0 of them" in refused.err
