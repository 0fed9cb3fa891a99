"""Numbers of a text with their units, and whether each stands in another text: rounded, converted or written out.

Knows no paper. Digits inside names (GPT-4, CD4, IL-2) are names, not numbers.
"""

# ruff: noqa: E501 - tables and patterns stay on one line
from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "once": 1, "twice": 2, "thrice": 3, "single": 1, "both": 2, "pair": 2,
    "double": 2, "doubled": 2, "triple": 3, "tripled": 3, "dozen": 12, "twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
}  # fmt: skip
_LOOSE_WORDS = frozenset(
    "one once single both pair first second third fourth fifth double doubled triple tripled zero hundred dozen".split()
)  # words that are numbers only when they answer one
_FRACTIONS = {
    "half": 0.5,
    "halved": 0.5,
    "quarter": 0.25,
    "two-thirds": 2 / 3,
    "one-third": 1 / 3,
    "three-quarters": 0.75,
}
_MULTIPLIERS = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT_MULTIPLIERS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}

# unit -> (what it measures, how many of the base unit it is); spellings are folded by `_unit`
_TIME = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0, "week": 604800.0,
         "month": 2629800.0, "year": 31557600.0, "decade": 315576000.0, "century": 3155760000.0}  # fmt: skip
_UNITS: dict[str, tuple[str, float]] = {
    **{unit: ("time", factor) for unit, factor in _TIME.items()},
    **{unit: ("mass", f) for unit, f in {"pg": 1e-12, "ng": 1e-9, "µg": 1e-6, "mg": 1e-3, "g": 1.0, "kg": 1e3, "lb": 453.592}.items()},
    **{unit: ("length", f) for unit, f in {"nm": 1e-9, "µm": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3, "mile": 1609.34, "inch": 0.0254, "foot": 0.3048, "Å": 1e-10}.items()},
    **{unit: ("volume", f) for unit, f in {"nl": 1e-9, "µl": 1e-6, "ml": 1e-3, "dl": 1e-1, "l": 1.0}.items()},
    **{unit: ("amount", f) for unit, f in {"pmol": 1e-12, "nmol": 1e-9, "µmol": 1e-6, "mmol": 1e-3, "mol": 1.0}.items()},
    **{unit: ("molarity", f) for unit, f in {"nM": 1e-9, "µM": 1e-6, "mM": 1e-3}.items()},
    **{unit: ("data", f) for unit, f in {"bit": 0.125, "byte": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "pb": 1e15}.items()},
    **{unit: ("frequency", f) for unit, f in {"hz": 1.0, "khz": 1e3, "mhz": 1e6, "ghz": 1e9}.items()},
    **{unit: ("power", f) for unit, f in {"mw": 1e-3, "w": 1.0, "kw": 1e3}.items()},
    **{unit: ("energy", f) for unit, f in {"j": 1.0, "kj": 1e3, "cal": 4.184, "kcal": 4184.0, "ev": 1.6e-19, "kev": 1.6e-16}.items()},
    **{unit: ("pressure", f) for unit, f in {"pa": 1.0, "kpa": 1e3, "mmhg": 133.322, "bar": 1e5}.items()},
    **{unit: ("voltage", f) for unit, f in {"mv": 1e-3, "v": 1.0, "kv": 1e3}.items()},
    **{unit: (unit, 1.0) for unit in ("%", "point", "fold", "°c", "°f", "°", "kelvin", "db", "gy", "iu", "bp", "da", "kda", "usd", "eur", "gbp", "fps", "rpm", "ppm")},
}  # fmt: skip
_SPELLINGS = {
    "percent": "%", "per cent": "%", "pct": "%", "percentage points": "point", "percentage point": "point", "points": "point",
    "% points": "point", "pp": "point", "folds": "fold", "times": "fold", "x": "fold", "×": "fold",
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "millisecond": "ms", "milliseconds": "ms",
    "microsecond": "µs", "microseconds": "µs", "nanoseconds": "ns", "us": "µs",
    "mins": "min", "minute": "min", "minutes": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "d": "day", "days": "day",
    "wk": "week", "wks": "week", "weeks": "week", "mo": "month", "months": "month", "y": "year", "yr": "year", "yrs": "year",
    "years": "year", "decades": "decade", "centuries": "century",
    "gram": "g", "grams": "g", "milligram": "mg", "milligrams": "mg", "kilogram": "kg", "kilograms": "kg", "microgram": "µg",
    "micrograms": "µg", "nanogram": "ng", "nanograms": "ng", "mcg": "µg", "ug": "µg", "lbs": "lb", "pounds": "lb",
    "meter": "m", "meters": "m", "metre": "m", "metres": "m", "kilometer": "km", "kilometers": "km", "kilometre": "km",
    "kilometres": "km", "centimeter": "cm", "centimeters": "cm", "centimetre": "cm", "centimetres": "cm", "millimeter": "mm",
    "millimeters": "mm", "millimetre": "mm", "millimetres": "mm", "micrometer": "µm", "micrometers": "µm", "micron": "µm",
    "microns": "µm", "um": "µm", "nanometer": "nm", "nanometers": "nm", "nanometre": "nm", "nanometres": "nm", "miles": "mile",
    "inches": "inch", "feet": "foot", "angstrom": "Å", "angstroms": "Å",
    "liter": "l", "liters": "l", "litre": "l", "litres": "l", "milliliter": "ml", "milliliters": "ml", "millilitre": "ml",
    "millilitres": "ml", "ul": "µl", "microliter": "µl", "microliters": "µl",
    "micromol": "µmol", "umol": "µmol", "moles": "mol", "micromolar": "µM", "nanomolar": "nM", "millimolar": "mM",
    "bits": "bit", "bytes": "byte", "kilobytes": "kb", "megabytes": "mb", "megabyte": "mb", "gigabytes": "gb", "gigabyte": "gb",
    "terabytes": "tb", "terabyte": "tb", "gib": "gb", "mib": "mb", "hertz": "hz", "watt": "w", "watts": "w",
    "kilowatts": "kw", "joule": "j", "joules": "j", "calories": "cal", "kilocalories": "kcal", "volt": "v", "volts": "v",
    "pascal": "pa", "degrees celsius": "°c", "degrees c": "°c", "degrees fahrenheit": "°f", "degrees": "°", "degree": "°",
    "decibel": "db", "decibels": "db", "gray": "gy", "dollars": "usd", "dollar": "usd", "euros": "eur", "euro": "eur",
    "kilodaltons": "kda", "daltons": "da",
}  # fmt: skip
_CASED = frozenset(["nM", "µM", "mM", "Å"])  # case tells molar from metre

