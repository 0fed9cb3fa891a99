"""What a statement has between the very same words as a passage: another name, an opposite, a negation put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.verdicts.names import names
from assistant.verdicts.polarity import Turn, axes_of, cues
from assistant.words import Word, words


def substituted(statement: str, near: str) -> Iterator[tuple[Word, Word]]:
    """Give the words of a statement in whose place, between the very same two words, `near` has another one."""
    there: dict[tuple[str, str], list[Word]] = {}
    for before, word, after in _triples(near):
        there.setdefault((before, after), []).append(word)
    for before, word, after in _triples(statement):
        others = there.get((before, after), [])
        if others and all(other.stem != word.stem for other in others):
            yield word, others[0]


def _triples(text: str) -> Iterator[tuple[str, Word, str]]:
    """Give each word with the stems before and after it, "" for the end of a sentence."""
    tokens = words(text)
    for index in range(1, len(tokens)):
        ends = re.match(r"[.;!?]", text[tokens[index].end :]) or index + 1 == len(tokens)
        yield tokens[index - 1].stem, tokens[index], "" if ends else tokens[index + 1].stem


def put_opposite(statement: str, near: str) -> Turn | None:
    """Return a word of the statement in the very place of which `near` has its opposite."""
    for word, other in substituted(statement, near):
        ways = axes_of(other)
        if any((axis, -side) in ways for axis, side in axes_of(word)) and not set(axes_of(word)) & set(ways):
            return Turn(word.text, other.text)
        if {word.text.casefold(), other.text.casefold()} == {"with", "without"}:
            return Turn(word.text, other.text)
    return None


def put_in_negation(statement: str, near: str) -> Turn | None:
    """Return a negation that one of the two has between two words that stand side by side in the other."""
    if cue := _put_in(statement, near):
        return Turn(cue, "")
    cue = _put_in(near, statement)
    return Turn("", cue) if cue else None


def _put_in(text: str, other: str) -> str:
    tokens = words(text)
    beside = {(one.stem, next_one.stem) for one, next_one in pairwise(words(other))}
    for cue in cues(text):
        following = [word for word in tokens[cue.index + 1 : cue.index + 3] if word.text.casefold() != "to"]
        before = tokens[cue.index - 1] if cue.index else None
        closed = before and following and (before.stem, following[0].stem) in beside
        if before and closed and (before.stem, tokens[cue.index].stem) not in beside:
            return cue.written
    return ""


def misplaced_name(statement: str, near: str) -> Turn | None:
    """Return a name of the statement and the other one that `near` has in its very place."""
    said = {word.stem for name in names(statement) for word in words(name)}
    found = {word.stem for name in names(near) for word in words(name)}
    for word, other in substituted(statement, near):
        if word.stem in said and other.stem in found and word.text[0].isalpha() and other.text[0].isalpha():
            return Turn(word.text, other.text)
    return None
