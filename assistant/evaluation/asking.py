"""Asks the questions of a set of a library, one after another, and scores each answer. Knows no file and no table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from assistant.citations import answer_to_json
from assistant.core import Assistant
from assistant.evaluation.attempts import attempt
from assistant.evaluation.questions import KnownQuestion
from assistant.evaluation.runs import Result
from assistant.evaluation.scoring import NO_ANSWER, Citation, score
from assistant.verification import quote_stands
from vectorstore.library import Library


def ask_all(assistant: Assistant, questions: Iterable[KnownQuestion], stop: threading.Event) -> Iterator[Result]:
    """Answer and score each question, until `stop` is set. A question that fails scores as an answer without words.

    The engine sees the turns of a question and nothing else of it; nothing is stored in the library.
    """
    is_verbatim = verbatim_in(assistant.library)
    for question in questions:
        if stop.is_set():
            return
        tried = attempt(partial(assistant.converse, question.turns, keep=False))
        answer = answer_to_json(tried.value) if tried.value else None
        scores = score(question, answer or NO_ANSWER, is_verbatim)
        yield Result(question.id, question.type, question.asked, scores, tried.seconds, answer, tried.error)


def verbatim_in(library: Library) -> Callable[[Citation], bool]:
    """Give what tells whether a quote stands in the text it cites, letter by letter, at its place."""

    def verbatim(citation: Citation) -> bool:
        text = library.text(citation["text_id"])
        return quote_stands(citation["quote"], citation["start"], citation["end"], text)

    return verbatim
