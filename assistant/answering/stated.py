"""Whether a paper states the value that an aspect of a comparison asks for, as far as its passages show."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.abstaining import GENERAL
from assistant.answering.candidates import Asked, Candidate
from assistant.types import Evidence
from assistant.words import content
from vectorstore.mentions import written_as
from vectorstore.records import Paper

# Those of a logistic regression, fitted on as many facts that a paper does not state as it does.
WEIGHTS = {
    "similarity": 0.6,
    "most_similar": 4.5,
    "overlap_near": 0.9,
    "in_sentence": 0.8,
    "noun_in_sentence": 0.2,
    "value": 1.3,
    "value_anywhere": 0.9,
    "both": 0.9,
    "names_absent": -0.7,
    "heaviest_missing": -0.7,
    "score": 0.1,
}
BIAS = -7.1
# Log odds below which a value is said not to be stated: lower than where a single fact is asked, for an aspect is named
# in fewer words. Of the comparisons of the sets for tuning it keeps 31 of 32, and of papers asked at random turns down
# 26 of 58, some of which do state it.
UNSURE = -2.6


def is_stated(asked: Asked, ranked: Sequence[Candidate], evidence: Evidence, paper: Paper) -> bool:
    """Tell whether the value asked for stands in the passages of a paper; `ranked` are its sentences, best first."""
    features = _features(asked, ranked, evidence, paper)
    return BIAS + sum(weight * features[name] for name, weight in WEIGHTS.items()) >= UNSURE


def _features(asked: Asked, ranked: Sequence[Candidate], evidence: Evidence, paper: Paper) -> dict[str, float]:
    best = ranked[0]
    title = content(paper.title)
    passages = [hit.chunk.text for hit in evidence.hits]
    known = title.union(*(content(text) for text in passages))
    weights = {term: asked.weights[term] for term in asked.terms - GENERAL - title}
    total = sum(weights.values())
    sentence = content(best.text)
    absent = sum(not any(written_as(name).search(text) for text in [*passages, paper.title]) for name in asked.names)
    return {
        "similarity": best.features["similarity"],
        "most_similar": max(each.features["similarity"] for each in ranked),
        "overlap_near": best.features["overlap_near"],
        "in_sentence": sum(w for term, w in weights.items() if term in sentence) / total if total else 1.0,
        "noun_in_sentence": best.features["noun"] if asked.expectation.noun else 1.0,
        "value": best.features["value"],
        "value_anywhere": max(each.features["value"] for each in ranked),
        "both": max(each.features["value"] * each.features["noun"] for each in ranked),
        "names_absent": float(min(absent, 2)),
        "heaviest_missing": max((w for term, w in weights.items() if term not in known), default=0.0) / (total or 1.0),
        "score": best.score,
    }
