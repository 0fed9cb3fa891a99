"""Plan -> Evidence: what to search for, and where. Knows no wording of answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from assistant.aboutness import ABOUT, DOUBTFUL, about, mentions_all
from assistant.planning_aspects import other_words
from assistant.planning_names import called
from assistant.planning_tables import MOST_COMPARED
from assistant.types import Aspect, Evidence, Plan
from vectorstore.embedding import Embedder
from vectorstore.library import Library
from vectorstore.records import Filters, Hit, Paper, Vector
from vectorstore.search import search, search_papers

EVERYWHERE = 30  # chunks looked at when no paper is named
OF_A_PAPER = 40  # chunks looked at of a paper that is named
MOST_OF_ONE = 6  # chunks that one paper may bring when none is named
OF_AN_ASPECT = 10  # chunks looked at for each aspect of a comparison or a summary
FOUND_TO_COMPARE = 4  # papers, where the question names none
PAPERS = 100  # papers looked at for a list
SPEAKS = 1.15  # closeness from which a passage can be said to speak to a question; below it, few that answer one lie


def retrieve(plan: Plan, library: Library, embedder: Embedder) -> Evidence:
    """Find the passages a plan asks for, best first."""
    if plan.kind == "list" or (plan.kind == "meta" and plan.topic):
        return _of_topic(plan, library, embedder)
    looked_at = len(library.papers(plan.filters)) if plan.filters.paper_ids else library.count()[0]
    hits: list[Hit]
    if plan.kind == "meta":
        return Evidence((), looked_at, 0)
    if plan.grows and not plan.papers:
        return Evidence((), 0, 0)
    if plan.aspects and (plan.papers or plan.more or plan.kind == "compare"):
        return _by_aspect(plan, library, embedder)
    if plan.papers:
        looked_at = len(plan.papers)
        hits = []
        query, vector = plan.standalone, embedder.embed([plan.standalone])[0]
        for paper in plan.papers[:6]:
            only = _only(plan.filters, paper)
            hits += search(library, embedder, query, top=OF_A_PAPER, filters=only, vector=vector)
    else:
        found = search(library, embedder, plan.standalone, top=EVERYWHERE, filters=plan.filters)
        hits = _spread(found, MOST_OF_ONE)
    speak = {hit.chunk.paper_id for hit in hits if plan.papers or closeness(hit) >= SPEAKS}
    return Evidence(tuple(hits), looked_at, len(speak))


def closeness(hit: Hit) -> float:
    """Say how close a passage is in meaning to what was looked for: 0 to 3, the passage as a whole counting double."""
    return hit.parts.get("sentence", 0.0) + 2 * hit.parts.get("dense", 0.0)


def papers_to_compare(plan: Plan, library: Library, embedder: Embedder) -> tuple[Paper, ...]:
    """Find papers that speak to the topic of a comparison, or are like the papers that it has."""
    count = plan.more or FOUND_TO_COMPARE
    query = plan.topic or plan.standalone
    if plan.papers:
        query = f"{' · '.join(paper.title for paper in plan.papers)} · {plan.topic}"
    known = {paper.paper_id for paper in plan.papers}
    hits = search_papers(library, embedder, query, top=count + len(known), filters=plan.filters)
    close = [hit for hit in hits if hit.chunk.paper_id not in known and (known or closeness(hit) >= SPEAKS)]
    return tuple(library.paper(hit.chunk.paper_id) for hit in close[:count])


def _of_topic(plan: Plan, library: Library, embedder: Embedder) -> Evidence:
    """Find the papers that may be about a topic, the likeliest first.

    The whole library is searched, so that papers are judged alike whatever the question restricts itself to. Where it
    does, and none of what is left is about the topic, a mention counts.
    """
    topic = plan.topic or plan.standalone
    allowed = {paper.paper_id for paper in library.papers(plan.filters)}
    hits = search_papers(library, embedder, topic, top=PAPERS)
    likely = {
        paper_id: chance
        for paper_id, chance in about(topic, hits, library, embedder).items()
        if chance >= DOUBTFUL and paper_id in allowed
    }
    if plan.filters != Filters() and max(likely.values(), default=0.0) < ABOUT:
        hits = search_papers(library, embedder, topic, top=PAPERS, filters=plan.filters)
        likely = {hit.chunk.paper_id: ABOUT for hit in hits if mentions_all(topic, hit)} or likely
    by_paper = {hit.chunk.paper_id: hit for hit in hits if hit.chunk.paper_id in likely}
    speak = sum(chance >= ABOUT for chance in likely.values())
    return Evidence(
        tuple(by_paper[paper_id] for paper_id in likely if paper_id in by_paper), len(allowed), speak, about=likely
    )


def _only(filters: Filters, paper: Paper) -> Filters:
    return replace(filters, paper_ids=frozenset({paper.paper_id}))


def _by_aspect(plan: Plan, library: Library, embedder: Embedder) -> Evidence:
    """Look in each paper for what it says on each aspect."""
    papers = plan.papers
    if plan.more or not papers:
        papers = (*papers, *papers_to_compare(plan, library, embedder))
    asked = [
        (paper, aspect.name, _queries(aspect, paper, called(paper, plan.names)))
        for paper in papers[:MOST_COMPARED]
        for aspect in plan.aspects
    ]
    vectors = _vectors((query for *_, queries in asked for query in queries), embedder)
    found: dict[tuple[str, str], tuple[Hit, ...]] = {}
    closest: dict[tuple[str, str], float] = {}
    for paper, name, queries in asked:
        only = _only(plan.filters, paper)
        hits = [
            search(library, embedder, query, top=OF_AN_ASPECT, filters=only, vector=vectors[query]) for query in queries
        ]
        key = (paper.paper_id, name)
        closest[key] = max((sentence.similarity for hit in hits[0] for sentence in hit.sentences), default=0.0)
        found[key] = tuple(_once(hit for each in hits for hit in each))
    speak = {paper_id for (paper_id, _), hits in found.items() if hits}
    every = tuple(_once(hit for each in found.values() for hit in each))
    return Evidence(every, len(papers), len(speak), found, closest)


def _queries(aspect: Aspect, paper: Paper, name: str) -> list[str]:
    """Return what to search a paper for, to find what it says on an aspect."""
    question = aspect.asked_of(paper.paper_id)
    with_name = f"{name}: {question}"
    if aspect.standing:
        return [with_name]
    # The name draws in what only names the paper: what is asked comes first.
    return [question, *filter(None, [other_words(question)]), with_name]


def _vectors(queries: Iterable[str], embedder: Embedder) -> dict[str, Vector]:
    """Embed queries in one call, each once."""
    different = list(dict.fromkeys(queries))
    return dict(zip(different, embedder.embed(different), strict=True))


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
