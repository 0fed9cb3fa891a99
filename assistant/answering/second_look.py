"""A second look at statements: the model is asked whether the passages say them, and what it says is marked as its own.

It speaks where closeness in meaning decided. What a check found wrong, a number or a quote, it cannot overrule; nor can
it doubt a sentence that stands in the passage word for word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from assistant.answering.asking import Asking
from assistant.answering.evidence_block import block, disarmed_line
from assistant.answering.reply import tidy, without_thinking
from assistant.types import Statement, Verdict
from assistant.verdicts.quotes import is_verbatim
from assistant.verification import Verified
from assistant.words import counted

SURELY = 0.7  # score from which a supported statement is not looked at again unless all are
BY_MEANING = frozenset({"supported", "partly_found", "not_found"})  # where no check found a fault
TOKENS_EACH = 60  # most of the reply for one statement
LONGEST = 200  # characters shown of what the model says to one

_SYSTEM, _PROMPT = "judge_system", "judge"
_LINE = re.compile(
    r"^[^\w\n]*(?:statement *)?(\d{1,3})[^\w\n]+(yes|partly|partially|no)\b[^\w\n]*(.*)$", re.IGNORECASE | re.MULTILINE
)
_SAYS: dict[str, tuple[Verdict, str]] = {
    "yes": ("supported", "says that the passage says this"),
    "partly": ("partly", "says that the passage says a part of this"),
    "partially": ("partly", "says that the passage says a part of this"),
    "no": ("unsupported", "says that the passage does not say this"),
}


def look_again(
    statements: Sequence[Statement], verified: Sequence[Verified], asking: Asking, which: Literal["doubtful", "all"]
) -> list[Statement]:
    """Ask once about all statements that are to be looked at, and return them with what the model said; `verified` has
    what the rules made of each.

    What it takes is added to `asking`, whose pieces they rest on. Raise a ModelError when there is no answer.
    """
    asked = [place for place, each in enumerate(verified) if each.cited and _is_asked(each, which)]
    if not asked:
        return list(statements)
    asking.on_step(f"{asking.model.name} is looking again at {counted(len(asked), 'statement')}")
    keys = {key for place in asked for key in verified[place].cited}
    shown = {piece.key: piece for piece in asking.whole if piece.key in keys}
    evidence = block(shown.values())
    lines = "\n".join(
        f"{number}. {disarmed_line(statements[place].text)} {''.join(f'[{key}]' for key in verified[place].cited)}"
        for number, place in enumerate(asked, 1)
    )
    reply = asking.beside(_SYSTEM, _PROMPT, max_tokens=TOKENS_EACH * len(asked), evidence=evidence, statements=lines)
    looked = list(statements)
    for number, word, words in _read(reply):
        if 0 < number <= len(asked):
            place = asked[number - 1]
            passages = [shown[key].chunk.text for key in verified[place].cited]
            looked[place] = _with(statements[place], word, words, passages)
    return looked


def _is_asked(verified: Verified, which: Literal["doubtful", "all"]) -> bool:
    judgement = verified.judgement
    return which == "all" or judgement.verdict != "supported" or judgement.score < SURELY


def _read(reply: str) -> list[tuple[int, str, str]]:
    """Return what a reply says to each statement: its number, yes, partly or no, and the words after that."""
    return [(int(n), word.lower(), words) for n, word, words in _LINE.findall(without_thinking(reply))]


def _with(statement: Statement, word: str, words: str, passages: Sequence[str]) -> Statement:
    verdict, says = _SAYS[word]
    more = tidy(words).rstrip(".")
    if len(more) > LONGEST:
        more = more[:LONGEST].rsplit(" ", 1)[0] + " ..."
    told = f"The model, asked again, {says}{': ' + more if more and word != 'yes' else ''}."
    if statement.reason_code not in BY_MEANING or (verdict != "supported" and is_verbatim(statement.text, passages)):
        verdict = statement.verdict
    return replace(statement, verdict=verdict, second_look=told)
