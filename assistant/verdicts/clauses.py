"""The clauses of a text, and words or numbers that a statement puts into another clause than the passage does.

Knows words and where they stand, no grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from assistant.verdicts.amounts import same_amount, same_unit
from assistant.verdicts.numbers import Number, numbers, without_marks
from assistant.verdicts.polarity import Turn
from assistant.verdicts.rarity import rarity
from assistant.words import STOPWORDS, words

_BOUNDARY = re.compile(
    r"[,;:!?()]\s?(?!\d{3})|\.\s(?=[A-Z])|\s[-–—]\s|—|(?<!\w)(?:and|but|while|whilst|whereas|although|though|versus|vs\.?|against|"
    r"compared (?:with|to)|relative to|than|as opposed to|in contrast to)(?!\w)",
    re.IGNORECASE,
)
_FROM_TO = re.compile(r"(?<!\w)from\s+(?:[a-z]+\s){0,2}?$", re.IGNORECASE)
_RESPECTIVELY = re.compile(r"(?<!\w)(?:respectively|in that order)(?!\w)", re.IGNORECASE)
_TELLING = 0.4  # least rarity of a word that decides where a number belongs


@lru_cache(maxsize=8192)
def clauses(text: str) -> tuple[frozenset[str], ...]:
    """Return the stems with a meaning of each clause of a text, in order."""
    return tuple(_stems(clause) for clause in _BOUNDARY.split(without_marks(text)))


def _stems(text: str) -> frozenset[str]:
    return frozenset(
        word.stem for word in words(text)
        if word.text.casefold() not in STOPWORDS and not word.text[0].isdigit() and len(word.text) > 1
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A number with the stems to its left, its own or those of the number before in the same row, and to its right."""

    number: Number
    left: frozenset[str]
    right: frozenset[str]


@lru_cache(maxsize=4096)
def placed(text: str) -> tuple[Placed, ...]:
    """Return the counted numbers of a text with the words of their clause on each side, up to the next number."""
    plain = without_marks(text)
    cuts = [0, *(place for match in _BOUNDARY.finditer(plain) for place in match.span()), len(plain)]
    amounts = [number for number in numbers(text) if not number.loose]
    found: list[Placed] = []
    for index, number in enumerate(amounts):
        end = number.start + len(number.written)
        low = max((cut for cut in cuts if cut <= number.start), default=0)
        high = min((cut for cut in cuts if cut >= end), default=len(plain))
        if index:
            low = max(low, min(amounts[index - 1].start + len(amounts[index - 1].written), number.start))
        if index + 1 < len(amounts):
            high = min(high, max(end, amounts[index + 1].start))
        left = _stems(plain[low : number.start])
        found.append(Placed(number, left or (found[-1].left if found else left), _stems(plain[end:high])))
    return tuple(found)


def swapped_number(statement: str, near: str) -> Turn | None:
    """Return a number that `near` has with other words, where those of the statement stand with another number."""
    if _RESPECTIVELY.search(statement) or _RESPECTIVELY.search(near):
        return None
    if turned := _turned_round(statement, near):
        return turned
    there = placed(near)
    for said in placed(statement):
        around = said.left | said.right
        own = [found for found in there if _fits(said.number, found.number)]
        others = [
            found
            for found in there
            if any(_rivals(mine.number, found.number) for mine in own) and not _fits(said.number, found.number)
        ]
        if not own or not others or not around:
            continue
        better = [_better(around, mine, others) for mine in own]
        if all(better):
            return Turn(said.number.written, next(b for b in better if b).number.written)
    return None


def misplaced_number(statement: str, near: str) -> Turn | None:
    """Return a number between the two words between which `near` has another one, and not this one."""
    there = _with_neighbours(near)
    for number, before, after in _with_neighbours(statement):
        own = [found for found in there if _fits(number, found[0])]
        others = [found for found in there if not _fits(number, found[0]) and found[1:] == (before, after)]
        if own and others and before and after and all(found[1] != before and found[2] != after for found in own):
            return Turn(number.written, others[0][0].written)
    return _said_twice(statement, near)


