"""The room of settings in a real browser: tried, kept, used at once; a key goes in and never comes out."""

from __future__ import annotations

import json
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.core import Assistant
from assistant.settings import load_settings, own_file
from assistant.web.libraries import Libraries
from tests.assistant.notes import build
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.fakes.model_server import ModelServer, model_server
from tests.web.conftest import Opened, ask, opened_pages, served
from tests.web.hostile import STRINGS
from tests.web.test_accessibility import serious

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
KEY = "canary-0123456789abcdef"
QUESTION = "How many hidden layers does Galewind have?"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Libraries]:
    """The person's own library with the made-up papers, under the settings of the files and the environment."""
    monkeypatch.setattr("assistant.core.open_embedder", lambda *_, **__: HashingEmbedder())
    monkeypatch.chdir(tmp_path)
    build(tmp_path).close()
    libraries = Libraries(lambda: Assistant(load_settings(tmp_path / "library"), owner="the tests"))
    yield libraries
    libraries.close()


@pytest.fixture
def address(library: Libraries, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "uploads").mkdir()
    with served(library, load_settings(tmp_path / "library"), tmp_path / "uploads") as address:
        yield address


@pytest.fixture
def open_real(browser: Browser, address: str) -> Iterator[Opened]:
    with opened_pages(browser, address) as opened:
        yield opened


def enter(page: Page) -> None:
    page.get_by_role("link", name="Settings").click()
    page.locator(".fn-settings").wait_for()


def fill_in(page: Page, server: ModelServer, model: str = "good") -> None:
    page.get_by_label("A model").check()
    page.get_by_label("Model", exact=True).fill(model)
    page.get_by_label("Server", exact=True).fill(server.url)
    page.get_by_label("API key", exact=True).fill(KEY)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    expect(page.locator(".fn-said .fn-step")).to_have_count(0)


def picture(page: Page, name: str) -> None:
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_what_is_kept_holds_at_once_and_the_key_is_never_shown(
    open_real: Opened, address: str, server: ModelServer, library: Libraries
) -> None:
    page = open_real()
    expect(page.locator("#fn-engine")).to_contain_text("no language model is set")
    enter(page)
    fill_in(page, server)
    page.get_by_text("How it is asked").click()
    page.get_by_label("Temperature").fill("0.5")
    page.get_by_label("Tokens for a day").fill("100000")
    press(page, "Try it")
    host = server.url.split("/")[2]
    expect(page.locator(".fn-said")).to_contain_text(f"It works: good answers, on {host}")
    assert not own_file().exists() and load_settings().model is None, "trying keeps nothing"
    press(page, "Keep these settings")
    expect(page.locator(".fn-said")).to_contain_text("The settings are kept.")
    assert stat.S_IMODE(own_file().stat().st_mode) == 0o600
    kept = load_settings()
    assert (kept.model, kept.base_url, kept.temperature, kept.day_budget) == ("good", server.url, 0.5, 100_000)
    assert kept.openai_api_key and kept.openai_api_key.get_secret_value() == KEY
    assert page.get_by_label("API key", exact=True).input_value() == ""
    expect(page.locator(".fn-spent")).to_have_text("Spent today: 0 of 100,000 tokens.")
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator("#fn-engine")).to_contain_text(
        f"Written by good: your questions, and the passages found for them, are sent to {host}"
    )
    ask(page, QUESTION)
    expect(page.locator(".fn-about")).to_contain_text("Written by good")
    enter(page)
    expect(page.locator(".fn-spent")).not_to_have_text("Spent today: 0 of 100,000 tokens.")
    assert set(server.keys) == {KEY}
    for path in ("/", "/config", "/view/settings", "/view/engine"):
        assert KEY not in httpx.get(address + path).text
    assert KEY not in page.content()
    page.reload()
    expect(page.locator(".fn-settings")).to_be_visible()
    expect(page.locator("#fn-told-openai_api_key")).to_contain_text("A key is set.")


