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

from assistant.reading.pdf_lines import Line, PageLines

Role = Literal["text", "heading", "caption", "row"]

CAPTION = re.compile(
    r"^(?P<what>Table|TABLE|Tab\.|Tableau|Tabelle|Tabla|表|Figure|FIGURE|Fig\.|FIG\.|Abbildung|图|Algorithm|Listing)"
    r"\s*(?P<number>\d{1,3}|[IVXLC]{1,6}|[A-Z]\.?\d{1,2})(?:\.\d{1,2})?\s*(?:[:.：|–—-]|\s)",
)
_PAGE_NUMBER = re.compile(
    r"^[\W_]*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[\W_]*$", re.IGNORECASE
)
_BULLET = re.compile(r"^(?:[•◦▪‣●■○∙·*–—]\s|\[\d{1,3}\]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)\s)")
_ENDS = re.compile(r"[.!?:;。！？”\")\]]\s*$")
_NUMBER = re.compile(r"^[-+−±~<>≈]?[$€£]?[\d.,]+(?:[%xMKBkm×∗*†‡]|e-?\d+)*$|^[-–—✓✗×±/|]+$")


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together on one page; a `row` is one line of a table. `follows`: the file goes on here directly."""

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
        paragraphs += _paragraphs(_Columns(page, lines), body)
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
            if _PAGE_NUMBER.match(line.text) and (line.bottom < 0.1 * page.height or line.top > 0.88 * page.height):
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


# ---- columns and order ----


class _Columns:
    """The lines of a page as blocks in reading order, and the edges of the columns they stand in."""

    def __init__(self, page: PageLines, lines: list[Line]) -> None:
        self.page = page
        self.gutter = _gutter(page, lines)
        if self.gutter:
            lines = [piece for line in lines for piece in _at_gutter(line, self.gutter)]
        self.blocks = _blocks(lines)
        if _disorder(self.blocks, self.gutter) > 0.12:
            self.blocks = _sorted(self.blocks, self.gutter)

    def column(self, line: Line) -> tuple[float, float]:
        """Return the left and right edge of the column in which a line stands."""
        side = _side(line, self.gutter)
        peers = [other for block in self.blocks for other in block if _side(other, self.gutter) == side]
        widest = max(other.width for other in peers)
        wide = [other for other in peers if other.width > 0.6 * widest]
        return median(other.left for other in wide), median(other.right for other in wide)


def _gutter(page: PageLines, lines: list[Line]) -> float | None:
    """Return where the gap between two columns lies, None on a page of one."""
    if len(lines) < 8:
        return None
    best: tuple[float, float] | None = None
    for step in range(36, 65):
        x = page.width * step / 100
        left = right = across = 0
        for line in lines:
            weight = len(line.text)
            if line.right <= x:
                left += weight
            elif line.left >= x:
                right += weight
            elif not any(west - 1 <= x <= east + 1 for _, west, east in line.gaps):
                across += weight
            elif weight > 50:  # the file may write straight across both columns
                left, right = left + weight // 2, right + weight // 2
        score = min(left, right) - 0.7 * across
        if min(left, right) > 0.12 * (left + right + across) and (best is None or score > best[0]):
            best = (score, x)
    if best is None or best[0] <= 0:
        return None
    x = best[1]
    west = max((line.right for line in lines if line.right <= x and line.width > 60), default=x)
    east = min((line.left for line in lines if line.left >= x and line.width > 60), default=x)
    return (west + east) / 2


def _at_gutter(line: Line, gutter: float) -> list[Line]:
    for number, (position, west, east) in enumerate(line.gaps):
        if west - 1 <= gutter <= east + 1 and line.left < gutter < line.right:
            prose = len(line.gaps) == 1 and position > 20 and len(line.text) - position > 20
            if prose:
                return list(line.split(number))
    return [line]


def _side(line: Line, gutter: float | None) -> int:
    """Return 1 for the left column, 2 for the right one, 0 for lines across the page."""
    if gutter is None:
        return 0
    if line.right <= gutter + 3:
        return 1
    return 2 if line.left >= gutter - 3 else 0


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Group lines that follow one another both in the file and down the page."""
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks:
            last = blocks[-1][-1]
            overlap = min(last.right, line.right) - max(last.left, line.left)
            down = line.top - last.bottom
            if overlap > 0 and line.middle > last.middle and down < 1.3 * max(line.size, last.size):
                blocks[-1].append(line)
                continue
        blocks.append([line])
    return blocks


