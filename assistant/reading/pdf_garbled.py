"""Tells text from the noise of a broken font encoding, in any script. Knows nothing of layout."""

from __future__ import annotations

import re
import unicodedata

from assistant.reading.pdf_lines import Line, PageLines

_ODD = frozenset({"Cc", "Co", "Cn", "Cs"})
_VOWELS = frozenset("aeiouyàáâäæãåèéêëìíîïòóôöõøœùúûüAEIOUY")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’/.&][^\W\d_]+)*\d{0,4}")
_VALUE = re.compile(r"[\d.,:/%$€±×+−=<>()–-]+[a-zA-Z%]{0,3}")


def without_noise(page: PageLines) -> bool:
    """Take the lines that are noise off a page; tell whether the page as a whole is no language."""
    before = page.letters
    page.lines = [line for line in page.lines if not _is_noise(line)]
    text = " ".join(line.text for line in page.lines)[:20_000]
    return page.letters < 0.5 * before or not _reads(text)


def _is_noise(line: Line) -> bool:
    marks = [char for char in line.text if not char.isspace()]
    odd = sum(char == "\ufffd" or unicodedata.category(char) in _ODD for char in marks)
    return odd > 0.2 * len(marks)


def _reads(text: str) -> bool:
    """Tell whether enough of a text is words: letters in runs, in one script and one case, with vowels if Latin."""
    text, wide = _WIDE.subn(" ", text)
    good, all_marks = wide, wide
    for word in text.split():
        all_marks += len(word)
        core = word.strip("()[]{}<>.,;:!?\"'“”‘’«»*†‡∗\u00ad-–—")
        if not core or _VALUE.fullmatch(core) or (_WORD.fullmatch(core) and _is_word(core)):
            good += len(word)
    return good > 0.4 * all_marks or all_marks < 60


def _is_word(word: str) -> bool:
    if not word.isascii():
        letters = [char for char in word if char.isalpha()]
        latin = sum("LATIN" in unicodedata.name(char, "") for char in letters)
        return latin == 0 or word.isupper() or not any(char.isupper() for char in letters[1:])
    if len(word) == 1:
        return word in "aAIiyoOxncdeklmnpst"
    plain = word.islower() or word.istitle() or word.isupper() or not word.isalpha()
    return (plain or len(word) > 5) and (len(word) < 4 or any(char in _VOWELS for char in word))
