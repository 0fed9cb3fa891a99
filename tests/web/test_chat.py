"""The conversation in a real browser, over an assistant that plays from a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.fakes.scripted_assistant import PAPERS, QUOTE_PDF, ScriptedAssistant
from tests.web.conftest import Opened, ask

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours


def test_a_suggested_question_is_asked_and_its_footnote_opens_the_page(open_page: Opened) -> None:
    page = open_page()
    page.locator(".fn-ask").first.click()
    expect(page.locator(".fn-question")).to_contain_text(PAPERS[1].title)
    page.locator(".fn-answer .fn-mark").first.click()
    panel = page.locator("#fn-panel")
    expect(panel.locator("h2")).to_have_text(PAPERS[0].title)
    expect(panel.locator(".fn-who")).to_have_text("Ada Brook, Lin Hale, Sam Orr · 2020")
    expect(panel.locator(".fn-where")).to_contain_text("p. 3 (printed 27)")
    expect(panel.locator("mark")).to_contain_text(QUOTE_PDF[:40])
    picture = panel.locator(".fn-page img")
    picture.wait_for()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1000
    box, frame = panel.locator(".fn-box").first.bounding_box(), picture.bounding_box()
    assert box and frame
    assert (box["x"] - frame["x"]) / frame["width"] == pytest.approx(0.12, abs=0.01)
    assert (box["y"] - frame["y"]) / frame["height"] == pytest.approx(0.40, abs=0.01)


def test_the_work_is_told_and_the_answer_replaces_the_draft(open_page: Opened) -> None:
    page = open_page()
    page.evaluate(
        """() => { window.told = new Set(); new MutationObserver(() => {
            const step = document.querySelector(".fn-step"); if (step) window.told.add(step.textContent);
            if (document.querySelector(".fn-draft")) window.told.add("draft");
        }).observe(document.body, {childList: true, subtree: true, characterData: true}); }"""
    )
    ask(page, "What does the lantern do?")
    assert {"reading 12 passages from 3 papers", "draft"} <= set(page.evaluate("[...window.told]"))
    assert page.locator(".fn-draft, .fn-step").count() == 0
    expect(page.locator(".fn-about")).to_have_text("2 of 4 papers looked at speak to this")
    expect(page.locator("#fn-engine")).to_contain_text("no language model is set")
    verdicts = page.locator(".fn-statement .fn-verdict").all_inner_texts()
    assert verdicts == ["❝ quoted", "❝ quoted", "↪ reports others’ work"]


def test_a_long_conversation_shows_the_last_question_with_its_answer(open_page: Opened) -> None:
    page = open_page()
    for number in range(4):
        ask(page, f"Question {number}?")
    page.wait_for_timeout(300)
    question = page.locator(".fn-question").last.bounding_box()
    assert question
    assert 58 <= question["y"] <= 640, "below the head, above the place to type"
    assert page.locator(".fn-answer").last.locator(".fn-mark").first.is_visible()


def test_maths_is_set_and_prices_stay(open_page: Opened) -> None:
    page = open_page()
    ask(page, "Is $O(n)$ worth $5, or Llama$2$?")
    assert page.locator(".fn-question .katex").count() == 1
    expect(page.locator(".fn-question")).to_contain_text("worth $5, or Llama$2$?")
    assert page.locator(".fn-statement .katex").count() == 1
    expect(page.locator(".fn-statement").nth(1)).to_contain_text("costs $5 a month and $2 for ink")
    assert page.locator("#fn-list .katex").count() == 1


def test_footnotes_work_with_the_keyboard(open_page: Opened) -> None:
    page = open_page()
    ask(page, "What does the lantern do?")
    page.locator("#fn-question textarea").focus()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.fn-note')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    panel = page.locator("#fn-panel")
    expect(panel.locator("h2")).to_have_text(PAPERS[1].title)
    expect(panel).to_contain_text("From an earlier version of notes.md.")
    page.keyboard.press("ArrowLeft")
    expect(panel.locator("h2")).to_have_text(PAPERS[0].title)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('.fn-note')")


@pytest.mark.parametrize("width", [420, 1440])
def test_back_closes_the_passage(open_page: Opened, width: int) -> None:
    page = open_page(width=width)
    ask(page, "What does the lantern do?")
    panel = page.locator("#fn-panel")
    page.locator(".fn-answer .fn-mark").first.click()
    expect(panel.locator("h2")).to_have_text(PAPERS[0].title)
    page.get_by_role("button", name="Next footnote").click()
    expect(panel.locator("h2")).to_have_text(PAPERS[1].title)
    page.go_back()
    expect(panel).to_be_hidden()
    expect(page.locator(".fn-question")).to_have_text("What does the lantern do?")
    page.go_forward()
    expect(panel.locator("h2")).to_have_text(PAPERS[1].title)
    page.get_by_role("button", name="Close the passage").click()
    expect(panel).to_be_hidden()
    page.wait_for_function("history.state === null || !history.state.passage")


def test_an_answer_that_abstains_says_what_was_looked_at(open_page: Opened) -> None:
    page = open_page()
    ask(page, "Is there nothing about volcanoes?")
    expect(page.locator(".fn-abstained")).to_contain_text("Nothing in this library speaks to the question.")
    expect(page.locator(".fn-abstained")).to_contain_text("4 papers looked at")
    expect(page.locator(".fn-nearest-head")).to_have_text("What comes nearest")
    page.locator(".fn-nearest a").click()
    expect(page.locator("#fn-panel h2")).to_have_text(PAPERS[0].title)


def test_an_answer_can_be_stopped(open_page: Opened, scripted: ScriptedAssistant) -> None:
    page = open_page()
    scripted.pause = 2.0
    try:
        page.fill("#fn-question textarea", "A long one")
        page.press("#fn-question textarea", "Enter")
        page.locator("#fn-question .stop-button").click()
        expect(page.locator(".fn-notice")).to_contain_text("Stopped before the answer was done.")
        expect(page.locator("#fn-question .submit-button")).to_be_visible()
    finally:
        scripted.pause = 0.05
    ask(page, "And now?")
    assert scripted.asked[-1][1] == (), "a stopped question is no turn"


def test_two_sessions_do_not_mix(open_page: Opened, scripted: ScriptedAssistant) -> None:
    first, second = open_page(), open_page()
    ask(first, "The first person's question")
    ask(second, "The second person's question")
    assert scripted.asked[-1][1] == ()
    ask(first, "And then?")
    assert [turn.question for turn in scripted.asked[-1][1]] == ["The first person's question"]
    assert scripted.asked[-1][1][0].paper_ids == (PAPERS[0].paper_id, PAPERS[1].paper_id)
    assert first.locator(".fn-question").all_inner_texts() == ["The first person's question", "And then?"]
    assert second.locator(".fn-question").all_inner_texts() == ["The second person's question"]


def test_a_new_conversation_forgets_the_old(open_page: Opened, scripted: ScriptedAssistant) -> None:
    page = open_page()
    ask(page, "What does the lantern do?")
    page.click("#fn-anew")
    page.locator(".fn-greeting").wait_for()
    ask(page, "What else?")
    assert scripted.asked[-1][1] == ()


def test_each_library_has_its_conversation(open_page: Opened, mine: ScriptedAssistant) -> None:
    page = open_page()
    mine.held.clear()
    ask(page, "What does the lantern do?")
    page.get_by_label("My library").check(force=True)
    expect(page.locator(".fn-greeting")).to_contain_text("Your library is empty.")
    expect(page.locator(".fn-count")).to_have_text("0 papers")
    page.get_by_label("Example library").check(force=True)
    expect(page.locator(".fn-question")).to_have_text("What does the lantern do?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_window_shows_everything(open_page: Opened, scheme: str) -> None:
    page = open_page(width=420, scheme=scheme)
    ask(page, "What does the lantern do?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    shelf = page.locator("#fn-shelf")
    expect(shelf).to_be_hidden()
    page.get_by_role("button", name="Papers", exact=True).click()
    expect(shelf).to_be_visible()
    page.keyboard.press("Escape")
    expect(shelf).to_be_hidden()
    page.locator(".fn-mark").first.click()
    panel = page.locator("#fn-panel")
    panel.evaluate("panel => Promise.all(panel.getAnimations().map(one => one.finished)).then(() => null)")
    frame = panel.bounding_box()
    assert frame
    assert (frame["x"], frame["width"]) == (0, 420)
    page.get_by_role("button", name="Close the passage").click()
    expect(page.locator("#fn-panel")).to_be_hidden()
