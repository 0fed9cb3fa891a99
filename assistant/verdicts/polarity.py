"""Whether a statement and a passage point the same way: negation, and opposites such as increase and decrease.

Knows words and their neighbours, no grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from assistant.verdicts.antonyms import (
    AXES,
    NEGATING_VERBS,
    NEGATIONS,
    NO_DIRECTIONS,
    NOT_NEGATIONS,
    NULL_WORDS,
    PREFIXES,
    PRIVATIONS,
    QUANTIFIERS,
    REMOVALS,
)
from assistant.words import STOPWORDS, Word, stem, words

_SCOPE = 7  # words after a cue
_TARGETS = 3  # of them, words with a meaning
_NEIGHBOURS = 4
_BOUNDARY = re.compile(
    r"[.;:!?]\s|,\s|\s[-–—]\s|\b(?:but|while|whereas|although|though|because|however)\b", re.IGNORECASE
)
_KEPT = frozenset("more most few less before after over under above below all every no not same up down".split())
_HELPING = frozenset(
    stem(word)
    for word in (
        "significant significantly statistically clearly any appear seem able evidence find observe show report detect "
        "directly fully completely necessarily always yet simply"
    ).split()
)
_REMOVALS = frozenset(map(stem, REMOVALS))
_PRIVATIONS = frozenset(map(stem, PRIVATIONS))


@dataclass(frozen=True, slots=True)
class Cue:
    """A negation: its word as written, its place among the words of the text, and the stems that it negates."""

    written: str
    index: int
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Words of a statement and a passage that contradict each other."""

    said: str
    found: str


@lru_cache(maxsize=1)
def sides() -> dict[str, tuple[tuple[int, int], ...]]:
    """Return stem -> (axis, side) pairs, side +1 or -1."""
    sides: dict[str, dict[tuple[int, int], None]] = {}
    for axis, (up, down) in enumerate(AXES):
        for side, listed in ((1, up), (-1, down)):
            for word in listed.split():
                for form in (word, f"{word}d" if word.endswith("e") else word):
                    sides.setdefault(stem(form), {})[(axis, side)] = None
    return {word: tuple(pairs) for word, pairs in sides.items()}


def axes_of(word: Word) -> tuple[tuple[int, int], ...]:
    """Return the axes on which a word stands, with its side of each."""
    return () if word.text.casefold() in NO_DIRECTIONS else sides().get(word.stem, ())


@lru_cache(maxsize=8192)
def directions(text: str) -> frozenset[str]:
    """Return the stems of the words of a text that stand on an axis."""
    return frozenset(word.stem for word in words(text) if axes_of(word))


def _carries(word: Word) -> bool:
    return word.text.casefold() not in STOPWORDS and len(word.text) > 1


@lru_cache(maxsize=8192)
def cues(text: str) -> tuple[Cue, ...]:
    """Return the negations of a text in order, with up to three stems in the clause that follows each."""
    tokens = words(text)
    found = []
    for index, word in enumerate(tokens):
        folded = word.text.casefold()
        contracted = folded == "t" and index > 0 and re.search(r"n['’]t$", text[: word.end]) is not None
        if not (contracted or folded in NEGATIONS or folded in NEGATING_VERBS):
            continue
        if folded == "failure" and tokens[index + 1 : index + 2] and tokens[index + 1].text.casefold() != "to":
            continue
        around = " ".join(token.text.casefold() for token in tokens[max(0, index - 2) : index + 3])
        if any(phrase in around and folded in phrase.split() for phrase in NOT_NEGATIONS) or (
            re.match(r"\W*\d", text[word.end : word.end + 3]) and folded == "no"
        ):
            continue
        boundary = _BOUNDARY.search(text, word.end)
        limit = boundary.start() if boundary else len(text)
        following = [token for token in tokens[index + 1 : index + 1 + _SCOPE] if token.start < limit]
        targets = [t.stem for t in following if _carries(t) or t.text.casefold() in _KEPT][: _TARGETS + 1]
        targets = targets or [token.stem for token in tokens[:index] if _carries(token)][-2:]
        kept = [target for target in targets if target not in _HELPING] or targets
        found.append(Cue(word.text if not contracted else "not", index, tuple(kept[:_TARGETS])))
    return tuple(found)


def negation_turn(statement: str, near: str) -> Turn | None:
    """Return what is negated in only one of the two, `near` saying the rest in nearly the same words."""
    said, found = cues(statement), cues(near)
    if not said and not found:
        return _prefix_turn(statement, near)
    in_statement = _free_stems(statement, said)
    in_near = _free_stems(near, found)
    removed = any(word.stem in _REMOVALS for word in words(near))
    if said and any(word.text.casefold() in NULL_WORDS for word in words(near)):
        return None
    for cue in said:
        if any(set(cue.targets) & set(other.targets) for other in found) or (
            removed and stem(cue.written) in _PRIVATIONS
        ):
            continue
        if any(target in in_near for target in cue.targets[:2]):
            return Turn(cue.written, "")
        if not found and _before(statement, cue.index) & in_near:
            return Turn(cue.written, "")
    for cue in found:
        if any(set(cue.targets) & set(other.targets) for other in said):
            continue
        first = cue.targets[:2]
        if first and all(target in in_statement and target not in in_near for target in first):
            return Turn("", cue.written)
    return _prefix_turn(statement, near)


def _before(text: str, index: int) -> frozenset[str]:
    return frozenset([word.stem for word in words(text)[:index] if _carries(word)][-2:])


