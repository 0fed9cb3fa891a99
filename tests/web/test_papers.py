"""The list of papers and adding files, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fakes.scripted_assistant import PAPERS, ScriptedAssistant
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
    expect(page.locator("#fn-limit")).to_contain_text("Asking 2 papers only.")
    ask(page, "What of these two?")
    assert scripted.asked[-1][2].paper_ids == {PAPERS[1].paper_id, PAPERS[3].paper_id}
    page.get_by_role("button", name="Ask all").click()
    ask(page, "And of all?")
    assert not scripted.asked[-1][2].paper_ids


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
