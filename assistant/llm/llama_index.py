"""Any llama-index LLM as one of our models. It keeps its own ways of asking and retrying; its errors end here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import ModelBusy, ModelError, ModelRefused, ModelUnreachable
from assistant.llm.failures import PASSING, Server
from assistant.llm.sieve import Sieve
from assistant.llm.stream import Cut
from assistant.llm.tokens import count_tokens
from assistant.llm.types import Message, Reply

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


class LlamaIndexModel:
    """An LLM that was made elsewhere, with its own key, timeout and most tokens.

    The `max_tokens` of a request is not passed on, since not every LLM takes it. `host` is what the LLM calls its
    server, else the name of its class.
    """

    tokens_left: int | None = None

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self.name = f"llama-index:{llm.metadata.model_name}"
        self.context_window = llm.metadata.context_window
        addresses = (getattr(llm, name, None) for name in ("api_base", "base_url"))
        self.host = next((urlsplit(url).netloc for url in addresses if isinstance(url, str)), type(llm).__name__)
        key = getattr(llm, "api_key", None)
        self._server = Server(self.host, self.name, key if isinstance(key, str) else "")

    def count_tokens(self, text: str) -> int:
        """Count in OpenAI's vocabulary."""
        return count_tokens(text)

    def reply(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        on_delta: Callable[[str], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Reply:
        """Return the whole reply; see Model.reply. A stop is seen between two pieces of a stream."""
        sieve = Sieve(self._server.key)
        try:
            for piece in self._pieces(messages, stream=on_delta is not None):
                if stop and stop.is_set():
                    raise Cut("stopped")
                through = sieve.feed(piece)
                if through and on_delta:
                    on_delta(through)
            through = sieve.feed("", last=True)
            if through and on_delta:
                on_delta(through)
        except Cut as cut:
            raise self._server.cut(cut, sieve.text, self._usage(messages, sieve.text)) from None
        return Reply(sieve.text, self._usage(messages, sieve.text))

    def _pieces(self, messages: Sequence[Message], *, stream: bool) -> Iterator[str]:
        from llama_index.core.base.llms.types import ChatMessage

        chat = [ChatMessage(role=message.role, content=message.content) for message in messages]
        responses = self._named(lambda: iter(self._llm.stream_chat(chat) if stream else [self._llm.chat(chat)]))
        while (response := self._named(lambda: next(responses, None))) is not None:
            yield (response.delta if stream else response.message.content) or ""
            reason = _finish_reason(response.raw)
            if reason == "length":
                raise Cut("length")
            if reason == "content_filter":
                raise Cut("filtered")

    def _named(self, call: Callable[[], Any]) -> Any:
        """Call into the LLM; whatever it raises becomes a ModelError, without the cause, which may hold the key."""
        try:
            return call()
        except Exception as error:
            named = self._error(str(error), getattr(error, "status_code", None))
        raise named

    def _error(self, words: str, status: object) -> ModelError:
        if too_long := self._server.too_long(words):
            return too_long
        message = f"{self.name} failed: {self._server.redacted(words)}"
        if not isinstance(status, int):
            return ModelUnreachable(message, "Check how the LLM is set up.")
        if status in PASSING or status >= 500:
            return ModelBusy(message, "Ask again in a moment.")
        return ModelRefused(message, "Check the LLM's key and model.")

    def _usage(self, messages: Sequence[Message], text: str) -> dict[str, int]:
        return {
            "prompt_tokens": sum(count_tokens(message.content) for message in messages),
            "completion_tokens": count_tokens(text),
        }


def _finish_reason(raw: Any) -> str | None:
    """Return why an OpenAI-like reply ended, None where the LLM does not say."""
    choices = raw.get("choices") if isinstance(raw, dict) else getattr(raw, "choices", None)
    if not choices:
        return None
    choice = choices[0]
    reason = choice.get("finish_reason") if isinstance(choice, dict) else getattr(choice, "finish_reason", None)
    return reason if isinstance(reason, str) else None