def test_a_key_is_replaced_left_and_forgotten(open_real: Opened, server: ModelServer) -> None:
    page = open_real()
    enter(page)
    fill_in(page, server)
    press(page, "Keep these settings")
    page.get_by_label("API key", exact=True).fill("another-key-of-mine")
    press(page, "Keep these settings")
    press(page, "Keep these settings")
    key = load_settings().openai_api_key
    assert key and key.get_secret_value() == "another-key-of-mine", "an empty box leaves it"
    page.get_by_label("Forget the key that is set").check()
    press(page, "Keep these settings")
    assert load_settings().openai_api_key is None and "another" not in own_file().read_text()
    page.get_by_label("Quotes").check()
    press(page, "Keep these settings")
    assert load_settings().model is None and load_settings().base_url == server.url
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator("#fn-engine")).to_contain_text("no language model is set")


def refusing() -> str:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"127.0.0.1:{closed.getsockname()[1]}"


def test_try_it_says_in_a_sentence_what_is_wrong(open_real: Opened, server: ModelServer) -> None:
    page = open_real()
    enter(page)
    fill_in(page, server)
    said = page.locator(".fn-said .fn-notice")
    host = server.url.split("/")[2]
    server.models = (401, '{"error": {"message": "no: {key}"}}')
    press(page, "Try it")
    expect(said).to_contain_text(f"{host} does not accept the API key (401)")
    assert KEY not in page.content()
    server.models = (200, "<html>a page</html>")
    press(page, "Try it")
    expect(said).to_contain_text(f"{host} answered with something that is no model's reply, such as a web page")
    server.models = None
    page.get_by_label("Model", exact=True).fill("no-such-model")
    press(page, "Try it")
    expect(said).to_contain_text(f"{host} answers, but no-such-model is not among its models")
    page.get_by_label("Model", exact=True).fill("status-403")
    server.models = (200, '{"data": [{"id": "status-403"}]}')
    press(page, "Try it")
    expect(said).to_contain_text(f"{host} does not accept the API key (403)")
    page.get_by_label("Server", exact=True).fill(server.url.replace("http:", "https:"))
    press(page, "Try it")
    expect(said).to_contain_text(f"{host} cannot be reached: it does not speak TLS, which https needs")
    closed = refusing()
    page.get_by_label("Server", exact=True).fill(f"http://{closed}/v1")
    press(page, "Try it")
    expect(said).to_contain_text(f"{closed} cannot be reached: nothing answers there, the connection is refused")
    with silent() as slow:
        page.get_by_label("Server", exact=True).fill(f"http://{slow}/v1")
        page.get_by_text("How it is asked").click()
        page.get_by_label("Patience").fill("1")
        press(page, "Try it")
        expect(said).to_contain_text("The model did not begin to answer within 1 seconds.")
    for field, text, told in (
        ("Server", "ftp://somewhere", "The setting base_url is no plain address of a server."),
        ("Temperature", "hot", "The setting temperature is wrong"),
        ("Model", " ", "The model has no name."),
    ):
        before = page.get_by_label(field, exact=True).input_value()
        page.get_by_label(field, exact=True).fill(text)
        press(page, "Keep these settings")
        expect(said).to_contain_text(told)
        expect(page.get_by_label(field, exact=True)).to_have_value(text)
        page.get_by_label(field, exact=True).fill(before)
    assert not own_file().exists()


class silent:  # noqa: N801 - used as a function
    """A server that takes connections and says nothing."""

    def __enter__(self) -> str:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._taken: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def _take(self) -> None:
        while True:
            try:
                self._taken.append(self._listener.accept()[0])
            except OSError:
                return

    def __exit__(self, *_: object) -> None:
        for each in (*self._taken, self._listener):
            each.close()


def test_a_servers_words_stay_words(open_real: Opened, server: ModelServer) -> None:
    page = open_real()
    enter(page)
    fill_in(page, server, "<img src=x onerror=window.owned=1>")
    for place in range(0, 40, 5):
        server.models = (200, json.dumps({"data": [{"id": words} for words in STRINGS[place : place + 5]]}))
        press(page, "Try it")
        expect(page.locator(".fn-said .fn-notice")).to_contain_text("is not among its models")
    press(page, "Keep these settings")
    page.reload()
    page.locator(".fn-settings").wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("window.owned ?? null") is None
    assert page.locator("#fn-settings :is(img, iframe, script, svg), #fn-engine :is(img, iframe)").count() == 0