_HEDGE = re.compile(
    r"(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|ca\.?|close to|an estimated|on the order of|"
    r"order of|up to|more than|over|above|at least|at most|less than|under|below|fewer than|exceed(?:s|ed|ing)?|just)|[~≈≤≥<>])\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.])(?<!\w[-‐‑])(?P<sign>[-−–+±](?=[\d.]))?(?P<money>[$€£]\s?)?"
    r"(?P<digits>\d{1,3}(?:[,\u2009\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:[.·]\d+)?|\.\d+)"
    r"(?P<power>\s?[×x*]\s?10\s?(?:\^|\*\*)?\s?[({]?[-−–+]?\d+[)}]?|[eE][-−+]?\d+)?"
)
_WORD_NUMBER = re.compile(
    r"(?<![\w])(?:two-thirds|one-third|three-quarters|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]"
    r"(?:one|two|three|four|five|six|seven|eight|nine)(?![\w])|[A-Za-z]+)(?![\w])",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:\s|[-‐‑])?(?P<unit>(?:percentage|%) points?|per cent|degrees [cCfF]\w*|°\s?[CF]?|%|[^\W\d_]+)(?P<rest>(?:\s?/\s?|\s?·\s?)[^\W\d_]+)*"
)
_LIST_LINK = re.compile(
    r"\s*(?:,|and|or|to|vs\.?|versus|through|[-–—−]|±|\+/-|\+/−|/|and\s+to|,\s*and|,\s*or|compared with|from)\s*",
    re.IGNORECASE,
)
_PROPORTION = re.compile(
    r"\b(?:one|two|three|four|five|nine|\d+) (?:in|of|out of) (?:every )?(?:two|three|four|five|six|ten|\d+)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text: `value` as counted out, `unit` folded ("" when it has none), `step` the size of its last
    digit, `hedged` when the text says about, more than and the like, `written` as it stands at text[start:end]."""

    value: float
    unit: str
    step: float
    hedged: bool
    written: str
    start: int
    end: int
    loose: bool = False

    @property
    def is_year(self) -> bool:
        return not self.unit and self.step == 1 and 1800 <= self.value <= 2099 and len(self.written) == 4


@dataclass(frozen=True, slots=True)
class NumberFault:
    """A number of the statement that its passages do not bear out, with what they have in its place ("" when nothing)."""

    kind: Literal["number", "unit"]
    said: str
    found: str
    bare: bool = False  # the found number has no unit at all


def without_marks(text: str) -> str:
    """Return the text with reference marks such as [12] blanked, all places kept."""
    return _MARKS.sub(lambda mark: " " * len(mark[0]), text)


@lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order; members of a list share the unit that follows its last ("65 to 70 %")."""
    text = without_marks(text)
    found = [_read(match, text) for match in _NUMBER.finditer(text) if not _in_name(match, text)]
    taken = [(number.start, number.end) for number in found]
    for match in _WORD_NUMBER.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            number = _read_word(match, text)
            if number and _PROPORTION.search(text[max(0, match.start() - 4) : match.end() + 16]):
                number = replace(number, loose=False)
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
    return tuple(found)


def _in_name(match: re.Match[str], text: str) -> bool:
    """Tell whether the digits are a piece of a name: OCT3/4, NIH 3T3."""
    before, after = text[max(0, match.start() - 12) : match.start()], text[match.end() : match.end() + 4]
    return bool(re.search(r"[A-Za-z]\d*/$", before) or re.match(r"[A-Z]+\d", after))


def _read(match: re.Match[str], text: str) -> Number:
    digits = re.sub(r"[,\u2009\u00a0\u202f]", "", match["digits"]).replace("·", ".")
    value = float(digits)
    decimals = len(digits.partition(".")[2])
    step = 10.0**-decimals
    if match["power"]:
        exponent = int(
            re.sub(r"[−–]", "-", re.sub(r"^(?:\s?[×x*]\s?10\s?(?:\^|\*\*)?\s?[({]?|[eE])", "", match["power"])).strip(
                ")} "
            )
        )
        value, step = (value * 10.0**exponent, step * 10.0**exponent) if abs(exponent) < 300 else (value, step)
    if (
        match["sign"] in ("-", "−")
        and (match.start() == 0 or not text[match.start() - 1].isalnum())
        and not re.search(r"[\d%]\s*$", text[: match.start()])
    ):
        value = -value
    end = match.end()
    attached = re.match(r"([kKMBT])(?![\w])", text[end:])
    if attached:
        factor = _SHORT_MULTIPLIERS[attached[1]]
        value, step, end = value * factor, step * factor, end + 1
    spelled = re.match(r"[\s-]?(hundred|thousand|million|billion|trillion)s?\b", text[end:], re.IGNORECASE)
    if spelled:
        factor = _MULTIPLIERS[spelled[1].casefold()]
        value, step, end = value * factor, step * factor, end + len(spelled[0])
    unit, unit_end = _unit_after(text, end)
    if match["money"]:
        unit = {"$": "usd", "€": "eur", "£": "gbp"}[match["money"].strip()]
    hedged = bool(_HEDGE.search(text[max(0, match.start() - 24) : match.start()]))
    return Number(value, unit, step, hedged, text[match.start() : unit_end].strip(), match.start(), end)


def _read_word(match: re.Match[str], text: str) -> Number | None:
    word = match[0].casefold()
    tens, _, ones = word.replace(" ", "-").partition("-")
    if word in _FRACTIONS:
        value, unit, end = _FRACTIONS[word] * 100, "%", match.end()
    elif word in _WORDS:
        value, unit, end = float(_WORDS[word]), "", match.end()
    elif ones and tens in _WORDS and ones in _WORDS:
        value, unit, end = float(_WORDS[tens] + _WORDS[ones]), "", match.end()
    else:
        return None
    spelled = re.match(r"[\s-](hundred|thousand|million|billion|trillion)s?\b", text[end:], re.IGNORECASE)
    if spelled:
        value, end = value * _MULTIPLIERS[spelled[1].casefold()], end + len(spelled[0])
    if not unit:
        unit, _ = _unit_after(text, end)
    hedged = bool(_HEDGE.search(text[max(0, match.start() - 24) : match.start()]))
    loose = word in _LOOSE_WORDS or word in _FRACTIONS
    return Number(value, unit, 1.0, hedged or word in _FRACTIONS, text[match.start() : end], match.start(), end, loose)


def _unit_after(text: str, end: int) -> tuple[str, int]:
    """Return the unit that follows text[:end], compound ones joined by "/", and where it ends; "" when none does."""
    match = _AFTER.match(text, end)
    if not match:
        return "", end
    unit = _unit(match["unit"], glued=match.start("unit") == end)
    if not unit:
        return "", end
    rest = re.sub(r"\s", "", match[0][match.end("unit") - match.start() :])
    parts = [unit, *(folded for part in re.split(r"[/·]", rest) if part and (folded := _unit(part, glued=True)))]
    per = re.match(r"\s+(?:per|a|an)\s+([A-Za-z]+)", text[match.end() :])
    if per and (folded := _unit(per[1], glued=True)) and len(parts) == 1:
        parts.append(folded)
        return "/".join(parts), match.end() + per.end()
    return "/".join(parts), match.end()


def _unit(written: str, *, glued: bool) -> str:
    """Return the folded name of a unit, "" when it is none. A single capital or a common word needs to be glued on."""
    plain = re.sub(r"\s+", " ", written).replace("μ", "µ").replace("° ", "°")
    if plain in _CASED:
        return plain
    folded = plain.casefold().replace("μ", "µ")
    folded = _SPELLINGS.get(folded, folded)
    if folded not in _UNITS:
        return ""
    if not glued and len(plain) == 1 and plain.isupper():
        return ""
    return folded


def number_faults(statement: str, passages: Sequence[str], nearest: str = "") -> tuple[NumberFault, ...]:
    """Return the numbers of the statement that do not stand in its passages.

    When `nearest`, the part of the passages that tells the same in nearly the same words, is given, a number must stand
    there: one that stands elsewhere belongs to something else.
    """
    near = numbers(nearest) if nearest else ()
    everywhere = [number for passage in passages for number in numbers(passage)]
    faults = []
    for said in numbers(statement):
        if said.loose:
            continue
        pool = near if near and any(not number.loose for number in near) else everywhere
        fits = [number for number in pool if same_amount(said, number)]
        if any(same_unit(said, number) for number in fits):
            continue
        exact = [number for number in fits if number.unit and said.unit]
        if exact:
            faults.append(NumberFault("unit", said.written, exact[0].written))
        elif fits:
            faults.append(NumberFault("unit", said.written, fits[0].written, bare=True))
        else:
            faults.append(NumberFault("number", said.written, _in_place_of(said, near or everywhere)))
    return tuple(faults)


def same_amount(said: Number, found: Number) -> bool:
    """Tell whether the said number is the found one: equal, rounded from it, converted, or a percentage for a share."""
    if _rounds_to(said, found.value):
        return True
    factors: list[float] = []
    if (
        said.unit != found.unit
        and said.unit in _UNITS
        and found.unit in _UNITS
        and _UNITS[said.unit][0] == _UNITS[found.unit][0]
    ):
        factors.append(_UNITS[found.unit][1] / _UNITS[said.unit][1])
    if said.unit == "%" and not found.unit:
        factors.append(100.0)
    if found.unit == "%" and not said.unit:
        factors.append(0.01)
    return bool(found.value) and any(_rounds_to(said, found.value * factor) for factor in factors)


def same_unit(said: Number, found: Number) -> bool:
    """Tell whether two numbers that are the same amount may stand for each other: same unit, convertible, or not said."""
    if said.unit == found.unit or not said.unit:
        return True
    if not found.unit:
        return said.loose or found.loose or (said.unit == "%" and _rounds_to(said, found.value * 100))
    if not said.value:
        return False
    left, right = said.unit.split("/"), found.unit.split("/")
    if len(left) != len(right) and left[0] == right[0]:
        return True
    if len(left) == len(right) and all(_UNITS[a][0] == _UNITS[b][0] for a, b in zip(left, right, strict=True)):
        factor = math.prod(
            (_UNITS[b][1] / _UNITS[a][1]) ** (1 if place == 0 else -1)
            for place, (a, b) in enumerate(zip(left, right, strict=True))
        )
        return _rounds_to(said, found.value * factor)
    return False


def _rounds_to(said: Number, value: float) -> bool:
    """Tell whether `value`, rounded as the said number is, gives it."""
    if math.isclose(said.value, value, rel_tol=1e-9, abs_tol=1e-12) or math.isclose(-said.value, value, rel_tol=1e-9):
        return True
    if said.is_year and 1800 <= value <= 2099:
        return False
    value = math.copysign(value, said.value)
    apart = abs(value - said.value)
    if said.value and (said.step < 1 or abs(said.value) >= 10) and apart <= said.step / 2 * (1 + 1e-9):
        return True
    digits = max(1, math.floor(math.log10(abs(said.value))) + 1) if said.value else 1
    significant = len(f"{said.value:.0f}".strip("-").rstrip("0")) if said.step >= 1 else digits
    coarse = said.step >= 1 and bool(said.value) and significant < digits and (significant >= 2 or said.hedged)
    if coarse and apart <= min(10 ** (digits - significant) / 2, 0.1 * abs(value)):
        return True
    near = 0.5 if said.step == 1 and abs(said.value) < 10 else 0.05 * abs(value)
    return said.hedged and bool(value) and apart <= near


def _in_place_of(said: Number, pool: Iterable[Number]) -> str:
    """Return the number that most likely stands where the said one should: same unit, the same digits or nearest in size."""
    alike = [n for n in pool if n.unit == said.unit and not n.loose and n.is_year == said.is_year]
    if not alike:
        return ""

    def distance(number: Number) -> tuple[bool, float, int]:
        apart = abs(math.log(abs(number.value) + 1e-9) - math.log(abs(said.value) + 1e-9))
        return _digits(number) != _digits(said), apart, number.start

    return min(alike, key=distance).written


def _digits(number: Number) -> list[str]:
    return sorted(letter for letter in number.written if letter.isdigit())


def is_unit(word: str) -> bool:
    """Tell whether a word is a unit of measure when it follows a number."""
    return bool(_unit(word, glued=True))
