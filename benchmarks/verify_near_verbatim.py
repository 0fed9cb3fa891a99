"""How well statements close to their source are told from ones with a planted fault.

    python benchmarks/verify_near_verbatim.py PATH... [--count 1000] [--seeds 10-15] [--rules odd|even|all] [--show N]

PATH: .jsonl files of {"_id", "title", "text"} lines, and PDFs or folders of them. From their passages it makes, for each seed,
`count` true statements by light rewording and as many with one fault each, nine kinds in turn, and says what share is flagged (any
verdict but `supported`), seed by seed and pooled with 95 % intervals, beside plain containment. The rules that reword are lists of
their own, none of them the verifier's. Seeds below 10 were looked at while building, those from 10 on were not.
"""

# ruff: noqa: E501 - tables and patterns stay on one line
from __future__ import annotations

import argparse
import math
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _flagged import Outcome, contained, say_table

from assistant.reading import READABLE, read
from assistant.sentences import split_sentences
from assistant.verdicts import Judgement, judge
from vectorstore.embedding import Embedder, open_embedder
from vectorstore.errors import FootnoteError

ASKED = {
    "true": "<= 3 %", "number": ">= 95 %", "unit": ">= 95 %", "date": "", "name": ">= 80 %", "negation": ">= 80 %", "direction": "",
    "wrong paper": ">= 95 %", "stitched quote": ">= 95 %", "invented quote": ">= 95 %",
}  # fmt: skip
KINDS = tuple(ASKED)[1:]
AROUND = 3  # sentences before and after that make the passage

# ---- rewording: (pattern, replacements); each keeps the meaning
SYNONYMS: tuple[tuple[str, str], ...] = (
    (r"\bshow(ed|s)? that\b", "find that"), (r"\bdemonstrate(d|s)?\b", "show"), (r"\bhowever, ", ""), (r"\bmoreover, ", ""),
    (r"\bfurthermore, ", ""), (r"\bin addition, ", ""), (r"\butili[sz]e(d|s)?\b", "use"), (r"\busing\b", "with the help of"),
    (r"\blarge\b", "big"), (r"\bsmall\b", "little"), (r"\bapproximately\b", "about"), (r"\bobtained\b", "got"),
    (r"\bperformed\b", "carried out"), (r"\binvestigated\b", "studied"), (r"\bexamined\b", "looked at"), (r"\bassessed\b", "evaluated"),
    (r"\bimportant\b", "key"), (r"\bnovel\b", "new"), (r"\bseveral\b", "a number of"), (r"\bmany\b", "numerous"),
    (r"\bin order to\b", "to"), (r"\bdue to\b", "because of"), (r"\bas well as\b", "and"), (r"\bsuch as\b", "like"),
    (r"\bprior to\b", "before"), (r"\bfollowing\b", "after"), (r"\bparticipants\b", "subjects"), (r"\bindividuals\b", "people"),
    (r"\bchildren\b", "kids"), (r"\bcancer\b", "tumour"), (r"\bimproves?\b", "betters"), (r"\bimproved\b", "bettered"),
    (r"\bincreased\b", "went up"), (r"\bdecreased\b", "went down"), (r"\breduced\b", "lowered"), (r"\benhanced\b", "raised"),
    (r"\bhigher\b", "greater"), (r"\bsuggest(ed|s)? that\b", "indicate that"), (r"\brevealed\b", "uncovered"), (r"\brequired?\b", "needed"),
    (r"\bmethods?\b", "approach"), (r"\bmodels?\b", "system"), (r"\bresults?\b", "outcome"), (r"\bsignificantly\b", "markedly"),
    (r"\bcompared (with|to)\b", "relative to"), (r"\bassociated with\b", "linked to"), (r"\bmajority of\b", "bulk of"),
    (r"\bsimilar\b", "comparable"), (r"\bdifferent\b", "distinct"), (r"\bhowever\b", "yet"), (r"\btherefore\b", "so"),
    (r"\bbecause\b", "since"), (r"\balthough\b", "though"), (r"\bwhile\b", "whilst"), (r"\bmain\b", "chief"), (r"\brapid(ly)?\b", r"quick\1"),
    (r"\bdid not\b", "didn't"), (r"\bdoes not\b", "doesn't"), (r"\bwas not\b", "wasn't"), (r"\bare not\b", "aren't"), (r"\bcannot\b", "can't"),
    (r"\bis an?\b", "represents a"), (r"\bplays? a\b", "has a"), (r"\btask\b", "problem"), (r"\bperformance\b", "results"), (r"\bpropose\b", "put forward"),
    (r"\bcontains?\b", "holds"), (r"\bprovides?\b", "gives"), (r"\bdevelop(ed)?\b", "built"), (r"\bcan be\b", "may be"), (r"\bwe\b", "the authors"), (r"\bour\b", "their"),
)  # fmt: skip
OPENERS = (
    "", "", "", "According to the authors, ", "The authors report that ", "They find that ", "In this work, ", "It is reported that ", "As the paper puts it, ",
    "The study states that ", "Notably, ", "Here, ",
)  # fmt: skip

