"""A character of a page as PDFium draws it. Runs in the jailed child."""

from __future__ import annotations

from dataclasses import dataclass

Bounds = tuple[float, float, float, float]
"""The visible part of a page in its own units: left, bottom, right, top."""


@dataclass(slots=True)
class Style:
    """What all characters of one text object share. `turn` is 0 for upright text, else quarter turns."""

    size: float
    bold: bool
    turn: int
    unseen: bool
    white: bool


@dataclass(slots=True)
class Glyph:
    """A character as drawn, in points from the top left corner of the upright page."""

    text: str
    index: int
    left: float
    top: float
    right: float
    bottom: float
    style: Style
