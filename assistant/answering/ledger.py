"""Questions about the papers themselves - who, when, where, how many - answered exactly from the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from assistant.aboutness import ABOUT
from assistant.answering.writing import Draft, described, trimmed
from assistant.planning_fields import OF_A_PAPER
from assistant.types import Evidence, Plan
from assistant.verification import LEAST_QUOTE, long_enough
from assistant.words import counted
from vectorstore.records import Hit, Paper

MOST = 150  # papers named one by one
MOST_DOUBTFUL = 8
PASSAGE = 320  # characters
Says = Callable[[Paper], str]


def answer_meta(plan: Plan, evidence: Evidence, draft: Draft) -> bool:
    """Answer from the ledger; tell whether it had to abstain."""
    answer = _ANSWERS.get(plan.asks, _papers)
    chosen = _chosen(plan, evidence, draft)
    if not chosen:
        draft.say(_nothing_fits(draft))
        return True
    return answer(plan, evidence, chosen, draft)


def _chosen(plan: Plan, evidence: Evidence, draft: Draft) -> list[Paper]:
    """Return the papers asked about: those named, those about the topic, or all within the question's restrictions."""
    if plan.papers:
        return list(plan.papers)
    if not plan.topic:
        return draft.library.papers(plan.filters)
    likely = [paper_id for paper_id, chance in evidence.about.items() if chance >= ABOUT]
    return [draft.library.paper(paper_id) for paper_id in (likely[:1] if plan.asks in OF_A_PAPER else likely)]


def _nothing_fits(draft: Draft) -> str:
    papers = draft.library.papers()
    unknown = [
        f"{missing} of its {len(papers)} papers have no {name} there"
        for name, missing in (
            ("authors", sum(not paper.authors for paper in papers)),
            ("date", sum(not _date(paper) for paper in papers)),
        )
        if missing
    ]
    return "No paper of your library fits that" + (f"; {', and '.join(unknown)}." if unknown else ".")


def _papers(plan: Plan, evidence: Evidence, chosen: Sequence[Paper], draft: Draft) -> bool:
    for paper in chosen[:MOST]:
        _name(paper, evidence, draft)
    if len(chosen) > MOST:
        draft.say(f"and {len(chosen) - MOST} more.")
    named = {paper.paper_id for paper in chosen}
    doubtful = [paper_id for paper_id in evidence.about if paper_id not in named]
    draft.name_apart("Less surely", doubtful[:MOST_DOUBTFUL])
    return False


def _count(plan: Plan, evidence: Evidence, chosen: Sequence[Paper], draft: Draft) -> bool:
    draft.say(f"{counted(len(chosen), 'paper')}:")
    return _papers(plan, evidence, chosen, draft)


def _newest(plan: Plan, evidence: Evidence, chosen: Sequence[Paper], draft: Draft) -> bool:
    return _at_the_edge(max, evidence, chosen, draft)


def _oldest(plan: Plan, evidence: Evidence, chosen: Sequence[Paper], draft: Draft) -> bool:
    return _at_the_edge(min, evidence, chosen, draft)


def _at_the_edge(
    edge: Callable[[Sequence[str]], str], evidence: Evidence, chosen: Sequence[Paper], draft: Draft
) -> bool:
    dates = [date for paper in chosen if (date := _date(paper))]
    if not dates:
        draft.say("None of these papers has a date in your library.")
        return True
    if len(dates) < len(chosen) <= 2:
        (undated,) = [paper for paper in chosen if not _date(paper)]
        draft.say(f"Your library has no date for “{undated.title}”.")
        return True
    for paper in chosen:
        if _date(paper) == edge(dates):
            _name(paper, evidence, draft, f"{described(paper)}, dated {_date(paper)}")
    return False


def _top_author(plan: Plan, evidence: Evidence, chosen: Sequence[Paper], draft: Draft) -> bool:
    papers = Counter(author for paper in chosen for author in dict.fromkeys(paper.authors))
    if not papers:
        draft.say("Your library has no authors for these papers.")
        return True
    most = max(papers.values())
    first = [author for author, count in papers.items() if count == most]
    draft.say(f"{' and '.join(first)}, with {counted(most, 'paper')}{' each' if len(first) > 1 else ''}:")
    return _papers(plan, evidence, [paper for paper in chosen if set(first) & set(paper.authors)], draft)