# ---- faults
UNIT_SWAPS = {
    "%": ["mg", "points", "ms", "kg"], "mg": ["g", "ml", "µg"], "kg": ["g", "lb"], "g": ["kg", "mg"], "ms": ["s", "min"], "ml": ["l", "mg"],
    "s": ["ms", "h"], "seconds": ["minutes", "hours"], "minutes": ["hours", "seconds"], "min": ["h", "s"], "hours": ["days", "minutes"], "h": ["min", "days"],
    "days": ["weeks", "hours"], "weeks": ["months", "days"], "months": ["years", "weeks"], "years": ["months", "days"], "year": ["month", "week"],
    "mm": ["cm", "m"], "cm": ["mm", "m"], "km": ["m", "miles"], "nm": ["mm", "µm"], "μm": ["mm", "nm"], "µm": ["mm", "nm"],
    "GB": ["MB", "TB"], "MB": ["GB", "KB"], "KB": ["MB", "GB"], "Hz": ["kHz"], "kDa": ["Da"], "mmol/L": ["µmol/L", "mg/dl"], "bp": ["kb"], "fold": ["%"],
    "points": ["%"], "percent": ["mg", "seconds", "points"], "millions": ["billions"], "thousand": ["million"], "metres": ["kilometres", "feet"],
    "kilograms": ["grams", "pounds"], "litres": ["millilitres"], "second": ["minute", "hour"], "minute": ["second", "hour"], "hour": ["day", "minute"], "million": ["billion", "thousand"], "billion": ["million"], "bits": ["bytes"], "bytes": ["bits"], "°C": ["°F"], "day": ["week"], "week": ["month"],
}  # fmt: skip
UNIT = re.compile(
    r"(?<=\d)(?P<gap>[\s-]?)(?P<unit>%|percent|thousand|metres|kilograms|litres|hour|minute|second|mmol/L|seconds|minutes|hours|days|weeks|months|years|year|week|day|points|million|billion|bits|bytes|fold|kDa|mg|kg|ms|ml|"
    r"min|mm|cm|km|nm|[μµ]m|GB|MB|KB|Hz|bp|°C|g|s|h)(?![\w/])"
)
PLAIN_NUMBER = re.compile(r"(?<![\w.\-–])(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w]|\.\d|,\d{3})")
NAME = re.compile(
    r"(?<!\. )(?<!^)(?<![\w-])(?=[\w-]*[A-Z])(?:[A-Z][a-z]{3,}|[A-Za-z]*[A-Z][A-Za-z]*\d[\w-]*|[A-Z]{3,6})(?![\w-])"
)
NOT_NAMES = re.compile(
    r"(?:Table|Figure|Section|Appendix|RESULTS?|METHODS?|CONCLUSIONS?|BACKGROUND|OBJECTIVES?|DESIGN|SETTING|Equation|Eq|Fig|The|This|These|For|With|AND|From|There|When|And)$"
)
NEGATABLE = (
    (re.compile(r"\b(is|are|was|were|can|could|should|may|might|will|would|did|does|do|has been|have been)\b(?! not| no\b|n't)"), r"\1 not"),
    (re.compile(r"\b(is|are|was|were|can|did|does|do|has|have) not\b"), r"\1"),
    (re.compile(r"\b(increased|decreased|improved|reduced|showed|caused|induced|inhibited|affected|required|achieved|led to)\b"), "failed to VERB"),
    (re.compile(r"\bwith\b"), "without"), (re.compile(r"\bwithout\b"), "with"), (re.compile(r"\bno (?=[a-z])"), "a "),
)  # fmt: skip
BASES = {
    "increased": "increase", "decreased": "decrease", "improved": "improve", "reduced": "reduce", "showed": "show", "caused": "cause", "induced": "induce",
    "inhibited": "inhibit", "affected": "affect", "required": "require", "achieved": "achieve", "led to": "lead to",
}  # fmt: skip
# (pattern, what is said instead, what is true in other words)
MONTHS = "January February March April May June July August September October November December".split()
DATE = re.compile(
    rf"(?:(?<=in )|(?<=since )|(?<=from )|(?<=between )|(?<=and )|(?<=to )|(?<=of )|(?<=until ))(?P<year>(?:19|20)\d\d)(?![\w%–-])|\b(?P<month>{'|'.join(MONTHS)})(?= (?:19|20)\d\d| \d{{1,2}},)"
)
DIRECTIONS = (
    ("increased", "decreased"), ("increases", "decreases"), ("increase", "decrease"), ("higher", "lower"), ("greater", "smaller"), ("larger", "smaller"), ("more than", "less than"),
    ("better", "worse"), ("improved", "worsened"), ("improves", "worsens"), ("promotes", "inhibits"), ("promoted", "inhibited"), ("activated", "suppressed"), ("enhanced", "impaired"),
    ("enhances", "impairs"), ("upregulated", "downregulated"), ("faster", "slower"), ("positively", "negatively"), ("above", "below"), ("before", "after"), ("longer", "shorter"),
    ("outperforms", "is outperformed by"), ("presence", "absence"), ("gain", "loss"), ("rose", "fell"), ("fewer", "more"), ("stronger", "weaker"), ("most", "fewest"), ("early", "late"),
)  # fmt: skip
NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
CONVERTED = {"weeks": ("days", 7), "hours": ("minutes", 60), "h": ("minutes", 60), "years": ("months", 12), "kg": ("g", 1000), "cm": ("mm", 10), "km": ("m", 1000), "min": ("seconds", 60),
             "minutes": ("seconds", 60), "GB": ("MB", 1000), "mg": ("µg", 1000), "s": ("ms", 1000), "seconds": ("ms", 1000), "days": ("hours", 24)}  # fmt: skip
