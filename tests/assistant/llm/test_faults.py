"""Every fault of a server, streamed and plain: how often it is asked, what is told, and that the key is not."""

from __future__ import annotations

import gc
import socket
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from assistant.errors import ContextTooLong, ModelBusy, ModelCut, ModelError, ModelRefused, ModelUnreachable
from assistant.llm import client
from tests.assistant.llm.conftest import KEY, MESSAGES, Opener
from tests.fakes import model_behaviours
from tests.fakes.model_behaviours import Ask, Script, failed
from tests.fakes.model_server import ModelServer

BOTH = pytest.mark.parametrize("stream", [True, False], ids=["stream", "plain"])
LONGEST_S = 10.0

# the model's name: how often it is asked, and the error (a reason: ModelCut), streamed and plain
FAULTS: dict[str, tuple[int, object, object]] = {
    "status-400": (1, ModelRefused, ModelRefused),
    "status-401": (1, ModelRefused, ModelRefused),
    "status-402": (1, ModelRefused, ModelRefused),
    "status-403": (1, ModelRefused, ModelRefused),
    "status-404": (1, ModelRefused, ModelRefused),
    "status-408": (3, ModelBusy, ModelBusy),
    "status-409": (3, ModelBusy, ModelBusy),
    "status-413": (1, ModelRefused, ModelRefused),
    "status-422": (1, ModelRefused, ModelRefused),
    "status-429": (3, ModelBusy, ModelBusy),
    "status-500": (3, ModelBusy, ModelBusy),
    "status-502": (3, ModelBusy, ModelBusy),
    "status-503": (3, ModelBusy, ModelBusy),
    "no-such-model": (1, ModelRefused, ModelRefused),
    "quota": (1, ModelRefused, ModelRefused),
    "retry-after-3600": (1, ModelBusy, ModelBusy),
    "context-length": (1, ContextTooLong, ContextTooLong),
    "html": (1, ModelUnreachable, ModelUnreachable),
    "redirect": (1, ModelRefused, ModelRefused),
    "echo-key": (1, ModelRefused, ModelRefused),
    "echo-key-400": (1, ModelRefused, ModelRefused),
    "echo-key-429": (3, ModelBusy, ModelBusy),
    "echo-key-500": (3, ModelBusy, ModelBusy),
    "reset-at-once": (3, ModelUnreachable, ModelUnreachable),
    "close": (1, "unfinished", "broken"),
    "broken": (1, "broken", "broken"),
    "error-event": (1, "reported", "reported"),
    "no-finish": (1, "unfinished", "unfinished"),
    "length": (1, "length", "length"),
    "content-filter": (1, "filtered", "filtered"),
    "thinks-for-ever": (1, "length", "length"),
}
SILENCES: dict[str, tuple[object, object]] = {
    "stall": ("stalled", ModelBusy),
    "drip": ("stalled", ModelBusy),
    "stall-at-once": (ModelBusy, ModelBusy),
}


def failure(opened: Opener, name: str, *, stream: bool = True, timeout: float = 20.0) -> ModelError:
    """Ask, expecting an error in time that shows the key nowhere, not even in what it holds."""
    started = time.monotonic()
    deltas: list[str] = []
    with pytest.raises(ModelError) as caught:
        opened(name, timeout=timeout).reply(MESSAGES, max_tokens=300, on_delta=deltas.append if stream else None)
    assert time.monotonic() - started < LONGEST_S
    error = caught.value
    assert error.message and error.message[-1] != " "
    assert error.__cause__ is None and error.__context__ is None
    assert [frame.name for frame in traceback.extract_tb(error.__traceback__)] == ["failure", "reply"]
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert KEY not in shown and KEY not in f"{error!r} {vars(error)}"
    if isinstance(error, ModelCut) and stream:
        assert error.text == "".join(deltas)
    return error


def assert_is(error: ModelError, expected: object) -> None:
    if isinstance(expected, str):
        assert isinstance(error, ModelCut) and error.reason == expected, error
    else:
        assert type(error) is expected, error


@BOTH
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_asked_about_as_often_as_it_helps_and_named(
    opened: Opener, server: ModelServer, name: str, stream: bool
) -> None:
    attempts, streamed, plain = FAULTS[name]
    error = failure(opened, name, stream=stream)
    assert len(server.asks) == attempts
    assert_is(error, streamed if stream else plain)


@BOTH
def test_a_slow_first_token_is_waited_for(opened: Opener, server: ModelServer, stream: bool) -> None:
    reply = opened("slow-first-token-0.6").reply(
        MESSAGES, max_tokens=300, on_delta=(lambda _: None) if stream else None
    )
    assert "40 litres" in reply.text and len(server.asks) == 1
    assert type(failure(opened, "slow-first-token-5", stream=stream, timeout=0.5)) is ModelBusy


def test_a_reset_after_the_first_token_is_not_asked_about_again(opened: Opener, server: ModelServer) -> None:
    assert_is(failure(opened, "reset"), "broken")
    assert len(server.asks) == 1


def test_a_reset_in_a_plain_reply_is_asked_about_again_since_nothing_was_shown(
    opened: Opener, server: ModelServer
) -> None:
    assert_is(failure(opened, "reset", stream=False), ModelUnreachable)
    assert len(server.asks) == 3


@BOTH
@pytest.mark.parametrize("name", SILENCES)
def test_silence_ends_a_question_at_the_timeout_and_is_not_repeated(
    opened: Opener, server: ModelServer, name: str, stream: bool
) -> None:
    error = failure(opened, name, stream=stream, timeout=0.5)
    assert len(server.asks) == 1
    assert_is(error, SILENCES[name][not stream])


