"""A model on a well-behaved server, and on servers that do not take everything."""

from __future__ import annotations

import asyncio
import platform
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ContextTooLong, ModelCut, SettingsError
from assistant.llm import Message, client, count_prompt, open_model
from assistant.llm.address import OPENAI_HOST
from assistant.llm.client import OpenAIModel
from assistant.settings import Settings
from tests.assistant.llm.conftest import KEY, MESSAGES, Opener
from tests.fakes.model_server import ModelServer

GOOD = (
    "Under full load the pump held a flow of 40 litres per minute. "
    '[S1] "Under full load the pump held a flow of 40 litres per"'
)
LONG = [Message("user", MESSAGES[1].content.replace("Wear did", "The cold pump held its flow. " * 150 + "Wear did"))]


def ask(model: OpenAIModel, **options: Any) -> str:
    return model.reply(MESSAGES, **{"max_tokens": 300, **options}).text


def test_a_plain_reply_is_the_models_text_with_its_usage(opened: Opener, server: ModelServer) -> None:
    reply = opened("good").reply(MESSAGES, max_tokens=300)
    assert reply.text == GOOD
    assert reply.usage["prompt_tokens"] > 50 and reply.usage["completion_tokens"] > 20
    assert reply.notices == ()
    (asked,) = server.asks
    assert asked.body == {
        "model": "good",
        "messages": [{"role": message.role, "content": message.content} for message in MESSAGES],
        "max_tokens": 300,
        "stream": False,
    }


def test_a_streamed_reply_comes_in_pieces_that_make_the_text(opened: Opener, server: ModelServer) -> None:
    deltas: list[str] = []
    reply = opened("good").reply(MESSAGES, max_tokens=300, on_delta=deltas.append)
    assert len(deltas) > 10
    assert "".join(deltas) == reply.text == GOOD
    assert reply.usage["completion_tokens"] > 20
    assert server.asks[0].body["stream"] is True


def test_the_key_goes_to_the_server_and_nowhere_else(opened: Opener, server: ModelServer) -> None:
    model = opened("good")
    ask(model)
    assert server.keys == [KEY]
    assert KEY not in repr(model)


def test_a_request_says_nothing_of_this_machine(opened: Opener, server: ModelServer) -> None:
    ask(opened("good"))
    headers = {name.lower(): value for name, value in server.asks[0].headers.items()}
    assert [name for name in headers if "stainless" in name] == ["x-stainless-raw-response"]  # says "stream"
    assert not any(platform.system() in value or platform.python_version() in value for value in headers.values())


def test_the_temperature_is_sent_when_it_is_set(opened: Opener, server: ModelServer) -> None:
    ask(opened("good", temperature=0.0))
    assert server.asks[0].body["temperature"] == 0.0


def test_a_text_that_cannot_be_encoded_is_sent_as_well_as_it_can(opened: Opener, server: ModelServer) -> None:
    opened("good").reply([Message("user", "half a pair: \ud800.")], max_tokens=300)
    assert server.asks[0].prompt == "half a pair: ?."


def test_an_empty_reply_is_a_reply(opened: Opener) -> None:
    assert ask(opened("empty")) == ask(opened("empty"), on_delta=lambda _: None) == ""


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("name", ["thinks", "thinks-unopened", "reasons"])
def test_thinking_is_no_part_of_the_reply(opened: Opener, name: str, stream: bool) -> None:
    deltas: list[str] = []
    assert ask(opened(name), on_delta=deltas.append if stream else None) == GOOD
    if stream and name != "thinks-unopened":  # its beginning is known only at its end
        assert "".join(deltas) == GOOD


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    "name", ["no-temperature", "wants-max-completion-tokens", "no-system", "no-system-500", "no-stream-options"]
)
def test_what_a_server_does_not_take_costs_one_more_call_once(
    opened: Opener, server: ModelServer, name: str, stream: bool
) -> None:
    extra = 0 if name == "no-stream-options" and not stream else 1
    for calls in (1 + extra, 1):
        server.asks.clear()
        # a new object: what is learned belongs to the process
        assert ask(opened(name, temperature=0.2), on_delta=(lambda _: None) if stream else None) == GOOD
        assert len(server.asks) == calls
    body = server.asks[-1].body
    assert (body.get("max_tokens") or body.get("max_completion_tokens")) == 300


def test_all_refusals_together_cost_one_call_each(opened: Opener, server: ModelServer) -> None:
    model = opened("takes-little", temperature=0.2)
    assert ask(model, on_delta=lambda _: None) == GOOD
    assert len(server.asks) == 5
    assert "Answer from the evidence." in server.asks[-1].prompt
    assert server.asks[-1].roles == ["user"]


def test_what_one_model_does_not_take_is_sent_to_another(opened: Opener, server: ModelServer) -> None:
    ask(opened("no-temperature", temperature=0.2))
    ask(opened("good", temperature=0.2))
    assert "temperature" in server.asks[-1].body


def test_a_server_that_does_not_stream_is_read_in_one_piece(opened: Opener) -> None:
    deltas: list[str] = []
    assert ask(opened("ignores-stream"), on_delta=deltas.append) == GOOD
    assert "".join(deltas) == GOOD


@pytest.mark.parametrize("stream", [True, False])
def test_a_prompt_that_the_server_cut_is_told(opened: Opener, stream: bool) -> None:
    reply = opened("cuts-prompt").reply(LONG, max_tokens=300, on_delta=(lambda _: None) if stream else None)
    (notice,) = reply.notices
    assert re.search(r"read about 200 of 1\d\d\d tokens", notice) and "num_ctx" in notice