SPELLED = {
    "%": " percent",
    "mg": "milligrams",
    "kg": "kilograms",
    "h": "hours",
    "min": "minutes",
    "km": "kilometres",
    "GB": "gigabytes",
    "ms": "milliseconds",
    "mm": "millimetres",
}
INVENTED = (
    "this approach proved {adjective} in every setting that was tried", "the {noun} of the procedure remained {adjective} throughout",
    "a {adjective} effect on the {noun} was seen from the outset", "our {noun} turned out to be far more {adjective} than expected",
    "no earlier {noun} had been so {adjective} under these conditions",
)  # fmt: skip
ADJECTIVES = ("stable", "useful", "promising", "robust", "surprising", "consistent", "limited", "reliable")
NOUNS = ("outcome", "accuracy", "cost", "response", "behaviour", "procedure", "analysis", "baseline")


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence in its passage, and which paper it is from."""

    paper: str
    sentence: str
    passage: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Case:
    """A statement with the passage it is judged by; `kind` is "" for a true one."""

    kind: str
    statement: str
    passage: str


def texts(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Give (paper, text) for every paper of the files; a file that cannot be read is passed by with a word on it."""
    for path in paths:
        files = sorted(file for file in path.rglob("*") if file.suffix in READABLE) if path.is_dir() else [path]
        for file in files:
            try:
                for number, source in enumerate(read(file).sources):
                    yield f"{file.name} {number}", source.text
            except FootnoteError as error:
                print(f"passed by {file.name}: {error}", file=sys.stderr)


