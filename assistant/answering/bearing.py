"""Which sentences bear on an aspect that is named and not asked: its words stand in them or right beside them.

Knows no paper, and not how sentences are ranked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.alignment import Alignment, Floats
from assistant.answering.abstaining import GENERAL
from assistant.answering.candidates import Asked, Candidate
from assistant.planning_aspects import initials, other_words
from assistant.verdicts.numbers import AMOUNT_STEMS
from assistant.words import content, words
from vectorstore.embedding import TokenEncoder

LEAST = 0.6  # of the words of an aspect, by weight, that stand in a sentence or beside it
LEAST_OF_MANY, MANY = 0.45, 4  # where an aspect has that many words
LEAST_BY_MEANING = 0.7
READ = 8  # sentences read for the meaning of the words, where none has the words themselves
IN_IT = 1.5  # what it weighs beside a sentence's other merits that the words stand in it and not beside it
# Values that say themselves what they are: `8 GPUs` is hardware, `3 days` a time.
_TELLING = frozenset({"hardware", "duration", "money", "date"})
# Words for what any figure is: a paper tells its results without them.
_OF_ANY_FIGURE = content("results performance findings outcomes figures numbers gains improvements savings reductions")


def bearing_on(aspect: str, asked: Asked, ranked: Sequence[Candidate], encoder: TokenEncoder | None) -> list[Candidate]:
    """Return the sentences and rows that bear on a named aspect, the best first: by its words, else by meaning."""
    kin = _kin(aspect)
    by_stem = Alignment(aspect, None, without=_OF_ANY_FIGURE, kin=kin)
    found = _bearing(ranked, by_stem, asked, LEAST if len(by_stem.terms) < MANY else LEAST_OF_MANY)
    if found or encoder is None:
        return found
    by_meaning = Alignment(aspect, encoder, without=_OF_ANY_FIGURE, kin=kin)
    return _bearing(ranked[:READ], by_meaning, asked, LEAST_BY_MEANING)


def _kin(aspect: str) -> dict[str, frozenset[str]]:
    """Return for each word of an aspect those that stand for it: corpus for data, NQ for each of Natural Questions."""
    kin = {word.stem: content(other_words(word.text)) - AMOUNT_STEMS - GENERAL for word in words(aspect)}
    for name, short in initials(aspect).items():
        kin |= {word.stem: kin[word.stem] | content(short) for word in words(name)}
    return kin


def _bearing(ranked: Sequence[Candidate], alignment: Alignment, asked: Asked, least: float) -> list[Candidate]:
    """Return those that have at least so much of an aspect's words, the best first."""
    told = asked.expectation.noun if asked.expectation.kind in _TELLING else ""
    by_value: Floats = np.array([float(term.stem == told) for term in alignment.terms])
    alignment.read([text for candidate in ranked for text in (candidate.text, *_beside(candidate))])
    found = []
    for candidate in ranked:
        value = by_value * (candidate.features["value"] == 1.0)
        here: Floats = np.maximum(alignment.presence(candidate.text).share, value)
        near: Floats = np.maximum.reduce([here, *(alignment.presence(text).share for text in _beside(candidate))])
        if alignment.covered(near) >= least:
            said: Floats = (here + near) / 2 if candidate.features["table"] else here
            found.append(replace(candidate, score=candidate.score + IN_IT * alignment.covered(said)))
    return sorted(found, key=lambda candidate: -candidate.score)


def _beside(candidate: Candidate) -> list[str]:
    """Give what stands right beside a sentence: its section's title and its neighbours; of a row, its table's heads."""
    above = candidate.hit.chunk.chunk.context.partition(" · ")[2]
    return [above] if candidate.features["table"] else [above, *candidate.neighbours]