def test_what_the_environment_or_a_file_sets_cannot_be_changed_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ModelServer, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("FOOTNOTE_MODEL", "good")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (tmp_path / ".env").write_text(f"FOOTNOTE_BASE_URL={server.url}\n")
    (tmp_path / "footnote.toml").write_text("temperature = 0.25\n")
    page = request.getfixturevalue("open_real")()
    enter(page)
    page.get_by_text("How it is asked").click()
    expect(page.get_by_label("Model", exact=True)).to_be_disabled()
    expect(page.locator(".fn-setting", has=page.locator("#fn-set-model"))).to_contain_text(
        "Set in the environment (FOOTNOTE_MODEL); change it there."
    )
    expect(page.get_by_label("Quotes")).to_be_disabled()
    expect(page.get_by_label("API key", exact=True)).to_be_disabled()
    expect(page.locator("#fn-told-base_url")).to_contain_text("Set in the file .env")
    expect(page.locator("#fn-told-temperature")).to_contain_text("Set in footnote.toml in the folder")
    expect(page.locator("#fn-told-max_tokens")).to_contain_text("The default.")
    page.get_by_label("Longest reply").fill("2000")
    press(page, "Keep these settings")
    assert own_file().read_text().splitlines()[1:] == ["max_tokens = 2000"], "nothing of what others set"
    assert KEY not in page.content()
    picture(page, "settings-fixed")


def test_another_embedder_needs_another_library(open_real: Opened, library: Libraries) -> None:
    page = open_real()
    enter(page)
    page.get_by_label("Embedder", exact=True).fill("openai:text-embedding-3-small")
    press(page, "Keep these settings")
    said = page.locator(".fn-said .fn-notice")
    expect(said).to_contain_text(
        "4 papers were embedded by all-MiniLM-L6-v2; another embedder needs them embedded anew"
    )
    expect(said).to_contain_text("footnote ingest --library NEW_FOLDER")
    assert not own_file().exists()
    library.assistant("mine").remove([paper.paper_id for paper in library.assistant("mine").papers()])
    press(page, "Keep these settings")
    expect(said).to_contain_text("start it again")
    assert load_settings().embedder == "openai:text-embedding-3-small"


def test_only_our_own_page_may_change_settings_and_a_wrong_form_is_not_echoed(address: str) -> None:
    form = {"engine": "model", "values": {"model": "m"}, "key": KEY}
    for path in ("/view/settings", "/view/settings/try"):
        for headers in ({}, {"origin": "https://evil.example"}):
            assert httpx.post(address + path, json=form, headers=headers).status_code == 403
        own = {"origin": address}
        for wrong in (
            {**form, "key": KEY * 200},
            {**form, "values": KEY},
            {**form, "values": {"model": KEY * 200}},
            [KEY],
        ):
            reply = httpx.post(address + path, json=wrong, headers=own)
            assert reply.status_code == 422 and KEY not in reply.text
        reply = httpx.post(address + path, content=f'{{"key": "{KEY}"', headers=own)
        assert reply.status_code == 422 and KEY not in reply.text
    assert not own_file().exists()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (1024, "light"), (420, "light"), (420, "dark")]
)
def test_the_room_is_calm_and_accessible(open_real: Opened, server: ModelServer, width: int, scheme: str) -> None:
    page = open_real(width, scheme)
    enter(page)
    picture(page, f"settings-quotes-{scheme}-{width}")
    assert serious(page) == []
    fill_in(page, server)
    page.get_by_text("How it is asked").click()
    press(page, "Try it")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#fn-settings").evaluate("room => room.scrollTo(0, 0)")
    picture(page, f"settings-model-{scheme}-{width}")
    page.locator("#fn-settings").evaluate("room => room.scrollTo(0, 9999)")
    picture(page, f"settings-end-{scheme}-{width}")


def test_the_file_is_put_in_place_whole(open_real: Opened, server: ModelServer) -> None:
    own_file().parent.mkdir(parents=True)
    own_file().write_text('# mine\nport = 8123\nmodel = "old"\n')
    own_file().chmod(0o644)
    page = open_real()
    enter(page)
    fill_in(page, server)
    press(page, "Keep these settings")
    text = own_file().read_text()
    assert "port = 8123" in text and 'model = "good"' in text and "# mine" not in text
    assert stat.S_IMODE(own_file().stat().st_mode) == 0o600
    assert list(own_file().parent.iterdir()) == [own_file()]
