"""Section headings in plain text, by how they are written. Knows nothing of fonts and pages."""

from __future__ import annotations

import re

from vectorstore.records import Section, SectionKind

_NUMBER = r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-H]\.(?:\d{1,2})?|§\s*\d+)"
_NAMES = (
    r"abstract|summary|introduction|background|(?:previous|prior|related)\s+(?:works?|research|literature)|literature\s+review|preliminaries|"
    r"problem\s+(?:statement|formulation|setting)|methods?|methodology|materials?\s+and\s+methods?|approach|model|data|datasets?|"
    r"experiments?|experimental\s+(?:setup|results|evaluation)|evaluation|results?|results?\s+and\s+discussions?|analysis|ablations?|discussions?|"
    r"limitations?|broader\s+impacts?|ethics\s+statement|future\s+work|conclusions?|conclusions?\s+and\s+future\s+work|concluding\s+remarks|"
    r"acknowledge?ments?|references?|bibliography|works\s+cited|literature\s+cited|appendix|appendices|supplementary\s+materials?"
)
_NAMED = re.compile(rf"(?:{_NUMBER}\s+)?(?:{_NAMES})\s*[:.]?", re.IGNORECASE)
_NUMBERED = re.compile(rf"({_NUMBER})\s+([A-Z][^\n]{{2,90}})")
_RUN_IN = re.compile(r"(abstract|summary)\s*[:.—–-]+\s*(?=\S)", re.IGNORECASE)
_KINDS: tuple[tuple[str, SectionKind], ...] = (
    (r"\b(?:abstract|summary)\b", "abstract"),
    (r"\b(?:related|previous|prior)\s+(?:works?|research|literature)|\bliterature\s+review\b", "related"),
    (r"\b(?:references?|bibliography|works\s+cited|literature\s+cited)\b", "references"),
)


def section_kind(title: str) -> SectionKind:
    """Return what a section of that title holds; "body" for all but abstracts, related work and references."""
    bare = re.sub(rf"^{_NUMBER}\s+", "", title.strip())
    if len(bare.split()) > 5:
        return "body"
    return next((kind for pattern, kind in _KINDS if re.search(pattern, bare, re.IGNORECASE)), "body")


def is_heading(line: str) -> bool:
    """Tell whether a line of plain text is a section's heading: a usual name, or a numbered title."""
    line = line.strip()
    if _NAMED.fullmatch(line):
        return not line[0].islower()
    match = _NUMBERED.fullmatch(line)
    if match is None or line[-1] in ".,;:" or len(line.split()) > 12:
        return False
    title: str = match.group(2)
    letters = [character for character in title if not character.isspace()]
    return sum(character.isalpha() or character in "-:,'’" for character in letters) >= len(letters) * 0.9


def text_sections(text: str) -> tuple[Section, ...]:
    """Return the sections of a plain text, covering it: a "front" until the first heading, then one a heading."""
    marks: list[tuple[int, str, SectionKind]] = []
    position = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped and len(stripped) <= 100 and is_heading(stripped):
            marks.append((position, stripped, section_kind(stripped)))
        elif run_in := _RUN_IN.match(stripped[:40]):
            marks.append((position, run_in.group(1), "abstract"))
        position += len(line) + 1
    if len(marks) < 2:
        return (Section("", 0, len(text)),)
    ends = [start for start, *_ in marks[1:]] + [len(text)]
    front = (Section("", 0, marks[0][0], "front"),) if text[: marks[0][0]].strip() else ()
    return (*front, *(Section(title, start, end, kind) for (start, title, kind), end in zip(marks, ends, strict=True)))
