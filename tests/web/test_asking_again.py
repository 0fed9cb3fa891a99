"""What can be done with what was asked, in a real browser: edited, asked again, copied, gone on from."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.fakes.scripted_assistant import FOLLOW_UP, QUOTE_PDF, ScriptedAssistant
from tests.web.conftest import Opened, ask

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def talked(open_page: Opened) -> Page:
    """A page with a conversation of two questions."""
    page = open_page()
    ask(page, "What does the lantern do?")
    ask(page, "And at sea?")
    return page


@pytest.fixture
def slow(scripted: ScriptedAssistant) -> Iterator[None]:
    """An assistant that is still at work when a person stops it."""
    scripted.pause = 2.0
    yield
    scripted.pause = 0.05


def edit(page: Page, place: int, words: str) -> None:
    page.locator(".fn-asked").nth(place).hover()
    page.get_by_role("link", name="Edit this question").nth(place).click()
    page.locator(".fn-editing textarea").fill(words)
    page.locator(".fn-editing textarea").press("Enter")


def stored(scripted: ScriptedAssistant) -> list[str]:
    return [answer.question for answer in list(scripted.kept.values())[-1]]


def test_an_edited_question_is_asked_from_there_and_takes_the_place_of_what_followed(
    talked: Page, scripted: ScriptedAssistant
) -> None:
    edit(talked, 0, "What does the <b>lamp</b> do, at $5?")
    expect(talked.locator(".fn-question")).to_have_text(["What does the <b>lamp</b> do, at $5?"])
    talked.locator(".fn-answer").wait_for()
    assert scripted.asked[-1][:2] == ("What does the <b>lamp</b> do, at $5?", ())
    assert stored(scripted) == ["What does the <b>lamp</b> do, at $5?"]
    ask(talked, "And at night?")
    assert [turn.question for turn in scripted.asked[-1][1]] == ["What does the <b>lamp</b> do, at $5?"]


def test_an_edit_says_what_it_takes_away(talked: Page) -> None:
    edits = talked.locator('#fn-messages a[href^="#edit/"]')
    number = edits.count()
    assert number > 1
    edits.first.click(force=True)
    expect(talked.locator(".fn-editing")).to_contain_text("after this one will be taken away")
    talked.keyboard.press("Escape")
    edits.nth(number - 1).click(force=True)
    expect(talked.locator(".fn-editing")).not_to_contain_text("taken away")


def test_an_edit_is_left_with_escape_and_its_link_has_the_focus(talked: Page, scripted: ScriptedAssistant) -> None:
    asked = len(scripted.asked)
    link = talked.get_by_role("link", name="Edit this question").nth(1)
    link.focus()
    expect(link).to_have_css("opacity", "1")
    talked.keyboard.press("Enter")
    words = talked.locator(".fn-editing textarea")
    expect(words).to_be_focused()
    expect(words).to_have_value("And at sea?")
    words.fill("Something else")
    talked.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(talked.locator(".fn-question")).to_have_text(["What does the lantern do?", "And at sea?"])
    assert len(scripted.asked) == asked


def test_nothing_is_lost_when_an_edited_question_gets_no_answer(talked: Page, scripted: ScriptedAssistant) -> None:
    edit(talked, 0, "Will this fail?")
    expect(talked.locator(".fn-notice")).to_contain_text("The disk is full.")
    expect(talked.locator(".fn-question")).to_have_text(["What does the lantern do?", "And at sea?"])
    expect(talked.locator(".fn-answer")).to_have_count(2)
    assert stored(scripted) == ["What does the lantern do?", "And at sea?"]
    talked.get_by_role("link", name="Edit this question").first.click()
    expect(talked.locator(".fn-editing textarea")).to_have_value("Will this fail?")


def test_nothing_is_lost_when_an_edited_question_is_stopped(
    talked: Page, scripted: ScriptedAssistant, slow: None
) -> None:
    edit(talked, 0, "A long one")
    expect(talked.locator(".fn-question")).to_have_text(["A long one"])
    talked.locator("#fn-question .stop-button").click()
    expect(talked.locator(".fn-question")).to_have_text(["What does the lantern do?", "And at sea?"])
    expect(talked.locator(".fn-answer")).to_have_count(2)
    assert stored(scripted) == ["What does the lantern do?", "And at sea?"]


def test_the_same_question_is_asked_again(talked: Page, scripted: ScriptedAssistant) -> None:
    before = talked.locator(".fn-answer .fn-mark").last.get_attribute("href")
    talked.get_by_role("link", name="Ask again").last.click()
    expect(talked.locator(".fn-step")).to_be_visible()
    talked.locator(".fn-answer").nth(1).wait_for()
    assert talked.locator(".fn-answer .fn-mark").last.get_attribute("href") != before
    assert scripted.asked[-1][0] == "And at sea?"
    assert [turn.question for turn in scripted.asked[-1][1]] == ["What does the lantern do?"]
    assert stored(scripted) == ["What does the lantern do?", "And at sea?"]


def test_a_stopped_question_is_asked_again(open_page: Opened, scripted: ScriptedAssistant) -> None:
    page = open_page()
    scripted.pause = 2.0
    try:
        page.fill("#fn-question textarea", "A long one")
        page.press("#fn-question textarea", "Enter")
        page.locator("#fn-question .stop-button").click()
        expect(page.locator(".fn-notice")).to_contain_text("Stopped before the answer was done.")
    finally:
        scripted.pause = 0.05
    page.get_by_role("link", name="Ask again").click()
    page.locator(".fn-answer").wait_for()
    expect(page.locator(".fn-question")).to_have_text(["A long one"])
    assert stored(scripted) == ["A long one"]


def test_an_answer_is_copied_with_its_footnotes(talked: Page) -> None:
    talked.context.grant_permissions(CLIPBOARD)
    try:
        link = talked.get_by_role("link", name="Copy with footnotes").first
        link.click()
        expect(talked.get_by_role("status").filter(has_text="Copied")).to_be_visible()
        copied = talked.evaluate("navigator.clipboard.readText()")
    finally:
        talked.context.clear_permissions()
    assert copied.startswith("# What does the lantern do?")
    assert f"[^1]: “{QUOTE_PDF}”" in copied


def test_where_the_clipboard_is_refused_the_text_is_shown(talked: Page) -> None:
    refuse = "() => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    talked.evaluate(f"() => {{ navigator.clipboard.writeText = {refuse}; }}")
    talked.get_by_role("link", name="Copy with footnotes").first.click()
    shown = talked.get_by_label("The answer as Markdown")
    expect(shown).to_be_focused()
    assert "[^1]: “" in shown.input_value()
    assert talked.evaluate("getSelection().toString()") == shown.input_value()
    talked.keyboard.press("Escape")
    expect(shown).to_be_hidden()


def test_an_answer_that_is_gone_is_not_copied(address: str) -> None:
    reply = httpx.get(f"{address}/view/example/answer/none.md")
    assert (reply.status_code, reply.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert reply.text == "This answer is no longer kept. Ask again."


def test_what_to_ask_next_stands_under_the_newest_answer_only(talked: Page, scripted: ScriptedAssistant) -> None:
    follow_up = talked.locator(".fn-follow-ups .fn-ask")
    expect(follow_up).to_have_count(1)
    expect(follow_up.locator(".katex")).to_have_count(1)
    follow_up.click()
    talked.locator(".fn-answer").nth(2).wait_for()
    assert scripted.asked[-1][0] == FOLLOW_UP
    expect(follow_up).to_have_count(0)
    talked.reload()
    expect(talked.locator(".fn-answer")).to_have_count(3)
    expect(follow_up).to_have_count(0)
