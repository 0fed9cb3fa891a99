"""What a question wants papers compared on, or a summary to tell of. Knows where names stand, no texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.types import Aspect
from assistant.words import STOPWORDS, content, words

MOST = 6  # aspects of one question
LONGEST_NAME = 60  # characters
Mention = tuple[str, tuple[int, int]]  # a paper_id and where its name stands

# What every paper is looked at for where a question names nothing: the parts of its argument.
STANDING = tuple(
    Aspect(name, question, standing=True)
    for name, question in (
        ("problem", "the problem, what is lacking so far, and why it matters"),
        ("method", "we propose a method, model or system; how it works"),
        ("data", "data, participants, training set and setting of the experiments"),
        ("results", "the main results, figures, comparisons with earlier work"),
        ("limits", "limitations, open questions, future work"),
    )
)
_ASKING = r"(?:what|which|how|where|when|why|who|whose)\b"
_PREPOSITION = r"(?:on|in|at|with|for|by|from|to|of|under|over)"
_CLAUSES = re.compile(rf"(?:[,;]\s*(?:and\s+|but\s+)?|\s+and\s+)(?=(?:{_PREPOSITION}\s+)?{_ASKING})|[;?]\s+", re.I)
_ITEMS = re.compile(r"\s*(?:,\s*(?:and|or)?|;|\band\b|\bas well as\b|\bor\b|&)\s*", re.I)
_COORDINATION = re.compile(
    r"\s*(?:,\s*(?:and\s+|or\s+)?(?:as (?:opposed to|against)|unlike)?|\band(?: (?:with|to|from))?\b|\bor\b|\bversus\b|"
    r"\bvs\b\.?|\bas (?:opposed to|against|well as)\b|\b(?:compared?|in (?:contrast|comparison)) (?:to|with)\b|"
    r"\b(?:differ\w*|compare[sd]?) (?:from|to|with)\b|\bagainst\b|\bthan\b|\bunlike\b|\bwith\b|\bto\b|\bfrom\b)\s*",
    re.I,
)
# The words that make a question a comparison or a summary, and say nothing of what is asked of a paper.
_FRAME = re.compile(
    r"\b(?:please|compare[sd]?(?: (?:with|to))?|comparison(?: (?:of|between))?|contrast(?:ed)?|differ(?:s|ed|ent)?"
    r"(?: (?:from|between))?|differences?(?: (?:between|of))?|similar(?:ities)?(?: between)?|versus|vs\.?|"
    r"as (?:opposed to|against)|respectively|in common|side by side|each other|one another|both|each of|"
    r"summari[sz]e|summary of|(?:give|write|make)(?: me)?(?: an?)? (?:\w+ )?(?:summary|overview|comparison|table) "
    r"(?:of|on)?|"
    r"overview of|tell me(?: more)? about|describe|explain|in (?:a )?(?:table|short|brief|detail)|briefly|"
    r"(?:main|key) (?:points|ideas|findings|contributions|takeaways)(?: of)?|gist of|them|these|those|"
    r"the (?:two|three|four)|"
    r"they|their|add|include|rows?|columns?|also|too|as well|(?:what|how) about)\b",
    re.I,
)
_ASIDE = re.compile(r"\((?:as|both|all|each|from|in)\b[^)]*\)", re.I)
_COMPARED = re.compile(r"\b(?:compar|differ|contrast)", re.I)
_ON = re.compile(
    r"^\W*(?:papers?\b)?\W*(?:on|in terms of|with (?:respect|regard) to|regarding|concerning|as (?:to|regards)|in|by|"
    r"for|:)"
    r"\s+(?!between\b)(.+)$",
    re.I,
)
_OF = re.compile(
    r"^\W*(?:what (?:is|are|was|were)\s+)?(?:how (?:do|does|did|are|is|were|was)\s+)?(?:the\s+)?([^?]+?)\s+"
    r"(?:\w+ed\s+)?(?:of|in|for|by|from|between)?\s*§",
    re.I,
)
_LEAD = re.compile(
    rf"^\W*(?:and\s+|but\s+)?(?:(?:{_PREPOSITION}\s+)?(?:what|which|whose|how (?:many|much))\b\s*)?"
    r"(?:(?P<how>how|where|when|why|who)\s+)?"
    r"(?:(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would)\s+(?!\w+(?:ed|en)\b))?(?:there\s+)?",
    re.I,
)
_DANGLING = re.compile(
    rf"(?:\s*(?:[,;:.?!–—-]|\b(?:and|or|the|an?|its?|their|paper|papers|article|articles|{_PREPOSITION}|between|"
    r"do|does|did|is|are|was|were|have|has|had|each|respectively|that|than|from|with|to|claimed|reported)\b)\s*)+$",
    re.I,
)
_OPENING = re.compile(
    rf"^(?:\s*(?:[,;:.?!–—-]|\b(?:and|or|the|an?|its?|their|{_PREPOSITION}|between)\b)\s*)+(?=\S)", re.I
)
# What is asked for, and the words in which papers tell of it.
_SAID_AS = (
    (r"\bhardware|\bGPUs?\b|\bmachines?\b|\baccelerators?\b|\bcomput(?:e|ing)\b", "trained on GPUs TPUs"),
    (r"\bsizes?\b|\bhow (?:large|big)\b|\bparameters?\b|\bscale", "million billion parameters"),
    (r"\bspeed|\bfast|\bslow|\blatency|\bthroughput", "times faster speedup seconds"),
    (r"\bcosts?\b|\bprices?\b|\bcheap|\bexpensive", "cost dollars hours"),
    (r"\bdata\b|\btrained on\b|\bcorpus|\bcorpora\b", "dataset corpus tokens examples"),
    (r"\blimit|\bweak|\bdrawback|\bshortcoming|\black", "limitations future work cannot"),
    (r"\bevaluat|\bbenchmark|\btested\b", "evaluated on benchmarks datasets"),
)
_NAME_OF_WORDS = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")
_NAMED_ITEM = 5  # words: what stands in a list of aspects is no longer


def aspects(question: str, mentions: Sequence[Mention]) -> tuple[Aspect, ...]:
    """Return what a question asks of the papers whose names stand in it; the standing aspects where it says nothing."""
    found: list[Aspect] = []
    for start, end in _clauses(question):
        own = [(paper, (s - start, e - start)) for paper, (s, e) in mentions if start <= s and e <= end]
        found.extend(_of_clause(question[start:end], own))
    unique = {aspect.name.casefold(): aspect for aspect in reversed(found)}
    return tuple(aspect for name, aspect in reversed(unique.items()))[:MOST] or STANDING


def other_words(question: str) -> str:
    """Return the words in which papers say what a question asks for: GPUs for hardware, NQ for Natural Questions."""
    said = (words for pattern, words in _SAID_AS if re.search(pattern, question, re.I))
    return " ".join([*said, *initials(question).values()])


def initials(question: str) -> dict[str, str]:
    """Return the names of several words in a question with their initials: Natural Questions is NQ."""
    names = (match[0] for match in _NAME_OF_WORDS.finditer(question))
    return {name: "".join(word[0] for word in name.split()) for name in names}


def listed_aspects(names: Sequence[str]) -> tuple[Aspect, ...]:
    """Return the aspects that a person lists by name."""
    listed = [" ".join(name.split()).strip(" ,;") for name in names]
    return tuple(Aspect(_short(name), name) for name in dict.fromkeys(listed) if name)


def _clauses(question: str) -> Iterator[tuple[int, int]]:
    """Split where a second question begins: `..., and on what data were they trained?`."""
    starts = [0, *(match.end() for match in _CLAUSES.finditer(question) if match.end() < len(question))]
    ends = [*(match.start() for match in _CLAUSES.finditer(question) if match.end() < len(question)), len(question)]
    yield from ((start, end) for start, end in zip(starts, ends, strict=True) if _says(question[start:end]))


def _of_clause(clause: str, mentions: Sequence[Mention]) -> list[Aspect]:
    masked = _masked(clause, mentions)
    for item in _listed(masked):
        return [Aspect(_short(each), each) for each in item]
    bare = _without_lead(_bare(masked)) if _COMPARED.search(masked) else _bare(masked)
    if not _says(bare):
        return []
    own = _for_each(clause, mentions)
    return [Aspect(_name(masked), bare, own)]


def _masked(clause: str, mentions: Sequence[Mention]) -> str:
    """Put a sign in the place of each name."""
    text = clause
    for _, (start, end) in sorted(mentions, key=lambda mention: mention[1], reverse=True):
        text = f"{text[:start]}§{text[end:]}"
    return re.sub(r"§(?:\s*(?:,|\band\b|\bor\b|\bversus\b|\bvs\b\.?)+\s*§)+", "§", re.sub(r"§['’]s?\b", "§", text))


def _listed(masked: str) -> Iterator[list[str]]:
    """Give the list of aspects that a clause has after its names (`on memory and speed`), or before (`the size of`)."""
    after = " ".join(_FRAME.sub(" ", masked[masked.rfind("§") + 1 :]).split())
    for text, pattern in ((after, _ON), (masked, _OF)):
        match = pattern.search(text.strip(" ?.!"))
        if match is None or re.search(_ASKING, match[1], re.I) or "§" in match[1]:
            continue
        items = [_trimmed(_FRAME.sub(" ", part)) for part in _ITEMS.split(match[1])]
        if len(items) > 1 and all(_says(item) and len(item.split()) <= _NAMED_ITEM for item in items):
            yield items


def _for_each(clause: str, mentions: Sequence[Mention]) -> dict[str, str]:
    """Return what is asked of each paper where the names stand in parallel: `the size of A and the depth of B`."""
    order = sorted(mentions, key=lambda mention: mention[1])
    if len(order) < 2:
        return {}
    links = []
    for (_, (_, end)), (_, (start, _)) in pairwise(order):
        link = _COORDINATION.search(clause, end, start)
        if link is None:
            return {}
        links.append(link.span())
    head = _parallel(clause, order[0][1][0], clause[links[0][1] : order[1][1][0]])
    starts = [head, *(end for _, end in links)]
    ends = [*(start for start, _ in links), order[-1][1][1]]
    own = {}
    for (paper, name), start, end in zip(order, starts, ends, strict=True):
        part = f"{clause[start : name[0]]} § {clause[name[1] : end]}"
        own[paper] = _bare(re.sub(r"§\s*['’]s?\b", "§", f"{clause[:head]} {part} {clause[order[-1][1][1] :]}"))
    return own if len(set(own.values())) > 1 and all(_says(each) for each in own.values()) else {}


def _parallel(clause: str, name: int, second: str) -> int:
    """Return where the part of the first name begins, given how that of the second does: `for the X of` both times."""
    first = words(second)
    if not first or first[0].text.casefold() in {"that", "those"}:
        return name
    places = [match.start() for match in re.finditer(rf"\b{re.escape(first[0].text)}\b", clause[:name], re.I)]
    return places[-1] if places else name


def _without_lead(text: str) -> str:
    """Return what is compared: "memory" of "how do they differ in memory"; what it asks the value of stays."""
    lead = _LEAD.match(text)
    return _trimmed(text[lead.end() :]) if lead and lead["how"] else text


def _says(text: str) -> bool:
    """Tell whether a text asks for something: `how it works` does, though its words stand in every question."""
    return bool(content(text)) or re.search(r"\bhow\b.*\bworks?\b", text, re.I) is not None


def _bare(text: str) -> str:
    """Return a question without the names and the words that only frame it."""
    return _trimmed(" ".join(_FRAME.sub(" ", _ASIDE.sub(" ", text.replace("§", " "))).split()))


def _trimmed(text: str) -> str:
    return _DANGLING.sub("", _OPENING.sub("", " ".join(text.split()), count=1)).strip(" ?.!,;:")


def _name(masked: str) -> str:
    """Return a short name for what a clause asks."""
    masked = re.sub(r"\b(?:do|does|did|is|are|was|were|has|have|had)\s+§", "§", masked)
    text = _FRAME.sub(" ", _ASIDE.sub(" ", re.sub(r"\b(?:do|does|did)\s+they\b", " ", masked).replace("§", " ")))
    asked = " ".join(text.split())
    lead = _LEAD.match(asked)
    how = f"{lead['how']} " if lead and lead["how"] and not _COMPARED.search(masked) else ""
    rest = _trimmed(asked[lead.end() :] if lead else asked)
    return _short(f"{how}{rest}" if rest else _bare(masked))


def _short(name: str) -> str:
    name = " ".join(name.split())
    if len(name) <= LONGEST_NAME:
        return name
    kept = name[:LONGEST_NAME].rsplit(" ", 1)[0].split()
    while len(kept) > 1 and kept[-1].casefold() in STOPWORDS:
        kept.pop()
    return " ".join(kept) + " …"
