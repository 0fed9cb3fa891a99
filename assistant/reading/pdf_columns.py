"""The columns of a page, and its lines as blocks in reading order. Knows no paragraphs."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from assistant.reading.pdf_lines import Line, PageLines


class Columns:
    """The lines of a page as blocks in reading order, and the edges of the columns they stand in."""

    def __init__(self, page: PageLines, lines: list[Line]) -> None:
        self.page = page
        self.gutter = _gutter(page, lines)
        if self.gutter:
            lines = [piece for line in lines for piece in _at_gutter(line, self.gutter)]
        self.blocks = _blocks(lines)
        if _disorder(self.blocks, self.gutter) > 0.12 or _alternates(self.blocks, self.gutter):
            self.blocks = _sorted(self.blocks, self.gutter)

    def column(self, line: Line) -> tuple[float, float]:
        """Return the left and right edge of the column in which a line stands."""
        side = side_of(line, self.gutter)
        peers = [other for block in self.blocks for other in block if side_of(other, self.gutter) == side]
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


def side_of(line: Line, gutter: float | None) -> int:
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
        side = side_of(block[0], gutter)
        below = lowest[side] if side else max(lowest.values())
        if block[0].middle < below - 5:
            wrong += weight if len(block) > 1 or weight > 40 else 0
        lowest[side] = max(lowest[side], block[-1].middle)
    return wrong / total if total else 0.0


def _alternates(blocks: list[list[Line]], gutter: float | None) -> bool:
    """Tell whether the file goes to and fro between the columns, line by line."""
    sides = [side for block in blocks if (side := side_of(block[0], gutter))]
    changes = sum(first != second for first, second in pairwise(sides))
    return changes > 7 and changes > 0.5 * len(sides)


def _sorted(blocks: list[list[Line]], gutter: float | None) -> list[list[Line]]:
    """Order blocks by bands between those that cross the page, then by column, then downwards."""
    by_height = sorted(blocks, key=lambda block: (block[0].top, block[0].left))
    bands: list[dict[int, list[list[Line]]]] = [{0: [], 1: [], 2: []}]
    for block in by_height:
        side = side_of(block[0], gutter) if all(side_of(line, gutter) for line in block) else 0
        if side == 0 and (bands[-1][1] or bands[-1][2]):
            bands.append({0: [], 1: [], 2: []})
        bands[-1][side].append(block)
    return [block for band in bands for side in (0, 1, 2) for block in band[side]]