@BOTH
@pytest.mark.parametrize("name", ["flaky-408", "flaky-409", "flaky-429", "flaky-500", "flaky-502", "flaky-503"])
def test_a_passing_fault_is_overcome(opened: Opener, server: ModelServer, name: str, stream: bool) -> None:
    reply = opened(name).reply(MESSAGES, max_tokens=300, on_delta=(lambda _: None) if stream else None)
    assert "40 litres" in reply.text
    assert len(server.asks) == 3


@BOTH
def test_a_refused_connection_is_tried_three_times(
    opened: Opener, caplog: pytest.LogCaptureFixture, stream: bool
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = opened("good", base_url=f"http://127.0.0.1:{port}/v1")
    with pytest.raises(ModelUnreachable, match=f"127.0.0.1:{port}"):
        model.reply(MESSAGES, max_tokens=300, on_delta=(lambda _: None) if stream else None)
    assert sum("connect_tcp.started" in record.getMessage() for record in caplog.records) == 3


def test_a_model_that_went_away_comes_back(opened: Opener, server: ModelServer) -> None:
    model = opened("good")
    server.down.set()
    try:
        with pytest.raises(ModelUnreachable):
            model.reply(MESSAGES, max_tokens=300)
    finally:
        server.down.clear()
    assert "40 litres" in model.reply(MESSAGES, max_tokens=300).text


@pytest.mark.parametrize("name", ["stall", "drip", "reset", "close", "broken", "error-event"])
def test_what_came_of_a_cut_reply_is_kept(opened: Opener, name: str) -> None:
    error = failure(opened, name, timeout=1.0 if name in SILENCES else 20.0)
    assert isinstance(error, ModelCut)
    assert error.text.strip() == "Under full load the"
    assert error.usage["prompt_tokens"] > 50


def test_a_reply_of_nothing_but_thinking_is_said_to_be_that(opened: Opener) -> None:
    assert "before it wrote anything" in failure(opened, "thinks-for-ever").message


def test_the_wait_that_a_server_asks_for_is_kept(opened: Opener, server: ModelServer) -> None:
    opened("retry-after-1").reply(MESSAGES, max_tokens=300)
    first, second = server.asks
    assert 1.0 <= second.at - first.at < 2.5


def test_a_wait_until_a_date_is_kept(opened: Opener, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def until(ask: Ask) -> Script | str:
        moment = datetime.now(UTC) + timedelta(seconds=2)
        late = failed(503, "later", retry_after=format_datetime(moment, usegmt=True))
        return late if ask.number == 1 else "Whole."

    monkeypatch.setitem(model_behaviours.BEHAVIOURS, "until", until)
    assert opened("until").reply(MESSAGES, max_tokens=300).text == "Whole."
    assert server.asks[1].at - server.asks[0].at > 0.9  # dates have no fractions


def test_a_long_wait_is_told_at_once(opened: Opener) -> None:
    assert "60 minutes" in failure(opened, "retry-after-3600").message


def test_waits_that_grow_too_long_together_are_told(
    opened: Opener, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LONGEST_WAIT_S", 1.0)
    assert type(failure(opened, "busy-0.6")) is ModelBusy
    assert len(server.asks) == 2


def test_the_window_is_read_from_the_servers_words(opened: Opener) -> None:
    error = failure(opened, "context-length")
    assert isinstance(error, ContextTooLong)
    assert error.limit == 4096


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 2048 tokens. However, you requested 3000 tokens.",
        "the request exceeds the available context size (2048 tokens), try increasing it",
        "'max_tokens' is too large: 5000. This model's maximum context length is 2048 tokens.",
    ],
)
def test_a_request_that_is_too_long_is_known_by_the_words_of_many_servers(
    opened: Opener, server: ModelServer, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setitem(model_behaviours.BEHAVIOURS, "small", lambda ask: failed(400, words))
    error = failure(opened, "small")
    assert isinstance(error, ContextTooLong)
    assert error.limit == 2048
    assert len(server.asks) == 1


def test_an_error_in_the_stream_shows_the_servers_words_without_the_key(opened: Opener) -> None:
    error = failure(opened, "error-event")
    assert "the model runner stopped" in error.message and "[key]" in error.message


def test_a_key_in_a_header_is_logged_without_it(opened: Opener, caplog: pytest.LogCaptureFixture) -> None:
    failure(opened, "echo-key")
    assert "x-your-key" in caplog.text  # the control: such headers are logged
    assert KEY not in caplog.text


@BOTH
def test_a_key_in_the_reply_is_taken_out(opened: Opener, stream: bool) -> None:
    deltas: list[str] = []
    reply = opened("echo-key-in-reply").reply(MESSAGES, max_tokens=300, on_delta=deltas.append if stream else None)
    assert "Your key is [key] indeed." in reply.text
    assert KEY not in "".join(deltas) + repr(reply)


def test_a_redirect_is_not_followed(opened: Opener, server: ModelServer) -> None:
    failure(opened, "redirect")
    assert server.paths == ["/v1/chat/completions"]


@BOTH
def test_a_reply_without_end_is_cut(opened: Opener, monkeypatch: pytest.MonkeyPatch, stream: bool) -> None:
    monkeypatch.setattr(client, "MOST_BYTES", 2_000)
    monkeypatch.setattr("assistant.llm.stream.MOST_BYTES", 2_000)
    assert_is(failure(opened, "very-long", stream=stream), "length")


def assert_nothing_left(call: Callable[[], object]) -> None:
    """Call it and see that no connection is left to the garbage collector; warnings fail the tests."""
    call()
    gc.collect()


def test_no_fault_leaves_a_connection_open(opened: Opener) -> None:
    for name in ("reset", "stall", "status-500", "html"):
        assert_nothing_left(lambda name=name: failure(opened, name, timeout=0.5))  # type: ignore[misc]
