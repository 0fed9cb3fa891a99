"""Dates as lists write them. A date is ISO as far as it is known; one without a year stays as it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_TIME = r"(?:[T ,]+(?:at )?\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]m)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
_FORMS = (
    rf"{_YEAR}[-/.](?P<number>[01]?\d)(?:[-/.]{_DAY})?{_TIME}",
    rf"{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}{_TIME}",
    rf"{_WEEKDAY}{_DAY} {_MONTH},? {_YEAR}{_TIME}",
    rf"{_MONTH},? {_YEAR}",
    rf"{_WEEKDAY}{_MONTH} {_DAY}",
    rf"{_WEEKDAY}{_DAY} {_MONTH}",
    _YEAR,
)
_SLASHED = r"\d{1,2}/\d{1,2}/(?P<short>(?:(?:19|20)\d)?\d\d)"  # which is the day and which the month cannot be known
_WHOLE = tuple(re.compile(form, re.IGNORECASE) for form in (*_FORMS, _SLASHED))
_ENDING = tuple(re.compile(rf"(?<!\S){form}$", re.IGNORECASE) for form in (*_FORMS[:3], _SLASHED))
_ANY_YEAR = re.compile(r"(?<![\d.:/-])((?:19[5-9]|20[0-9])\d)(?![\d-]|\.\d)")


@dataclass(frozen=True, slots=True)
class Date:
    """A day, a month or a year: "2024-05-02", "2024-05", "2024"; as written where there is no year ("Mar 12")."""

    text: str
    year: int | None


def parse_date(text: str) -> Date | None:
    """Return the date that `text` is as a whole, else None."""
    text = " ".join(text.split()).strip(" .,")
    for form in _WHOLE:
        if match := form.fullmatch(text):
            return _date(match, text)
    return None


def ending_date(line: str) -> tuple[str, Date] | None:
    """Return what stands before a full date at the end of `line`, and the date; None where there is none."""
    window = line[-60:].rstrip()
    for form in _ENDING:
        if match := form.search(window):
            date = _date(match, match.group())
            if date:
                return line.rstrip()[: -len(match.group())].rstrip(), date
    return None


def last_year(text: str) -> int | None:
    """Return the last plausible year that stands in `text`."""
    years = _ANY_YEAR.findall(text)
    return int(years[-1]) if years else None


def first_year(text: str) -> int | None:
    """Return the first plausible year that stands in `text`."""
    match = _ANY_YEAR.search(text)
    return int(match.group()) if match else None


def _date(match: re.Match[str], written: str) -> Date | None:
    found = match.groupdict()
    year = int(found["year"]) if found.get("year") else None
    month = int(found["number"]) if found.get("number") else _month(found.get("month"))
    day = int(found["day"]) if found.get("day") else None
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    if short := found.get("short"):
        return Date(written, int(short) if len(short) == 4 else 2000 + int(short))
    if year is None:
        return Date(written, None)
    if month is None:
        return Date(f"{year}", year)
    return Date(f"{year}-{month:02}" if day is None else f"{year}-{month:02}-{day:02}", year)


def _month(name: str | None) -> int | None:
    return next((n for n, month in enumerate(_MONTHS, 1) if name and month.startswith(name.lower()[:3])), None)
