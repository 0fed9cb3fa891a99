"""The Library room in a real browser, over a real library: found, sorted, tagged, removed, added to, looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.core import Assistant
from assistant.settings import Settings
from assistant.types import IngestProgress, IngestReport
from assistant.web.libraries import Libraries
from tests.assistant.notes import NOTES
from tests.assistant.reading.pdf_files import column, write_pdf
from tests.web.conftest import Opened, opened_pages, served
from tests.web.hostile import STRINGS
from tests.web.test_accessibility import serious

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"  # to be looked at; kept out of git
SAME = (
    "The tide gauge at the western pier was read every six minutes for nine years, and what it told of storms, of "
    "moored boats and of the slow rise of the harbour's bed is set down here for those who build the next one, with "
    "all of its faults and the ways in which we found them. It was cheap, and it never once stopped in the cold."
)
PROSE = ["The lantern settles after nine sweeps of the harbour,", "and it needs no lamp for that."] * 8


class HeldAssistant(Assistant):
    """Reads a file only when it may."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, owner="the tests")
        self.may_read = threading.Event()
        self.may_read.set()

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        progress: Callable[[IngestProgress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        if progress:
            progress(IngestProgress(0, len(paths), str(paths[0]), "reading", 0.0))
        self.may_read.wait(30)
        return super().ingest(paths, progress=progress, stop=stop)


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[HeldAssistant]:
    """An Assistant over the notes, each a file."""
    notes = tmp_path / "notes"
    notes.mkdir()
    for name, (title, authors, year, venue, text) in NOTES.items():
        head = f"# {title}\n\n{', '.join(authors)}\n\n{venue}, {year}\n"
        (notes / f"{name}.md").write_text(f"{head}\n## Abstract\n\n{text}\n")
    with HeldAssistant(Settings(library=tmp_path / "library", max_upload_mb=1)) as assistant:
        assistant.ingest([notes])
        yield assistant


@pytest.fixture
def open_library(browser: Browser, assistant: HeldAssistant, tmp_path: Path) -> Iterator[Opened]:
    """Open pages over the library of notes."""
    libraries = Libraries(lambda: assistant)
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    with served(libraries, assistant.settings, uploads) as address, opened_pages(browser, address) as opened:
        yield opened


def enter(page: Page, view: str = "papers") -> Page:
    page.goto(f"{page.url.split('?')[0]}?room=library&within={view}")
    page.locator("#fn-view > *").first.wait_for()
    return page


def titles(page: Page) -> Locator:
    return page.locator(".fn-catalogue tbody th")


def choose(page: Page, *words: str) -> None:
    for word in words:
        page.locator(".fn-catalogue tbody tr", has_text=word).get_by_role("checkbox").check()


def act(page: Page, name: str) -> None:
    page.locator("#fn-doing").get_by_role("button", name=name, exact=True).click()


def test_papers_are_searched_sorted_and_filtered(open_library: Opened, assistant: HeldAssistant) -> None:
    assistant.tag(["orca.md", "rivers.md"], add=["at sea"])
    page = enter(open_library())
    count = page.locator(".fn-count-found")
    expect(count).to_have_text(f"{len(NOTES)} papers")
    expect(page.locator('[aria-sort="ascending"]')).to_have_text("Title")
    for _ in range(2):
        page.get_by_role("button", name="Year", exact=True).click()
    expect(page.locator('[aria-sort="descending"]')).to_have_text("Year")
    expect(page.get_by_role("button", name="Year", exact=True)).to_be_focused()
    years = [text for text in page.locator("td.fn-year").all_inner_texts() if text]
    assert years == sorted(years, reverse=True) and len(set(years)) > 1
    page.get_by_label("Search the library").fill("marsh whales")
    expect(count).to_have_text(f"1 of {len(NOTES)} papers")
    expect(titles(page)).to_have_text([NOTES["orca"][0]])
    page.get_by_label("Search the library").fill("volcano")
    expect(page.locator(".fn-none")).to_contain_text("No paper matches")
    page.get_by_label("Search the library").fill("")
    expect(titles(page)).to_have_count(len(NOTES))
    page.locator("#fn-by-tag").select_option("at sea (2)")
    expect(count).to_have_text(f"2 of {len(NOTES)} papers")
    page.locator("#fn-by-tag").select_option("without a tag")
    expect(count).to_have_text(f"{len(NOTES) - 2} of {len(NOTES)} papers")
    page.locator("#fn-by-tag").select_option("all tags")
    page.get_by_role("button", name="at sea").first.click()
    expect(count).to_have_text(f"2 of {len(NOTES)} papers")


def test_several_papers_are_tagged_and_untagged(open_library: Opened, assistant: HeldAssistant) -> None:
    page = enter(open_library())
    choose(page, "Orca", "Sediment")
    expect(page.locator("#fn-doing")).to_contain_text("2 chosen")
    act(page, "Tag…")
    page.get_by_label("Tag to put on").fill("To read")
    page.keyboard.press("Enter")
    expect(page.locator("#fn-done")).to_contain_text("2 papers tagged “To read”.")
    expect(page.locator(".fn-catalogue .fn-tag")).to_have_count(2)
    assert assistant.library.tags() == {"To read": 2}
    act(page, "Untag…")
    page.get_by_label("Tag to take off").fill("to read")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-catalogue .fn-tag")).to_have_count(0)
    act(page, "Tag…")
    page.get_by_label("Tag to put on").fill(" ")
    page.keyboard.press("Enter")
    expect(page.locator("#fn-done")).to_contain_text("1 to 60")
    page.get_by_label("Tag to put on").press("Escape")
    act(page, "Choose none")
    expect(page.locator("#fn-doing")).to_be_hidden()
    page.get_by_label("Choose all papers on this page").check()
    expect(page.locator("#fn-doing")).to_contain_text(f"{len(NOTES)} chosen")


def test_removing_is_undone_at_once_or_later(open_library: Opened, assistant: HeldAssistant) -> None:
    page = enter(open_library())
    choose(page, "Orca", "Sediment")
    act(page, "Remove")
    expect(page.locator("#fn-done")).to_contain_text("2 papers removed.")
    expect(titles(page)).to_have_count(len(NOTES) - 2)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(titles(page)).to_have_count(len(NOTES))
    choose(page, "Orca")
    act(page, "Remove")
    page.get_by_role("link", name="Removed 1").click()
    page.get_by_role("button", name="Restore “Orca").click()
    expect(page.locator("#fn-view")).to_contain_text("Nothing was removed.")
    assert len(assistant.papers()) == len(NOTES)
    enter(page)
    choose(page, "Orca")
    act(page, "Remove")
    page.get_by_role("link", name="Removed 1").click()
    page.get_by_role("button", name="Delete all of these for good").click()
    expect(page.get_by_role("button", name="Keep them")).to_be_focused()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("#fn-view")).to_contain_text("Nothing was removed.")
    assert assistant.library.removed() == []


def test_papers_are_asked_about_and_merged(open_library: Opened, assistant: HeldAssistant) -> None:
    page = enter(open_library())
    choose(page, "Orca", "Sediment")
    act(page, "Ask about these")
    expect(page.locator("#fn-limit")).to_contain_text("Asking 2 papers only: ")
    page.locator("#fn-nav").get_by_role("link", name="Library").click()
    act(page, "Compare these")
    expect(page.locator("#fn-compare li[data-paper]:not([role])")).to_have_count(2)
    page.locator("#fn-nav").get_by_role("link", name="Library").click()
    expect(page.locator("#fn-doing")).to_contain_text("2 chosen")
    act(page, "Merge")
    expect(titles(page)).to_have_count(len(NOTES) - 1)
    page.get_by_role("link", name="2 files").click()
    page.get_by_role("button", name="Take “orca.md” apart").click()
    expect(page.locator("#fn-view")).to_contain_text("0 papers are told of by more than one file")
    assert len(assistant.papers()) == len(NOTES)


def test_papers_that_look_alike_are_merged_or_kept_apart(
    open_library: Opened, assistant: HeldAssistant, tmp_path: Path
) -> None:
    for name in ("Gauges", "Piers", "Storms"):
        (tmp_path / f"{name}.md").write_text(f"# {name} of the West\n\n## Abstract\n\n{SAME}\n")
        assistant.ingest([tmp_path / f"{name}.md"])
    page = enter(open_library(), "duplicates")
    pairs = page.locator(".fn-pair")
    expect(pairs).to_have_count(3)
    pair = pairs.filter(has_text="Gauges").filter(has_text="Piers")
    pair.get_by_role("button", name="No, keep both").click()
    expect(pairs).to_have_count(2)
    expect(pair).to_have_count(0)
    pairs.filter(has_text="Gauges").get_by_role("button", name="Merge").click()
    expect(page.locator("#fn-done")).to_contain_text("one paper now")
    assert len(assistant.papers()) == len(NOTES) + 2


def test_files_a_folder_and_pasted_text_are_added(
    open_library: Opened, assistant: HeldAssistant, tmp_path: Path
) -> None:
    folder = tmp_path / "my papers"
    (folder / "old").mkdir(parents=True)
    (folder / "kites.md").write_text("# Tidal Kites\n\nThe kite produced 4.7 kilowatts.")
    (folder / "old" / "kites.md").write_text("# Kites of Old\n\nThe kite was made of linen.")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.md").write_text("# Hidden\n\nNobody reads this.")
    page = enter(open_library())
    page.get_by_label("A folder to add").set_input_files(folder)
    expect(page.locator("#fn-adding .fn-report-head")).to_have_text("2 added")
    expect(page.locator("#fn-done")).to_contain_text("picture.png")
    expect(titles(page)).to_have_count(len(NOTES) + 2)
    page.get_by_role("button", name="Paste text").click()
    page.get_by_label("Title", exact=True).fill("what the harbour master said")
    page.get_by_label("Text", exact=True).fill("The ledger was kept on paper for ninety years, and nothing was lost.")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(titles(page)).to_have_count(len(NOTES) + 3)
    (paper,) = [paper for paper in assistant.papers() if paper.title == "what the harbour master said"]
    assert [source.kind for source in paper.sources] == ["text"]


def test_the_first_papers_are_welcomed_in_ask(open_library: Opened, assistant: HeldAssistant) -> None:
    assistant.remove([paper.paper_id for paper in assistant.papers()])
    page = open_library()
    page.get_by_label("My library").check(force=True)
    expect(page.locator(".fn-greeting")).to_contain_text("Your library is empty.")
    page.keyboard.press("Alt+Shift+3")
    expect(page.get_by_role("region", name="Library", exact=True)).to_be_focused()
    page.get_by_role("button", name="Paste text").click()
    page.get_by_label("Title", exact=True).fill("what the harbour master said")
    page.get_by_label("Text", exact=True).fill("The ledger was kept on paper for ninety years.")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(titles(page)).to_have_count(1)
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator(".fn-greeting")).to_contain_text("1 paper in your library")


