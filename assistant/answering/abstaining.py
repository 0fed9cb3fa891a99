"""When to say that the papers do not say: nothing speaks to the question, or the very detail asked for is not there."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.answering.candidates import Asked, Candidate
from assistant.planning_texts import is_common
from assistant.retrieval import closeness
from assistant.types import Evidence, Plan
from assistant.words import content, counted, fold
from vectorstore.library import Library
from vectorstore.records import Paper

LEAST_SIMILARITY = 0.3
LEAST_OVERLAP = 0.2
# The closeness that a passage must have to speak to a question that names no paper, in a library of one passage; each
# tenfold of passages adds a tenth, for of many one comes close by chance. Who describes a paper uses his own words. Set
# on the development questions, those of benchmarks/questions and some fifty about anything else: no held-out figure.
LEAST_CLOSENESS, LEAST_CLOSENESS_OF_DESCRIBED, PER_TENFOLD = 0.6, 0.55, 0.1
LEAST_CLOSENESS_OF_UNKNOWN = 1.15  # for a question of which hardly a word stands in any passage found; the most asked
UNKNOWN = 0.8  # of a question's words, by weight
GENERAL = content(
    """reach reached achieve achieved get obtain report reported have taken take need give show use number value amount
    total exact exactly large larger largest big bigger biggest small smallest high highest best better new first kind
    type sort called name named long short paper model method system approach task result come run work made train
    training trained test tested describe described"""
)
NOTHING_ASKED = "Ask a question about what your papers say."
MOST_NAMED = 3  # papers
FOREMOST = 3  # sentences whose passages are looked at for a name
# Words of courtesy: what is said with them alone asks for nothing.
COURTESY = content(
    "hello hi hey dear good morning afternoon evening day thanks thank bye goodbye ok okay cheers test help"
)


def nothing_speaks(plan: Plan, evidence: Evidence, asked: Asked, ranked: Sequence[Candidate], library: Library) -> str:
    """Return a sentence saying so when no passage is about the question, or it asks for nothing; else nothing."""
    if not plan.papers and all(term in COURTESY or term.isdigit() for term in asked.terms):
        return NOTHING_ASKED
    if plan.missing and not plan.papers:
        return f"Your library has no paper that is called “{plan.missing[0]}”."
    if not ranked:
        return nothing_in(plan, evidence, library)
    similarity = max(candidate.features["similarity"] for candidate in ranked)
    overlap = max(candidate.features["overlap_near"] for candidate in ranked)
    unlike = similarity < LEAST_SIMILARITY and overlap < LEAST_OVERLAP
    far = not plan.papers and _is_far(plan, evidence, asked, library.count()[1])
    if (unlike or far) and not _has_a_rare_name(asked, ranked[:FOREMOST], library):
        return nothing_in(plan, evidence, library)
    return ""


def _has_a_rare_name(asked: Asked, ranked: Sequence[Candidate], library: Library) -> bool:
    """Tell whether a name of the question that few papers have stands in the best passages: its meaning says little."""
    passages = [f" {fold(candidate.hit.chunk.text)} " for candidate in ranked]
    found = [name for name in asked.names if any(f" {fold(name)} " in passage for passage in passages)]
    return any(not is_common(name, library) for name in found)


def nothing_in(plan: Plan, evidence: Evidence, library: Library) -> str:
    """Return the sentence which says that nothing in the papers asked speaks to the question."""
    asked = plan.papers or library.papers(plan.filters)
    named = asked if len(asked) <= (MOST_NAMED if plan.papers else 1) else ()
    where = " or ".join(f"“{paper.title}”" for paper in named) or f"your {counted(evidence.looked_at, 'paper')}"
    return f"Nothing in {where} speaks to this."


def _is_far(plan: Plan, evidence: Evidence, asked: Asked, passages: int) -> bool:
    """Tell whether all passages are far in meaning; the stranger the question's words, the closer they must be."""
    closest = max(map(closeness, evidence.hits), default=0.0)
    known = frozenset().union(*(content(f"{hit.chunk.chunk.context} {hit.chunk.text}") for hit in evidence.hits))
    weights = {term: weight for term, weight in asked.weights.items() if term not in GENERAL}
    unknown = sum(weight for term, weight in weights.items() if term not in known)
    if unknown >= UNKNOWN * sum(weights.values()):
        return closest < LEAST_CLOSENESS_OF_UNKNOWN
    least = LEAST_CLOSENESS if plan.kind == "fact" else LEAST_CLOSENESS_OF_DESCRIBED
    return closest < min(least + PER_TENFOLD * math.log10(max(passages, 1)), LEAST_CLOSENESS_OF_UNKNOWN)


def not_said_in(paper: Paper) -> str:
    """Return the sentence which says that a paper does not have the detail asked for."""
    return f"“{paper.title}” does not say this, as far as its passages here show."
