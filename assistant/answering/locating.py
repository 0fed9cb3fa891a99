"""Where a model's words stand in a piece of evidence: a quote verbatim, or the sentence nearest to a claim."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.answering.evidence_block import Piece
from assistant.verdicts.meaning import embed
from assistant.verdicts.quotes import LEAST_QUOTE, squeeze
from assistant.verification import shared_with
from vectorstore.embedding import Embedder

LONGEST_GAP = 300  # folded characters that an elision may leave out

_FULL_STOP = re.compile(r"[.!?](?=\s|\Z)")  # models leave it out of a quote
_ELISION = re.compile(r"\s*[\[({]?\s*(?:\.\s?\.\s?\.|…)\s*[\])}]?\s*")

Span = tuple[int, int]


def can_be_located(quote: str) -> bool:
    """Tell whether a quote is long enough to stand in one place only."""
    return len(quote.strip()) >= LEAST_QUOTE


def locate(quote: str, piece: Piece) -> Span | None:
    """Return where a quote stands in the source's text; white space, hyphens, ligatures and quotation marks are folded,
    a full stop that follows is taken in.

    An elision ("...") may leave out some words.
    """
    folded, places = _folded(piece.shown)
    parts = [part for part in (squeeze(part).strip(".,;:") for part in _ELISION.split(quote.strip())) if part]
    if not parts or len("".join(parts)) < LEAST_QUOTE // 2:
        return None
    start = folded.find(parts[0])
    while start >= 0:
        end = start + len(parts[0])
        for part in parts[1:]:
            place = folded.find(part, end, end + LONGEST_GAP + len(part))
            if place < 0:
                break
            end = place + len(part)
        else:
            stop = _FULL_STOP.match(piece.shown, places[end - 1] + 1)
            last_shown = stop.end() - 1 if stop else places[end - 1]
            first, last = piece.places[places[start]], piece.places[last_shown]
            return piece.chunk.chunk.start + first, piece.chunk.chunk.start + last + 1
        start = folded.find(parts[0], start + 1)
    return None


def nearest_sentence(claim: str, piece: Piece, embedder: Embedder) -> Span:
    """Return the span of the sentence of a piece that comes nearest to a claim, in the source's text."""
    chunk = piece.chunk.chunk
    if not chunk.sentences:
        return chunk.start, chunk.end
    texts = [piece.chunk.text[s.start - chunk.start : s.end - chunk.start] for s in chunk.sentences]
    vectors = embed(embedder, (claim, *texts))
    alike = vectors[1:] @ vectors[0]
    scores = [float(alike[i]) + shared_with(claim, text) for i, text in enumerate(texts)]
    best = chunk.sentences[max(range(len(texts)), key=scores.__getitem__)]
    return best.start, best.end


@lru_cache(maxsize=256)
def _folded(shown: str) -> tuple[str, tuple[int, ...]]:
    """Return a text folded as quotes are, and for each folded character the one it is from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(shown):
        for letter in squeeze(character):
            folded.append(letter)
            places.append(place)
    return "".join(folded), tuple(places)
