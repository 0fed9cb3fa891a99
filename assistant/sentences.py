"""Text -> the spans of its sentences.

Punkt (Kiss and Strunk 2006), from the data that comes with llama-index, taught the abbreviations of papers.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

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


def split_sentences(text: str, offset: int = 0) -> tuple[Sentence, ...]:
    """Return the sentences of `text` in order, moved by `offset`; a blank line always ends one."""
    found = []
    for block in BLOCK.finditer(text):
        for start, end in _punkt().span_tokenize(block.group()):
            for piece in CJK_SENTENCE.finditer(block.group(), start, end):
                words = piece.group()
                left = block.start() + piece.start() + len(words) - len(words.lstrip())
                right = block.start() + piece.start() + len(words.rstrip())
                if WORD.search(words):
                    found.append(Sentence(offset + left, offset + right))
    return tuple(found)


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
