"""Claims of a model -> statements with footnotes and verdicts, each held against the passages it names. Knows no model.

The model's words are never taken for a paper's: what is cited is always a verbatim span of the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answering.evidence_block import Piece
from assistant.answering.locating import Span, can_be_located, locate, nearest_sentence
from assistant.answering.reply import Claim
from assistant.answering.writing import Draft
from assistant.types import Quotes, Verdict
from assistant.verification import Verified, long_enough, verify
from vectorstore.embedding import Embedder


class Attribution:
    """Writes claims down in a draft; `verified` has what was made of each, `unknown` the keys that no piece has."""

    def __init__(self, sent: Sequence[Piece], draft: Draft, embedder: Embedder) -> None:
        self.draft = draft
        self.verified: list[Verified] = []
        self.unknown: dict[str, None] = {}
        self._given = self._found = 0
        self._embedder = embedder
        self._pieces = {piece.key: piece for piece in sent}
        self._passages = {piece.key: f"{piece.head}.\n\n{piece.chunk.text}" for piece in sent}

    @property
    def quotes(self) -> Quotes:
        """How many quotes were given and found so far."""
        return Quotes(self._given, self._found)

    def add(self, claim: Claim) -> None:
        """Judge a claim and write it down."""
        named = [key for key in claim.keys if key in self._pieces]
        self.unknown.update(dict.fromkeys(key for key in claim.keys if key not in self._pieces))
        spans, missing = self._located(claim, named)
        verified = verify(claim.text, list(spans), self._passages, self._embedder)
        cited = [(self._pieces[key].chunk, *self._span(claim, key, spans)) for key in verified.cited]
        verdict, reason, code = _outcome(verified, claim, missing)
        self.draft.state(claim.text, cited, verdict, reason, code)
        self.verified.append(verified)

    def _located(self, claim: Claim, named: Sequence[str]) -> tuple[dict[str, Span | None], str]:
        """Return the pieces to cite, each with where its quote stands, and a quote that stands in none."""
        spans: dict[str, Span | None] = dict.fromkeys(named)
        elsewhere: set[str] = set()
        missing = ""
        for quote in claim.quotes:
            if not can_be_located(quote.words):
                continue
            self._given += 1
            order = dict.fromkeys(key for key in (quote.key, *named, *self._pieces) if key in self._pieces)
            place = next(((key, span) for key in order if (span := locate(quote.words, self._pieces[key]))), None)
            if place is None:
                missing = quote.words
                continue
            self._found += 1
            key, span = place
            if key not in named:
                elsewhere.add(quote.key or named[0] if named else "")
            spans[key] = spans.get(key) or span
        kept = {key: span for key, span in spans.items() if span or key not in elsewhere}
        return kept or spans, missing

    def _span(self, claim: Claim, key: str, spans: Mapping[str, Span | None]) -> Span:
        """Return what to quote of a piece: the words that the model quoted, else the sentence nearest to the claim."""
        piece = self._pieces[key]
        span = spans.get(key)
        chunk = piece.chunk.chunk
        if span and long_enough(piece.chunk.text[span[0] - chunk.start : span[1] - chunk.start]):
            return span
        return nearest_sentence(claim.text, piece, self._embedder)


def _outcome(verified: Verified, claim: Claim, missing: str) -> tuple[Verdict, str, str]:
    judgement = verified.judgement
    if judgement.verdict == "supported" and missing:
        short = missing if len(missing) <= 60 else missing[:57].rstrip() + "..."
        return "partly", f"The passage says this, but the model's quote “{short}” is in no passage.", "quote_not_found"
    if verified.mended and claim.keys:
        return judgement.verdict, "This passage says it; the one that the model named does not.", judgement.reason_code
    if verified.mended:
        return judgement.verdict, "This passage says it; the model named none.", judgement.reason_code
    if judgement.reason_code == "no_passage":
        return judgement.verdict, "The model named no passage for this, and none that was found says it.", "no_passage"
    return judgement.verdict, judgement.reason, judgement.reason_code
