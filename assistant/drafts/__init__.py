"""A draft that a person writes -> the sentences in it that state something, with their places in the draft."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

from assistant.drafts.latex import latex_prose
from assistant.drafts.markdown import markdown_prose
from assistant.drafts.plain import plain_prose
from assistant.drafts.prose import DraftSentence

DraftFormat = Literal["text", "markdown", "latex"]

_BY_SUFFIX: dict[str, DraftFormat] = {
    ".tex": "latex", ".ltx": "latex", ".latex": "latex", ".md": "markdown", ".markdown": "markdown", ".txt": "text",
}  # fmt: skip
_LATEX = re.compile(r"\\(?:documentclass|begin|(?:sub)*section|[A-Za-z]*cite[A-Za-z]*|emph|textbf|footnote)\b\*?[\[{]")
_MARKDOWN = re.compile(r"^#{1,6} |^```|\*\*\S|\]\(\S|^[-*] \S|\[@|\[\^", re.MULTILINE)
_READERS = {"text": plain_prose, "markdown": markdown_prose, "latex": latex_prose}


def draft_format(draft: str, name: str = "") -> DraftFormat:
    """Return the format of a draft: by the suffix of its file, else by what it looks like."""
    if known := _BY_SUFFIX.get(PurePath(name).suffix.casefold()):
        return known
    return "latex" if _LATEX.search(draft) else "markdown" if _MARKDOWN.search(draft) else "text"


def draft_sentences(draft: str, written_in: DraftFormat) -> list[DraftSentence]:
    """Return the sentences of a draft that state something, in order.

    Headings, code, tables, references, displayed maths and questions are passed by.
    """
    found = [sentence for prose in _READERS[written_in](draft) for sentence in prose.sentences()]
    return sorted(found, key=lambda sentence: (sentence.start, sentence.end))
