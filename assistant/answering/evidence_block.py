"""Evidence -> the block of text that a model reads: pieces with keys, disarmed, as many as fit.

What papers contain can neither close the block nor pass for a key of ours: only our keys stand in square brackets.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from assistant.answering.writing import described
from assistant.types import Evidence, Plan
from vectorstore.records import Paper, StoredChunk

MOST_PIECES = 16
MOST_OF_A_LIST = 24

_LEFT_OUT = " … "
_KEPT_CONTROLS = frozenset("\n\t")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
# Shown as nothing though Unicode counts them as marks or letters: joiners, Hangul fillers, variation selectors.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_OPENS, _CLOSES = "[［【〔⟦〚❲", "]］】〕⟧〛❳"
# A key or reference marks in brackets: [S1], [12], [3, 5–7], [^4]. An interval that begins at 0 is none.
_MARK = re.compile(
    rf"[{re.escape(_OPENS)}]\s*\^?\s*(?:[Ss]\s*\d|[1-9])[Ss\d\s,;&–—‐-]{{0,60}}?\s*[{re.escape(_CLOSES)}]"
    rf"|\(\s*[Ss]\s*\d{{1,3}}\s*\)"
)
_LOOKALIKES = str.maketrans({"Ѕ": "S", "ѕ": "s", "Տ": "S", "ꓢ": "S"})  # Cyrillic, Armenian, Lisu


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk under its key, as the model sees it.

    `shown` is the chunk's text disarmed; `places[i]` is where its i-th character stands in the chunk's own text.
    """

    key: str
    chunk: StoredChunk
    paper: Paper
    head: str
    shown: str
    places: tuple[int, ...]

    @property
    def text(self) -> str:
        """The piece as it stands in the block."""
        return f"[{self.key}] {self.head}\n{self.shown}"


def disarmed(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the text without what is not seen and with braces about what looks like a mark, and where each character
    was."""
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character == "\r":
            character = "\n"
        unseen = character not in _KEPT_CONTROLS and unicodedata.category(character) in _UNSEEN
        if not unseen and not _IGNORABLE.match(character):
            kept.append(character)
            places.append(place)
    folded = "".join(map(_folded, kept))
    for match in _MARK.finditer(folded):
        kept[match.start()], kept[match.end() - 1] = "{", "}"
    return "".join(kept), tuple(places)


def disarmed_line(text: str) -> str:
    """Return a text disarmed and in one line."""
    return disarmed(" ".join(text.split()))[0].strip()


def _folded(character: str) -> str:
    """Return the plain character that another looks like, always exactly one."""
    plain = unicodedata.normalize("NFKC", character).translate(_LOOKALIKES)
    if len(plain) != 1:
        return character
    digit = unicodedata.decimal(plain, None)
    return plain if digit is None else str(digit)


def pieces(plan: Plan, evidence: Evidence, papers: Mapping[str, Paper]) -> tuple[Piece, ...]:
    """Give the chunks of the evidence their keys, best first; where several papers are asked about, by turns."""
    chunks = list({hit.chunk.chunk_id: hit.chunk for hit in evidence.hits}.values())
    if len(plan.papers) > 1:
        chunks = _by_turns(chunks)
    return keyed(chunks[: MOST_OF_A_LIST if plan.kind in {"list", "summary"} else MOST_PIECES], papers)


def keyed(chunks: Sequence[StoredChunk], papers: Mapping[str, Paper]) -> tuple[Piece, ...]:
    """Give chunks their keys in the order in which they are."""
    made = []
    for number, chunk in enumerate(chunks, 1):
        paper = papers[chunk.paper_id]
        shown, places = disarmed(chunk.text.strip())
        lead = len(chunk.text) - len(chunk.text.lstrip())
        head = disarmed_line(", ".join(filter(None, (described(paper), chunk.chunk.section))))
        made.append(Piece(f"S{number}", chunk, paper, head, shown, tuple(place + lead for place in places)))
    return tuple(made)


def reduced(piece: Piece, spans: Sequence[tuple[int, int]]) -> Piece:
    """Return a piece that shows only these spans of its chunk's text, in order, and a mark where something is left out.

    The characters of the mark stand where the words before it end, so that a quote across it spans what is left out.
    """
    shown, places = "", list[int]()
    for start, end in _joined(spans, piece.chunk.text):
        text, where = disarmed(piece.chunk.text[start:end].rstrip())
        if shown:
            shown += _LEFT_OUT
            places += [places[-1]] * len(_LEFT_OUT)
        shown += text
        places += [start + place for place in where]
    return replace(piece, shown=shown, places=tuple(places))


def _joined(spans: Sequence[tuple[int, int]], text: str) -> Iterable[tuple[int, int]]:
    """Join spans that have nothing but white space between them."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _by_turns(chunks: Sequence[StoredChunk]) -> list[StoredChunk]:
    by_paper: dict[str, list[StoredChunk]] = {}
    for chunk in chunks:
        by_paper.setdefault(chunk.paper_id, []).append(chunk)
    return [chunk for row in zip_longest(*by_paper.values()) for chunk in row if chunk is not None]


def fitting(ranked: Sequence[Piece], room: int, count: Callable[[str], int]) -> tuple[Piece, ...]:
    """Return the pieces, best first and whole, that `room` tokens hold; one that is too long is passed by."""
    kept = []
    for piece in ranked:
        cost = count(piece.text) + 2  # and the blank line
        if cost <= room:
            kept.append(piece)
            room -= cost
    return tuple(kept)


def block(chosen: Iterable[Piece]) -> str:
    """Return the pieces as they are sent."""
    return "\n\n".join(piece.text for piece in chosen)


def fresh_marker(*texts: str, draw: Callable[[], str] = lambda: secrets.token_hex(16)) -> str:
    """Return a marker drawn at random that stands in none of the texts."""
    while True:
        marker = draw()
        if not any(marker in text for text in texts):
            return marker
