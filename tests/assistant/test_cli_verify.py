"""The command line's `verify` and `export`, on real parts."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from assistant.types import Answer, Citation, Coverage, Statement
from tests.assistant.command_line import LAMP, RIVER, Command

DRAFT = """# Of lamps

A red lamp draws **40 watts** in our laboratory [@lamp]. Blue lamps draw 15 watts. Bananas ripen beside other bananas.
"""


@pytest.fixture
def library(footnote: Command, papers: Path) -> Command:
    footnote("ingest", str(papers))
    return footnote


def test_each_sentence_of_a_draft_gets_its_verdict_and_footnote(library: Command, tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text(DRAFT)
    run = library("verify", "draft.md", "--json")
    assert run.status == 0
    report = run.json
    assert report["draft"] == "draft.md"
    assert report["counts"] == {"supported": 1, "partly": 0, "contradicted": 1, "not_found": 1}
    assert [statement["verdict"] for statement in report["statements"]] == ["supported", "unsupported", "unsupported"]
    assert [s["reason_code"] for s in report["statements"]] == ["supported", "contradicted_number", "not_found"]
    assert all(DRAFT[s["start"] : s["end"]] == s["text"] for s in report["statements"])
    assert all(0 <= s["score"] <= 1 for s in report["statements"])
    by_number = {citation["number"]: citation for citation in report["citations"]}
    assert by_number[report["statements"][1]["citations"][0]]["quote"] in LAMP
    assert report["statements"][2]["citations"] == []
    assert report["seconds"] > 0


def test_people_see_a_list_with_footnotes(library: Command, tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text(DRAFT)
    shown = library("verify", "draft.md").out
    assert "supported    A red lamp draws **40 watts**" in shown
    assert "CONTRADICTED Blue lamps draw 15 watts. [" in shown and "12 watts, not 15 watts" in shown
    assert "1 of 3 sentences supported, 0 partly, 1 contradicted, 1 not found." in shown
    assert "[1] The lamp paper (papers.jsonl)" in shown


def test_a_draft_comes_by_standard_input(library: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(rb"\section{Lamps} A red lamp draws 40\,watts.")))
    report = library("verify", "-", "--json").json
    assert [s["text"] for s in report["statements"]] == [r"A red lamp draws 40\,watts."]
    assert report["counts"]["supported"] == 1


def test_a_draft_that_is_too_long_is_refused_and_not_cut(
    library: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    draft = b"Blue lamps draw 12 watts. " * 3
    (tmp_path / "draft.txt").write_bytes(draft)
    for limit, refused in ((len(draft) - 1, True), (len(draft), False)):
        monkeypatch.setattr("assistant.cli.drafts.LARGEST_DRAFT", limit)
        for name in ("draft.txt", "-"):
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(draft)))
            run = library("verify", name, "--json")
            assert run.json["error"]["code"] == "too_large" if refused else len(run.json["statements"]) == 3
            assert run.status == (2 if refused else 0)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("missing.md", None, "not_found"), ("empty.md", b" \n", "empty"), ("picture.md", b"\x89PNG\0\0\0", "damaged")],
)
def test_a_draft_that_cannot_be_read_is_a_named_error(
    footnote: Command, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    run = footnote("verify", name, "--json")
    assert (run.status, run.json["error"]["code"]) == (2, code)


@pytest.mark.parametrize("arguments", [("verify",), ("verify", "a", "--batch", "b"), ("verify", "--batch", "no.jsonl")])
def test_wrong_use_is_refused(footnote: Command, arguments: tuple[str, ...]) -> None:
    run = footnote(*arguments, "--json")
    assert (run.status, run.json["error"]["code"]) == (2, "usage")


def test_a_batch_needs_no_library_and_goes_on_after_a_bad_line(footnote: Command, tmp_path: Path) -> None:
    lines: list[Any] = [
        {"id": "a", "statement": "A red lamp draws 40 watts.", "passage": LAMP, "verdict": "never read"},
        {"id": "b", "statement": "A red lamp draws 56 watts.", "passage": LAMP},
        {"id": "c", "statement": "A red lamp draws 40 watts.", "passage": RIVER},
        {"id": "d", "statement": "No passage is given."},
        {"id": "e", "statement": " ", "passage": LAMP},
        {"id": "f", "statement": "A line end\u2028stays in its line.", "passage": LAMP},
    ]
    batch = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (tmp_path / "b.jsonl").write_text(batch, "utf-8")
    run = footnote("verify", "--batch", "b.jsonl", "--json")
    done = run.lines
    assert run.status == 1
    assert [line["id"] for line in done] == list("abcdef")
    assert done[0]["verdict"] == "supported" and done[0]["score"] > 0.5 and done[0]["reason"]
    assert (done[1]["verdict"], done[1]["reason_code"]) == ("unsupported", "contradicted_number")
    assert done[2]["verdict"] != "supported" and done[2]["score"] < 0.5
    assert [line["error"]["code"] for line in done[3:5]] == ["usage", "usage"]
    assert not (tmp_path / "library").exists()


def test_an_answer_is_exported_with_its_footnotes(library: Command) -> None:
    answer = library("ask", "How many watts does a red lamp draw?", "--json").json
    markdown = library("export", answer["answer_id"]).out
    assert markdown.startswith("# How many watts does a red lamp draw?\n")
    assert "A red lamp draws 40 watts in our laboratory.[^1]" in markdown
    assert "[^1]: “A red lamp draws 40 watts in our laboratory.”, *The lamp paper*" in markdown
    assert library("export", answer["answer_id"], "--format", "json").json == answer
    assert library("export", answer["answer_id"], "--json").json == answer
    wrapped = library("export", answer["answer_id"], "--format", "markdown", "--json").json
    assert wrapped == {"answer_id": answer["answer_id"], "format": "markdown", "content": markdown}


def test_an_exported_footnote_says_that_its_paper_was_removed(library: Command) -> None:
    answer = library("ask", "How many watts does a red lamp draw?", "--json").json
    library("remove", "The lamp paper")
    assert "removed from the library." in library("export", answer["answer_id"]).out


def test_an_answer_that_is_not_there_is_a_named_error(library: Command) -> None:
    run = library("export", "nothing", "--json")
    assert (run.status, run.json["error"]["code"]) == (2, "usage")


HOSTILE = (
    "<script>alert(1)</script>",
    "![x](http://evil.example/pixel.png)",
    "[click](javascript:alert(1))",
    "<http://evil.example>",
    "# not a heading",
    "- not an item",
    "1. not an item either",
    "~~~ **not bold** `not code` | not | a | table |",
    "[^1]: not a footnote",
    "back\\slash \\[ and &lt;b&gt;",
    "first\n\n    second\n\n# third",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_papers_say_is_never_markup(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendered, a hostile text shows as it was written, and adds no element to the page."""
    from assistant import exporting

    def page(text: str) -> str:
        monkeypatch.setattr(exporting, "notice_of", lambda citation, library: "")
        citation = Citation(1, text, text, None, None, text, 0, 1, "t", "p", text, (text,), 2020)
        statements = (Statement(text, (1,), "quoted"), Statement(text, (), "unsupported", text))
        answer = Answer("a", text, "fact", statements, (citation,), False, "extractive", Coverage(1, 1))
        renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        return str(renderer.render(exporting.answer_to_markdown(answer, None)))  # type: ignore[arg-type]

    def tags(html: str) -> list[str]:
        return [piece.split(">")[0] for piece in html.split("<")[1:]]

    assert tags(page(words)) == tags(page("Harmless words"))


def test_addresses_in_papers_are_no_links() -> None:
    from assistant.exporting import as_written

    assert as_written("see http://evil.example and www.evil.example") == (
        "see http\\://evil.example and www\\.evil.example"
    )
    assert as_written("\u202eright to left\u202c") == "right to left"
