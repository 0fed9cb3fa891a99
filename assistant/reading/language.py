"""Whether a text is one that the embedded embedder reads well. A rough guess, by letters and common words."""

from __future__ import annotations

import re
import unicodedata

WARNING = "the text is mostly not English; the embedded embedder reads English best"
_SAMPLE = 20_000
_ENGLISH = frozenset("the of and to in is that for we with on as are this by from be our which an can it or at".split())


def language_warning(text: str) -> str | None:
    """Return a sentence for the report where a text is mostly not English, else None."""
    middle = max(0, len(text) // 2 - _SAMPLE // 2)
    sample = text[middle : middle + _SAMPLE]
    letters = [character for character in sample if character.isalpha()]
    if not letters:
        return None
    # A character of Chinese or Korean says about as much as three letters.
    latin = sum(unicodedata.name(character, "").startswith("LATIN") for character in letters)
    if (len(letters) - latin) * 3 > latin:
        return WARNING
    words = re.findall(r"[^\W\d_]+", sample.lower())
    if len(words) < 60:
        return None
    return WARNING if sum(word in _ENGLISH for word in words) < len(words) * 0.08 else None
