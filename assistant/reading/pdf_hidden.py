"""Text that a reader of the page does not see: white on white, unpainted, off the page, tiny. Runs in the jailed child.

An unpainted text over a scanned page is the work of OCR, and kept.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from assistant.reading.pdf_glyphs import Bounds, Glyph


def without_hidden(page: Any, glyphs: list[Glyph | str], bounds: Bounds) -> list[Glyph | str]:
    left, bottom, right, top = bounds
    marks = [glyph for glyph in glyphs if isinstance(glyph, Glyph)]
    styles = list({id(glyph.style): glyph.style for glyph in marks}.values())
    unseen = any(style.unseen for style in styles)
    white = any(style.white for style in styles)
    inside = all(
        left <= glyph.left and glyph.right <= right and bottom <= glyph.bottom and glyph.top <= top for glyph in marks
    )
    if inside and not (unseen or white or any(style.size < 1.0 for style in styles)):
        return glyphs
    scanned = unseen and image_share(page, bounds) > 0.5
    paper = _Picture(page, bounds) if white else None
    kept: list[Glyph | str] = []
    for glyph in glyphs:
        if isinstance(glyph, Glyph):
            if glyph.right < left - 2 or glyph.left > right + 2 or glyph.top < bottom - 2 or glyph.bottom > top + 2:
                continue
            if glyph.style.size < 1.0 and abs(glyph.top - glyph.bottom) < 1.0 and abs(glyph.right - glyph.left) < 1.0:
                continue
            if glyph.style.unseen and not scanned:
                continue
            if glyph.style.white and not glyph.style.unseen and paper and paper.is_blank(glyph):
                continue
        kept.append(glyph)
    return kept


class _Picture:
    """A small grey picture of a page, to see whether white text stands on anything."""

    def __init__(self, page: Any, bounds: Bounds) -> None:
        self._left, self._bottom, right, self._top = bounds
        self._scale = min(1.0, 1000 / max(right - self._left, self._top - self._bottom))
        self.width = max(1, int((right - self._left) * self._scale))
        self.height = max(1, int((self._top - self._bottom) * self._scale))
        turn = pdfium.FPDFPage_GetRotation(page)
        bitmap = pdfium.FPDFBitmap_Create(self.width, self.height, 0)
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, self.width, self.height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, self.width, self.height, (4 - turn) % 4, pdfium.FPDF_GRAYSCALE)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * self.height)
        pdfium.FPDFBitmap_Destroy(bitmap)
        self._rows = [raw[row * stride : row * stride + self.width * 4 : 4] for row in range(self.height)]

    def is_blank(self, glyph: Glyph) -> bool:
        """Tell whether nothing but white is painted where the glyph stands."""
        left = max(0, int((glyph.left - self._left) * self._scale))
        right = min(self.width, int((glyph.right - self._left) * self._scale) + 1)
        top = max(0, int((self._top - glyph.top) * self._scale))
        bottom = min(self.height, int((self._top - glyph.bottom) * self._scale) + 1)
        return all(min(row[left:right], default=255) >= 245 for row in self._rows[top:bottom])


def image_share(page: Any, bounds: Bounds) -> float:
    """Return how much of the page its images cover, from 0 to 1."""
    area = 0.0
    for number in range(min(pdfium.FPDFPage_CountObjects(page), 2000)):
        item = pdfium.FPDFPage_GetObject(page, number)
        if pdfium.FPDFPageObj_GetType(item) in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            left, bottom, right, top = (ctypes.c_float() for _ in range(4))
            if pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
                area += max(0.0, right.value - left.value) * max(0.0, top.value - bottom.value)
    return min(1.0, area / ((bounds[2] - bounds[0]) * (bounds[3] - bounds[1])))
