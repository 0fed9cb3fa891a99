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
    cell.locator(".fn-mark").last.click()
    expect(page.locator("#fn-panel h2")).to_have_text(GALEWIND)
    expect(page.locator("#fn-panel mark")).to_contain_text("61.5%")


def test_what_is_added_is_looked_for_and_nothing_else(opened: Opened, looked_in: list[str]) -> None:
    page = opened()
    compare(page, "galewind", "orca", on="memory")
    assert looked_in == ["Galewind", "Orca"]
    page.fill("#fn-compare-aspect", "licence")
    page.press("#fn-compare-aspect", "Enter")
    expect(page.locator("#fn-compare tbody tr")).to_have_count(2)
    expect(page.locator("#fn-compare-aspect")).to_be_focused()
    looked_in.clear()
    choose(page, "tides")
    expect(page.locator("#fn-compare thead .fn-title")).to_have_text(["Galewind", "Orca", TIDES])
    assert looked_in == [TIDES]
    looked_in.clear()
    page.get_by_role("button", name="Take out “Orca”").click()
    expect(page.locator("#fn-compare thead .fn-title")).to_have_text(["Galewind", TIDES])
    page.get_by_role("button", name="Take out “licence”").click()
    expect(page.locator("#fn-compare tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Take out “memory”").click()
    expect(page.locator(".fn-compare-told")).to_contain_text("This is the only row.")
    page.get_by_role("button", name=f"Take out “{TIDES}”").click()
    expect(page.locator(".fn-compare-told")).to_contain_text("A comparison needs two papers or more.")
    assert looked_in == []


def test_reload_and_back_show_tables_again_without_looking_anything_up(opened: Opened, looked_in: list[str]) -> None:
    page = opened()
    compare(page, "galewind", "orca", on="memory")
    page.fill("#fn-compare-aspect", "licence")
    page.press("#fn-compare-aspect", "Enter")
    expect(page.locator("#fn-compare tbody tr")).to_have_count(2)
    looked_in.clear()
    shown = page.locator("#fn-compare table").inner_html()
    page.reload()
    page.locator("#fn-compare table").wait_for()
    assert page.locator("#fn-compare table").inner_html() == shown
    page.locator("#fn-compare .fn-mark").first.click()
    page.locator("#fn-panel mark").wait_for()
    page.reload()
    page.locator("#fn-panel mark").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#fn-panel")).to_be_hidden()
    page.go_back()
    expect(page.locator("#fn-compare tbody tr")).to_have_count(1)
    page.go_back()
    expect(page.locator(".fn-compare-go")).to_be_visible()
    page.go_forward()
    expect(page.locator("#fn-compare tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.locator("#fn-compare tbody tr")).to_have_count(1)
    assert looked_in == []


def test_a_comparison_is_asked_for_and_goes_on_in_words(opened: Opened) -> None:
    page = opened()
    page.get_by_role("link", name="Compare", exact=True).click()
    box = page.get_by_label("Or ask for it")
    box.fill("How are whales counted?")
    box.press("Enter")
    expect(page.locator(".fn-compare-told .fn-notice")).to_contain_text("That does not ask for a comparison.")
    box.fill("Compare Galewind and Orca on memory.")
    box.press("Enter")
    expect(page.locator("#fn-compare thead .fn-title")).to_have_text(["Galewind", "Orca"])
    assert rows(page) == ["memory"]
    box.fill("and on the licence?")
    box.press("Enter")
    expect(page.locator("#fn-compare tbody tr")).to_have_count(2)


def test_rows_and_columns_are_sorted_and_say_so(opened: Opened) -> None:
    page = opened()
    compare(page, "tides", "orca", "galewind", on="years of publication, metres, bays")
    corner = page.get_by_role("columnheader", name="Aspect")
    corner.get_by_role("button").click()
    expect(corner).to_have_attribute("aria-sort", "ascending")
    assert rows(page) == ["bays", "metres", "years of publication"]
    corner.get_by_role("button").click()
    assert rows(page) == ["years of publication", "metres", "bays"]
    corner.get_by_role("button").click()
    expect(corner).to_have_attribute("aria-sort", "none")
    assert rows(page) == ["years of publication", "metres", "bays"]
    page.locator(".fn-order select").select_option("year")
    assert columns(page) == ["Orca", "Galewind", TIDES]
    page.locator(".fn-order select").select_option("author")
    assert columns(page) == [TIDES, "Galewind", "Orca"]
    bays = page.locator("#fn-compare th[data-aspect=bays]")
    bays.locator(".fn-sort").focus()
    page.keyboard.press("Enter")
    expect(bays).to_have_attribute("aria-sort", "ascending")
    assert columns(page)[0] == "Orca", "the only one that has it; those that are silent stand last"
    expect(page.locator(".fn-compare-told")).to_contain_text("Papers sorted by bays")
    assert page.locator("#fn-compare tbody tr").last.locator("td").first.inner_text().startswith("The survey covers")


def test_figures_are_sorted_as_numbers(opened: Opened) -> None:
    page = opened()
    compare(page, "rivers", "tides", "galewind", on="height")
    page.evaluate(
        """() => document.querySelectorAll("#fn-compare tbody td").forEach((cell, place) => {
            cell.className = ""; cell.dataset.figure = [100, 9, 20.5][place]; })"""
    )
    first = columns(page)
    page.locator("#fn-compare tbody .fn-sort").click()
    assert columns(page) == [first[1], first[2], first[0]]
    expect(page.locator(".fn-compare-told")).to_contain_text("smallest first")
    page.locator("#fn-compare tbody .fn-sort").click()
    assert columns(page) == [first[0], first[2], first[1]]


def test_a_table_is_taken_away_with_its_footnotes(opened: Opened, place: str) -> None:
    page = opened()
    compare(page, "galewind", "orca", on="memory")
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    assert coming.value.suggested_filename == "compare-galewind-orca.csv"
    written = Path(coming.value.path()).read_bytes()
    lines = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert lines[0] == ["", GALEWIND, ORCA]
    assert lines[1][0] == "memory"
    assert "[1]" in lines[1][1]
    assert lines[1][2] == "not stated"
    assert any(line[:1] == ["[1]"] and line[2] == GALEWIND for line in lines)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Markdown").click()
    assert coming.value.suggested_filename == "compare-galewind-orca.md"
    markdown = Path(coming.value.path()).read_text("utf-8")
    assert "[^1]" in markdown
    assert "Ada Lovell, Bo Chen, *Galewind" in markdown.split("[^1]: ")[1]
    assert httpx.get(f"{place}/view/mine/compare/nowhere/table.csv").status_code == 404


def test_ticked_papers_are_compared(opened: Opened) -> None:
    page = opened()
    for title in (ORCA, RIVERS):
        page.get_by_label(title).check()
    page.get_by_role("button", name="Compare these").click()
    expect(page.locator("#fn-compare [aria-label='Chosen papers'] li")).to_contain_text([ORCA, RIVERS])
    page.press("#fn-compare-paper", "Backspace")
    expect(page.locator("#fn-compare [aria-label='Chosen papers'] li")).to_have_count(1)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".fn-compare-told")).to_contain_text("A comparison needs two papers or more.")


def test_papers_and_aspects_are_chosen_with_the_keyboard(opened: Opened) -> None:
    page = opened()
    page.get_by_role("link", name="Compare", exact=True).click()
    box = page.get_by_role("combobox", name="Papers")
    box.fill("lovell")
    options = page.locator("#fn-compare [role=option]")
    expect(options).to_have_count(3)
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "fn-option-1")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    named = options.nth(1).locator(".fn-title").inner_text()
    box.press("Enter")
    expect(page.locator("#fn-compare [aria-label='Chosen papers'] li")).to_contain_text([named])
    expect(options).to_have_count(0)
    box.fill(named)
    options.first.wait_for()
    box.press("Enter")
    expect(page.locator(".fn-compare-told")).to_contain_text("is chosen already")
    box.fill("volcano")
    expect(page.locator("#fn-compare-paper-list")).to_have_text("No paper has these words.")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.get_by_role("button", name="results", exact=True).press("Enter")
    expect(page.locator("#fn-compare [aria-label='Chosen aspects'] li")).to_contain_text(["results"])
    page.get_by_role("button", name="Take out “results”").press("Enter")
    expect(page.locator("#fn-compare-aspect")).to_be_focused()
    expect(page.locator("#fn-compare [aria-label='Chosen aspects'] li")).to_have_count(0)


