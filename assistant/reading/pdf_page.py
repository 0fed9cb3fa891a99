"""The characters of a PDF's page -> its lines as they stand in the file. Runs in the jailed child; knows no columns.

PDFium's C functions are called directly, three a character: the wrappers would take most of the time.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from typing import Any

import pypdfium2.raw as pdfium

from assistant.reading.pdf_glyphs import Bounds, Glyph, Style
from assistant.reading.pdf_hidden import image_share, without_hidden

LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
HYPHENS = {0x02, 0xFFFE, 0xAD}
HYPHEN = "\u00ad"  # what stands for a hyphen at a line's end until the whole text decides

_CELL_GAP = 0.85  # of the font size; wider than any space of justified text
_FALSE_SPACE = 0.16  # of the font size; a "space" this narrow is kerning within a word
_UNSEEN_MODES = {3, 7}  # text render modes that paint nothing


class Line:
    """Glyphs on one baseline, in the file's order, None for a space; `joins` says that a hyphen ends it."""

    __slots__ = ("bottom", "glyphs", "joins", "left", "right", "size", "top")

    def __init__(self, glyphs: list[Glyph | None], joins: bool) -> None:
        marks = [glyph for glyph in glyphs if glyph]
        self.glyphs = glyphs
        self.joins = joins
        self.left, self.right = min(glyph.left for glyph in marks), max(glyph.right for glyph in marks)
        self.top, self.bottom = min(glyph.top for glyph in marks), max(glyph.bottom for glyph in marks)
        sizes = Counter([glyph.style.size for glyph in marks])
        self.size = max(sizes, key=lambda size: (sizes[size], size))

    def take(self, other: Line) -> None:
        """Put another line's glyphs behind this one's; the size of the longer one counts."""
        self.size = self.size if len(self.glyphs) >= len(other.glyphs) else other.size
        apart = other.left - self.right >= _FALSE_SPACE * max(self.size, other.size)
        self.glyphs += [None, *other.glyphs] if apart else other.glyphs
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.top, self.bottom = min(self.top, other.top), max(self.bottom, other.bottom)
        self.joins = other.joins


class _Rectangle(ctypes.Structure):
    _fields_ = [(name, ctypes.c_float) for name in ("left", "top", "right", "bottom")]


