"""A conversation goes out as Markdown, HTML, BibTeX or a file, and the file opens in another library."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from assistant.bibliography import to_bibtex
from assistant.core import Assistant
from assistant.errors import UsageError
from assistant.exporting import as_written
from assistant.settings import Settings
from assistant.sharing import LARGEST
from tests.assistant.command_line import Command
from tests.assistant.notes import build
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.web.hostile import STRINGS
from vectorstore.records import Metadata

QUESTIONS = ("How many hidden layers does Galewind have?", "How many sightings does Orca's survey cover?")
Open = Callable[[str], Assistant]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open an Assistant by name: `full` has the made-up papers, every other is empty."""
    monkeypatch.setattr("assistant.core.open_embedder", lambda *_, **__: HashingEmbedder())
    assistants: list[Assistant] = []

    def opened(name: str) -> Assistant:
        if name == "full":
            (tmp_path / name).mkdir()
            build(tmp_path / name).close()
        assistants.append(Assistant(Settings(library=tmp_path / name / "library"), owner="the tests"))
        return assistants[-1]

    yield opened
    for assistant in assistants:
        assistant.close()


def talk(assistant: Assistant) -> None:
    for question in QUESTIONS:
        assistant.ask(question, conversation_id="c")


def shared(assistant: Assistant) -> Any:
    return json.loads(assistant.export_conversation("c", "footnote"))


def taken_in(assistant: Assistant, document: Any) -> str:
    return assistant.import_conversation(json.dumps(document).encode()).conversation_id


def test_a_conversation_is_one_markdown_page_with_each_footnote_once(opened: Open) -> None:
    full = opened("full")
    talk(full)
    page = full.export_conversation("c", "markdown")
    assert page.startswith(f"# {as_written(QUESTIONS[0])}\n\n## {as_written(QUESTIONS[0])}\n")
    defined = [int(number) for number in re.findall(r"^\[\^(\d+)\]:", page, re.MULTILINE)]
    assert defined == list(range(1, len(defined) + 1)) and len(defined) >= 2
    assert {int(number) for number in re.findall(r"\[\^(\d+)\](?!:)", page)} == set(defined)
    assert f"[^{defined[-1]}]: “The survey covers 212 sightings in 14 bays" in page


