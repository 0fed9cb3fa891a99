"""A sentence of a paper -> a question that it answers, by rule: the value it states is asked for in its place.

"The gauge costs 40 dollars." becomes "The gauge costs how many dollars?". Knows no library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.evaluation.matching import stands
from assistant.words import content, looks_like_name, names

SHORTEST, LONGEST = 8, 40  # words of a sentence that is asked about
_SPELLED = dict(zip("four five six seven eight nine ten eleven twelve".split(), map(str, range(4, 13)), strict=True))
_ENGLISH = {"the", "a", "of", "and", "in", "to", "is", "are"}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"(?: (?:thousand|million|billion|trillion))?"
_COUNTED = r"(?=(?: [a-z]+(?:-[a-z]+)?){0,2} (?:[a-z]{2,}[^\Wsiu_]s|people|children)\b)"
_START = r"(?<![\w.,/$£€(±<>=~-])(?<![–—−] )"
_VALUES = (
    ("what percentage", re.compile(rf"{_START}(?P<value>{_NUMBER})\s?(?:%|per ?cent\b)(?!-)")),
    ("how many times", re.compile(rf"{_START}(?P<value>{_NUMBER})(?:×|x| times)(?= [a-z]+(?:er|re|ss)\b)")),
    (
        "how many",
        re.compile(rf"{_START}(?P<value>(?:{_NUMBER}|{'|'.join(_SPELLED)}){_SCALE}){_COUNTED}", re.IGNORECASE),
    ),
)
_BEFORE = frozenset(  # words after which a number counts nothing, or a question in its place is no English
    "a an all and appendix between both chapter eq equation fig figure first grade its last level next of or other our "
    "phase s sec section step table target the their these those to top type version vs".split()
)
_OPENS_ELSEWHERE = re.compile(
    r"(?:This|These|Those|That|It|They|He|She|Such|Here|However|Moreover|Furthermore|Therefore|Thus|Hence|Also|But|And|"
    r"Then|Finally|Additionally|Similarly|Instead|As|In (?:addition|contrast|particular)|For (?:example|instance)|Our|"
    r"On the other hand|Its|Their|Both|Another|Other|Each|Note|See|Further|\w+ly,)(?!\w)|.{0,30}\bthis,"
)
_UNFIT = re.compile(
    r"[\[\]{}\\=<>|_\"?;:*#]|https?:|\b(?:[Tt]able|[Ff]ig|[Ff]igure|[Ss]ection|[Ee]q|us|my|[Yy]ou|[Hh]e|[Ss]he|I)\b"
)
_PROPOSES = re.compile(
    r"^(?:In this (?:paper|work|article|study), )?[Ww]e (?:also )?(?P<verb>propose|introduce|present|describe|develop|"
    r"study|investigate|show|demonstrate|examine|analyze|analyse|explore|report|evaluate|compare|find|measure) "
    r"(?P<rest>.+)\.$"
)
_OWN = re.compile(r"\b(?:[Ww]e|[Oo]ur)\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the wordings of its answer. `alone` says that it can be asked without naming the paper."""

    question: str
    answers: tuple[str, ...]
    alone: bool


def ask_for_value(sentence: str) -> Asked | None:
    """Ask for a number that a sentence states; None where that makes no question."""
    if not fits(sentence):
        return None
    for phrase, pattern in _VALUES:
        for match in pattern.finditer(sentence):
            asked = f"{sentence[: match.start()]}{phrase}{sentence[match.end() :]}".removesuffix(".") + "?"
            answers = _wordings(match["value"], phrase)
            if _can_be_asked_for(match) and not stands([match["value"], *answers], asked):
                alone = bool(names(sentence)) and not _OWN.search(sentence)
                asked = _third_person(asked, "the authors", "their")
                return Asked(asked[0].upper() + asked[1:], answers, alone)
    return None


def ask_who_does(sentence: str, title: str) -> str | None:
    """Ask which paper does what a sentence says "we" do; None where it says no such thing, or gives the title away."""
    match = _PROPOSES.match(sentence)
    if not match or not fits(sentence) or _gives_away(sentence, title):
        return None
    verb = re.sub(r"y$", "ie", match["verb"]) + "s"
    return f"Which paper {verb} {_third_person(match['rest'], 'it', 'its')}?"


def ask_who_says(sentence: str, title: str) -> str | None:
    """Ask which paper says what a sentence says of something other than its authors; None where it does not suit."""
    if _OWN.search(sentence) or not fits(sentence) or _gives_away(sentence, title):
        return None
    said = sentence.removesuffix(".")
    return f"Which paper says that {said if looks_like_name(said.split()[0]) else said[0].lower() + said[1:]}?"


def _gives_away(sentence: str, title: str) -> bool:
    """Tell whether a sentence has much of a title, or any of the name that stands before its colon."""
    name, colon, _ = title.partition(":")
    said = content(sentence)
    return len(said & content(title)) > len(content(title)) / 3 or bool(colon and said & content(name))


def fits(sentence: str) -> bool:
    """Tell whether a sentence is a plain English one that can be understood by itself."""
    return (
        SHORTEST <= len(sentence.split()) <= LONGEST
        and sentence[0].isupper()
        and sentence.endswith(".")
        and sentence.isascii()
        and not _UNFIT.search(sentence)
        and not _OPENS_ELSEWHERE.match(sentence)
        and len(_ENGLISH & set(sentence.split())) >= 2
    )


def _can_be_asked_for(match: re.Match[str]) -> bool:
    """Tell whether a question can stand in a number's place: it is no label, year or range, and not too small."""
    sentence, value = match.string, match["value"]
    before = re.findall(r"\w+", sentence[: match.start()].casefold())[-1:]
    return (
        _BEFORE.isdisjoint(before)
        and not re.fullmatch(r"[0-3]|(?:19|20)\d\d", value)
        and not re.match(r" ?(?:-|to|and|or) ?\d", sentence[match.end() :])
    )


def _third_person(text: str, they: str, their: str) -> str:
    """Put what the authors say of themselves in the third person."""
    text = re.sub(r"\bour\b", their, re.sub(r"\bwe\b", they, text, flags=re.IGNORECASE), flags=re.IGNORECASE)
    return text


def _wordings(value: str, phrase: str) -> tuple[str, ...]:
    if phrase == "what percentage":
        return f"{value}%", f"{value} percent"
    return tuple(dict.fromkeys((value, _SPELLED.get(value.casefold(), value))))
