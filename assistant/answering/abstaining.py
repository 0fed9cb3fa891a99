"""When to say that the papers do not say: nothing speaks to the question, or the very detail asked for is not there."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.candidates import Candidate
from assistant.types import Evidence, Plan
from vectorstore.library import Library
from vectorstore.records import Paper

LEAST_SIMILARITY = 0.3
LEAST_OVERLAP = 0.2


def nothing_speaks(plan: Plan, evidence: Evidence, ranked: Sequence[Candidate]) -> str:
    """Return a sentence saying so when no passage is about the question, else nothing."""
    if plan.missing and not plan.papers:
        return f"Your library has no paper that is called “{plan.missing[0]}”."
    if not ranked:
        return "Nothing in your papers speaks to this."
    similarity = max(candidate.features["similarity"] for candidate in ranked)
    overlap = max(candidate.features["overlap_near"] for candidate in ranked)
    if similarity < LEAST_SIMILARITY and overlap < LEAST_OVERLAP:
        return f"Nothing in your {evidence.looked_at} papers speaks to this."
    return ""


def missing_detail(
    plan: Plan, evidence: Evidence, ranked: Sequence[Candidate], papers: dict[str, Paper], library: Library
) -> str:
    """Return a sentence saying what is missing when the detail asked for stands in no passage, else nothing."""
    return ""
