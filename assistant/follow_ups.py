"""What to ask after an answer: questions that go on from it, each of which the library has words to answer with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant import planning
from assistant.answering import rhetoric
from assistant.planning_names import short_name
from assistant.types import Answer
from assistant.words import content
from vectorstore.errors import PaperNotFound
from vectorstore.library import Library
from vectorstore.records import Filters, Paper, StoredChunk

MOST = 3
_LONGEST_TOPIC = 5  # words
_OF_PARTS = {
    "limits": "Summarise the limitations of {}.",
    "data": "Summarise the data of {}.",
    "results": "Summarise the results of {}.",
}
_VERB = re.compile(r"\b(?:do|does|did|is|are|was|were|has|have|had|can|will)\b", re.I)


def follow_ups(answer: Answer, library: Library) -> tuple[str, ...]:
    """Suggest up to three questions that go on from an answer; none where it abstained or checked a draft."""
    papers = tuple(_papers(answer, library))
    if answer.abstained or answer.kind == "verify" or not papers:
        return ()
    after = {"compare": _after_comparison, "summary": _after_summary, "find": _after_list, "list": _after_list}
    return tuple(dict.fromkeys(after.get(answer.kind, _after_fact)(answer, papers, library)))[:MOST]


def _papers(answer: Answer, library: Library) -> Iterator[Paper]:
    """Give the papers that an answer cites and the library still has, in order."""
    for paper_id in dict.fromkeys(citation.paper_id for citation in answer.citations):
        try:
            yield library.paper(paper_id)
        except PaperNotFound:
            continue


def _after_fact(answer: Answer, papers: Sequence[Paper], library: Library) -> Iterator[str]:
    first = papers[0]
    topic = planning.plan(answer.question, (), library, Filters()).topic
    if topic and len(topic.split()) <= _LONGEST_TOPIC and not _VERB.search(topic) and _more(topic, answer, library):
        yield f"What else does {_named(first)} say about {topic}?"
    if len(papers) > 1:
        yield _compare(papers)
    if _tells("limits", first, library):
        yield _OF_PARTS["limits"].format(_named(first))
    yield _about(first)


def _after_list(answer: Answer, papers: Sequence[Paper], library: Library) -> Iterator[str]:
    if len(papers) > 1:
        yield _compare(papers)
    yield _about(papers[0])
    if _tells("limits", papers[0], library):
        yield _OF_PARTS["limits"].format(_named(papers[0]))


def _after_comparison(answer: Answer, papers: Sequence[Paper], library: Library) -> Iterator[str]:
    shown = {row.aspect.name for row in answer.table.rows} if answer.table else set()
    for part in rhetoric.STANDING_PARTS:
        if part not in shown and any(_tells(part, paper, library) for paper in papers):
            yield f"And on {part}?"
    yield _about(papers[0])


def _after_summary(answer: Answer, papers: Sequence[Paper], library: Library) -> Iterator[str]:
    for part, asked in _OF_PARTS.items():
        if _tells(part, papers[0], library):
            yield asked.format(_named(papers[0]))


def _compare(papers: Sequence[Paper]) -> str:
    return f"Compare {_named(papers[0])} and {_named(papers[1])}."


def _about(paper: Paper) -> str:
    return f"What is {_named(paper)} about?"


def _named(paper: Paper) -> str:
    """Name a paper as people would, by its title in quotes where it has no shorter name."""
    name = short_name(paper)
    return f"“{paper.title}”" if name == paper.title else name


def _more(topic: str, answer: Answer, library: Library) -> bool:
    """Tell whether the paper cited first has a sentence on a topic that the answer does not quote."""
    wanted = content(topic)
    quoted = {(each.text_id, place) for each in answer.citations for place in range(each.start, each.end)}
    return any(
        wanted <= content(text) and (chunk.text_id, start) not in quoted
        for chunk in library.chunks_of(answer.citations[0].paper_id)
        for start, text in _sentences(chunk)
    )


def _tells(part: str, paper: Paper, library: Library) -> bool:
    """Tell whether a paper has a sentence that plays a part of its argument."""
    return any(
        rhetoric.strength(part, text, chunk.chunk.section, chunk.chunk.kind) >= rhetoric.LEAST
        for chunk in library.chunks_of(paper.paper_id)
        for _, text in _sentences(chunk)
    )


def _sentences(chunk: StoredChunk) -> Iterator[tuple[int, str]]:
    """Give the sentences of a chunk: where each starts in its text, and its words."""
    for one in chunk.chunk.sentences:
        yield one.start, chunk.text[one.start - chunk.chunk.start : one.end - chunk.chunk.start]
