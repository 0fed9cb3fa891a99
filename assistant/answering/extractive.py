"""Plan and evidence -> an answer of quoted sentences, without a language model.

One way of answering a kind of question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.aboutness import SURELY
from assistant.answering.abstaining import NOTHING_ASKED, not_said_in, nothing_in, nothing_speaks
from assistant.answering.candidates import Candidate, asked_of, candidates
from assistant.answering.comparison import compare, emptied, sound_cells
from assistant.answering.ledger import answer_meta
from assistant.answering.likelihood import is_unlikely, likely
from assistant.answering.listing import find_paper, list_papers
from assistant.answering.summary import summarise_papers, summarise_topic
from assistant.answering.writing import Draft, trimmed
from assistant.types import Citation, Evidence, Plan, Statement, Table
from assistant.verification import check_quotes
from assistant.words import content
from vectorstore.embedding import Embedder, TokenEncoder, token_encoder
from vectorstore.library import Library
from vectorstore.records import Paper

FACT = 440  # characters: an answer that is read at a glance
MOST_SUMMARISED = 4  # papers
CLOSE = 2.5  # log odds below the likeliest sentence, a further one of its paper may still be quoted beside it
ALIKE = 0.8  # share of words two sentences may have in common before the second says nothing new


_Papers = dict[str, Paper]  # by paper_id


class Outcome(NamedTuple):
    """The parts of an answer; `abstained` says that the quotes are only what stands nearest."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    abstained: bool
    table: Table | None = None
    doubtful: tuple[str, ...] = ()


def answer(plan: Plan, evidence: Evidence, library: Library, embedder: Embedder) -> Outcome:
    """Answer with quotes."""
    draft = Draft(library)
    papers = {hit.chunk.paper_id: library.paper(hit.chunk.paper_id) for hit in evidence.hits}
    papers.update({paper.paper_id: paper for paper in plan.papers})
    abstained = _ANSWERS[plan.kind](plan, evidence, papers, draft, token_encoder(embedder))
    statements, citations = check_quotes(draft.statements, draft.citations, library)
    table = draft.table and sound_cells(draft.table, citations)
    return Outcome(statements, citations, abstained, table, draft.doubtful)


def speaks(plan: Plan, evidence: Evidence, library: Library) -> bool:
    """Tell whether any passage of the evidence is about the question."""
    papers = {hit.chunk.paper_id: library.paper(hit.chunk.paper_id) for hit in evidence.hits}
    asked = asked_of(plan, evidence)
    return not nothing_speaks(plan, evidence, asked, candidates(asked, evidence, papers), library)


def abstention(plan: Plan, evidence: Evidence, library: Library, reason: str = "") -> Outcome:
    """Say that the papers do not answer the question, and show what stands nearest."""
    draft = Draft(library)
    papers = {hit.chunk.paper_id: library.paper(hit.chunk.paper_id) for hit in evidence.hits}
    papers.update({paper.paper_id: paper for paper in plan.papers})
    ranked = candidates(asked_of(plan, evidence), evidence, papers)
    _abstain(reason, plan, evidence, ranked, draft)
    return Outcome(tuple(draft.statements), tuple(draft.citations), True)


def _fact(plan: Plan, evidence: Evidence, papers: _Papers, draft: Draft, encoder: TokenEncoder | None) -> bool:
    asked = asked_of(plan, evidence)
    ranked = candidates(asked, evidence, papers)
    reason = nothing_speaks(plan, evidence, asked, ranked, draft.library)
    if reason or not ranked:
        return _abstain(reason, plan, evidence, ranked, draft)
    best, *others = likely(plan, asked, ranked, evidence, papers, encoder)
    if is_unlikely(best):
        nearest = [best.candidate, *(other.candidate for other in others)]
        return _abstain(not_said_in(papers[best.candidate.paper_id]), plan, evidence, nearest, draft)
    _quote(best.candidate, FACT, draft, best.value)
    said = [content(best.candidate.text)]
    for other in others[:12]:
        candidate = other.candidate
        if candidate.paper_id != best.candidate.paper_id or other.log_odds < best.log_odds - CLOSE:
            continue
        if not _repeats(candidate, said) and draft.length + len(candidate.text) + 5 <= FACT:
            _quote(candidate, FACT, draft)
            said.append(content(candidate.text))
    return False


