"""What one paper says on one aspect: its sentences and table rows, the best first; nothing where it does not say.

Knows neither the other papers nor how answers are written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering import rhetoric
from assistant.answering.abstaining import GENERAL
from assistant.answering.bearing import bearing_on
from assistant.answering.candidates import WEIGHTS, Asked, Candidate, asked_of, candidates, says_something
from assistant.answering.expected import Expected, expected
from assistant.answering.rows import is_under_its_name, row_share
from assistant.answering.stated import is_stated
from assistant.planning_names import called
from assistant.types import Aspect, Evidence, Plan
from assistant.verdicts.numbers import numbers
from assistant.verification import long_enough
from assistant.words import content, fold, words
from vectorstore.embedding import TokenEncoder
from vectorstore.records import Paper

PART = 2.5  # what playing the part of a standing aspect weighs beside a sentence's other merits
SURELY = 1.0  # strength from which a sentence tells of the limits where a person asks for them
IN_TABLE = 4.5  # what it weighs that a row, its column heads and its caption together have what is asked
LIKE_A_ROW = 0.5  # similarity that a row of figures is given: its embedding says nothing of what the figures are
LEAST_CLOSE = 0.25  # similarity of a sentence to an aspect of which no word stands in the paper
# What has a value that can be seen to be missing; a reason or a name may be put in any words.
_VALUES = frozenset({"count", "percent", "factor", "duration", "money", "memory", "size", "number", "date", "hardware"})
_MEASURED = {"sizes?|scales?": "How large is"}
_MEASURES = re.compile(r"\b(?:results?|scores?|performance|accura\w+|figures?|numbers?|rates?|gains?|how well)\b", re.I)
_LARGE = re.compile(
    r"\bhow (?:big|large) (?:is|are|was|were) (?:the |its |their )((?:\w+ )?\w+)(?= (?:of|in|for)\b|\W*$)", re.I
)
_CAPTION = re.compile(r"^\W*(?:figure|fig\.|table|algorithm) \d+[.:]", re.I)
_ASKS = re.compile(r"\b(?:what|which|how|where|when|why|who|whose|is|are|was|were|do|does|did|has|have|can)\b", re.I)


def said_on(
    aspect: Aspect, paper: Paper, plan: Plan, evidence: Evidence, encoder: TokenEncoder | None
) -> list[Candidate]:
    """Return what a paper says on an aspect, the best first; nothing when it does not say."""
    found = Evidence(evidence.by_aspect[paper.paper_id, aspect.name], 1, 1)
    question = _question(aspect, called(paper, plan.names), paper)
    asking = replace(plan, kind="fact", standalone=question, papers=(paper,), missing=())
    asked = replace(asked_of(asking, found), together=False)
    asked = replace(asked, expectation=_expectation(question, asked.expectation))
    ranked = [
        candidate
        for candidate in candidates(asked, found, {paper.paper_id: paper})
        if says_something(candidate) and not _is_caption(candidate) and not _only_names(candidate, paper)
    ]
    if aspect.standing:
        return _playing(aspect.name, ranked)
    named = aspect.asked_of(paper.paper_id)
    if rhetoric.is_limits(named):
        return [each for each in _playing("limits", ranked) if _strength("limits", each) >= SURELY]
    ranked = sorted((_as_row(candidate, asked) for candidate in ranked), key=lambda candidate: -candidate.score)
    everything, asks = ranked, _ASKS.search(named) is not None
    if not asks:
        ranked = bearing_on(named, asked, ranked, encoder)
    if not ranked:
        return []
    if asked.expectation.kind in _VALUES:
        silent = not is_stated(asked, [*ranked[:1], *everything], found, paper)
    else:
        silent = asks and _is_elsewhere(aspect, paper, evidence)
    return [] if silent else ranked


def kernel(candidate: Candidate, question: str) -> tuple[int, int] | None:
    """Return where, in the whole text, the part of a sentence stands that must not be cut off: the words asked for,
    with the number nearest to them where there is one."""
    text, offset = candidate.text, candidate.sentence.sentence.start
    wanted = content(question)
    places = [(word.start, word.end) for word in words(text) if word.stem in wanted]
    figures = [number for number in numbers(text) if not number.loose and not number.is_year]
    if not places:
        return (offset + figures[0].start, offset + figures[0].end) if figures else None
    if not figures:
        return offset + places[0][0], offset + places[0][1]
    _, place, figure = min(
        (abs(place[0] - number.start), place, (number.start, number.end)) for place in places for number in figures
    )
    return offset + min(place[0], figure[0]), offset + max(place[1], figure[1])


def _only_names(candidate: Candidate, paper: Paper) -> bool:
    """Tell whether a sentence is little but the paper's title, or what a break left of one."""
    if candidate.features["table"]:
        return False
    if not long_enough(candidate.text) and not candidate.text[:1].isupper():
        return True
    text, title = fold(candidate.text), fold(paper.title)
    return text in title or (title in text and len(text) < 2 * len(title))