def test_a_file_dropped_anywhere_in_the_room_is_added(open_library: Opened, assistant: HeldAssistant) -> None:
    page = enter(open_library())
    page.evaluate(
        """() => { const data = new DataTransfer();
            data.items.add(new File(["# Dropped Lanterns\\n\\nThe lantern was dropped."], "dropped.md"));
            const drop = new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
            document.body.dispatchEvent(drop); }"""
    )
    expect(page.locator("#fn-adding .fn-report-head")).to_have_text("1 added")
    expect(titles(page).filter(has_text="Dropped Lanterns")).to_have_count(1)


def test_a_dropped_folder_is_added_with_what_lies_in_it(open_library: Opened, assistant: HeldAssistant) -> None:
    page = enter(open_library())
    page.evaluate(
        """() => { const file = (name, text) => ({isFile: true, name, file: (well) => well(new File([text], name))});
            const folder = (name, ...within) => ({isFile: false, name, createReader: () => {
                const batches = [within.slice(0, 1), within.slice(1), []];  // as a browser does, some at a time
                return {readEntries: (well) => well(batches.shift())}; }});
            const dropped = folder("papers", file("a.md", "# Lanterns of A\\n\\nThe lantern was dropped."),
                folder("old", file("b.md", "# Lanterns of B\\n\\nThe lantern was old.")), file(".hidden.md", "# No"));
            const drop = new DragEvent("drop", {bubbles: true, cancelable: true});
            Object.defineProperty(drop, "dataTransfer", {value: {
                types: ["Files"], files: [new File([""], "papers")], items: [{webkitGetAsEntry: () => dropped}]}});
            document.body.dispatchEvent(drop); }"""
    )
    expect(page.locator("#fn-adding .fn-report-head")).to_have_text("2 added")
    expect(titles(page).filter(has_text="Lanterns of")).to_have_count(2)


