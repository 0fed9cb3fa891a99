"""The passage panel over the real Assistant: pages turned and zoomed, the text around, the file itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.settings import Settings
from assistant.web.libraries import MINE, Libraries
from assistant.web.server import open_libraries
from tests.web.conftest import Opened, ask, opened_pages, served
from tests.web.paper_pdf import write_pdf
from tests.web.test_whole_path import PAGES

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

LAST = ((13, "3 Outlook"), (11, "A second kite is being built on the same pier, with blades of ash wood."))
FILLING = "The keepers wrote the log of each day by hand, and read it to each other in the evening. "
NOTE = (
    "# Lamps of the Outer Skerries\n\nIda Strand\n\n"
    + "".join(f"Begin {number}. {FILLING * 3}\n\n" for number in range(20))
    + "The lamp of Gannet Skerry burned 41 litres of colza oil a week.\n\n"
    + "".join(f"Later {number}. {FILLING * 3}\n\n" for number in range(20))
)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Libraries]]:
    """The application over a PDF of three pages and a long note, whose name is no name of a PDF."""
    files = tmp_path_factory.mktemp("files")
    write_pdf(files / "tidal kites.pdf", (*PAGES, LAST))
    (files / "läsning & <b>.md").write_text(NOTE, encoding="utf-8")
    settings = Settings(library=tmp_path_factory.mktemp("library"))
    libraries = open_libraries(settings)
    libraries.assistant(MINE).ingest([files])
    with served(libraries, settings, tmp_path_factory.mktemp("uploads")) as address:
        yield address, libraries
    libraries.close()


@pytest.fixture
def open_real(browser: Browser, real: tuple[str, Libraries]) -> Iterator[Opened]:
    with opened_pages(browser, real[0]) as opened:
        yield opened


def opened_at(page: Page, question: str, words: str) -> Locator:
    """Ask, and open the footnote of the statement with these words."""
    ask(page, question)
    page.locator(".fn-statement", has_text=words).locator(".fn-mark").first.click()
    panel = page.locator("#fn-panel")
    panel.locator("mark").wait_for()
    return panel


def on_the_page(panel: Locator) -> tuple[float, ...]:
    """Where the quote's first box stands on its page, in hundredths of the page."""
    panel.locator("img").evaluate("picture => picture.decode()")
    return tuple(
        panel.evaluate(
            """panel => {
                const [box, page] = [".fn-box:not([hidden])", "img"]
                    .map((one) => panel.querySelector(one).getBoundingClientRect());
                return [box.left - page.left, box.top - page.top, box.width, box.height]
                    .map((length, number) => Math.round(100 * length / (number % 2 ? page.height : page.width)));
            }"""
        )
    )


def test_the_pages_of_the_whole_document_are_turned(open_real: Opened) -> None:
    panel = opened_at(open_real(), "How much power did the tidal kite generator produce?", "4.7 kilowatts")
    number, picture = panel.locator(".fn-page-number"), panel.locator("img")
    expect(number).to_have_text("Page 2 of 3")
    assert panel.locator(".fn-box:visible").count() >= 1
    panel.get_by_role("button", name="Next page").click()
    expect(number).to_have_text("Page 3 of 3")
    assert (picture.get_attribute("src") or "").endswith("/3.png?width=1000")
    expect(picture).to_have_attribute("alt", "Page 3 of tidal kites.pdf")
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1000
    expect(panel.locator(".fn-box:visible")).to_have_count(0)
    expect(panel.get_by_role("button", name="Next page")).to_be_disabled()
    panel.page.keyboard.press("Shift+ArrowLeft")
    panel.page.keyboard.press("Shift+ArrowLeft")
    expect(number).to_have_text("Page 1 of 3")
    expect(panel.get_by_role("button", name="Previous page")).to_be_disabled()
    panel.get_by_role("button", name="Next page").click()
    assert panel.locator(".fn-box:visible").count() >= 1, "the quote is marked again on its page"