def _disorder(blocks: list[list[Line]], gutter: float | None) -> float:
    """Return how much of the page's text stands after text that is below it in the same column, from 0 to 1."""
    lowest = {0: -1e9, 1: -1e9, 2: -1e9}
    wrong = total = 0
    for block in blocks:
        weight = sum(len(line.text) for line in block)
        total += weight
        side = _side(block[0], gutter)
        below = lowest[side] if side else max(lowest.values())
        if block[0].middle < below - 5:
            wrong += weight if len(block) > 1 or weight > 40 else 0
        lowest[side] = max(lowest[side], block[-1].middle)
    return wrong / total if total else 0.0


def _sorted(blocks: list[list[Line]], gutter: float | None) -> list[list[Line]]:
    """Order blocks by bands between those that cross the page, then by column, then downwards."""
    by_height = sorted(blocks, key=lambda block: (block[0].top, block[0].left))
    bands: list[dict[int, list[list[Line]]]] = [{0: [], 1: [], 2: []}]
    for block in by_height:
        side = _side(block[0], gutter) if all(_side(line, gutter) for line in block) else 0
        if side == 0 and (bands[-1][1] or bands[-1][2]):
            bands.append({0: [], 1: [], 2: []})
        bands[-1][side].append(block)
    return [block for band in bands for side in (0, 1, 2) for block in band[side]]


# ---- paragraphs ----


def _paragraphs(columns: _Columns, body: float) -> list[Paragraph]:
    lines = [line for block in columns.blocks for line in block]
    if not lines:
        return []
    rows = _table_lines(lines, columns)
    pitch = _pitch(lines)
    edges: dict[int, tuple[float, float]] = {}
    paragraphs: list[Paragraph] = []
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        last = lines[number - 1] if number else None
        side = _side(line, columns.gutter)
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
    for paragraph, following in pairwise([*paragraphs, None]):
        if paragraph and paragraph.role == "heading" and not _heads(paragraph, following):
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
        if last and _is_fragment(paragraph) and all(_is_scrap(line) for line in last.lines) and last.role == "text":
            if 0 <= paragraph.lines[0].order - last.lines[-1].order <= 1:
                last.lines += paragraph.lines
                continue
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
    if _BULLET.match(line.text) and (_ENDS.search(last.text) or _BULLET.match(paragraph.text)):
        return True
    if CAPTION.match(line.text) and _ENDS.search(last.text):
        return True
    shift = line.left - last.left
    first = paragraph.lines[0]
    if shift < -0.7 * size:  # back to the left: after hanging lines, not after an indented first one
        return len(paragraph.lines) > 1 and abs(first.left - line.left) < 0.5 * size and bool(_ENDS.search(last.text))
    if shift > 0.7 * size:
        hanging = (
            following is not None and abs(following.left - line.left) < 0.5 * size and following.middle > line.middle
        )
        return bool(_ENDS.search(last.text)) and not hanging
    short = last.right < edges[1] - 0.25 * (edges[1] - edges[0])
    return short and bool(re.search(r"[.!?。]\s*$", last.text)) and line.text[:1].isupper() and len(paragraph.text) > 60


def _titled(line: Line) -> bool:
    return len(line.text) < 90 and bool(re.match(r"^(?:\d|[A-Z]\b|[A-Z][a-z]+|[IVX]+\.)", line.text))


