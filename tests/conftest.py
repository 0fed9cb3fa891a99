"""What all tests share: a guard against the network, a clean environment, and the folders they work in."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hashing_embedder import HashingEmbedder

ROOT = Path(__file__).parents[1]
NO_SHARED = "there is no ../shared beside this checkout"  # the only reason to skip that .ci/run allows
OUTSIDE: list[str] = []  # the calls that tried to leave this machine, from any thread


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=3, help="how often the drills kill an ingest")


@pytest.fixture(scope="session")
def kills(request: pytest.FixtureRequest) -> int:
    """How often a drill kills its victim."""
    return int(request.config.getoption("--kills"))


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if host in (None, "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _guarded_sockets() -> Iterator[None]:
    """Let sockets reach loopback only; whatever else is tried fails, and is kept for `_stays_on_this_machine`."""

    def guard(name: str, host: object) -> None:
        if not _is_local(host):
            OUTSIDE.append(f"{name}({host!r})")
            raise OSError(f"the tests let nothing leave this machine: {OUTSIDE[-1]}")

    def guarded_method(name: str) -> Any:
        original = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            address = arguments[-1]  # of connect(address), bind(address) and sendto(data[, flags], address)
            if self.family in (socket.AF_INET, socket.AF_INET6):
                guard(name, address[0])
            return original(self, *arguments)

        return call

    def guarded_function(name: str) -> Any:
        original = getattr(socket, name)

        def call(host: object, *arguments: Any, **options: Any) -> Any:
            guard(name, host)
            return original(host, *arguments, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "bind", "sendto"):
            patch.setattr(socket.socket, name, guarded_method(name))
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            patch.setattr(socket, name, guarded_function(name))
        yield


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    """Fail a test during which something tried to leave this machine, even where the code swallowed the refusal."""
    OUTSIDE.clear()
    yield
    assert not OUTSIDE, f"tried to reach the network: {OUTSIDE}"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the developer's own settings and keys out of the environment."""
    for name in list(os.environ):
        if name.startswith(("FOOTNOTE_", "OPENAI_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real papers and question sets beside the checkout; tests that want it are skipped without."""
    folder = (ROOT / "../shared").resolve()
    if not folder.is_dir():
        pytest.skip(NO_SHARED)
    return folder


@pytest.fixture
def library_folder(tmp_path: Path) -> Path:
    """Where a test may make its library; nothing is there yet."""
    return tmp_path / "library"


@pytest.fixture
def hashing_embedder() -> HashingEmbedder:
    """An embedder that is quick and knows no meaning."""
    return HashingEmbedder()
