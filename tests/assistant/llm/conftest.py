"""A scripted server for all tests of models, a model on it, and a watch that the key is shown nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assistant.llm import Message, client, quirks
from assistant.llm.client import OpenAIModel
from tests.fakes.model_server import ModelServer, model_server

KEY = "canary-0123456789abcdef"
MESSAGES = (
    Message("system", "Answer from the evidence."),
    Message(
        "user",
        "BEGIN EVIDENCE m4rk\n\n"
        "[S1] A Pump for Cold Wells (Ada Brook, 2020), Results\n"
        "Under full load the pump held a flow of 40 litres per minute. The well stayed cold all winter.\n\n"
        "[S2] Wear of Pumps (Bo Lind, 2021)\n"
        "Wear did not vary with the season in any of the twelve wells.\n\n"
        "END EVIDENCE m4rk\n\n"
        "Question: What flow did the pump hold under full load?\n",
    ),
)
Opener = Callable[..., OpenAIModel]


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
def opened(server: ModelServer) -> Opener:
    """Open the model of a behaviour's name on the server."""

    def open_it(name: str, **options: Any) -> OpenAIModel:
        return OpenAIModel(name, **{"base_url": server.url, "key": KEY, "timeout": 20.0, **options})

    return open_it


@pytest.fixture(autouse=True)
def _new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of any server, and waits are short."""
    quirks.forget()
    monkeypatch.setattr(client, "FIRST_WAIT_S", 0.01)


@pytest.fixture(autouse=True)
def _key_in_no_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    logged = [record.getMessage() for record in caplog.get_records("call")]
    assert not [message for message in logged if KEY in message]