def _find(plan: Plan, evidence: Evidence, papers: _Papers, draft: Draft, encoder: TokenEncoder | None) -> bool:
    asked = asked_of(plan, evidence)
    ranked = candidates(asked, evidence, papers)
    reason = nothing_speaks(plan, evidence, asked, ranked, draft.library)
    found = not reason and find_paper(evidence, ranked, draft)
    return not found and _abstain(reason, plan, evidence, ranked, draft)


def _list(plan: Plan, evidence: Evidence, papers: _Papers, draft: Draft, encoder: TokenEncoder | None) -> bool:
    asked = asked_of(plan, evidence)
    reason = nothing_speaks(plan, evidence, asked, candidates(asked, evidence, papers)[:1], draft.library)
    if max(evidence.about.values(), default=0.0) >= SURELY:
        reason = ""
    found = not reason and list_papers(evidence, draft)
    return not found and _abstain(reason, plan, evidence, [], draft)


def _compare(plan: Plan, evidence: Evidence, papers: _Papers, draft: Draft, encoder: TokenEncoder | None) -> bool:
    if plan.grows and (plan.missing or not plan.papers):
        draft.table = emptied(plan.grows)
        unknown = f"Your library has no paper that is called “{plan.missing[0]}”." if plan.missing else ""
        draft.say(unknown or "None of the papers that were compared is left.")
        return True
    table = compare(plan, evidence, papers, draft, encoder)
    if draft.statements:
        draft.table = table
        return False
    draft.table = emptied(table)
    draft.citations.clear()
    return _abstain("", plan, evidence, candidates(asked_of(plan, evidence), evidence, papers), draft)


def _summary(plan: Plan, evidence: Evidence, papers: _Papers, draft: Draft, encoder: TokenEncoder | None) -> bool:
    if evidence.by_aspect:
        told = [papers[paper_id] for paper_id in dict.fromkeys(paper_id for paper_id, _ in evidence.by_aspect)]
        summarise_papers(plan, evidence, told[:MOST_SUMMARISED], draft)
        return not draft.statements and _abstain("", plan, evidence, [], draft)
    asked = asked_of(plan, evidence)
    ranked = candidates(asked, evidence, papers)
    reason = nothing_speaks(plan, evidence, asked, ranked, draft.library) if plan.topic else ""
    if reason or not ranked:
        return _abstain(reason, plan, evidence, ranked, draft)
    summarise_topic(ranked, papers, draft)
    return not draft.statements


def _meta(plan: Plan, evidence: Evidence, papers: _Papers, draft: Draft, encoder: TokenEncoder | None) -> bool:
    return answer_meta(plan, evidence, draft)


_ANSWERS: dict[str, Callable[[Plan, Evidence, _Papers, Draft, TokenEncoder | None], bool]] = {
    "fact": _fact,
    "find": _find,
    "list": _list,
    "meta": _meta,
    "compare": _compare,
    "summary": _summary,
}


def _abstain(reason: str, plan: Plan, evidence: Evidence, ranked: Sequence[Candidate], draft: Draft) -> bool:
    """Say that the papers do not say, and show what stands nearest, as such."""
    draft.say(reason or nothing_in(plan, evidence, draft.library))
    if ranked and reason != NOTHING_ASKED:
        draft.say("Nearest:")
        for candidate in ranked[:2]:
            _quote(candidate, 300, draft)
    return True


def _quote(candidate: Candidate, most: int, draft: Draft, value: tuple[int, int] | None = None) -> None:
    sentence = candidate.sentence.sentence
    own = (sentence.start + value[0], sentence.start + value[1]) if value else None
    draft.quote(candidate.hit.chunk, *_span(candidate, most, draft, own), value=own)


def _span(candidate: Candidate, most: int, draft: Draft, keep: tuple[int, int] | None = None) -> tuple[int, int]:
    sentence = candidate.sentence.sentence
    return trimmed(draft.library.text(candidate.hit.chunk.text_id), sentence.start, sentence.end, most, keep)


def _repeats(candidate: Candidate, said: Sequence[frozenset[str]]) -> bool:
    own = content(candidate.text)
    return any(len(own & other) >= ALIKE * min(len(own), len(other) or 1) for other in said) if own else True
