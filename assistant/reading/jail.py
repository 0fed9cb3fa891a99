"""Runs a reader of untrusted files in a child process without keys, network or files to write, within limits.

The parent starts `python -m assistant.reading.jail` and reads length-prefixed frames; nothing is unpickled. Knows
nothing of PDFs beyond the table of jobs.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

JOBS = {
    "pages": "assistant.reading.pdf_child:pages",
    "boxes": "assistant.reading.pdf_child:boxes",
    "picture": "assistant.reading.pdf_child:picture",
    "unlocked": "assistant.reading.pdf_child:unlocked",
}

COMMAND = (sys.executable, "-m", "assistant.reading.jail")

_HEADER = struct.Struct(">cI")
_JSON, _BYTES, _UNITS, _REFUSAL, _DONE = b"J", b"B", b"U", b"R", b"D"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: seconds by the clock (more for each page it announces), bytes of memory and of output."""

    seconds: float = 18.0
    seconds_a_unit: float = 0.1
    memory: int = 1 << 30
    output: int = 256 << 20


Cause = Literal["time", "memory", "output", "crash"]


class Stopped(Exception):
    """The child ended before it was done; `cause` tells which limit it met, `crash` that it met none."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause


class Refused(Exception):
    """The child looked at the file and declined it; `code` is that of a ReadingError."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def run(job: str, request: dict[str, Any], limits: Limits = Limits()) -> Iterator[Any]:
    """Yield what the job sends, as it comes: JSON values, or bytes.

    Raises Stopped at a limit or a crash, Refused when the child declines the file. Closing the iterator ends the child.
    """
    child = subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd=_ROOT,
    )
    clock = _Clock(child, limits)
    try:
        assert child.stdin and child.stdout
        order = {"job": job, "request": request, "memory": limits.memory}
        with contextlib.suppress(BrokenPipeError):  # a child that is already gone is reported below
            child.stdin.write(json.dumps(order).encode() + b"\n")
            child.stdin.flush()
        left = limits.output
        while len(header := child.stdout.read(_HEADER.size)) == _HEADER.size:
            tag, length = _HEADER.unpack(header)
            left -= length
            if left < 0:
                raise Stopped("output", f"more than {limits.output >> 20} MB came out of it")
            payload = child.stdout.read(length)
            if len(payload) < length:
                break
            if tag == _DONE:
                return
            if tag == _UNITS:
                clock.allow(json.loads(payload))
            elif tag == _REFUSAL:
                raise Refused(**json.loads(payload))
            else:
                yield payload if tag == _BYTES else json.loads(payload)
        raise _reason(child.wait(), clock)
    finally:
        clock.stop()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                pipe.close() if pipe else None


class _Clock:
    """Kills a child when its time is up."""

    def __init__(self, child: subprocess.Popen[bytes], limits: Limits) -> None:
        self._child, self._limits, self._began = child, limits, time.monotonic()
        self.rang = False
        self._timer = self._start(limits.seconds)

    def allow(self, units: int) -> None:
        """Give the child the time that its number of pages deserves."""
        self._timer.cancel()
        allowed = self._limits.seconds + units * self._limits.seconds_a_unit
        self._timer = self._start(allowed - (time.monotonic() - self._began))

    def stop(self) -> None:
        self._timer.cancel()

    def _start(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(max(0.0, seconds), self._ring)
        timer.daemon = True
        timer.start()
        return timer

    def _ring(self) -> None:
        self.rang = True
        self._child.kill()


def _environment() -> dict[str, str]:
    """Return all that the child may know of the machine: where the modules are, and nothing that could be a key."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LANG", "LC_ALL") if name in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}


def _reason(status: int, clock: _Clock) -> Stopped:
    if clock.rang or -status == getattr(signal, "SIGXCPU", None):
        return Stopped("time", "it took too long")
    # PDFium ends its process where an allocation fails
    fatal = {getattr(signal, name, 0) for name in ("SIGABRT", "SIGTRAP", "SIGILL", "SIGKILL")}
    if status == _OUT_OF_MEMORY or -status in fatal:
        return Stopped("memory", "it needed too much memory")
    return Stopped("crash", f"the reading process ended with status {status}")


# ---- the child ----

_OUT_OF_MEMORY = 66  # the status of a child that Python told so
_LAST_RESORT = 600  # seconds of work; the parent's clock rings long before


def send(value: Any) -> None:
    """Send a JSON value, or bytes, to the parent."""
    if isinstance(value, bytes):
        _frame(_BYTES, value)
    else:
        _frame(_JSON, json.dumps(value, separators=(",", ":")).encode())


def announce(units: int) -> None:
    """Tell the parent how many pages there are, which lengthens the time allowed."""
    _frame(_UNITS, json.dumps(units).encode())


def refuse(code: str, message: str) -> NoReturn:
    """Tell the parent that the file cannot be read, and end."""
    _frame(_REFUSAL, json.dumps({"code": code, "message": message}).encode())
    sys.stdout.flush()
    os._exit(0)


def _frame(tag: bytes, payload: bytes) -> None:
    out = sys.stdout.buffer
    out.write(_HEADER.pack(tag, len(payload)))
    out.write(payload)
    out.flush()


def _confine(memory: int) -> None:
    """Give up the network, writing, and more than the allowed memory, as far as the platform knows how."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        new_user, new_network = 0x10000000, 0x40000000
        if libc.unshare(new_network) != 0:  # root may; others need a user namespace of their own
            libc.unshare(new_user | new_network)
    with contextlib.suppress(ImportError):
        import resource

        for name, value in (("AS", memory), ("CPU", _LAST_RESORT), ("FSIZE", 0), ("CORE", 0)):
            with contextlib.suppress(ValueError, OSError, AttributeError):
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    sys.addaudithook(_no_network)


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork")):
        raise PermissionError(event)


def _end_with_parent() -> None:
    """End when the parent does: its end closes our standard input."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Do one job for the parent."""
    order = json.loads(_first_line())
    module, name = JOBS[order["job"]].split(":")
    job: Callable[..., None] = getattr(importlib.import_module(module), name)
    _confine(order["memory"])
    _end_with_parent()
    try:
        job(**order["request"])
        _frame(_DONE, b"")
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    os._exit(0)  # no clean-up that a broken file could make hang


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(0, 1 << 16)
        if not piece:
            os._exit(1)
        line += piece
    return line


if __name__ == "__main__":
    from assistant.reading import jail  # the jobs import this module under its name; run that one

    jail.main()