def test_reading_is_stopped_and_taken_up_again(open_library: Opened, assistant: HeldAssistant, tmp_path: Path) -> None:
    files = [tmp_path / f"note {number}.md" for number in range(3)]
    for file in files:
        file.write_text(f"# Note of {file.stem}\n\nThe words of {file.name}.")
    page = enter(open_library())
    assistant.may_read.clear()
    page.get_by_label("Files to add").set_input_files(files)
    expect(page.locator("#fn-adding .fn-progress")).to_contain_text("1 of 3 · reading note 0.md")
    expect(page.locator("#fn-adding .fn-progress")).not_to_contain_text("left")
    expect(page.locator(".fn-files li")).to_have_text(["›note 0.md0%", "·note 1.mdwaits", "·note 2.mdwaits"])
    page.locator("#fn-adding").get_by_role("button", name="Stop").click()
    assistant.may_read.set()
    expect(page.locator(".fn-waiting")).to_contain_text("3 files were not read")
    expect(page.locator(".fn-waiting")).to_contain_text("note 2.md")
    page.reload()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#fn-adding .fn-report-head")).to_have_text("3 added")
    expect(page.locator(".fn-waiting")).to_have_count(0)
    assert len(assistant.papers()) == len(NOTES) + 3


def test_what_was_read_badly_is_told_and_a_locked_file_unlocked(
    open_library: Opened, assistant: HeldAssistant, tmp_path: Path
) -> None:
    large = tmp_path / "large.md"
    large.write_bytes(b"x" * 1_200_000)
    empty = tmp_path / "empty.md"
    empty.touch()
    locked = write_pdf(tmp_path / "locked.pdf", [column(PROSE, 72, 700)], password="sesame")
    partly = write_pdf(tmp_path / "partly.pdf", [column(PROSE, 72, 700), []])
    page = enter(open_library())
    page.get_by_label("Files to add").set_input_files([large, empty, locked, partly])
    expect(page.locator("#fn-adding .fn-report-head")).to_have_text("1 added, 2 failed", timeout=20_000)
    page.get_by_role("link", name="Reading report 4").click()
    badly = page.locator(".fn-badly li")
    expect(badly.filter(has_text="large.md")).to_contain_text("larger than 1 MB")
    expect(badly.filter(has_text="empty.md").locator(".fn-why")).to_have_text("empty")
    expect(badly.filter(has_text="partly.pdf")).to_contain_text("1 of 2 pages has no text")
    page.screenshot(path=SCREENSHOTS / "reading-report.png")
    assert serious(page) == []
    page.get_by_label("Password of locked.pdf").fill("wrong")
    page.get_by_role("button", name="Unlock and read").click()
    expect(page.locator("#fn-done")).to_contain_text("That password does not open locked.pdf.")
    page.get_by_label("Password of locked.pdf").fill("sesame")
    page.get_by_role("button", name="Unlock and read").click()
    expect(badly.filter(has_text="locked.pdf")).to_have_count(0)
    expect(page.locator("#fn-adding .fn-report")).to_contain_text("locked.pdf", timeout=20_000)
    page.get_by_role("button", name="Clear large.md").click()
    expect(badly).to_have_count(2)
    page.get_by_role("button", name="Clear this report").click()
    expect(page.locator("#fn-adding .fn-report")).to_have_count(0)
    assert "locked.pdf" in {source.name for paper in assistant.papers() for source in paper.sources}


