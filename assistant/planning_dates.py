"""The dates a question restricts itself to: `since 2022`, `between March and June 2023`, `on 10 October 2023`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from vectorstore.records import Paper

Day = tuple[int, int, int]  # year, month, day; 0 and 99 stand for the first and the last there may be
Range = tuple[Day, Day]
MONTHS = {
    name: number
    for number, forms in enumerate(
        "january jan,february feb,march mar,april apr,may,june jun,july jul,august aug,september sept sep,october oct,"
        "november nov,december dec".split(","),
        start=1,
    )
    for name in forms.split()
}
_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_POINT = (
    rf"(?:{_YEAR}-\d\d(?:-\d\d)?\b|{_DAY} (?:of )?{_MONTH},? {_YEAR}\b|{_MONTH} {_DAY},? {_YEAR}\b|"
    rf"{_MONTH}(?: of)?,? {_YEAR}\b|(?:the )?(?:first|second) half of {_YEAR}\b|(?:the year )?{_YEAR}\b"
    r"(?! (?!papers|articles|publications|studies|preprints|works|is|was|has|does)[a-z-]+s\b))"
)
_OPEN_POINT = rf"(?:{_MONTH}(?: (?:of )?{_YEAR})?|{_POINT})"
_FIRST: Day = (0, 0, 0)
_LAST: Day = (9999, 99, 99)


@dataclass(frozen=True, slots=True)
class Dates:
    """Where a question names dates, and the ranges a paper's date must lie in one of."""

    span: tuple[int, int]
    ranges: tuple[Range, ...]

    def hold(self, paper: Paper) -> bool:
        """Tell whether a paper's date, as far as it is known, lies wholly in one of the ranges."""
        known = _known(paper)
        return known is not None and any(low <= known[0] and known[1] <= high for low, high in self.ranges)


def dates_in(question: str) -> Dates | None:
    """Return the dates that a question restricts itself to; None where it names none."""
    for pattern, ranges in _FORMS:
        match = pattern.search(question)
        if match:
            return Dates(match.span(), ranges(match))
    return None


def _known(paper: Paper) -> Range | None:
    numbers = [int(part) for part in re.findall(r"\d+", paper.metadata.date or "")]
    if paper.metadata.date and re.match(_YEAR, paper.metadata.date):
        return _padded(numbers)
    return _padded([paper.year]) if paper.year else None


def _padded(numbers: list[int]) -> Range:
    low, high = [*numbers, 0, 0][:3], [*numbers, 99, 99][:3]
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _read(text: str, year: str = "") -> Range:
    """Read a point in time as the range it covers; `year` completes a month that has none."""
    found = re.search(_YEAR, text)
    number = int(found[0] if found else year)
    if re.fullmatch(rf"{_YEAR}-[\d-]+", text):
        return _padded([int(part) for part in text.split("-")])
    if half := re.search(r"(first|second) half", text, re.I):
        first = 1 if half[1].casefold() == "first" else 7
        return (number, first, 0), (number, first + 5, 99)
    month = re.search(rf"\b{_MONTH}(?![a-z])", text, re.I)
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", re.sub(_YEAR, "", text))
    numbers = [number]
    if month:
        numbers.append(MONTHS[month[0].casefold().rstrip(".")])
        numbers += [int(day[1])] if day else []
    return _padded(numbers)


def _between(match: re.Match[str]) -> tuple[Range, ...]:
    (year,) = re.findall(_YEAR, match["second"])[-1:]
    return ((_read(match["first"], year)[0], _read(match["second"], year)[1]),)


def _either(match: re.Match[str]) -> tuple[Range, ...]:
    (year,) = re.findall(_YEAR, match["second"])[-1:]
    return _read(match["first"], year), _read(match["second"], year)


def _since(match: re.Match[str]) -> tuple[Range, ...]:
    return ((_read(match["point"])[0], _LAST),)


def _after(match: re.Match[str]) -> tuple[Range, ...]:
    year, month, day = _read(match["point"])[1]
    return (((year, month, day + 1), _LAST),)


def _before(match: re.Match[str]) -> tuple[Range, ...]:
    year, month, day = _read(match["point"])[0]
    return ((_FIRST, (year, month, day - 1)),)


def _until(match: re.Match[str]) -> tuple[Range, ...]:
    return ((_FIRST, _read(match["point"])[1]),)


def _not(match: re.Match[str]) -> tuple[Range, ...]:
    return *_before(match), *_after(match)


def _within(match: re.Match[str]) -> tuple[Range, ...]:
    return (_read(match["point"]),)


_P = rf"(?P<point>{_POINT})"
_PAIR = rf"(?P<first>{_OPEN_POINT})"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[Range, ...]]], ...] = tuple(
    (re.compile(pattern, re.I), ranges)
    for pattern, ranges in (
        (rf"\b(?:between|from) {_PAIR} (?:and|to|until|till|through|up to|-|–) (?P<second>{_POINT})", _between),
        (rf"\b(?:in )?(?P<first>{_YEAR}) ?[-–] ?(?P<second>{_YEAR})\b", _between),
        (
            rf"\b(?:in|from|of|during|dated) (?:either )?{_PAIR},? (?:or|and)(?: in| from)? (?P<second>{_POINT})",
            _either,
        ),
        (rf"\b(?:not|never|except|other than|outside)(?: \w+)?(?: in| from)? {_P}", _not),
        (rf"\b(?:since|starting (?:in|from|with)|as of|not before) {_P}(?: on(?:wards?)?)?", _since),
        (rf"\b(?:from|in) {_P} (?:on(?:wards?)?|or (?:later|newer|after)|and (?:later|after|newer))\b", _since),
        (rf"\b{_P} (?:or|and) (?:later|newer|after)\b", _since),
        (rf"\b(?:in )?{_P} (?:or|and) (?:earlier|before|older)\b", _until),
        (rf"\b(?:after|later than|newer than|more recent(?:ly)? than|past) {_P}", _after),
        (rf"\b(?:before|earlier than|older than|prior to) {_P}", _before),
        (rf"\b(?:until|till|up to|through|by(?: the end of)?|no later than|not after) {_P}", _until),
        (rf"\b(?:in|from|of|on|dated|during|for|within|published) {_P}", _within),
        (
            rf"\b(?:the year )?{_P}(?:['’]s)?(?= (?:[\w-]+ )?(?:papers?|articles?|publications?|preprints?|work)\b)",
            _within,
        ),
        (rf"(?P<point>{_MONTH} {_YEAR})\b", _within),
    )
)
