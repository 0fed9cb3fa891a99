"""Units of measure: their spellings, what each measures and how many of the base unit it is. Knows no text."""

# ruff: noqa: E501 - tables stay on one line
from __future__ import annotations

import math
import re

# unit -> (what it measures, how many of the base unit it is); spellings are folded by `fold_unit`
_TIME = {"fs": 1e-15, "ps": 1e-12, "ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0, "week": 604800.0,
         "month": 2629800.0, "year": 31557600.0, "decade": 315576000.0, "century": 3155760000.0}  # fmt: skip
UNITS: dict[str, tuple[str, float]] = {
    **{unit: ("time", factor) for unit, factor in _TIME.items()},
    **{unit: ("mass", f) for unit, f in {"pg": 1e-12, "ng": 1e-9, "µg": 1e-6, "mg": 1e-3, "g": 1.0, "kg": 1e3, "lb": 453.592}.items()},
    **{unit: ("length", f) for unit, f in {"nm": 1e-9, "µm": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3, "mile": 1609.34, "au": 1.495978707e11, "light year": 9.4607e15, "pc": 3.0857e16, "kpc": 3.0857e19, "mpc": 3.0857e22, "inch": 0.0254, "foot": 0.3048, "Å": 1e-10}.items()},
    **{unit: ("volume", f) for unit, f in {"nl": 1e-9, "µl": 1e-6, "ml": 1e-3, "dl": 1e-1, "l": 1.0}.items()},
    **{unit: ("amount", f) for unit, f in {"pmol": 1e-12, "nmol": 1e-9, "µmol": 1e-6, "mmol": 1e-3, "mol": 1.0}.items()},
    **{unit: ("molarity", f) for unit, f in {"nM": 1e-9, "µM": 1e-6, "mM": 1e-3}.items()},
    **{unit: ("data", f) for unit, f in {"bit": 0.125, "byte": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "pb": 1e15}.items()},
    **{unit: ("frequency", f) for unit, f in {"hz": 1.0, "khz": 1e3, "mhz": 1e6, "ghz": 1e9}.items()},
    **{unit: ("power", f) for unit, f in {"mW": 1e-3, "w": 1.0, "kw": 1e3, "MW": 1e6, "GW": 1e9}.items()},
    **{unit: ("energy", f) for unit, f in {"j": 1.0, "kj": 1e3, "cal": 4.184, "kcal": 4184.0, "ev": 1.602e-19, "kev": 1.602e-16, "MeV": 1.602e-13, "gev": 1.602e-10, "tev": 1.602e-7, "mj": 1e6, "kwh": 3.6e6}.items()},
    **{unit: ("pressure", f) for unit, f in {"pa": 1.0, "kpa": 1e3, "mmhg": 133.322, "bar": 1e5, "mbar": 1e2, "atm": 101325.0, "gpa": 1e9}.items()},
    **{unit: ("voltage", f) for unit, f in {"mv": 1e-3, "v": 1.0, "kv": 1e3}.items()},
    **{unit: ("field", f) for unit, f in {"mT": 1e-3, "tesla": 1.0, "gauss": 1e-4}.items()},
    **{unit: ("weight of a molecule", f) for unit, f in {"da": 1.0, "kda": 1e3}.items()},
    **{unit: ("bases", f) for unit, f in {"bp": 1.0, "kbp": 1e3, "mbp": 1e6}.items()},
    **{unit: (unit, 1.0) for unit in ("%", "point", "fold", "°c", "°f", "°", "kelvin", "db", "gy", "iu", "usd", "eur", "gbp", "fps", "rpm", "ppm", "ppb")},
}  # fmt: skip
UNITS |= {
    f"{unit}{sign}": (f"{what}{sign}", factor**power)
    for sign, power in (("²", 2), ("³", 3))
    for unit, (what, factor) in tuple(UNITS.items())
    if what == "length"
}
_SPELLINGS = {
    "percent": "%", "per cent": "%", "pct": "%", "prozent": "%", "pour cent": "%", "por ciento": "%", "percentage points": "point", "percentage point": "point", "points": "point",
    "% points": "point", "pp": "point", "folds": "fold", "times": "fold", "x": "fold", "×": "fold",
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "millisecond": "ms", "milliseconds": "ms",
    "microsecond": "µs", "microseconds": "µs", "nanoseconds": "ns", "picoseconds": "ps", "femtoseconds": "fs", "picosecond": "ps", "femtosecond": "fs", "us": "µs",
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
    "kilodaltons": "kda", "daltons": "da", "kelvins": "kelvin", "light years": "light year", "light-year": "light year",
    "light-years": "light year", "ly": "light year", "parsec": "pc", "parsecs": "pc", "kiloparsecs": "kpc", "megaparsecs": "mpc",
    "electronvolts": "ev", "electronvolt": "ev", "teslas": "tesla", "kilobases": "kbp", "megabases": "mbp", "base pairs": "bp",
    "milliwatts": "mW", "milliwatt": "mW", "megawatts": "MW", "megawatt": "MW", "gigawatts": "GW", "pounds sterling": "gbp",
    "megahertz": "mhz", "kilohertz": "khz", "gigahertz": "ghz", "kilojoules": "kj", "kilojoule": "kj",
    "atmospheres": "atm", "daily": "day", "hourly": "h", "weekly": "week", "monthly": "month", "yearly": "year",
    "annually": "year", "annum": "year", "m2": "m²", "m3": "m³", "km2": "km²", "km3": "km³", "cm2": "cm²", "cm3": "cm³", "mm2": "mm²",
    "mm3": "mm³", "ans": "year", "mois": "month", "jours": "day", "heures": "h", "semaines": "week", "jahre": "year", "jahren": "year",
    "monate": "month", "monaten": "month", "wochen": "week", "tage": "day", "tagen": "day", "stunden": "h", "minuten": "min",
    "años": "year", "meses": "month", "días": "day", "horas": "h", "semanas": "week", "anni": "year", "mesi": "month", "giorni": "day",
}  # fmt: skip
_CASED = {
    **{unit: unit for unit in ("nM", "µM", "mM", "Å", "mT", "mW", "MW", "GW", "MeV")},
    "K": "kelvin",
    "T": "tesla",
    "Mbp": "mbp",
}  # fmt: skip - case tells molar from metre, kelvin from thousand