HEADING_NUMBER = re.compile(
    r"^(?:(?:Appendix|APPENDIX|Chapter|Section|Annexe?|第)\s*)?"
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-K](?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[０-９一二三四五六七八九十]+[、.．]?)\s+(?=\S)"
)
_NAMES = re.compile(
    r"^(?:abstract|summary|introduction|background|related works?|previous work|prior work|methods?|methodology|approach"
    r"|materials and methods|experiments?|results?|results and discussion|discussion|evaluation|conclusions?"
    r"|conclusions? and future work|discussion and conclusions?|future work|limitations?|ethics statement"
    r"|broader impact|acknowledge?ments?|references(?: and notes)?|bibliography|literature cited|works cited|notation"
    r"|appendi(?:x|ces)|supplementary materials?|résumé|références(?: bibliographiques)?|literatur(?:verzeichnis)?"
    r"|zusammenfassung|einleitung|referencias|摘要|引言|参考文献|结论|المراجع|المصادر)\s*[:.]?$",
    re.IGNORECASE,
)


def is_section_name(text: str) -> bool:
    """Tell whether a text is a name that sections of papers go by."""
    return bool(_NAMES.match(text.strip()))


def _role(paragraph: Paragraph, body: float) -> Role:
    text = paragraph.text.strip()
    if CAPTION.match(text):
        return "caption"
    if len(paragraph.lines) > 3 or len(text) > 150 or _BULLET.match(text) or re.match(r"\d+:", text):
        return "text"
    if _NAMES.match(text):
        return "heading"
    letters = sum(map(str.isalpha, text))
    if (
        not re.search(r"[^\W\d_]{4}|[^\x00-\x7f]", text)
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


# ---- tables ----


def _table_lines(lines: list[Line], columns: _Columns) -> set[int]:
    """Return the numbers of the lines that are rows of tables: runs of lines with cells beside a caption, or long ones."""
    gridded = [_is_gridded(line) for line in lines]
    rows: set[int] = set()
    number = 0
    while number < len(lines):
        if not gridded[number]:
            number += 1
            continue
        end, misses = number, 0
        at = number
        while at + 1 < len(lines) and misses <= 2:
            at += 1
            if not _near(lines[at - 1], lines[at]):
                break
            if gridded[at]:
                end, misses = at, 0
            elif _is_short(lines[at], columns):
                misses += 1
            else:
                break
        start = number
        while (
            start > 0
            and number - start < 2
            and _is_short(lines[start - 1], columns)
            and _near(lines[start - 1], lines[start])
        ):
            if CAPTION.match(lines[start - 1].text) or _ENDS.search(lines[start - 1].text):
                break
            start -= 1
        found = [index for index in range(start, end + 1)]
        if _is_table(lines, found, gridded):
            rows |= set(found)
        number = end + 1
    return rows


def _is_table(lines: list[Line], found: list[int], gridded: list[bool]) -> bool:
    marked = sum(gridded[index] for index in found)
    if marked < 2:
        return False
    captioned = False
    for index in (*range(max(0, found[0] - 6), found[0]), *range(found[-1] + 1, min(len(lines), found[-1] + 4))):
        match = CAPTION.match(lines[index].text)
        captioned |= bool(match and match["what"][:3].casefold() in ("tab", "表"))
    cells = sum(len(lines[index].gaps) + 1 for index in found) / len(found)
    return captioned or (marked >= 4 and cells >= 2.5)


def _is_gridded(line: Line) -> bool:
    """Tell whether a line looks like a row: wide gaps, or mostly numbers."""
    if CAPTION.match(line.text):
        return False
    words = line.text.split()
    numbers = sum(bool(_NUMBER.match(word)) for word in words)
    if len(line.gaps) >= 2 or (numbers >= 2 and numbers >= 0.35 * len(words)):
        return len(words) > 1
    if len(line.gaps) == 1:
        position = line.gaps[0][0]
        listed = position < 12 and len(line.text) - position > 40  # a number and its heading, a bullet and its text
        return not listed and not (line.bold and HEADING_NUMBER.match(line.text)) and position > 1
    return False


def _is_short(line: Line, columns: _Columns) -> bool:
    side = _side(line, columns.gutter)
    width = columns.page.width * (0.42 if side else 0.85)
    return line.width < 0.62 * width and not CAPTION.match(line.text) and not HEADING_NUMBER.match(line.text)


def _near(first: Line, second: Line) -> bool:
    """Tell whether two lines of the file may be of one table: a label may stand beside the middle of its rows."""
    size = max(first.size, second.size)
    return -5 * size < second.top - first.top < 4.2 * size