def _direct(function: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_unicode = _direct(pdfium.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
_object = _direct(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_box = _direct(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class PageReader:
    """Reads the pages of one open document; remembers what it learnt of the fonts."""

    def __init__(self) -> None:
        self._bold_fonts: dict[int, bool] = {}

    def read(self, page: Any, most: int) -> dict[str, Any]:
        """Return the page as plain values: its size, lines, turned texts, and how many characters were hidden.

        `most` caps the characters read of the page.
        """
        text_page = pdfium.FPDFText_LoadPage(page)
        if not text_page:
            return {"width": 0, "height": 0, "lines": [], "turned": [], "hidden": 0, "characters": 0, "images": 0}
        try:
            return self._read(page, text_page, most)
        finally:
            pdfium.FPDFText_ClosePage(text_page)

    def _read(self, page: Any, text_page: Any, most: int) -> dict[str, Any]:
        count = min(max(0, pdfium.FPDFText_CountChars(text_page)), most)
        bounds = crop_box(page)
        handle = ctypes.cast(text_page, ctypes.c_void_p).value
        rectangle = _Rectangle()
        reference = ctypes.addressof(rectangle)
        styles: dict[int, Style] = {}
        plain = Style(0.0, False, 0, False, False)
        glyphs: list[Glyph | str] = []  # "\n" and " " where the page has no mark of its own
        high = 0
        for index in range(count):
            code = _unicode(handle, index)
            if code in (13, 10):
                glyphs.append("\n")
                continue
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            at = index
            if 0xDC00 <= code < 0xE000:
                if not high:
                    continue
                code, at, high = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00), index - 1, 0
            if code in (32, 9, 0xA0) or 0x2000 <= code <= 0x200B or code == 0x3000:
                glyphs.append(" ")
                continue
            if (code < 32 and code != 2) or 0x7F <= code < 0xA0 or code in (0xFFFD, 0xFEFF, 0xFFFF):
                text = "\ufffd"
            elif code in HYPHENS:
                text = HYPHEN
            else:
                text = LIGATURES.get(code) or chr(code)
            address = _object(handle, index)
            _box(handle, index, reference)
            style = styles.get(address) if address else plain
            if style is None:
                style = styles[address] = self._style(text_page, index, address)
                if style.size < 1.0:  # some fonts keep their size to themselves
                    style.size = round(
                        0.9
                        * abs(rectangle.right - rectangle.left if style.turn % 2 else rectangle.top - rectangle.bottom),
                        1,
                    )
            glyphs.append(Glyph(text, at, rectangle.left, rectangle.top, rectangle.right, rectangle.bottom, style))
        return _assemble(page, glyphs, bounds, count)

    def _style(self, text_page: Any, index: int, address: int) -> Style:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text_page, index, matrix)
        text_object = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
        scale = (matrix.c**2 + matrix.d**2) ** 0.5
        size = round(abs(pdfium.FPDFText_GetFontSize(text_page, index)) * (scale or 1.0), 1)
        across, up = (0 if matrix.a >= 0 else 2), (1 if matrix.b > 0 else 3)
        turn = across if abs(matrix.a) >= abs(matrix.b) else up
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        known = pdfium.FPDFPageObj_GetFillColor(text_object, red, green, blue, alpha)
        pale = bool(known) and (min(red.value, green.value, blue.value) >= 250 or alpha.value <= 10)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text_object)
        return Style(size, self._is_bold(text_page, index, text_object), turn, mode in _UNSEEN_MODES, pale)

    def _is_bold(self, text_page: Any, index: int, text_object: Any) -> bool:
        font = ctypes.cast(pdfium.FPDFTextObj_GetFont(text_object), ctypes.c_void_p).value or 0
        if font not in self._bold_fonts:
            name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
            pdfium.FPDFText_GetFontInfo(text_page, index, name, 128, flags)
            folded = name.value.decode("utf-8", "replace").lower()
            marks = ("bold", "black", "heavy", "-medi", "cmbx", "semib", "demi", "sfbx", "cmssbx", "-bd")
            named = any(mark in folded for mark in marks)
            self._bold_fonts[font] = named or pdfium.FPDFText_GetFontWeight(text_page, index) >= 650
        return self._bold_fonts[font]


def crop_box(page: Any) -> Bounds:
    """Return the visible part of a page in its own units: left, bottom, right, top."""
    box = _Rectangle()
    visible = ctypes.cast(ctypes.addressof(box), ctypes.POINTER(pdfium.FS_RECTF))
    if pdfium.FPDF_GetPageBoundingBox(page, visible) and box.right > box.left and box.top > box.bottom:
        return box.left, box.bottom, box.right, box.top
    return 0.0, 0.0, 612.0, 792.0


def _assemble(page: Any, glyphs: list[Glyph | str], bounds: Bounds, count: int) -> dict[str, Any]:
    seen = without_hidden(page, glyphs, bounds)
    hidden = sum(isinstance(glyph, Glyph) for glyph in glyphs) - sum(isinstance(glyph, Glyph) for glyph in seen)
    turns = Counter(glyph.style.turn for glyph in seen if isinstance(glyph, Glyph))
    upright = turns.most_common(1)[0][0] if turns else 0
    width, height = _place(seen, bounds, upright)
    lines = _lines(seen, upright)
    return {
        "width": round(width, 1),
        "height": round(height, 1),
        "lines": [_plain(line) for line in lines],
        "turned": _turned(seen, upright),
        "hidden": hidden,
        "characters": count,
        "images": image_share(page, bounds) if count < 200 else 0,
    }


def _place(glyphs: list[Glyph | str], bounds: Bounds, turn: int) -> tuple[float, float]:
    """Turn the glyphs so that most stand upright, from the top left corner; return the page's width and height."""
    left, bottom, right, top = bounds
    for glyph in glyphs:
        if glyph.__class__ is str:
            continue
        assert isinstance(glyph, Glyph)
        west, east = glyph.left - left, glyph.right - left
        north, south = top - glyph.top, top - glyph.bottom
        if turn == 1:  # runs upwards
            west, east, north, south = (top - bottom) - south, (top - bottom) - north, west, east
        elif turn == 2:
            west, east, north, south = (
                (right - left) - east,
                (right - left) - west,
                (top - bottom) - south,
                (top - bottom) - north,
            )
        elif turn == 3:
            west, east, north, south = north, south, (right - left) - east, (right - left) - west
        glyph.left, glyph.right, glyph.top, glyph.bottom = west, east, north, south
        if not glyph.style.size:
            glyph.style = Style(max(1.0, south - north), False, turn, False, False)
        # some fonts claim boxes far taller than their letters
        excess = (south - north) - 1.5 * glyph.style.size
        if excess > 0:
            glyph.top, glyph.bottom = north + excess / 2, south - excess / 2
    return (top - bottom, right - left) if turn % 2 else (right - left, top - bottom)


def _lines(glyphs: list[Glyph | str], upright: int) -> list[Line]:
    lines: list[Line] = []
    current: list[Glyph | None] = []
    space = False
    last: Glyph | None = None

    def finish(joins: bool = False) -> None:
        nonlocal current, space, last
        if current:
            line = Line(current, joins)
            if lines and _continues(lines[-1], line):
                lines[-1].take(line)
            else:
                lines.append(line)
        current, space, last = [], False, None

    for glyph in glyphs:
        if isinstance(glyph, str):
            if glyph == "\n":
                finish()
            else:
                space = True
            continue
        style = glyph.style
        if style.turn != upright:
            continue
        if last is not None:
            size = max(last.style.size, style.size)
            if _breaks(last, glyph, size):
                finish()
            elif space and (glyph.left - last.right >= _FALSE_SPACE * size or not _spaced_out(last, glyph)):
                current.append(None)
        space = False
        current.append(glyph)
        last = glyph
        if glyph.text == HYPHEN:
            finish(joins=True)
    finish()
    return lines


def _spaced_out(last: Glyph, glyph: Glyph) -> bool:
    """Tell whether a space between two capitals is only the tracking of small capitals."""
    return last.text.isupper() and glyph.text.isupper() and (glyph.left - last.right) / max(glyph.style.size, 1) > -0.1


def _breaks(last: Glyph, glyph: Glyph, size: float) -> bool:
    """Tell whether a glyph starts another line though the file shows no break."""
    apart = abs((glyph.top + glyph.bottom) - (last.top + last.bottom)) / 2
    return apart > 1.1 * size or (glyph.left < last.left - 3 * size and apart > 0.5 * size)


def _continues(line: Line, other: Line) -> bool:
    """Tell whether a piece of the file's text goes on where the line before it ends: a raised number, a formula."""
    if line.joins:
        return False
    overlap = min(line.bottom, other.bottom) - max(line.top, other.top)
    lower = min(line.bottom - line.top, other.bottom - other.top)
    size = max(line.size, other.size)
    gap = other.left - line.right
    return (
        overlap > 0.45 * lower
        and -0.6 * size < gap < 1.2 * size
        and max(line.size, other.size) < 3 * min(line.size, other.size)
    )


def _plain(line: Line) -> list[Any]:
    """Return a line as [text, index runs, left, top, right, bottom, size, bold, size runs, cells, joins].

    Index runs are (first, count) pairs, flat; size runs are (position, size) pairs, flat; cells are (position in the
    text, left, right) of each wide gap, flat.
    """
    texts: list[str] = []
    runs: list[int] = []
    sizes: list[float] = []
    cells: list[float] = []
    bolds: list[bool] = []  # of its letters
    position = 0
    last: Glyph | None = None
    size = line.size
    for glyph in line.glyphs:
        if glyph is None:
            if texts and texts[-1] != " ":
                texts.append(" ")
                runs += (-1, 1)
                position += 1
            continue
        if last is not None and glyph.left - last.right > _CELL_GAP * size:
            if texts[-1] != " ":
                texts.append(" ")
                runs += (-1, 1)
                position += 1
            cells += (position, round(last.right, 1), round(glyph.left, 1))
        if not sizes or abs(sizes[-1] - glyph.style.size) > 0.3:
            sizes += (position, glyph.style.size)
        for letter in glyph.text:
            texts.append(letter)
            if runs and runs[-2] >= 0 and runs[-2] + runs[-1] == glyph.index:
                runs[-1] += 1
            else:
                runs += (glyph.index, 1)
            position += 1
        if glyph.text.isalpha():
            bolds.append(glyph.style.bold)
        last = glyph
    bold = 2 * sum(bolds) > len(bolds) and 2 * sum(bolds[-4:]) > len(bolds[-4:])  # a bold beginning makes no bold line
    edges = (round(value, 1) for value in (line.left, line.top, line.right, line.bottom))
    return ["".join(texts), runs, *edges, size, bold, sizes, cells, line.joins]


def _turned(glyphs: list[Glyph | str], upright: int) -> list[str]:
    """Return the texts that stand at right angles to the page's own, such as the arXiv stamp."""
    texts: list[str] = []
    current = ""
    for glyph in glyphs:
        if isinstance(glyph, Glyph):
            if glyph.style.turn != upright:
                current += glyph.text
            elif current:
                texts.append(current)
                current = ""
        elif current and glyph == " ":
            current += " "
    return [" ".join(text.split())[:300] for text in [*texts, current] if text.strip()][:20]
