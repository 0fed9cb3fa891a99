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
# "Check this paragraph: ...", "please verify the following sentences against my papers: ...", "verify: ...".
_ASKED = re.compile(
    r"\W*(?:(?:please|now|can you|could you)\s+){0,2}(?:(?:fact[- ]?)?check|verify)"
    r"(?:\s+(?:whether\s+)?(?:this|these|that|my|the following)\b[^:\n]{0,80})?\s*[:\n]\s*(?P<draft>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
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


def sentences_to_check(message: str) -> list[DraftSentence]:
    """Return the sentences that a message gives to be checked; none where it asks something else."""
    asked = _ASKED.match(message.encode("utf-8", "replace").decode().replace("\r\n", "\n"))  # lone surrogates go
    return draft_sentences(asked["draft"], draft_format(asked["draft"])) if asked else []
