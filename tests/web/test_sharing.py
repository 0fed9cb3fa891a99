"""Conversations leave the page as files and come in as shared ones, in a real browser."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.core import Assistant
from assistant.settings import Settings
from assistant.sharing import LARGEST
from assistant.web.libraries import Libraries
from tests.assistant.notes import build
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.web.conftest import Opened, ask, opened_pages, served
from tests.web.hostile import STRINGS
from tests.web.test_accessibility import serious

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
QUESTION = "How many hidden layers does Galewind have?"
FORMS = ["Markdown", "Web page", "BibTeX", "Footnote file"]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Libraries]:
    """The person's own library, with the made-up papers in it and one conversation about them."""
    monkeypatch.setattr("assistant.core.open_embedder", lambda *_, **__: HashingEmbedder())
    build(tmp_path).close()
    settings = Settings(library=tmp_path / "library")
    libraries = Libraries(lambda: Assistant(settings, owner="the tests"))
    libraries.assistant("mine").ask(QUESTION, conversation_id="talk")
    yield libraries
    libraries.close()


@pytest.fixture
def address(library: Libraries, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "uploads").mkdir()
    with served(library, Settings(library=tmp_path / "library"), tmp_path / "uploads") as address:
        yield address


@pytest.fixture
def open_real(browser: Browser, address: str) -> Iterator[Opened]:
    with opened_pages(browser, address) as opened:
        yield opened


@pytest.fixture
def shared_file(library: Libraries, tmp_path: Path) -> Path:
    """What the conversation is shared as; its papers are not in the library."""
    document = json.loads(library.assistant("mine").export_conversation("talk", "footnote"))
    document["title"] = "What Ada shared"
    for number, paper in enumerate(document["papers"]):
        paper |= {"title": f"A Paper From Elsewhere {number}", "authors": ["Nobody Known"]}
    (tmp_path / "from Ada.footnote").write_text(json.dumps(document))
    return tmp_path / "from Ada.footnote"


def show_conversations(page: Page) -> Locator:
    page.locator("#fn-show label", has_text="Conversations").click()
    return page.locator("#fn-stored li")


