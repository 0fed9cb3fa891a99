"""Plan -> Evidence: what to search for, and where. Knows no wording of answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from assistant.planning_names import short_name
from assistant.types import Evidence, Plan
from vectorstore.embedding import Embedder
from vectorstore.library import Library
from vectorstore.records import Filters, Hit, Paper
from vectorstore.search import search, search_papers

EVERYWHERE = 30  # chunks looked at when no paper is named
OF_A_PAPER = 16  # chunks looked at of a paper that is named
MOST_OF_ONE = 6  # chunks that one paper may bring when none is named
OF_AN_ASPECT = 5  # chunks looked at for each aspect of a summary
PAPERS = 60  # papers looked at for a list
SPEAKS = 1.15  # closeness from which a passage can be said to speak to a question; below it, few that answer one lie
SUMMARY = (
    "the problem, what is lacking so far, and why it matters",
    "we propose a method, model or system; how it works",
    "data, participants, training set and setting of the experiments",
    "the main results, figures, comparisons with earlier work",
    "limitations, open questions, future work",
)


def retrieve(plan: Plan, library: Library, embedder: Embedder) -> Evidence:
    """Find the passages a plan asks for, best first."""
    looked_at = len(library.papers(plan.filters)) if plan.filters.paper_ids else library.count()[0]
    hits: list[Hit]
    if plan.kind == "meta":
        topic = plan.topic and plan.asks in {"papers", "count", "newest", "oldest"}
        hits = search_papers(library, embedder, plan.topic, top=PAPERS, filters=plan.filters) if topic else []
    elif plan.kind == "list":
        query = plan.topic or plan.standalone
        hits = search_papers(library, embedder, query, top=PAPERS, filters=plan.filters)
    elif plan.kind == "summary":
        hits = _for_summary(plan, library, embedder)
    elif plan.papers:
        looked_at = len(plan.papers)
        hits = []
        for paper in plan.papers[:6]:
            hits += search(
                library, embedder, _asked_of(plan, paper), top=OF_A_PAPER, filters=_only(plan.filters, paper)
            )
    else:
        found = search(library, embedder, plan.standalone, top=EVERYWHERE, filters=plan.filters)
        hits = _spread(found, MOST_OF_ONE)
    speak = {hit.chunk.paper_id for hit in hits if plan.papers or closeness(hit) >= SPEAKS}
    return Evidence(tuple(hits), looked_at, len(speak))


def closeness(hit: Hit) -> float:
    """Say how close a passage is in meaning to what was looked for: 0 to 3, the passage as a whole counting double."""
    return hit.parts.get("sentence", 0.0) + 2 * hit.parts.get("dense", 0.0)


def _asked_of(plan: Plan, paper: Paper) -> str:
    """Return what to look for in a paper that is named: the question, for a comparison without the other names."""
    if plan.kind != "compare" or not plan.topic:
        return plan.standalone
    return f"{short_name(paper)}: {plan.topic}"


def _only(filters: Filters, paper: Paper) -> Filters:
    return replace(filters, paper_ids=frozenset({paper.paper_id}))


def _for_summary(plan: Plan, library: Library, embedder: Embedder) -> list[Hit]:
    topic = plan.topic or plan.standalone
    hits: list[Hit] = []
    if not plan.papers:
        return search_papers(library, embedder, topic, top=EVERYWHERE, filters=plan.filters)
    for paper in plan.papers[:4]:
        for query in (plan.standalone, *SUMMARY):
            hits += search(library, embedder, query, top=OF_AN_ASPECT, filters=_only(plan.filters, paper))
    return list(_once(hits))


def _once(hits: Iterable[Hit]) -> Iterable[Hit]:
    seen: set[int] = set()
    for hit in hits:
        if hit.chunk.chunk_id not in seen:
            seen.add(hit.chunk.chunk_id)
            yield hit


def _spread(hits: Iterable[Hit], most: int) -> list[Hit]:
    """Let no paper crowd out the others."""
    counts: Counter[str] = Counter()
    kept = []
    for hit in hits:
        counts[hit.chunk.paper_id] += 1
        if counts[hit.chunk.paper_id] <= most:
            kept.append(hit)
    return kept