def places(paths: Sequence[Path]) -> list[Place]:
    """Return the sentences that can be reworded: whole, 8 to 45 words, mostly letters."""
    found = []
    for paper, text in texts(paths):
        sentences = [re.sub(r"\s+", " ", text[s.start : s.end]) for s in split_sentences(text)]
        for index, sentence in enumerate(sentences):
            letters = sum(letter.isalpha() and letter.isascii() for letter in sentence)
            if (
                not 8 <= len(sentence.split()) <= 45
                or letters < 0.7 * len(sentence)
                or sentence[-1] not in ".!?"
                or not sentence[0].isupper()
            ):
                continue
            low, high = max(0, index - AROUND), index + AROUND + 1
            found.append(
                Place(
                    paper,
                    sentence,
                    " ".join(sentences[low:high]),
                    " ".join(sentences[low:index]),
                    " ".join(sentences[index + 1 : high]),
                )
            )
    return found


def rule_set(which: str) -> tuple[tuple[str, str], ...]:
    """Return the synonyms of a half of the rules, or of all."""
    return {"odd": SYNONYMS[1::2], "even": SYNONYMS[::2], "all": SYNONYMS}[which]


def reword(sentence: str, rules: Sequence[tuple[str, str]], draw: random.Random) -> str:
    """Say a sentence in slightly other words: up to three synonyms, a moved clause, a rounded number, an opener."""
    text = re.sub(r"^[A-Z]{5,}(?:\s[A-Z]{3,})*:?\s(?=[A-Z])", "", sentence)
    fitting = [rule for rule in rules if re.search(rule[0], text, re.IGNORECASE)]
    for pattern, replacement in draw.sample(fitting, min(len(fitting), draw.randint(1, 3))):
        text = re.sub(pattern, replacement, text, count=1, flags=re.IGNORECASE)
    if draw.random() < 0.5:
        text = moved_clause(text)
    if draw.random() < 0.5:
        text = draw.choice((rounded, rounded, spelled, converted))(text, draw)
    opener = draw.choice(OPENERS)
    body = text.strip()
    if (
        opener
        and not re.match(r"[A-Z][a-z]*[A-Z0-9]|[A-Z]\b", body)
        and re.match(r"(?:The|This|These|We|In|An?|It|There|Our|Their|For|With|Most|All|As|the)\b", body)
    ):
        body = opener + body[0].lower() + body[1:]
    return body[0].upper() + body[1:]


def moved_clause(text: str) -> str:
    """Move a first clause to the end ("In mice, X rose." -> "X rose in mice."), or a last one to the front."""
    if match := re.fullmatch(
        r"((?:In|After|During|Among|For|At|When|If|Because|Since|Although|While|With) [^,;:()]{6,80}), ([^;:()]{20,})([.!?])",
        text,
    ):
        first, rest, stop = match.groups()
        return f"{rest[0].upper()}{rest[1:]}, {first[0].lower()}{first[1:]}{stop}"
    if match := re.fullmatch(
        r"([A-Z][^;:()]{20,}?),? ((?:because|although|whereas|when|while|after|during) [^;:(),]{10,})([.!?])", text
    ):
        rest, last, stop = match.groups()
        return f"{last[0].upper()}{last[1:]}, {rest[0].lower() if not rest[:2].isupper() else rest[0]}{rest[1:]}{stop}"
    return text


def rounded(text: str, draw: random.Random) -> str:
    """Round one number with decimals or of four and more digits, with or without "about"."""
    fitting = [
        m for m in PLAIN_NUMBER.finditer(text) if "." in m[0] or ("," in m[0] and float(m[0].replace(",", "")) >= 1000)
    ]
    fitting = [
        m
        for m in fitting
        if not re.search(r"(?:[pP] ?[<=>≤]|[A-Z][a-z]+) ?$", text[: m.start()]) and float(m[0].replace(",", "")) >= 2
    ]
    if not fitting:
        return text
    match = draw.choice(fitting)
    value = float(match[0].replace(",", ""))
    if "." in match[0]:
        decimals = len(match[0].partition(".")[2]) - 1
        said = f"{value:.{decimals}f}"
    else:
        said = f"{round(value, -(len(str(int(value))) - 2)):,.0f}"
    about = (
        draw.choice(("", "about "))
        if not re.search(r"(?:[=<>±–-]|about|approximately) ?$", text[: match.start()])
        else ""
    )
    return text[: match.start()] + about + said + text[match.end() :]


