"""`footnote compare` and `footnote summarize`: tables in three forms, safe in spreadsheets, errors in sentences."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.exporting import table_to_csv
from assistant.types import Answer, Aspect, Cell, Citation, Column, Coverage, Row, Table
from tests.assistant.command_line import Command
from tests.fakes.model_server import model_server

LAMP, RIVER = "The lamp paper", "The river paper"


def test_compare_writes_markdown_with_footnotes(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    run = footnote("compare", LAMP, RIVER, "--on", "watts drawn, water carried")
    assert run.status == 0
    lines = run.out.splitlines()
    assert "| --- | --- | --- |" in lines
    assert any(line.startswith("| watts drawn | ") and "40 watts" in line and "[^1]" in line for line in lines)
    assert any(line.startswith("[^1]: ") for line in lines)
    assert "*not stated*" in run.out
    assert "footnote export" in run.err


def test_compare_writes_json_and_csv_and_the_answer_is_kept(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    answer = footnote("compare", LAMP, RIVER, "--on", "watts drawn", "--json").json
    assert answer["kind"] == "compare"
    assert [paper["title"] for paper in answer["table"]["papers"]] == [LAMP, RIVER]
    (row,) = answer["table"]["rows"]
    assert row["aspect"] == "watts drawn"
    assert row["cells"][1] == {"text": "not stated", "citations": []}
    exported = footnote("export", answer["answer_id"], "--format", "csv").out
    assert next(csv.reader(io.StringIO(exported))) == ["", LAMP, RIVER]
    assert footnote("compare", LAMP, RIVER, "--on", "watts drawn", "--format", "csv").out == exported


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((LAMP,), "two papers"),
        ((LAMP, LAMP), "two papers"),
        ((LAMP, "No such paper"), "No paper is called"),
        ((LAMP, RIVER, "--on", " , "), "names nothing"),
    ],
)
def test_wrong_use_of_compare_is_told_in_a_sentence(
    footnote: Command, papers: Path, arguments: tuple[str, ...], said: str
) -> None:
    footnote("ingest", str(papers))
    run = footnote("compare", *arguments)
    assert (run.status, run.out) == (2, "")
    assert said in run.err


def test_an_answer_without_a_table_has_no_csv(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    answer = footnote("ask", "How many watts does a red lamp draw?", "--json").json
    assert answer["table"] is None
    run = footnote("export", answer["answer_id"], "--format", "csv")
    assert run.status == 2
    assert "no table" in run.err


def test_summarize_quotes_the_paper(footnote: Command, papers: Path) -> None:
    footnote("ingest", str(papers))
    answer = footnote("summarize", RIVER, "--json").json
    assert answer["kind"] == "summary"
    quoted = {citation["number"]: citation["quote"] for citation in answer["citations"]}
    cited = [statement for statement in answer["statements"] if statement["citations"]]
    assert cited
    assert all(statement["text"] == quoted[statement["citations"][0]] for statement in cited)
    assert "350 cubic metres" in footnote("summarize", RIVER).out


def test_the_table_of_quotes_stands_beside_what_a_model_writes(
    footnote: Command, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    footnote("ingest", str(papers))
    with model_server() as server:
        monkeypatch.setenv("FOOTNOTE_BASE_URL", server.url)
        monkeypatch.setenv("FOOTNOTE_MODEL", "good")
        answer = footnote("compare", LAMP, RIVER, "--on", "watts drawn, water carried", "--json").json
    assert answer["engine"] == "good"
    cited = {number for row in answer["table"]["rows"] for cell in row["cells"] for number in cell["citations"]}
    written = {number for statement in answer["statements"] for number in statement["citations"]}
    numbers = [citation["number"] for citation in answer["citations"]]
    assert cited
    assert not cited & written
    assert numbers == list(range(1, len(numbers) + 1))
    assert cited | written <= set(numbers)


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@sum", '=HYPERLINK("http://x")', "\t=1+1", "|calc"])
def test_no_cell_of_a_csv_is_a_formula(title: str) -> None:
    quote = f"{title} and more of it, for long enough"
    citation = Citation(
        1, quote, f"{title}.pdf", 1, "1", "", 0, len(quote), "t", "p", title, ("A B",), 2020
    )  # fmt: skip
    table = Table((Column("p", title, title),), (Row(Aspect(title, title), (Cell(quote, (1,)),)),))
    answer = Answer("a", "q", "compare", (), (citation,), False, "extractive", Coverage(1, 1))
    written = list(csv.reader(io.StringIO(table_to_csv(replace(answer, table=table)))))
    assert all(cell[:1] not in "=+-@|%\t\r" for line in written for cell in line if cell)
