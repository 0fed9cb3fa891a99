"""Plain text -> prose: headings and references passed by, list marks taken out."""

from __future__ import annotations

import re

from assistant.drafts.prose import Prose
from assistant.reading.headings import is_heading, section_kind

_BULLET = re.compile(r"\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+(?=\S)")
_ENDS = re.compile(r"[.!?:;,…。！？][\"'”’)\]]*$")
_MOST_WORDS = 12  # of a line by itself that ends without a full stop and is taken for a heading


def plain_prose(draft: str) -> list[Prose]:
    """Return the paragraphs of a plain draft, up to its references."""
    prose = Prose(draft)
    lines = draft.split("\n")
    at = 0
    for number, line in enumerate(lines):
        alone = not (number and lines[number - 1].strip()) and not "".join(lines[number + 1 : number + 2]).strip()
        words = line.strip()
        untitled = alone and words and not _ENDS.search(words) and len(words.split()) <= _MOST_WORDS
        if is_heading(words) or (untitled and len(lines) > 1):
            if section_kind(words) == "references":
                break
            prose.part(at)
        else:
            bullet = _BULLET.match(line)
            if bullet:
                prose.part(at)
            prose.copy(at + (bullet.end() if bullet else 0), at + len(line))
            prose.put("\n", at + len(line), at + len(line))
        at += len(line) + 1
    return [prose]