def test_a_prompt_that_was_read_whole_is_not_called_cut(opened: Opener) -> None:
    assert opened("good").reply(LONG, max_tokens=300).notices == ()


def test_a_request_longer_than_the_window_is_not_sent(opened: Opener, server: ModelServer) -> None:
    model = opened("good", context_window=1024)
    fits = 1024 - count_prompt(model, MESSAGES)
    ask(model, max_tokens=fits)
    with pytest.raises(ContextTooLong) as caught:
        ask(model, max_tokens=fits + 1)
    assert caught.value.limit == 1024
    assert len(server.asks) == 1


@pytest.mark.parametrize("name", ["stall", "stall-at-once", "ttft0-itl50-len300"])
def test_a_stop_is_heeded_at_once_and_ends_the_servers_work(opened: Opener, server: ModelServer, name: str) -> None:
    stop, deltas = threading.Event(), []
    timer = threading.Timer(0.4, stop.set)
    timer.start()
    started = time.monotonic()
    with pytest.raises(ModelCut) as caught:
        ask(opened(name), on_delta=deltas.append, stop=stop)
    assert time.monotonic() - started < 2.0
    assert caught.value.reason == "stopped"
    assert caught.value.text == "".join(deltas)
    deadline = time.monotonic() + 2.0
    while not server.asks[0].left and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.asks[0].left


def test_a_stop_is_heeded_while_waiting_to_ask_again(opened: Opener, server: ModelServer) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    started = time.monotonic()
    with pytest.raises(ModelCut, match="stopped"):
        ask(opened("busy-30"), stop=stop)
    assert time.monotonic() - started < 2.0
    assert len(server.asks) == 1


def test_nothing_is_sent_after_a_stop(opened: Opener, server: ModelServer) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(ModelCut, match="stopped"):
        ask(opened("good"), stop=stop)
    assert server.asks == []


def test_an_error_of_the_one_who_listens_ends_the_reply_and_is_his(opened: Opener, server: ModelServer) -> None:
    def listen(delta: str) -> None:
        raise LookupError("no page to show it on")

    with pytest.raises(LookupError, match="no page"):
        ask(opened("good"), on_delta=listen)


def test_a_reply_can_be_asked_for_inside_a_running_loop(opened: Opener) -> None:
    """As in a notebook."""

    async def cell() -> str:
        return ask(opened("good"))

    assert asyncio.run(cell()) == GOOD


def test_several_replies_come_side_by_side(opened: Opener, server: ModelServer) -> None:
    model = opened("ttft300-itl0-len5")
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(lambda _: ask(model), range(8)))) == 8
    assert time.monotonic() - started < 2.4  # one after the other would take as long
    assert len(server.asks) == 8


def test_a_proxy_of_the_environment_is_not_told_of_a_server_on_this_machine(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert ask(opened("good")) == GOOD


def test_openais_own_variables_change_nothing(
    opened: Opener, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-openai")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-openai")
    ask(opened("good"))
    assert "of-openai" not in str(server.asks[0].headers)


def test_a_server_without_a_key_is_asked_without_one(opened: Opener, server: ModelServer) -> None:
    assert ask(opened("good", key="")) == GOOD
    assert server.keys == ["none"]


def settings(tmp_path: Path, **options: Any) -> Settings:
    return Settings(library=tmp_path, **options)


def test_a_key_alone_opens_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert open_model(settings(tmp_path)) is None
    assert open_model(settings(tmp_path, base_url="http://127.0.0.1:9/v1")) is None


def test_the_settings_open_a_model(tmp_path: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "FOOTNOTE_MODEL": "good",
        "FOOTNOTE_BASE_URL": server.url,
        "OPENAI_API_KEY": KEY,
        "FOOTNOTE_TEMPERATURE": "0.5",
        "FOOTNOTE_CONTEXT_WINDOW": "4096",
    }.items():
        monkeypatch.setenv(name, value)
    model = open_model(settings(tmp_path))
    assert model is not None
    assert (model.name, model.host, model.context_window) == ("good", server.url.split("/")[2], 4096)
    assert server.requests == []  # opening sends nothing
    assert model.reply(MESSAGES, max_tokens=300).text == GOOD
    assert server.asks[0].body["temperature"] == 0.5


def test_openais_own_host_is_the_default_and_wants_a_key() -> None:
    assert OpenAIModel("any", key=KEY).host == OPENAI_HOST
    with pytest.raises(SettingsError, match="key"):
        OpenAIModel("any")


@pytest.mark.parametrize(
    "url",
    [
        "localhost:11434/v1",
        "ftp://localhost/v1",
        "http://",
        "http://[::1/v1",
        "http://localhost:99999/v1",
        f"http://me:{KEY}@localhost/v1",
        f"http://localhost/v1?key={KEY}",
    ],
)
def test_an_address_that_is_none_or_holds_a_key_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="base_url") as caught:
        OpenAIModel("any", base_url=url)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("key", ["with a space 0123", "with-ä-0123", "two\nlines"])
def test_a_key_that_no_request_can_carry_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        OpenAIModel("any", base_url="http://127.0.0.1:9/v1", key=key)
    assert key not in str(caught.value)


def test_the_first_wait_is_half_a_second_and_doubles() -> None:
    """The other tests shorten it."""
    source = Path(client.__file__).read_text("utf-8")
    assert "FIRST_WAIT_S = 0.5" in source
