"""Asks the questions of a set of a library, one after another, and scores each answer. Knows no file and no table."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator

from assistant.citations import answer_to_json
from assistant.core import Assistant
from assistant.evaluation.questions import KnownQuestion
from assistant.evaluation.runs import Result
from assistant.evaluation.scoring import NO_ANSWER, Citation, score
from vectorstore.errors import FootnoteError
from vectorstore.library import Library


def ask_all(assistant: Assistant, questions: Iterable[KnownQuestion], stop: threading.Event) -> Iterator[Result]:
    """Answer and score each question, until `stop` is set. A question that fails scores as an answer without words.

    The engine sees the turns of a question and nothing else of it; nothing is stored in the library.
    """
    is_verbatim = verbatim_in(assistant.library)
    for question in questions:
        if stop.is_set():
            return
        answer, error = None, ""
        started = time.perf_counter()
        try:
            answer = answer_to_json(assistant.converse(question.turns, keep=False))
        except FootnoteError as refused:
            error = refused.message
        except Exception as fault:  # a fault of ours in one question must not cost those after it
            error = f"{type(fault).__name__}: {fault}"
        seconds = round(time.perf_counter() - started, 4)
        scores = score(question, answer or NO_ANSWER, is_verbatim)
        yield Result(question.id, question.type, question.asked, scores, seconds, answer, error)


def verbatim_in(library: Library) -> Callable[[Citation], bool]:
    """Give what tells whether a quote stands in the text it cites, letter by letter, at its place."""
    return lambda citation: library.text(citation["text_id"])[citation["start"] : citation["end"]] == citation["quote"]
