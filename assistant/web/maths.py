"""Decides which dollars and \\(..\\) of a text are maths; prices and names stay as they are. Knows nothing of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["text", "inline", "display"]

_CANDIDATE = re.compile(
    r"""(?<!\\)\$\$(?P<display>(?:[^$\\]|\\.){1,800}?)\$\$
      | \\\[(?P<bracket>.{1,800}?)\\\]
      | \\\((?P<paren>.{1,400}?)\\\)
      | (?<![\\$])\$(?P<dollar>(?:[^$\\]|\\.){1,400}?)\$(?![\d$])""",
    re.VERBOSE | re.DOTALL,
)
_SIGN = re.compile(r"[\\^_{}=<>+*/|~≤≥≈×±∈]")
_NUMBER = re.compile(r"[-+]?\d[\d.,]*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9']{0,11}(?:[(\[@,!-][\w,+\-@]*[)\]!]?)*")
_COMMAND = re.compile(r"\\[A-Za-z]+|\\.|\{[^{}]*\}")
_PROSE = re.compile(r"[^\W\d_]{2,}")


class Piece(NamedTuple):
    """A stretch of a text: as it stands, or maths without its delimiters."""

    text: str
    kind: Kind


def split_maths(text: str) -> list[Piece]:
    """Cut a text into plain stretches and maths, in order; the plain ones keep every character."""
    return list(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    done = position = 0
    while match := _CANDIDATE.search(text, position):
        maths = _maths(match)
        if maths is None:
            position = match.start() + 1
            continue
        if match.start() > done:
            yield Piece(text[done : match.start()], "text")
        yield maths
        done = position = match.end()
    if done < len(text):
        yield Piece(text[done:], "text")


def _maths(match: re.Match[str]) -> Piece | None:
    kind = match.lastgroup or ""
    inside = match[kind]
    if "\n\n" in inside or not inside.strip() or not _balanced(inside):
        return None
    if kind == "dollar":
        return Piece(inside, "inline") if _dollars_hold_maths(match, inside) else None
    if kind == "display" and not _SIGN.search(inside):
        return None  # "$$ to $$$" says what a meal costs
    return Piece(inside.strip(), "inline" if kind == "paren" else "display")


def _dollars_hold_maths(match: re.Match[str], inside: str) -> bool:
    """Tell $n$ from $5: tight dollars, apart from the words around, that hold what is written like maths."""
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    if inside[0].isspace() or inside[-1].isspace():
        return False
    if before.isalnum():
        return inside[0] in "^_"  # H$_2$O and R$^2$ are written so; Llama$2$ and US$5 are not maths
    if _NUMBER.fullmatch(inside) or len(inside) == 1:
        return not after.isalpha() or inside.isalpha()
    if _NAME.fullmatch(inside):
        return not after.isalpha()
    prose = len(_PROSE.findall(_COMMAND.sub(" ", inside)))
    return bool(_SIGN.search(inside)) and (prose == 0 or ("\\" in inside and prose <= 2))


def _balanced(inside: str) -> bool:
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", inside):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0
