"""An answer, in its JSON form, against what its question asks for -> scores from 0 to 1. Knows no library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from statistics import fmean
from typing import Any

from assistant.evaluation.matching import stands
from assistant.evaluation.questions import KeyFact, KnownQuestion
from assistant.words import fold

# Characters of an answer's text beyond which it hits nothing: who prints the library finds everything.
LONGEST = {
    "fact": 450,
    "followup": 450,
    "find": 900,
    "compare": 1500,
    "summary": 4000,
    "list": 6000,
    "meta": 6000,
}
SUFFIXES = {".pdf", ".txt", ".md", ".html", ".htm", ".jsonl"}
Citation = dict[str, Any]
NO_ANSWER: dict[str, Any] = {"text": "", "abstained": False, "statements": [], "citations": []}


def score(question: KnownQuestion, answer: dict[str, Any], is_verbatim: Callable[[Citation], bool]) -> dict[str, float]:
    """Score one answer.

    hit: the accepted answer stands in it (find: with the paper's title), or the share of the key facts, each in a
    statement or table cell that cites its paper. first: in the first statement. top1: the first citation is of a right
    paper. cite_p, cite_r: precision and recall over papers. page: a right citation is on a right page. quote: the share
    of quotes that stand in their source, long enough to be found there. abstain, false_abstain: it says that the papers
    do not say. An answer that abstained hits and cites nothing. What a question does not ask for is not scored.
    """
    abstained = float(answer["abstained"])
    quoted = _quoting(answer["citations"], is_verbatim)
    if question.type == "unanswerable":
        return {"abstain": abstained, **quoted}
    if abstained:
        answer = NO_ANSWER
    citations = answer["citations"]
    return {
        **_hits(question, answer, citations),
        **_citing(question, citations),
        **({"page": _on_page(question, citations)} if question.page and question.papers else {}),
        **quoted,
        "false_abstain": abstained,
    }


def _quoting(citations: list[Citation], is_verbatim: Callable[[Citation], bool]) -> dict[str, float]:
    return {"quote": fmean(map(is_verbatim, citations))} if citations else {}


def _hits(question: KnownQuestion, answer: dict[str, Any], citations: list[Citation]) -> dict[str, float]:
    text = answer["text"]
    fits = len(text) <= LONGEST[question.type]
    if question.key_facts:
        parts = list(_parts(answer))
        return {"hit": fits * fmean(_says(fact, parts, citations) for fact in question.key_facts)}
    if question.answers_all:
        return {"hit": float(fits and all(stands(each, text) for each in question.answers_all))}
    if not question.answers:
        return {}
    hit = fits and stands(question.answers, text)
    if question.type == "find":
        hit = hit and _names(question, text, citations)
    if question.type not in {"fact", "followup"}:
        return {"hit": float(hit)}
    first = answer["statements"][0]["text"] if answer["statements"] else ""
    return {"hit": float(hit), "first": float(stands(question.answers, first))}


def _parts(answer: dict[str, Any]) -> Iterator[tuple[str, list[int]]]:
    """Give the statements and the table's cells, each with the numbers of its citations."""
    for statement in answer["statements"]:
        yield statement["text"], statement["citations"]
    open_ = [answer.get("table")]
    while open_:
        item = open_.pop()
        if isinstance(item, dict):
            if isinstance(item.get("text"), str) and "citations" in item:
                yield item["text"], item["citations"] or []
            open_ += item.values()
        elif isinstance(item, list):
            open_ += item


def _says(fact: KeyFact, parts: list[tuple[str, list[int]]], citations: list[Citation]) -> bool:
    """Tell whether a part that cites the fact's paper states it, other than by the title of a paper."""
    numbers = {c["number"] for c in citations if fact.paper is None or is_of(c, fact.paper)}
    titles = sorted({title for c in citations if (title := c["paper"]["title"])}, key=len, reverse=True)
    title = re.compile("|".join(map(re.escape, titles)) or "(?!)", re.IGNORECASE)
    return any(stands(fact.any, title.sub(" ", text)) for text, cited in parts if numbers & set(cited))


def _names(question: KnownQuestion, text: str, citations: list[Citation]) -> bool:
    right = [*question.papers, *question.papers_also_ok]
    titles = [name for name in right if not _is_file(name)]
    titles += [c["paper"]["title"] for c in citations for name in right if _is_file(name) and is_of(c, name)]
    return any(fold(title) in fold(text) for title in titles)


def _citing(question: KnownQuestion, citations: list[Citation]) -> dict[str, float]:
    wanted, allowed = question.papers, (*question.papers_also_ok, *question.papers_optional)
    if not wanted:
        return {}
    papers = {(c["paper"]["title"], c["source"]): c for c in citations}.values()
    judged = [_is_any(c, wanted) for c in papers if not _is_any(c, allowed)]
    return {
        "top1": float(bool(citations) and _is_any(citations[0], (*wanted, *allowed))),
        "cite_p": fmean(judged) if judged else 0.0,
        "cite_r": fmean(any(is_of(c, name) for c in citations) for name in wanted),
    }


def _on_page(question: KnownQuestion, citations: list[Citation]) -> float:
    goals = [(fact.paper, fact.page) for fact in question.key_facts if fact.paper and fact.page]
    goals = goals or [(name, question.page) for name in question.papers]
    return fmean(any(is_of(c, name) and not pages_of(c).isdisjoint(pages) for c in citations) for name, pages in goals)


def pages_of(citation: Citation) -> set[int]:
    """Return the pages that a quote stands on."""
    return {page for page in citation.get("pages") or [citation["page"]] if page}


def is_of(citation: Citation, name: str) -> bool:
    """Tell whether a citation is of the paper with that title, or of the file with that name.

    A title is the same up to spelling; one of two long titles may be cut short.
    """
    if _is_file(name):
        return _file(str(citation["source"])) == _file(name)
    got, wanted = fold(citation["paper"]["title"]), fold(name)
    if len(got) <= 25 or not wanted:
        return bool(got) and got == wanted
    return got.startswith(wanted) or wanted.startswith(got)


def _is_any(citation: Citation, names: Iterable[str]) -> bool:
    return any(is_of(citation, name) for name in names)


def _is_file(name: str) -> bool:
    return PurePath(name).suffix.casefold() in SUFFIXES


def _file(name: str) -> str:
    return PurePath(name).name.replace(" ", "_")
