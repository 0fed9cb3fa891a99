"""Hostile words in a real library, and in every room that shows it: no script runs, nothing comes from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from assistant.core import Assistant
from assistant.settings import Settings
from assistant.web.libraries import Libraries
from tests.web.conftest import Opened, ask, opened_pages, served
from tests.web.hostile import STRINGS

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

FORGED = ", ".join(
    [
        "#forged",
        *(f".fn-room {each}" for each in ("iframe", "form[action]", 'img:not([src^="/view/"])', "object", "script")),
    ]
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Libraries, Settings]]:
    """A library whose titles, authors, texts, file names, tags and edits are hostile words."""
    folder = tmp_path_factory.mktemp("hostile")
    papers = folder / "papers"
    papers.mkdir()
    lines = [
        {"_id": f"{number} {words}", "title": words, "text": f"{words}. The reef is {number} m deep. {words}"}
        for number, words in enumerate(STRINGS)
    ]
    (papers / "'><img src=x onerror=window.owned=1>.jsonl").write_text("\n".join(map(json.dumps, lines)))
    for number, words in enumerate(STRINGS[:12]):
        name = f"{number} {words.replace('/', '∕')[:60]}.md"
        (papers / name).write_text(f"# {words}\n\n{words}\n\n## {words}\n\nThe reef is {number} m deep. {words}\n")
    settings = Settings(library=folder / "library")
    libraries = Libraries(lambda: Assistant(settings, owner="the tests"))
    assistant = libraries.assistant("mine")
    assistant.ingest([papers])
    for paper, words in zip(assistant.library.papers(), STRINGS, strict=False):
        assistant.library.tag([paper.paper_id], words[:60])
        if len(paper.sources[0].name) % 2:
            assistant.library.edit(paper.paper_id, venue=words, doi=words, url=words, authors=[words, words])
    yield libraries, settings
    libraries.close()


@pytest.fixture
def open_hostile(browser: Browser, hostile: tuple[Libraries, Settings], tmp_path: Path) -> Iterator[Opened]:
    """Open pages over the hostile library."""
    libraries, settings = hostile
    with served(libraries, settings, tmp_path) as address, opened_pages(browser, address) as opened:
        yield opened


def assert_harmless(page: Page, where: str) -> None:
    page.wait_for_timeout(200)
    assert page.evaluate("window.owned ?? null") is None, where
    assert page.locator(FORGED).count() == 0, where
    links = page.evaluate("[...document.querySelectorAll('.fn-room a')].map((one) => one.getAttribute('href'))")
    wrong = [link for link in links if link and not link.startswith(("#", "/view/"))]
    assert not wrong, (where, wrong)


def test_every_room_shows_hostile_words_as_words(open_hostile: Opened) -> None:
    page = open_hostile()
    home = page.url.split("?")[0]
    ask(page, f"How deep is the reef? {STRINGS[0]}")
    for link in page.locator("#fn-nav a:visible").all():
        name = link.inner_text()
        link.click()
        page.locator("#fn-desk:visible, .fn-room:not([hidden]) > *").first.wait_for()
        assert_harmless(page, name)
    ids = page.evaluate("[...document.querySelectorAll('#fn-list input')].map((one) => one.value)")
    for paper_id in ids[:: len(ids) // 12]:
        page.goto(f"{home}?room=paper&within={paper_id}")
        page.locator(".fn-paper-room").wait_for()
        assert_harmless(page, paper_id)
    page.get_by_role("button", name="Summarise this paper").click()
    page.locator(".fn-summary > *").first.wait_for()
    assert_harmless(page, "a summary")
    page.goto(f"{home}?room=ask")
    page.locator("#fn-list .fn-paper").first.wait_for()
    for box in page.locator("#fn-list .fn-paper input").all()[:3]:
        box.check()
    page.get_by_role("button", name="Compare these").click()
    page.locator("#fn-compare button").get_by_text("Compare", exact=True).click()
    page.locator("#fn-compare table").wait_for()
    assert_harmless(page, "a comparison")
