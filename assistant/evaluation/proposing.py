"""Proposes questions on the papers of a library, each with its answer and the passage that states it.

By rule and for a person to review: facts, papers to find, and near misses, which ask one paper for what only another
states. The same library and seed give the same questions.
"""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assistant.citations import pages_of
from assistant.core import Assistant
from assistant.evaluation.matching import stands
from assistant.evaluation.wording import Asked, ask_for_value, ask_who_does, ask_who_says
from assistant.planning_names import short_name
from assistant.verification import reports_others_work
from assistant.words import content
from vectorstore.library import Library
from vectorstore.records import Paper

READ = frozenset({"abstract", "body"})  # kinds of sections that are asked about
OPENING = 3  # chunks that say what a paper is about, where it has no abstract
NEIGHBOURS = 10  # papers looked through for one that could be asked instead
ALIKE = 0.5  # share of a question's words from which a sentence with a number may answer it


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence of a paper, verbatim, with its pages; `about` says that it tells what the paper is about."""

    paper: Paper
    text: str
    pages: tuple[int, ...]
    about: bool

    @property
    def plain(self) -> str:
        """The sentence in one line."""
        return " ".join(self.text.split())


Line = dict[str, Any]  # of a question set
Word = Callable[[str, str, tuple[str, ...]], str | None]  # question, passage, answers -> the question in other words


def propose(assistant: Assistant, count: int, seed: int, word: Word | None = None) -> Iterator[Line]:
    """Give up to `count` lines of a question set: half facts, a quarter each papers to find and near misses.

    Each is marked as proposed. There are fewer where the library lacks sentences that suit. `word` words them anew.
    """
    proposer = _Proposer(assistant, random.Random(seed), word or (lambda question, passage, answers: None))
    papers = sorted(assistant.library.papers(), key=lambda paper: paper.paper_id)
    proposer.draw.shuffle(papers)
    number, quarter = 0, count // 4
    for kind, wanted, make in (
        ("fact", count - 2 * quarter, proposer.facts),
        ("find", quarter, proposer.finds),
        ("unanswerable", quarter, proposer.near_misses),
    ):
        for line in _one_of_each(map(make, papers), wanted):
            number += 1
            yield {"id": f"proposed-{seed}-{number:03}", "type": kind, **line, "proposed": True}


def _one_of_each(papers: Iterable[Iterator[Line]], wanted: int) -> Iterator[Line]:
    """Take a question of each paper in turn, again and again, until there are enough."""
    left = deque(papers)
    while left and wanted:
        paper = left.popleft()
        if line := next(paper, None):
            wanted -= 1
            yield line
            left.append(paper)


@dataclass(frozen=True, slots=True)
class _Proposer:
    assistant: Assistant
    draw: random.Random
    word: Word

    def facts(self, paper: Paper) -> Iterator[Line]:
        for stated in self._shuffled(paper):
            if asked := ask_for_value(stated.plain):
                worded = self._worded(asked.question, stated, asked.answers)
                if self.draw.random() < 0.5 or not asked.alone:
                    worded["question"] = _of(paper, worded["question"])
                yield {**worded, "answers": list(asked.answers), **_where(stated)}

    def finds(self, paper: Paper) -> Iterator[Line]:
        """Ask for the paper that does something; where no sentence says what it does, for one that says something."""
        about = [stated for stated in self._shuffled(paper) if stated.about]
        for ask in (ask_who_does, ask_who_says):
            for stated in about:
                if question := ask(stated.plain, paper.title):
                    answers = (paper.title,)
                    yield {**self._worded(question, stated, answers), "answers": list(answers), **_where(stated)}

    def near_misses(self, paper: Paper) -> Iterator[Line]:
        """Ask the nearest paper that does not state it for what a sentence of this one states."""
        for stated in self._shuffled(paper):
            asked = ask_for_value(stated.plain)
            if asked and (other := self._nearest_without(paper, asked)):
                worded = self._worded(asked.question, stated, asked.answers)
                worded["question"] = _of(other, _renamed(worded["question"], paper, other))
                elsewhere = {"answer": asked.answers[0], "paper": paper.title, "evidence": stated.text}
                yield {**worded, "papers": [], "stated_elsewhere": elsewhere}

    def _shuffled(self, paper: Paper) -> list[Stated]:
        sentences = list(_sentences(self.assistant.library, paper))
        self.draw.shuffle(sentences)
        return sentences

    def _worded(self, question: str, stated: Stated, answers: tuple[str, ...]) -> Line:
        worded = self.word(question, stated.plain, answers)
        return {"question": worded, "by_rule": question} if worded else {"question": question}

    def _nearest_without(self, paper: Paper, asked: Asked) -> Paper | None:
        library = self.assistant.library
        for hit in self.assistant.search(asked.question, top=NEIGHBOURS, by="paper"):
            other = library.paper(hit.chunk.paper_id)
            if other.paper_id != paper.paper_id and not _may_answer(library, other, asked):
                return other
        return None


def _sentences(library: Library, paper: Paper) -> Iterator[Stated]:
    """Give the sentences in which a paper speaks of its own work, each once."""
    chunks = [chunk for chunk in library.chunks_of(paper.paper_id) if chunk.chunk.kind in READ]
    about = [chunk for chunk in chunks if chunk.chunk.kind == "abstract"] or chunks[:OPENING]
    about_ids = {chunk.chunk_id for chunk in about}
    seen = set()
    for chunk in chunks:
        text, pages = library.text(chunk.text_id), library.pages(chunk.text_id)
        for span in chunk.chunk.sentences:
            sentence = text[span.start : span.end]
            if sentence in seen or reports_others_work(sentence, chunk.chunk.kind):
                continue
            seen.add(sentence)
            numbers = tuple(page.number for page in pages_of(pages, span.start, span.end))
            yield Stated(paper, sentence, numbers, chunk.chunk_id in about_ids)


def _may_answer(library: Library, paper: Paper, asked: Asked) -> bool:
    """Tell whether a paper has the value, or a sentence with a number on the same things."""
    if any(stands(asked.answers, library.text(source.text_id)) for source in paper.sources):
        return True
    wanted = content(asked.question)
    return any(
        len(wanted & content(stated.text)) >= ALIKE * len(wanted)
        for stated in _sentences(library, paper)
        if re.search(r"\d", stated.text)
    )


def _renamed(question: str, paper: Paper, other: Paper) -> str:
    """Put the other paper's system where the question names the one's, where both are named for one."""
    name, instead = short_name(paper), short_name(other)
    if name == paper.title or instead == other.title:
        return question
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: instead, question)


def _of(paper: Paper, question: str) -> str:
    return f"In “{paper.title}”: {question}"


def _where(stated: Stated) -> Line:
    pages = {"page": list(stated.pages)} if stated.pages else {}
    return {"papers": [stated.paper.title], **pages, "evidence": stated.text}
