"""Numbers of a text with their units, in digits or in words. Knows no paper and compares nothing.

Digits inside names (GPT-4, CD4, IL-2) are names, not numbers.
"""

# ruff: noqa: E501 - tables and patterns stay on one line
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from assistant.verdicts.units import SPELLED_UNITS, UNITS, fold_unit
from assistant.words import stem

_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "once": 1, "twice": 2, "thrice": 3, "single": 1, "both": 2, "pair": 2,
    "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "triple": 3, "tripled": 3, "triples": 3, "tripling": 3, "quadruple": 4, "quadruples": 4, "quintupled": 5, "quadrupled": 4,
    "dozen": 12, "twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5, "sixfold": 6, "tenfold": 10, "million": 1e6,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
}  # fmt: skip
_LOOSE_WORDS = frozenset(
    "one once single both pair first second third fourth fifth zero hundred dozen million twice thrice double doubled doubles doubling "
    "triple tripled triples tripling quadruple quadruples quadrupled twofold".split()
)  # words that are numbers only when they answer one
_FOLD_WORDS = frozenset(
    "twice thrice double doubled doubles doubling triple tripled triples tripling quadruple quadruples quadrupled twofold threefold "
    "fourfold fivefold sixfold tenfold".split()
)
_HALF = {"half": 0.5, "halved": 0.5, "halves": 0.5, "halving": 0.5}
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_MULTIPLIERS = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
AMOUNT_STEMS = frozenset(stem(word) for word in (*_WORDS, *_HALF, *_PARTS, *_MULTIPLIERS, *SPELLED_UNITS))
_SHORT_MULTIPLIERS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "bn": 1e9}

