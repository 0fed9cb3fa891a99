"""A paper's own room in a real browser, over a real library: put right, tagged, summarised, removed and restored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.core import Assistant
from assistant.settings import Settings
from assistant.web.libraries import Libraries
from tests.assistant.notes import NOTES
from tests.web.conftest import Opened, ask, opened_pages, served
from tests.web.test_accessibility import serious

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"  # to be looked at; kept out of git
TITLE = NOTES["galewind"][0]


@pytest.fixture
def open_notes(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Open pages over a library of three notes."""
    notes = tmp_path / "notes"
    notes.mkdir()
    for name, (title, authors, _, _, text) in list(NOTES.items())[:3]:
        (notes / f"{name}.md").write_text(f"# {title}\n\n{', '.join(authors)}\n\n## Abstract\n\n{text}\n")
    settings = Settings(library=tmp_path / "library")
    libraries = Libraries(lambda: Assistant(settings, owner="the tests"))
    libraries.assistant("mine").ingest([notes])
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    with served(libraries, settings, uploads) as address, opened_pages(browser, address) as opened:
        yield opened
    libraries.close()


def paper_id(page: Page, title: str = TITLE) -> str:
    return page.get_by_label(title).get_attribute("value") or ""


def enter(page: Page, title: str = TITLE) -> None:
    """Go to a paper's room by its address, as a link would."""
    page.goto(f"{page.url.split('?')[0]}?room=paper&within={paper_id(page, title)}")
    page.locator(".fn-paper-room").wait_for()


def test_a_papers_metadata_is_put_right_and_the_edit_taken_back(open_notes: Opened) -> None:
    page = open_notes()
    enter(page)
    year = page.locator('[data-field="year"]')
    year.get_by_role("button", name="Edit Year").click()
    page.get_by_label("Year", exact=True).fill("soon")
    page.keyboard.press("Enter")
    expect(page.locator("#fn-paper .fn-notice")).to_contain_text("soon is no year.")
    page.get_by_label("Year", exact=True).fill("1999")
    page.keyboard.press("Enter")
    expect(year).to_contain_text("1999 edited by you")
    expect(year.get_by_role("button", name="Edit Year")).to_be_focused()
    authors = page.locator('[data-field="authors"]')
    authors.get_by_role("button", name="Edit Authors").click()
    page.get_by_label("Authors", exact=True).fill("Gale Wind; Bo Chen")
    page.get_by_role("button", name="Save").click()
    expect(authors).to_contain_text("Gale Wind; Bo Chen edited by you")
    page.reload()
    page.locator(".fn-paper-room").wait_for()
    expect(page.locator(".fn-paper-room > .fn-soft")).to_have_text("Wind & Chen, 1999")
    year.get_by_role("button", name="Take back your Year").click()
    expect(year).not_to_contain_text("edited by you")


def test_a_paper_is_tagged(open_notes: Opened) -> None:
    page = open_notes()
    enter(page)
    page.get_by_label("A new tag").fill("to read")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-tag-list li")).to_have_text(["to read×"])
    expect(page.get_by_label("A new tag")).to_be_focused()
    page.get_by_role("button", name="Take off the tag to read").click()
    expect(page.locator(".fn-tag-list li")).to_have_count(0)


def test_a_summary_is_made_kept_and_its_footnotes_open_the_passage(open_notes: Opened) -> None:
    page = open_notes()
    enter(page)
    page.get_by_role("button", name="Summarise this paper").click()
    page.locator(".fn-summary .fn-mark").first.click()
    expect(page.locator("#fn-panel mark")).to_be_visible()
    shown = page.locator(".fn-summary").inner_text()
    expect(page.get_by_role("button", name="Summarise it anew")).to_be_enabled()
    page.reload()
    expect(page.locator(".fn-summary")).to_have_text(shown, use_inner_text=True)
    expect(page.get_by_role("button", name="Summarise it anew")).to_be_visible()


