"""What of a statement only says that a paper says it: "The authors report that ...". Knows no passage."""

# ruff: noqa: E501 - patterns stay on one line
from __future__ import annotations

import re

_LEAST_FRAMED = 3  # words
_FRAME = re.compile(
    r"^\s*(?:(?:according to|as reported (?:by|in)|as shown (?:by|in)) (?:the|this|these) (?:authors?|paper|study|article|report|researchers)(?: \w+)?,\s+"
    r"|(?:in|as) (?:the|this) (?:paper|study|work|article|trial)(?: puts it)?,\s+"
    r"|(?:(?:the|this|these) (?:authors?|paper|study|article|work|report|researchers|results|findings)|they|we|it (?:is|was))(?: also| further| \w+ly)? "
    r"(?:reports?|reported|finds?|found|shows?|showed|shown|states?|stated|conclude[sd]?|notes?|noted|observe[sd]?|says?|said|suggests?|suggested|demonstrate[sd]?|indicates?|indicated) that\s+"
    r"|(?:notably|importantly|interestingly|moreover|furthermore|in addition|overall|here),\s+)",
    re.IGNORECASE,
)


def without_frame(statement: str) -> str:
    """Return a statement without what only says that a paper says it ("The authors report that ...")."""
    body = _FRAME.sub("", statement, count=1)
    return body[0].upper() + body[1:] if body != statement and len(body.split()) >= _LEAST_FRAMED else statement