def _years(plan: Plan, evidence: Evidence, chosen: Sequence[Paper], draft: Draft) -> bool:
    years = Counter(int(date[:4]) for paper in chosen if (date := _date(paper))[:4].isdigit())
    if not years:
        draft.say("None of these papers has a date in your library.")
        return True
    draft.say("; ".join(f"{year}: {counted(count, 'paper')}" for year, count in sorted(years.items())) + ".")
    if sum(years.values()) <= MOST_DOUBTFUL:
        return _papers(plan, evidence, [paper for paper in chosen if _date(paper)], draft)
    return False


def _of_each(says: Says, noun: str) -> Callable[[Plan, Evidence, Sequence[Paper], Draft], bool]:
    """Return what answers for each paper by a sentence about one field; `says` is empty where it is not known."""

    def answer(plan: Plan, evidence: Evidence, chosen: Sequence[Paper], draft: Draft) -> bool:
        told = [(paper, sentence) for paper in chosen[:MOST] if (sentence := says(paper))]
        for paper, sentence in told:
            _name(paper, evidence, draft, sentence)
        for paper in chosen[:MOST]:
            if not says(paper):
                draft.say(f"Your library has no {noun} for “{paper.title}”.")
        return not told

    return answer


def _title(paper: Paper) -> str:
    return f"It is called “{paper.title}”."


def _authors(paper: Paper) -> str:
    return f"“{paper.title}” is by {', '.join(paper.authors)}." if paper.authors else ""


def _author_count(paper: Paper) -> str:
    authors = paper.authors
    return f"“{paper.title}” has {counted(len(authors), 'author')}: {', '.join(authors)}." if authors else ""


def _first_author(paper: Paper) -> str:
    return f"The first author of “{paper.title}” is {paper.authors[0]}." if paper.authors else ""


def _last_author(paper: Paper) -> str:
    return f"The last author of “{paper.title}” is {paper.authors[-1]}." if paper.authors else ""


def _dated(paper: Paper) -> str:
    return f"“{paper.title}” is dated {_date(paper)}." if _date(paper) else ""


def _venue(paper: Paper) -> str:
    return f"“{paper.title}” appeared at {paper.metadata.venue}." if paper.metadata.venue else ""


def _doi(paper: Paper) -> str:
    return f"“{paper.title}” has the DOI {paper.metadata.doi}." if paper.metadata.doi else ""


def _arxiv_id(paper: Paper) -> str:
    return f"“{paper.title}” has the arXiv id {paper.metadata.arxiv_id}." if paper.metadata.arxiv_id else ""


_ANSWERS: Mapping[str, Callable[[Plan, Evidence, Sequence[Paper], Draft], bool]] = {
    "count": _count,
    "newest": _newest,
    "oldest": _oldest,
    "top_author": _top_author,
    "years": _years,
    "title": _of_each(_title, "title"),
    "authors": _of_each(_authors, "authors"),
    "coauthors": _of_each(_authors, "authors"),
    "author_count": _of_each(_author_count, "authors"),
    "first_author": _of_each(_first_author, "authors"),
    "last_author": _of_each(_last_author, "authors"),
    "date": _of_each(_dated, "date"),
    "venue": _of_each(_venue, "venue"),
    "doi": _of_each(_doi, "DOI"),
    "arxiv_id": _of_each(_arxiv_id, "arXiv id"),
}


def _name(paper: Paper, evidence: Evidence, draft: Draft, text: str = "") -> None:
    hit: Hit | None = next((hit for hit in evidence.hits if hit.chunk.paper_id == paper.paper_id), None)
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
    start, end = trimmed(draft.library.text(chunk.text_id), start, end, PASSAGE)
    draft.name(text or described(paper), chunk, start, end)


def _date(paper: Paper) -> str:
    return paper.metadata.date or (str(paper.year) if paper.year else "")