def spelled(text: str, draw: random.Random) -> str:
    """Spell out a small number, or a unit."""
    small = [m for m in PLAIN_NUMBER.finditer(text) if m[0].isdigit() and 2 <= int(m[0]) <= 20 and re.match(r" [a-z]{3}", text[m.end() :])
             and re.search(r"[a-z] $", text[: m.start()]) and not re.search(r"(?:[Tt]ables?|[Ff]ig\w*|[Ss]ections?|type|phase|grade|stage|version|[a-z]+ \d+ and) $", text[: m.start()])]  # fmt: skip
    if small and draw.random() < 0.5:
        match = draw.choice(small)
        return text[: match.start()] + NUMBER_WORDS[int(match[0])] + text[match.end() :]
    units = [m for m in UNIT.finditer(text) if m["unit"] in SPELLED and m["gap"] != "-"]
    if not units:
        return text
    match = draw.choice(units)
    return text[: match.start()] + " " + SPELLED[match["unit"]].strip() + text[match.end() :]


def converted(text: str, draw: random.Random) -> str:
    """Give a whole amount in a smaller unit: 2 weeks, 14 days."""
    fitting = [m for m in re.finditer(r"(?<=[a-z] )(\d{1,3}) (weeks|hours|h|years|kg|cm|km|min|minutes|GB|mg|s|seconds|days)(?![\w/-])", text)
               if not re.match(r" (?:of age|old|a |per |and|to)|, ", text[m.end() :]) and not re.search(r"(?:and|to|or) $", text[: m.start()])]  # fmt: skip
    if not fitting:
        return text
    match = draw.choice(fitting)
    unit, factor = CONVERTED[match[2]]
    return f"{text[: match.start()]}{int(match[1]) * factor:,} {unit}{text[match.end() :]}"


def plant(
    kind: str, place: Place, base: str, all_places: Sequence[Place], names: Sequence[str], draw: random.Random
) -> Case | None:
    """Return a case with one fault of that kind, None when the sentence gives no hold for it."""
    planted: str | None = None
    passage = place.passage
    match kind:
        case "number":
            planted = (swapped_numbers(base, draw) if draw.random() < 0.2 else None) or other_number(
                base, passage, draw
            )
        case "unit":
            planted = other_unit(base, draw)
        case "name":
            planted = other_name(base, passage, names, draw)
        case "negation":
            planted = turned(base, draw)
        case "date":
            planted = other_date(base, passage, draw)
        case "direction":
            planted = other_direction(base, draw)
        case "wrong paper":
            planted = base
            passage = draw.choice(
                [other for other in draw.sample(all_places, 20) if other.paper != place.paper]
            ).passage
        case "stitched quote":
            planted = stitched(place, draw)
        case "invented quote":
            form = draw.choice(INVENTED).format(adjective=draw.choice(ADJECTIVES), noun=draw.choice(NOUNS))
            planted = f"{base.rstrip('.!?')}: “{form}”." if draw.random() < 0.5 else f"The authors write “{form}”."
    return (
        Case(kind, planted, passage)
        if planted and planted != base
        else (Case(kind, base, passage) if kind == "wrong paper" else None)
    )


def other_number(text: str, passage: str, draw: random.Random) -> str | None:
    """Change one number: two digits swapped, one digit changed, ten times, or another one."""
    fitting = [m for m in PLAIN_NUMBER.finditer(text) if not re.search(r"[\[(]$", text[: m.start()])]
    if not fitting:
        return None
    match = draw.choice(fitting)
    said = match[0]
    digits = [i for i, letter in enumerate(said) if letter.isdigit()]
    changed = list(said)
    if len(digits) >= 2 and draw.random() < 0.5:
        i = draw.randrange(len(digits) - 1)
        changed[digits[i]], changed[digits[i + 1]] = changed[digits[i + 1]], changed[digits[i]]
    else:
        i = digits[0] if draw.random() < 0.6 else draw.choice(digits)
        changed[i] = str((int(changed[i]) + draw.randint(2, 7)) % 10)
    new = "".join(changed)
    if new[0] == "0" and not new.startswith("0."):
        new = "3" + new[1:]
    value, other = float(said.replace(",", "")), float(new.replace(",", ""))
    if math.isclose(value, other, rel_tol=0.05):
        return None  # could pass for rounding
    return text[: match.start()] + new + text[match.end() :]


