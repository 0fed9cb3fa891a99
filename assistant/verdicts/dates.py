"""Months, seasons and days of a statement that its passages do not have where they name another. Years are numbers."""

# ruff: noqa: E501 - patterns stay on one line
from __future__ import annotations

import re
from functools import lru_cache

from assistant.verdicts.polarity import Turn
from assistant.words import stem

_MONTHS = "january february march april may june july august september october november december".split()
_SEASON_OF = {"spring": "march april may june", "summer": "june july august september",
              "autumn": "september october november december", "fall": "september october november december",
              "winter": "december january february march"}  # fmt: skip
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = re.compile(
    rf"(?<!\w)(?:{'|'.join(month.title() for month in _MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b)(?!\w)"
)
_MONTH_OF_YEAR = re.compile(rf"({'|'.join(_MONTHS)})(?:\s\d{{1,2}},?|,)?\s(\d{{4}})(?!\d)", re.IGNORECASE)
_SEASON = re.compile(r"(?<!\w)(?:spring|summer|autumn|winter|(?:in|the|early|late) fall)(?!\w)", re.IGNORECASE)
_DAY = re.compile(rf"(?<!\w)(?:{'|'.join(_DAYS)})(?=s?\b)", re.IGNORECASE)

DATE_STEMS = frozenset(stem(name) for name in (*_MONTHS, *_SEASON_OF, *_DAYS))


def mistaken_dates(statement: str, near: str, everywhere: str) -> Turn | None:
    """Return a month, season or day of the statement that the passages do not have where they name another."""
    if mistaken := _mistaken_month(statement, near):
        return mistaken
    for find in (_months, _seasons, _days):
        said, there = find(statement), find(near) or find(everywhere)
        wrong = [name for name in said if name not in there]
        others = [name for name in there if name not in said]
        if wrong and find is _seasons and not there:
            months = set(_months(near) or _months(everywhere))
            others = sorted(months) if not months & set(_SEASON_OF[wrong[0]].split()) else []
        if wrong and others:
            return Turn(_written(wrong[0]), _written(others[min(said.index(wrong[0]), len(others) - 1)]))
    return None


def _mistaken_month(statement: str, near: str) -> Turn | None:
    """Return the month of a year that `near` gives another month."""
    there = _months_of_years(near)
    for year, months in _months_of_years(statement).items():
        known = there.get(year, set())
        if known and not months <= known:
            month, other = min(months - known), min(known - months or known)
            return Turn(f"{_written(month)} {year}", f"{_written(other)} {year}")
    return None


@lru_cache(maxsize=4096)
def _months_of_years(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in _MONTH_OF_YEAR.finditer(text):
        month = next(name for name in _MONTHS if name.startswith(match[1].casefold()[:3]))
        found.setdefault(match[2], set()).add(month)
    return found


def _written(name: str) -> str:
    return name if name in _SEASON_OF else name.title()


@lru_cache(maxsize=4096)
def _months(text: str) -> tuple[str, ...]:
    found = []
    for match in _MONTH.finditer(text):
        if match[0] in ("May", "March") and not re.match(
            r"\s(?:\d|and\b|to\b|through\b|until\b|of\b)|[.,;)–-]|$", text[match.end() :]
        ):
            continue
        found.append(next(month for month in _MONTHS if month.startswith(match[0].casefold()[:3])))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def _seasons(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(match[0].split()[-1].casefold().replace("fall", "autumn") for match in _SEASON.finditer(text))
    )


@lru_cache(maxsize=4096)
def _days(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[0].casefold() for match in _DAY.finditer(text)))
