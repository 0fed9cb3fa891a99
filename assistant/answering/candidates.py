"""Sentences that may answer a question, scored. The weights were fitted on the questions of benchmarks/questions."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.answering.expected import Expected, expected, fit
from assistant.planning_names import short_name
from assistant.reading.headings import is_heading
from assistant.types import Evidence, Plan
from assistant.verification import long_enough, reports_others_work
from assistant.words import content, fold, names, words
from vectorstore.records import Hit, Paper, ScoredSentence

_CELLS = re.compile(r"\s*\|\s*|\s{2,}")
IN_COLUMN = 0.8  # how far a number in a row fits whose column's head, or caption, has what is counted
LEAST_TEXT = 8  # characters: below that a row or a sentence says nothing
LEAST_WORDS = 0.6  # of what a sentence is made of; below that it is what a figure's axes left behind
# A sentence that only says where something stands: `Related work is given in Appendix A.`
_POINTS = re.compile(
    r".{0,80}\b(?:are|is|can be found|we \w+ .{0,40}) (?:\w+ )?in (?:the )?"
    r"(?:appendi(?:x|ces)|section|sec\.|table|figure|fig\.)\W*[\w.]*\W*|"
    r"(?:table|figure|fig\.|appendix|section) [\w.]+ (?:shows?|gives|lists|describes|contains) "
    r"(?!that\b|how\b)\D{0,100}|"
    r"(?:in this section,? )?we (?:\w+ )?(?:discuss|review) .{0,80}",
    re.I,
)
WEIGHTS = {
    "similarity": 3.5,
    "hit": 2.0,
    "overlap": 2.3,
    "overlap_near": 1.0,
    "overlap_with_title": 2.4,
    "value": 3.0,
    "noun": 1.1,
    "noun_near": 0.6,
    "names": 0.8,
    "names_near": 0.4,
    "abstract": 0.2,
    "table": -0.3,
    "others": -0.6,
    "question": -1.5,
    "short": -1.0,
    "long": -0.2,
    "front": -1.0,
    "rival": -1.5,
    "unnamed": -2.0,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit with its features by name and its score."""

    hit: Hit
    sentence: ScoredSentence
    features: dict[str, float]
    score: float

    @property
    def text(self) -> str:
        return self.sentence.text

    @property
    def paper_id(self) -> str:
        return self.hit.chunk.paper_id

    @property
    def neighbours(self) -> list[str]:
        """The sentences right before and after it."""
        sentences = self.hit.sentences
        place = next(n for n, each in enumerate(sentences) if each.sentence == self.sentence.sentence)
        return [each.text for each in sentences[max(0, place - 1) : place + 2] if each is not sentences[place]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What sentences are held against: the question's words with their weights, its names, the value it expects.

    `systems` are the folded short names of the papers asked about, by paper_id; `together` says that no passage is to
    speak of one of them alone.
    """

    terms: frozenset[str]
    weights: dict[str, float]
    names: tuple[str, ...]
    expectation: Expected
    systems: Mapping[str, str] = field(default_factory=dict)
    together: bool = False


def asked_of(plan: Plan, evidence: Evidence) -> Asked:
    """Prepare a question.

    Words that stand in most of the sentences found weigh little; the names of the papers asked about are left out.
    """
    question = plan.standalone
    terms = content(question)
    counts: Counter[str] = Counter()
    total = 0
    for hit in evidence.hits:
        for sentence in hit.sentences:
            counts.update(content(sentence.text) & terms)
            total += 1
    weights = {term: math.log((total + 1) / (counts[term] + 0.5)) + 0.2 for term in terms}
    weights = {term: max(weight, 0.1) for term, weight in weights.items()}
    own = {fold(short_name(paper)) for paper in plan.papers} | {fold(paper.title) for paper in plan.papers}
    others = tuple(
        name for name in names(f"x {question}") if not any(fold(name) in key or key in fold(name) for key in own if key)
    )
    systems = {paper.paper_id: fold(short_name(paper)) for paper in plan.papers}
    return Asked(terms, weights, others, expected(question), systems, together=plan.kind == "fact")


def candidates(asked: Asked, evidence: Evidence, papers: dict[str, Paper]) -> list[Candidate]:
    """Return the sentences of the evidence, the most likely answer first."""
    best = max((hit.score for hit in evidence.hits), default=0.0)
    worst = min((hit.score for hit in evidence.hits), default=0.0)
    found: list[Candidate] = []
    for hit in evidence.hits:
        position = (hit.score - worst) / (best - worst) if best > worst else 1.0
        title = papers[hit.chunk.paper_id].title if hit.chunk.paper_id in papers else ""
        found.extend(_of_hit(hit, position, title, asked))
    return sorted(found, key=lambda candidate: -candidate.score)


def _of_hit(hit: Hit, position: float, title: str, asked: Asked) -> Iterable[Candidate]:
    sentences = hit.sentences
    contents = [content(sentence.text) for sentence in sentences]
    around = content(f"{title} {hit.chunk.chunk.context}")
    passage = f" {fold(f'{title} {hit.chunk.chunk.context} {hit.chunk.text}')} "
    unnamed = 0.0
    if asked.together and asked.systems:
        unnamed = sum(f" {system} " not in passage for system in asked.systems.values()) / len(asked.systems)
    is_table = hit.chunk.chunk.kind == "table"
    rivals = _rivals(hit, asked) if is_table else frozenset()
    names_near = _named(asked.names, f"{title} {hit.chunk.text}")
    for place, sentence in enumerate(sentences):
        text = sentence.text
        if len(text.strip()) < LEAST_TEXT or is_heading(text) or _stands_alone(hit, place):
            continue
        own = contents[place]
        near = frozenset().union(*contents[max(0, place - 1) : place + 2])
        fitting = fit(asked.expectation, text, asked.terms)
        noun_near = float(not asked.expectation.noun or asked.expectation.noun in near | around)
        value = fitting.value
        if is_table and asked.expectation.kind == "count" and value and noun_near:
            value = max(value, IN_COLUMN)
        features = {
            "similarity": sentence.similarity,
            "hit": position,
            "overlap": coverage(asked, own),
            "overlap_near": coverage(asked, near),
            "overlap_with_title": coverage(asked, own | around),
            "value": value,
            "noun": fitting.noun,
            "noun_near": noun_near,
            "names": _named(asked.names, text),
            "names_near": names_near,
            "abstract": float(hit.chunk.chunk.kind == "abstract"),
            "table": float(is_table),
            "others": float(reports_others_work(text, hit.chunk.chunk.kind)),
            "question": float(text.rstrip().endswith("?")),
            "short": float(len(words(text)) < 6 and not is_table),
            "long": float(len(text) > 420),
            "front": float(hit.chunk.chunk.kind == "front"),
            "rival": float(place in rivals),
            "unnamed": unnamed,
        }
        yield Candidate(hit, sentence, features, sum(WEIGHTS[name] * value for name, value in features.items()))


def _rivals(hit: Hit, asked: Asked) -> frozenset[int]:
    """Return the rows of a table that are of other systems, where one is of the system asked about."""
    system = asked.systems.get(hit.chunk.paper_id, "")
    if not system:
        return frozenset()
    heads = [f" {fold(re.split(_CELLS, row.text.strip(), maxsplit=1)[0])} " for row in hit.sentences]
    own = {place for place, head in enumerate(heads) if f" {system} " in head}
    return frozenset(range(len(heads))) - own if own else frozenset()


def _stands_alone(hit: Hit, place: int) -> bool:
    """Tell whether a sentence is but a short line between blank ones: a title, an author, no statement."""
    sentences = hit.sentences
    if hit.chunk.chunk.kind == "table" or long_enough(sentences[place].text) or len(sentences) == 1:
        return False
    return all(
        "\n\n"
        in hit.chunk.text[left.sentence.end - hit.chunk.chunk.start : right.sentence.start - hit.chunk.chunk.start]
        for left, right in pairwise(sentences[max(0, place - 1) : place + 2])
    )


def coverage(asked: Asked, present: frozenset[str]) -> float:
    """Return how much of a question, by weight, stands among stems."""
    total = sum(asked.weights.values())
    return sum(weight for term, weight in asked.weights.items() if term in present) / total if total else 0.0


def _named(wanted: Sequence[str], text: str) -> float:
    if not wanted:
        return 1.0
    folded = f" {fold(text)} "
    return sum(f" {fold(name)} " in folded or bool(re.search(rf"\b{re.escape(name)}", text)) for name in wanted) / len(
        wanted
    )


def says_something(candidate: Candidate) -> bool:
    """Tell whether a row holds more than column heads, and a sentence more than a pointer elsewhere or what a figure's
    axes left behind."""
    if candidate.features["table"]:
        return fold(candidate.text) not in fold(candidate.hit.chunk.chunk.context)
    if _POINTS.fullmatch(candidate.text.strip()):
        return False
    found = words(candidate.text)
    return sum(word.text[0].isalpha() for word in found) >= LEAST_WORDS * len(found)