def swapped_numbers(text: str, draw: random.Random) -> str | None:
    """Let two numbers of a sentence change places."""
    fitting = [m for m in PLAIN_NUMBER.finditer(text) if not re.search(r"[\[(]$", text[: m.start()])]
    one, other = sorted(draw.sample(fitting, 2), key=lambda m: m.start()) if len(fitting) > 1 else (None, None)
    if (
        not one
        or not other
        or math.isclose(float(one[0].replace(",", "")), float(other[0].replace(",", "")), rel_tol=0.05)
    ):
        return None
    between = text[one.end() : other.start()]
    if not re.search(r"[a-z]{4}", between):  # a list, whose order may say nothing
        return None
    return text[: one.start()] + other[0] + between + one[0] + text[other.end() :]


def other_date(text: str, passage: str, draw: random.Random) -> str | None:
    """Change a year or a month."""
    fitting = list(DATE.finditer(text))
    if not fitting:
        return None
    match = draw.choice(fitting)
    others = (
        [m for m in MONTHS if m not in passage]
        if match["month"]
        else [str(int(match[0]) + step) for step in (-11, -4, -3, -1, 1, 2, 5, 9)]
    )
    return (
        text[: match.start()]
        + draw.choice([other for other in others if other not in passage] or others)
        + text[match.end() :]
    )


def other_direction(text: str, draw: random.Random) -> str | None:
    """Put a word's opposite in its place."""
    pairs = [*DIRECTIONS, *((down, up) for up, down in DIRECTIONS)]
    fitting = [(m, other) for word, other in pairs for m in re.finditer(rf"\b{word}\b", text)]
    if not fitting:
        return None
    match, other = draw.choice(fitting)
    return text[: match.start()] + other + text[match.end() :]


def other_unit(text: str, draw: random.Random) -> str | None:
    fitting = list(UNIT.finditer(text))
    if not fitting:
        return None
    match = draw.choice(fitting)
    new = draw.choice(UNIT_SWAPS[match["unit"]])
    gap = " " if match["unit"] == "%" or new == "%" else match["gap"]
    return text[: match.start()] + gap + new + text[match.end() :]


def other_name(text: str, passage: str, names: Sequence[str], draw: random.Random) -> str | None:
    fitting = [m for m in NAME.finditer(text) if not NOT_NAMES.match(m[0])]
    if not fitting:
        return None
    match = draw.choice(fitting)
    inside = [m for m in fitting if m[0] != match[0] and len({m[0], match[0]} & set(passage.split())) == 2]
    if inside and draw.random() < 0.2:
        other = draw.choice(inside)
        one, two = sorted((match, other), key=lambda m: m.start())
        between = text[one.end() : two.start()]
        if re.search(r"[a-z]{4}", between):  # what stands between says something of the two
            return text[: one.start()] + two[0] + between + one[0] + text[two.end() :]
    kin = [name for name in names if name.isupper() == match[0].isupper() and name.casefold() not in passage.casefold()]
    return re.sub(rf"(?<![\w-]){re.escape(match[0])}(?![\w-])", draw.choice(kin), text)


def turned(text: str, draw: random.Random) -> str | None:
    """Negate a sentence that says so, or take its negation away."""
    options: list[Callable[[], str]] = []
    opener = next((len(opener) for opener in OPENERS if opener and text.startswith(opener)), 0)
    for pattern, replacement in NEGATABLE:
        for match in pattern.finditer(text, opener):
            new = "failed to " + BASES[match[1]] if "VERB" in replacement else match.expand(replacement)
            options.append(lambda match=match, new=new: text[: match.start()] + new + text[match.end() :])
    return draw.choice(options)() if options else None


