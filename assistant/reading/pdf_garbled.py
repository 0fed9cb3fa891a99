"""Tells text from the noise of a broken font encoding, in any script. Knows nothing of layout."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from assistant.reading.pdf_lines import PageLines

_ODD = frozenset({"Cc", "Co", "Cn", "Cs"})
_VOWELS = frozenset("aeiouyàáâäæãåèéêëìíîïòóôöõøœùúûüAEIOUY")


def is_garbled(page: PageLines) -> bool:
    """Tell whether most of a page's text is no language."""
    text = "".join(line.text for line in page.lines)[:20_000]
    marks = [char for char in text if not char.isspace()]
    if len(marks) < 40:
        return text.count("\ufffd") > 0.3 * len(marks)
    kinds = Counter(unicodedata.category(char) for char in marks)
    odd = sum(count for kind, count in kinds.items() if kind in _ODD) + text.count("\ufffd")
    if odd > 0.1 * len(marks):
        return True
    return not _reads(" ".join(line.text for line in page.lines)[:20_000], len(marks))


def _reads(text: str, marks: int) -> bool:
    """Tell whether enough of the text is words: letters in runs, in one script and one case, with vowels if Latin."""
    good = numbers = 0
    for word in re.findall(r"\S+", text):
        core = word.strip("()[]{}<>.,;:!?\"'“”‘’«»*†‡∗\u00ad-–—")
        if re.fullmatch(r"[^\W\d_]+(?:[-'’/.][^\W\d_]+)*", core):
            if _is_word(core):
                good += len(word)
        elif re.fullmatch(r"[\d.,:/%$€±×+−=<>()–-]+[a-zA-Z%]{0,3}", core) or not core:
            numbers += len(word)
    return good > 0.4 * (marks - numbers) or numbers > 0.7 * marks


def _is_word(word: str) -> bool:
    if not word.isascii():
        letters = [char for char in word if char.isalpha()]
        latin = sum("LATIN" in unicodedata.name(char, "") for char in letters)
        if latin == 0:
            return True
        return not any(char.isupper() for char in letters[1:]) or word.isupper()
    if len(word) == 1:
        return word in "aAIiyoOxncdeklmnpst"
    plain = word.islower() or word.istitle() or word.isupper() or "-" in word or "/" in word
    return (plain or len(word) > 5) and (any(char in _VOWELS for char in word) or len(word) < 4)
