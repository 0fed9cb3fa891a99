"""Words of a text: tokens with their places, stems, names. Knows no paper and no question."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import snowballstemmer

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*[^\W\d_]*|[^\W_]+")
_ACCENT = re.compile(r"[\u0300-\u036f]")
_BRITISH = (
    (re.compile(r"is(e|ed|es|ing|er|ers|ation|ations)$"), r"iz\1"),
    (re.compile(r"our(s|ed|ing|ite|ites|al|ally)?$"), r"or\1"),
    (re.compile(r"ence$"), "ense"),
    (re.compile(r"lled$"), "led"),
    (re.compile(r"lling$"), "ling"),
    (re.compile(r"tre(s?)$"), r"ter\1"),
    (re.compile(r"amme(s?)$"), r"am\1"),
)

STOPWORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both
    but by can could did do does doing done down during each either else even ever every few for from further
    had has have having he her here hers him his how however i if in into is it its itself just let like made
    make makes many may me might more most much must my no nor not of off on once one only or other our ours out
    over own per please really s said same say says she should since so some such t than that the their theirs
    them then there these they this those through thus to too under until up us use used uses using very was we
    were what when where which while who whom whose why will with within without would you your yours according
    tell give given get gets got show shows paper papers article articles study studies work works author
    authors""".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands at text[start:end], and its stem."""

    text: str
    stem: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return the words of the text in lower case, without accents, joined by single spaces."""
    plain = text.casefold() if text.isascii() else _ACCENT.sub("", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(_TOKEN.findall(plain))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the English stem of a word, British and American spelling alike."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    if len(folded) > 5:
        for pattern, replacement in _BRITISH:
            folded = pattern.sub(replacement, folded)
    return str(_stemmer().stemWord(folded))


_of_thread = threading.local()


def _stemmer() -> Any:
    """Return this thread's own stemmer: one keeps the word it works on in itself."""
    if not hasattr(_of_thread, "stemmer"):
        _of_thread.stemmer = snowballstemmer.stemmer("english")
    return _of_thread.stemmer


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order."""
    return tuple(Word(match[0], stem(match[0]), match.start(), match.end()) for match in _TOKEN.finditer(text))


@lru_cache(maxsize=16384)
def content(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning."""
    return frozenset(word.stem for word in words(text) if word.text.casefold() not in STOPWORDS)


def looks_like_name(token: str) -> bool:
    """Tell whether a token is written as names of systems are: inner capitals, all capitals, or letters with digits."""
    letters = [letter for letter in token if letter.isalpha()]
    if len(letters) < 1 or len(token) < 2:
        return False
    capitals = sum(letter.isupper() for letter in letters)
    if any(letter.isdigit() for letter in token):
        return not re.fullmatch(r"\d[\d.,]*(?:th|st|nd|rd|s|x|k|m|b|d)", token.casefold())
    return capitals >= 2 and len(letters) >= 2


_NAME = re.compile(r"[^\W_][\w.+-]*[^\W_]|[^\W_]")


def names(text: str) -> tuple[str, ...]:
    """Return the names in a text, as written, in order: `GaLore`, `GPT-4`, `Big-Bench Hard`, `Google Play`.

    A capital alone makes no name at the beginning of a sentence.
    """
    found: list[str] = []
    previous_end = -2
    previous_is_name = False
    for match in _NAME.finditer(text):
        token = re.sub(r"['’]s$", "", match[0])
        before = text[: match.start()].rstrip(" \"'“‘(")
        opens = not before or before[-1] in ".?!:"
        capital = token[:1].isupper() and len(token) > 1
        is_name = looks_like_name(token) or (capital and not opens and token.casefold() not in STOPWORDS)
        number_after = previous_is_name and re.fullmatch(r"\d+(?:\.\d+)?[A-Za-z]?", token) is not None
        if (is_name or number_after) and previous_is_name and match.start() == previous_end + 1:
            found[-1] += " " + token
        elif is_name:
            found.append(token)
        previous_is_name, previous_end = is_name or (number_after and bool(found)), match.end()
    return tuple(dict.fromkeys(found))


def counted(number: int, noun: str) -> str:
    """Return "1 paper", "1,204 papers"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(items: Sequence[str]) -> str:
    """Return "A", "A and B", "A, B and C"."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)