@pytest.mark.parametrize("width", [1440, 420])
def test_the_highlight_is_in_view_when_a_footnote_opens(open_real: Opened, width: int) -> None:
    panel = opened_at(open_real(width=width), "How much power did the tidal kite generator produce?", "4.7 kilowatts")
    panel.locator("img").evaluate("picture => picture.decode()")
    expect(panel.locator(".fn-box:visible").first).to_be_in_viewport()
    back = panel.get_by_role("button", name="Back to the quote")
    expect(back).to_be_hidden()
    panel.get_by_role("button", name="Next page").click()
    back.click()
    expect(panel.locator(".fn-page-number")).to_have_text("Page 2 of 3")
    expect(panel.locator(".fn-box:visible").first).to_be_in_viewport()
    expect(panel.get_by_role("link", name="Open the file")).to_have_attribute("href", re.compile("#page=2$"))


def test_the_highlight_stays_in_place_at_every_zoom(open_real: Opened) -> None:
    panel = opened_at(open_real(), "How much power did the tidal kite generator produce?", "4.7 kilowatts")
    keyboard, told, fit = panel.page.keyboard, panel.locator(".fn-zoom"), on_the_page(panel)
    width = panel.locator("img").bounding_box()["width"]  # type: ignore[index]
    for key, zoom in [("+", 125), ("+", 150), ("+", 200), ("+", 300), ("0", 100), ("-", 75), ("-", 50), ("-", 50)]:
        keyboard.press(key)
        expect(told).to_have_text(f"{zoom} %")
        assert on_the_page(panel) == pytest.approx(fit, abs=1), zoom
        assert panel.locator("img").bounding_box()["width"] == pytest.approx(width * zoom / 100, rel=0.02)  # type: ignore[index]
        expect(panel.locator(".fn-box:visible").first).to_be_in_viewport()
    panel.get_by_role("button", name="Fit").click()
    panel.get_by_role("button", name="Zoom in").click()
    expect(told).to_have_text("125 %")
    assert panel.locator("img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 2000
    assert panel.page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_more_of_a_note_is_shown_above_and_below_to_its_ends(open_real: Opened) -> None:
    panel = opened_at(open_real(), "How much oil did the lamp of Gannet Skerry burn?", "41 litres")
    context = panel.locator(".fn-context")
    assert "Begin 0." not in context.inner_text() and "Later 19." not in context.inner_text()
    for side, end in (("above", "Begin 0."), ("below", "Later 19.")):
        more = panel.get_by_role("button", name=f"Show more {side}")
        for _ in range(9):
            if not more.count():
                break
            more.evaluate(
                """button => new Promise((done) => {
                    const context = document.querySelector(".fn-context");
                    new MutationObserver(done).observe(context, {childList: true});
                    button.click();
                }).then(() => null)"""
            )
        assert end in context.inner_text()
        expect(more).to_have_count(0)
    shown = context.inner_text()
    assert shown.count("read it to each other") == 120, "nothing is missing, nothing shown twice"
    places = [shown.index(f"Begin {number}.") for number in range(20)]
    places += [shown.index("41 litres")] + [shown.index(f"Later {number}.") for number in range(20)]
    assert places == sorted(places)


def test_a_pdf_is_opened_and_anything_else_is_text_to_be_saved(open_real: Opened, real: tuple[str, Libraries]) -> None:
    for question, words, opens, kind, shown in (
        (
            "How much oil did the lamp of Gannet Skerry burn?",
            "41 litres",
            "Download",
            "text/plain; charset=utf-8",
            "attachment",
        ),
        ("How much power did the tidal kite generator produce?", "4.7 kilowatts", "Open", "application/pdf", "inline"),
    ):
        link = opened_at(open_real(), question, words).get_by_role("link", name=f"{opens} the file")
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        reply = httpx.get(real[0] + (link.get_attribute("href") or ""))
        assert reply.headers["content-type"] == kind
        assert reply.headers["content-disposition"].startswith(f"{shown}; filename")
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in reply.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert reply.content[:5] in (b"%PDF-", b"# Lam")


@pytest.mark.parametrize(
    "place", ["..%2f..%2flibrary.sqlite", "%2fetc%2fpasswd", "0" * 16, "library.sqlite", "x" * 200]
)
@pytest.mark.parametrize("what", ["file", "text"])
def test_nothing_is_served_by_a_path(real: tuple[str, Libraries], what: str, place: str) -> None:
    query = "?place=0" if what == "text" else ""
    assert httpx.get(f"{real[0]}/view/mine/{what}/{place}{query}").status_code in (404, 422)
