"""What the jailed child does with a PDF: sends its pages one by one, boxes of characters, a page's picture."""

from __future__ import annotations

import ctypes
import struct
import zlib
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from assistant.reading.jail import announce, refuse, send
from assistant.reading.pdf_page import PageReader

MOST_PAGES = 5_000
MOST_CHARACTERS = 20_000_000
MOST_ON_A_PAGE = 200_000
MOST_PIXELS = 12_000_000
PIECE = 1 << 20  # bytes


def pages(path: str) -> None:
    """Send {"pages", "information"}, then each page as PageReader gives it with its "label"."""
    document = _open(path)
    count = pdfium.FPDF_GetPageCount(document)
    if count <= 0:
        refuse("damaged", "The PDF has no page that can be read.")
    announce(min(count, MOST_PAGES))
    names = ("Title", "Author", "Subject", "CreationDate", "Creator", "Producer")
    send(
        {
            "pages": count,
            "information": {name: _text(pdfium.FPDF_GetMetaText, document, name.encode()) for name in names},
        }
    )
    reader = PageReader()
    left = MOST_CHARACTERS
    for number in range(min(count, MOST_PAGES)):
        page = pdfium.FPDF_LoadPage(document, number)
        content: dict[str, Any] = {"failed": True}
        if page:
            content = reader.read(page, min(left, MOST_ON_A_PAGE))
            pdfium.FPDF_ClosePage(page)
            left -= content["characters"]
        send(content | {"label": _text(pdfium.FPDF_GetPageLabel, document, number)})


def boxes(path: str, page: int, characters: list[int]) -> None:
    """Send boxes of characters by index, in per cent of the page as shown: [[left, top, width, height], ...]."""
    document = _open(path)
    handle = _load(document, page)
    text_page = pdfium.FPDFText_LoadPage(handle)
    count = pdfium.FPDFText_CountChars(text_page)
    found: list[tuple[float, float, float, float]] = []
    for index in characters:
        rectangle = pdfium.FS_RECTF()
        if 0 <= index < count and pdfium.FPDFText_GetLooseCharBox(text_page, index, rectangle):
            corners = [
                _shown(handle, x, y)
                for x in (rectangle.left, rectangle.right)
                for y in (rectangle.top, rectangle.bottom)
            ]
            across, down = zip(*corners, strict=True)
            found.append((min(across), min(down), max(across), max(down)))
    send([[round(value, 3) for value in box] for box in _merged(found)])


def picture(path: str, page: int, width: int) -> None:
    """Send the page as a PNG of about the width asked for."""
    document = _open(path)
    handle = _load(document, page)
    across, down = pdfium.FPDF_GetPageWidthF(handle), pdfium.FPDF_GetPageHeightF(handle)
    if across <= 0 or down <= 0:
        refuse("damaged", f"Page {page} has no size.")
    width = max(16, min(width, 4_000, int((MOST_PIXELS * across / down) ** 0.5)))
    height = max(1, min(round(width * down / across), MOST_PIXELS // width))
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise MemoryError
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
    pdfium.FPDF_RenderPageBitmap(bitmap, handle, 0, 0, width, height, 0, flags)
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    rows = b"".join(b"\0" + raw[row * stride : row * stride + width * 3] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    send(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks))


def unlocked(path: str, password: str) -> None:
    """Send a locked PDF without its lock, in pieces of bytes."""
    kept = bytearray()

    def write(_: Any, block: Any, size: int) -> int:
        kept.extend(ctypes.string_at(block, size))
        if len(kept) >= PIECE:
            send(bytes(kept))
            kept.clear()
        return 1

    document = _open(path, password)
    writer = pdfium.FPDF_FILEWRITE(version=1)
    writer.WriteBlock = type(writer.WriteBlock)(write)
    if not pdfium.FPDF_SaveAsCopy(document, writer, pdfium.FPDF_REMOVE_SECURITY):
        refuse("damaged", "The PDF cannot be saved without its password.")
    send(bytes(kept))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _open(path: str, password: str | None = None) -> Any:
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadDocument(path.encode(), password and password.encode())
    if not document:
        if pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            refuse("encrypted", "The PDF is locked with a password.")
        refuse("damaged", "The file is no readable PDF.")
    return document


def _load(document: Any, page: int) -> Any:
    if not 1 <= page <= pdfium.FPDF_GetPageCount(document):
        refuse("not_found", f"The PDF has no page {page}.")
    handle = pdfium.FPDF_LoadPage(document, page - 1)
    if not handle:
        refuse("damaged", f"Page {page} cannot be read.")
    return handle


def _text(function: Any, document: Any, key: Any) -> str:
    """Return what one of PDFium's functions writes as UTF-16, cut at 4 KB."""
    buffer = ctypes.create_string_buffer(4096)
    length = function(document, key, buffer, 4096)
    return buffer.raw[: max(0, min(length, 4096) - 2)].decode("utf-16-le", "replace")


def _shown(page: Any, x: float, y: float) -> tuple[float, float]:
    """Return a point of the page's own space in per cent of the page as shown, turned and cropped."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, 1_000_000, 1_000_000, 0, x, y, across, down)
    return across.value / 10_000, down.value / 10_000


def _merged(found: list[tuple[float, float, float, float]]) -> list[tuple[float, float, float, float]]:
    """Join the boxes of neighbours on a line, whichever way it runs; return (left, top, width, height)."""
    boxes = [box for box in found if box[2] > box[0] and box[3] > box[1]]
    upright = sum(abs(b[0] - a[0]) >= abs(b[1] - a[1]) for a, b in pairwise(boxes))
    sideways = upright < len(boxes) - 1 - upright
    lines: list[list[float]] = []
    for box in boxes:
        left, top, right, bottom = (box[1], box[0], box[3], box[2]) if sideways else box
        if lines:
            line = lines[-1]
            overlap = min(line[3], bottom) - max(line[1], top)
            apart = max(line[0], left) - min(line[2], right)
            if apart < 4.0 and overlap > 0.4 * min(bottom - top, line[3] - line[1]):
                line[:] = min(line[0], left), min(line[1], top), max(line[2], right), max(line[3], bottom)
                continue
        lines.append([left, top, right, bottom])
    shown = [(b, a, d, c) if sideways else (a, b, c, d) for a, b, c, d in lines]
    clipped = ((max(0.0, a), max(0.0, b), min(100.0, c), min(100.0, d)) for a, b, c, d in shown)
    return [(a, b, c - a, d - b) for a, b, c, d in clipped if c > a and d > b]
