"""A follow-up question -> the question as it stands alone, by a model. Knows no evidence. Rules do it otherwise."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant import prompts
from assistant.answering.evidence_block import disarmed_line, fresh_marker
from assistant.errors import BudgetSpent, ContextTooLong, ModelCut, ModelError
from assistant.llm import Message, Model, count_prompt
from assistant.types import Turn
from vectorstore.errors import PaperNotFound
from vectorstore.library import Library

MOST_TOKENS = 200
LONGEST = 600  # characters of a question that a model gives back
_TURNS, _ANSWER = 6, 400  # turns looked at, and characters of each answer

_LEAD = re.compile(r"^(?:(?:re)?written question|question|standalone question|last question)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that stands alone, empty where the model gave none; what it took, and why it is no use to go on asking
    the model."""

    question: str = ""
    prompts: dict[str, str] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    problem: str = ""


def rewrite(
    question: str, turns: Sequence[Turn], library: Library, model: Model, stop: threading.Event | None = None
) -> Rewritten:
    """Ask a model to make a question stand alone; never fails, save that a stop is passed on."""
    system, prompt = prompts.load("rewrite_system"), prompts.load("rewrite")
    told = [_told(turn, library) for turn in turns[-_TURNS:]]
    asked = disarmed_line(question)
    while told:
        said = "\n\n".join(told)
        messages = [
            Message("system", system.render()),
            Message("user", prompt.render(marker=fresh_marker(said, asked), turns=said, question=asked)),
        ]
        if count_prompt(model, messages) + MOST_TOKENS <= model.context_window:
            break
        told = told[1:]
    else:
        return Rewritten()
    try:
        reply = model.reply(messages, max_tokens=MOST_TOKENS, stop=stop)
    except ModelCut as cut:
        if cut.reason == "stopped":
            raise
        return Rewritten(usage=cut.usage)  # thinking aloud takes some models longer than a question may
    except (BudgetSpent, ContextTooLong):
        return Rewritten()
    except ModelError as error:
        return Rewritten(problem=error.sentences)
    return Rewritten(one_question(reply.text), prompts.fingerprints(system, prompt), dict(reply.usage))


def _told(turn: Turn, library: Library) -> str:
    titles = "; ".join(f"“{title}”" for paper_id in turn.paper_ids[:6] if (title := _title(paper_id, library)))
    answer = turn.answer if len(turn.answer) <= _ANSWER else turn.answer[:_ANSWER].rsplit(" ", 1)[0] + " ..."
    lines = [f"Question: {turn.question}", f"Answer: {answer}" if answer else "", f"Papers: {titles}" if titles else ""]
    return "\n".join(disarmed_line(line) for line in lines if line)


def _title(paper_id: str, library: Library) -> str:
    try:
        return library.paper(paper_id).title
    except PaperNotFound:
        return ""


def one_question(reply: str) -> str:
    """Return the question that a reply consists of; nothing when it is no single question."""
    lines = [line.strip() for line in reply.strip().splitlines() if line.strip()]
    if not lines or len(lines) > 2:
        return ""
    question = _LEAD.sub("", lines[-1]).strip(' "“”*`')
    return question if 0 < len(question) <= LONGEST else ""
