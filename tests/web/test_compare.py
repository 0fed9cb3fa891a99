"""The room where papers are compared, in a real browser over a library of made-up notes."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant import comparisons
from assistant.core import Assistant
from assistant.retrieval import retrieve
from assistant.settings import Settings
from assistant.types import Evidence
from assistant.web.libraries import Libraries
from tests.assistant.notes import NOTES, write_notes
from tests.web.conftest import Opened, opened_pages, served
from tests.web.hostile import STRINGS

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"  # to be looked at; kept out of git
GALEWIND, ORCA, RIVERS, TIDES = (NOTES[name][0] for name in ("galewind", "orca", "rivers", "tides"))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The assistant over the made-up notes."""
    folder = tmp_path_factory.mktemp("notes")
    with Assistant(Settings(library=folder / "library"), owner="the tests") as assistant:
        assistant.ingest(write_notes(folder))
        yield assistant


@pytest.fixture(scope="module")
def place(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the application over the made-up notes answers."""
    libraries = Libraries(lambda: assistant)
    with served(libraries, assistant.settings, tmp_path_factory.mktemp("uploads")) as place:
        yield place


@pytest.fixture
def opened(browser: Browser, place: str) -> Iterator[Opened]:
    """Open pages over the made-up notes."""
    with opened_pages(browser, place) as opened:
        yield opened


@pytest.fixture
def looked_in(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names the papers that are searched."""
    names: list[str] = []

    def noting(plan: Any, *rest: Any) -> Evidence:
        names.extend(plan.names.values())
        return retrieve(plan, *rest)

    monkeypatch.setattr(comparisons, "retrieve", noting)
    return names


def choose(page: Page, *titles: str) -> None:
    """Choose papers by typing their titles."""
    for title in titles:
        page.fill("#fn-compare-paper", title)
        page.locator("#fn-compare-paper-list [role=option]").wait_for()
        page.press("#fn-compare-paper", "Enter")


def compare(page: Page, *titles: str, on: str = "memory, training time") -> None:
    """Compare papers, and wait for the table."""
    page.get_by_role("link", name="Compare", exact=True).click()
    page.locator("#fn-compare h2").wait_for()
    choose(page, *titles)
    page.fill("#fn-compare-aspect", on)
    page.press("#fn-compare-aspect", "Enter")
    page.get_by_role("button", name="Compare", exact=True).click()
    page.locator("#fn-compare table").wait_for()


def columns(page: Page) -> list[str]:
    return page.locator("#fn-compare thead .fn-title").all_inner_texts()


def rows(page: Page) -> list[str]:
    return page.locator("#fn-compare tbody .fn-sort").all_inner_texts()


def test_chosen_papers_are_compared_on_chosen_aspects(opened: Opened) -> None:
    page = opened()
    compare(page, "galewind", "orca")
    assert columns(page) == ["Galewind", "Orca"]
    assert rows(page) == ["memory", "training time"]
    cell = page.locator("#fn-compare tbody td").first
    expect(cell).to_contain_text("reduces the memory of the optimizer by 61.5%")
    expect(cell.locator(".fn-value")).to_have_text("61.5%")
    expect(page.locator("#fn-compare .fn-silent").first).to_have_text("not stated")
    expect(page.locator("#fn-compare h2")).to_be_focused()
    cell.locator(".fn-mark").first.click()
    expect(page.locator("#fn-panel h2")).to_have_text(GALEWIND)
    expect(page.locator("#fn-panel mark")).to_contain_text("61.5%")
