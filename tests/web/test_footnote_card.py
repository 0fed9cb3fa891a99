"""The card at a footnote, in a real browser: for a pointer that rests there and for the keyboard, never for touch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.fakes.scripted_assistant import PAPERS, QUOTE_NOTE, QUOTE_PDF
from tests.web.conftest import Opened, ask

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours


def test_a_pointer_that_rests_on_a_footnote_is_shown_its_quote_paper_page_and_verdict(open_page: Opened) -> None:
    page = open_page()
    ask(page, "What does the lantern do?")
    card, marks = page.locator("#fn-card"), page.locator(".fn-answer .fn-mark")
    assert marks.first.get_attribute("title") is None, "no second card of the browser's own"
    marks.first.hover()
    expect(card.locator("mark")).to_contain_text(QUOTE_PDF[:40])
    expect(card).to_contain_text("With the third, ")
    expect(card.locator(".fn-card-source")).to_have_text(f"Brook et al., 2020, {PAPERS[0].title}, p. 3 (printed 27)")
    expect(card.locator(".fn-card-verdict")).to_have_text("❝ quoted These are the paper's own words.")
    assert marks.first.get_attribute("aria-describedby") == "fn-card"
    frame, mark = card.bounding_box(), marks.first.bounding_box()
    assert frame and mark
    assert frame["y"] >= mark["y"] + mark["height"] or frame["y"] + frame["height"] <= mark["y"], "it hides no mark"
    card.hover()
    page.wait_for_timeout(300)
    expect(card).to_be_visible()
    marks.nth(1).hover()
    expect(card.locator("mark")).to_contain_text(QUOTE_NOTE[:40])
    expect(card.locator(".fn-card-verdict")).to_have_count(2)
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()
    assert page.locator("[aria-describedby=fn-card]").count() == 0


def test_a_pointer_that_passes_by_is_shown_nothing(open_page: Opened) -> None:
    page = open_page()
    ask(page, "What does the lantern do?")
    page.evaluate(
        """() => { window.shown = 0; new MutationObserver(() => window.shown++)
            .observe(document.querySelector("#fn-card"), {attributes: true, attributeFilter: ["hidden"]}); }"""
    )
    page.evaluate(
        """() => { const over = (node) => node.dispatchEvent(
            new PointerEvent("pointerover", {bubbles: true, pointerType: "mouse"}));
            over(document.querySelector(".fn-answer .fn-mark")); over(document.body); }"""
    )
    page.wait_for_timeout(600)
    assert page.locator("#fn-card mark").count() == 0


def test_tab_shows_the_card_and_escape_closes_it_alone(open_page: Opened) -> None:
    page = open_page()
    ask(page, "What does the lantern do?")
    page.locator(".fn-answer .fn-mark").nth(1).click()
    panel, card = page.locator("#fn-panel"), page.locator("#fn-card")
    expect(panel.locator("mark")).to_be_visible()
    page.locator(".fn-answer .fn-mark").nth(1).focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.matches('.fn-mark')")
    expect(card.locator("mark")).to_contain_text(QUOTE_PDF[:40])
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(panel).to_be_visible()
    page.keyboard.press("Enter")
    expect(panel.locator("h2")).to_have_text(PAPERS[0].title)
    expect(card).to_be_hidden()


def test_a_touch_opens_the_passage_without_a_card(browser: Browser, address: str) -> None:
    with browser.new_context(has_touch=True, viewport={"width": 420, "height": 900}) as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(".fn-greeting")
        ask(page, "What does the lantern do?")
        page.locator(".fn-answer .fn-mark").first.tap()
        expect(page.locator("#fn-panel mark")).to_be_visible()
        page.wait_for_timeout(400)
        expect(page.locator("#fn-card")).to_be_hidden()
