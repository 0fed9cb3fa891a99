"""What the tests of the jail let a child do."""

from __future__ import annotations

import os
import sys
import time

from assistant.reading.jail import announce, refuse, send

NAMES = "send environment modules socket process write hoard spin announced babble crash decline wait".split()
JOBS = {name: f"tests.assistant.reading.inmates:do_{name}" for name in NAMES}


def do_send(values: list[object]) -> None:
    for value in values:
        send(value)
    send(b"\x00bytes")


def do_environment() -> None:
    send(dict(os.environ))


def do_modules() -> None:
    import assistant.reading.pdf_child  # noqa: F401

    send(sorted({name.split(".")[0] for name in sys.modules}))


def do_socket() -> None:
    import socket

    try:
        socket.create_connection(("127.0.0.1", 9), 0.1)
    except OSError as error:
        send(type(error).__name__)


def do_process() -> None:
    import subprocess

    try:
        subprocess.run([sys.executable, "-c", ""], check=False)
    except OSError as error:
        send(type(error).__name__)


def do_write(path: str) -> None:
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with open(path, "w") as file:  # noqa: PTH123
            file.write("x" * 100_000)
        send("written")
    except OSError as error:
        send(type(error).__name__)


def do_hoard() -> None:
    send("before")
    held = []
    while True:
        held.append(b"x" * (10 << 20))


def do_spin() -> None:
    while True:
        pass


def do_announced() -> None:
    announce(20)
    time.sleep(1.5)
    send("done")


def do_babble() -> None:
    while True:
        send("x" * 100_000)


def do_crash() -> None:
    raise ValueError("a fault of the reader")


def do_decline() -> None:
    refuse("encrypted", "It is locked.")


def do_wait() -> None:
    send(os.getpid())
    time.sleep(60)
