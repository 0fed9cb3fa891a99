"""The key goes to the model's server and is found nowhere else, even when the server echoes it: not in what is logged,
shown, exported, stored, or handed to a child process.
"""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.model_server import ModelServer, model_server
from tests.web.paper_pdf import write_pdf

ROOT = Path(__file__).parents[1]
FOOTNOTE = (sys.executable, "-m", "assistant.cli")
KEY = "canary-0123456789abcdef"
QUESTION = "How much power did the kite produce?"
PAGE = ((20, "Tidal Kites for Small Islands"), (11, "Maren Holt"), (11, ""), (11, "The kite produced 4.7 kilowatts."))

# Loaded by every Python process that has the environment: everything is logged, and children are looked at.
HOOK = """
import logging, os, sys

logging.basicConfig(level=logging.DEBUG)

def watch(event, arguments):
    if event == "subprocess.Popen":
        environment = os.environ if arguments[3] is None else arguments[3]
        had = any("canary-0123456789abcdef" in str(value) for value in environment.values())
        with open(os.environ["CHILDREN"], "a") as log:
            log.write(f"{'with' if had else 'without'} the key: {arguments[1]}\\n")

sys.addaudithook(watch)
"""


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path, server: ModelServer) -> dict[str, str]:
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK, "utf-8")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(tmp_path / "hook"), str(ROOT))),
        "CHILDREN": str(tmp_path / "children.log"),
        "FOOTNOTE_LIBRARY": str(tmp_path / "library"),
        "FOOTNOTE_BASE_URL": server.url,
        "FOOTNOTE_MODEL": "good",
        "OPENAI_API_KEY": KEY,
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }


def test_the_key_is_found_nowhere(tmp_path: Path, server: ModelServer, environment: dict[str, str]) -> None:
    write_pdf(tmp_path / "kites.pdf", (PAGE,))

    def run(*arguments: str, model: str = "good") -> str:
        command = subprocess.run(
            [*FOOTNOTE, *arguments],
            cwd=tmp_path,
            env={**environment, "FOOTNOTE_MODEL": model},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        assert KEY not in command.stdout + command.stderr, f"{arguments} with {model} shows the key"
        assert "Traceback" not in command.stderr
        return command.stdout + command.stderr

    assert "DEBUG:" in run("ingest", "kites.pdf"), "the control: everything is logged"
    for model in ("echo-key-in-reply", "echo-key-500"):
        exported = re.search(r"footnote export (\w+)", run("ask", QUESTION, model=model))
        assert exported
        run("export", exported[1])
        run("export", exported[1], "--format", "json")
    assert set(server.keys) == {KEY}, "the control: it was sent"
    run("doctor")
    for page, headers in _served(environment):
        assert KEY not in page + headers
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "library.sqlite" for path in stored)
    assert not [path for path in stored if path.parent.name != "hook" and KEY.encode() in path.read_bytes()]
    children = (tmp_path / "children.log").read_text("utf-8")
    assert "reading.jail" in children or "pdf_child" in children, children
    assert "with the key" not in children


def test_a_key_that_is_entered_on_the_page_is_kept_in_one_file_and_found_nowhere_else(
    tmp_path: Path, server: ModelServer, environment: dict[str, str]
) -> None:
    write_pdf(tmp_path / "kites.pdf", (PAGE,))
    for name in ("OPENAI_API_KEY", "FOOTNOTE_MODEL", "FOOTNOTE_BASE_URL"):
        del environment[name]
    subprocess.run([*FOOTNOTE, "ingest", "kites.pdf"], cwd=tmp_path, env=environment, check=True, capture_output=True)

    def keep(post: Callable[[str, object], tuple[str, str]]) -> list[tuple[str, str]]:
        values = {"model": "echo-key-in-reply", "base_url": server.url}
        form = {"engine": "model", "values": values, "key": KEY}
        return [post("/view/settings/try", form), post("/view/settings", form)]

    given = _served(environment, keep)
    assert "The settings are kept." in "".join(page for page, _ in given)
    assert set(server.keys) == {KEY}, "the control: it was sent"
    asked = subprocess.run(
        [*FOOTNOTE, "ask", QUESTION], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=120
    )
    assert "echo-key-in-reply" in asked.stdout + asked.stderr, "the command line has the settings too"
    for words in (*(words for pair in given for words in pair), asked.stdout, asked.stderr):
        assert KEY not in words
    kept = tmp_path / "config" / "footnote" / "footnote.toml"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600 and KEY in kept.read_text("utf-8")
    stored = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "hook" and path != kept]
    assert not [path for path in stored if KEY.encode() in path.read_bytes()]
    assert "with the key" not in (tmp_path / "children.log").read_text("utf-8")


def _served(
    environment: dict[str, str],
    work: Callable[[Callable[[str, object], tuple[str, str]]], list[tuple[str, str]]] = lambda _: [],
) -> list[tuple[str, str]]:
    """Start the page, do what is to be done by its own requests, and return what it gives at its addresses."""
    server = subprocess.Popen(
        [*FOOTNOTE, "serve", "--no-browser"], env=environment, stderr=subprocess.PIPE, encoding="utf-8", cwd=ROOT
    )
    assert server.stderr
    told = ""
    while "Footnote is open at" not in told:
        line = server.stderr.readline()
        assert line, told
        told += line
    address = re.findall(r"http://127\.0\.0\.1:\d+", told)[-1]
    errors, said = server.stderr, []
    reading = threading.Thread(target=lambda: said.append(errors.read()))  # a pipe that is full stops the server
    reading.start()
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(path: str, form: object) -> tuple[str, str]:
        headers = {"origin": address, "content-type": "application/json"}
        request = urllib.request.Request(address + path, json.dumps(form).encode(), headers)
        with direct.open(request, timeout=60) as reply:
            return reply.read().decode("utf-8", "replace"), str(reply.headers)

    views = ("/view/mine/papers", "/view/mine/conversations", "/view/settings", "/view/engine")
    try:
        got = work(post)
        for path in ("/", "/config", "/gradio_api/info", *views):
            with direct.open(address + path, timeout=60) as reply:
                got.append((reply.read().decode("utf-8", "replace"), str(reply.headers)))
        time.sleep(1)  # what starts in the background starts now
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=120)
        reading.join()
        errors.close()
    return [*got, (told, said[0])]
