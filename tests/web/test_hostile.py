"""Words of others in every place of a real page: no script runs, nothing comes from elsewhere, nothing is forged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from assistant.settings import Settings
from assistant.types import Answer, Passage, Statement
from assistant.web.libraries import Libraries
from tests.fakes.scripted_assistant import ScriptedAssistant, paper
from tests.web.conftest import Opened, ask, opened_pages, served
from tests.web.hostile import STRINGS

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours


OURS = ("#cite/mine/answer1/", "#open/", "#room/paper/", "#ask", "#clear", "#edit/0/", "#again/0", "#copy/mine/answer1")


class HostileAssistant(ScriptedAssistant):
    """Papers, statements, quotes and passages made of hostile words."""

    def __init__(self, strings: Sequence[str]) -> None:
        super().__init__([paper(number, words, (words, words)) for number, words in enumerate(strings, 1)])
        self.strings = strings
        self.titles = {f"c{number}": words for number, words in enumerate(strings)}
        self.kept = {key: [] for key in self.titles}

    def _answer(self, question: str) -> Answer:
        answer = super()._answer(question)
        citations = tuple(
            replace(answer.citations[0], number=number, quote=words, title=words, authors=(words,), source=words)
            for number, words in enumerate(self.strings, 1)
        )
        statements = tuple(Statement(one.quote, (one.number,), "quoted", one.quote) for one in citations)
        return replace(answer, statements=statements, citations=citations, engine=self.strings[0])

    def follow_ups(self, answer: Answer) -> tuple[str, ...]:
        return tuple(self.strings)

    def passage(self, answer_id: str, number: int, *, boxes: bool = True) -> Passage:
        words = self.strings[number - 1]
        passage = super().passage(answer_id, number, boxes=boxes)
        return replace(passage, before=words, after=words, notice=words, heading=words)


@pytest.fixture(params=["our own", "known"])
def strings(request: pytest.FixtureRequest) -> Sequence[str]:
    """The words that a test puts everywhere: ours, or those that scanners of language models use."""
    if request.param == "our own":
        return STRINGS
    folder = request.getfixturevalue("shared") / "data" / "injection"
    known = [
        payload
        for name in ("web_html_js.json", "markdown_js.json")
        for payload in json.loads((folder / name).read_text(encoding="utf-8"))["payloads"]
    ]
    told = json.loads((folder / "purplellama_prompt_injection.json").read_text(encoding="utf-8"))
    return [words.strip() for words in (*known, *(one["user_input"] for one in told[:60]))]


@pytest.fixture
def open_hostile(browser: Browser, tmp_path: Path, strings: Sequence[str]) -> Iterator[Opened]:
    """Open pages over hostile papers."""
    hostile = HostileAssistant(strings)
    libraries = Libraries(lambda: hostile)  # type: ignore[arg-type, return-value]
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    with served(libraries, Settings(library=tmp_path), uploads) as address, opened_pages(browser, address) as opened:
        yield opened


def test_hostile_words_stay_words(open_hostile: Opened, tmp_path: Path, strings: Sequence[str]) -> None:
    page = open_hostile()
    ask(page, " ".join(strings)[:3_900])
    assert page.locator(".fn-statement").count() == len(strings)
    assert page.locator(".fn-statement .fn-mark").count() == len(strings), "no mark is forged"
    for number in range(5, len(strings), 60):
        page.locator(".fn-statement .fn-mark").nth(number).hover()
        page.locator("#fn-card mark").wait_for()
    for number in range(0, len(strings), 30):
        page.locator(".fn-statement .fn-mark").nth(number).click()
        page.locator(f"#fn-panel .fn-panel-where:has-text('Footnote {number + 1} of')").wait_for()
        page.locator("#fn-panel mark").wait_for()
    page.get_by_label("Conversations", exact=True).check(force=True)
    titles = page.locator("#fn-stored li")
    assert titles.count() == len(strings) + 1
    for number, button in ((2, ".fn-rename"), (3, ".fn-take"), (4, ".fn-delete")):
        titles.nth(number).hover()
        titles.nth(number).locator(button).click()
    titles.nth(4).locator("p").wait_for()
    page.get_by_label("Papers", exact=True).check(force=True)
    names = ["<img src=x onerror=window.owned=1>.md", "'\" onmouseover=window.owned=1 x='.md", "${window.owned=1}.md"]
    for name in names:
        (tmp_path / name).write_text(name)
    page.locator("#fn-shelf input[type=file]").set_input_files([tmp_path / name for name in names])
    page.locator(".fn-report").wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("window.owned ?? null") is None
    assert page.locator("#forged").count() == 0
    made = "#fn-messages img, #fn-messages iframe, #fn-shelf img, #fn-messages form, #fn-card img"
    assert page.locator(made).count() == 0
    links = page.evaluate(
        "[...document.querySelectorAll('#fn-messages a, #fn-shelf a')].map(a => a.getAttribute('href'))"
    )
    assert all(link.startswith(OURS) for link in links), links
