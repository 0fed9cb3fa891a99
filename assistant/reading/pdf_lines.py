"""The pages of a PDF as the child sent them, checked and typed. Knows no order, no sections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Line:
    """A line of a page. `indices` has the page's character for each code point of `text`, -1 for spaces put in.

    Positions are points from the top left corner. `sizes` are (position, font size) where the size changes, `gaps` are
    (position, left, right) of wide gaps; a line that `joins` ends in a hyphen (U+00AD) that the next line may swallow.
    """

    text: str
    indices: list[int]
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    sizes: list[tuple[int, float]]
    gaps: list[tuple[int, float, float]]
    joins: bool
    page: int
    order: int

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def split(self, gap: int) -> tuple[Line, Line]:
        """Return the pieces on both sides of a gap, by its number."""
        position, left, right = self.gaps[gap]
        first, second = self.text[:position].rstrip(), self.text[position:]
        size_there = next((size for at, size in reversed(self.sizes) if at <= position), self.size)
        before = Line(
            first,
            self.indices[: len(first)],
            self.left,
            self.top,
            left,
            self.bottom,
            self.size,
            self.bold,
            [pair for pair in self.sizes if pair[0] < len(first)],
            self.gaps[:gap],
            False,
            self.page,
            self.order,
        )
        after = Line(
            second,
            self.indices[position:],
            right,
            self.top,
            self.right,
            self.bottom,
            self.size,
            self.bold,
            [(0, size_there), *((at - position, size) for at, size in self.sizes if at > position)],
            [(at - position, west, east) for at, west, east in self.gaps[gap + 1 :]],
            self.joins,
            self.page,
            self.order,
        )
        return before, after


@dataclass(slots=True)
class PageLines:
    """A page in the file's order. `turned` are texts at right angles, `images` the share that images cover."""

    number: int
    label: str
    width: float = 612.0
    height: float = 792.0
    lines: list[Line] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    hidden: int = 0
    images: float = 0.0
    failed: bool = False

    @property
    def letters(self) -> int:
        return sum(map(str.isalnum, "".join(line.text for line in self.lines)))


def page_lines(number: int, sent: dict[str, Any]) -> PageLines:
    """Return what the child sent of a page, typed."""
    page = PageLines(number, str(sent.get("label") or "")[:40], failed=bool(sent.get("failed")))
    if page.failed:
        return page
    page.width, page.height = max(1.0, float(sent["width"])), max(1.0, float(sent["height"]))
    page.turned = [str(text) for text in sent["turned"]]
    page.hidden, page.images = int(sent["hidden"]), float(sent["images"])
    for order, (text, runs, left, top, right, bottom, size, bold, sizes, gaps, joins) in enumerate(sent["lines"]):
        if text.strip():
            indices = [index for first, count in _pairs(runs) for index in _run(first, count)]
            triples = [(int(at), west, east) for at, west, east in zip(gaps[::3], gaps[1::3], gaps[2::3], strict=True)]
            page.lines.append(
                Line(
                    text,
                    indices,
                    left,
                    top,
                    right,
                    bottom,
                    max(size, 0.1),
                    bool(bold),
                    [(int(at), value) for at, value in _pairs(sizes)],
                    triples,
                    bool(joins),
                    number,
                    order,
                )
            )
    return page


def _is_spread(text: str, gaps: list[tuple[int, float, float]]) -> bool:
    """Tell whether wide gaps are only the even spaces of a line that was stretched to the column's width."""
    widths = [right - left for _, left, right in gaps]
    words = text.split()
    plain = sum(word.isalpha() and word.islower() for word in words)
    return (
        len(gaps) >= 0.6 * (len(words) - 1)
        and 2 * plain >= len(words)
        and max(widths, default=0) < 1.5 * min(widths, default=1)
    )


def _pairs(values: list[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(values[::2], values[1::2], strict=True)


def _run(first: int, count: int) -> list[int]:
    return [-1] * count if first < 0 else list(range(first, first + count))
