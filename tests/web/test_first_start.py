"""The very first start in a real browser, while the example notes are still being read."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from assistant.settings import Settings
from assistant.types import IngestReport
from assistant.web.libraries import Libraries
from tests.fakes.scripted_assistant import ScriptedAssistant
from tests.web.conftest import served

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"  # to be looked at; kept out of git


class Awaited(ScriptedAssistant):
    """Reads its notes once it is let."""

    def __init__(self) -> None:
        super().__init__([])
        self.let = threading.Event()

    def ingest(self, *paths: Any, **options: Any) -> IngestReport:
        self.let.wait(60)
        return super().ingest(*paths, **options)


def test_the_page_tells_that_the_notes_are_read_and_fills_when_they_are(browser: Browser, tmp_path: Path) -> None:
    example, mine = Awaited(), ScriptedAssistant([])
    libraries = Libraries(lambda: mine, lambda: example, [Path("A note on tides.md")])  # type: ignore[arg-type, return-value]
    with served(libraries, Settings(library=tmp_path), tmp_path) as address:
        page, other = browser.new_page(), browser.new_page()
        for one in (page, other):
            one.set_default_timeout(60_000)
            one.goto(address)
            expect(one.locator(".fn-step")).to_have_text("Reading the example notes…", timeout=60_000)
        expect(page.locator("#fn-list")).to_have_text("Reading the papers…")
        page.screenshot(path=SCREENSHOTS / "first-start.png")
        other.get_by_label("My library").check(force=True)
        expect(other.locator(".fn-greeting")).to_contain_text("Your library is empty.")
        example.let.set()
        expect(page.locator(".fn-ask")).to_have_text(["What is “A note on tides” about?"])
        expect(page.locator(".fn-paper")).to_have_count(1)
        expect(other.locator(".fn-greeting")).to_contain_text("Your library is empty.")
        expect(other.get_by_label("My library")).to_be_checked()
        for one in (page, other):
            one.close()
