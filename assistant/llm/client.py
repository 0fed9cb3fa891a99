"""A model behind any server that speaks the OpenAI protocol. The vendor's errors end here, and so does the key."""

from __future__ import annotations

import asyncio
import json
import math
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self, TypeVar

import openai
import tenacity

from assistant.errors import ContextTooLong, ModelError
from assistant.llm.address import OPENAI_HOST, OPENAI_URL, host_of, is_this_machine, usable_key
from assistant.llm.failures import LONGEST_WAIT_S, AskAgain, Learned, Server
from assistant.llm.logs import keep_out_of_logs
from assistant.llm.quirks import learn, learned, request
from assistant.llm.sieve import Sieve
from assistant.llm.stream import MOST_BYTES, Cut, Incoming, NotAReply
from assistant.llm.tokens import count_tokens
from assistant.llm.types import Message, Reply, count_prompt

if TYPE_CHECKING:
    from assistant.settings import Settings

ATTEMPTS = 3
FIRST_WAIT_S = 0.5  # before the second attempt, doubled before the third, when the server asks for nothing else
CONNECT_S = 5.0
_LISTING_S = 10.0  # for the list of models
_TAIL_S = 5.0  # what may follow the end of a reply: its usage
_LONGEST_REPLY = 20  # times the timeout: a server that drips can not hold a question for ever
_STOP_LOOKED_FOR_S = 0.05
_OTHER_VOCABULARY = 1.2  # how many more tokens smaller vocabularies need for the same text
_CUT_BELOW, _CUT_TOKENS = 0.75, 200  # a prompt that was read by that much less than it has was cut
_OWN_MARK = "-raw-response"  # a header that the vendor's client reads again itself
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody

T = TypeVar("T")


