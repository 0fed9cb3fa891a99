"""Whether an accepted answer stands in a text, however its thousands, dashes, times and per cent signs are set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_REWRITTEN = (
    (re.compile(r"\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]"), " "),  # footnote marks
    (re.compile(r"\\times(?![a-z])|×"), "x"),
    (re.compile(r"\\"), ""),
    (re.compile(r"[{}$`*_~]"), " "),
    (re.compile(r"[‐‑‒–—−]"), "-"),
    (re.compile(r"[‘’]"), "'"),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
)
_SPACED = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"(?<=\d) (?=%|x\b)"), ""),
)
_THOUSANDS = re.compile(r"(?<=\d)[ \u202f](?=\d{3}\b)")


def stands(accepted: str | Iterable[str], text: str) -> bool:
    """Tell whether one of the accepted answers stands in a text, not within a longer word or number.

    A factor may carry its "x". Digits with a space between are read as one number and as two.
    """
    readings = {_normal(text, True), _normal(text, False)}
    patterns = [_pattern(each) for each in ([accepted] if isinstance(accepted, str) else accepted)]
    return any(pattern.search(reading) for pattern in patterns if pattern for reading in readings)


def _normal(text: str, joined: bool) -> str:
    text = unicodedata.normalize("NFKC", text).lower()
    for pattern, replacement in _REWRITTEN:
        text = pattern.sub(replacement, text)
    if joined:
        text = _THOUSANDS.sub("", text)
    for pattern, replacement in _SPACED:
        text = pattern.sub(replacement, text)
    return text.strip()


@lru_cache(maxsize=4096)
def _pattern(accepted: str) -> re.Pattern[str] | None:
    wanted = _normal(accepted, True)
    if not wanted:
        return None
    first, last = wanted[0], wanted[-1]
    before = r"(?<![\w.])" if first.isalnum() else "" if first in "<-" else r"(?<!\w)"
    after = r"(?![^\Wx]|[.,]\d)" if last.isdigit() else r"(?!\w)" if last.isalnum() else ""
    return re.compile(before + re.escape(wanted) + after)