def _said_twice(statement: str, near: str) -> Turn | None:
    """Return a number that stands more often in the statement than in `near`, which has another one instead."""
    said = [number for number in numbers(statement) if not number.loose]
    left = [number for number in numbers(near) if not number.loose]
    over = []
    for number in sorted(said, key=lambda n: sum(_fits(n, found) for found in left)):
        fitting = next((found for found in left if _fits(number, found)), None)
        if fitting:
            left.remove(fitting)
        else:
            over.append(number)
    for number in over:
        rivals = [found for found in left if found.unit == number.unit and found.is_year == number.is_year]
        if rivals and len(said) <= len(numbers(near)):
            return Turn(number.written, rivals[0].written)
    return None


@lru_cache(maxsize=4096)
def _with_neighbours(text: str) -> tuple[tuple[Number, str, str], ...]:
    """Return the counted numbers of a text, each with the word before and the word after it, folded; "" at an edge."""
    found = []
    for number in numbers(text):
        if not number.loose:
            before = re.search(r"([^\W\d_][\w-]*)\s$", text[: number.start])
            after = re.match(r"\s*([^\W\d_][\w-]*)", text[number.end :])
            found.append((number, before[1].casefold() if before else "", after[1].casefold() if after else ""))
    return tuple(found)


def _fits(said: Number, found: Number) -> bool:
    return same_amount(said, found) and same_unit(said, found)


def _rivals(one: Number, other: Number) -> bool:
    return one.is_year == other.is_year and one.unit == other.unit


def _better(around: frozenset[str], mine: Placed, others: Sequence[Placed]) -> Placed | None:
    """Return the number with which words of the statement stand that do not stand with `mine`, none the other way."""
    for other in others:
        ours, theirs = mine.left, other.left
        if mine.right and other.right:
            ours, theirs = ours | mine.right, theirs | other.right
        of_them = {word for word in theirs - ours - mine.right if rarity(word) >= _TELLING}
        for_them = around & of_them
        if for_them and not around & ((ours | mine.right) - theirs):
            return other
        follows = other.number.start > mine.number.start  # and so leaves out what both have in common
        if follows and for_them and for_them == of_them and not ours - theirs <= around:
            return other
    return None


def _turned_round(statement: str, near: str) -> Turn | None:
    """Return the first number of "from 7 to 4" where `near` says "from 4 to 7"."""
    for first, second in _from_to(statement):
        for there, then in _from_to(near):
            if _fits(first, then) and _fits(second, there) and not _fits(first, there):
                return Turn(f"from {first.written} to {second.written}", f"from {there.written} to {then.written}")
    return None


def _from_to(text: str) -> Iterator[tuple[Number, Number]]:
    found = [number for number in numbers(text) if not number.loose and not number.is_year]
    for first, second in pairwise(found):
        between = text[first.start + len(first.written) : second.start]
        if _FROM_TO.search(text[: first.start]) and re.fullmatch(
            r"(?:\s*%|\s[a-z]+){0,2}(?:\sin\s(?:19|20)\d\d)?\s+to\s+(?:[a-z]+\s)?", between
        ):
            yield first, second


def swapped_words(statement: str, near: str) -> Turn | None:
    """Return a word that stands in one clause of the statement with what `near` says in the clause of another word."""
    said, there = clauses(statement), clauses(near)
    if len(said) < 2 or len(there) < 2:
        return None
    mine, theirs = _once(said), _once(there)
    for one, other in combinations([word for word in mine if word in theirs], 2):
        if mine[one] is mine[other] or theirs[one] is theirs[other]:
            continue
        rest = {one, other}
        straight = ((mine[one] & theirs[one]) | (mine[other] & theirs[other])) - rest
        to_other, to_one = (mine[one] & theirs[other]) - rest, (mine[other] & theirs[one]) - rest
        if not straight and to_other and to_one:
            return Turn(_written(one, statement), _written(other, near))
    return None


def _once(found: Sequence[frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return the stems that stand in one clause only, with it."""
    count: dict[str, list[frozenset[str]]] = {}
    for clause in found:
        for word in clause:
            count.setdefault(word, []).append(clause)
    return {word: places[0] for word, places in sorted(count.items()) if len(places) == 1}


def _written(stem: str, text: str) -> str:
    return next((word.text for word in words(text) if word.stem == stem), stem)