def test_the_map_is_walked_and_opens_papers(open_library: Opened, assistant: HeldAssistant) -> None:
    assistant.tag(["orca.md", "rivers.md"], add=["at sea"])
    page = enter(open_library(), "map")
    points = page.locator(".fn-map a")
    expect(points).to_have_count(len(NOTES))
    assert page.locator('.fn-map a[tabindex="0"]').count() == 1
    before = [one.get_attribute("transform") for one in points.all()]
    page.locator('.fn-map a[tabindex="0"]').focus()
    seen = set()
    for key in ["ArrowLeft"] * 3 + ["ArrowRight"] * 3 + ["ArrowUp"] * 3 + ["ArrowDown"] * 3:
        page.keyboard.press(key)
        seen.add(page.locator(".fn-map a:focus").get_attribute("aria-label"))
        name = page.locator(".fn-map a:focus").get_attribute("aria-label") or ""
        expect(page.locator(".fn-map-name")).to_have_text(name)
    assert len(seen) > 2
    page.get_by_label("by tag").check()
    expect(page.locator(".fn-legend")).to_contain_text("at sea 2")
    assert before == [one.get_attribute("transform") for one in page.locator(".fn-map a").all()]
    page.locator(".fn-legend button", has_text="at sea").click()
    expect(page.locator(".fn-map .fn-dim")).to_have_count(len(NOTES) - 2)
    page.get_by_text("The same as a list").click()
    expect(page.locator(".fn-map-list li")).to_have_count(len(NOTES))
    point = page.locator(".fn-map a[aria-label^='Orca']")
    point.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".fn-paper-room h2")).to_have_text(NOTES["orca"][0])
    page.go_back()
    expect(page.locator(".fn-map a")).to_have_count(len(NOTES))


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (1024, "light"), (420, "dark")])
def test_every_view_is_accessible(open_library: Opened, assistant: HeldAssistant, width: int, scheme: str) -> None:
    assistant.tag(["orca.md"], add=["at sea"])
    assistant.merge(["rivers.md", "galewind.md"])
    page = enter(open_library(width, scheme))
    choose(page, "Orca")
    for view in ("papers", "map", "duplicates", "report", "removed"):
        page.locator(f"#fn-views [data-view={view}]").click()
        page.locator(f"#fn-view[data-shown={view}]").wait_for()
        page.screenshot(path=SCREENSHOTS / f"library-{view}-{width}-{scheme}.png")
        assert serious(page) == [], view
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{view} is wider than the window"
        assert page.locator("#fn-library-room").evaluate("room => room.scrollWidth <= room.clientWidth"), view
    page.get_by_role("button", name="Paste text").click()
    assert serious(page) == []


