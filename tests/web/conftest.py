"""A real browser, and the application served on loopback for it."""

from __future__ import annotations

import contextlib
import functools
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from assistant.settings import Settings
from assistant.web.libraries import Libraries
from assistant.web.server import create_app
from tests.fakes.scripted_assistant import ScriptedAssistant

TOKEN = "the-token-of-the-tests"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
# Gradio's stream of events ends when a page closes or is loaded again, and what a person gives may be refused; chromium
# or Gradio call these errors.
EXPECTED = (
    "net::ERR_ABORTED",
    "ERR_INCOMPLETE_CHUNKED_ENCODING",
    "AbortError: ",
    "Unexpected error Connection errored out",
    "status of 422",
)
Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One chromium for all tests."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@contextlib.contextmanager
def served(libraries: Libraries, settings: Settings, uploads: Path) -> Iterator[str]:
    """Serve an application on a free port, from a thread of its own; gives its address."""
    app = create_app(libraries, settings, uploads=uploads, token=TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def scripted() -> ScriptedAssistant:
    """The example library's assistant, which plays from a script."""
    return ScriptedAssistant(pause=0.05)


@pytest.fixture(scope="session")
def mine() -> ScriptedAssistant:
    """The person's own library's assistant, empty at first."""
    return ScriptedAssistant([], pause=0.05)


@pytest.fixture(scope="session")
def address(
    scripted: ScriptedAssistant, mine: ScriptedAssistant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where the application over the scripted assistants answers."""
    libraries = Libraries(lambda: mine, lambda: scripted)  # type: ignore[arg-type, return-value]
    settings = Settings(library=tmp_path_factory.mktemp("library"), max_upload_mb=1)
    with served(libraries, settings, tmp_path_factory.mktemp("uploads")) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Opened]:
    """Open pages; at the end none may have asked another host for anything, nor reported an error."""
    with opened_pages(browser, address) as opened:
        yield opened


@functools.cache
def _context(browser: Browser, width: int, scheme: str) -> BrowserContext:
    """Make one for all pages of a kind: what it has cached of Gradio's script saves a fifth of their time."""
    return browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]


@contextlib.contextmanager
def opened_pages(browser: Browser, address: str) -> Iterator[Opened]:
    """Give a function that opens a page of its own session, and check all of them at the end."""
    pages: list[Page] = []
    outside: list[str] = []
    errors: list[str] = []

    def watch(url: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            outside.append(url)

    def opened(width: int = 1440, scheme: str = "light") -> Page:
        page = _context(browser, width, scheme).new_page()
        pages.append(page)
        page.set_default_timeout(60_000)
        page.on("request", lambda request: watch(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: (errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(address)
        page.wait_for_selector("#fn-list .fn-count", state="attached")
        page.wait_for_selector(".fn-greeting")
        return page

    yield opened
    for page in pages:
        page.close()
    assert not outside, f"asked of other hosts: {outside}"
    unexpected = [error for error in errors if not any(part in error for part in EXPECTED)]
    assert not unexpected, f"the page reported: {unexpected}"


def ask(page: Page, question: str) -> None:
    """Ask a question and wait for the checked answer."""
    answers = page.locator(".fn-answer").count()
    page.fill("#fn-question textarea", question)
    page.press("#fn-question textarea", "Enter")
    page.locator(".fn-answer").nth(answers).wait_for()