def drop(page: Page, files: list[tuple[str, bytes]]) -> None:
    given = [(name, base64.b64encode(data).decode()) for name, data in files]
    page.evaluate(
        """given => {
            const dataTransfer = new DataTransfer();
            for (const [name, data] of given)
                dataTransfer.items.add(new File([Uint8Array.from(atob(data), c => c.charCodeAt(0))], name));
            document.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        given,
    )


def picture(page: Page, name: str) -> None:
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.mark.parametrize(
    ("form", "name", "holds"),
    [
        ("Markdown", "How many hidden layers does Galewind have.md", "[^1]: “The model has 17 hidden layers"),
        ("Web page", "How many hidden layers does Galewind have.html", "<mark>The model has 17 hidden layers"),
        ("BibTeX", "How many hidden layers does Galewind have.bib", "@inproceedings{lovell2023galewind,"),
        ("Footnote file", "How many hidden layers does Galewind have.footnote", '"footnote": "conversation"'),
    ],
)
def test_a_conversation_is_saved_from_its_menu(open_real: Opened, form: str, name: str, holds: str) -> None:
    page = open_real()
    row = show_conversations(page)
    row.hover()
    page.get_by_role("button", name=f"Export or share “{QUESTION}”").click()
    expect(page.locator("#fn-menu a")).to_contain_text(FORMS)
    with page.expect_download() as download:
        page.locator("#fn-menu a", has_text=form).click()
    assert download.value.suggested_filename == name
    assert holds in Path(download.value.path()).read_text("utf-8")
    expect(page.locator("#fn-menu")).to_be_hidden()


def test_the_menu_works_with_the_keyboard_and_under_the_open_conversation(open_real: Opened) -> None:
    page = open_real()
    expect(page.locator("#fn-take")).to_be_hidden()
    show_conversations(page).locator("a").click()
    page.locator(".fn-answer").wait_for()
    expect(page.locator("#fn-take")).to_be_visible()
    page.locator("#fn-take").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fn-menu a").first).to_be_focused()
    box = page.locator("#fn-menu").bounding_box()
    assert box and box["y"] >= 0 and box["y"] + box["height"] <= 900
    assert serious(page) == []
    picture(page, "talks-menu")
    page.keyboard.press("Escape")
    expect(page.locator("#fn-menu")).to_be_hidden()
    expect(page.locator("#fn-take")).to_be_focused()
    page.keyboard.press("Enter")
    with page.expect_download():
        page.keyboard.press("Enter")
    page.click("#fn-anew")
    expect(page.locator("#fn-take")).to_be_hidden()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (1024, "light"), (420, "light"), (420, "dark")]
)
def test_a_shared_conversation_opens_with_its_passages(
    open_real: Opened, shared_file: Path, width: int, scheme: str
) -> None:
    page = open_real(width, scheme)
    if width < 761:
        page.click("#fn-papers-button")
    listed = show_conversations(page)
    picture(page, f"talks-list-{scheme}-{width}")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a shared conversation").click()
    chooser.value.set_files(shared_file)
    expect(listed.locator(".fn-title")).to_have_text(["What Ada shared", QUESTION])
    page.locator(".fn-answer").wait_for()
    expect(page.locator(".fn-answer > .fn-note")).to_contain_text("Somebody shared this conversation")
    if width < 761:
        page.keyboard.press("Escape")
    page.locator(".fn-answer .fn-mark").first.click()
    expect(page.locator("#fn-panel mark")).to_contain_text("17 hidden layers")
    expect(page.locator("#fn-panel h2")).to_contain_text("A Paper From Elsewhere")
    expect(page.locator("#fn-panel .fn-notice")).to_contain_text("this paper is not in your library")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"talks-shared-{scheme}-{width}")


def test_a_footnote_of_a_paper_that_is_here_leads_to_it(open_real: Opened, library: Libraries, tmp_path: Path) -> None:
    file = library.assistant("mine").export_conversation("talk", "footnote").encode()
    page = open_real()
    drop(page, [("talk.footnote", file)])
    page.locator(".fn-answer .fn-mark").first.click()
    expect(page.locator("#fn-panel .fn-notice")).to_contain_text("your own copy of this paper says the same words")
    page.locator("#fn-panel .fn-own a").click()
    expect(page.locator("#fn-paper h2")).to_contain_text("Galewind")
    page.get_by_role("link", name="Ask", exact=True).click()
    ask(page, "And what was it trained on?")
    expect(page.locator(".fn-answer").last).to_contain_text("34 billion words")


def test_a_shared_conversation_is_dropped_beside_papers(
    open_real: Opened, shared_file: Path, library: Libraries
) -> None:
    page = open_real()
    note = "# Zenith Lamps\n\nAda Lovell\n\n## Abstract\n\nThe zenith lamp burns 512 hours. It is red.\n"
    drop(page, [("talk.FOOTNOTE", shared_file.read_bytes()), ("zenith.md", note.encode())])
    page.locator(".fn-report").wait_for(state="attached")
    expect(page.locator("#fn-list .fn-title")).to_contain_text(["Zenith Lamps"])
    assert [each.title for each in library.assistant("mine").conversations()] == ["What Ada shared", QUESTION]


@pytest.mark.parametrize("data", [b"no file of ours", b"[" * 100_000, b'{"footnote": "conversation", "version": 9}'])
def test_a_wrong_file_is_refused_in_a_sentence(open_real: Opened, library: Libraries, data: bytes) -> None:
    page = open_real()
    drop(page, [("wrong.footnote", data)])
    expect(page.locator("#fn-shared .fn-notice")).to_contain_text(
        "A later version" if b"9" in data else "The file is no conversation that a Footnote has shared"
    )
    assert len(library.assistant("mine").conversations()) == 1
    picture(page, "talks-refused")


def test_hostile_words_of_a_shared_file_stay_words(open_real: Opened, shared_file: Path) -> None:
    document = json.loads(shared_file.read_text())
    (turn,) = document["turns"]
    (note, *_), (statement, *_) = turn["footnotes"], turn["statements"]
    turn["footnotes"], turn["statements"] = [], []
    document["papers"] = []
    for number, words in enumerate(STRINGS, 1):
        document["papers"].append({"title": words, "authors": [words], "doi": words, "venue": words})
        told = {"source": words, "before": words, "quote": words, "after": words, "heading": words, "section": words}
        turn["footnotes"].append({**note, **told, "number": number, "paper": number - 1, "page_label": words})
        said = {"text": words, "reason": words, "second_look": words, "aspect": words, "verdict": "partly"}
        turn["statements"].append({**statement, **said, "citations": [number], "value": None})
    turn |= {"engine": STRINGS[0], "question": STRINGS[1], "abstained": False}
    document["title"] = STRINGS[2]
    page = open_real()
    drop(page, [("hostile.footnote", json.dumps(document).encode())])
    expect(page.locator(".fn-statement .fn-mark")).to_have_count(len(STRINGS))
    for number in range(0, len(STRINGS), 40):
        page.locator(".fn-statement .fn-mark").nth(number).click()
        page.locator(f"#fn-panel .fn-panel-where:has-text('Footnote {number + 1} of')").wait_for()
        page.locator("#fn-panel mark").wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("window.owned ?? null") is None and page.locator("#forged").count() == 0
    assert page.locator("#fn-messages :is(img, iframe, form), #fn-panel :is(img, iframe, form)").count() == 0


def test_the_exported_page_stands_alone_and_can_be_printed(
    open_real: Opened, address: str, browser: Browser, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.html"
    saved.write_bytes(httpx.get(f"{address}/view/mine/conversations/talk/as/html").content)
    asked: list[str] = []
    for width, scheme in ((1024, "light"), (420, "dark")):
        page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)  # type: ignore[arg-type]
        page.on("request", lambda request: asked.append(request.url))
        page.goto(saved.as_uri())
        expect(page.locator("mark").first).to_contain_text("17 hidden layers")
        page.locator("sup a").first.click()
        assert page.locator("li:target mark").count() == 1
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=SCREENSHOTS / f"talks-html-{width}.png", full_page=True)
        page.close()
    assert {url.split("#")[0] for url in asked} == {saved.as_uri()}


def test_only_our_own_page_may_bring_a_conversation_in(address: str, shared_file: Path, library: Libraries) -> None:
    data = shared_file.read_bytes()
    for headers in ({}, {"origin": "https://evil.example"}):
        assert httpx.post(f"{address}/view/shared", content=data, headers=headers).status_code == 403
    own = {"origin": address}
    assert httpx.post(f"{address}/view/shared", content=b" " * (LARGEST + 1), headers=own).status_code == 422
    assert len(library.assistant("mine").conversations()) == 1
    reply = httpx.get(f"{address}/view/mine/conversations/talk/as/html")
    assert reply.headers["content-disposition"].startswith("attachment;"), "nothing that is exported runs as our page"
    for nowhere in ("talk/as/pdf", "elsewhere/as/html", "..%2F..%2Ftalk/as/html"):
        assert httpx.get(f"{address}/view/mine/conversations/{nowhere}").status_code in {404, 422}
