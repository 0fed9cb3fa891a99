"""The stored conversations in a real browser: listed, searched, opened again, renamed, deleted."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.core import Assistant
from assistant.settings import Settings
from assistant.web.libraries import Libraries
from tests.assistant.notes import NOTES
from tests.fakes.scripted_assistant import PAPERS, ScriptedAssistant
from tests.web.conftest import Opened, ask, opened_pages, served

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"  # to be looked at; kept out of git


@pytest.fixture(autouse=True)
def _nothing_kept(scripted: ScriptedAssistant, mine: ScriptedAssistant) -> None:
    for assistant in (scripted, mine):
        assistant.kept.clear()
        assistant.titles.clear()


def show_conversations(page: Page) -> Locator:
    page.get_by_label("Conversations", exact=True).check(force=True)
    return page.locator("#fn-stored li")


def test_a_conversation_is_opened_again_with_its_footnotes(open_page: Opened, scripted: ScriptedAssistant) -> None:
    page = open_page()
    listed = show_conversations(page)
    expect(page.locator("#fn-stored")).to_contain_text("What you ask is kept here")
    expect(page.locator("#fn-list")).to_be_hidden()
    ask(page, "What does the lantern do?")
    ask(page, "And at sea?")
    expect(listed).to_contain_text(["What does the lantern do?"])
    expect(listed.first).to_contain_text("today · 2 questions")
    expect(listed.locator("a")).to_have_attribute("aria-current", "true")
    shown = page.locator("#fn-messages .fn-answer").all_inner_texts()
    page.click("#fn-anew")
    page.locator(".fn-greeting").wait_for()
    ask(page, "Something else?")

    other = open_page()
    listed = show_conversations(other)
    expect(listed).to_contain_text(["Something else?", "What does the lantern do?"])
    listed.nth(1).locator("a").click()
    expect(other.locator(".fn-question")).to_have_text(["What does the lantern do?", "And at sea?"])
    assert other.locator("#fn-messages .fn-answer").all_inner_texts() == shown
    expect(listed.nth(1).locator("a")).to_have_attribute("aria-current", "true")
    other.screenshot(path=SCREENSHOTS / "conversations.png")
    other.locator(".fn-answer").first.locator(".fn-mark").first.click()
    expect(other.locator("#fn-panel h2")).to_have_text(PAPERS[0].title)
    ask(other, "And on land?")
    assert [turn.question for turn in scripted.asked[-1][1]] == ["What does the lantern do?", "And at sea?"]


def test_conversations_are_searched(open_page: Opened) -> None:
    page = open_page()
    listed = show_conversations(page)
    for question in ("What of lamps?", "What of ledgers?"):
        ask(page, question)
        page.click("#fn-anew")
        page.locator(".fn-greeting").wait_for()
    page.get_by_label("Search by what was asked").fill("ledgers")
    expect(listed).to_contain_text(["What of ledgers?"])
    page.get_by_label("Search by what was asked").fill("harbours")
    expect(page.locator("#fn-stored")).to_contain_text("No conversation has these words.")


def test_a_conversation_is_renamed_with_the_keyboard(open_page: Opened, scripted: ScriptedAssistant) -> None:
    page = open_page()
    listed = show_conversations(page)
    ask(page, "What does the lantern do?")
    listed.locator("a").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    title = page.get_by_label("Title", exact=True)
    expect(title).to_be_focused()
    page.keyboard.type("A name that is not wanted")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Rename “What does the lantern do?”")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Lanterns <b>at</b> sea")
    page.keyboard.press("Enter")
    expect(listed.locator(".fn-title")).to_have_text("Lanterns <b>at</b> sea")
    assert list(scripted.titles.values()) == ["Lanterns <b>at</b> sea"]
    expect(page.locator(".fn-question")).to_have_text("What does the lantern do?")


def test_a_conversation_is_deleted_once_that_is_confirmed(open_page: Opened, scripted: ScriptedAssistant) -> None:
    page = open_page()
    listed = show_conversations(page)
    ask(page, "What does the lantern do?")
    listed.hover()
    delete = page.get_by_role("button", name="Delete “What does the lantern do?”")
    delete.click()
    expect(listed).to_contain_text("Delete “What does the lantern do?” with its answers?")
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(delete).to_be_focused()
    assert len(scripted.kept) == 1
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(listed).to_have_count(0)
    page.locator(".fn-greeting").wait_for()
    assert scripted.kept == {}
    ask(page, "What else?")
    assert scripted.asked[-1][1] == ()


def test_each_library_lists_its_own_conversations(open_page: Opened, mine: ScriptedAssistant) -> None:
    page = open_page()
    mine.held.clear()
    listed = show_conversations(page)
    ask(page, "What does the lantern do?")
    page.get_by_label("My library").check(force=True)
    expect(listed).to_have_count(0)
    page.get_by_label("Example library").check(force=True)
    expect(listed).to_have_count(1)


def test_another_conversation_can_be_opened_while_an_answer_is_on_its_way(
    open_page: Opened, scripted: ScriptedAssistant
) -> None:
    page = open_page()
    listed = show_conversations(page)
    ask(page, "What does the lantern do?")
    page.click("#fn-anew")
    page.locator(".fn-greeting").wait_for()
    scripted.pause = 1.0
    try:
        page.fill("#fn-question textarea", "A long one")
        page.press("#fn-question textarea", "Enter")
        page.locator(".fn-step").wait_for()
        listed.locator("a").click()
        expect(page.locator(".fn-question")).to_have_text("What does the lantern do?")
        page.wait_for_timeout(3_000)
        expect(page.locator(".fn-question")).to_have_text("What does the lantern do?")
        expect(page.locator("#fn-question .submit-button")).to_be_visible()
    finally:
        scripted.pause = 0.05
    assert list(scripted.titles.values()) == ["What does the lantern do?"], "an answer nobody waits for is not kept"


def test_only_our_own_page_may_change_conversations(address: str, scripted: ScriptedAssistant) -> None:
    own = {"origin": address}
    scripted.titles["c"], scripted.kept["c"] = "Lanterns", []
    place = f"{address}/view/example/conversations/c"
    for headers in ({}, {"origin": "https://evil.example"}):
        assert httpx.delete(place, headers=headers).status_code == 403
        assert httpx.put(f"{place}/title", json={"title": "x"}, headers=headers).status_code == 403
    assert httpx.put(f"{place}/title", json={"title": "x" * 2_000}, headers=own).status_code == 422
    assert scripted.titles == {"c": "Lanterns"}
    assert httpx.delete(place, headers=own).status_code == 200
    assert httpx.delete(place, headers=own).status_code == 404


def test_a_conversation_comes_back_after_a_restart_of_the_server(browser: Browser, tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library")
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    title, authors, _, _, text = NOTES["galewind"]
    (tmp_path / "galewind.md").write_text(f"# {title}\n\n{', '.join(authors)}\n\n## Abstract\n\n{text}\n")
    libraries = Libraries(lambda: Assistant(settings, owner="the tests"))
    libraries.assistant("mine").ingest([tmp_path / "galewind.md"])
    with served(libraries, settings, uploads) as address, opened_pages(browser, address) as opened:
        page = opened()
        ask(page, "How many hidden layers does Galewind have?")
        shown = page.locator(".fn-answer").inner_html()
    libraries.close()

    libraries = Libraries(lambda: Assistant(settings, owner="the tests"))
    with served(libraries, settings, uploads) as address, opened_pages(browser, address) as opened:
        page = opened()
        show_conversations(page).locator("a").click()
        expect(page.locator(".fn-question")).to_have_text("How many hidden layers does Galewind have?")
        assert page.locator(".fn-answer").inner_html() == shown
        page.locator(".fn-mark").first.click()
        expect(page.locator("#fn-panel mark")).to_contain_text("17 hidden layers")
    libraries.close()


def test_a_reload_brings_back_the_conversation_and_the_open_passage(open_page: Opened, mine: ScriptedAssistant) -> None:
    mine.held[:] = PAPERS
    page = open_page()
    page.get_by_label("Example library").check(force=True)
    ask(page, "What does the lantern do?")
    page.wait_for_url("**/?library=example&conversation=*")
    page.locator(".fn-answer .fn-mark").first.click()
    page.locator("#fn-panel mark").wait_for()
    page.reload()
    expect(page.locator(".fn-question")).to_have_text(["What does the lantern do?"])
    expect(page.get_by_label("Example library")).to_be_checked()
    expect(page.locator("#fn-panel h2")).to_have_text(PAPERS[0].title)
    page.go_back()
    expect(page.locator("#fn-panel")).to_be_hidden()
    ask(page, "And at sea?")
    page.reload()
    expect(page.locator(".fn-question")).to_have_text(["What does the lantern do?", "And at sea?"])
    page.click("#fn-anew")
    page.wait_for_url("**/?library=example")
    page.reload()
    page.locator(".fn-greeting").wait_for()
    expect(page.get_by_label("Example library")).to_be_checked()
    mine.held.clear()


def test_an_address_with_a_conversation_that_is_gone_shows_where_to_begin(open_page: Opened, address: str) -> None:
    page = open_page()
    page.goto(f"{address}/?library=nowhere&conversation=%22%3E%3Cb%3E")
    expect(page.locator(".fn-greeting")).to_contain_text("Ask your papers.")
