"""Question and turns -> Plan: what kind of question it is, which papers it names, where to look.

Knows no text of a paper.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.planning_aspects import STANDING, aspects
from assistant.planning_fields import OF_A_PAPER, field_of
from assistant.planning_names import NamedPapers, TitleIndex, names_in, stands_beside
from assistant.planning_restrictions import LedgerIndex, Restrictions
from assistant.planning_tables import goes_on, grown
from assistant.planning_texts import introduced, is_common
from assistant.planning_topics import (
    asks_for_one_paper,
    asks_for_papers,
    asks_what_papers_say,
    describes_one_paper,
    topic_of,
)
from assistant.planning_turns import asks_the_library, resolve
from assistant.types import Aspect, Plan, QuestionKind, Turn
from vectorstore.library import Library
from vectorstore.records import Filters, Paper

Place = tuple[int, int]  # where a name stands in a question
_WORK = (
    r"(?:papers?|articles?|stud(?:y|ies)|publications?|preprints?|surveys?|reports?|entries|(?:(?<=which "
    r")|(?<=what )|(?<=other )|(?<=the ))works?)"
)
_WORKS = (
    r"(?:papers|articles|studies|publications|preprints|surveys|reports|entries|(?:(?<=which )|"
    r"(?<=what )|(?<=other )|(?<=the ))works)"
)
_SYSTEM = (
    r"(?:model|system|method|framework|technique|approach|algorithm|architecture|tool|library|"
    r"agent|benchmark|dataset|study)"
)
_ONE_PAPER = re.compile(
    r"\b(?:the|a) (?:paper|article|study|work|preprint|survey|report) (?:on|about|that|which|where)\b", re.I
)
_SUMMARY = re.compile(
    r"\b(?:summari[sz]e|summary|sum (?:it |this |them )?up|(?<!the )overview|tl;?dr|gist|"
    r"main (?:points|ideas|contributions)|key (?:points|findings|takeaways))\b|^\W*tell me (?:more )?about\b|"
    r"^\W*what (?:is|are) .{2,80} about(?:\W*$|,? and (?:what|how|who)\b)|"
    r"^\W*(?:describe|explain) (?:the )?(?:paper|article)\b|^\W*briefly describe\b|"
    r"\b(?:recap|walk me through|in (?:simple|simpler|plain) (?:words|terms)|what should i know about|"
    r"what(?:[’']?s| is) the story (?:with|of)|what do we know about|a (?:short |brief )?review of)\b|"
    r"\bwhat does the\b.{2,80}\b(?:paper|article) do\W",
    re.I,
)
_COMPARE = re.compile(
    (
        r"\b(?:compare[sd]?|comparison|contrast|differ(?:s|ed|ence|ences)?|versus|vs?\.?|next to each other|as opposed "
        r"to|as against|unlike|the same [\w -]{2,40}? as|respectively|in common|side by side)\b"
    ),
    re.I,
)
_FIND = re.compile(
    rf"\b(?:which|what)\s+(?:\w+\s+){{0,2}}?{_WORK}\b|^\W*who (?:proposed|introduced|invented|showed|first)\b", re.I
)
_FIND_THE_ONE = re.compile(
    r"\b(?:find|is there|name|the|a|an)\s+(?:\w+\s+){0,2}?(?:paper|article|study)\s+"
    r"(?:that|which|where|on|about|in which)\b",
    re.I,
)
_ASKS_MORE = re.compile(r"\b(?:how|what|which|when|why|where|according to)\b", re.I)
_FIND_SYSTEM = re.compile(
    (
        rf"^\W*(?:which|what)\s+(?:(?!(?:is|are|was|were|did|do|does|has|have|can)\b)[\w-]+\s+){{0,3}}?{_SYSTEM}\s+(?!was\b|"
        rf"were\b|did\b|do\b|does\b|is used\b|are\b)\w"
    ),
    re.I,
)
_ASKS_PAPERS = re.compile(
    (
        rf"\b{_WORK}\b|\bwhat (?:else )?(?:did|has|have|was|were|is|came)\b|\bpublish|\bwr(?:ite|ote|"
        rf"itten)\b|\bwork(?:ed)? on\b|\bwhich of (?:these|them)\b|\banything\b"
    ),
    re.I,
)
_OF_SEVERAL = frozenset({"count", "newest", "oldest", "top_author", "years", "coauthors"})
_THE_PAPER = re.compile(
    r"\b(?:the|that|a) (?:paper|article|study|preprint|survey|report)s? (?:on|about|that|which|where|in)\b", re.I
)
_ABOUT = re.compile(r"\W*what (?:is|are) .{2,120} about\b", re.I)
_COMMAND = re.compile(
    r"\W*(?:compare|contrast|summari[sz]e|describe|explain|add|include|give|tell|show|list|unlike|like|while|whereas|both)\b",
    re.I,
)
_FOUND_BY = re.compile(
    r"(?:\b(?:the|all|some|my)\s+)*\b(?:papers|articles|studies|approaches|methods|models|systems|library|work)?\s*"
    r"(?:say |says |said )?(?:on|about|to|for|that|which|of)\b.*?"
    r"(?=\b(?:in terms of|with (?:respect|regard) to|regarding)\b|$)",
    re.I,
)


@dataclass(slots=True)
class _Indexes:
    fingerprint: str
    titles: TitleIndex
    ledger: LedgerIndex


_indexes: dict[str, _Indexes] = {}
_lock = threading.Lock()


def plan(question: str, turns: Sequence[Turn], library: Library, filters: Filters = Filters()) -> Plan:
    """Plan how a question, after the turns before it, is to be answered from the library."""
    titles, ledger = _index(library)
    asked = " ".join(question.split())
    if goes_on_with := _grown(asked, turns, library, filters):
        return goes_on_with
    resolved = resolve(asked, turns, titles, titles.name(asked))
    standalone = resolved.question
    named = titles.name(standalone)
    compared = _COMPARE.search(standalone) is not None
    own = () if any(is_common(part, library) for part in named.parts) else _among(named.papers, filters, library)
    taken_over = _among(resolved.papers, filters, library) if turns else ()
    papers = tuple(dict.fromkeys((*taken_over, *own)))
    if not compared and not _joined(standalone, named.spans):
        subjects = tuple(paper for paper in papers if paper not in named.settings or paper in taken_over)
        papers = subjects or papers if len(papers) > 1 else subjects
    restrictions = ledger.restrict(standalone, named.spans)
    places = _chosen(dict(zip(named.papers, named.places, strict=True)), filters, library)
    for_papers = asks_for_papers(standalone) and not compared and not resolved.carried
    field = field_of(standalone)
    titled = field == "title" and len(papers) == 1 and not topic_of(standalone, named.spans)
    described = (field == "title" or describes_one_paper(standalone)) and not titled
    asked_for = described or asks_for_one_paper(standalone)
    for_one = asked_for and not resolved.carried
    if for_papers or for_one:
        papers = ()
    elif len(papers) < 2:
        command = _COMMAND.match(standalone)
        spans = (*named.spans, *restrictions.spans, *((command.span(),) if command else ()))
        found = _chosen(introduced(standalone, spans, library), filters, library)
        if not compared:
            found = _beside(standalone, found, places) if places else found if not papers else {}
        places = {**found, **places}
        order = {paper: place for place, paper in enumerate(sorted(places, key=lambda paper: places[paper]))}
        papers = tuple(sorted(dict.fromkeys((*papers, *found)), key=lambda paper: order.get(paper, len(order))))
    side_by_side = compared or _joined(standalone, (*named.spans, *places.values()))
    kind = _kind(standalone, papers, side_by_side, restrictions, field, for_one)
    if kind == "fact" and not papers and restrictions.authors and len(restrictions.papers or ()) == 1:
        papers = _among(restrictions.papers or (), filters, library)
    within = _within(filters, named, resolved.within, resolved.excluded, restrictions, kind, papers, titles.papers)
    topic = topic_of(standalone, (*(() if for_papers else named.spans), *restrictions.spans))
    if kind == "list" and not topic and not named.missing:
        kind = "meta"
    if kind == "meta" and not field:
        field = "papers"
    return Plan(
        question=asked,
        standalone=standalone,
        kind=kind,
        filters=within,
        papers=papers,
        topic=topic,
        asks=field if kind == "meta" else "",
        missing=named.missing,
        carried=resolved.carried,
        aspects=_aspects(standalone, places) if kind in {"compare", "summary"} else (),
        names=names_in(standalone, places),
        more=int(kind == "summary" and not papers and _ONE_PAPER.search(standalone) is not None),
    )


def _grown(question: str, turns: Sequence[Turn], library: Library, filters: Filters) -> Plan | None:
    """Plan a question that goes on with the comparison of an earlier turn; None when it asks something else."""
    before = next((turn for turn in reversed(turns) if turn.table), None)
    if before is None or before.table is None or not (before is turns[-1] or goes_on(question)):
        return None
    if field_of(question) or asks_the_library(question):
        return None
    titles, ledger = _index(library)
    named = titles.name(question)
    places = dict(zip(named.papers, named.places, strict=True))
    if not places:
        places = introduced(question, ledger.restrict(question).people, library)
    chosen = _chosen(places, filters, library)
    if places and not chosen:
        return None
    papers = _among(titles.papers, filters, library)
    return grown(question, before.table, papers, tuple(chosen.items()), ledger, filters)


def _among(papers: Iterable[Paper], filters: Filters, library: Library) -> tuple[Paper, ...]:
    """Keep the papers that the reader's own filters let through."""
    if filters == Filters():
        return tuple(papers)
    chosen = {paper.paper_id for paper in library.papers(filters)}
    return tuple(paper for paper in papers if paper.paper_id in chosen)


