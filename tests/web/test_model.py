"""Answers that a model writes, in a real browser: the real Assistant, and the scripted server over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.core import Assistant
from assistant.llm import open_model
from assistant.settings import Settings
from assistant.web.libraries import MINE, Libraries
from tests.assistant.notes import NOTES
from tests.fakes.model_server import ModelServer, model_server
from tests.web.conftest import Opened, ask, opened_pages, served

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"  # to be looked at; kept out of git
RIVERS = "What is said of sediment in rivers and of the tides in the sound?"
Use = Callable[[str], None]
KEY = "canary-0123456789abcdef"
FIRST = "good"  # the model that the page opens with


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture(scope="module")
def real(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Libraries, Settings]]:
    """The application over made-up papers and a model of the scripted server."""
    folder = tmp_path_factory.mktemp("papers")
    for name, (title, authors, year, _, text) in NOTES.items():
        (folder / f"{name}.md").write_text(f"# {title}\n\n{', '.join(authors)}\n\n{year}\n\n## Abstract\n\n{text}\n")
    settings = Settings(
        library=tmp_path_factory.mktemp("library"), model=FIRST, base_url=server.url, openai_api_key=KEY
    )
    libraries = Libraries(lambda: Assistant(settings, owner="the tests"))
    libraries.assistant(MINE).ingest([folder])
    with served(libraries, settings, tmp_path_factory.mktemp("uploads")) as address:
        yield address, libraries, settings
    libraries.close()


@pytest.fixture
def use(real: tuple[str, Libraries, Settings], server: ModelServer) -> Iterator[Use]:
    """Choose the model that the next questions go to."""
    _, libraries, settings = real

    def use(name: str) -> None:
        server.clear()
        libraries.assistant(MINE).model = open_model(settings.model_copy(update={"model": name}))

    use(FIRST)
    yield use
    server.down.clear()


@pytest.fixture
def open_real(browser: Browser, real: tuple[str, Libraries, Settings], use: Use) -> Iterator[Opened]:
    with opened_pages(browser, real[0]) as opened:
        yield opened


def watch_draft(page: Page) -> None:
    """Note each length that the draft has on its way."""
    page.evaluate(
        """() => { window.lengths = []; new MutationObserver(() => {
            const draft = document.querySelector(".fn-draft");
            if (draft) window.lengths.push(draft.textContent.length);
        }).observe(document.body, {childList: true, subtree: true, characterData: true}); }"""
    )


def picture(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_before_anything_is_sent_the_page_says_where_to(open_real: Opened, server: ModelServer) -> None:
    page = open_real()
    host = server.url.split("/")[2]
    expect(page.locator("#fn-engine")).to_contain_text(f"the passages found for them, are sent to {host}")
    expect(page.locator("#fn-engine")).to_be_in_viewport()
    assert not server.requests, "nothing was sent so far"
    ask(page, "How many hidden layers does Galewind have?")
    assert len(server.asks) == 1
    expect(page.locator(".fn-about")).to_have_text(
        "1 of 1 statement supported · 1 of 1 quote found · "
        "only “Galewind: Cheap Fine-Tuning of Large Models” was looked at · "
        "Written by good, checked against your papers"
    )
    assert server.keys == [KEY]
    assert KEY not in page.content() and KEY not in httpx.get(f"{page.url.split('/?')[0]}/config").text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_streams_in_and_is_replaced_by_the_checked_one(open_real: Opened, use: Use, scheme: str) -> None:
    use("ttft200-itl60-len90")
    page = open_real(scheme=scheme)
    watch_draft(page)
    page.fill("#fn-question textarea", RIVERS)
    page.press("#fn-question textarea", "Enter")
    expect(page.locator(".fn-draft")).to_contain_text("Sediment")
    expect(page.locator(".fn-step")).to_have_text("ttft200-itl60-len90 is writing")
    picture(page, f"model-streaming-{scheme}")
    page.locator(".fn-answer").wait_for()
    lengths = page.evaluate("window.lengths")
    assert len(set(lengths)) > 5 and lengths == sorted(lengths), "it only ever grows"
    assert page.locator(".fn-draft").count() == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 420)])
def test_what_is_not_in_the_papers_is_struck_out_and_says_why(
    open_real: Opened, use: Use, scheme: str, width: int
) -> None:
    use("altered-first-number")
    page = open_real(scheme=scheme, width=width)
    ask(page, "What rose or rises in rivers and in the sound, by metres or by cm a year?")
    struck = page.locator(".fn-statement:has(.fn-struck)")
    expect(struck).to_have_count(1)
    expect(struck.locator(".fn-verdict")).to_have_text("✕ not found in your papers")
    expect(struck.locator(".fn-why")).to_contain_text("The passage says")
    style = struck.locator(".fn-struck").evaluate(
        "node => [getComputedStyle(node).textDecorationLine, getComputedStyle(node).color]"
    )
    soft = page.evaluate(
        "getComputedStyle(document.querySelector('#fn-messages .fn-about')).color"
    )  # the grey of what is beside the point
    assert style == ["line-through", soft]
    whole = page.locator(".fn-statement:not(:has(.fn-struck))")
    expect(whole.locator(".fn-verdict", has_text="supported")).to_have_count(whole.count())
    expect(page.locator(".fn-about")).to_contain_text(f"{whole.count()} of {whole.count() + 1} statements supported")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"model-flagged-{scheme}-{width}")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 420)])
def test_a_cut_answer_goes_on_with_one_click_in_the_same_turn(
    open_real: Opened, use: Use, scheme: str, width: int
) -> None:
    use("breaks-off-close-once")
    page = open_real(scheme=scheme, width=width)
    ask(page, RIVERS)
    broken = page.locator(".fn-broken-off")
    expect(broken).to_contain_text("This answer is incomplete: The model's reply ended without being complete.")
    expect(page.locator(".fn-statement")).to_have_count(1)
    first = page.locator(".fn-statement").inner_html()
    picture(page, f"model-cut-{scheme}-{width}")
    page.reload()
    expect(broken).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    expect(broken).to_have_count(0)
    expect(page.locator(".fn-statement").nth(1)).to_be_visible()
    assert page.locator(".fn-statement").first.inner_html() == first
    expect(page.locator(".fn-question")).to_have_text([RIVERS])
    picture(page, f"model-resumed-{scheme}-{width}")
    page.locator(".fn-mark").last.click()
    expect(page.locator("#fn-panel mark")).to_be_visible()
    page.get_by_role("button", name="Close the passage").click()
    statements = page.locator(".fn-answer").inner_text()
    page.reload()
    page.locator(".fn-answer").wait_for()
    assert page.locator(".fn-answer").inner_text() == statements


def test_an_answer_that_is_stopped_while_it_goes_on_stays_as_it_was(open_real: Opened, use: Use) -> None:
    use("breaks-off-close-once")
    page = open_real()
    ask(page, RIVERS)
    shown = page.locator(".fn-answer").inner_text()
    use("slow-first-token-20")
    page.fill("#fn-question textarea", "Something half typed")
    page.get_by_role("link", name="Continue").click()
    expect(page.locator(".fn-step")).to_have_text("slow-first-token-20 goes on writing")
    expect(page.locator(".fn-draft")).to_contain_text("Tides in the sound rise by 3 metres.")
    page.locator("#fn-question .stop-button").click()
    page.locator(".fn-answer").wait_for()
    assert page.locator(".fn-answer").inner_text() == shown
    expect(page.locator("#fn-question textarea")).to_have_value("Something half typed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_while_the_model_is_away_papers_are_quoted_and_when_it_is_back_it_writes(
    open_real: Opened, server: ModelServer, scheme: str
) -> None:
    page = open_real(scheme=scheme)
    server.down.set()
    ask(page, "How many hidden layers does Galewind have?")
    note = page.locator(".fn-note.fn-notice")
    expect(note).to_contain_text("good did not answer, so these are quotes.")
    expect(note).to_contain_text("cannot be reached")
    expect(page.locator(".fn-statement .fn-verdict")).to_have_text("❝ quoted")
    expect(page.locator(".fn-answer")).to_contain_text("17 hidden layers")
    server.down.clear()
    ask(page, "How much does Galewind reduce the memory of the optimizer?")
    expect(page.locator(".fn-about").last).to_contain_text("Written by good, checked against your papers")
    picture(page, f"model-away-and-back-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_model_says_when_asked_again_is_marked_as_its_own(
    open_real: Opened, real: tuple[str, Libraries, Settings], use: Use, scheme: str
) -> None:
    use("stern-judge-of-rewordings")
    assistant = real[1].assistant(MINE)
    before, assistant.settings = assistant.settings, assistant.settings.model_copy(update={"second_look": "all"})
    try:
        page = open_real(scheme=scheme)
        ask(page, RIVERS)
    finally:
        assistant.settings = before
    expect(page.locator(".fn-why").first).to_have_text(
        "The passage says this. The model, asked again, says that the passage does not say this: "
        "it says nothing of the kind evil.example."
    )
    expect(page.locator(".fn-struck").first).to_be_visible()
    picture(page, f"model-second-look-{scheme}")
