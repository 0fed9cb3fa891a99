"""How likely a sentence answers a question: what it has of the question's words by meaning, and of the value asked for.

A logistic regression over a few measurements, fitted on the questions of benchmarks/questions with
benchmarks/fit_facts.py. It orders the sentences of an answer, and says when none of them is likely enough to give one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.alignment import Alignment, Floats
from assistant.answering.candidates import Asked, Candidate, says_something
from assistant.answering.expected import HOW, values, without_references
from assistant.answering.rows import row_before_others, row_share
from assistant.planning_names import short_name
from assistant.types import Evidence, Plan
from assistant.words import Word, content, looks_like_name, stem, words
from vectorstore.embedding import TokenEncoder
from vectorstore.records import Paper

MOST = 60  # sentences that are measured
BEST_HITS = 12  # passages whose sentences are measured when no paper is named
TELLING = 3  # of a question's rarest words, each of which should stand somewhere near
REACH = 48.0  # characters over which a word's bearing on a number fades to a third; on the one it counts, to half that
BESIDE = REACH / 2  # characters between a value that is marked and the noun that it is the value of
IN_OTHER_WORDS = 0.5  # share from which on a word stands in a text by its meaning
CLEAR = 1.15  # times as much of the question as about the next value stands about the one that is marked
BIAS = -8.145
WEIGHTS: Mapping[str, float] = {
    "hit": 2.248,
    "dense": -0.616,
    "abstract": -0.385,
    "overlap": 0.866,
    "value": 1.861,
    "near": 0.347,
    "near_least": 1.013,
    "heads": 0.612,
    "heads_near": -0.62,
    "count_slot": 4.232,
    "count_noun": 0.912,
    "measure_value": 0.1,
    "measure_heads": 1.751,
    "name": -0.246,
    "name_covered": 2.632,
    "open": -0.439,
    "anywhere_hit": 0.5,
    "anywhere_sentence": -1.56,
    "anywhere_similarity": 2.687,
    "numeral_missing": -1.217,
    "denied": -0.505,
    "keyed": -0.278,
    "table_keyed": 0.361,
    "table_near": 0.622,
    "row": 2.757,
    "row_before_others": 10.483,
    "score": 0.257,
    "terms": 0.306,
    "best_covered": -0.382,
}
# Log odds below which no answer is given. Set on the questions that the weights were fitted on: of those that can be
# answered, about one in ten lies below.
UNLIKELY = -0.75
_GROUPS = {
    "count": frozenset({"count"}),
    "measure": frozenset({"number", "percent", "factor", "size", "duration", "money", "memory"}),
    "name": frozenset({"name", "hardware", "person", "place", "date"}),
    "open": frozenset({"anything", "whether", "reason"}),
}
# What kind of value is asked for: such a word need not stand beside the value.
_OF_THE_VALUE = content("percentage percent share fraction proportion portion number amount value factor figure")
_DENIAL = re.compile(r"\b(?:without|no|not|free|never|instead of|rather than)\b", re.IGNORECASE)
_NUMERAL = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Likely:
    """A sentence with its measurements by name and the log odds that it answers the question.

    `value` spans what was asked for in the sentence's text, where that can be told; it is looked for in the likeliest
    sentence only.
    """

    candidate: Candidate
    measures: dict[str, float]
    log_odds: float
    value: tuple[int, int] | None = None


def likely(
    plan: Plan,
    asked: Asked,
    ranked: Sequence[Candidate],
    evidence: Evidence,
    papers: Mapping[str, Paper],
    encoder: TokenEncoder | None,
) -> list[Likely]:
    """Return the most promising sentences, the likeliest answer first."""
    chosen = _chosen(plan, [candidate for candidate in ranked if says_something(candidate)], evidence) or ranked[:1]
    measuring = _Measuring(plan, asked, papers, encoder)
    measuring.read(chosen)
    measured = [(candidate, measuring.measures(candidate)) for candidate in chosen]
    found = [Likely(candidate, measures, log_odds(measures)) for candidate, measures in measured]
    found.sort(key=lambda each: -each.log_odds)
    return [replace(each, value=measuring.value(each.candidate)) for each in found[:1]] + found[1:]


def is_unlikely(best: Likely) -> bool:
    """Tell whether even the likeliest sentence does not answer the question."""
    return best.log_odds < UNLIKELY


def log_odds(measures: Mapping[str, float]) -> float:
    """Return the log odds that go with measurements."""
    return BIAS + sum(weight * measures[name] for name, weight in WEIGHTS.items())


def _chosen(plan: Plan, ranked: Sequence[Candidate], evidence: Evidence) -> list[Candidate]:
    if plan.papers:
        return list(ranked[:MOST])
    best = sorted(evidence.hits, key=lambda hit: -hit.score)[:BEST_HITS]
    ids = {hit.chunk.chunk_id for hit in best}
    near = [candidate for candidate in ranked if candidate.hit.chunk.chunk_id in ids][: MOST * 3 // 4]
    known = {id(candidate) for candidate in near}
    return near + [candidate for candidate in ranked[: MOST // 4] if id(candidate) not in known]


class _Measuring:
    """Measures the sentences of one question."""

    def __init__(self, plan: Plan, asked: Asked, papers: Mapping[str, Paper], encoder: TokenEncoder | None) -> None:
        self._plan, self._asked, self._papers = plan, asked, papers
        own = {word.stem for paper in plan.papers for word in words(short_name(paper))}
        measured = {stem(word): asked.expectation.measures for word in HOW.findall(plan.standalone)}
        self._alignment = Alignment(plan.standalone, encoder, without=own | _OF_THE_VALUE, kin=measured)
        stems = [term.stem for term in self._alignment.terms]
        heads = set(asked.expectation.heads)
        self._heads = [number for number, each in enumerate(stems) if each in heads]
        self._noun = [number for number, each in enumerate(stems) if each == asked.expectation.noun]
        self._telling = np.argsort(-self._alignment.weights)[:TELLING]
        self._keyed = [term.stem for term in self._alignment.terms if _is_keyed(term)]
        self._numerals = [
            numeral
            for numeral in (match[0].strip(".,") for match in _NUMERAL.finditer(plan.standalone))
            if not any(numeral in paper.title for paper in plan.papers)
        ]
        self._denies = _DENIAL.search(plan.standalone) is not None

    def read(self, chosen: Sequence[Candidate]) -> None:
        """Look at all texts at once."""
        self._alignment.read([text for candidate in chosen for text in self._texts(candidate)])
        self._best_covered = max(self._covered(candidate) for candidate in chosen) * self._alignment.weights.sum()

    def _covered(self, candidate: Candidate) -> float:
        return self._alignment.covered(self._alignment.presence(without_references(candidate.text)).share)

    def measures(self, candidate: Candidate) -> dict[str, float]:
        """Return the measurements of a sentence by name."""
        alignment, features = self._alignment, candidate.features
        here, *around = (alignment.presence(text) for text in self._texts(candidate))
        near = np.maximum.reduce([here.share, *(presence.share for presence in around)])
        covered, covered_near = alignment.covered(here.share), alignment.covered(near)
        heads = float(here.share[self._heads].min()) if self._heads else covered
        group = next(name for name, kinds in _GROUPS.items() if self._asked.expectation.kind in kinds)
        anywhere = float(not self._plan.papers)
        slot, counted = self._slots(candidate) if group == "count" else (0.0, 0.0)
        words_here = {word.stem for word in words(candidate.text)}
        keyed = sum(each in words_here for each in self._keyed) / len(self._keyed) if self._keyed else 0.5
        chunk = candidate.hit.chunk
        passage = f"{self._title(candidate)} {chunk.chunk.context} {chunk.text}"
        return {
            "hit": features["hit"],
            "dense": candidate.hit.parts["dense"],
            "abstract": features["abstract"],
            "overlap": features["overlap"],
            "value": features["value"],
            "near": covered_near,
            "near_least": float(near[self._telling].min()) if len(self._telling) else 1.0,
            "heads": heads,
            "heads_near": float(near[self._heads].min()) if self._heads else covered_near,
            "count_slot": slot,
            "count_noun": counted,
            "measure_value": features["value"] * (group == "measure"),
            "measure_heads": heads * (group == "measure"),
            "name": float(group == "name"),
            "name_covered": covered * (group == "name"),
            "open": float(group == "open"),
            "anywhere_hit": features["hit"] * anywhere,
            "anywhere_sentence": candidate.hit.parts["sentence"] * anywhere,
            "anywhere_similarity": features["similarity"] * anywhere,
            "numeral_missing": float(any(numeral not in passage for numeral in self._numerals)),
            "denied": float(not self._denies and _DENIAL.search(candidate.text) is not None),
            "keyed": keyed,
            "table_keyed": keyed * features["table"],
            "table_near": covered_near * features["table"],
            "row": row_share(candidate, self._asked),
            "row_before_others": row_before_others(candidate, self._asked),
            "score": candidate.score,
            "terms": float(len(alignment.terms)),
            "best_covered": self._best_covered,
        }

    def _texts(self, candidate: Candidate) -> list[str]:
        """Return the sentence, its neighbours, and what stands above them."""
        above = f"{self._title(candidate)}. {candidate.hit.chunk.chunk.context}"[:400]
        return [without_references(candidate.text), *candidate.neighbours, above]

    def _title(self, candidate: Candidate) -> str:
        return self._papers[candidate.paper_id].title

    def value(self, candidate: Candidate) -> tuple[int, int] | None:
        """Return where the value asked for stands in a sentence: the one with most of the question about it.

        None in a row of a table, where another value has nearly as much, and where the noun asked for is not beside it.
        """
        if candidate.features["table"]:
            return None
        text = without_references(candidate.text)
        found = values(self._asked.expectation, text, self._asked.terms)
        ranked = sorted(((self._about(span, text), span) for span in found), reverse=True)
        if not ranked or (len(ranked) > 1 and ranked[0][0] < CLEAR * ranked[1][0]):
            return None
        best = ranked[0][1]
        return best if self._has_noun_beside(best, text) else None

    def _has_noun_beside(self, span: tuple[int, int], text: str) -> bool:
        presence = self._alignment.presence(text)
        beside = (presence.share >= IN_OTHER_WORDS) & (_apart(span, presence.place) <= BESIDE)
        return bool(beside[self._noun].all())

    def _slots(self, candidate: Candidate) -> tuple[float, float]:
        """Return how much of the question stands about one of the sentence's numbers, and how near its noun is."""
        text = without_references(candidate.text)
        found = values(self._asked.expectation, text, self._asked.terms)
        best = max((self._about(span, text) for span in found), default=0.0)
        if not self._noun:
            return best, best
        presence = self._alignment.presence(text)
        nearness = (presence.share * np.exp(-2 * _apart(span, presence.place) / REACH) for span in found)
        return best, max((float(each[self._noun].max()) for each in nearness), default=0.0)

    def _about(self, span: tuple[int, int], text: str) -> float:
        """Return how much of the question stands in a text, what is farther from the span counting less."""
        presence = self._alignment.presence(text)
        return self._alignment.covered(presence.share * np.exp(-_apart(span, presence.place) / REACH))


def _apart(span: tuple[int, int], places: Floats) -> Floats:
    """Return how many characters lie between a span and each place, 0 for those within."""
    return np.maximum(0.0, np.maximum(span[0] - places, places - span[1]))


def _is_keyed(term: Word) -> bool:
    """Tell whether a word is written like a name or a number."""
    return looks_like_name(term.text) or term.text[0].isdigit() or (term.text[0].isupper() and term.start > 0)