def _free_stems(text: str, negated: Iterable[Cue]) -> frozenset[str]:
    """Return the stems of a text that stand outside every negation."""
    tokens = words(text)
    inside: set[int] = set()
    for cue in negated:
        left = list(cue.targets)
        for place in range(cue.index + 1, min(len(tokens), cue.index + 1 + _SCOPE)):
            if tokens[place].stem in left:
                left.remove(tokens[place].stem)
                inside.add(place)
    return frozenset(word.stem for place, word in enumerate(tokens) if place not in inside)


def _prefix_turn(statement: str, near: str) -> Turn | None:
    """Return a word that only one of the two writes with a prefix of negation: significant, insignificant."""
    said, found = ({word.stem: word for word in words(text)} for text in (statement, near))
    for word in said.values():
        for prefix in PREFIXES:
            bare, prefixed = word.stem.removeprefix(prefix), prefix + word.stem
            if bare != word.stem and len(bare) > 4 and bare in found and word.stem not in found and bare not in said:
                return Turn(word.text, found[bare].text)
            if prefixed in found and prefixed not in said and len(word.stem) > 4 and word.stem not in found:
                return Turn(word.text, found[prefixed].text)
    return None


def opposite_turn(statement: str, near: str) -> Turn | None:
    """Return a word of the statement in whose place `near`, nearly the same words, has its opposite; None when none."""
    said, found = words(statement), words(near)
    said_stems, found_stems = {word.stem for word in said}, {word.stem for word in found}
    for place, word in enumerate(said):
        if not axes_of(word):
            continue
        neighbours = _neighbours(said, place)
        enough = min(2, len(neighbours))
        for axis, side in axes_of(word):
            same, opposite, written = 0, 0, ""
            for there, other in enumerate(found):
                if (word.text.casefold() in QUANTIFIERS) != (other.text.casefold() in QUANTIFIERS):
                    continue
                shared = len(neighbours & _neighbours(found, there))
                if (axis, side) in axes_of(other):
                    same = max(same, shared)
                elif (axis, -side) in axes_of(other) and shared > opposite and other.stem not in said_stems:
                    answered = _answered(there, found, said, found_stems, (axis, -side))
                    opposite, written = (opposite, written) if answered else (shared, other.text)
            apart = 2 if word.stem in found_stems else 1
            if opposite >= enough and opposite >= same + apart and written:
                return Turn(word.text, written)
    return None


def _answered(
    there: int, found: tuple[Word, ...], said: tuple[Word, ...], known: set[str], way: tuple[int, int]
) -> bool:
    """Tell whether the statement puts another word of the same side in the place of found[there]."""
    around = _neighbours(found, there)
    return any(
        way in axes_of(word) and word.stem not in known and around & _neighbours(said, place)
        for place, word in enumerate(said)
    )


def _neighbours(tokens: tuple[Word, ...], place: int) -> frozenset[str]:
    """Return the stems of the meaningful words next to a place, four to each side at most."""
    before = [word.stem for word in tokens[:place] if _carries(word)][-_NEIGHBOURS:]
    after = [word.stem for word in tokens[place + 1 :] if _carries(word)][:_NEIGHBOURS]
    return frozenset(before + after)


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a sentence of a passage speaks against the directions of a statement, each 0 to 1.

    `opposite` weighs words of the other side of an axis by the neighbours they share, `turned` those of which one is
    negated; `claimed` is 1 when only the statement denies an effect on what they share.
    """

    opposite: float
    turned: float
    claimed: float


def leaning(statement: str, sentence: str, weight: Callable[[str], float]) -> Leaning:
    """Compare the directions of a statement with those of a sentence, by the weight of the neighbours they share."""
    said, found = words(statement), words(sentence)
    said_null, found_null = _denials(statement), _denials(sentence)
    said_negated, found_negated = _reach(said_null), _reach(found_null)
    count = 0
    opposite = turned = 0.0
    for place, word in enumerate(said):
        if not axes_of(word):
            continue
        count += 1
        around = _neighbours(said, place) - {word.stem}
        mass = sum(map(weight, around)) or 1.0
        best = {"same": 0.0, "opposite": 0.0, "turned": 0.0}
        for there, other in enumerate(found):
            shared = [pair for pair in axes_of(other) if any(pair[0] == axis for axis, _ in axes_of(word))]
            if not shared:
                continue
            overlap = sum(map(weight, around & _neighbours(found, there))) / mass
            agrees = any(pair in axes_of(word) for pair in shared)
            if (place in said_negated) != (there in found_negated):
                kind = "turned" if agrees else "same"
            else:
                kind = "same" if agrees else "opposite"
            best[kind] = max(best[kind], overlap)
        opposite += max(0.0, best["opposite"] - best["same"])
        turned += max(0.0, best["turned"] - best["same"])
    scale = count or 1
    shared_stems = {word.stem for word in said if _carries(word)} & {word.stem for word in found if _carries(word)}
    claimed = bool(shared_stems) and bool(said_null) and not found_null
    return Leaning(opposite / scale, turned / scale, float(claimed))


@lru_cache(maxsize=8192)
def _denials(text: str) -> tuple[Cue, ...]:
    """Return what denies an effect: negations of a whole finding, and words such as unaffected and unrelated.

    "Mice without X" or "lack of X" speak of mice, they deny nothing.
    """
    tokens = words(text)
    found = [cue for cue in cues(text) if stem(cue.written) not in _PRIVATIONS]
    for index, word in enumerate(tokens):
        if word.text.casefold() in NULL_WORDS:
            beside = [
                token
                for token in tokens[max(0, index - _SCOPE) : index + _SCOPE]
                if _carries(token) and token is not word
            ]
            found.append(Cue(word.text, index, tuple(token.stem for token in beside)))
    return tuple(found)


def _reach(found: Iterable[Cue]) -> frozenset[int]:
    return frozenset(place for cue in found for place in range(cue.index + 1, cue.index + 1 + _SCOPE))
