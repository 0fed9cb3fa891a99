"""How well statements close to their source are told from ones with a planted fault.

    python benchmarks/verify_near_verbatim.py PATH... [--count 1000] [--seed 0] [--rules odd|even|all] [--show N]

PATH: .jsonl files of {"_id", "title", "text"} lines, and PDFs or folders of them. From their passages it makes `count` true
statements by light rewording and as many with one fault each, seven kinds in turn, and says what share is flagged (any verdict but
`supported`), with 95 % intervals, beside plain containment. The rules that reword are lists of their own, none of them the
verifier's. `--rules` takes every other one, so that what was looked at while building (odd) and what was not (even) can be told apart.
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

from assistant.reading import READABLE, read
from assistant.sentences import split_sentences
from assistant.verdicts import judge
from vectorstore.embedding import open_embedder
from vectorstore.errors import FootnoteError

KINDS = ("number", "unit", "name", "negation", "wrong paper", "stitched quote", "invented quote")
GOALS = {
    "number": 0.95,
    "unit": 0.95,
    "name": 0.80,
    "negation": 0.80,
    "wrong paper": 0.95,
    "stitched quote": 0.95,
    "invented quote": 0.95,
}
AROUND = 3  # sentences before and after that make the passage
PLAIN = 0.9  # share of a statement's words that plain containment wants in the passage

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
    "points": ["%"], "million": ["billion", "thousand"], "billion": ["million"], "bits": ["bytes"], "bytes": ["bits"], "°C": ["°F"], "day": ["week"], "week": ["month"],
}  # fmt: skip
UNIT = re.compile(
    r"(?<=\d)(?P<gap>[\s-]?)(?P<unit>%|mmol/L|seconds|minutes|hours|days|weeks|months|years|year|week|day|points|million|billion|bits|bytes|fold|kDa|mg|kg|ms|ml|"
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
        text = rounded(text, draw)
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


def plant(
    kind: str, place: Place, base: str, all_places: Sequence[Place], names: Sequence[str], draw: random.Random
) -> Case | None:
    """Return a case with one fault of that kind, None when the sentence gives no hold for it."""
    planted: str | None = None
    passage = place.passage
    match kind:
        case "number":
            planted = other_number(base, passage, draw)
        case "unit":
            planted = other_unit(base, draw)
        case "name":
            planted = other_name(base, passage, names, draw)
        case "negation":
            planted = turned(base, draw)
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
    kin = [name for name in names if name.isupper() == match[0].isupper() and name.casefold() not in passage.casefold()]
    return re.sub(rf"(?<![\w-]){re.escape(match[0])}(?![\w-])", draw.choice(kin), text)


def turned(text: str, draw: random.Random) -> str | None:
    """Negate a sentence that says so, or take its negation away."""
    options: list[Callable[[], str]] = []
    for pattern, replacement in NEGATABLE:
        for match in pattern.finditer(text):
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


def contained(statement: str, passage: str) -> bool:
    """Plain containment: nearly all words of the statement stand in the passage."""
    said, found = (re.findall(r"[a-z0-9.%]*[a-z0-9%]", text.casefold()) for text in (statement, passage))
    return sum(word in set(found) for word in said) >= PLAIN * len(said)


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


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    if not n:
        return 0.0, 1.0
    z, share = 1.96, hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rules", choices=("odd", "even", "all"), default="all")
    parser.add_argument("--show", type=int, default=0, help="print that many cases that were judged wrongly")
    options = parser.parse_args()
    if not options.paths:
        print("Name the papers to make statements from; see --help.")
        return
    draw = random.Random(options.seed)
    found = places(options.paths)
    made = cases(found, rule_set(options.rules), options.count, draw)
    print(
        f"{len(found)} sentences of {len({place.paper for place in found})} papers; {len(made)} cases, rules {options.rules}, seed {options.seed}"
    )
    embedder = open_embedder()
    flagged, plain, total = Counter[str](), Counter[str](), Counter[str]()
    reasons = Counter[tuple[str, str]]()
    wrong = []
    seconds = 0.0
    for case in made:
        started = time.process_time()
        judgement = judge(case.statement, [case.passage], embedder)
        seconds += time.process_time() - started
        total[case.kind] += 1
        flagged[case.kind] += judgement.verdict != "supported"
        plain[case.kind] += not contained(case.statement, case.passage)
        reasons[case.kind, judgement.reason_code] += 1
        if (judgement.verdict == "supported") == bool(case.kind):
            wrong.append((case, judgement))
    print(f"{'':16} {'n':>5} {'flagged':>8}  95 % interval   plain containment   goal")
    for kind in ("", *KINDS):
        low, high = wilson(flagged[kind], total[kind])
        goal = f">= {GOALS[kind]:.0%}" if kind else "<= 3%"
        n = total[kind]
        if n:
            print(
                f"{kind or 'true':16} {n:5} {flagged[kind] / n:8.1%}  {low:.1%} to {high:.1%}   {plain[kind] / n:17.1%}   {goal}"
            )
    print(f"{seconds / max(1, len(made)) * 1000:.0f} ms of processor time a statement, embedding included")
    for case, judgement in draw.sample(wrong, min(options.show, len(wrong))):
        print(f"\n[{case.kind or 'true'}] {judgement}\n  S: {case.statement}\n  P: {case.passage}")


if __name__ == "__main__":
    main()
