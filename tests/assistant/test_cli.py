"""The contract of the command line, on real parts: a real ledger, the embedded embedder."""

import json
import os
from pathlib import Path

import pytest

from assistant import cli
from assistant.cli.shell import EMPTY_LIBRARY
from tests.assistant.command_line import LAMP, Command


def test_ingest_reports_every_file(footnote: Command, papers: Path) -> None:
    (papers / "empty.txt").write_text("")
    (papers / "table.xlsx").write_text("x")
    (papers / ".hidden.txt").write_text("hidden")
    report = footnote("ingest", str(papers), "--json")
    assert report.status == 1
    assert [item["title"] for item in report.json["added"]] == ["The lamp paper", "The river paper"]
    assert [Path(item["path"]).name for item in report.json["failed"]] == ["empty.txt"]
    assert [Path(item["path"]).name for item in report.json["skipped"]] == ["table.xlsx"]
    assert report.json["papers"] == 2
    again = footnote("ingest", str(papers / "papers.jsonl"), "--json")
    assert (again.status, again.json["added"]) == (0, [])
    assert again.json["skipped"][0]["reason"] == "already in the library"


@pytest.mark.parametrize(("name", "code"), [("missing.txt", "not_found"), ("thing.xyz", "unknown_type")])
def test_what_is_named_and_cannot_be_read_fails(footnote: Command, tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "thing.xyz").write_text("x")
    report = footnote("ingest", str(tmp_path / name), "--json")
    assert (report.status, report.json["failed"][0]["code"]) == (1, code)