class Page(HTMLParser):
    """What a page holds: its elements with their attributes, and what is marked."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside == "mark":
            self.marked.append(data)
            self._inside = ""


def test_the_html_stands_on_its_own_with_the_quotes_in_their_context(opened: Open) -> None:
    full = opened("full")
    talk(full)
    text = full.export_conversation("c", "html")
    page = Page(text)
    names = {tag for tag, _ in page.elements}
    assert not names & {"script", "link", "img", "iframe", "object", "base", "form"}
    asked = [value for _, has in page.elements for name, value in has.items() if name in {"href", "src", "style"}]
    assert all(str(value).startswith("#") for value in asked) and "url(" not in text and "@import" not in text
    ids = {has["id"] for _, has in page.elements if "id" in has}
    assert {str(value)[1:] for value in asked} <= ids, "each mark leads to its note, and back"
    answers = full.conversation("c")
    assert page.marked == [" ".join(each.quote.split()) for answer in answers for each in answer.citations]
    assert "(quoted)" in text and "Orca counts whales in pictures taken from aeroplanes" in text, "the context"
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text


def test_bibtex_has_each_cited_paper_once(opened: Open) -> None:
    full = opened("full")
    talk(full)
    entries = full.export_conversation("c", "bibtex")
    assert entries.count("@inproceedings{lovell2023galewind,") == 1 and "  booktitle     = {ICML}," in entries
    assert entries.count("@article{marsh2021orca,") == 1 and "  journal       = {Marine Mammal Letters}," in entries
    assert "author        = {Ada Lovell and Bo Chen}," in entries
    cited = {each.paper_id for answer in full.conversation("c") for each in answer.citations}
    assert len(re.findall(r"^@", entries, re.MULTILINE)) == len(cited)


def test_bibtex_takes_no_word_for_a_command() -> None:
    hostile = Metadata(
        title=r"100% of {costs} & \input{/etc/passwd} $x_1$ #1 ~ ^ }",
        authors=("Ada and Bo", "Last, First", "Zoë Ångström"),
        year=2020,
        doi="10.1000/a}b,\nnote={x}",
        url="http://x/} , note={y",
    )
    entry = to_bibtex([hostile, hostile, replace(hostile, authors=())])
    assert entry.count("{") == entry.count("}")
    assert (
        r"\input" not in entry and r"100\% of \textbraceleft{}costs\textbraceright{} \& \textbackslash{}input" in entry
    )
    assert "author        = {{Ada and Bo} and {Last, First} and Zoë Ångström}," in entry
    assert "note=" not in entry.replace(" ", "") and "url" not in entry
    assert re.findall(r"^@misc\{(\w+),$", entry, re.MULTILINE) == ["bo2020100", "bo2020100b", "2020100"]


def test_a_shared_conversation_opens_elsewhere_with_its_passages_letter_by_letter(opened: Open) -> None:
    full, empty = opened("full"), opened("empty")
    talk(full)
    file = full.export_conversation("c", "footnote").encode()
    conversation = empty.import_conversation(file)
    assert (conversation.title, conversation.turns) == (QUESTIONS[0], 2)
    for there, here in zip(full.conversation("c"), empty.conversation(conversation.conversation_id), strict=True):
        assert (here.question, here.text, here.coverage) == (there.question, there.text, there.coverage)
        assert here.answer_id != there.answer_id and here.statements == there.statements
        for citation in there.citations:
            theirs = full.passage(there.answer_id, citation.number)
            ours = empty.passage(here.answer_id, citation.number)
            assert (ours.before, ours.quote, ours.after, ours.heading) == (
                theirs.before, theirs.quote, theirs.after, theirs.heading,
            )  # fmt: skip
            assert ours.notice == "from the shared file; this paper is not in your library"
            assert ours.shared and ours.own is None
    assert "Somebody shared this conversation" in empty.conversation(conversation.conversation_id)[0].notices[0]
    assert empty.papers() == [] and empty.search("hidden layers") == [] and empty.library.check() == []
    assert [each.title for each in empty.conversations("sightings")] == [QUESTIONS[0]], "it is found by its words"
    again = empty.export_conversation(conversation.conversation_id, "footnote")
    assert json.loads(again)["turns"] == json.loads(file)["turns"], "it can be shared on, and is the same"


def test_a_passage_as_long_as_the_context_allows_is_the_same_elsewhere(opened: Open, tmp_path: Path) -> None:
    full, empty = opened("full"), opened("empty")
    filler = " ".join(f"Sentence {number} says nothing of interest at all." for number in range(60))
    note = f"# Zenith Lamps\n\nAda Lovell\n\n## Abstract\n\n{filler} The zenith lamp burns 512 hours. {filler}\n"
    (tmp_path / "zenith.md").write_text(note)
    full.ingest([tmp_path / "zenith.md"])
    answer = full.ask("How many hours does the zenith lamp burn?", conversation_id="c")
    conversation = empty.import_conversation(full.export_conversation("c", "footnote").encode())
    (here,) = empty.conversation(conversation.conversation_id)
    theirs, ours = full.passage(answer.answer_id, 1), empty.passage(here.answer_id, 1)
    assert len(theirs.before) > 300 and len(theirs.after) > 300
    assert (ours.before, ours.quote, ours.after) == (theirs.before, theirs.quote, theirs.after)


def test_where_the_same_paper_is_in_the_library_the_footnote_says_so_and_follow_ups_work(opened: Open) -> None:
    full, empty = opened("full"), opened("empty")
    talk(full)
    document = shared(full)
    document["turns"] = document["turns"][:1]
    for note in document["turns"][0]["footnotes"]:
        note["after"] += " It also cures the common cold."
    conversation_id = taken_in(full, document)
    (answer,) = full.conversation(conversation_id)
    passage = full.passage(answer.answer_id, 1)
    assert passage.own and passage.own.title.startswith("Galewind")
    assert passage.notice == "from the shared file; your own copy of this paper says the same words"
    follow_up = full.ask("And what was it trained on?", conversation_id=conversation_id)
    assert "34 billion words" in follow_up.text
    document["turns"][0]["footnotes"][0]["quote"] = "The model has 99 hidden layers."
    forged = full.conversation(taken_in(full, document))[0]
    assert full.passage(forged.answer_id, 1).notice.endswith("your own copy of this paper does not have these words")
    (elsewhere,) = empty.conversation(taken_in(empty, document))
    assert elsewhere.citations[0].paper_id.startswith("shared-")


def test_the_same_file_is_taken_in_once_and_deleted_with_its_passages(opened: Open) -> None:
    full, empty = opened("full"), opened("empty")
    talk(full)
    file = full.export_conversation("c", "footnote").encode()
    conversation = empty.import_conversation(file)
    empty.rename_conversation(conversation.conversation_id, "From Ada")
    assert empty.import_conversation(file).title == "From Ada" and len(empty.conversations()) == 1
    empty.delete_conversation(conversation.conversation_id)
    with empty.library.ledger.reading() as connection:
        for table in ("texts", "sources", "answers", "cited_texts", "turns"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table


def test_the_file_holds_no_path_no_key_and_nothing_of_the_machine(opened: Open, tmp_path: Path) -> None:
    full = opened("full")
    talk(full)
    text = full.export_conversation("c", "footnote")
    assert str(tmp_path) not in text and not {"usage", "timings", "prompts", "answer_id"} & set(
        re.findall(r'"(\w+)":', text)
    )
    assert "/" not in "".join(note["source"] for turn in json.loads(text)["turns"] for note in turn["footnotes"])


def test_what_stands_in_a_hostile_file_is_kept_as_words(opened: Open) -> None:
    full, empty = opened("full"), opened("empty")
    talk(full)
    document = shared(full)
    for words in STRINGS[:40]:
        (turn, *_), (paper, *_) = document["turns"], document["papers"]
        turn |= {"question": words, "engine": words}
        turn["statements"][0] |= {"text": words, "reason": words, "second_look": words, "verdict": "partly"}
        turn["footnotes"][0] |= {"source": words, "before": words, "quote": words, "after": words, "heading": words}
        paper |= {"title": words, "authors": [words], "doi": words, "venue": words}
        conversation_id = taken_in(empty, {**document, "title": words, "unknown": {"deep": [words]}})
        answer = empty.conversation(conversation_id)[0]
        assert empty.passage(answer.answer_id, 1).quote == words.replace("\0", "\ufffd")
        assert "/" not in answer.citations[0].source and "\\" not in answer.citations[0].source
        page = Page(empty.export_conversation(conversation_id, "html"))
        plain = Page(full.export_conversation("c", "html"))
        assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements} | {"i", "s", "table"}
        names = {name for _, has in page.elements for name in has}
        assert names <= {name for _, has in plain.elements for name in has}


def wrong(document: Any, *path: Any, value: Any) -> Any:
    document = json.loads(json.dumps(document))
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("version",), 2, "A later version of Footnote wrote the file (form 2; this one knows 1)"),
        (("version",), "1", "no conversation"),
        (("version",), True, "no conversation"),
        (("footnote",), "library", "no conversation"),
        (("turns",), [], "no conversation"),
        (("turns",), {"0": 1}, "no conversation"),
        (("title",), ["a"], "no conversation"),
        (("title",), "a" * 2_001, "no conversation"),
        (("turns", 0, "question"), 7, "no conversation"),
        (("turns", 0, "kind"), "order", "no conversation"),
        (("turns", 0, "statements", 0, "verdict"), "certain", "no conversation"),
        (("turns", 0, "statements", 0, "citations"), [99], "footnotes do not fit its text"),
        (("turns", 0, "statements", 0, "citations"), [1] * 1_001, "no conversation"),
        (("turns", 0, "footnotes", 0, "paper"), 99, "papers that are not in the file"),
        (("turns", 0, "footnotes", 0, "paper"), -1, "no conversation"),
        (("turns", 0, "footnotes", 0, "page"), 1.5, "no conversation"),
        (("turns", 0, "footnotes", 0, "quote"), "", "no conversation"),
        (("turns", 0, "footnotes", 0, "quote"), "a" * 100_001, "no conversation"),
        (("turns", 0, "table"), {"columns": [], "rows": [{}]}, "no conversation"),
        (("papers",), [], "papers that are not in the file"),
        (("papers", 0, "authors"), "Ada", "no conversation"),
        (("papers", 0, "year"), 10**30, "no conversation"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_a_sentence(opened: Open, path: Any, value: Any, told: str) -> None:
    full = opened("full")
    talk(full)
    with pytest.raises(UsageError) as refused:
        taken_in(full, wrong(shared(full), *path, value=value))
    assert told in refused.value.message and len(refused.value.message) < 300
    assert len(full.conversations()) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b'{"footnote":' * 50_000,
        b'{"footnote": "conversation", "version": 1, "title": "\\ud800"}',
        b"%PDF-1.7",
        b"null",
        b"9" * 100_000,
        b" " * (LARGEST + 1),
    ],
    ids=["empty", "no text", "deep lists", "deep objects", "half a character", "PDF", "null", "number", "huge"],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(opened: Open, data: bytes) -> None:
    empty = opened("empty")
    with pytest.raises(UsageError, match="conversation"):
        empty.import_conversation(data)
    assert empty.conversations() == []


def test_from_one_library_to_another_on_the_command_line(footnote: Command, opened: Open, tmp_path: Path) -> None:
    full = opened("full")
    talk(full)
    library = ("--library", str(tmp_path / "full" / "library"))
    (listed,) = footnote("conversations", *library, "--json").json
    assert (listed["title"], listed["questions"]) == (QUESTIONS[0], 2)
    assert QUESTIONS[0] in footnote("conversations", "sightings", *library).out
    assert "No conversation has these words" in footnote("conversations", "unicorns", *library).err
    file = footnote("export", "--conversation", "c", "--format", "footnote", *library).out
    (tmp_path / "talk.footnote").write_text(file)
    taken = footnote("import", str(tmp_path / "talk.footnote"), "--json").json
    assert taken["title"] == QUESTIONS[0] and taken["questions"] == 2
    page = footnote("export", "--conversation", taken["conversation_id"][:6])
    assert "from the shared file; this paper is not in your library" in page.out
    assert footnote("export", "--conversation", taken["conversation_id"], "--format", "bibtex").out.count("@") >= 2
    lines = footnote("export", "--conversation", taken["conversation_id"], "--format", "json").lines
    one = footnote("export", lines[0]["answer_id"], "--format", "html").out
    assert one.startswith("<!doctype html>") and QUESTIONS[1] not in one
    for arguments in (
        ("export",),
        ("export", "--conversation", "nowhere"),
        ("export", "--conversation", "c", "--format", "csv"),
        ("import", str(tmp_path / "missing.footnote")),
        ("import", str(tmp_path)),
    ):
        refused = footnote(*arguments, *library)
        assert refused.status == 2 and "Traceback" not in refused.err and refused.out == "", arguments
