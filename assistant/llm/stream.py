"""Reads what a server sends, in one piece or as events, into a text. Knows the protocol; knows no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import CutReason
from assistant.llm.sieve import Sieve

MOST_BYTES = 8_000_000  # of one reply; far more than any model writes, and little to hold


class Cut(Exception):
    """The reply ends here, before its end."""

    def __init__(self, reason: CutReason, words: str = "") -> None:
        super().__init__(words)
        self.reason = reason
        self.words = words


class NotAReply(Exception):
    """What came is no reply at all: a web page, another protocol."""


@dataclass
class Incoming:
    """A reply on its way in. `began` says that the model has written or thought something."""

    sieve: Sieve
    on_delta: Callable[[str], None] | None
    began: bool = False
    finished: bool = False
    usage: dict[str, int] = field(default_factory=dict)
    _rest: bytes = b""
    _size: int = 0

    @property
    def text(self) -> str:
        """What the reply says so far."""
        return self.sieve.text

    def take_body(self, body: bytes) -> None:
        """Read a reply that came in one piece. Raise NotAReply, Cut."""
        try:
            document = json.loads(body)
        except ValueError:
            if body.lstrip()[:1] != b"{":
                raise NotAReply from None
            raise Cut("broken", "half of a JSON document") from None
        if not isinstance(document, dict):
            raise NotAReply
        if not self._take(document) and "choices" not in document:
            raise NotAReply
        self.end()

    def take_bytes(self, piece: bytes) -> bool:
        """Read some more of a stream; return whether the reply went on with it. Raise Cut."""
        self._size += len(piece)
        if self._size > MOST_BYTES:
            raise Cut("length", "more than any reply has")
        *lines, self._rest = (self._rest + piece).split(b"\n")
        went_on = False
        for document in _events(lines):
            went_on |= self._take(document)
        return went_on

    def end(self) -> None:
        """Say that nothing more comes; raise Cut when the reply had not said that it is whole."""
        if not self.finished:
            for document in _events([self._rest]):
                self._take(document)
        self._let_through("", last=True)
        if not self.finished:
            raise Cut("unfinished")

    def _take(self, document: dict[str, Any]) -> bool:
        """Read one document of the protocol; return whether the reply went on with it."""
        if document.get("error"):
            raise Cut("reported", _words(document["error"]))
        self._take_usage(document.get("usage"))
        choices = document.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return False
        said = choice.get("delta") or choice.get("message") or {}
        if not isinstance(said, dict):
            return False
        content = _content(said.get("content"))
        went_on = bool(content or said.get("reasoning_content") or said.get("reasoning"))
        self.began |= went_on
        self._let_through(content)
        reason = choice.get("finish_reason")
        if reason == "length":
            raise Cut("length")
        if reason == "content_filter":
            raise Cut("filtered")
        self.finished |= bool(reason)
        return went_on

    def _let_through(self, content: str, *, last: bool = False) -> None:
        through = self.sieve.feed(content, last=last)
        if through and self.on_delta:
            self.on_delta(through)

    def _take_usage(self, usage: object) -> None:
        if isinstance(usage, dict):
            for name in ("prompt_tokens", "completion_tokens"):
                count = usage.get(name)
                if isinstance(count, int) and not isinstance(count, bool) and count > 0:
                    self.usage[name] = count


def _events(lines: list[bytes]) -> Iterator[dict[str, Any]]:
    """Return the documents of whole lines; comments, names of events and the closing [DONE] are passed by."""
    for line in lines:
        name, _, data = line.partition(b":")
        data = data.strip()
        if name != b"data" or not data or data == b"[DONE]":
            continue
        try:
            document = json.loads(data)
        except ValueError:
            raise Cut("broken", "an event that is not JSON") from None
        if isinstance(document, dict):
            yield document


def _content(content: object) -> str:
    """Return a message's text, which a few servers send in parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _words(error: object) -> str:
    return str(error.get("message") or error) if isinstance(error, dict) else str(error)
