"""Whether each number of a statement stands in a passage: rounded, converted or written out.

The words around a number only tell which of the passage's stands in its place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, takewhile
from typing import Literal

from assistant.verdicts.numbers import ORDINAL, Number, numbers
from assistant.verdicts.units import UNITS, factor_between, in_other_degrees
from assistant.words import STOPWORDS, content, words

_ATOMS_APART = 1e-9
_CONVERTED_APART = 0.02
_EDGE = re.compile(r"[.,;:()]\s|\d|\b(?:and|but|while|whereas)\b")  # where the words around a number end
_AROUND = 80  # characters on each side in which they are looked for
_BOUND_SAID = {"least": "more than", "most": "less than", "": ""}


@dataclass(frozen=True, slots=True)
class NumberFault:
    """A number of the statement that its passages do not bear out, with what they have in its place ("" for none)."""

    kind: Literal["number", "unit"]
    said: str
    found: str
    bare: bool = False  # the found number has no unit at all


def number_faults(statement: str, passages: Sequence[str], nearest: str = "") -> tuple[NumberFault, ...]:
    """Return the numbers of the statement that do not stand in its passages.

    When `nearest`, the part of the passages that tells the same in nearly the same words, is given, a number must stand
    there: one that stands elsewhere belongs to something else.
    """
    near = numbers(nearest) if nearest else ()
    everywhere = [number for passage in passages for number in numbers(passage)]
    counted = [number for number in near if not number.loose]
    amounts = numbers(statement)
    faults = []
    for said in amounts:
        pool = near if counted else everywhere
        if said.loose:
            fault = _loose_fault(said, near)
        elif _is_worked_out(said, amounts, everywhere):
            fault = None
        else:
            fault = _fault(said, pool, nearest if counted else "\n".join(passages))
            if fault and not fault.found:
                found = _in_place_of(said, statement, (nearest,) if near else passages)
                fault = replace(fault, found=found)
        if fault:
            faults.append(fault)
    return tuple(faults)


def _fault(said: Number, pool: Sequence[Number], text: str) -> NumberFault | None:
    fits = [number for number in pool if same_amount(said, number)]
    same = [number for number in fits if same_unit(said, number)]
    if same:
        bounds = {number.bound for number in same}
        if said.bound and "" not in bounds and said.bound not in bounds:
            return NumberFault(
                "number", f"{_BOUND_SAID[said.bound]} {said.written}", f"{_BOUND_SAID[same[0].bound]} {same[0].written}"
            )
        return None
    with_unit = [number for number in fits if number.unit and said.unit]
    if with_unit:
        return NumberFault("unit", said.written, with_unit[0].written)
    if fits:
        return (
            None
            if any(_stands_alone(number, text) for number in fits)
            else NumberFault("unit", said.written, fits[0].written, bare=True)
        )
    return NumberFault("number", said.written, "")


def _stands_alone(number: Number, text: str) -> bool:
    """Tell whether no word that could be its unit follows a number, as in a table."""
    following = re.match(r"[\s-]?([^\W\d_]+)", text[number.end :])
    return number.unit == "" and (not following or following[1].casefold() in STOPWORDS or following[1][0].isupper())


def _loose_fault(said: Number, near: Sequence[Number]) -> NumberFault | None:
    """Hold a word such as twice, half or "a week" against the others of its kind, if the passage has one there."""
    kind = _kind(said)
    rivals = [number for number in near if kind and _kind(number) == kind]
    if not rivals or any(same_amount(said, number) and same_unit(said, number) for number in rivals):
        return None
    told = [number for number in rivals if number.loose or said.unit == "fold" or not _has_digits(number)]
    if not told:
        return None
    return NumberFault("unit" if kind == "period" else "number", said.written, told[0].written)


def _kind(number: Number) -> str:
    """Return "ratio" for twice, half, a third, "ordinal" for 17th, "period" for a week, "" for others."""
    if number.unit == "fold" or (number.unit == "%" and not _has_digits(number)):
        return "ratio"
    if number.unit == ORDINAL:
        return "ordinal"
    return "period" if number.loose and number.value == 1 and UNITS.get(number.unit, ("",))[0] == "time" else ""


def _is_worked_out(said: Number, amounts: Sequence[Number], found: Sequence[Number]) -> bool:
    """Tell whether a number is the difference of two others that both the statement and the passages have.

    For percentage points and years, two that follow each other in a passage will do.
    """
    if said.unit not in ("point", "%", "", "year"):
        return False
    pairs = [pair for pair in pairwise(found) if not any(number.loose for number in pair)]
    if said.unit == "point" and any(
        one.unit == other.unit and one.unit in ("%", "") and _rounds_to(said, round(abs(one.value - other.value), 9))
        for one, other in pairs
    ):
        return True
    if said.unit == "year":
        spans = [other.value - one.value for one, other in pairs if one.is_year and other.is_year]
        return any(said.value in (span, span + 1) for span in spans)
    operands = [n for n in amounts if n is not said and any(same_amount(n, f) and same_unit(n, f) for f in found)]
    return any(
        left.unit == right.unit and _rounds_to(said, round(abs(left.value - right.value), 9))
        for left, right in combinations(operands, 2)
        if left.unit in ("%", "point", said.unit)
    )


def same_amount(said: Number, found: Number) -> bool:
    """Tell whether the said number is the found one: equal, rounded from it, converted, or a percentage for a share."""
    if _rounds_to(said, found.value, found.step):
        return True
    values = []
    if said.unit != found.unit:
        if factor := factor_between(said.unit, found.unit):
            values.append(found.value * factor)
        if (degrees := in_other_degrees(found.value, found.unit, said.unit)) is not None:
            values.append(degrees)
    if said.unit == "%" and not found.unit:
        values.append(found.value * 100)
    if found.unit == "%" and not said.unit:
        values.append(found.value / 100)
    return bool(found.value) and any(_converts_to(said, value) for value in values)


def same_unit(said: Number, found: Number) -> bool:
    """Tell whether two numbers of the same amount may stand for each other: same unit, convertible, or not said."""
    if said.unit == found.unit or not said.unit:
        return True
    if not found.unit:
        return said.loose or (said.unit == "%" and _rounds_to(said, found.value * 100))
    if not said.value:
        return False
    left, right = said.unit.split("/"), found.unit.split("/")
    if len(left) != len(right) and left[0] == right[0]:
        return True
    if {said.unit, found.unit} == {"%", "point"}:
        return _rounds_to(said, found.value, found.step) and (said.unit == "%" or said.loose)
    if (degrees := in_other_degrees(found.value, found.unit, said.unit)) is not None:
        return _converts_to(said, degrees)
    factor = factor_between(said.unit, found.unit)
    return factor is not None and _converts_to(said, found.value * factor)


def _converts_to(said: Number, value: float) -> bool:
    """Tell whether a converted value gives the said number; six months may be 26 weeks."""
    return _rounds_to(said, value) or math.isclose(said.value, value, rel_tol=_CONVERTED_APART)


def _rounds_to(said: Number, value: float, step: float = 1.0) -> bool:
    """Tell whether `value`, whose last digit is worth `step`, gives the said number when rounded as that one is."""
    if math.isclose(said.value, value, rel_tol=_ATOMS_APART, abs_tol=1e-12) or math.isclose(
        -said.value, value, rel_tol=_ATOMS_APART
    ):
        return True
    if said.is_year and 1800 <= value <= 2099:
        return False
    value = math.copysign(value, said.value)
    apart = abs(value - said.value)
    from_decimals = step < 1 and abs(said.value) >= 2
    if (
        said.value
        and (said.step < 1 or abs(said.value) >= 10 or from_decimals)
        and apart <= said.step / 2 * (1 + _ATOMS_APART)
    ):
        return True
    digits = max(1, math.floor(math.log10(abs(said.value))) + 1) if said.value else 1
    significant = len(f"{said.value:.0f}".strip("-").rstrip("0")) if said.step >= 1 else digits
    coarse = said.step >= 1 and bool(said.value) and significant < digits and (significant >= 2 or said.hedged)
    if coarse and apart <= min(10 ** (digits - significant) / 2, 0.1 * abs(value)):
        return True
    near = 0.5 if said.step == 1 and abs(said.value) < 10 else 0.05 * abs(value)
    return said.hedged and bool(value) and apart <= near


def _in_place_of(said: Number, statement: str, texts: Sequence[str]) -> str:
    """Return the number that most likely stands where the said one should: of the same unit, and with the same words
    behind it and around it; then with the same digits, or nearest in size."""
    behind, around = _behind(said, statement), _around(said, statement)

    def distance(place: tuple[Number, str]) -> tuple[int, int, bool, float, int]:
        number, text = place
        apart = abs(math.log(abs(number.value) + 1e-9) - math.log(abs(said.value) + 1e-9))
        words_shared = -len(behind & _behind(number, text)), -len(around & _around(number, text))
        return *words_shared, _digits(number) != _digits(said), apart, number.start

    alike = [
        (number, text)
        for text in texts
        for number in numbers(text)
        if number.unit == said.unit and not number.loose and number.is_year == said.is_year
    ]
    return min(alike, key=distance)[0].written if alike else ""


def _behind(number: Number, text: str) -> frozenset[str]:
    """Return the stems of the words that a number counts: "8 attention heads"."""
    following = words(_EDGE.split(text[number.end : number.end + _AROUND], maxsplit=1)[0])
    return frozenset(word.stem for word in takewhile(lambda word: word.text.casefold() not in STOPWORDS, following))


def _around(number: Number, text: str) -> frozenset[str]:
    """Return the stems of the words on both sides of a number, as far as the next number, mark or clause."""
    before = _EDGE.split(text[max(0, number.start - _AROUND) : number.start])[-1]
    return content(before) | content(_EDGE.split(text[number.end : number.end + _AROUND], maxsplit=1)[0])


def _has_digits(number: Number) -> bool:
    return any(letter.isdigit() for letter in number.written)


def _digits(number: Number) -> list[str]:
    return sorted(letter for letter in number.written if letter.isdigit())