class OpenAIModel:
    """Sends messages to one server, the only host that is ever called. Opening it sends nothing."""

    tokens_left: int | None = None

    def __init__(
        self,
        name: str,
        *,
        base_url: str | None = None,
        key: str = "",
        timeout: float = 60.0,
        temperature: float | None = None,
        context_window: int = 8192,
    ) -> None:
        self.name = name
        self.context_window = context_window
        self._url = base_url or OPENAI_URL
        self.host = host_of(self._url)
        self._key = usable_key(key.strip(), self.host)
        keep_out_of_logs(self._key)
        self._timeout = timeout
        self._temperature = temperature
        self._server = Server(self.host, name, self._key)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Open the model that the settings name; raise SettingsError when they cannot work."""
        key = settings.openai_api_key
        return cls(
            settings.model or "",
            base_url=settings.base_url,
            key=key.get_secret_value() if key else "",
            timeout=settings.timeout_s,
            temperature=settings.temperature,
            context_window=settings.context_window,
        )

    def __repr__(self) -> str:
        return f"OpenAIModel({self.name!r}, host={self.host!r})"

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, with a margin for vocabularies that are not OpenAI's."""
        return math.ceil(count_tokens(text) * (1 if self.host == OPENAI_HOST else _OTHER_VOCABULARY))

    def reply(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        on_delta: Callable[[str], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Reply:
        """Return the whole reply; see Model.reply."""
        needed = count_prompt(self, messages) + max_tokens
        if needed > self.context_window:
            raise ContextTooLong(
                f"The request needs about {needed} tokens, and the model's window has {self.context_window}.",
                "Raise FOOTNOTE_CONTEXT_WINDOW if the server grants more, or lower FOOTNOTE_MAX_TOKENS.",
                limit=self.context_window,
            )
        asking = _Asking(self._server, self._timeout, on_delta)
        failure: ModelError
        try:
            _run(self._ask(asking, messages, max_tokens), stop)
            return Reply(asking.text, asking.usage_or_count(messages), asking.notices(messages))
        except Cut as cut:
            failure = self._server.cut(cut, asking.text, asking.usage_or_count(messages))
        except AskAgain as again:
            failure = again.error
        except ModelError as error:
            failure = error
        # Raised anew: what led to it, and the variables on the way, hold the request, and the key with it.
        failure.__context__ = None
        raise failure.with_traceback(None)

    def listed(self) -> tuple[str, ...] | None:
        """Return the names of the models that the server lists, None where it keeps no list. Raise a ModelError."""
        failure: ModelError
        try:
            return _run(self._list(), None)
        except AskAgain as again:
            failure = again.error
        except ModelError as error:
            failure = error
        failure.__context__ = None
        raise failure.with_traceback(None)

    async def _list(self) -> tuple[str, ...] | None:
        try:
            async with (
                self._client() as client,
                asyncio.timeout(min(self._timeout, _LISTING_S)),
                client.models.with_streaming_response.list() as response,
            ):
                document = json.loads(await _whole(_pieces(response)))
                names = [entry["id"] for entry in document["data"]]
        except TimeoutError:
            raise self._server.silent(min(self._timeout, _LISTING_S)) from None
        except openai.NotFoundError:
            return None
        except openai.OpenAIError as error:
            raise self._server.named(error, {"messages": []}) from None
        except _Broken:
            raise self._server.unreachable() from None
        except (Cut, ValueError, LookupError, TypeError):
            raise self._server.no_reply() from None
        return tuple(self._server.redacted(name) for name in names if isinstance(name, str))

    async def _ask(self, asking: _Asking, messages: Sequence[Message], max_tokens: int) -> None:
        """Ask until there is a reply: again after failures that pass, and without what the server does not take."""
        async with self._client() as client:
            async for attempt in tenacity.AsyncRetrying(
                retry=tenacity.retry_if_exception_type(AskAgain),
                stop=tenacity.stop_after_attempt(ATTEMPTS),
                wait=_wait,
                sleep=asyncio.sleep,
                reraise=True,
            ):
                with attempt:
                    while True:
                        body = request(
                            self.name,
                            messages,
                            max_tokens=max_tokens,
                            temperature=self._temperature,
                            stream=asking.on_delta is not None,
                            quirks=learned(self.host, self.name),
                        )
                        try:
                            await asking.once(client, body)
                            break
                        except Learned as lesson:
                            learn(self.host, self.name, lesson.quirk)

    def _client(self) -> openai.AsyncOpenAI:
        """Open the vendor's client for one reply: no retries, no redirects, no word on this machine, and a proxy
        only where it is safe.

        A proxy from the environment is used for https, where it cannot read along, and never on this machine.
        """
        secure = self._url.lower().startswith("https:")
        client = openai.AsyncOpenAI(
            api_key=self._key or "none",
            base_url=self._url,
            max_retries=0,
            http_client=openai.DefaultAsyncHttpxClient(
                follow_redirects=False,
                trust_env=secure and not is_this_machine(self._url),
                verify=True if secure else _NO_CERTIFICATES,  # loading the real ones takes 50 ms
                timeout=openai.Timeout(None, connect=CONNECT_S),  # silence is measured by _Asking
                event_hooks={"request": [_without_telemetry]},
            ),
        )
        client._platform = "Unknown"  # to find out it would start `uname`, which would inherit the key's variable
        client.organization = client.project = None  # from OpenAI's environment variables; no other host's business
        return client


class _Asking:
    """One reply being asked for: what came of it, and how long to wait for more."""

    def __init__(self, server: Server, timeout: float, on_delta: Callable[[str], None] | None) -> None:
        self.on_delta = on_delta
        self._server = server
        self._timeout = timeout
        self._incoming = self._fresh()

    def _fresh(self) -> Incoming:
        return Incoming(Sieve(self._server.key), self.on_delta)

    @property
    def text(self) -> str:
        return self._incoming.text

    def usage_or_count(self, messages: Sequence[Message]) -> dict[str, int]:
        """Return the usage the server told, or else what can be counted."""
        counted = {
            "prompt_tokens": sum(count_tokens(message.content) for message in messages),
            "completion_tokens": count_tokens(self.text),
        }
        return counted | self._incoming.usage

    def notices(self, messages: Sequence[Message]) -> tuple[str, ...]:
        """Return what the reader has to know: that the server did not read all that was sent."""
        read = self._incoming.usage.get("prompt_tokens")
        sent = sum(count_tokens(message.content) for message in messages)
        if read is None or read > sent * _CUT_BELOW or sent - read < _CUT_TOKENS:
            return ()
        return (
            f"The server cut the prompt: it read about {read} of {sent} tokens; raise its context window "
            "(num_ctx in Ollama), or lower FOOTNOTE_CONTEXT_WINDOW.",
        )

    async def once(self, client: openai.AsyncOpenAI, body: dict[str, Any]) -> None:
        """Send one request and read its reply. Raise ModelError, Cut, AskAgain or Learned."""
        self._incoming = incoming = self._fresh()
        try:
            async with (
                asyncio.timeout(self._timeout * _LONGEST_REPLY),
                asyncio.timeout(self._timeout) as silence,
                client.chat.completions.with_streaming_response.create(**body) as response,
            ):
                pieces = _pieces(response)
                content_type = response.headers.get("content-type", "")
                if "text/html" in content_type:
                    raise NotAReply
                if "text/event-stream" in content_type:
                    await self._read_events(pieces, silence)
                else:
                    incoming.take_body(await _whole(pieces))
        except TimeoutError:
            if not incoming.finished:
                raise (Cut("stalled") if incoming.began else self._server.silent(self._timeout)) from None
        except _Broken:
            if not incoming.finished:
                raise (Cut("broken") if incoming.began else AskAgain(self._server.unreachable())) from None
        except NotAReply:
            raise self._server.no_reply() from None
        except Cut as cut:
            if not incoming.began and cut.reason == "reported" and (error := self._server.too_long(cut.words)):
                raise error from None
            raise
        except openai.OpenAIError as error:
            raise self._server.named(error, body) from None

    async def _read_events(self, pieces: AsyncIterator[bytes], silence: asyncio.Timeout) -> None:
        now = asyncio.get_running_loop().time
        async for piece in pieces:
            went_on = self._incoming.take_bytes(piece)
            if self._incoming.finished:
                silence.reschedule(now() + min(_TAIL_S, self._timeout))
            elif went_on:
                silence.reschedule(now() + self._timeout)
        self._incoming.end()


class _Broken(Exception):
    """The connection failed while a reply was read."""


async def _pieces(response: openai.AsyncAPIResponse[Any]) -> AsyncIterator[bytes]:
    """Return the bytes of a reply as they come; whatever the transport raises becomes _Broken."""
    pieces = aiter(response.iter_bytes())
    while True:
        try:
            piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except Exception:  # httpx, httpx2, ssl, zlib: all mean the same here
            raise _Broken from None
        yield piece


async def _whole(pieces: AsyncIterator[bytes]) -> bytes:
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > MOST_BYTES:
            raise Cut("length", "more than any reply has")
    return bytes(body)


async def _without_telemetry(request: Any) -> None:
    """Take out what the vendor's client tells of this machine: its system, processor and Python."""
    for name in list(request.headers):
        if name.lower().startswith("x-stainless-") and not name.lower().endswith(_OWN_MARK):
            del request.headers[name]


def _wait(state: tenacity.RetryCallState) -> float:
    """Return the seconds before the next attempt: what the server asks for, or else a little more each time."""
    failure = state.outcome.exception() if state.outcome else None
    if isinstance(failure, AskAgain) and failure.after is not None:
        if state.idle_for + failure.after > LONGEST_WAIT_S:
            raise failure
        return failure.after
    return float(FIRST_WAIT_S * 2 ** (state.attempt_number - 1))


def _run(work: Coroutine[Any, Any, T], stop: threading.Event | None) -> T:
    """Run it in a loop of its own, whatever loop the caller may be in; raise Cut soon after `stop` is set."""
    given_up = threading.Event()

    def stopped() -> bool:
        return given_up.is_set() or (stop is not None and stop.is_set())

    async def watched() -> T:
        task = asyncio.ensure_future(work)
        while not stopped():
            done, _ = await asyncio.wait({task}, timeout=_STOP_LOOKED_FOR_S)
            if done:
                return task.result()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise Cut("stopped")

    with ThreadPoolExecutor(1, "model") as worker:
        try:
            return worker.submit(asyncio.run, watched()).result()
        except BaseException:  # an interrupt by the person must not wait for the model
            given_up.set()
            raise
