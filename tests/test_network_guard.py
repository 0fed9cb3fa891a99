"""The guard of conftest.py: it lets loopback through and stops, and remembers, all else."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.conftest import OUTSIDE

ATTEMPTS: list[Callable[[], object]] = [
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=0.1),
    lambda: socket.create_connection(("example.org", 80), timeout=0.1),
    lambda: socket.getaddrinfo("example.org", 443),
    lambda: socket.socket(socket.AF_INET6).connect_ex(("2001:db8::1", 80)),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"?", ("192.0.2.1", 53)),
    lambda: socket.socket().bind(("0.0.0.0", 0)),
    lambda: socket.socket().bind(("", 0)),
]


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_leaves_the_machine_is_stopped_and_remembered(attempt: Callable[[], object]) -> None:
    with pytest.raises(OSError, match="nothing leave this machine"):
        attempt()
    assert OUTSIDE
    OUTSIDE.clear()  # else this test would fail, as it should any other


def test_loopback_is_let_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    with suppress(socket.gaierror):
        socket.getaddrinfo("localhost", 80)
