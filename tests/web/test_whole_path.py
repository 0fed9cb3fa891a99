"""The product as it is, in a real browser: the real Assistant, a PDF from upload to the marked page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant.settings import Settings
from assistant.web.libraries import MINE, Libraries
from assistant.web.server import open_libraries
from tests.web.conftest import Opened, ask, opened_pages, served
from tests.web.paper_pdf import write_pdf

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"  # to be looked at; kept out of git
FACT = "The tidal kite generator produced 4.7 kilowatts at a current of 1.9 metres per second."
PAGES = (
    (
        (20, "Tidal Kites for Small Islands"),
        (11, "Maren Holt and Piet Verhoeven"),
        (11, ""),
        (13, "Abstract"),
        (11, "We study kites that fly under water and draw power from slow tides."),
        (11, "Small islands pay much for diesel, and their currents are too slow for turbines."),
        (11, ""),
        (13, "1 Introduction"),
        (11, "A kite moves faster than the water around it, so that its rotor can be small."),
        (11, "Earlier designs needed currents of more than three metres per second."),
    ),
    (
        (13, "2 Results"),
        (11, "We moored one kite for ninety days off the western pier and logged its output."),
        (11, FACT),
        (11, "Barnacles lowered the output by a tenth in the third month."),
    ),
)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Libraries]]:
    """The application over the real Assistant: its address, and its libraries."""
    settings = Settings(library=tmp_path_factory.mktemp("library"))
    libraries = open_libraries(settings)
    with served(libraries, settings, tmp_path_factory.mktemp("uploads")) as address:
        yield address, libraries
    libraries.close()


@pytest.fixture
def open_real(browser: Browser, real: tuple[str, Libraries]) -> Iterator[Opened]:
    """Open pages over the real Assistant, with nothing in the person's own library."""
    address, libraries = real
    mine = libraries.assistant(MINE)
    if held := mine.papers():
        mine.remove([paper.paper_id for paper in held])
    with opened_pages(browser, address) as opened:
        yield opened


def test_from_an_upload_to_the_marked_page(open_real: Opened, tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "tidal kites.pdf", PAGES)
    page = open_real()
    expect(page.get_by_label("Example library")).to_be_checked()
    page.get_by_label("My library").check(force=True)
    expect(page.locator(".fn-greeting")).to_contain_text("Your library is empty.")
    page.locator("#fn-shelf input[type=file]").set_input_files([pdf])
    expect(page.locator(".fn-report-head")).to_have_text("1 added")
    expect(page.locator(".fn-report")).to_contain_text("tidal kites.pdf, 2 pages: added")
    expect(page.locator(".fn-paper .fn-title")).to_have_text("Tidal Kites for Small Islands")

    ask(page, "How much power did the tidal kite generator produce?")
    statement = page.locator(".fn-statement", has_text="4.7 kilowatts")
    expect(statement).to_contain_text("quoted")
    statement.locator(".fn-mark").click()
    panel = page.locator("#fn-panel")
    expect(panel.locator("h2")).to_have_text("Tidal Kites for Small Islands")
    expect(panel.locator(".fn-where")).to_contain_text("tidal kites.pdf")
    expect(panel.locator(".fn-where")).to_contain_text("p. 2")
    assert "4.7 kilowatts" in panel.locator("mark").inner_text()
    picture = panel.locator(".fn-page img")
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1000
    boxes = panel.locator(".fn-box")
    assert boxes.count() >= 1
    top = float(re.search(r"top: ?([\d.]+)%", boxes.first.get_attribute("style") or "")[1])  # type: ignore[index]
    assert 9 < top < 16, "the third line of a page that begins 62 points below its edge"
    page.screenshot(path=SCREENSHOTS / "whole-path.png")


def test_a_changed_file_takes_the_place_of_the_earlier_one_of_its_name(
    open_real: Opened, real: tuple[str, Libraries], tmp_path: Path
) -> None:
    page = open_real()
    for power, told in (("4.7", "1 added"), ("5.2", "1 updated")):
        note = tmp_path / "kites.md"
        note.write_text(f"# Tidal Kites for Small Islands\n\nMaren Holt\n\nThe kite produced {power} kilowatts.\n")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Add papers").click()
        chooser.value.set_files(note)
        expect(page.locator(".fn-report-head")).to_have_text(told)
    expect(page.locator(".fn-report")).to_contain_text("updated, in place of the earlier file of this name")
    expect(page.locator(".fn-paper")).to_have_count(1)
    ask(page, "How many kilowatts did the kite produce?")
    expect(page.locator(".fn-answer")).to_contain_text("5.2 kilowatts")
    expect(page.locator(".fn-answer")).not_to_contain_text("4.7 kilowatts")
    uploads = real[1].assistant(MINE).library.folder / "uploads"
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_the_example_library_is_ready_to_be_asked(open_real: Opened) -> None:
    page = open_real(width=1024)
    expect(page.locator(".fn-greeting")).to_contain_text("in the example library")
    page.locator(".fn-ask").first.click()
    page.locator(".fn-answer .fn-mark").first.click()
    expect(page.locator("#fn-panel mark")).to_be_visible()
