"""How close a statement is to its passages: word coverage, names, numbers, directions and sentence similarity.

The measurements are plain; what they are worth together is a regression whose weights are data (weights.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.sentences import split_sentences
from assistant.verdicts.amounts import number_faults
from assistant.verdicts.dates import DATE_STEMS
from assistant.verdicts.names import missing_names, names
from assistant.verdicts.numbers import AMOUNT_STEMS, numbers, without_marks
from assistant.verdicts.polarity import directions, leaning
from assistant.verdicts.rarity import rarity
from assistant.words import STOPWORDS, words
from vectorstore.embedding import Embedder
from vectorstore.records import Vector

_SENTENCES_TRIED = 3
_CHARACTERS_ALIKE = 5
_LEAST_PLAIN = 3


@dataclass(frozen=True, slots=True)
class Closeness:
    """The measurements of one statement, each named as in weights.py, and `nearest`, the sentence or two neighbouring
    ones of the passages that have most of its words, with their share `near` of the weight of those words."""

    measures: dict[str, float]
    nearest: str
    near: float


@lru_cache(maxsize=4096)
def sentences_of(passage: str) -> tuple[str, ...]:
    """Return the sentences of a passage, the whole of it when it has none."""
    return tuple(passage[s.start : s.end] for s in split_sentences(passage)) or (passage,)


@lru_cache(maxsize=8192)
def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the words with a meaning, numbers left out: they are compared as amounts."""
    return frozenset(
        word.stem
        for word in words(without_marks(text))
        if word.text.casefold() not in STOPWORDS
        and not word.text[0].isdigit()
        and (len(word.text) > 1 or not word.text.isascii())
    )


def plain_stems(text: str) -> frozenset[str]:
    """Return the stems that say what a text is about, without directions, dates and amounts; all, if few are left."""
    stems = content_stems(text)
    named = stems - DATE_STEMS - AMOUNT_STEMS
    plain = named - directions(text)
    return next((left for left in (plain, named) if len(left) >= _LEAST_PLAIN), stems)


def coverage(statement: frozenset[str], text: frozenset[str]) -> float:
    """Return the share, by weight, of the statement's stems that the text has, in a kindred form at least."""
    total = sum(map(rarity, statement))
    if not total:
        return 1.0
    return sum(rarity(word) for word in statement if word in text or _kindred(word, text)) / total


@lru_cache(maxsize=65536)
def _openings(text: frozenset[str]) -> frozenset[str]:
    return frozenset(word[:_CHARACTERS_ALIKE] for word in text if len(word) >= _CHARACTERS_ALIKE)


def _kindred(word: str, text: frozenset[str]) -> bool:
    """Tell whether the text has a word of the same opening (metabolic, metabolism), long enough to mean kinship."""
    if len(word) < _CHARACTERS_ALIKE or word[:_CHARACTERS_ALIKE] not in _openings(text):
        return False
    return any(
        len(other) >= _CHARACTERS_ALIKE
        and _common(word, other) >= max(_CHARACTERS_ALIKE, 0.7 * min(len(word), len(other)))
        for other in text
    )


def _common(left: str, right: str) -> int:
    length = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        length += 1
    return length


def closeness(statement: str, passages: Sequence[str], embedder: Embedder) -> Closeness:
    """Measure a statement against its passages; `embedder` sees the statement and each sentence once."""
    plain = without_marks(statement)
    said = content_stems(plain)
    sentences = [sentence for passage in passages for sentence in sentences_of(passage)]
    shares = [coverage(said, content_stems(sentence)) for sentence in sentences]
    nearest = _nearest(plain_stems(plain), passages)
    near = coverage(said, content_stems(nearest))
    vectors = embed(embedder, (plain, *sentences))
    alike = [float(value) for value in vectors[1:] @ vectors[0]]
    order = sorted(range(len(sentences)), key=lambda i: (-(alike[i] + shares[i]), i))[:_SENTENCES_TRIED]
    leanings = [leaning(plain, sentences[i], rarity) for i in order]
    trust = [max(alike[i] + shares[i], 1e-6) for i in order]
    called = names(plain)
    amounts = [number for number in numbers(plain) if not number.loose]

    def lean(kind: str) -> float:
        return float(sum(t * getattr(found, kind) for t, found in zip(trust, leanings, strict=True)) / sum(trust))

    measures = {
        "near": near,
        "alike": max(alike),
        "names_missing": len(missing_names(plain, passages)) / len(called) if called else 0.0,
        "numbers_missing": len(number_faults(plain, passages)) / len(amounts) if amounts else 0.0,
        "opposite": lean("opposite"),
        "turned": lean("turned"),
        "claimed": lean("claimed"),
    }
    return Closeness(measures, nearest, near)


def _nearest(said: frozenset[str], passages: Sequence[str]) -> str:
    """Return the sentence, or two neighbours where they have clearly more, with most of the statement's words.

    Of sentences that have as many, the one with the fewest others.
    """
    best, share, others = "", -1.0, 0
    for passage in passages:
        for sentence in sentences_of(passage):
            stems = content_stems(sentence)
            found = coverage(said, stems)
            if found > share or (found == share and len(stems) < others):
                best, share, others = sentence, found, len(stems)
    single = share
    for passage in passages:
        sentences = sentences_of(passage)
        for first, second in pairwise(sentences):
            found = coverage(said, content_stems(first) | content_stems(second))
            if found > max(share, single + 0.15):
                best, share = f"{first} {second}", found
    return best


_kept: dict[tuple[str, str], Vector] = {}
_KEPT_MOST = 20_000


def embed(embedder: Embedder, texts: Sequence[str]) -> Vector:
    """Return the vectors of the texts (n, d); those seen before are remembered, so a passage costs once."""
    import numpy as np

    missing = list(dict.fromkeys(text for text in texts if (embedder.name, text) not in _kept))
    if len(_kept) + len(missing) > _KEPT_MOST:
        _kept.clear()
        missing = list(dict.fromkeys(texts))
    if missing:
        for text, vector in zip(missing, embedder.embed(missing), strict=True):
            _kept[embedder.name, text] = vector
    return np.stack([_kept[embedder.name, text] for text in texts])


def squash(value: float) -> float:
    """Return the logistic function of a value."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