def test_papers_lists_what_is_known(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    listed = footnote("papers", "--json").json
    assert [paper["title"] for paper in listed] == ["The lamp paper", "The river paper"]
    assert listed[0]["external_id"] == "lamp"
    assert listed[0]["sources"] == [{"name": "papers.jsonl", "kind": "jsonl"}]
    assert set(listed[0]) >= {
        "paper_id",
        "authors",
        "year",
        "date",
        "venue",
        "doi",
        "arxiv_id",
        "guessed",
        "notes",
        "pages",
        "chunks",
    }


def test_search_ranks_the_passage_that_speaks_to_it(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    found = footnote("search", "how much water does the river carry", "--top", "1", "--json").json
    assert found["results"][0]["external_id"] == "river"
    assert "350 cubic metres" in found["results"][0]["text"]


def test_ask_answers_with_verbatim_quotes(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    answer = footnote("ask", "How many watts does a red lamp draw?", "--json").json
    assert not answer["abstained"] and answer["engine"] == "extractive"
    assert "40 watts" in answer["text"]
    citation = answer["citations"][0]
    assert citation["quote"] in LAMP
    assert (citation["source"], citation["paper"]["title"]) == ("papers.jsonl", "The lamp paper")


def test_ask_streams_text_and_footnotes_for_people(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    shown = footnote("ask", "How many watts does a red lamp draw?")
    assert "40 watts" in shown.out and "[1] The lamp paper" in shown.out
    assert "looking through 2 papers" in shown.err


@pytest.mark.parametrize("question", ["How much water does the Lumo river carry?", "What is the river paper about?"])
def test_only_the_paper_chosen_is_asked_whichever_the_question_names(
    footnote: Command, papers: Path, question: str
) -> None:
    footnote("ingest", str(papers))
    everywhere = footnote("ask", question, "--json").json
    assert everywhere["citations"][0]["paper"]["title"] == "The river paper"
    answer = footnote("ask", question, "--paper", "The lamp paper", "--json").json
    assert {citation["paper"]["title"] for citation in answer["citations"]} <= {"The lamp paper"}
    assert answer["coverage"]["looked_at"] == 1


def test_a_batch_answers_line_by_line_and_goes_on_after_a_bad_one(
    footnote: Command, papers: Path, tmp_path: Path
) -> None:
    footnote("ingest", str(papers))
    batch = tmp_path / "questions.jsonl"
    batch.write_text(
        '{"id": "a", "question": "How many watts does a red lamp draw?", "answers": ["never read"]}\n'
        "not json\n"
        '{"id": "c"}\n'
        '{"id": "d", "question": "ignored", "turns": ["What is the river paper about?", "How much water is it?"]}\n'
    )
    done = footnote("ask", "--batch", str(batch))
    assert done.status == 1
    assert [line["id"] for line in done.lines] == ["a", None, "c", "d"]
    assert [line.get("line") for line in done.lines] == [None, 2, 3, None]
    assert "40 watts" in done.lines[0]["answer"]["text"]
    assert [line["error"]["code"] for line in done.lines[1:3]] == ["usage", "usage"]
    assert done.lines[3]["answer"]["question"] == "How much water is it?"


def test_a_bad_byte_costs_only_its_line_of_a_batch(footnote: Command, papers: Path, tmp_path: Path) -> None:
    footnote("ingest", str(papers))
    good = b'{"id": "a", "question": "How many watts does a red lamp draw?"}'
    bad = (b'{"id": "b", "question": "caf\xe9?"}', b'{"id": "c", "question": "\x00?"}', b"\x00\xff\xfe", b"\x00" * 20)
    batch = tmp_path / "questions.jsonl"
    batch.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join((good, b"", *bad, good)))
    done = footnote("ask", "--batch", str(batch))
    assert done.status == 1
    assert ["answer" in line for line in done.lines] == [True, False, False, False, False, True]
    assert [line["line"] for line in done.lines[1:5]] == [3, 4, 5, 6]
    said = [line["error"]["message"] for line in done.lines[1:5]]
    assert said[0] == said[2] == "The line is not UTF-8."
    assert said[1].startswith("The line is not JSON: ") and said[3].startswith("The line is not JSON: ")


def test_other_keys_of_a_batch_line_never_reach_the_engine() -> None:
    """The engine sees what `_turns` returns: the questions and nothing else of the line."""
    line = {"id": "a", "question": "Why?", "answers": ["because"], "papers": ["Some paper"]}
    assert cli.questions._turns(line) == ["Why?"]
    assert cli.questions._turns({**line, "turns": ["What?", "Why so?"]}) == ["What?", "Why so?"]


def test_a_search_batch_ranks_papers_once(footnote: Command, papers: Path, tmp_path: Path) -> None:
    footnote("ingest", str(papers))
    batch = tmp_path / "queries.jsonl"
    batch.write_text('{"id": "1", "query": "watts of a lamp"}\n{"id": "2", "query": "river"}\n')
    lines = footnote("search", "--batch", str(batch), "--top", "5", "--by", "paper").lines
    assert [line["id"] for line in lines] == ["1", "2"]
    assert lines[0]["results"][0]["external_id"] == "lamp"
    assert len({result["paper_id"] for result in lines[0]["results"]}) == len(lines[0]["results"])


@pytest.mark.parametrize(
    "command",
    [
        "papers", "search lamps", "ask lamps?", "ask --batch lines.jsonl", "search --batch lines.jsonl", "compare a b",
        "summarize a", "verify draft.txt", "export a", "eval lines.jsonl", "eval --make 2",
    ],
)  # fmt: skip
def test_a_library_without_papers_is_said_once_and_only_to_people(
    footnote: Command, tmp_path: Path, command: str
) -> None:
    (tmp_path / "draft.txt").write_text("Lamps are bright.")
    (tmp_path / "lines.jsonl").write_text(
        '{"id": "a", "type": "fact", "question": "Why?", "query": "why", "answers": ["because"]}\n'
    )
    for more in ((), ("--json",)):
        run = footnote(*command.split(), *more)
        assert run.err.count(EMPTY_LIBRARY) == 1 and EMPTY_LIBRARY not in run.out
        assert not more or len(run.lines) == 1


def test_remove_takes_a_paper_out(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    assert footnote("remove", "The lamp paper", "--json").json["removed"][0]["title"] == "The lamp paper"
    assert [paper["title"] for paper in footnote("papers", "--json").json] == ["The river paper"]
    gone = footnote("remove", "The lamp paper", "--json")
    assert (gone.status, gone.json["error"]["code"]) == (2, "paper_not_found")


def test_what_was_removed_is_listed_and_restored(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    before = footnote("papers", "--json").json
    footnote("remove", "The lamp paper", "The river paper")
    assert {each["title"] for each in footnote("restore", "--list", "--json").json} == {
        "The lamp paper",
        "The river paper",
    }
    assert footnote("restore", "The lamp paper", "--json").json["papers"][0]["title"] == "The lamp paper"
    footnote("restore")
    assert footnote("papers", "--json").json == before
    assert footnote("restore", "--json").json["error"]["code"] == "paper_not_found"
    footnote("remove", "The lamp paper")
    again = footnote("ingest", str(papers), "--json").json
    assert again["added"][0]["warnings"] == ["restored as it was"] and footnote("papers", "--json").json == before


def test_tags_and_edits_show_in_the_list_and_bad_ones_are_refused(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    (paper,) = footnote("tag", "The lamp paper", "--add", "at sea", "--json").json["papers"]
    assert paper["tags"] == ["at sea"]
    assert [each["title"] for each in footnote("papers", "--tag", "At Sea", "--json").json] == ["The lamp paper"]
    (paper,) = footnote("edit", "The lamp paper", "--year", "1999", "--authors", "A. Lamp; B", "--json").json["papers"]
    assert (paper["year"], paper["authors"], paper["edited"]) == (1999, ["A. Lamp", "B"], ["authors", "year"])
    (paper,) = footnote("edit", "The lamp paper", "--year", "-", "--authors", "-", "--json").json["papers"]
    assert paper["edited"] == []
    for wrong in (["tag", "The lamp paper"], ["edit", "The lamp paper"], ["edit", "The lamp paper", "--year", "soon"]):
        assert footnote(*wrong, "--json").status == 2


def test_papers_are_joined_and_taken_apart_by_hand(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    (one,) = footnote("merge", "The lamp paper", "The river paper", "--json").json["papers"]
    assert len(one["sources"]) == 2 and len(footnote("papers", "--json").json) == 1
    file = one["sources"][1]["name"]
    assert footnote("separate", one["paper_id"], file, "--json").json["papers"][0]["source"] == file
    assert len(footnote("papers", "--json").json) == 2
    assert footnote("separate", one["paper_id"], "none.txt", "--json").status == 2
    assert footnote("merge", "The lamp paper", "The lamp paper", "--json").status == 2


def test_rebuild_and_doctor_find_the_library_healthy(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    assert footnote("rebuild", "--json").json["papers"] == 2
    examined = footnote("doctor", "--json")
    assert examined.json["healthy"], examined.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", " "),
        ("ask", "why?", "--batch", "x"),
        ("ask", "--batch", "missing.jsonl"),
        ("search", "x", "--top", "0"),
        ("ask", "why?", "--paper", "No such paper"),
        ("frobnicate",),
    ],
)
def test_wrong_use_is_a_sentence_never_a_traceback(footnote: Command, arguments: tuple[str, ...]) -> None:
    as_json = footnote(*arguments, "--json")
    assert as_json.status == 2
    assert as_json.json["error"]["message"]
    for_people = footnote(*arguments)
    assert for_people.status == 2
    assert for_people.out == "" and "Traceback" not in for_people.err and for_people.err.strip()


def test_a_wrong_setting_is_named(footnote: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "many")
    assert footnote("papers", "--json").json["error"]["code"] == "settings"


def test_terminal_codes_in_a_title_are_not_passed_on(footnote: Command, tmp_path: Path) -> None:
    evil = {"_id": "1", "title": "Lamps\u001b[31m\u001b]0;owned\u0007 and light", "text": "Lamps give light to rooms."}
    (tmp_path / "evil.jsonl").write_text(json.dumps(evil))
    footnote("ingest", "evil.jsonl")
    assert "\u001b" not in footnote("papers").out


def test_a_batch_line_may_hold_the_line_ends_of_unicode(footnote: Command, papers: Path, tmp_path: Path) -> None:
    footnote("ingest", str(papers))
    batch = tmp_path / "questions.jsonl"
    batch.write_text('{"id": "a\u2028b\u0085c", "question": "How many watts does a red lamp draw?"}\n', "utf-8")
    assert json.loads(footnote("ask", "--batch", str(batch)).out)["id"] == "a\u2028b\u0085c"


def test_a_file_name_that_is_no_text_leaves_the_output_json(footnote: Command, tmp_path: Path) -> None:
    name = os.fsdecode(b"bad\xff.txt")
    try:
        (tmp_path / name).write_text("A lamp of ours draws forty watts in the laboratory. It is red.")
    except OSError:
        pytest.skip("this file system takes only names that are UTF-8")
    report = footnote("ingest", name, "--json")
    report.out.encode("utf-8")
    assert report.json["papers"] == 1


def test_a_library_that_is_a_file_is_a_sentence(footnote: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused = footnote("papers", "--library", str(tmp_path / "file"), "--json")
    assert (refused.status, refused.json["error"]["code"]) == (2, "library")
    assert "is a file, not a folder" in refused.json["error"]["message"]
