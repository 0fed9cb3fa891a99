"""Which of two sides a text says has more of something ("A is faster than B"), and whether another says the reverse."""

# ruff: noqa: E501 - patterns stay on one line
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.verdicts.antonyms import BEATEN, BEATING
from assistant.verdicts.polarity import Turn, axes_of
from assistant.words import STOPWORDS, Word, stem, words

_SEPARATOR = re.compile(
    r"(?<!\w)(?:than|compared (?:with|to)|relative to|versus|vs\.?|in comparison (?:with|to))(?!\w)", re.IGNORECASE
)
_EDGE = re.compile(r"[.;:!?]\s|,\s|[()]|\b(?:but|while|whereas|although|and)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\s+(?:\d|a (?:third|quarter)|half\b|(?:one|two|three|four|five|six|seven|eight|nine|ten|twice|expected|usual)\b)"
)
_MORE = {"more": 1, "less": -1, "fewer": -1, "most": 1, "least": -1}
_EQUALLY = re.compile(
    r"\b(?:equally|similarly|no difference|did not differ|does not differ|just as|comparable|the same)\b", re.IGNORECASE
)
_ABOVE = {"above": 1, "ahead of": 1, "below": -1, "behind": -1}
_NOTHING = STOPWORDS | {"ones"}
_LAST_GRADED = 1  # the axes of amount and of worth come first
_WITHIN = 8  # words before "than" in which its comparative stands
_LETTER = re.compile(r"(?<![\w'’.-])[B-HJ-Z](?![\w'’.-]*\w)")  # a capital by itself, as in "model B"
_ARTICLE = re.compile(r"(?:^|(?<=[.;:!?]\s))A(?=\s)")
_VERBS = {**{stem(word): 1 for word in BEATING}, **{stem(word): -1 for word in BEATEN}}


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left` is said to have more (`side` 1) or less (-1) than `right`; stems, and the word that says so."""

    left: frozenset[str]
    side: int
    right: frozenset[str]
    written: str


def turned_comparison(statement: str, near: str) -> Turn | None:
    """Return the comparing word of a statement whose sides `near` compares the other way round."""
    around, there = _stems(_lettered(near)), comparisons(near)
    for said in comparisons(statement):
        if not there and (equal := _EQUALLY.search(near)) and not _EQUALLY.search(statement):
            return Turn(said.written, equal[0])
        for found in there:
            way = _same_way(said, found, around)
            if way and way * said.side * found.side < 0:
                return Turn(said.written, found.written)
    return None


def agrees(statement: str, near: str) -> bool:
    """Tell whether both compare the same sides to the same effect, be it in other words ("lower in A", "higher in B")."""
    around = _stems(_lettered(near))
    return any(
        _same_way(said, found, around) * said.side * found.side > 0
        for said in comparisons(statement)
        for found in comparisons(near)
    )


def _same_way(said: Comparison, found: Comparison, around: frozenset[str]) -> int:
    """Return 1 when the sides stand as in the other, -1 when they are changed, 0 when they are others.

    `around` are the stems of the text in which the other stands: its first side may be called by a pronoun.
    """
    left, right = said.left - said.right, said.right - said.left
    beyond = found.right - found.left
    straight = bool(right & beyond)
    crossed = bool(left & beyond) and bool(right & (around - beyond))
    return 0 if straight == crossed else 1 if straight else -1


@lru_cache(maxsize=4096)
def comparisons(text: str) -> tuple[Comparison, ...]:
    """Return the comparisons of a text in order; single capitals are names of sides ("A is better than B")."""
    text = _lettered(text)
    return (*_with_than(text), *_with_verbs(text), *_with_places(text))


def _with_than(text: str) -> Iterator[Comparison]:
    for match in _SEPARATOR.finditer(text):
        start = max((edge.end() for edge in _EDGE.finditer(text, 0, match.start())), default=0)
        edge = _EDGE.search(text, match.end())
        if _AMOUNT.match(text, match.end()):
            continue
        before = words(text[start : match.start()])
        side, place = 0, len(before)
        for index in range(len(before) - 1, max(-1, len(before) - 1 - _WITHIN), -1):
            folded = before[index].text.casefold()
            if folded in _MORE:
                following = [side_of(word) for word in before[index + 1 : index + 3]]
                side, place = _MORE[folded] * (next((each for each in following if each), 1)), index
                break
            if side_of(before[index]) and (match[0].casefold() != "than" or folded.endswith(("er", "e", "r"))):
                side, place = side_of(before[index]), index
                break
        if side and not any(word.text.casefold() in ("not", "no") for word in before[max(0, place - 3) : place]):
            left = frozenset(word.stem for word in (*before[:place], *before[place + 1 :]) if _carries(word.text))
            right = _stems(text[match.end() : edge.start() if edge else len(text)])
            yield Comparison(left, side, right, before[place].text)


def _with_verbs(text: str) -> Iterator[Comparison]:
    tokens = words(text)
    for index, word in enumerate(tokens):
        if word.stem not in _VERBS or not index:
            continue
        passive = tokens[index - 1].text.casefold() in ("is", "are", "was", "were", "been", "being")
        if any(token.text.casefold() in ("not", "t") for token in tokens[max(0, index - 3) : index]):
            continue
        start = max((edge.end() for edge in _EDGE.finditer(text, 0, word.start)), default=0)
        edge = _EDGE.search(text, word.end)
        left, right = _stems(text[start : word.start]), _stems(text[word.end : edge.start() if edge else len(text)])
        yield Comparison(left, -_VERBS[word.stem] if passive else _VERBS[word.stem], right, word.text)


def _with_places(text: str) -> Iterator[Comparison]:
    """Read "1.6 points above B" and "ahead of B"."""
    for match in re.finditer(r"(?<!\w)(?:above|below|ahead of|behind)(?=\s+(?:the\s+)?[A-Z])", text):
        edges = [edge.end() for edge in re.finditer(r"[.;:!?]\s", text[: match.start()])]
        edge = _EDGE.search(text, match.end())
        left = _stems(text[max(edges, default=0) : match.start()])
        yield Comparison(
            left, _ABOVE[match[0]], _stems(text[match.end() : edge.start() if edge else len(text)]), match[0]
        )


def side_of(word: Word) -> int:
    """Return 1 for a word that says more or better, -1 for less or worse, 0 for others."""
    return next((side for axis, side in axes_of(word) if axis <= _LAST_GRADED), 0)


def _lettered(text: str) -> str:
    """Return the text with an A that opens a sentence in lower case, an article, where no other letter is a name."""
    return text if _LETTER.search(text) else _ARTICLE.sub("a", text)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text) if _carries(word.text))


def _carries(word: str) -> bool:
    if len(word) == 1:
        return word.isupper() and word != "I"
    return word.casefold() not in _NOTHING and not word[0].isdigit()
