"""How far each word of a question stands in a text, by what it means in both: the nearest of the text's tokens.

The late interaction of ColBERT (Khattab and Zaharia 2020), with the token vectors of the embedded model. Where that is
missing a word stands in a text when its stem does. Knows no paper.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.verdicts.rarity import rarity
from assistant.words import STOPWORDS, Word, words
from vectorstore.embedding import TokenEncoder, TokenVectors

# The cosines of two tokens that mark what has nothing to do with each other and what is the same.
UNRELATED, SAME = 0.35, 0.8
LONGEST = 1_200  # characters of a text that are read

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Presence:
    """How far each term stands in a text, (n,) from 0 to 1, and the character of the text it is nearest to, (n,)."""

    share: Floats
    place: Floats


class Alignment:
    """The content words of a question, ready to be looked for in texts; `weights` (n,) say how much each tells."""

    def __init__(
        self,
        question: str,
        encoder: TokenEncoder | None,
        *,
        without: Collection[str] = (),
        kin: Mapping[str, Collection[str]] = {},
    ) -> None:
        """Take the words of a question but those whose stems are in `without`.

        `kin` gives for a stem the stems of words that stand for it as well: `large` is measured in `size`.
        """
        self.terms = tuple(
            word for word in words(question) if word.text.casefold() not in STOPWORDS and word.stem not in without
        )
        self.weights: Floats = np.array([rarity(term.stem) for term in self.terms])
        self._encoder = encoder
        self._known: dict[str, Presence] = {}
        tokens = encoder.token_vectors([question])[0] if encoder and self.terms else None
        self._vectors = [_of(term, tokens) for term in self.terms] if tokens else []
        self._kin = [frozenset({term.stem, *kin.get(term.stem, ())}) for term in self.terms]

    def read(self, texts: Sequence[str]) -> None:
        """Look at several texts at once, which is quicker than one by one."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if self._encoder and self.terms:
            encoded = self._encoder.token_vectors([text[:LONGEST] for text in new])
            for text, tokens in zip(new, encoded, strict=True):
                by_meaning, by_stem = self._near(tokens), self._by_stems(text)
                nearer = by_stem.share > by_meaning.share
                self._known[text] = Presence(
                    np.where(nearer, by_stem.share, by_meaning.share), np.where(nearer, by_stem.place, by_meaning.place)
                )
        else:
            self._known.update((text, self._by_stems(text)) for text in new)

    def presence(self, text: str) -> Presence:
        """Say how far the terms stand in a text."""
        if text not in self._known:
            self.read([text])
        return self._known[text]

    def covered(self, share: Floats) -> float:
        """Return the weighted mean of shares (n,); 1 where the question has no terms."""
        total = float(self.weights.sum())
        return float(self.weights @ share) / total if total else 1.0

    def _near(self, tokens: TokenVectors) -> Presence:
        share, place = np.zeros(len(self.terms)), np.zeros(len(self.terms))
        if not tokens.spans:
            return Presence(share, place)
        middles = np.array(tokens.spans, dtype=np.float64).mean(axis=1)
        for number, vectors in enumerate(self._vectors):
            if len(vectors):
                cosines = vectors @ tokens.vectors.T
                share[number] = cosines.max(axis=1).mean()
                place[number] = middles[int(cosines.mean(axis=0).argmax())]
        return Presence(np.clip((share - UNRELATED) / (SAME - UNRELATED), 0.0, 1.0), place)

    def _by_stems(self, text: str) -> Presence:
        places = {word.stem: (word.start + word.end) / 2 for word in reversed(words(text[:LONGEST]))}
        found = [next((places[stem] for stem in kin if stem in places), None) for kin in self._kin]
        return Presence(
            np.array([float(place is not None) for place in found]), np.array([place or 0.0 for place in found])
        )


def _of(term: Word, tokens: TokenVectors) -> NDArray[np.float32]:
    chosen = [number for number, (start, end) in enumerate(tokens.spans) if start < term.end and term.start < end]
    return tokens.vectors[chosen]
