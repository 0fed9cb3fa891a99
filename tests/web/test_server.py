"""The application from outside, without a browser: who may ask, what every response carries, how it starts and ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from assistant.core import Assistant
from assistant.handover import Handover
from assistant.settings import Settings
from assistant.web.libraries import Libraries
from tests.fakes.scripted_assistant import ScriptedAssistant
from tests.web.conftest import TOKEN, served
from vectorstore.errors import FootnoteError

pytestmark = pytest.mark.filterwarnings("ignore")  # what Gradio's own parts warn of is not ours
ROOT = Path(__file__).parents[2]
PLACES = (
    "/",
    "/ours/style.css",
    "/config",
    "/view/example/papers",
    "/view/example/conversations",
    "/view/example/passage/none/1",
    "/api/v1/ingest",
    "/nowhere",
)


@pytest.mark.parametrize("place", PLACES)
def test_every_response_carries_the_headers(address: str, place: str) -> None:
    headers = httpx.get(address + place).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", policy)[0]  # type: ignore[index]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "169.254.169.254", "", "[::1"])
def test_other_hosts_are_refused(address: str, place: str, host: str) -> None:
    """A name that someone points at this machine (DNS rebinding) gets nothing."""
    assert httpx.get(address + place, headers={"host": host}).status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", None])
@pytest.mark.parametrize(
    "place", ["/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/cancel", "/gradio_api/reset"]
)
def test_other_pages_may_not_send(address: str, place: str, origin: str | None) -> None:
    reply = httpx.post(address + place, json={}, headers={"origin": origin} if origin else {})
    assert reply.status_code == 403


def test_no_origin_is_let_in_by_a_header(address: str) -> None:
    headers = httpx.get(f"{address}/config", headers={"origin": "https://evil.example"}).headers
    assert not [name for name in headers if name.startswith("access-control-")]


def test_a_request_over_the_limit_is_refused_told_or_not(address: str) -> None:
    own = {"origin": address}
    assert httpx.post(f"{address}/gradio_api/upload", content=b"x" * 3_000_000, headers=own).status_code == 413

    def untold() -> object:
        for _ in range(300):
            yield b"x" * 10_000

    try:
        status = httpx.post(f"{address}/gradio_api/upload", content=untold(), headers=own).status_code  # type: ignore[arg-type]
    except httpx.HTTPError:
        status = 0
    assert status == 0 or status >= 400


@pytest.mark.parametrize(
    "place",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../../../etc/passwd",
        "/ours/../server.py",
        "/ours/%2e%2e/server.py",
        "/view/example/page/..%2f..%2fetc/1.png",
        "/view/example/page/0000000000000001/99999999999999999999.png",
        "/view/example/page/0000000000000001/3.png?width=100000",
    ],
)
def test_nothing_else_of_this_machine_is_served(address: str, place: str) -> None:
    reply = httpx.get(address + place)
    assert reply.status_code in (403, 404, 422)


def test_the_page_names_no_other_host(address: str) -> None:
    page = httpx.get(address).text
    assert not re.findall(r'(?:href|src|content)="https?://(?!127)[^"]*', page)


def test_handlers_are_not_offered_as_an_api(address: str) -> None:
    assert httpx.get(f"{address}/gradio_api/info").json() == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_the_api_wants_the_token(address: str) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}):
        assert httpx.post(f"{address}/api/v1/ingest", json={"paths": []}, headers=headers).status_code == 401


def lines(address: str, name: str, body: dict[str, object]) -> list[dict[str, dict[str, object]]]:
    reply = httpx.post(f"{address}/api/v1/{name}", json=body, headers={"authorization": f"Bearer {TOKEN}"})
    return [json.loads(line) for line in reply.text.splitlines()]


def test_the_command_line_hands_files_over(address: str, mine: ScriptedAssistant, tmp_path: Path) -> None:
    mine.held.clear()
    told = lines(address, "ingest", {"paths": [str(tmp_path / "new.md"), str(tmp_path / "scan.pdf")]})
    assert told[0]["progress"]["total"] == 2
    report = told[-1]["report"]
    assert [one["title"] for one in report["added"]] == ["new"]  # type: ignore[attr-defined]
    assert [one["code"] for one in report["failed"]] == ["no_text"]  # type: ignore[attr-defined]
    paper_id = mine.held[0].paper_id
    assert lines(address, "remove", {"papers": [paper_id]})[-1]["report"]["removed"][0]["paper_id"] == paper_id  # type: ignore[index]
    assert lines(address, "remove", {"papers": [paper_id]})[-1]["error"]["code"] == "paper_not_found"


def test_the_command_line_hands_changes_over(tmp_path: Path) -> None:
    for name, words in (("kites", "Kites fly at 30 m."), ("wells", "Wells reach 90 m down.")):
        (tmp_path / f"{name}.md").write_text(f"# Of {name}\n\n{words}\n")
    settings = Settings(library=tmp_path / "library")
    libraries = Libraries(lambda: Assistant(settings, owner="the tests"))
    mine = libraries.assistant("mine")
    mine.ingest([tmp_path / "kites.md", tmp_path / "wells.md"])
    with served(libraries, settings, tmp_path) as address:
        mine.library.publish({"port": int(address.rpartition(":")[2]), "token": TOKEN})
        owner = Handover.find(settings.library)
        assert owner
        assert owner.change("tag", ["Of kites"], {"add": ["to read"], "remove": []})["papers"][0]["tags"] == ["to read"]
        assert owner.change("edit", ["Of kites"], {"year": 1999})["papers"][0]["edited"] == ["year"]
        (one,) = owner.change("merge", ["Of kites", "Of wells"], {})["papers"]
        assert {source["name"] for source in one["sources"]} == {"kites.md", "wells.md"}
        assert owner.change("separate", [one["paper_id"]], {"file": "wells.md"})["papers"][0]["title"] == "Of wells"
        owner.remove(["Of kites"])
        (back,) = owner.change("restore", ["Of kites"], {})["papers"]
        assert (back["tags"], back["year"]) == (["to read"], 1999)
        with pytest.raises(FootnoteError, match="is no date"):
            owner.change("edit", ["Of kites"], {"date": "soon"})
    libraries.close()


def test_it_takes_the_next_port_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {**os.environ, "FOOTNOTE_LIBRARY": str(tmp_path / "library"), "FOOTNOTE_PORT": str(port)}
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )
        try:
            assert process.stderr
            told = ""
            while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", told)):
                line = process.stderr.readline()
                assert line, told
                told += line
            assert int(found[1]) > port
            owner = json.loads((tmp_path / "library" / "owner.json").read_text())
            assert owner["port"] == int(found[1])
            assert "Footnote" in httpx.get(found[0], timeout=60).text
        finally:
            process.send_signal(signal.SIGINT)
            _, rest = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in rest
    assert not (tmp_path / "library" / "owner.json").exists()
