"""What a model is to the rest of Footnote: messages in, a whole reply out. Knows no server and no vendor."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

_TOKENS_A_MESSAGE = 5  # its role and the marks around it, in the templates of common models


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply. `usage` counts prompt_tokens and completion_tokens; `notices` are sentences for the reader."""

    text: str
    usage: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


class Model(Protocol):
    """Something that writes. Thread-safe; several replies may be under way at once."""

    @property
    def name(self) -> str:
        """The model's name, as it stands on every answer."""

    @property
    def host(self) -> str:
        """The host, and port, that everything sent goes to."""

    @property
    def context_window(self) -> int:
        """The tokens of request and reply together."""

    @property
    def tokens_left(self) -> int | None:
        """The tokens that may still be spent on it, None without a budget. Raise BudgetSpent when that is not known."""

    def reply(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        on_delta: Callable[[str], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Reply:
        """Return the whole reply, streaming it to `on_delta` (from another thread) when that is given.

        Raise a ModelError: ModelCut with what came when the reply is not whole or `stop` was set, ContextTooLong
        (before anything is sent, where it can be known), BudgetSpent, ModelRefused, ModelBusy, ModelUnreachable.
        """

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, rather too many than too few, without a request."""


def count_prompt(model: Model, messages: Sequence[Message]) -> int:
    """Count the tokens of a request as `model` reads it. With the reply's most tokens it must fit the window."""
    return sum(model.count_tokens(message.content) + _TOKENS_A_MESSAGE for message in messages)