def test_a_comparison_is_stopped_and_says_what_it_does(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, names = threading.Event(), threading.Event(), []

    def waiting(plan: Any, *rest: Any) -> Evidence:
        names.extend(plan.names.values())
        begun.set()
        go_on.wait(30)
        return retrieve(plan, *rest)

    page = opened()
    page.get_by_role("link", name="Compare", exact=True).click()
    choose(page, "galewind", "orca")
    monkeypatch.setattr(comparisons, "retrieve", waiting)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#fn-compare .fn-step")).to_have_text("searching “Galewind”, paper 1 of 2")
    assert begun.wait(30)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".fn-compare-told")).to_contain_text("Stopped; nothing was changed.")
    page.wait_for_timeout(1_000)  # for the server to see that the page has gone
    go_on.set()
    page.wait_for_timeout(500)
    assert names == ["Galewind"], "the second paper is not searched"


def test_too_few_papers_are_told(browser: Browser, tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library")
    (tmp_path / "uploads").mkdir()
    with (
        Assistant(settings, owner="the tests") as few,
        served(Libraries(lambda: few), settings, tmp_path / "uploads") as at,
        opened_pages(browser, at) as opened,
    ):
        page = opened()
        page.get_by_role("link", name="Compare", exact=True).click()
        expect(page.locator("#fn-compare")).to_contain_text("Your library is empty")
        few.ingest(write_notes(tmp_path)[:1])
        page.get_by_role("link", name="Ask", exact=True).click()
        page.get_by_role("link", name="Compare", exact=True).click()
        expect(page.locator("#fn-compare")).to_contain_text("This library has one paper")


def test_a_narrow_window_scrolls_the_table_beside_its_first_column(opened: Opened) -> None:
    page = opened(width=420)
    compare(page, "galewind", "orca", "tides")
    region = page.get_by_role("region", name="Comparison")
    head = page.locator("#fn-compare tbody th").first
    before = head.bounding_box()
    region.evaluate("region => region.scrollLeft = 300")
    assert head.bounding_box() == before
    assert region.evaluate("region => region.scrollLeft") == 300
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


@pytest.mark.parametrize("width", [1440, 1024, 420])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_room_is_pictured(opened: Opened, width: int, scheme: str) -> None:
    page = opened(width, scheme)
    compare(page, "galewind", "orca", "tides", on="memory, training time, metres")
    page.screenshot(path=SCREENSHOTS / f"compare-{width}-{scheme}.png")
    assert page.locator("#fn-compare table").is_visible()


def test_hostile_aspects_stay_words(opened: Opened) -> None:
    page = opened()
    compare(page, "galewind", "orca", on="memory")
    for words in STRINGS[:6]:
        rows_before = page.locator("#fn-compare tbody tr").count()
        page.fill("#fn-compare-aspect", words[:120].replace(",", " ").replace(";", " "))
        page.press("#fn-compare-aspect", "Enter")
        expect(page.locator("#fn-compare tbody tr")).to_have_count(rows_before + 1)
    assert page.evaluate("window.owned") is None
    assert page.locator("#fn-compare :is(script, img, iframe, svg)").count() == 0
