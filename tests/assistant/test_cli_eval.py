"""`footnote eval` on real parts: question sets asked of a small library, runs kept, gone on with and compared."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from assistant.core import Assistant
from tests.assistant.command_line import Command

WATTS = {
    "id": "watts",
    "type": "fact",
    "question": "How many watts does a red lamp draw?",
    "answers": ["40 watts"],
    "papers": ["The lamp paper"],
}
WATER = {
    "id": "water",
    "type": "followup",
    "turns": ["What is the river paper about?", "How much water does the Lumo carry a second?"],
    "answers": ["350"],
    "papers": ["The river paper"],
}
PRICE = {"id": "price", "type": "unanswerable", "question": "Who wrote the opera about the moon landing of 1969?"}


@pytest.fixture
def library(footnote: Command, papers: Path) -> Path:
    footnote("ingest", str(papers))
    return papers.parent / "library"


def write(path: Path, *records: Any) -> str:
    lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
    return str(path)


def test_a_set_is_asked_and_scored_by_kind(footnote: Command, library: Path, tmp_path: Path) -> None:
    done = footnote("eval", write(tmp_path / "set.jsonl", WATTS, WATER, PRICE), "--json")
    assert done.status == 0
    kinds = done.json["kinds"]
    assert list(kinds) == ["fact", "followup", "unanswerable", "all"]
    assert kinds["fact"]["hit"] == {"value": 1.0, "low": 0.2065, "high": 1.0, "n": 1}
    assert kinds["all"]["n"] == 3 and kinds["all"]["cite_r"]["value"] == 1.0 and kinds["all"]["quote"]["value"] == 1.0
    assert kinds["unanswerable"].keys() >= {"abstain", "seconds"} and "hit" not in kinds["unanswerable"]
    assert 0 < kinds["all"]["seconds"]["p50"] <= kinds["all"]["seconds"]["p95"]
    assert [each["id"] for each in done.json["questions"]] == ["watts", "water", "price"]
    assert done.json["run"]["engine"] == "extractive" and done.json["run"]["complete"]


def test_a_wrong_answer_scores_nothing(footnote: Command, library: Path, tmp_path: Path) -> None:
    wrong = {**WATTS, "answers": ["41 watts"], "papers": ["The river paper"]}
    scores = footnote("eval", write(tmp_path / "set.jsonl", wrong), "--json").json["questions"][0]["scores"]
    assert {name: scores[name] for name in ("hit", "first", "top1", "cite_p", "cite_r")} == dict.fromkeys(
        ("hit", "first", "top1", "cite_p", "cite_r"), 0.0
    )


def test_people_get_a_table_with_intervals(footnote: Command, library: Path, tmp_path: Path) -> None:
    shown = footnote("eval", write(tmp_path / "set.jsonl", WATTS, WATER, PRICE))
    assert shown.status == 0
    assert "unanswerable" in shown.out and ".21–1" in shown.out and "recall" in shown.out
    assert "kept as" in shown.err


def test_a_bad_line_is_named_and_the_others_are_asked(footnote: Command, library: Path, tmp_path: Path) -> None:
    bad = [
        "{not json",
        {"type": "riddle", "question": "What walks on four legs?"},
        {"type": "fact", "question": "Why?"},
        {"type": "fact", "answers": ["because"]},
        {"type": "fact", "question": "Why?", "answers": "because"},
        {"type": "compare", "question": "Why?", "key_facts": [{"any": ["x"], "page": [0]}]},
        WATTS,
    ]
    file = write(tmp_path / "set.jsonl", WATTS, *bad)
    with Path(file).open("ab") as more:
        more.write(b'{"type": "fact", "question": "caf\xe9?", "answers": ["a"]}\n')
    done = footnote("eval", file, "--json")
    assert done.status == 1
    assert done.json["kinds"]["all"]["n"] == 1
    problems = {line["line"]: line["problem"] for line in done.json["bad_lines"]}
    assert list(problems) == [2, 3, 4, 5, 6, 7, 8, 9]
    for line, words in (
        (2, "not JSON"),
        (3, '"type" is none of fact, find'),
        (4, "nothing to score by"),
        (5, 'neither "question" nor "turns"'),
        (6, '"answers"'),
        (7, '"key_facts.0.page.0"'),
        (8, 'the id "watts" stands on an earlier line'),
        (9, "not UTF-8"),
    ):
        assert words in problems[line]
        assert f"set.jsonl, line {line}: " in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "no question to ask"),
        (("missing.jsonl",), "cannot be read: No such file"),
        (("empty.jsonl",), "no question to ask"),
        (("set.jsonl", "--resume"), "--resume needs"),
        (("set.jsonl", "--seed", "0"), "go with --make"),
        (("set.jsonl", "--save", "new", "--resume"), "no run"),
        (("set.jsonl", "--against", "never"), "there is no such run"),
        (("set.jsonl", "--against", "set.jsonl"), "is not a run"),
        (("set.jsonl", "--save", "set.jsonl/x.jsonl"), "cannot be"),
    ],
)
def test_wrong_use_is_refused_with_a_sentence(
    footnote: Command, library: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    write(tmp_path / "set.jsonl", WATTS)
    write(tmp_path / "empty.jsonl")
    refused = footnote("eval", *arguments, "--json")
    assert refused.status == 2
    assert words in refused.json["error"]["message"]


def test_the_engine_sees_the_turns_alone(
    footnote: Command, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    converse = Assistant.converse

    def watched(self: Assistant, *arguments: Any, **options: Any) -> Any:
        seen.append((arguments, options))
        return converse(self, *arguments, **options)

    monkeypatch.setattr(Assistant, "converse", watched)
    footnote("eval", write(tmp_path / "set.jsonl", {**WATER, "question": "ignored"}), "--json")
    assert seen == [((tuple(WATER["turns"]),), {"keep": False})]


def test_a_run_that_was_stopped_is_gone_on_with(
    footnote: Command, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = write(tmp_path / "set.jsonl", WATTS, WATER, PRICE)
    converse = Assistant.converse

    def interrupted(self: Assistant, *arguments: Any, **options: Any) -> Any:
        answer = converse(self, *arguments, **options)
        signal.raise_signal(signal.SIGINT)
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(Assistant, "converse", interrupted)
        stopped = footnote("eval", questions, "--save", "mine", "--json")
    assert (stopped.status, stopped.json["run"]["complete"]) == (1, False)
    assert [each["id"] for each in stopped.json["questions"]] == ["watts"]
    assert "--save mine --resume" in stopped.err
    assert (
        footnote("eval", questions, "--save", "mine", "--json").json["error"]["message"].endswith("1 of 3 questions.")
    )

    with (library / "runs" / "mine.jsonl").open("a") as file:
        file.write('{"id": "wat')  # a line that was cut off
    whole = footnote("eval", questions, "--save", "mine", "--resume", "--json")
    assert (whole.status, whole.json["run"]["complete"]) == (0, True)
    assert [each["id"] for each in whole.json["questions"]] == ["watts", "water", "price"]
    assert whole.json["questions"][0] == stopped.json["questions"][0]
    assert "1 question of 3 answered before" in whole.err


def test_a_run_is_not_gone_on_with_on_other_questions(footnote: Command, library: Path, tmp_path: Path) -> None:
    footnote("eval", write(tmp_path / "one.jsonl", WATTS), "--save", "mine")
    refused = footnote("eval", write(tmp_path / "two.jsonl", WATER), "--save", "mine", "--resume", "--json")
    assert refused.json["error"]["message"].startswith("The questions changed")


def test_a_run_is_held_against_an_earlier_one(footnote: Command, library: Path, tmp_path: Path) -> None:
    harder = {**WATTS, "answers": ["41 watts"]}
    footnote("eval", write(tmp_path / "set.jsonl", harder, WATER, PRICE), "--save", "before.jsonl")
    after = write(tmp_path / "set.jsonl", WATTS, WATER, PRICE)
    against = footnote("eval", after, "--against", "before.jsonl", "--json").json["against"]
    assert against["n"] == 3
    (hit,) = [each for each in against["differences"] if (each["kind"], each["measure"]) == ("all", "hit")]
    assert (hit["change"], hit["n"], hit["better"], hit["worse"], hit["p"]) == (0.5, 2, 1, 0, 1.0)
    assert hit["low"] <= 0.5 <= hit["high"]
    (changed,) = against["changed"]
    assert (changed["id"], changed["direction"]) == ("watts", "better")
    assert changed["scores"]["hit"] == {"before": 0.0, "after": 1.0}
    shown = footnote("eval", after, "--against", "before.jsonl").out
    assert "Better (1):" in shown and "hit .00 → 1" in shown


def test_a_question_that_fails_is_kept_as_such_and_asked_again(
    footnote: Command, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = write(tmp_path / "set.jsonl", {**WATTS, "question": "x" * 5000, "id": "long"}, WATTS)
    done = footnote("eval", questions, "--save", "mine", "--json")
    assert (done.status, done.json["kinds"]["all"]["failed"]) == (1, 1)
    assert "5000 characters" in done.json["questions"][0]["error"]
    assert done.json["kinds"]["all"]["hit"]["value"] == 0.5
    assert "long failed: " in done.err
    again = footnote("eval", questions, "--save", "mine", "--resume")
    assert "1 question of 2 answered before" in again.err
