"""Every room by axe-core, light and dark, wide and narrow: nothing serious may be found."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.conftest import Opened, ask

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SERIOUS = {"serious", "critical"}


def serious(page: Page) -> list[tuple[str, str, list[Any]]]:
    """Give what axe-core finds serious: the rule, what it asks, and where."""
    page.wait_for_timeout(400)  # what moves or fades in has come to rest
    found = Axe().run(page, options=WCAG).response["violations"]
    return [
        (one["id"], one["help"], [(node["target"], node["failureSummary"]) for node in one["nodes"][:4]])
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("width", [1440, 420])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_conversation_and_its_passage_are_accessible(open_page: Opened, width: int, scheme: str) -> None:
    page = open_page(width, scheme)
    assert serious(page) == []
    ask(page, "What does the lantern do?")
    assert serious(page) == []
    page.locator(".fn-answer .fn-mark").first.hover()
    page.locator("#fn-card mark").wait_for()
    assert serious(page) == []
    page.locator(".fn-answer .fn-mark").first.click()
    page.locator("#fn-panel mark").wait_for()
    page.keyboard.press("+")
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Edit this question").click()
    assert serious(page) == []


def test_the_filters_are_accessible(open_page: Opened) -> None:
    page = open_page()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Author", exact=True).fill("Vale")
    expect(page.locator("#fn-filtered span")).to_have_text("Author: Vale")
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_room_is_accessible(open_page: Opened, scheme: str) -> None:
    page = open_page(1440, scheme)
    for link in page.locator("#fn-nav a:visible").all():
        link.click()
        page.locator("#fn-desk:visible, .fn-room:not([hidden]) > *").first.wait_for()
        assert serious(page) == [], link.inner_text()


def test_the_keys_are_listed_and_work(open_page: Opened) -> None:
    page = open_page()
    page.keyboard.press("Alt+Shift+K")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Alt Shift Q")
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("Alt+Shift+C")
    expect(page.locator("#fn-find")).to_be_focused()
    page.keyboard.press("Alt+Shift+F")
    expect(page.locator("#fn-search")).to_be_focused()
    page.keyboard.press("Alt+Shift+Q")
    expect(page.locator("#fn-question textarea")).to_be_focused()
    assert page.locator("#fn-question textarea").input_value() == ""


def test_the_first_link_skips_to_the_question(open_page: Opened) -> None:
    page = open_page()
    assert page.evaluate("document.querySelector('a[href], button, input, textarea').className") == "fn-skip"
    page.locator(".fn-skip").press("Enter")
    expect(page.locator("#fn-question textarea")).to_be_focused()
