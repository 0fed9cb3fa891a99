"""The lines of a PDF's pages -> paragraphs, rows and headings in reading order. Knows no sections, no metadata.

The file's own order is kept wherever it goes down the page, column by column, as nearly all typesetters write it;
whole blocks are moved only where it does not. So a sentence stays what the page says, character after character.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Literal

from assistant.reading.pdf_columns import Columns, side_of
from assistant.reading.pdf_forms import (
    BULLET,
    CAPTION,
    ENDS,
    HEADING_NUMBER,
    PAGE_NUMBER,
    SECTION_NAMES,
    is_section_name,
)
from assistant.reading.pdf_lines import Line, PageLines
from assistant.reading.pdf_tables import table_lines

Role = Literal["text", "heading", "caption", "row"]


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together on one page; a `row` is a line of a table. `follows`: the file goes on here."""

    lines: list[Line]
    role: Role = "text"
    follows: bool = False

    @property
    def page(self) -> int:
        return self.lines[0].page

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        return max(self.lines, key=lambda line: len(line.text)).size


@dataclass(slots=True)
class Layout:
    """Paragraphs of all pages in reading order; `body` is the size of running text, `heads` the lines left out."""

    paragraphs: list[Paragraph]
    body: float
    heads: list[Line] = field(default_factory=list)


def lay_out(pages: list[PageLines]) -> Layout:
    """Return the paragraphs of the pages in reading order, without running heads and page numbers."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    _forget_bold(pages)
    dropped = _running_heads(pages)
    paragraphs: list[Paragraph] = []
    for page in pages:
        lines = [line for line in page.lines if (page.number, line.order) not in dropped]
        paragraphs += _paragraphs(Columns(page, lines), body)
    heads = [line for page in pages for line in page.lines if (page.number, line.order) in dropped]
    return Layout(paragraphs, body, heads)


def _forget_bold(pages: list[PageLines]) -> None:
    """Take back the word of fonts that call all of a text bold."""
    lines = [line for page in pages for line in page.lines]
    if sum(len(line.text) for line in lines if line.bold) > 0.5 * sum(len(line.text) for line in lines):
        for line in lines:
            line.bold = False


# ---- running heads ----


def _running_heads(pages: list[PageLines]) -> set[tuple[int, int]]:
    """Return (page, order) of the lines at the edges that repeat from page to page, and of page numbers."""
    places: dict[str, list[Line]] = {}
    dropped: set[tuple[int, int]] = set()
    for page in pages:
        by_height = sorted(page.lines, key=lambda line: line.middle)
        edges = [line for line in by_height[:3] if line.bottom < 0.13 * page.height]
        edges += [line for line in by_height[-3:] if line.top > 0.87 * page.height and line not in edges]
        for line in edges:
            if PAGE_NUMBER.match(line.text) and (line.bottom < 0.1 * page.height or line.top > 0.88 * page.height):
                dropped.add((page.number, line.order))
            key = re.sub(r"\W*\d+\W*", "#", line.text.casefold()).strip("# ")
            if len(key) > 2:
                places.setdefault(key, []).append(line)
    for lines in places.values():
        numbers = {line.page for line in lines}
        if len(numbers) >= (2 if len(pages) < 6 else max(3, len(pages) // 8)):
            tops = sorted(line.top for line in lines)
            near = [line for line in lines if abs(line.top - tops[len(tops) // 2]) < 15 or abs(line.top - tops[0]) < 15]
            if len({line.page for line in near}) >= 2:
                dropped |= {(line.page, line.order) for line in near}
    return dropped


# ---- paragraphs ----


def _paragraphs(columns: Columns, body: float) -> list[Paragraph]:
    lines = [line for block in columns.blocks for line in block]
    if not lines:
        return []
    rows = table_lines(lines, columns)
    pitch = _pitch(lines)
    edges: dict[int, tuple[float, float]] = {}
    paragraphs: list[Paragraph] = []
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        last = lines[number - 1] if number else None
        side = side_of(line, columns.gutter)
        if side not in edges:
            edges[side] = columns.column(line)
        if number in rows:
            paragraphs.append(Paragraph([line], "row"))
        elif last is None or number - 1 in rows or _parts(paragraphs[-1], last, line, following, edges[side], pitch):
            direct = last is not None and number - 1 not in rows and line.order in (last.order, last.order + 1)
            paragraphs.append(Paragraph([line], follows=direct))
        else:
            paragraphs[-1].lines.append(line)
    for paragraph in paragraphs:
        if paragraph.role == "text":
            paragraph.role = _role(paragraph, body)
    for paragraph, behind in zip(paragraphs, [*paragraphs[1:], None], strict=True):
        if paragraph.role == "heading" and not _heads(paragraph, behind):
            paragraph.role = "text"
    return _with_fragments_joined(paragraphs)


def _heads(paragraph: Paragraph, following: Paragraph | None) -> bool:
    """Tell whether what looks like a heading stands over text, or says of itself that it is one."""
    text = paragraph.text.strip()
    if (
        following is None
        or text.startswith(("Appendi", "APPENDI"))
        or HEADING_NUMBER.match(text)
        or is_section_name(text)
    ):
        return True
    return following.role == "heading" or (following.role == "text" and len(following.text) > 80)


def _with_fragments_joined(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Join the scraps of a figure or a formula that follow one another in the file."""
    joined: list[Paragraph] = []
    for paragraph in paragraphs:
        last = joined[-1] if joined else None
        near = last is not None and 0 <= paragraph.lines[0].order - last.lines[-1].order <= 1
        if last and near and _is_fragment(paragraph) and _is_fragment(last):
            last.lines += paragraph.lines
        else:
            joined.append(paragraph)
    return joined


