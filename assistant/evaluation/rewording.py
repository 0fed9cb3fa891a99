"""A question made by rule -> the same in a model's words, further from those of the passage."""

from __future__ import annotations

from assistant import prompts
from assistant.answering.evidence_block import disarmed_line, fresh_marker
from assistant.errors import ModelError
from assistant.evaluation.matching import stands
from assistant.llm import Message, Model
from assistant.rewriting import one_question

MOST_TOKENS = 200


def reword(question: str, passage: str, answers: tuple[str, ...], model: Model) -> str | None:
    """Return the question reworded; None where the model fails, writes no single question, or gives the answer away."""
    system, prompt = prompts.load("reword_system"), prompts.load("reword")
    shown, asked, answer = disarmed_line(passage), disarmed_line(question), disarmed_line(answers[0])
    filled = prompt.render(marker=fresh_marker(shown, asked, answer), passage=shown, question=asked, answer=answer)
    try:
        reply = model.reply([Message("system", system.render()), Message("user", filled)], max_tokens=MOST_TOKENS)
    except ModelError:
        return None
    worded = one_question(reply.text)
    return worded if worded.endswith("?") and not stands(answers, worded) else None
