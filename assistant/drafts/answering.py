"""Sentences that a person wants checked -> an Answer whose statements they are, each with its verdict."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Sequence

from assistant.drafts.checking import DraftCheck
from assistant.drafts.prose import DraftSentence
from assistant.types import Answer, Coverage, Delta, Statement, Step
from assistant.words import counted
from vectorstore.embedding import Embedder
from vectorstore.library import Library
from vectorstore.records import Filters


def answer_draft(
    question: str,
    sentences: Sequence[DraftSentence],
    library: Library,
    embedder: Embedder,
    filters: Filters,
    stop: threading.Event,
) -> Iterator[Step | Delta | Answer]:
    """Check the sentences one by one; the Answer comes last, and not at all once `stop` is set."""
    started = time.perf_counter()
    yield Step(f"checking {counted(len(sentences), 'sentence')}")
    check = DraftCheck(library, embedder, filters)
    statements = []
    for each in check.check(sentences):
        if stop.is_set():
            return
        text = " ".join(each.sentence.text.split())
        statements.append(Statement(text, each.citations, each.verdict, each.reason, each.reason_code))
        said = f"{each.outcome.replace('_', ' ')}: {statements[-1].marked}"
        yield Delta(f"{said}\n\n" if each.verdict == "supported" else f"{said}\n  {each.reason}\n\n")
    yield Answer(
        answer_id=uuid.uuid4().hex,
        question=question,
        kind="verify",
        statements=tuple(statements),
        citations=tuple(check.citations),
        abstained=False,
        engine="extractive",
        coverage=Coverage(len(library.papers(filters)), len({citation.paper_id for citation in check.citations})),
        library=library.fingerprint,
        timings={"verify": round(time.perf_counter() - started, 4)},
    )
