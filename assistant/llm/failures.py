"""Where the vendor's errors end: each becomes one of ours, or a reason to ask again. Nothing here sends anything."""

from __future__ import annotations

import email.utils
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import openai

from assistant.errors import ContextTooLong, ModelBusy, ModelCut, ModelError, ModelRefused, ModelUnreachable
from assistant.llm.quirks import Quirk, refused
from assistant.llm.sieve import redacted
from assistant.llm.stream import Cut

LONGEST_WAIT_S = 60.0  # that a server may ask for; a longer one is told at once
PASSING = frozenset({408, 409, 429})  # and all of 500 and over
_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing|credit|payment", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context.?(length|window|size)|exceed_context|prompt is too long|too many (input )?tokens|reduce the length|"
    r"maximum.{0,20}tokens|context the overflows",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"context.?(?:length|window|size)\D{0,40}?(\d{3,8})\b", re.IGNORECASE)
_MINUTE = 60


class AskAgain(Exception):
    """A failure that may pass. `error` is what to say when it does not, `after` the seconds the server asks for."""

    def __init__(self, error: ModelError, after: float | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.after = after


class Learned(Exception):
    """The server does not take something; asked without, it may answer."""

    def __init__(self, quirk: Quirk) -> None:
        super().__init__(quirk.value)
        self.quirk = quirk


@dataclass(frozen=True, slots=True)
class Server:
    """What a message about a server says of it, and the key that it must not show."""

    host: str
    model: str
    key: str = field(repr=False)

    def redacted(self, words: str) -> str:
        """Return the server's words as they may be shown."""
        return redacted(words, self.key)

    def unreachable(self, cause: BaseException | None = None) -> ModelUnreachable:
        why = _why_unreachable(cause)
        return ModelUnreachable(
            f"The model's server {self.host} cannot be reached{f': {why}' if why else ''}.",
            "Start it, or check the network and the server’s address (FOOTNOTE_BASE_URL).",
        )

    def no_reply(self) -> ModelUnreachable:
        return ModelUnreachable(
            f"{self.host} answered with something that is no model's reply, such as a web page.",
            "Check the server’s address (FOOTNOTE_BASE_URL); it often ends in /v1.",
        )

    def silent(self, seconds: float) -> ModelBusy:
        return ModelBusy(
            f"The model did not begin to answer within {seconds:g} seconds.",
            "Ask again, raise FOOTNOTE_TIMEOUT_S, or choose a quicker model.",
        )

    def cut(self, cut: Cut, text: str, usage: Mapping[str, int]) -> ModelCut:
        """Return the error of a reply that is not whole."""
        words = self.redacted(cut.words)
        message, hint = {
            "length": (
                "The model's reply was cut off at the most tokens it may have."
                if text
                else "The model used up the most tokens of a reply before it wrote anything.",
                "Raise FOOTNOTE_MAX_TOKENS, or ask for less at once.",
            ),
            "filtered": ("The server's content filter cut the model's reply off.", "Word the question differently."),
            "unfinished": ("The model's reply ended without being complete.", "Ask again."),
            "stalled": ("The model fell silent in the middle of its reply.", "Ask again, or raise FOOTNOTE_TIMEOUT_S."),
            "broken": ("The connection to the model broke in the middle of its reply.", "Ask again."),
            "reported": (f"The model's server reported an error in the middle of its reply: {words}", "Ask again."),
            "stopped": ("The reply was stopped.", ""),
        }[cut.reason]
        return ModelCut(message, hint, reason=cut.reason, text=text, usage=usage)

    def too_long(self, words: str, code: str = "") -> ContextTooLong | None:
        """Return the error when the server's words or code say that the request is too long for the model."""
        if not _TOO_LONG.search(f"{code} {words}"):
            return None
        limit = _LIMIT.search(words)
        return ContextTooLong(
            f"The request is too long for the model {self.model}: {self.redacted(words)}",
            "Set FOOTNOTE_CONTEXT_WINDOW to what the server grants.",
            limit=int(limit[1]) if limit else None,
        )

    def named(self, error: openai.OpenAIError, sent: Mapping[str, Any]) -> Exception:
        """Return a vendor's error as ModelError, or as AskAgain or Learned when another request may help."""
        if isinstance(error, openai.APIConnectionError):  # the timeout for connecting among them
            return AskAgain(self.unreachable(error))
        if not isinstance(error, openai.APIStatusError):
            return self.no_reply()
        status, said = error.status_code, _Said.of(error.body, error.message)
        words = f"{self.host} answered {status}: {self.redacted(said.words)}"
        if status in (400, 413, 422, 500):  # some servers answer 500 when a template fails on the request
            if too_long := self.too_long(said.words, said.code):
                return too_long
            if quirk := refused(said.words, said.parameter, sent):
                return Learned(quirk)
        if status in (401, 403):
            return ModelRefused(
                f"{self.host} does not accept the API key ({status}).",
                "Check the key (OPENAI_API_KEY), and the server’s address (FOOTNOTE_BASE_URL).",
            )
        if status == 404:
            return ModelRefused(
                f"{self.host} knows no model {self.model!r}, or is no server of models at that address (404).",
                "Check the model’s name (FOOTNOTE_MODEL) and the server’s address (FOOTNOTE_BASE_URL); it often ends "
                "in /v1. With Ollama, pull the model.",
            )
        if status == 402 or (status == 429 and _QUOTA.search(f"{said.code} {said.words}")):
            return ModelRefused(f"The account's quota is used up. {words}", "Check the account's plan and billing.")
        if status in PASSING or status >= 500:
            after = _retry_after(error.response.headers)
            if after is not None and after > LONGEST_WAIT_S:
                return ModelBusy(
                    f"{self.host} takes no more requests for now; it asks to wait {_duration(after)}.",
                    "Ask again then, or choose another model.",
                )
            return AskAgain(ModelBusy(words, "Ask again in a moment."), after)
        if 300 <= status < 400:
            return ModelRefused(
                f"{self.host} sends requests on to another address, and Footnote does not follow.",
                "Set FOOTNOTE_BASE_URL to the address itself.",
            )
        return ModelRefused(words, "Check FOOTNOTE_MODEL and the other settings of the model.")


def _why_unreachable(error: BaseException | None) -> str:
    """Say what the system says of a connection that was not made, however deep the vendor has put it; "" if nothing."""
    if error is None:
        return ""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its TLS certificate is not to be trusted"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS, which https needs"
    if isinstance(error, socket.gaierror):
        return "no machine of that name is known"
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers there, the connection is refused"
    if type(error).__name__ == "ConnectTimeout":
        return "it does not answer in time"
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else (error.__cause__, error.__context__)
    return next((why for why in map(_why_unreachable, inner) if why), "")


@dataclass(frozen=True, slots=True)
class _Said:
    """What the body of an error says, in the shapes that servers give it."""

    words: str
    code: str = ""
    parameter: str = ""

    @classmethod
    def of(cls, body: object, message: str) -> _Said:
        if not isinstance(body, dict):
            return cls(message)
        body = body["error"] if isinstance(body.get("error"), dict) else body
        words = body.get("message") or body.get("detail") or body.get("error") or body
        code = f"{body.get('code') or ''} {body.get('type') or ''}"
        return cls(str(words), code, str(body.get("param") or ""))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait, given as milliseconds, seconds or a date."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    try:
        moment = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - time.time())


def _duration(seconds: float) -> str:
    minutes = round(seconds / _MINUTE)
    return f"{seconds:.0f} seconds" if minutes < 2 else f"{minutes} minutes"
