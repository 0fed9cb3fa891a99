"""Questions about the papers themselves - who, when, where, how many - answered exactly from the ledger."""

from __future__ import annotations

from assistant.answering.writing import Draft, described, trimmed
from assistant.types import Evidence, Plan
from assistant.verification import LEAST_QUOTE, long_enough
from assistant.words import counted
from vectorstore.records import Filters, Hit, Paper

MOST = 40  # papers named one by one
SPEAKS = 0.6  # of the best score a paper's must have to count as being on the topic


def answer_meta(plan: Plan, evidence: Evidence, draft: Draft) -> bool:
    """Answer from the ledger; tell whether it had to abstain."""
    if plan.asks in {"authors", "date", "venue"} and plan.papers:
        return _field(plan, draft)
    chosen = _chosen(plan, evidence, draft)
    if not chosen:
        draft.say("No paper of your library fits that.")
        return True
    if plan.asks in {"newest", "oldest"}:
        dated = [paper for paper in chosen if _date(paper)]
        if not dated:
            draft.say("None of these papers has a date in your library.")
            return True
        edge = (max if plan.asks == "newest" else min)(_date(paper) for paper in dated)
        chosen = [paper for paper in dated if _date(paper) == edge]
    if plan.asks == "count":
        draft.say(f"{counted(len(chosen), 'paper')}:")
    for paper in chosen[:MOST]:
        _name(paper, evidence, draft)
    if len(chosen) > MOST:
        draft.say(f"and {len(chosen) - MOST} more.")
    return False


def _field(plan: Plan, draft: Draft) -> bool:
    answered = False
    for paper in plan.papers[:4]:
        value = {
            "authors": ", ".join(paper.authors),
            "date": paper.metadata.date or str(paper.year or ""),
            "venue": paper.metadata.venue or "",
        }[plan.asks]
        says = {"authors": "is by", "date": "is dated", "venue": "appeared at"}[plan.asks]
        if value:
            _name(paper, None, draft, f"“{paper.title}” {says} {value}.")
            answered = True
    if not answered:
        noun = {"authors": "authors", "date": "date", "venue": "venue"}[plan.asks]
        draft.say(f"Your library has no {noun} for “{plan.papers[0].title}”.")
    return not answered


def _chosen(plan: Plan, evidence: Evidence, draft: Draft) -> list[Paper]:
    if plan.papers and not plan.filters.paper_ids:
        return list(plan.papers)
    if not (plan.topic and evidence.hits):
        papers = draft.library.papers(plan.filters) if plan.filters != Filters() else draft.library.papers()
        return [] if plan.topic and not evidence.hits and plan.asks not in {"newest", "oldest"} else papers
    best = evidence.hits[0].score
    return [draft.library.paper(hit.chunk.paper_id) for hit in evidence.hits if hit.score >= SPEAKS * best or best <= 0]


def _name(paper: Paper, evidence: Evidence | None, draft: Draft, text: str = "") -> None:
    hit: Hit | None = next((h for h in evidence.hits if h.chunk.paper_id == paper.paper_id), None) if evidence else None
    if hit is not None and hit.sentences:
        best = max(hit.sentences, key=lambda s: (long_enough(s.text), s.similarity))
        chunk, start, end = hit.chunk, best.sentence.start, best.sentence.end
    else:
        chunks = draft.library.chunks_of(paper.paper_id)
        if not chunks:
            draft.say(text or described(paper))
            return
        chunk = next((c for c in chunks if c.chunk.kind == "abstract"), chunks[0])
        sentence = next((s for s in chunk.chunk.sentences if s.end - s.start >= LEAST_QUOTE), chunk.chunk.sentences[0])
        start, end = sentence.start, sentence.end
    start, end = trimmed(draft.library.text(chunk.text_id), start, end, 320)
    draft.name(text or described(paper), chunk, start, end)


def _date(paper: Paper) -> str:
    return paper.metadata.date or (str(paper.year) if paper.year else "")
