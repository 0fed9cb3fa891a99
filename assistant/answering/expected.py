"""What kind of value a question asks for, and whether a sentence has one. Knows no paper."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from assistant.words import STOPWORDS, Word, content, looks_like_name, stem, words

ValueKind = Literal[
    "count",
    "percent",
    "factor",
    "duration",
    "money",
    "memory",
    "size",
    "number",
    "date",
    "person",
    "place",
    "hardware",
    "name",
    "reason",
    "whether",
    "anything",
]

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety dozen dozens half"
_SCALES = "hundred thousand million billion trillion"
_COUNTED = rf"(?:{'|'.join((_ONES + ' ' + _TENS).split())})"
_WORD_NUMBER = rf"(?:{'|'.join((_ONES + ' ' + _TENS + ' ' + _SCALES).split())})"
NUMBER = re.compile(
    (
        rf"(?<![\w.])[~<>≈]?\$?\d[\d.,]*(?:\s?\d{{3}}\b)*[KkMBTx×%]?(?![A-Za-z])|\b\d[\d.,]*[A-Za-z]{{0,3}}\b|"
        rf"\b(?:{_COUNTED}|an? {_WORD_NUMBER})(?:[- ](?:and )?{_WORD_NUMBER})*\b"
    ),
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    (
        r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*(?:\]|[,;–-]?\s*$)|\((?:[^()]*?\b(?:19|20)\d\d[a-z]?;?)+\)|"
        r"(?:\b(?:Tables?|Figures?|Figs?\.?|Sections?|Secs?\.?|Eqs?\.?|Equations?|Appendix|Algorithms?|Chapters?)|§)"
        r"\s?\(?\d[\d.]*\)?(?:\s?(?:and|&|[–-])\s?\(?\d[\d.]*\)?(?!\w|\s?%))*"
    ),
    re.IGNORECASE,
)
_PATTERNS: dict[ValueKind, re.Pattern[str]] = {
    "percent": re.compile(
        (
            rf"(?:{NUMBER.pattern})\s?(?:\\?%|percent|per cent|percentage points?|points?\b)|\b(?:half|"
            rf"third|quarter|fraction)\b|[±]?\b0?\.\d+\b"
        ),
        re.I,
    ),
    "factor": re.compile(
        (
            rf"(?:{NUMBER.pattern})\s?(?:\$?\\?(?:times|fold)|×|x\b|-?fold\b|orders? of magnitude)|\b(?:twice|"
            rf"double[sd]?|triple[sd]?|halve[sd]?|half|\w+fold)\b|\d\s?(?:x|×)(?!\w)|\\times"
        ),
        re.I,
    ),
    "duration": re.compile(
        (
            rf"(?:{NUMBER.pattern})[\s-]?(?:GPU[\s-]|TPU[\s-]|CPU[\s-]|core[\s-])?(?:ms|milliseconds?|µs|"
            rf"microseconds?|s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|"
            rf"decades?|epochs|steps|generations)\b"
        ),
        re.I,
    ),
    "money": re.compile(r"[$€£¥]\s?\d|\\\$\s?\d|\b(?:dollars?|euros?|cents?|USD|EUR|pounds)\b", re.I),
    "memory": re.compile(
        r"\d\s?(?:[KMGTP]i?B|[kmg]igabytes?|[kmg]b|bytes?|bits?)\b|\b(?:giga|mega|kilo|tera)bytes?\b", re.I
    ),
    "size": re.compile(
        (
            r"\d[\d.,]*\s?[KMBT]\b|\d[\d.,]*[- ]?(?:million|billion|trillion|thousand)|parameters?\b.{0,30}\d|"
            r"\d[\d.,]*\s?(?:[KMGT]i?B|m|cm|mm|km|nm|kDa|kb|Mb)\b"
        ),
        re.I,
    ),
    "date": re.compile(
        (
            r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|"
            r"november|december)\b"
        ),
        re.I,
    ),
    "hardware": re.compile(
        r"\b(?:GPUs?|TPUs?|CPUs?|NPUs?|FPGAs?|[AVHPBTK]\d{2,3}s?|RTX|GTX|GeForce|Tesla|Titan|NVIDIA|"
        r"AMD|Intel|Xeon|Apple M\d|DGX|Jetson|processors?|supercomputers?|clusters?|laptops?|cores?|"
        r"nodes|workstations?|servers?|Raspberry)\b"
    ),
    "reason": re.compile(
        (
            r"\b(?:because|since|due to|owing to|as a result|therefore|thus|hence|so that|in order to|"
            r"leads? to|caus\w+|result\w* (?:in|from)|explain\w*|allow\w*|enabl\w*|reason\w*|driv\w+|so\b|"
            r"which is why)\b"
        ),
        re.I,
    ),
    "person": re.compile(
        r"\b[A-Z][a-z]+(?:\s(?:[A-Z]\.\s?)*[A-Z][a-z]+)+\b|\bet al\b|\b(?:University|Institute|Inc|"
        r"Lab|Labs|Google|Microsoft|Meta|OpenAI|DeepMind|researchers|participants|authors|volunteers|"
        r"students|annotators|experts|workers|labelers|people|clinicians)\b"
    ),
    "place": re.compile(
        (
            r"\b(?:in|at|on|from|across|within|over|to|into|inside|near)\s+(?:the\s+)?[A-Z]|\bin the \w+|"
            r"\b(?:platform|website|repository|github|https?:|hospital|school|university|cent(?:er|re)s?|"
            r"countr(?:y|ies)|servers?|production)\b"
        ),
        re.I,
    ),
}
_AUXILIARY = (
    "is are was were be been being do does did can could may might will would shall should must has have had".split()
)
_BREAK = frozenset(
    _AUXILIARY
    + (
        "in on of for at by to from with without that which who when where than per across among "
        "between into over under does if and or according as used using made made'"
    ).split()
)
_HEADS: dict[ValueKind, str] = {
    "percent": "percentage percent share fraction proportion portion rate accuracy precision recall",
    "factor": "speedup acceleration multiple",
    "duration": "time duration latency hours minutes days weeks months",
    "money": "cost costs price budget fee salary wage",
    "memory": "memory ram vram storage disk",
    "number": """number score f1 bleu rouge perplexity auc kappa correlation error loss resolution length size dimension
        dimensions width depth temperature value speed throughput ratio amount threshold weight coefficient iou map gain
        improvement increase decrease reduction frequency rank dose strength scale concentration pressure voltage mass
        distance age height elo sparsity bitrate fps flops petaflop batch window stride""",
    "date": "year date month day decade century",
    "person": """author authors person researcher researchers scientist inventor company university institution lab
        laboratory organisation organization team group firm""",
    "place": "country city place region hospital continent location",
    "hardware": """hardware gpu gpus accelerator accelerators machine machines processor chip device tpu computer
        supercomputer cluster""",
}
_MEASURES = {
    adjective: nouns
    for adjectives, nouns in (
        ("cheap cheaper expensive", "cost costs price savings cheaper expense dollars"),
        (
            "fast faster slow slower quick quicker quickly",
            "speed speedup latency throughput faster slower time times seconds longer",
        ),
        ("big bigger large larger small smaller", "size parameters larger smaller scale"),
        ("long longer", "time duration seconds minutes hours days weeks months years length"),
        ("often frequent frequently", "times frequency"),
        ("accurate accurately precise precisely", "accuracy precision error"),
        ("closely", "correlation agreement match"),
        ("efficacious effective", "efficacy effectiveness"),
        ("old older", "age aged years"),
        ("far farther", "distance"),
        ("high higher tall taller", "height"),
        ("heavy heavier", "weight mass"),
        ("deep deeper", "depth layers"),
    )
    for adjective in adjectives.split()
}
_KIND_OF_HEAD: dict[str, ValueKind] = {stem(head): kind for kind, heads in _HEADS.items() for head in heads.split()}


_UNIT = 18  # characters after a number in which its unit stands


@dataclass(frozen=True, slots=True)
class Expected:
    """What a question asks for: a kind of value, and the noun phrase asked about (`heads`: stems, the noun last).

    `measures` are the stems of the nouns by which an adjective is measured: `how cheap` by cost and price.
    """

    kind: ValueKind
    heads: tuple[str, ...] = ()
    measures: frozenset[str] = frozenset()

    @property
    def noun(self) -> str:
        return self.heads[-1] if self.heads else ""


HOW = re.compile(r"\bhow (?:much |many times )?(\w+)", re.IGNORECASE)


def expected(question: str) -> Expected:
    """Read off a question what kind of value it asks for."""
    found = _expected(question)
    match = HOW.search(question)
    measures = _MEASURES.get(match[1].casefold(), "") if match else ""
    return replace(found, measures=frozenset(stem(noun) for noun in measures.split())) if measures else found


def _expected(question: str) -> Expected:
    text = question.strip()
    match = re.search(
        (
            r"^(?:(?!\b(?:which|what|whose)\b).)*?\bhow (many|much|long|big|large|small|fast|often|old|"
            r"far|high|deep|wide|heavy|tall|closely|well|accurate\w*|quickly|strong\w*|frequent\w*|cheap\w*|"
            r"expensive|efficacious|effective\w*|precise\w*|common|likely|late|early|soon)\b"
        ),
        text,
        re.I,
    )
    if match:
        return _of_how(match[1].casefold(), text[match.end() :], text[: match.start(1) - len("how ")])
    if re.search(r"\bby (?:what|which) (?:factor|margin|percentage|amount)\b", text, re.I):
        return Expected("factor" if "factor" in text.casefold() else "number", ())
    if re.search(
        r"(?:^|[,:;]\s*|\band )(?:in which|what|which) year\b|(?:^|[,:;]\s*)when (?:was|were|did|is|has|will|does)\b",
        text,
        re.I,
    ):
        return Expected("date")
    match = re.search(
        (
            r"\b(?:what (?:is|are|was|were) (?:the|its|their)|(?:which|what) (?:kind|type|sort|version|"
            r"class|family|form)s? of|which|what|whose)\s+"
        ),
        text,
        re.I,
    )
    if match:
        heads = _noun_phrase(text[match.end() :])
        if heads:
            return Expected(_kind_of(heads), heads)
    for pattern, kind in (
        (r"\b(?:who|whom|whose)\b", "person"),
        (r"\bwhy\b", "reason"),
        (r"\bwhere\b", "place"),
        (r"^\W*when\b", "date"),
        (r"\bwhat\b.*\bcosts?\b", "money"),
        (r"^\W*(?:and |but |so )?(?:is|are|was|were|do|does|did|can|could|has|have|will|would|should)\b", "whether"),
    ):
        if re.search(pattern, text, re.I):
            return Expected(kind)  # type: ignore[arg-type]
    return Expected("anything")


_SAVED = re.compile(r"\b(?:sav|reduc|cut|shr[iu]nk|lower|drop|spar|less|fewer)\w*", re.IGNORECASE)


def _of_how(word: str, rest: str, before: str) -> Expected:
    heads = _noun_phrase(rest, plural=word == "many")
    if word == "many":
        if heads and heads[-1] == stem("times"):
            return Expected(
                "factor"
                if re.match(r"\s*times (?:fewer|more|less|\w+er|as (?:many|much|fast|large|small))\b", rest, re.I)
                else "count",
                heads,
            )
        return Expected("count", heads)
    if word == "much":
        if re.match(r"\s+(?:of|does|do|did|can|is|was|are|were)\b", rest) or before.rstrip().casefold().endswith("by"):
            money = re.search(r"\b(?:cost|paid|pay|charge|spend|spent)\w*\b", rest, re.I)
            return Expected(
                "money" if money else "percent" if not re.search(r"\b\w+(?:er|ier)\b than\b", rest) else "factor"
            )
        if heads:
            kind = _kind_of(heads)
            if kind in {"money", "memory", "duration"}:  # what is saved may be told as a share
                return Expected("number" if _SAVED.search(rest) else kind, heads)
            if heads[-1] == stem("money"):
                return Expected("money", heads)
            if re.match(r"\s+(?:more|less|fewer|\w+er)\b", rest, re.I):
                return Expected("factor", ())
        return Expected("number", heads)
    kinds: dict[str, ValueKind] = {
        "long": "duration",
        "big": "size",
        "large": "size",
        "small": "percent",
        "old": "duration",
    }
    return Expected(kinds.get(word, "number"), heads if word == "small" else ())


def _noun_phrase(rest: str, *, plural: bool = False) -> tuple[str, ...]:
    """Return the stems of the noun phrase a question word opens: what comes before its verb or first preposition.

    With `plural` (after `how many`) it ends with its first plural.
    """
    phrase: list[Word] = []
    following = list(words(rest))
    last_end = 0
    for place, word in enumerate(following[:9]):
        gap = rest[last_end : word.start]
        lowered = word.text.casefold()
        possessive = gap in {"'", "’"} and lowered == "s"
        if (
            (phrase and re.search(r"[,;:?]", gap))
            or possessive
            or (lowered in _BREAK and (phrase or lowered in _AUXILIARY))
        ):
            break
        after = following[place + 1].text.casefold() if place + 1 < len(following) else ""
        if phrase and not plural and _is_verb(lowered, after):
            break
        last_end = word.end
        if (lowered in STOPWORDS and lowered not in _NOUNS) or lowered in _BREAK:
            continue
        phrase.append(word)
        if len(phrase) == 6 or (plural and _is_plural(lowered)):
            break
    return tuple(word.stem for word in phrase)


def _is_plural(word: str) -> bool:
    return word in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is")))


def _is_verb(word: str, after: str) -> bool:
    """Tell whether a word is rather the verb: `which gene carries ...`, but `which language models do ...`."""
    if word in _VERBS or (word.endswith("ed") and len(word) > 4):
        return True
    return (
        _is_plural(word)
        and word not in _PLURALS
        and after not in _AUXILIARY
        and bool(after)
        and after not in {"of", "and", "or"}
    )


_APART = (_BREAK | {"near", "around", "behind", "beside", "along", "against"}) - {"and", "or", "of"}
_NOUNS = frozenset("paper papers article articles study studies work works author authors".split())
_PLURALS = frozenset("people women men children mice data criteria media feet teeth series species persons".split())
_VERBS = frozenset(
    """took take go goes went run ran made make came come gave give got get kept keep held hold led lead won win
    beat rose fell grew became become began begin brought bring built build chose chosen drew felt found find
    left lost lose meant met paid sent set shown spent stood taught told thought wrote written serve serves work
    works reach need needs allow outperform perform""".split()
)


def _kind_of(heads: tuple[str, ...]) -> ValueKind:
    kind = _KIND_OF_HEAD.get(heads[-1])
    if kind == "percent" and heads[-1] == stem("rate") and len(heads) > 1:
        return "number"
    if kind:
        return kind
    return "name"


@dataclass(frozen=True, slots=True)
class Fit:
    """How a sentence fits, 0 to 1: `value` whether it has such a value, `noun` whether it has the noun asked about."""

    value: float
    noun: float


def fit(expectation: Expected, sentence: str, asked: frozenset[str]) -> Fit:
    """Say how well a sentence fits; `asked` are the stems of the question, which are no answer by themselves."""
    plain = without_references(sentence)
    present = content(plain) | {word.stem for word in words(plain)}
    noun = _presence(expectation, present)
    kind = expectation.kind
    if kind == "count":
        return _fit_count(expectation, plain, noun, asked)
    if kind in {"number", "percent", "factor", "size"}:
        new = [
            m for m in NUMBER.finditer(plain) if m[0].strip("~<>≈$% ").casefold() not in {"one"} and is_new(m[0], asked)
        ]
        if not new:
            return Fit(0.0, noun)
        pattern = _PATTERNS.get(kind)
        return Fit(1.0 if pattern is None or pattern.search(plain) else 0.6, noun)
    if kind == "name":
        return Fit(_names_one(expectation, plain, asked), noun)
    if kind in {"anything", "whether"}:
        return Fit(1.0, noun)
    return Fit(1.0 if _PATTERNS[kind].search(plain) else 0.0, noun)


def values(expectation: Expected, sentence: str, asked: frozenset[str]) -> list[tuple[int, int]]:
    """Return where a sentence has a value of the kind asked for which the question does not have itself.

    A reason, and what may be anything, cannot be told from the words around it.
    """
    plain = without_references(sentence)
    kind = expectation.kind
    if kind in {"reason", "whether", "anything"}:
        return []
    if kind in {"name", "person", "place", "hardware"}:
        return [
            (word.start, word.end)
            for word in words(plain)
            if word.stem not in asked and (looks_like_name(word.text) or (word.text[:1].isupper() and word.start > 0))
        ]
    pattern = _PATTERNS.get(kind)
    found = [match for match in NUMBER.finditer(plain) if _is_value(match[0], asked)]
    fitting = [m for m in found if pattern and pattern.search(plain[max(0, m.start() - 2) : m.end() + _UNIT])]
    return [_with_sign(plain, match) for match in fitting or found]


def _is_value(number: str, asked: frozenset[str]) -> bool:
    return number.strip("~<>≈$% ").casefold() != "one" and is_new(number, asked)


def _with_sign(text: str, number: re.Match[str]) -> tuple[int, int]:
    """Return the span of a number with its sign of per cent or times, and without a full stop after it."""
    start = number.start() + len(number[0]) - len(number[0].lstrip())
    end = number.start() + len(number[0].rstrip(" .,"))
    sign = re.match(r"\s?(?:\\?%|×|\$?\\times\$?)", text[end:])
    return start, end + (sign.end() if sign else 0)


def without_references(sentence: str) -> str:
    """Return a sentence with blanks where it refers to papers, figures, tables and sections."""
    return _REFERENCE.sub(lambda match: " " * len(match[0]), sentence)


def _names_one(expectation: Expected, plain: str, asked: frozenset[str]) -> float:
    """Say whether a name that the question does not have stands in a sentence, best beside the noun asked about."""
    tokens = words(plain)
    new = [
        place
        for place, word in enumerate(tokens)
        if word.stem not in asked and (looks_like_name(word.text) or (word.text[:1].isupper() and word.start > 0))
    ]
    if not new:
        return 0.4
    nouns = [place for place, word in enumerate(tokens) if word.stem == expectation.noun]
    return 1.0 if any(abs(place - other) <= 4 for place in new for other in nouns) else 0.75


def _presence(expectation: Expected, present: frozenset[str]) -> float:
    if not expectation.heads:
        return 1.0 if not expectation.measures or expectation.measures & present else 0.5
    if expectation.noun in present:
        return 0.6 + 0.4 * sum(head in present for head in expectation.heads) / len(expectation.heads)
    return 0.3 * sum(head in present for head in expectation.heads) / len(expectation.heads)


def is_new(number: str, asked: frozenset[str]) -> bool:
    """Tell whether a number is none that the question has itself."""
    return not all(word.stem in asked for word in words(number))


def _fit_count(expectation: Expected, plain: str, noun: float, asked: frozenset[str]) -> Fit:
    """A count stands before its noun: `46 natural and 13 programming languages`, `26 guiding principles`."""
    numbers = [m for m in NUMBER.finditer(plain) if is_new(m[0], asked)]
    if not numbers:
        return Fit(0.0, noun)
    places = [word for word in words(plain) if word.stem == expectation.noun]
    best = 0.0
    for match in numbers:
        for word in places:
            between = words(plain[match.end() : word.start]) if word.start >= match.end() else ()
            gap = len(between) if word.start >= match.end() else 99
            if any(other.text.casefold() in _APART for other in between):
                gap = 5
            attached = match.start() <= word.start < match.end()
            after = len(words(plain[word.end : match.start()])) if match.start() >= word.end else 99
            near = 1.0 if attached or gap <= 3 else 0.8 if gap <= 6 else 0.6 if after <= 4 else 0.0
            best = max(best, near)
    return Fit(best or 0.35, noun)
