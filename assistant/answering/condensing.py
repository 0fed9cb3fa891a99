"""Evidence that is too long for a model's window -> the sentences of it that matter, chosen by the model.

After the evidence gathering of PaperQA2 (Skarlinski et al., 2024, arXiv:2409.13740), which scores and summarises each
chunk before it answers; here sentences are chosen instead of reworded, so that what is quoted stays the paper's.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from assistant import prompts
from assistant.answering.evidence_block import Piece, disarmed_line, fresh_marker, reduced
from assistant.errors import BudgetSpent, ModelCut, ModelError, ModelRefused, ModelUnreachable
from assistant.llm import Message, Model, Reply, count_prompt

AT_ONCE = 4
MOST_TOKENS = 80  # of a reply: a score and some numbers
UNKNOWN = 5  # the score of a piece that the model did not judge: in the middle

_SYSTEM, _PROMPT = "condense_system", "condense"
_SCORE = re.compile(r"\d+")
_OF_TEN = re.compile(r"\A\s*/\s*10\b")
_NUMBERS = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+))?")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Condensed:
    """The pieces, best first, those that were `judged` cut down to what matters; what it took."""

    pieces: tuple[Piece, ...]
    judged: int = 0
    usage: Counter[str] = field(default_factory=Counter)
    prompts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the model made of a piece: how much it matters, 0 to 10, and the spans of its sentences that do."""

    score: int
    spans: tuple[Span, ...] = ()


def condense(
    question: str,
    ranked: Sequence[Piece],
    model: Model,
    *,
    least: int,
    budget: int | None = None,
    stop: threading.Event | None = None,
) -> Condensed:
    """Ask the model, several times at once, what in each piece matters for a question; drop what does not.

    As many pieces are asked about, best first, as `budget` tokens allow; with fewer than `least` nothing is asked. A
    piece that is not asked about, or whose request fails, stays whole. Raise ModelCut when `stop` is set.
    """
    requests = _affordable([_messages(question, piece) for piece in ranked], model, budget)
    if len(requests) < least:
        return Condensed(tuple(ranked))
    usage: Counter[str] = Counter()
    given_up = threading.Event()
    with ThreadPoolExecutor(min(AT_ONCE, len(requests)), "condensing") as pool:
        replies = list(pool.map(partial(_ask, model, given_up, stop), requests))
    kept: list[tuple[int, Piece]] = []
    judged = 0
    for piece, reply in zip(ranked, [*replies, *[None] * (len(ranked) - len(replies))], strict=True):
        usage.update(reply.usage if reply else {})
        choice = read_choice(reply.text, sentences(piece)) if reply else None
        judged += choice is not None
        if choice is None:
            kept.append((UNKNOWN, piece))
        elif choice.score:
            kept.append((choice.score, reduced(piece, choice.spans) if choice.spans else piece))
    pieces = [piece for _, piece in sorted(kept, key=lambda each: -each[0])] or list(ranked)
    return Condensed(tuple(pieces), judged, usage, prompts.fingerprints(prompts.load(_SYSTEM), prompts.load(_PROMPT)))


def sentences(piece: Piece) -> tuple[Span, ...]:
    """Return the sentences of a piece as spans of its chunk's text; the whole where none are known."""
    chunk = piece.chunk.chunk
    spans = tuple((each.start - chunk.start, each.end - chunk.start) for each in chunk.sentences)
    return spans or ((0, len(piece.chunk.text)),)


def read_choice(reply: str, spans: Sequence[Span]) -> Choice | None:
    """Read a score and the numbers of sentences, whatever stands around them; None when there is no score."""
    score = _SCORE.search(reply)
    if score is None or int(score[0]) > 10:
        return None
    rest = _OF_TEN.sub("", reply[score.end() :])
    numbers: set[int] = set()
    for first, last in _NUMBERS.findall(rest):
        numbers.update(range(int(first), min(int(last or first), len(spans)) + 1))
    return Choice(int(score[0]), tuple(spans[number - 1] for number in sorted(numbers) if 0 < number <= len(spans)))


def _messages(question: str, piece: Piece) -> list[Message]:
    system, prompt = prompts.load(_SYSTEM), prompts.load(_PROMPT)
    lines = [disarmed_line(piece.chunk.text[start:end]) for start, end in sentences(piece)]
    passage = "\n".join([piece.head, "", *(f"[{number}] {line}" for number, line in enumerate(lines, 1))])
    marker = fresh_marker(passage, question)
    return [
        Message("system", system.render()),
        Message("user", prompt.render(marker=marker, sentences=passage, question=question)),
    ]


def _affordable(requests: list[list[Message]], model: Model, budget: int | None) -> list[list[Message]]:
    """Return the first of the requests that the budget allows all together."""
    if budget is None:
        return requests
    for number, messages in enumerate(requests):
        budget -= count_prompt(model, messages) + MOST_TOKENS
        if budget < 0:
            return requests[:number]
    return requests


def _ask(
    model: Model, given_up: threading.Event, stop: threading.Event | None, messages: Sequence[Message]
) -> Reply | None:
    """Return the reply; None when there is none. A failure that the others would share ends them too."""
    if given_up.is_set():
        return None
    try:
        return model.reply(messages, max_tokens=MOST_TOKENS, stop=stop)
    except ModelCut as cut:
        if cut.reason == "stopped":
            raise
        return Reply("", cut.usage)
    except (ModelUnreachable, ModelRefused, BudgetSpent):
        given_up.set()
    except ModelError:
        pass
    return None
