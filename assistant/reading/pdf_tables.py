"""Which lines of a page are rows of tables. Knows no text, only how lines look."""

from __future__ import annotations

from assistant.reading.pdf_columns import Columns, side_of
from assistant.reading.pdf_forms import BULLET, CAPTION, ENDS, HEADING_NUMBER, NUMBER
from assistant.reading.pdf_lines import Line


def table_lines(lines: list[Line], columns: Columns) -> set[int]:
    """Return the numbers of the lines that are rows of tables: lines with cells beside a caption, or many."""
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
            if CAPTION.match(lines[start - 1].text) or ENDS.search(lines[start - 1].text):
                break
            start -= 1
        found = list(range(start, end + 1))
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
    numbers = sum(bool(NUMBER.match(word)) for word in words)
    if len(line.gaps) >= 2 or (numbers >= 2 and numbers >= 0.35 * len(words)):
        return len(words) > 1
    if len(line.gaps) == 1:
        position = line.gaps[0][0]
        listed = position < 12 and len(line.text) - position > 40  # a number and its heading, a bullet and its text
        return (
            not listed
            and not BULLET.match(line.text)
            and not (line.bold and HEADING_NUMBER.match(line.text))
            and position > 1
        )
    return False


def _is_short(line: Line, columns: Columns) -> bool:
    side = side_of(line, columns.gutter)
    width = columns.page.width * (0.42 if side else 0.85)
    return line.width < 0.62 * width and not CAPTION.match(line.text) and not HEADING_NUMBER.match(line.text)


def _near(first: Line, second: Line) -> bool:
    """Tell whether two lines of the file may be of one table: a label may stand beside the middle of its rows."""
    size = max(first.size, second.size)
    return -5 * size < second.top - first.top < 4.2 * size