def _is_elsewhere(aspect: Aspect, paper: Paper, evidence: Evidence) -> bool:
    """Tell whether a question is none of the paper's: none of its words stands there, no sentence is close to it."""
    key = (paper.paper_id, aspect.name)
    question = aspect.asked_of(paper.paper_id)
    wanted = content(question) - GENERAL
    scope = content(paper.title).union(*(content(hit.chunk.text) for hit in evidence.by_aspect[key]))
    return len(wanted) > 1 and not wanted & scope and evidence.closest.get(key, 1.0) < LEAST_CLOSE


def _question(aspect: Aspect, name: str, paper: Paper) -> str:
    """Return the aspect as a question to a paper: a noun alone asks for its value where it has a usual one."""
    asked = aspect.asked_of(paper.paper_id)
    if _ASKS.search(asked):
        return f"{name}: {asked}"
    if measure := next((how for noun, how in _MEASURED.items() if re.search(rf"\b(?:{noun})\b", asked, re.I)), None):
        return f"{measure} {name}: {asked}?"
    if expected(f"What is the {asked}?").kind not in {"name", "anything"}:
        return f"What is the {asked} of {name}?"
    return f"{name}: {asked}"


def _expectation(question: str, read: Expected) -> Expected:
    """Return what kind of value a question asks for: results are numbers, and what is large is what it names."""
    if read.kind in {"anything", "name"} and _MEASURES.search(question):
        return Expected("number")
    noun = _LARGE.search(question)
    if read.kind == "size" and not read.heads and noun:
        return replace(read, heads=tuple(word.stem for word in words(noun[1])))
    return read


def _playing(part: str, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences that play a part of the paper's argument, the surest first."""
    found = []
    for candidate in ranked:
        strength = _strength(part, candidate)
        if strength >= rhetoric.LEAST and not candidate.features["table"] and not candidate.features["others"]:
            found.append(replace(candidate, score=candidate.score + PART * strength))
    return sorted(found, key=lambda candidate: -candidate.score)


def _strength(part: str, candidate: Candidate) -> float:
    chunk = candidate.hit.chunk.chunk
    return rhetoric.strength(part, candidate.text, chunk.section, chunk.kind)


def _as_row(candidate: Candidate, asked: Asked) -> Candidate:
    """Score a row of a table by what it says with its column heads: it has one of the things asked, they another."""
    if not candidate.features["table"]:
        return candidate
    if candidate.features["rival"]:
        if not is_under_its_name(candidate, asked):
            return candidate
        candidate = replace(candidate, score=candidate.score - WEIGHTS["rival"])
    share = row_share(candidate, asked)
    if not share:
        return candidate
    unlike = max(0.0, LIKE_A_ROW - candidate.features["similarity"])
    return replace(candidate, score=candidate.score + IN_TABLE * share + WEIGHTS["similarity"] * unlike)


def _is_caption(candidate: Candidate) -> bool:
    return _CAPTION.match(candidate.text) is not None and not candidate.features["table"]