def stitched(place: Place, draw: random.Random) -> str | None:
    """Quote the beginning of the sentence joined to the end of another of the passage, as if it were one."""
    others = [s for s in re.split(r"(?<=[.!?]) (?=[A-Z])", place.before + " " + place.after) if len(s.split()) >= 10]
    if not others:
        return None
    first, other = place.sentence.split(), draw.choice(others).split()
    left, right = first[: max(4, len(first) // 2)], other[-max(4, len(other) // 2) :]
    joint = draw.choice((" ", " ", " ... "))
    return f"The authors write: “{' '.join(left)}{joint}{' '.join(right)}”"


def true_case(place: Place, rules: Sequence[tuple[str, str]], draw: random.Random) -> Case:
    """Reword a sentence; now and then as an honest quote."""
    kind = draw.random()
    if kind < 0.1:
        return Case("", f"The authors write: “{place.sentence}”", place.passage)
    if kind < 0.15:
        words = place.sentence.split()
        return Case("", f"{reword(place.sentence, rules, draw).rstrip('.')} (“{' '.join(words[2:9])}”).", place.passage)
    return Case("", reword(place.sentence, rules, draw), place.passage)


def cases(all_places: Sequence[Place], rules: Sequence[tuple[str, str]], count: int, draw: random.Random) -> list[Case]:
    """Return `count` true cases and as many faulty ones, the kinds in turn."""
    names = sorted({m[0] for place in all_places for m in NAME.finditer(place.sentence) if not NOT_NAMES.match(m[0])})
    shuffled = draw.sample(all_places, len(all_places))
    made = [true_case(place, rules, draw) for place in shuffled[:count]]
    rest = shuffled[count:] or shuffled
    wanted = Counter(KINDS[number % len(KINDS)] for number in range(count))
    for kind in KINDS:
        for place in draw.sample(rest, len(rest)):
            if not wanted[kind]:
                break
            case = plant(kind, place, reword(place.sentence, rules, draw), all_places, names, draw)
            if case:
                made.append(case)
                wanted[kind] -= 1
    return made


def judged(made: Sequence[Case], embedder: Embedder) -> tuple[list[Outcome], list[tuple[Case, Judgement]]]:
    """Return what became of each case, and those that were judged wrongly."""
    outcomes, wrong = [], []
    for case in made:
        judgement = judge(case.statement, [case.passage], embedder)
        flagged = judgement.verdict != "supported"
        outcomes.append(Outcome(case.kind or "true", flagged, not contained(case.statement, case.passage)))
        if flagged != bool(case.kind):
            wrong.append((case, judgement))
    return outcomes, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seeds", default="10-15", help="first and last, or one")
    parser.add_argument("--rules", choices=("odd", "even", "all"), default="all")
    parser.add_argument(
        "--show", type=int, default=0, help="print that many of each seed's cases that were judged wrongly"
    )
    options = parser.parse_args()
    if not options.paths:
        print("Name the papers to make statements from; see --help.")
        return
    first, _, last = options.seeds.partition("-")
    found = places(options.paths)
    embedder = open_embedder()
    print(f"{len(found)} sentences of {len({place.paper for place in found})} papers, rules {options.rules}")
    print(f"{'flagged, seed by seed':18}", *(f"{kind:>14}" for kind in ASKED))
    pooled: list[Outcome] = []
    shown = []
    started = time.process_time()
    for seed in range(int(first), int(last or first) + 1):
        draw = random.Random(seed)
        outcomes, wrong = judged(cases(found, rule_set(options.rules), options.count, draw), embedder)
        pooled += outcomes
        shown += draw.sample(wrong, min(options.show, len(wrong)))
        shares = [[o.flagged for o in outcomes if o.kind == kind] for kind in ASKED]
        print(f"seed {seed:<16}", *(f"{sum(share) / max(1, len(share)):14.1%}" for share in shares), flush=True)
    say_table(pooled, tuple(ASKED), ASKED)
    print(
        f"{(time.process_time() - started) / max(1, len(pooled)) * 1000:.0f} ms of processor time a statement, embedding included"
    )
    for case, judgement in shown:
        print(f"\n[{case.kind or 'true'}] {judgement}\n  S: {case.statement}\n  P: {case.passage}")


if __name__ == "__main__":
    main()
