"""A llama-index LLM as one of our models."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.errors import ContextTooLong, ModelBusy, ModelCut, ModelError, ModelRefused, ModelUnreachable
from assistant.llm import Message
from tests.assistant.llm.conftest import KEY, MESSAGES


def made(text: str = "Plain words.", error: Exception | None = None, finish: str | None = None) -> Any:
    """Make an LLM that says the text word by word, then raises or gives a reason to end."""
    from llama_index.core.base.llms.types import CompletionResponse, LLMMetadata
    from llama_index.core.llms import CustomLLM

    from assistant.llm.llama_index import LlamaIndexModel

    class Scripted(CustomLLM):
        api_key: str = KEY
        base_url: str = "http://127.0.0.1:9/v1"

        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(model_name="scripted", context_window=2048)

        def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
            if error:
                raise error
            raw = {"choices": [{"finish_reason": finish}]}
            return CompletionResponse(text=text, raw=raw)

        def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Iterator[CompletionResponse]:
            for word in text.split(" "):
                yield CompletionResponse(text=word, delta=word + " ")
            if error:
                raise error
            yield CompletionResponse(text=text, delta="", raw={"choices": [{"finish_reason": finish}]})

    return LlamaIndexModel(Scripted())


class Refusal(Exception):
    """What a vendor raises."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status_code = status


def test_it_says_who_and_where_it_is() -> None:
    model = made()
    assert (model.name, model.host, model.context_window) == ("llama-index:scripted", "127.0.0.1:9", 2048)
    assert model.count_tokens("a word") == 2


def test_a_reply_comes_whole_and_streamed_without_thinking_and_key() -> None:
    model = made(f"<think>hm</think> Plain words {KEY}")
    assert model.reply(MESSAGES, max_tokens=300).text == "Plain words [key]"
    deltas: list[str] = []
    reply = model.reply(MESSAGES, max_tokens=300, on_delta=deltas.append)
    assert "".join(deltas) == reply.text == "Plain words [key] "
    assert reply.usage["prompt_tokens"] > 50


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Refusal(f"bad key {KEY}", 401), ModelRefused),
        (Refusal("slow down", 429), ModelBusy),
        (Refusal("out of order", 500), ModelBusy),
        (Refusal("maximum context length is 2048 tokens", 400), ContextTooLong),
        (RuntimeError(f"cannot connect with {KEY}"), ModelUnreachable),
    ],
)
def test_its_errors_become_ours_without_the_key(stream: bool, error: Exception, expected: type[ModelError]) -> None:
    with pytest.raises(ModelError) as caught:
        made(error=error).reply(MESSAGES, max_tokens=300, on_delta=(lambda _: None) if stream else None)
    assert type(caught.value) is expected
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert KEY not in str(vars(caught.value)) + str(caught.value)


@pytest.mark.parametrize(("finish", "reason"), [("length", "length"), ("content_filter", "filtered")])
def test_a_reply_that_is_not_whole_is_cut(finish: str, reason: str) -> None:
    with pytest.raises(ModelCut) as caught:
        made(finish=finish).reply(MESSAGES, max_tokens=300, on_delta=lambda _: None)
    assert (caught.value.reason, caught.value.text.strip()) == (reason, "Plain words.")


def test_a_stop_is_heeded_between_pieces() -> None:
    stop = threading.Event()
    with pytest.raises(ModelCut) as caught:
        made("one two three").reply([Message("user", "?")], max_tokens=300, on_delta=lambda _: stop.set(), stop=stop)
    assert caught.value.reason == "stopped"
    assert caught.value.text == "one "