Bound = Literal["", "least", "most"]
_LEAST = r"more than|over|above|at least|exceed(?:s|ed|ing)?|no (?:less|fewer|lower) than|greater than|higher than|larger than|longer than|beyond|upwards of|minimum of|[>≥]=?"
_MOST = r"less than|under|below|fewer than|at most|up to|no (?:more|higher|longer) than|not exceed(?:ing)?|lower than|smaller than|shorter than|maximum of|[<≤]=?"
_BOUNDED = re.compile(
    rf"(?:(?P<least>(?<!no )(?<!not )\b(?:{_LEAST}))|(?P<most>\b(?:{_MOST})))\s*$".replace(r"\b(?:", r"(?<![^\W_])(?:"),
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|ca\.?|close to|an estimated|on the order of|"
    r"order of|near|just)|[~≈])\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.])(?<![^\W\d_][-‐‑])(?<![^\W\d_]\d[-‐‑])(?<![^\W\d_]\d\d[-‐‑])(?P<sign>[-−–+±](?=[\d.]))?(?P<money>[$€£]\s?)?"
    r"(?P<digits>\d{1,3}(?:[,\u2009\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+,\d{1,2}(?![\d,])|\d+(?:[.·]\d+)?|\.\d+)"
    r"(?P<power>\s?[×x*]\s?10\s?(?:\^|\*\*)?\s?[({]?[-−–+]?\d+[)}]?|[eE][-−+]?\d+|(?<=(?<!\d)10)\^[({]?[-−–+]?\d+[)}]?)?"
)
_ONES, _TENS = "one|two|three|four|five|six|seven|eight|nine", "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORD_NUMBER = re.compile(
    rf"(?<!\w)(?:(?P<upper>a|one|two|three|four|five|six|seven|eight|nine|\d)[- ](?P<lower>half|third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?(?:(?<=\w-third)|(?<=\w-thirds)|(?<=-quarters)|(?=\s+(?:of|the|as|that|more|less|lower|higher)\b|\W*$|[,.;)]))"
    rf"|(?P<tens>{_TENS})[- ](?P<ones>{_ONES})(?!\w)|(?P<word>[A-Za-z]+))(?!\w)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:\s|[-‐‑])?(?P<unit>(?:percentage|%) points?|per cent|pour cent|por ciento|light[- ]years?|degrees [cCfF]\w*|°\s?[CF]?|%|[^\W\d_]+[²³]?|[ckm]?m[23](?!\w))(?P<rest>(?:\s?/\s?|\s?·\s?)[^\W\d_]+)*"
)
_LIST_LINK = re.compile(
    r"\s*(?:,|and|or|to|vs\.?|versus|through|[-–—−]|±|\+/-|\+/−|/|and\s+to|,\s*and|,\s*or|compared with|from)\s*",
    re.IGNORECASE,
)
_PROPORTION = re.compile(
    r"(?<!\w)(?P<part>one|two|three|four|five|six|seven|eight|nine|\d+)[ -](?:in|of|out of)[ -](?:every )?(?P<whole>two|three|four|five|six|seven|eight|nine|ten|\d+)(?![\w.,%-]*\d|\w)",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*(?:\]|[,;]?(?=[”\"]))")
ORDINAL = "th"  # the unit of 17th and 2nd
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_CONFIDENCE = re.compile(r"\s?%?\s?(?:CI\b|CrI\b|(?:confidence|credible|prediction) (?:interval|limit|level))")
_LONGEST_BEFORE = 24  # characters before a number in which its "about" or "more than" stands


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text: `value` as counted out, `unit` folded ("" when it has none), `step` the size of its last
    digit, `hedged` when the text says about, more than and the like, `bound` whether it is the least or the most that
    there is, `loose` when its word is only a number where it answers one, `written` as it stands from text[start]."""

    value: float
    unit: str
    step: float
    hedged: bool
    written: str
    start: int
    end: int
    loose: bool = False
    bound: Bound = ""

    @property
    def is_year(self) -> bool:
        return not self.unit and self.step == 1 and 1800 <= self.value <= 2099 and len(self.written) == 4


def without_marks(text: str) -> str:
    """Return the text with reference marks such as [12] blanked, all places kept."""
    return _MARKS.sub(lambda mark: " " * len(mark[0]), text)


@lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order; members of a list share the unit that follows its last ("65 to 70 %")."""
    text = without_marks(text)
    found = [_read(match, text) for match in _NUMBER.finditer(text) if not _in_name(match, text)]
    taken = [(number.start, number.start + len(number.written)) for number in found]
    for match in _WORD_NUMBER.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            number = _read_word(match, text)
            if number:
                found.append(number)
    found.sort(key=lambda number: number.start)
    for index in range(len(found) - 2, -1, -1):
        here, following = found[index], found[index + 1]
        if (
            not here.unit
            and not here.is_year
            and following.unit
            and _LIST_LINK.fullmatch(text[here.end : following.start])
        ):
            found[index] = replace(here, unit=following.unit)
    return tuple(_as_proportions(found, text))


def _as_proportions(found: list[Number], text: str) -> list[Number]:
    """Read "one in five" as 20 %; of "12 of 60" that is said beside the two numbers, loosely."""
    for match in _PROPORTION.finditer(text):
        parts = [number for number in found if match.start() <= number.start < match.end()]
        if len(parts) != 2 or not 0 < parts[0].value < parts[1].value or parts[1].unit:
            continue
        share = Number(100 * parts[0].value / parts[1].value, "%", 1.0, True, match[0], match.start(), match.end())
        if match["part"].isdigit() and not re.fullmatch(r"1[ -]in[ -]\d{1,2}", match[0]):
            found.append(replace(share, loose=True))
        else:
            found = [*(number for number in found if number not in parts), share]
    return sorted(found, key=lambda number: number.start)


def _in_name(match: re.Match[str], text: str) -> bool:
    """Tell whether the digits are a piece of a name: OCT3/4, NIH 3T3."""
    before, after = text[max(0, match.start() - 12) : match.start()], text[match.end() : match.end() + 4]
    return bool(re.search(r"[A-Za-z]\d*/$", before) or re.match(r"[A-Z]+\d", after))


def _read(match: re.Match[str], text: str) -> Number:
    digits = re.sub(r"[,\u2009\u00a0\u202f](?=\d{3})", "", match["digits"]).replace("·", ".").replace(",", ".")
    value = float(digits)
    step = 10.0 ** -len(digits.partition(".")[2])
    if match["power"]:
        written = re.sub(r"^(?:\s?[×x*]\s?10\s?(?:\^|\*\*)?\s?[({]?|[eE]|\^[({]?)", "", match["power"]).strip(")} ")
        exponent = int(re.sub(r"[−–]", "-", written)) - match["power"].startswith("^")
        value, step = (value * 10.0**exponent, step * 10.0**exponent) if abs(exponent) < 300 else (value, step)
    if (
        match["sign"] in ("-", "−")
        and (match.start() == 0 or not text[match.start() - 1].isalnum())
        and not re.search(r"[\d%]\s*$", text[: match.start()])
    ):
        value = -value
    end = match.end()
    attached = re.match(r"(bn|[kKMBT]|m(?=\W|$))(?![\w])" if match["money"] else r"(bn|[kKMBT])(?![\w])", text[end:])
    if attached:
        factor = _SHORT_MULTIPLIERS[attached[1]] if attached[1] != "m" else _MULTIPLIERS["million"]
        value, step, end = value * factor, step * factor, end + len(attached[1])
    factor, end = _multiplied(text, end)
    unit, unit_end = _unit_after(text, end)
    if match["money"]:
        unit = {"$": "usd", "€": "eur", "£": "gbp"}[match["money"].strip()]
    hedged, bound = _hedges(text, match.start())
    written = text[match.start() : unit_end].strip()
    unit = ORDINAL if _ORDINAL.match(text, end) else unit
    loose = unit == ORDINAL or (value in (90, 95, 99) and bool(_CONFIDENCE.match(text, end)))
    return Number(value * factor, unit, step * factor, hedged, written, match.start(), end, loose, bound)


def _multiplied(text: str, end: int) -> tuple[float, int]:
    """Return what the words "hundred", "million" behind text[:end] multiply by, and where they end."""
    factor = 1.0
    while spelled := re.match(
        r"[\s-](hundred|thousand|million|billion|trillion)s?\b|(?<=\d)(million|billion)\b", text[end:], re.IGNORECASE
    ):
        factor, end = factor * _MULTIPLIERS[(spelled[1] or spelled[2]).casefold()], end + len(spelled[0])
    return factor, end


def _hedges(text: str, start: int) -> tuple[bool, Bound]:
    before = text[max(0, start - _LONGEST_BEFORE) : start]
    bounded = _BOUNDED.search(before)
    bound: Bound = "" if not bounded else "least" if bounded["least"] else "most"
    return bool(bound or _HEDGE.search(before)), bound


def _read_word(match: re.Match[str], text: str) -> Number | None:
    written, end = match[0], match.end()
    word = written.casefold()
    if word in ("a", "an"):
        return _read_one(match, text)
    hedged, bound = _hedges(text, match.start())
    if match["upper"]:
        upper = match["upper"].casefold()
        parts = 1 if upper == "a" else int(upper) if upper.isdigit() else _WORDS[upper]
        share = 100 * parts / _PARTS[match["lower"].casefold()]
        return Number(share, "%", 1.0, True, written, match.start(), end, word.endswith("half"), bound)
    if word in _HALF:
        return Number(50.0, "%", 1.0, True, written, match.start(), end, True, bound)
    if match["tens"]:
        value = float(_WORDS[match["tens"].casefold()] + _WORDS[match["ones"].casefold()])
    elif word in _WORDS:
        value = float(_WORDS[word])
    else:
        return None
    factor, end = _multiplied(text, end)
    unit, unit_end = _per("fold", text, end) if word in _FOLD_WORDS else _unit_after(text, end)
    loose = word in _LOOSE_WORDS and factor == 1 and "/" not in unit
    return Number(
        value * factor, unit, factor, hedged, text[match.start() : unit_end].strip(), match.start(), end, loose, bound
    )


def _read_one(match: re.Match[str], text: str) -> Number | None:
    """Read the one of "a week later"; what is said of "a week" or "per week" in general is no number."""
    unit, end = _unit_after(text, match.end())
    before = re.search(
        r"\b(?:after|within|for|in|than|of|given|about|nearly|over)\s+$", text[: match.start()], re.IGNORECASE
    )
    if UNITS.get(unit, ("",))[0] != "time" or not (
        before or re.match(r"\s(?:later|earlier|after|before|ago)\b", text[end:])
    ):
        return None
    return Number(1.0, unit, 1.0, True, text[match.start() : end], match.start(), match.end(), loose=True)


def _unit_after(text: str, end: int) -> tuple[str, int]:
    """Return the unit that follows text[:end], compound ones joined by "/", and where it ends; "" when none does."""
    match = _AFTER.match(text, end)
    if not match:
        return "", end
    unit = fold_unit(match["unit"], glued=match.start("unit") == end)
    if not unit or (match["unit"] in "x×" and re.match(r"\s?\d", text[match.end("unit") :])):
        return "", end
    rest = re.sub(r"\s", "", match[0][match.end("unit") - match.start() :])
    parts = [unit, *(folded for part in re.split(r"[/·]", rest) if part and (folded := fold_unit(part, glued=True)))]
    return _per(unit, text, match.end()) if len(parts) == 1 else ("/".join(parts), match.end())


def _per(unit: str, text: str, end: int) -> tuple[str, int]:
    """Join a unit with what follows it as "per day", "a day" or "daily"; return it and where it ends."""
    per = re.match(r"\s+(?:(?:per|a|an|each|every)\s+([A-Za-z]+)|(daily|weekly|monthly|yearly|annually)\b)", text[end:])
    if per and (folded := fold_unit(per[1] or per[2], glued=True)):
        return f"{unit}/{folded}", end + per.end()
    return unit, end