SPELLED_UNITS = frozenset(word for word in _SPELLINGS if word.isalpha() and len(word) > 2)


def fold_unit(written: str, *, glued: bool) -> str:
    """Return the folded name of a unit, "" when it is none. A single capital or a common word needs to be glued on."""
    plain = re.sub(r"\s+", " ", written).replace("μ", "µ").replace("° ", "°")
    if plain in _CASED and not (glued and len(plain) == 1):
        return _CASED[plain]
    folded = plain.casefold().replace("μ", "µ")
    folded = _SPELLINGS.get(folded, folded)
    if folded not in UNITS:
        return ""
    if not glued and len(plain) == 1 and plain.isupper() and plain not in "WVJ":
        return ""
    return folded


def is_unit(word: str) -> bool:
    """Tell whether a word is a unit of measure when it follows a number."""
    return bool(fold_unit(word, glued=True) or fold_unit(word, glued=False))


def factor_between(left: str, right: str) -> float | None:
    """Return how many of the left unit one of the right is, compound ones too; None when they measure other things."""
    lefts, rights = left.split("/"), right.split("/")
    if len(lefts) != len(rights) or not all(a in UNITS and b in UNITS for a, b in zip(lefts, rights, strict=True)):
        return None
    if any(UNITS[a][0] != UNITS[b][0] for a, b in zip(lefts, rights, strict=True)):
        return None
    ratios = [UNITS[b][1] / UNITS[a][1] for a, b in zip(lefts, rights, strict=True)]
    return ratios[0] / math.prod(ratios[1:])


def in_other_degrees(value: float, unit: str, other: str) -> float | None:
    """Return a temperature in another unit, None when either is none."""
    zero = {"°c": (1.0, 0.0), "°f": (5 / 9, -160 / 9), "kelvin": (1.0, -273.15)}
    if unit not in zero or other not in zero:
        return None
    celsius = value * zero[unit][0] + zero[unit][1]
    return (celsius - zero[other][1]) / zero[other][0]
