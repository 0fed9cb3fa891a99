"""What the doctor says of a model's host, in a sentence, and that it asks nobody where no model is set."""

from __future__ import annotations

import socket

import pytest

from tests.assistant.command_line import Command
from tests.fakes.model_server import model_server

KEY = "canary-0123456789abcdef"


def say(footnote: Command, monkeypatch: pytest.MonkeyPatch, model: str, url: str) -> tuple[bool, str]:
    """Give what is said of a model, and whether it is called healthy; the key is never shown."""
    monkeypatch.setenv("FOOTNOTE_MODEL", model)
    monkeypatch.setenv("FOOTNOTE_BASE_URL", url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    run = footnote("doctor", "--json")
    assert KEY not in run.out + run.err
    (found,) = [check for check in run.json["checks"] if check["name"] == "model"]
    assert run.status == (0 if run.json["healthy"] else 1)
    return found["healthy"], found["detail"]


def test_a_host_that_has_the_model_is_healthy(footnote: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server() as server:
        host = server.url.split("/")[2]
        assert say(footnote, monkeypatch, "good", server.url) == (True, f"{host} answers and has good")
        assert server.paths == ["/v1/models"] and server.keys == [KEY]
        assert not server.requests, "nothing of the person's is sent"
        healthy, detail = say(footnote, monkeypatch, "goood", server.url)
        assert not healthy and "goood is not among its models (good, " in detail and "more). Check" in detail


@pytest.mark.parametrize(
    ("status", "body", "healthy", "says"),
    [
        (404, '{"error": {"message": "no such page"}}', True, "only a question can tell"),
        (401, '{"error": {"message": "Incorrect API key provided: {key}"}}', False, "does not accept the API key"),
        (500, '{"error": {"message": "out of order, {key}"}}', False, "answered 500: out of order"),
        (200, "<!doctype html><title>Router</title>", False, "no model's reply"),
        (200, '{"data": "many"}', False, "no model's reply"),
        (200, '{"data": []}', False, "it has none"),
        (200, '{"data": [{"id": "llama:latest"}, {"id": "{key}"}]}', True, "has llama"),
    ],
)
def test_what_is_wrong_with_a_host_is_said_in_a_sentence(
    footnote: Command, monkeypatch: pytest.MonkeyPatch, status: int, body: str, healthy: bool, says: str
) -> None:
    with model_server() as server:
        server.models = (status, body)
        found, detail = say(footnote, monkeypatch, "llama", server.url)
        assert found == healthy and says in detail
        assert len(server.paths) == 1, "asked once"


def test_a_host_that_is_not_there_is_named(footnote: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    healthy, detail = say(footnote, monkeypatch, "good", f"http://127.0.0.1:{port}/v1")
    assert not healthy and f"127.0.0.1:{port} cannot be reached" in detail
    healthy, detail = say(footnote, monkeypatch, "good", "localhost:11434")
    assert not healthy and "base_url is no plain address" in detail


def test_without_a_model_nobody_is_asked(footnote: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever would leave this machine fails the test; the key alone changes nothing."""
    with model_server() as server:
        monkeypatch.setenv("FOOTNOTE_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert "model: none is set" in footnote("doctor").out
        assert not server.paths
