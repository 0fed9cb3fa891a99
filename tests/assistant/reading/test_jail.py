"""The jail: what a child may know and do, and what becomes of it when it may not go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.reading import jail
from tests.assistant.reading import inmates

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the platform has no such limit")


@pytest.fixture(autouse=True)
def _jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the child find the jobs of these tests."""
    start = f"from assistant.reading import jail; jail.JOBS.update({inmates.JOBS!r}); jail.main()"
    monkeypatch.setattr(jail, "COMMAND", (sys.executable, "-c", start))
    yield


def run(job: str, request: dict[str, object] | None = None, limits: jail.Limits | None = None) -> list[object]:
    return list(jail.run(job, request or {}, limits or jail.Limits()))


def test_child_sends_values_and_bytes_in_order() -> None:
    assert run("send", {"values": [1, "zwei"]}) == [1, "zwei", b"\x00bytes"]


def test_child_sees_no_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("FOOTNOTE_LLM_API_KEY", "sk-secret")
    (environment,) = run("environment")
    assert "sk-secret" not in json.dumps(environment)


def test_child_imports_nothing_heavy() -> None:
    (modules,) = run("modules")
    assert isinstance(modules, list)
    assert not {"numpy", "chromadb", "openai", "gradio", "llama_index", "PIL"} & set(modules)


def test_child_opens_no_socket() -> None:
    assert run("socket") == ["PermissionError"]


def test_child_starts_no_process() -> None:
    assert run("process") == ["PermissionError"]


@LINUX
def test_child_writes_no_file(tmp_path: Path) -> None:
    (outcome,) = run("write", {"path": str(tmp_path / "file")})
    assert outcome != "written"
    assert not (tmp_path / "file").exists() or (tmp_path / "file").stat().st_size == 0


@LINUX
def test_memory_limit_stops_the_child_and_keeps_what_it_sent() -> None:
    sent = []
    with pytest.raises(jail.Stopped) as stop:
        for value in jail.run("hoard", {}, jail.Limits(memory=300 << 20)):
            sent.append(value)
    assert stop.value.cause == "memory"
    assert sent == ["before"]


def test_time_limit_stops_the_child() -> None:
    began = time.monotonic()
    with pytest.raises(jail.Stopped) as stop:
        run("spin", limits=jail.Limits(seconds=0.7))
    assert stop.value.cause == "time"
    assert time.monotonic() - began < 10


def test_announced_pages_lengthen_the_time() -> None:
    assert run("announced", limits=jail.Limits(seconds=1.0, seconds_a_unit=1.0)) == ["done"]


def test_output_limit_stops_the_child() -> None:
    with pytest.raises(jail.Stopped) as stop:
        run("babble", limits=jail.Limits(output=1 << 20))
    assert stop.value.cause == "output"


def test_crash_is_told_from_a_limit() -> None:
    with pytest.raises(jail.Stopped) as stop:
        run("crash")
    assert stop.value.cause == "crash"


def test_refusal_carries_its_code() -> None:
    with pytest.raises(jail.Refused) as refusal:
        run("decline")
    assert (refusal.value.code, str(refusal.value)) == ("encrypted", "It is locked.")


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_killed_child_is_a_stop_and_no_hang() -> None:
    frames = jail.run("wait", {})
    pid = next(frames)
    threading.Timer(0.2, os.kill, (pid, signal.SIGSEGV)).start()
    with pytest.raises(jail.Stopped):
        list(frames)


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_closing_the_iterator_ends_the_child() -> None:
    frames = jail.run("wait", {})
    pid = next(frames)
    frames.close()  # type: ignore[attr-defined]
    assert gone(pid)


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_killed_parent_leaves_no_orphan() -> None:
    start = f"from assistant.reading import jail; jail.JOBS.update({inmates.JOBS!r}); jail.main()"
    script = (
        "import sys; from assistant.reading import jail\n"
        f"jail.COMMAND = (sys.executable, '-c', {start!r})\n"
        "frames = jail.run('wait', {}); print(next(frames), flush=True); next(frames)"
    )
    root = Path(jail.__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=root)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone(pid)


def gone(pid: int) -> bool:
    """Tell whether a process ends within ten seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False
