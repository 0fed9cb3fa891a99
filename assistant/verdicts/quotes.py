"""Whether a quote stands in a passage; white space, hyphens, ligatures, quotation marks and capitals are folded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from assistant.sentences import split_sentences
from assistant.verdicts.numbers import without_marks

LEAST_QUOTE = 12  # characters; shorter ones could stand anywhere

QuoteFinding = Literal["found", "too_short", "misattributed", "stitched", "invented"]

_QUOTED = re.compile(r"“([^“”]+)”|«([^«»]+)»|„([^„“”]+)[“”]|``(.+?)''|(?<![\w\d])\"([^\"]+)\"(?!\w)", re.DOTALL)
_ELISION = re.compile(r"\s*(?:\[\s*(?:\.\s?\.\s?\.|…)\s*\]|\(\s*(?:\.\s?\.\s?\.|…)\s*\)|\.\s?\.\s?\.\.?|…)\s*")
_PUT_IN = re.compile(r"\[[^\[\]]{1,40}\]")
_LEAST_WORDS_STITCHED = 3


@lru_cache(maxsize=8192)
def squeeze(text: str) -> str:
    """Return the letters, digits and signs of a text, folded, without white space, hyphens and quotation marks."""
    folded = unicodedata.normalize("NFKC", text)
    kept = []
    for letter in folded:
        if letter.isspace() or letter in "'\"`´‘’“”„«»‚‹›\ufffe\u00ad" or unicodedata.category(letter) in ("Pd", "Cf"):
            continue
        kept.append("-" if letter == "−" else letter)
    return "".join(kept).casefold().replace("−", "")


def quotes_in(statement: str) -> tuple[str, ...]:
    """Return what stands in quotation marks in a statement, in order, when it is more than a word or two."""
    found = (next(part for part in match.groups() if part) for match in _QUOTED.finditer(statement))
    return tuple(quote for quote in found if len(quote.split()) >= 3)


def check_quote(quote: str, passages: Sequence[str], others: Sequence[str] = ()) -> QuoteFinding:
    """Say whether the quote stands in one of the passages, or in one of the `others` only, or nowhere.

    An elision ("...") may leave out words within a sentence; a quote whose parts come from several is stitched.
    """
    if len(quote.strip()) < LEAST_QUOTE:
        return "too_short"
    parts = [squeeze(part).strip(".,;:") for part in _ELISION.split(_PUT_IN.sub("…", quote).strip(" .,;:"))]
    parts = [part for part in parts if part]
    if any(_stands(parts, passage) for passage in passages):
        return "found"
    if any(_stands(parts, passage) for passage in others):
        return "misattributed"
    whole = "\n\n".join(passages)
    if len(parts) > 1 and all(part in squeeze(whole) for part in parts):
        return "stitched"
    return "stitched" if is_stitched(quote, passages) else "invented"


def is_verbatim(statement: str, passages: Sequence[str]) -> bool:
    """Tell whether a statement is a whole sentence of one of the passages, word for word; reference marks apart."""
    said = squeeze(without_marks(statement)).strip(".,;:")
    passages = [without_marks(passage) for passage in passages]
    sentences = (passage[s.start : s.end] for passage in passages for s in split_sentences(passage))
    return len(said) >= LEAST_QUOTE and any(said == squeeze(sentence).strip(".,;:") for sentence in sentences)


def is_stitched(text: str, passages: Sequence[str]) -> bool:
    """Tell whether a text is two runs of words, each verbatim from a passage but from different sentences."""
    wanted = text.strip(" .,;:").split()
    if len(wanted) < 2 * _LEAST_WORDS_STITCHED:
        return False
    whole = [squeeze(passage) for passage in passages]
    sentences = [squeeze(passage[s.start : s.end]) for passage in passages for s in split_sentences(passage)]
    if any(squeeze(" ".join(wanted)) in passage for passage in whole):
        return False
    for cut in range(_LEAST_WORDS_STITCHED, len(wanted) - _LEAST_WORDS_STITCHED + 1):
        left, right = squeeze(" ".join(wanted[:cut])), squeeze(" ".join(wanted[cut:]))
        if not any(left in passage for passage in whole):
            return False
        if any(left in sentence and right in sentence for sentence in sentences):
            return False
        if min(len(left), len(right)) >= LEAST_QUOTE and any(right in passage for passage in whole):
            return True
    return False


def _stands(parts: Sequence[str], passage: str) -> bool:
    """Tell whether the parts stand in the passage in their order, all in one sentence."""
    if not parts:
        return False
    squeezed = squeeze(passage)
    if len(parts) == 1:
        return parts[0] in squeezed
    sentences = [squeeze(passage[s.start : s.end]) for s in split_sentences(passage)]
    return any(_in_order(parts, sentence) for sentence in sentences)


def _in_order(parts: Sequence[str], text: str) -> bool:
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True
