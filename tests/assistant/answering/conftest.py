"""A library of made-up papers, and assistants over it with models of the scripted server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.settings import Settings
from assistant.types import Answer
from tests.assistant.notes import build
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.fakes.model_server import ModelServer, model_server

MEMORY = "By how much does Galewind reduce the memory of the optimizer?"
Ask = Callable[..., Answer]
OpenWith = Callable[..., Assistant]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the library of made-up papers."""
    folder = tmp_path_factory.mktemp("written")
    build(folder).close()
    return folder


@pytest.fixture(scope="session")
def running_server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def server(running_server: ModelServer) -> ModelServer:
    """The server, with nothing asked yet."""
    running_server.clear()
    return running_server


@pytest.fixture
def assistant(folder: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenWith]:
    """Open the library with a model of the scripted server."""
    monkeypatch.setattr("assistant.core.open_embedder", lambda *_, **__: HashingEmbedder())
    opened: list[Assistant] = []

    def open_with(model: str, **more: object) -> Assistant:
        patience = 1 if "stall" in model else 20  # seconds
        settings = Settings(library=folder / "library", model=model, base_url=server.url, timeout_s=patience, **more)  # type: ignore[arg-type]
        opened.append(Assistant(settings))
        return opened[-1]

    yield open_with
    for each in opened:
        each.close()


@pytest.fixture
def ask(assistant: OpenWith) -> Ask:
    """Ask a model's assistant a question; nothing is kept."""

    def ask(model: str, question: str = MEMORY, **more: object) -> Answer:
        return assistant(model, **more).ask(question, keep=False)

    return ask