def _chosen(places: Mapping[Paper, Place], filters: Filters, library: Library) -> dict[Paper, Place]:
    """Keep the places of the papers that the reader's own filters let through."""
    return {paper: places[paper] for paper in _among(places, filters, library)}


def _aspects(question: str, places: Mapping[Paper, Place]) -> tuple[Aspect, ...]:
    """Return what a comparison or a summary tells of; of papers that are to be found, the topic is no aspect."""
    if _ABOUT.match(question):
        return STANDING
    if not places:
        question = _FOUND_BY.sub(" ", question)
    return aspects(question, [(paper.paper_id, place) for paper, place in places.items()])


def _index(library: Library) -> tuple[TitleIndex, LedgerIndex]:
    key, fingerprint = str(library.folder), library.fingerprint
    with _lock:
        known = _indexes.get(key)
        if known is None or known.fingerprint != fingerprint:
            papers = library.papers()
            known = _indexes[key] = _Indexes(fingerprint, TitleIndex(papers), LedgerIndex(papers))
        return known.titles, known.ledger


def _kind(
    question: str,
    papers: Sequence[Paper],
    side_by_side: bool,
    restrictions: Restrictions,
    field: str,
    for_one: bool,
) -> QuestionKind:
    if papers and (field in OF_A_PAPER or (field in {"newest", "oldest"} and len(papers) > 1)):
        return "meta"
    if len(papers) > 1 and side_by_side:
        return "compare"
    if not for_one and (_SUMMARY.search(question) or (not papers and asks_what_papers_say(question))):
        return "summary"
    if not papers and (field in _OF_SEVERAL or (field in OF_A_PAPER and not for_one and _THE_PAPER.search(question))):
        return "meta"
    if restrictions.papers is not None and not papers and _ASKS_PAPERS.search(question):
        only_dated = restrictions.dated and not restrictions.authors and len(restrictions.spans) == 1
        if not (only_dated and re.search(r"\bwhich (?:paper|article|study)\b", question, re.I)):
            return "meta"
    if not papers:
        if asks_for_papers(question):
            return "list"
        if for_one or _FIND.search(question) or _looks_for_one(question) or _FIND_SYSTEM.search(question):
            return "find"
        if _COMPARE.search(question) and not re.search(r"\bthan\b", question):
            return "compare" if re.match(r"\W*(?:compare|contrast)\b", question, re.I) else "fact"
    return "fact"