def _is_fragment(paragraph: Paragraph) -> bool:
    return paragraph.role == "text" and all(_is_scrap(line) for line in paragraph.lines)


def _is_scrap(line: Line) -> bool:
    return len(line.text) < 30 and not re.search(r"[a-z]{3}[.!?]$", line.text)


def _pitch(lines: list[Line]) -> float:
    """Return the usual distance between the tops of lines, in font sizes."""
    steps = [
        (second.top - first.top) / first.size
        for first, second in pairwise(lines)
        if abs(first.size - second.size) < 0.3 and 0.5 < (second.top - first.top) / first.size < 3
    ]
    return median(steps) if steps else 1.2


def _parts(
    paragraph: Paragraph, last: Line, line: Line, following: Line | None, edges: tuple[float, float], pitch: float
) -> bool:
    """Tell whether a line starts a new paragraph."""
    size = max(line.size, last.size)
    if min(last.right, line.right) - max(last.left, line.left) <= 0 or line.middle <= last.middle:
        return True  # another column
    if (line.top - last.top) > (pitch + 0.45) * size and line.top - last.bottom > 0.25 * size:
        return True
    if abs(line.size - last.size) > 0.07 * size and min(len(line.text), len(last.text)) > 3:
        return True
    if line.bold != last.bold and (_titled(last) or _titled(line)) and not CAPTION.match(paragraph.text):
        return True
    if last.joins:
        return False
    if BULLET.match(line.text) and (ENDS.search(last.text) or BULLET.match(paragraph.text)):
        return True
    if CAPTION.match(line.text) and ENDS.search(last.text):
        return True
    shift = line.left - last.left
    first = paragraph.lines[0]
    if shift < -0.7 * size:  # back to the left: after hanging lines, not after an indented first one
        return len(paragraph.lines) > 1 and abs(first.left - line.left) < 0.5 * size and bool(ENDS.search(last.text))
    if shift > 0.7 * size:
        hanging = (
            following is not None and abs(following.left - line.left) < 0.5 * size and following.middle > line.middle
        )
        return bool(ENDS.search(last.text)) and not hanging
    short = last.right < edges[1] - 0.25 * (edges[1] - edges[0])
    return short and bool(re.search(r"[.!?。]\s*$", last.text)) and line.text[:1].isupper() and len(paragraph.text) > 60


def _titled(line: Line) -> bool:
    return len(line.text) < 90 and bool(re.match(r"^(?:\d|[A-Z]\b|[A-Z][a-z]+|[IVX]+\.)", line.text))


def _role(paragraph: Paragraph, body: float) -> Role:
    text = paragraph.text.strip()
    if CAPTION.match(text):
        return "caption"
    if len(paragraph.lines) > 3 or len(text) > 150 or BULLET.match(text) or re.match(r"\d+:", text):
        return "text"
    if SECTION_NAMES.match(text):
        return "heading"
    letters = sum(map(str.isalpha, text))
    if (
        not re.search(r"[^\W\d_]{4}|^\d.*[A-Z]{3}|[^\x00-\x7f]", text)
        or letters < 0.5 * len(text.replace(" ", ""))
        or "@" in text
        or text.count(",") > 4
    ):
        return "text"
    numbered = HEADING_NUMBER.match(text)
    start = text[numbered.end() :] if numbered else text
    if not (start[:1].isupper() or start[:1].isdigit() or not start[:1].isascii()) or text.endswith((",", ";", "-")):
        return "text"
    bold = all(line.bold for line in paragraph.lines)
    larger = paragraph.size > 1.07 * body
    capitals = letters > 5 and start.upper() == start
    if numbered and (bold or larger or capitals) and not text.endswith("."):
        return "heading"
    if numbered and text[0].isdigit() and "." in numbered.group() and len(text) < 70 and paragraph.size >= 0.97 * body:
        return "text" if re.search(r"[.=]\s*$", text) else "heading"
    if (bold or larger) and paragraph.size >= 0.95 * body and not re.search(r"[.=]$", text) and len(text) < 100:
        return "heading"
    return (
        "heading"
        if capitals and letters > 6 and paragraph.size >= 0.75 * body and len(text) < 60 and numbered
        else "text"
    )
