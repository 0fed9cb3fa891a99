"""Named errors of questions, papers and answers. Each message says what is wrong, each hint what to do next.

FootnoteError (vectorstore.errors)
├── SettingsError      a setting is wrong
├── ReadingError       a file cannot be read; the message goes into its report
│   ├── NotFound       no such file
│   ├── UnknownType    a type Footnote does not read
│   ├── Empty          nothing in it
│   ├── NoText         pages without text: scanned
│   ├── GarbledText    text that is no language: a broken text layer
│   ├── Encrypted      needs a password
│   ├── Damaged        not readable as what it claims to be
│   └── TooLarge       over a limit of time, memory or output with nothing read
├── ModelError         the model gave no whole reply
│   ├── ModelUnreachable  nothing that speaks the protocol answers there
│   ├── ModelRefused   the server refuses: the key, the model's name, the quota, the request
│   ├── ModelBusy      too many requests, out of order, or too slow; asked again in vain
│   ├── ModelCut       the reply ended before its end; what came is kept
│   ├── ContextTooLong the request is longer than the model's context window
│   └── BudgetSpent    the tokens of the question or the day are spent; nothing was sent
└── UsageError         the question or the command makes no sense as it stands
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from vectorstore.errors import FootnoteError

CutReason = Literal["length", "filtered", "unfinished", "stalled", "broken", "reported", "stopped"]


class SettingsError(FootnoteError):
    """A setting is wrong; the message names it and where it was set."""

    code = "settings"


class UsageError(FootnoteError):
    """The question or command makes no sense as it stands."""

    code = "usage"


class ReadingError(FootnoteError):
    """A file cannot be read. Never ends an ingest: it is that file's outcome."""

    code = "unreadable"


class NotFound(ReadingError):
    """There is no such file."""

    code = "not_found"


class UnknownType(ReadingError):
    """A type of file that Footnote does not read."""

    code = "unknown_type"


class Empty(ReadingError):
    """The file holds nothing to read."""

    code = "empty"


class NoText(ReadingError):
    """The pages carry no text; they look scanned."""

    code = "no_text"


class GarbledText(ReadingError):
    """The text layer is no language."""

    code = "garbled_text"


class Encrypted(ReadingError):
    """The file needs a password."""

    code = "encrypted"


class Damaged(ReadingError):
    """The file is not what it claims to be, or broken beyond reading."""

    code = "damaged"


class TooLarge(ReadingError):
    """Reading ran over a limit before anything was read."""

    code = "too_large"


class ModelError(FootnoteError):
    """The model gave no whole reply. Never carries a vendor's exception, nor the key."""

    code = "model"


class ModelUnreachable(ModelError):
    """Nothing that speaks the OpenAI protocol answers at that address."""

    code = "model_unreachable"


class ModelRefused(ModelError):
    """The server refuses for good: the key, the model's name, the quota or the request."""

    code = "model_refused"


class ModelBusy(ModelError):
    """The server is overloaded, out of order or too slow, also when asked again."""

    code = "model_busy"


class ModelCut(ModelError):
    """The reply ended before its end. `text` is what came of it, `reason` why there is no more.

    length: the most tokens were reached; filtered: by the server's content filter; unfinished: the stream ended without
    saying that it is done; stalled: silence; broken: the connection or its data; reported: an error sent in the stream;
    stopped: by the person.
    """

    code = "model_cut"

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        reason: CutReason,
        text: str = "",
        usage: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        super().__init__(message, hint)
        self.reason = reason
        self.text = text
        self.usage = dict(usage)


class ContextTooLong(ModelError):
    """The request is longer than the model's context window; `limit` is the window in tokens, as far as known."""

    code = "context_too_long"

    def __init__(self, message: str, hint: str = "", *, limit: int | None = None) -> None:
        super().__init__(message, hint)
        self.limit = limit


class BudgetSpent(ModelError):
    """The budget of tokens is spent; nothing was sent."""

    code = "budget_spent"
