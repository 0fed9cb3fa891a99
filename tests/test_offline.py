"""The whole path, as a person runs it, asks for no address outside this machine.

Each command runs in a child process with an audit hook that refuses and notes what is not loopback; where strace works,
it watches the system calls too, so that native code is seen as well.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOOTNOTE = (sys.executable, "-m", "assistant.cli")
START_LIMIT_S = 90.0

# Where one of these is set, some packages report nothing home by themselves; a person's machine has none of them.
QUIET = frozenset({"CI", "DO_NOT_TRACK", "ORT_DISABLE_TELEMETRY", "PYTEST_CURRENT_TEST"})

# Loaded by every Python child as `sitecustomize`, before anything of ours.
HOOK = """
import ipaddress, os, sys

def local(host):
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    else:
        return
    if not local(host):
        with open(os.environ["OFFLINE_LOG"], "a") as log:
            log.write(f"{event} {host}\\n")
        raise OSError(f"this test lets nothing leave the machine: {event} {host}")

sys.addaudithook(watch)
"""

# The control: a look-up and a connection that must be seen.
ATTEMPTS = """
import contextlib, socket

with contextlib.suppress(OSError):
    socket.getaddrinfo("footnote.invalid", 80)
with contextlib.suppress(OSError):
    socket.create_connection(("192.0.2.1", 9))
"""


class Watch:
    """Runs commands under the hook, and under strace where it works, and tells what they asked for."""

    def __init__(self, folder: Path) -> None:
        (folder / "hook").mkdir()
        (folder / "hook" / "sitecustomize.py").write_text(HOOK, "utf-8")
        self._asked, self._traced = folder / "asked.log", folder / "strace.log"
        self._asked.touch()
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in QUIET},
            "PYTHONPATH": os.pathsep.join((str(folder / "hook"), str(ROOT))),
            "OFFLINE_LOG": str(self._asked),
            "FOOTNOTE_LIBRARY": str(folder / "library"),
        }

    def command(self, command: Sequence[str]) -> list[str]:
        """Return the command, watched by strace where it works."""
        if not strace_works():
            return list(command)
        return ["strace", "-f", "-qq", "-A", "-o", str(self._traced), "-e", "trace=connect,sendto,sendmsg", *command]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.command(command), cwd=ROOT, env=self.environment, capture_output=True, encoding="utf-8", timeout=180
        )

    def outside(self) -> list[str]:
        """Return the lines of both logs that name an address outside this machine."""
        traced = self._traced.read_text("utf-8").splitlines() if self._traced.exists() else []
        return self._asked.read_text("utf-8").splitlines() + [line for line in traced if _leaves(line)]


def _leaves(line: str) -> bool:
    address = re.search(r'(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"', line)
    return bool(address) and not (address[1].startswith("127.") or address[1] in {"::1", "::ffff:127.0.0.1"})


@functools.cache
def strace_works() -> bool:
    """Tell whether strace is here and allowed to trace."""
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True).returncode == 0


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def test_the_watch_sees_who_leaves(watch: Watch) -> None:
    """The control: a look-up and a connection by Python, and a connection by native code where strace works."""
    watch.run(sys.executable, "-c", ATTEMPTS)
    seen = watch.outside()
    assert any("getaddrinfo footnote.invalid" in line for line in seen)
    assert any("192.0.2.1" in line for line in seen)
    if strace_works() and shutil.which("bash"):
        watch.run("bash", "-c", "exec 3<>/dev/udp/198.51.100.1/9")  # a connected UDP socket sends nothing
        assert any("198.51.100.1" in line for line in watch.outside())


def test_ingest_ask_and_the_page_stay_on_this_machine(watch: Watch) -> None:
    ingested = watch.run(*FOOTNOTE, "ingest", str(ROOT / "examples"), "--json")
    assert ingested.returncode == 0, ingested.stderr
    assert json.loads(ingested.stdout)["papers"] == len(list((ROOT / "examples").glob("*.md")))

    asked = watch.run(*FOOTNOTE, "ask", "How many attention heads does the Transformer use?", "--json")
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["citations"]

    examined = watch.run(*FOOTNOTE, "doctor", "--json")
    assert json.loads(examined.stdout)["healthy"], examined.stdout + examined.stderr

    _open_and_close_the_page(watch)
    assert watch.outside() == []


def _open_and_close_the_page(watch: Watch) -> None:
    port = _free_port()
    command = watch.command([*FOOTNOTE, "serve", "--no-browser", "--port", str(port)])
    server = subprocess.Popen(
        command, cwd=ROOT, env=watch.environment, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True
    )
    try:
        page = _wait_for_page(f"http://127.0.0.1:{port}/", server)
        assert "Footnote" in page
        time.sleep(3)  # what starts in the background starts now
    finally:
        _press_ctrl_c(server)
        _, said = server.communicate(timeout=120)
    assert "Traceback" not in said


def _press_ctrl_c(server: subprocess.Popen[str]) -> None:
    """Interrupt the server and not strace, which keeps such signals from itself but not from the whole group."""
    if hasattr(os, "killpg"):
        os.killpg(server.pid, signal.SIGINT)
    else:
        server.terminate()


def _wait_for_page(url: str, server: subprocess.Popen[str]) -> str:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with direct.open(url, timeout=10) as reply:
                return str(reply.read().decode("utf-8"))
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"no page; the server's exit status is {server.poll()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