def test_hostile_words_stay_words(open_library: Opened, assistant: HeldAssistant, tmp_path: Path) -> None:
    ids = [paper.paper_id for paper in assistant.papers()]
    for number, words in enumerate(STRINGS):
        if words.strip():
            assistant.library.edit(ids[number % len(ids)], title=words, venue=words, authors=[words])
            assistant.library.tag([ids[number % len(ids)]], words[:60] if words[:60].strip() else "x")
    for number, words in enumerate(("<img src=x onerror=window.owned=1>", "' onmouseover=window.owned=1 x='")):
        (tmp_path / f"{words}{number}.md").touch()
        assistant.ingest([tmp_path / f"{words}{number}.md"])
    assistant.library.merge(ids[:2])
    page = open_library()
    for view in ("papers", "map", "duplicates", "report", "removed"):
        enter(page, view)
        page.wait_for_timeout(200)
        if view == "map":
            page.locator('.fn-map a[tabindex="0"]').focus()
            page.get_by_label("by tag").check()
            page.get_by_text("The same as a list").click()
            page.locator(".fn-map-list li").first.wait_for()
        assert page.locator(":is(#fn-view, #fn-done) :is(img, iframe, script, #forged)").count() == 0
        links = page.locator("#fn-view a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        assert all(link.startswith("#room/") for link in links), links
    assert page.evaluate("window.owned ?? null") is None
