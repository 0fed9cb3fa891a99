"""Text -> the spans of its sentences.

Punkt (Kiss and Strunk 2006), from the data that comes with llama-index, taught the abbreviations of papers.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.reading.headings import is_heading
from vectorstore.records import Sentence

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktTokenizer

ABBREVIATIONS = frozenset(
    "al app approx ca cf ch def dr e.g eq eqn eqs etc fig figs i.e lem no nos p pp prof prop ref refs resp sec sect st "
    "suppl tab thm viz vol vs w.r.t a.k.a".split()
)
BLOCK = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
CJK_SENTENCE = re.compile(r"[^。！？]+[。！？]*[”』」）]*|[。！？]+")
WORD = re.compile(r"\w")
# The mark of a footnote that a PDF's text has lost the height of, between a word's full stop and the next sentence.
MARK = re.compile(
    r"(?:\b(?P<word>[^\W\d_]{2,})|[)\]”’\"%])[.!?][”’\")]?(?P<mark>(?:\d{1,2}|[⁰¹²³⁴-⁹]{1,3})(?:[,–-]\d{1,2})*)(?=\s+[A-Z])"
)


def split_sentences(text: str, offset: int = 0) -> tuple[Sentence, ...]:
    """Return the sentences of `text` in order, moved by `offset`.

    A blank line always ends one, and so does the line of a heading. The mark of a footnote belongs to none.
    """
    found = []
    for block in BLOCK.finditer(text):
        for start, end in _pieces(block.group()):
            for piece in CJK_SENTENCE.finditer(block.group(), start, end):
                words = piece.group()
                left = block.start() + piece.start() + len(words) - len(words.lstrip())
                right = block.start() + piece.start() + len(words.rstrip())
                if WORD.search(words):
                    found.append(Sentence(offset + left, offset + right))
    return tuple(found)


def _pieces(block: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of what ends like a sentence in a block, its heading apart."""
    line = block.find("\n")
    head = line if line > 0 and is_heading(block[:line]) else 0
    if head:
        yield 0, head
    for start, end in _punkt().span_tokenize(block[head:]):
        left, right = head + start, head + end
        for mark in MARK.finditer(block, left, right):
            if (mark["word"] or "").casefold() not in ABBREVIATIONS:
                yield left, mark.start("mark")
                left = mark.end("mark")
        yield left, right


def split_rows(text: str, offset: int = 0) -> tuple[Sentence, ...]:
    """Return the lines of a table that have words or numbers, moved by `offset`."""
    return tuple(
        Sentence(offset + line.start(), offset + line.end())
        for line in re.finditer(r"\S[^\n]*(?<=\S)", text)
        if WORD.search(line.group())
    )


@functools.cache
def _punkt() -> PunktTokenizer:
    import nltk.data
    from nltk.tokenize.punkt import PunktTokenizer

    package = importlib.util.find_spec("llama_index.core")
    assert package is not None and package.submodule_search_locations
    data = str(Path(package.submodule_search_locations[0]) / "_static" / "nltk_cache")
    if data not in nltk.data.path:
        nltk.data.path.insert(0, data)
    punkt = PunktTokenizer("english")
    punkt._params.abbrev_types.update(ABBREVIATIONS)
    return punkt
