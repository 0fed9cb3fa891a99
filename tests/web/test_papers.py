"""The list of papers and adding files, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fakes.scripted_assistant import PAPERS, ScriptedAssistant, paper
from tests.web.conftest import Opened, ask

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours


def test_the_list_is_searched_by_title_author_year_and_venue(open_page: Opened) -> None:
    page = open_page()
    for query, count in (("ledger", 1), ("vale 2022", 1), ("invented results", 4), ("1999", 1), ("volcano", 0)):
        page.fill("#fn-search", query)
        expect(page.locator(".fn-count")).to_have_text(f"{count} of 4 papers")
        expect(page.locator(".fn-paper")).to_have_count(count)


def test_a_question_is_limited_to_the_chosen_papers(open_page: Opened, scripted: ScriptedAssistant) -> None:
    page = open_page()
    page.get_by_label(PAPERS[3].title).check()
    page.fill("#fn-search", "ledger")
    page.get_by_label(PAPERS[1].title).check()
    expect(page.locator("#fn-limit")).to_contain_text("Asking 2 papers only: ")
    ask(page, "What of these two?")
    assert scripted.asked[-1][2].paper_ids == {PAPERS[1].paper_id, PAPERS[3].paper_id}
    page.get_by_role("button", name="Ask all").click()
    ask(page, "And of all?")
    assert not scripted.asked[-1][2].paper_ids


def test_papers_are_filtered_by_author_years_venue_and_tag_together_with_the_search(
    open_page: Opened, mine: ScriptedAssistant
) -> None:
    mine.held[:] = [*PAPERS[:3], replace(PAPERS[3], tags=("weather & <b>sea</b>",))]
    page = open_page()
    page.get_by_label("My library").check(force=True)
    count, titles, told = (
        page.locator("#fn-list .fn-count"),
        page.locator(".fn-paper .fn-title"),
        page.locator("#fn-filtered"),
    )
    page.get_by_text("Filter", exact=True).click()
    expect(page.locator("#fn-authors option")).to_have_count(7)
    expect(page.locator("#fn-tags option")).to_have_attribute("value", "weather & <b>sea</b>")
    for label, value, shown in (
        ("From the year", "2018", "3 of 4 papers"),
        ("To the year", "2020", "2 of 4 papers"),
        ("Venue", "invented", "2 of 4 papers"),
        ("Author", "REED", "1 of 4 papers"),
    ):
        page.get_by_label(label, exact=True).fill(value)
        expect(count).to_have_text(shown)
    expect(titles).to_have_text([PAPERS[1].title])
    expect(told.locator("span")).to_have_text(["Author: REED", "Venue: invented", "From: 2018", "To: 2020"])
    page.fill("#fn-search", "lantern")
    expect(count).to_have_text("0 of 4 papers")
    page.get_by_text("Filter", exact=True).click()
    expect(told).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(count).to_have_text("1 of 4 papers")
    expect(told).to_be_hidden()
    page.fill("#fn-search", "")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Tag", exact=True).fill("weather & <b>sea</b>")
    expect(titles).to_have_text([PAPERS[3].title])
    page.get_by_label("Example library").check(force=True)
    expect(told).to_be_hidden()
    expect(page.locator(".fn-paper")).to_have_count(4)
    mine.held.clear()


def test_all_that_is_shown_is_chosen_at_once(open_page: Opened, scripted: ScriptedAssistant) -> None:
    page = open_page()
    page.fill("#fn-search", "lin hale")
    expect(page.locator("#fn-list .fn-count")).to_have_text("1 of 4 papers")
    page.fill("#fn-search", "20")
    expect(page.locator("#fn-list .fn-count")).to_have_text("3 of 4 papers")
    page.get_by_role("button", name="Choose all shown").click()
    expect(page.locator("#fn-limit")).to_contain_text("Asking 3 papers only: ")
    ask(page, "What of these?")
    assert scripted.asked[-1][2].paper_ids == {one.paper_id for one in PAPERS[:3]}


def test_a_long_list_is_shown_piece_by_piece(open_page: Opened, mine: ScriptedAssistant) -> None:
    mine.held[:] = [paper(number, f"Paper {number:03}") for number in range(450)]
    page = open_page()
    page.get_by_label("My library").check(force=True)
    shown = page.locator(".fn-paper")
    expect(shown).to_have_count(200)
    page.get_by_role("button", name="Show 200 more of 450").click()
    expect(shown).to_have_count(400)
    expect(shown.nth(200).locator("input")).to_be_focused()
    page.get_by_role("button", name="Show 50 more of 450").click()
    expect(shown).to_have_count(450)
    expect(page.get_by_role("button", name="more of 450")).to_have_count(0)
    mine.held.clear()


def test_files_are_added_with_progress_and_a_report(open_page: Opened, mine: ScriptedAssistant, tmp_path: Path) -> None:
    mine.held.clear()
    names = ("New Findings & Co.md", "a scan.pdf", "again.txt")
    for name in names:
        (tmp_path / name).write_text(f"the words of {name}")
    page = open_page()
    page.get_by_label("My library").check(force=True)
    page.evaluate(
        """() => { window.steps = new Set(); new MutationObserver(() => {
            const progress = document.querySelector(".fn-progress p");
            if (progress) window.steps.add(progress.textContent.slice(0, 6));
        }).observe(document.body, {childList: true, subtree: true, characterData: true}); }"""
    )
    page.locator("#fn-shelf input[type=file]").set_input_files([tmp_path / name for name in names])
    expect(page.locator(".fn-report-head")).to_have_text("1 added, 1 skipped, 1 failed")
    report = page.locator(".fn-report")
    expect(report.locator(".fn-added")).to_contain_text("New Findings & Co")
    expect(report.locator(".fn-added")).to_contain_text("1 of 9 pages has no text")
    expect(report.locator(".fn-skipped")).to_contain_text("already in the library")
    expect(report.locator(".fn-failed")).to_contain_text("No text on 28 of 28 pages; it looks scanned.")
    assert {"1 of 3", "2 of 3"} <= set(page.evaluate("[...window.steps]"))
    expect(page.locator(".fn-count")).to_have_text("1 paper")
    page.get_by_text("Clear this report").click()
    expect(report).to_have_count(0)


def test_adding_can_be_stopped(open_page: Opened, mine: ScriptedAssistant, tmp_path: Path) -> None:
    mine.held.clear()
    files = [tmp_path / f"paper {number}.md" for number in range(8)]
    for file in files:
        file.write_text(file.name)
    page = open_page()
    mine.pause = 0.4
    try:
        page.locator("#fn-shelf input[type=file]").set_input_files(files)
        page.get_by_role("button", name="Stop adding").click()
        expect(page.locator(".fn-report-head")).to_contain_text("stopped")
    finally:
        mine.pause = 0.05
    assert len(mine.held) < 8
    expect(page.get_by_label("My library")).to_be_checked()  # where the files went


def test_a_file_over_the_limit_is_refused(open_page: Opened, mine: ScriptedAssistant, tmp_path: Path) -> None:
    mine.held.clear()
    large = tmp_path / "large.md"
    large.write_bytes(b"x" * 1_200_000)
    page = open_page()
    page.locator("#fn-shelf input[type=file]").set_input_files(large)
    page.wait_for_timeout(1_000)
    assert not mine.held
