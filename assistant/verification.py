"""Does a citation hold what it is said to hold? Here: the quote is the paper's own words. Knows no engine."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.types import Citation, Statement
from vectorstore.library import Library

LEAST_QUOTE = 20  # letters and digits; shorter ones could stand anywhere

_MARKS = (
    r"(?:\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]|\((?:[A-Z][\w'’-]+(?: et al\.?| (?:and|&) [A-Z][\w'’-]+)?,? "
    r"(?:19|20)\d\d[a-z]?[;,]? ?)+\))"
)
_OTHERS = (
    re.compile(
        rf"^(?:\S+ ){{0,3}}?{_MARKS}\s+(?:\w+ly )?(?:show|propos|introduc|present|report|find|found|"
        rf"demonstrat|argu|us|develop|suggest|observ|train|extend|appl)\w*"
    ),
    re.compile(
        r"^[A-Z][\w'’-]+ et al\.?,?\s*(?:\[[\d, ]+\]|\((?:19|20)\d\d[a-z]?\))?\s+(?:\w+ly )?(?:show|"
        r"propos|introduc|present|report|find|found|demonstrat|argu|us|develop|suggest|observ|train|"
        r"extend|appl)\w*"
    ),
    re.compile(
        (
            r"\b(?:previous|prior|earlier|recent|existing|related|other) (?:work|works|studies|approaches|"
            r"methods|research|authors|researchers)\b.{0,60}\b(?:ha(?:s|ve)|show|propos|us|focus|rel)\w*"
        ),
        re.IGNORECASE,
    ),
)
_OURS = re.compile(r"\b(?:we|our|ours|this (?:paper|work|study|article|report)|here)\b", re.IGNORECASE)


def long_enough(quote: str) -> bool:
    """Tell whether a quote has letters and digits enough to be found again."""
    return sum(letter.isalnum() for letter in quote) >= LEAST_QUOTE


def quote_stands(quote: str, start: int, end: int, text: str) -> bool:
    """Tell whether the quote is text[start:end], verbatim, and long enough to be one."""
    return text[start:end] == quote and long_enough(quote)


def reports_others_work(sentence: str, section_kind: str) -> bool:
    """Tell whether a sentence speaks of what others did rather than of its own paper."""
    if _OURS.search(sentence):
        return False
    return section_kind == "related" or any(pattern.search(sentence) for pattern in _OTHERS)


def check_quotes(
    statements: Sequence[Statement], citations: Sequence[Citation], library: Library
) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Drop citations whose quote does not stand in its text, and statements that then rest on nothing.

    The numbers of the citations are kept.
    """
    sound = tuple(c for c in citations if quote_stands(c.quote, c.start, c.end, library.text(c.text_id)))
    if len(sound) == len(citations):
        return tuple(statements), tuple(citations)
    numbers: Collection[int] = {citation.number for citation in sound}
    kept = tuple(s for s in statements if not s.citations or all(number in numbers for number in s.citations))
    return kept, sound