def test_what_cites_a_paper_and_what_is_like_it_is_one_click_away(open_notes: Opened) -> None:
    page = open_notes()
    ask(page, "How many hidden layers does Galewind have?")
    enter(page)
    cited = page.locator(".fn-cited > li")
    expect(cited).to_contain_text("How many hidden layers does Galewind have?")
    for width, scheme in ((1440, "light"), (1024, "dark"), (420, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(300)
        page.screenshot(path=SCREENSHOTS / f"paper-{width}-{scheme}.png")
    page.set_viewport_size({"width": 1440, "height": 900})
    cited.locator("a.fn-note").first.click()
    expect(page.locator("#fn-panel h2")).to_have_text(TITLE)
    cited.locator("a").first.click()
    expect(page.locator("#fn-messages .fn-question")).to_have_text("How many hidden layers does Galewind have?")
    page.go_back()
    like = page.locator(".fn-like a").first
    title = like.inner_text()
    like.click()
    expect(page.locator(".fn-paper-room h2")).to_have_text(title)
    page.go_back()
    expect(page.locator(".fn-paper-room h2")).to_have_text(TITLE)


def test_a_removed_paper_comes_back_with_one_click(open_notes: Opened) -> None:
    page = open_notes()
    enter(page)
    page.get_by_role("button", name="Remove this paper").click()
    expect(page.locator("#fn-paper")).to_contain_text("It stays in the bin for 30 days.")
    expect(page.locator(".fn-count")).to_have_text("2 papers")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".fn-paper-room h2")).to_have_text(TITLE)
    expect(page.locator(".fn-count")).to_have_text("3 papers")


def test_a_paper_that_was_chosen_is_not_asked_any_more_once_it_is_removed(open_notes: Opened) -> None:
    page = open_notes()
    page.get_by_label(TITLE).check()
    expect(page.locator("#fn-limit")).to_contain_text("Asking 1 paper only: ")
    page.locator(".fn-paper", has_text=TITLE).hover()
    page.locator(".fn-papers li", has_text=TITLE).locator(".fn-to-paper").click()
    page.get_by_role("button", name="Remove this paper").click()
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator("#fn-limit")).to_be_hidden()


def test_a_room_that_is_left_before_a_change_is_done_is_left_alone(open_notes: Opened) -> None:
    page = open_notes()
    enter(page)
    held = []
    page.route("**/catalogue/remove", lambda route: held.append(route))
    page.get_by_role("button", name="Remove this paper").click()
    page.get_by_role("link", name="Ask", exact=True).click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response("**/view/mine/papers?**"):
        held[0].continue_()
    expect(page.get_by_label(TITLE)).to_have_count(0)
    assert not [address for address in asked if "/paper/" in address]


def test_a_papers_files_open(open_notes: Opened) -> None:
    page = open_notes()
    enter(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download galewind.md").click()
    assert TITLE in started.value.path().read_text()


def test_a_summary_that_comes_late_stays_out_of_another_papers_room(open_notes: Opened) -> None:
    page = open_notes()
    held = []
    page.route("**/summary", lambda route: held.append(route))
    enter(page)
    page.get_by_role("button", name="Summarise this paper").click()
    page.locator(".fn-like a").first.click()
    expect(page.locator(".fn-paper-room h2")).not_to_have_text(TITLE)
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/summary")):
        held[0].continue_()
    page.evaluate("() => new Promise((done) => setTimeout(done, 200))")
    assert page.locator(".fn-summary").inner_html() == ""


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (420, "light")])
def test_a_papers_room_is_accessible(open_notes: Opened, width: int, scheme: str) -> None:
    page = open_notes(width, scheme)
    enter(page)
    page.get_by_label("A new tag").fill("to read")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Summarise this paper").click()
    page.get_by_role("button", name="Summarise it anew").wait_for()
    page.get_by_role("button", name="Edit Authors").click()
    assert serious(page) == []
    page.get_by_role("button", name="Remove this paper").click()
    page.get_by_role("button", name="Undo").wait_for()
    assert serious(page) == []
