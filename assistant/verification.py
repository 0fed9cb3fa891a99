"""Does a citation hold what it is said to hold? Knows no engine.

A quote has to be the paper's own words; what a model wrote has to be said by the passages it cites, or by others there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from assistant.types import Answer, Citation, Statement, Verdict
from assistant.verdicts import Judgement, judge, judge_found
from assistant.verdicts.meaning import content_stems, coverage
from assistant.words import counted, words
from vectorstore.embedding import Embedder
from vectorstore.library import Library

LEAST_QUOTE = 20  # letters and digits; shorter ones could stand anywhere
OTHERS_TRIED = 4  # passages of the evidence that a statement is held against when those it cites do not say it
# What another passage may mend. A statement that turns its passage round or changes its number is wrong, whatever else
# stands somewhere.
_MENDABLE = frozenset(
    {"no_passage", "not_found", "partly_found", "name_missing", "number_missing", "quote_misattributed"}
)

_MARKS = (
    r"(?:\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]|\((?:[A-Z][\w'’-]+(?: et al\.?| (?:and|&) [A-Z][\w'’-]+)?,? "
    r"(?:19|20)\d\d[a-z]?[;,]? ?)+\))"
)
_OTHERS = (
    re.compile(
        rf"^(?:\S+ ){{0,3}}?{_MARKS}\s+(?:\w+ly )?(?:show|propos|introduc|present|report|find|found|"
        rf"demonstrat|argu|us|develop|suggest|observ|train|extend|appl)\w*"
    ),
    re.compile(
        r"^[A-Z][\w'’-]+ et al\.?,?\s*(?:\[[\d, ]+\]|\((?:19|20)\d\d[a-z]?\))?\s+(?:\w+ly )?(?:show|"
        r"propos|introduc|present|report|find|found|demonstrat|argu|us|develop|suggest|observ|train|"
        r"extend|appl)\w*"
    ),
    re.compile(
        (
            r"\b(?:previous|prior|earlier|recent|existing|related|other) (?:work|works|studies|approaches|"
            r"methods|research|authors|researchers)\b.{0,60}\b(?:ha(?:s|ve)|show|propos|us|focus|rel)\w*"
        ),
        re.IGNORECASE,
    ),
)
_OURS = re.compile(r"\b(?:we|our|ours|this (?:paper|work|study|article|report)|here)\b", re.IGNORECASE)


def long_enough(quote: str) -> bool:
    """Tell whether a quote has letters and digits enough to be found again."""
    return sum(letter.isalnum() for letter in quote) >= LEAST_QUOTE


def quote_stands(quote: str, start: int, end: int, text: str) -> bool:
    """Tell whether the quote is text[start:end], verbatim, and long enough to be one."""
    return text[start:end] == quote and long_enough(quote)


def reports_others_work(sentence: str, section_kind: str) -> bool:
    """Tell whether a sentence speaks of what others did rather than of its own paper."""
    if _OURS.search(sentence):
        return False
    return section_kind == "related" or any(pattern.search(sentence) for pattern in _OTHERS)


def check_quotes(
    statements: Sequence[Statement], citations: Sequence[Citation], library: Library
) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Drop citations whose quote does not stand in its text, and statements that then rest on nothing.

    The numbers of the citations are kept.
    """
    sound = tuple(c for c in citations if quote_stands(c.quote, c.start, c.end, library.text(c.text_id)))
    if len(sound) == len(citations):
        return tuple(statements), tuple(citations)
    numbers: Collection[int] = {citation.number for citation in sound}
    kept = tuple(s for s in statements if not s.citations or all(number in numbers for number in s.citations))
    return kept, sound


@dataclass(frozen=True, slots=True)
class Verified:
    """The judgement on a statement and the keys of the passages to cite; `mended` says that it had named others."""

    judgement: Judgement
    cited: tuple[str, ...]
    mended: bool = False


def verify(statement: str, cited: Sequence[str], passages: Mapping[str, str], embedder: Embedder) -> Verified:
    """Judge a statement by the passages it cites, given by key; mend what it cites where the others say it better.

    A passage beside which the rest still supports the statement, and that alone does not speak of it, is let go.
    """
    named = tuple(dict.fromkeys(key for key in cited if key in passages))
    judgement = _judged(statement, named, passages, embedder)
    if judgement.verdict == "supported":
        return Verified(judgement, _needed(statement, named, passages, embedder))
    if judgement.reason_code in _MENDABLE:
        for key in _closest(statement, [key for key in passages if key not in named], passages):
            others = [text for beside, text in passages.items() if beside != key]
            other = judge_found(statement, passages[key], embedder, others)
            if other.verdict == "supported":
                return Verified(other, (key,), mended=True)
    return Verified(judgement, named)


def shared_with(statement: str, text: str) -> float:
    """Return how much of a statement's words, by weight, and of its numbers a text has: 0 to 2."""
    numbers = _numbers(statement)
    found = len(numbers & _numbers(text)) / len(numbers) if numbers else 0.0
    return coverage(content_stems(statement), content_stems(text)) + found


# What a verdict is called wherever it is shown.
VERDICT_WORDS: Mapping[Verdict, str] = {
    "quoted": "quoted",
    "supported": "supported",
    "partly": "partly supported",
    "unsupported": "not found in your papers",
}


def tally(answer: Answer) -> list[str]:
    """Say how many statements are supported, how many quotes were found, and how many papers speak to the question.

    What was not judged is not counted: the quotes of the extractive engine, an answer that abstained.
    """
    counts = []
    if answer.engine != "extractive" and not answer.abstained:
        good = [statement for statement in answer.statements if statement.verdict in {"supported", "quoted"}]
        judged = sum(bool(statement.second_look) and statement.reason_code != "supported" for statement in good)
        by_model = f" ({judged} by the model’s second look)" if judged else ""
        counts.append(f"{len(good)} of {counted(len(answer.statements), 'statement')} supported{by_model}")
    if answer.quotes.given:
        counts.append(f"{answer.quotes.found} of {counted(answer.quotes.given, 'quote')} found")
    if answer.coverage.looked_at == 1 and answer.citations:
        return [*counts, f"only “{answer.citations[0].title}” was looked at"]
    looked, speak = counted(answer.coverage.looked_at, "paper"), answer.coverage.speak
    if answer.abstained or not speak:
        return [*counts, f"{looked} looked at"]
    return [*counts, f"{speak} of {looked} looked at {'speaks' if speak == 1 else 'speak'} to this"]


def _judged(statement: str, keys: Sequence[str], passages: Mapping[str, str], embedder: Embedder) -> Judgement:
    others = [text for key, text in passages.items() if key not in keys]
    return judge(statement, [passages[key] for key in keys], embedder, others)


def _needed(statement: str, named: tuple[str, ...], passages: Mapping[str, str], embedder: Embedder) -> tuple[str, ...]:
    kept = list(named)
    for key in reversed(named) if len(named) > 1 else ():
        rest = [each for each in kept if each != key]
        if rest and judge(statement, [passages[key]], embedder).verdict == "unsupported":
            without = judge(statement, [passages[each] for each in rest], embedder)
            kept = rest if without.verdict == "supported" else kept
    return tuple(kept)


def _closest(statement: str, keys: Sequence[str], passages: Mapping[str, str]) -> list[str]:
    return sorted(keys, key=lambda key: -shared_with(statement, passages[key]))[:OTHERS_TRIED]


def _numbers(text: str) -> frozenset[str]:
    return frozenset(word.text for word in words(text) if word.text[0].isdigit())
