"""What a server turned out not to take, remembered for as long as the process lives. Knows no vendor's exception."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from assistant.llm.types import Message


class Quirk(Enum):
    """One thing that some servers or models refuse."""

    NO_TEMPERATURE = "temperature"
    MAX_COMPLETION_TOKENS = "max_tokens"
    NO_SYSTEM_ROLE = "system role"
    NO_STREAM_OPTIONS = "stream_options"


# The parameter's name says it. The role has none, so its refusal is known by the words that servers use.
_PARAMETERS = {
    "stream_options": Quirk.NO_STREAM_OPTIONS,
    "temperature": Quirk.NO_TEMPERATURE,
    "max_tokens": Quirk.MAX_COMPLETION_TOKENS,
}
_SYSTEM_REFUSED = re.compile(
    r"system['\"`]? (role|message|prompt|instruction)s?\b|role\W+system\b|only user and assistant roles|"
    r"(must|should) (alternate|start with)|does not support ['\"`]?system\b|developer instruction",
    re.IGNORECASE,
)

_learned: dict[tuple[str, str], frozenset[Quirk]] = {}
_lock = threading.Lock()


def learned(host: str, model: str) -> frozenset[Quirk]:
    """Return what is known of this model on this host."""
    return _learned.get((host, model), frozenset())


def learn(host: str, model: str, quirk: Quirk) -> None:
    """Remember a quirk of this model on this host."""
    with _lock:
        _learned[host, model] = learned(host, model) | {quirk}


def forget() -> None:
    """Forget all that was learned, as a new process does."""
    with _lock:
        _learned.clear()


def refused(words: str, parameter: str, sent: Mapping[str, Any]) -> Quirk | None:
    """Return what a server that refused `sent` with these words does not take; None when it is something else."""
    for name, quirk in _PARAMETERS.items():
        if name in sent and (parameter == name or name in words):
            return quirk
    has_system = any(message["role"] == "system" for message in sent["messages"])
    return Quirk.NO_SYSTEM_ROLE if has_system and _SYSTEM_REFUSED.search(words) else None


def request(
    model: str,
    messages: Sequence[Message],
    *,
    max_tokens: int,
    temperature: float | None,
    stream: bool,
    quirks: frozenset[Quirk],
) -> dict[str, Any]:
    """Return the body of a request, in the way that a server with these quirks takes it."""
    if Quirk.NO_SYSTEM_ROLE in quirks:
        messages = _without_system(messages)
    limit = "max_completion_tokens" if Quirk.MAX_COMPLETION_TOKENS in quirks else "max_tokens"
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": _sendable(message.content)} for message in messages],
        limit: max_tokens,
        "stream": stream,
    }
    if temperature is not None and Quirk.NO_TEMPERATURE not in quirks:
        body["temperature"] = temperature
    if stream and Quirk.NO_STREAM_OPTIONS not in quirks:
        body["stream_options"] = {"include_usage": True}
    return body


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """Put what the system messages say in front of the first message of the user."""
    said = [message.content for message in messages if message.role == "system"]
    others = [message for message in messages if message.role != "system"]
    first = next((place for place, message in enumerate(others) if message.role == "user"), None)
    if first is None:
        return [Message("user", "\n\n".join(said)), *others]
    others[first] = Message("user", "\n\n".join([*said, others[first].content]))
    return others


def _sendable(text: str) -> str:
    """Return the text without lone surrogates, which no request can carry."""
    return text.encode("utf-8", "replace").decode()
