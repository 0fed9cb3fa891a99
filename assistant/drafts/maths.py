"""Maths of a draft in words that can be looked up: amounts stay, symbols go. Knows no layout."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"[\d\s.,%+\-−–±×≈~<>=≤≥/:°µ()A-Za-z]{1,60}")
_SAID = (
    (re.compile(r"\\(?:text|mathrm|mathbf|mathit|mathsf|operatorname|rm|bf)\s*\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\[,;:!> ]|~|\\quad\b"), " "),
    (re.compile(r"\^\s*\{?\s*\\circ\s*\}?"), "°"),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\times\b|\\cdot\b"), "×"),
    (re.compile(r"\\pm\b"), "±"),
    (re.compile(r"\\(?:approx|sim|simeq)\b"), "≈"),
    (re.compile(r"\\(?:leqslant|leq|le)\b"), "≤"),
    (re.compile(r"\\(?:geqslant|geq|ge)\b"), "≥"),
    (re.compile(r"\\mu\b"), "µ"),
    (re.compile(r"(?<=10)\s*\^\s*\{?\s*([-−+]?\d+)\s*\}?"), r"^\1"),
)


def spoken(maths: str) -> str:
    """Return an amount as it is written in prose, "" for what is no amount but symbols."""
    for pattern, said in _SAID:
        maths = pattern.sub(said, maths)
    maths = " ".join(maths.replace("{", "").replace("}", "").split())
    powerless = re.sub(r"(?<=10)\^[-−+]?\d+", "", maths)
    return maths if re.search(r"\d", maths) and _AMOUNT.fullmatch(powerless) else ""