def _looks_for_one(question: str) -> bool:
    """Tell whether a question describes a paper and asks nothing else of it."""
    found = _FIND_THE_ONE.search(question)
    return found is not None and not _ASKS_MORE.search(f"{question[: found.start()]} {question[found.end() :]}")


def _joined(question: str, places: Iterable[tuple[int, int]]) -> bool:
    """Tell whether the names of two papers stand side by side: `A and B`, `A's and B's X`, `X of A and of B`."""
    spans = sorted({span for span in places if span[0] < len(question)})
    for (_, end), (start, _) in pairwise(spans):
        between = question[end:start]
        if (
            len(between.split()) <= 12
            and re.search(r"(?:^|[\s,])(?:and|or|versus|vs\.?)\b", between)
            and "than" not in between
        ):
            return True
    return False


def _beside(question: str, found: Mapping[Paper, Place], known: Mapping[Paper, Place]) -> dict[Paper, Place]:
    """Keep the papers whose names stand in parallel with one that is known."""
    return {
        paper: place
        for paper, place in found.items()
        if any(stands_beside(question, place, other) for other in known.values())
    }


def _within(
    filters: Filters,
    named: NamedPapers,
    shown: tuple[Paper, ...] | None,
    excluded: tuple[Paper, ...],
    restrictions: Restrictions,
    kind: QuestionKind,
    papers: Sequence[Paper],
    everything: Sequence[Paper],
) -> Filters:
    """Narrow the reader's own filters to what the question restricts itself to."""
    allowed: set[str] | None = None
    if restrictions.papers is not None and kind in {"list", "meta", "find"} and not papers:
        allowed = {paper.paper_id for paper in restrictions.papers}
    if shown is not None:
        ids = {paper.paper_id for paper in shown}
        allowed = ids if allowed is None else allowed & ids
    if named.candidates and not papers:
        ids = {paper.paper_id for paper in named.candidates}
        allowed = ids if allowed is None else allowed & ids
    if excluded:
        gone = {paper.paper_id for paper in excluded}
        allowed = {paper.paper_id for paper in everything} - gone if allowed is None else allowed - gone
    if allowed is None:
        return filters
    if filters.paper_ids:
        allowed &= filters.paper_ids
    return replace(filters, paper_ids=frozenset(allowed or {"none"}))
