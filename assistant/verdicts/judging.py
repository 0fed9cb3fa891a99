"""Statement + the passages it cites -> a judgement with its reason. No model; the same for what any engine wrote.

The checks of quotes, numbers, units, names, negation and opposites speak first, each with its reason; then closeness in
meaning decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.verdicts.amounts import number_faults
from assistant.verdicts.clauses import misplaced_number, swapped_number, swapped_words
from assistant.verdicts.comparing import agrees, turned_comparison
from assistant.verdicts.dates import mistaken_dates
from assistant.verdicts.framing import without_frame
from assistant.verdicts.meaning import Closeness, closeness, content_stems, coverage, plain_stems, squash
from assistant.verdicts.names import missing_names
from assistant.verdicts.placing import misplaced_name, put_in_negation, put_opposite
from assistant.verdicts.polarity import Turn, negation_turn, opposite_turn
from assistant.verdicts.quotes import check_quote, is_stitched, quotes_in, squeeze
from assistant.verdicts.weights import BIAS, WEIGHTS
from vectorstore.embedding import Embedder

ReasonCode = Literal[
    "supported", "no_passage", "contradicted_number", "number_missing", "contradicted_unit", "contradicted_name",
    "name_missing", "negated", "opposite", "quote_not_found", "quote_stitched", "quote_misattributed",
    "quote_too_short",
    "partly_found", "not_found",
]  # fmt: skip

SUPPORTED = 0.5  # least score of a supported statement
SURE = 0.7  # least score at which a passage that was looked for, not given, counts as support: many were tried
PARTLY = 0.25  # least score of one that is borne out in part
NEARLY_THE_SAME = 0.8  # share of its words from which a statement is held to the place that it rewords
NEARLY_VERBATIM = 0.9  # share from which a statement without a fault is supported, whatever the regression makes of it
TELLING_WORDS, HALF = 4, 0.5  # a statement of fewer words is nearly verbatim only of a sentence that it is half of
NAMED_ALIKE = 0.7  # share of its other words from which a name that is in no passage speaks against a statement
MUCH_ALIKE = 0.6  # share of its words from which an opposite word in the same place turns a statement round
SPEAKS_OF_IT = 0.3  # share from which a date may be held against the passage's
FAULTY = 0.2  # most a statement with a contradiction scores
DOUBTFUL = 0.4  # most a statement scores of which a piece is not in the passage

SPOKEN_OF = "The passage speaks of this, but does not clearly say it."


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether passages bear a statement out.

    `score` is 0 to 1, 1 for supported; `reason` is a sentence for a reader; `found` is what a passage says instead.
    """

    verdict: Literal["supported", "partly", "unsupported"]
    score: float
    reason: str
    reason_code: ReasonCode
    found: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check found wrong, the most that a statement with it may score, and what the passage says instead."""

    code: ReasonCode
    reason: str
    most: float
    found: str = ""


def judge(statement: str, passages: Sequence[str], embedder: Embedder, others: Sequence[str] = ()) -> Judgement:
    """Judge a statement by the passages it cites; `others` are passages where a misattributed quote may stand."""
    statement = without_frame(statement)
    cited = [passage for passage in passages if passage.strip()]
    if not cited:
        return Judgement("unsupported", 0.0, "It cites no passage.", "no_passage")
    close = closeness(statement, cited, embedder)
    score = squash(BIAS + sum(WEIGHTS[name] * value for name, value in close.measures.items()))
    fault = find_fault(statement, cited, close, others)
    if fault:
        score = min(score, fault.most)
        return Judgement(_verdict(score), round(score, 3), fault.reason, fault.code, fault.found)
    if close.near >= NEARLY_VERBATIM and _tells_enough(statement, close.nearest):
        score = max(score, close.near)
    return _by_meaning(round(score, 3), close)


def judge_found(statement: str, passage: str, embedder: Embedder, others: Sequence[str] = ()) -> Judgement:
    """Judge a statement by a passage that was chosen because it is near: support that is not sure is no support."""
    found = judge(statement, [passage], embedder, others)
    if found.verdict == "supported" and found.score < SURE:
        return Judgement("partly", found.score, SPOKEN_OF, "partly_found")
    return found


def find_fault(statement: str, passages: Sequence[str], close: Closeness, others: Sequence[str] = ()) -> Fault | None:
    """Return the first thing that speaks against a statement in its quotes, numbers, names or directions."""
    return _quote_fault(statement, passages, others) or _fault(statement, passages, close)


def _tells_enough(statement: str, nearest: str) -> bool:
    """Tell whether a statement has words enough to be known by them, or is as short as what it rewords."""
    said = content_stems(statement)
    return len(said) >= TELLING_WORDS or coverage(content_stems(nearest), said) >= HALF


def _verdict(score: float) -> Literal["supported", "partly", "unsupported"]:
    return "supported" if score >= SUPPORTED else "partly" if score >= PARTLY else "unsupported"


def _by_meaning(score: float, close: Closeness) -> Judgement:
    verdict = _verdict(score)
    if verdict == "supported":
        return Judgement(verdict, score, "The passage says this.", "supported")
    if verdict == "partly":
        return Judgement(verdict, score, SPOKEN_OF, "partly_found")
    return Judgement(verdict, score, "The passage does not say this.", "not_found")


def _quote_fault(statement: str, passages: Sequence[str], others: Sequence[str]) -> Fault | None:
    for quote in quotes_in(statement):
        short = quote if len(quote) <= 60 else quote[:57].rstrip() + "..."
        match check_quote(quote, passages, others):
            case "too_short" if not any(squeeze(quote) in squeeze(passage) for passage in passages):
                return Fault("quote_too_short", f"The quote “{short}” is too short to be looked for.", DOUBTFUL)
            case "misattributed":
                return Fault(
                    "quote_misattributed", f"The quote “{short}” is in another passage, not in the one cited.", FAULTY
                )
            case "stitched":
                return Fault("quote_stitched", f"The quote “{short}” is put together from separate places.", FAULTY)
            case "invented":
                return Fault("quote_not_found", f"The quote “{short}” is not in the passage.", FAULTY)
    if not quotes_in(statement) and is_stitched(statement, passages):
        return Fault("quote_stitched", "The words are put together from separate places of the passage.", DOUBTFUL)
    return None


def _fault(statement: str, passages: Sequence[str], close: Closeness) -> Fault | None:
    """Return the first contradiction; a statement that rewords one place of the passages is held to that place."""
    missing = missing_names(statement, passages)
    told = coverage(plain_stems(statement) - content_stems(" ".join(missing)), content_stems(close.nearest))
    if fault := _amount_fault(statement, passages, close.nearest, told):
        return fault
    if missing and told >= NAMED_ALIKE:
        return Fault("name_missing", f"{missing[0]} is not in the passage.", DOUBTFUL)
    return _sense_fault(statement, close.nearest, told) if told >= MUCH_ALIKE else None


def _amount_fault(statement: str, passages: Sequence[str], near: str, told: float) -> Fault | None:
    """Return a fault of numbers, units or dates."""
    reworded, alike = told >= NEARLY_THE_SAME, told >= MUCH_ALIKE
    for fault in number_faults(statement, passages, near if reworded else ""):
        if fault.kind == "unit" and (reworded or not fault.bare):
            return _contradicted("contradicted_unit", fault.found, fault.said)
        if fault.kind == "number" and fault.found and alike:
            return _contradicted("contradicted_number", fault.found, fault.said)
        if fault.kind == "number":
            return Fault("number_missing", f"{fault.said} is not in the passage.", DOUBTFUL)
    if alike and (turn := swapped_number(statement, near) or (misplaced_number(statement, near) if reworded else None)):
        return _contradicted("contradicted_number", f"{turn.found} of this", turn.said, turn.found)
    if told >= SPEAKS_OF_IT and (turn := mistaken_dates(statement, near, " ".join(passages))):
        return _contradicted("contradicted_number", turn.found, turn.said)
    return None


def _sense_fault(statement: str, near: str, told: float) -> Fault | None:
    """Return a fault of names, negations or directions in a statement that says much the same as `near`."""
    if turn := misplaced_name(statement, near):
        return _contradicted("contradicted_name", f"this of {turn.found}", f"of {turn.said}", turn.found)
    if turn := put_in_negation(statement, near):
        return Fault("negated", _negation_reason(turn), FAULTY, turn.found)
    compared = agrees(statement, near)
    if not compared and (turn := put_opposite(statement, near)):
        return _contradicted("opposite", f"“{turn.found}”", f"“{turn.said}”", turn.found)
    if turn := swapped_words(statement, near):
        return _contradicted("contradicted_name", f"this of “{turn.found}”", f"of “{turn.said}”", turn.found)
    if told >= NEARLY_THE_SAME and (turn := negation_turn(statement, near)):
        return Fault("negated", _negation_reason(turn), FAULTY, turn.found)
    if turn := turned_comparison(statement, near):
        return Fault("opposite", f"The passage compares them the other way round: “{turn.found}”.", FAULTY, turn.found)
    if not compared and (turn := opposite_turn(statement, near)):
        return _contradicted("opposite", f"“{turn.found}”", f"“{turn.said}”", turn.found)
    return None


def _contradicted(code: ReasonCode, says: str, said: str, found: str = "") -> Fault:
    return Fault(code, f"The passage says {says}, not {said}.", FAULTY, found or says)


def _negation_reason(turn: Turn) -> str:
    if turn.said and turn.found:
        return f"The passage says “{turn.found}”, not “{turn.said}”."
    if turn.said:
        return f"The passage says this without “{turn.said}”."
    return f"The passage says this with “{turn.found}”."
