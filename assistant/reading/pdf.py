"""A PDF to a Reading, boxes and pictures of its pages. PDFium runs only in the jailed child. Knows no library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import Damaged, Empty, Encrypted, GarbledText, NoText, NotFound, ReadingError, TooLarge
from assistant.reading import jail
from assistant.reading.pdf_garbled import without_noise
from assistant.reading.pdf_layout import lay_out
from assistant.reading.pdf_lines import PageLines, page_lines
from assistant.reading.pdf_metadata import read_metadata
from assistant.reading.pdf_text import write
from assistant.reading.types import Reading
from assistant.types import Box
from vectorstore.records import Source

LIMITS = jail.Limits()

_REFUSALS: dict[str, type[ReadingError]] = {"encrypted": Encrypted, "damaged": Damaged, "not_found": NotFound}


def page_boxes(path: Path, page: int, characters: Sequence[int]) -> tuple[Box, ...]:
    """Return the boxes over characters (PDFium's indices) of a page (from 1), those of a line merged."""
    known = [index for index in characters if index >= 0]
    found = _one(path, "boxes", {"page": page, "characters": known})
    return tuple(Box(*(float(value) for value in box)) for box in found)


def page_picture(path: Path, page: int, width: int) -> bytes:
    """Return a page (from 1) as a PNG about `width` pixels wide, at most 4,000 and 12 million in all."""
    picture = _one(path, "picture", {"page": page, "width": width})
    assert isinstance(picture, bytes)
    return picture


def unlocked(path: Path, password: str) -> bytes:
    """Return a locked PDF without its lock. Raise Encrypted where the password does not open it."""
    _check(path)
    try:
        return b"".join(jail.run("unlocked", {"path": str(path.resolve()), "password": password}, LIMITS))
    except jail.Refused as refusal:
        if refusal.code == "encrypted":
            raise Encrypted(f"That password does not open {path.name}.", hint="Try another.") from None
        raise _refused(path, refusal) from None
    except jail.Stopped as stop:
        raise _stopped(path, stop) from None


def _one(path: Path, job: str, request: dict[str, Any]) -> Any:
    """Return the first thing that a job sends; raise the ReadingError that its end means."""
    _check(path)
    try:
        return next(jail.run(job, {"path": str(path.resolve())} | request, LIMITS))
    except jail.Refused as refusal:
        raise _refused(path, refusal) from None
    except jail.Stopped as stop:
        raise _stopped(path, stop) from None


def _check(path: Path) -> None:
    if not path.is_file():
        raise NotFound(f"There is no file {path.name}.", hint="Check the path.")
    if path.stat().st_size == 0:
        raise Empty(f"{path.name} is empty.", hint="Download or export it again.")


def _refused(path: Path, refusal: jail.Refused) -> ReadingError:
    kind = _REFUSALS.get(refusal.code, Damaged)
    hints = {
        Encrypted: "Give its password in the Library room, or add a copy without one.",
        Damaged: "Download or export it again.",
    }
    return kind(f"{path.name}: {refusal}", hint=hints.get(kind, ""))


def _stopped(path: Path, stop: jail.Stopped) -> ReadingError:
    if stop.cause == "crash":
        return Damaged(f"{path.name} broke the PDF reader: {stop}.", hint="Download or export it again.")
    return TooLarge(
        f"{path.name} ran over the {stop.cause} limit before anything was read: {stop}.",
        hint="Split the file, or print it to a new PDF and add that.",
    )


def read_pdf(path: Path, progress: Callable[[float], None] | None = None) -> Reading:
    """Read a PDF: text in reading order, sections, tables, metadata. Raise a ReadingError where nothing can be read.

    At a limit the pages read so far are kept, and a warning says which.
    """
    _check(path)
    pages: list[PageLines] = []
    count = 0
    information: dict[str, str] = {}
    warnings: list[str] = []
    try:
        for sent in jail.run("pages", {"path": str(path.resolve())}, LIMITS):
            if "pages" in sent:
                count, information = sent["pages"], sent["information"]
            else:
                pages.append(page_lines(len(pages) + 1, sent))
                if progress:
                    progress(len(pages) / max(1, count))
    except jail.Refused as refusal:
        raise _refused(path, refusal) from None
    except jail.Stopped as stop:
        if not any(page.letters for page in pages):
            raise _stopped(path, stop) from None
        what = "when the PDF reader broke" if stop.cause == "crash" else f"at the {stop.cause} limit"
        warnings.append(f"stopped {what} after page {len(pages)} of {count}")
    warnings += _judge(path, pages, count)
    layout = lay_out(pages)
    found = read_metadata(pages, layout, information, path.stem)
    written = write(layout.paragraphs, pages, found.lines)
    source = Source("pdf", found.metadata, written.text, written.sections, written.pages)
    return Reading("pdf", (source,), count, tuple(warnings))


def _judge(path: Path, pages: list[PageLines], count: int) -> list[str]:
    """Return warnings on pages that say little; raise NoText or GarbledText where that is all of them."""
    blank = [page for page in pages if page.letters == 0]
    if len(blank) == len(pages):
        scanned = any(page.images > 0.3 for page in pages)
        raise NoText(
            f"no text on {len(blank)} of {count} pages" + ("; it looks scanned" if scanned else ""),
            hint="Run it through OCR (for example ocrmypdf) and add the result.",
        )
    garbled = [page for page in pages if page.letters and without_noise(page)]
    read = len(pages) - len(blank)
    if len(garbled) > 0.5 * read:
        raise GarbledText(
            f"the text of {len(garbled)} of {count} pages is no language; its fonts are broken",
            hint="Run it through OCR (for example ocrmypdf --force-ocr) and add the result.",
        )
    warnings = []
    for page in garbled:
        page.lines = []
    if garbled:
        warnings.append(f"the text of {len(garbled)} of {count} pages is garbled and was left out")
    if blank:
        warnings.append(f"{len(blank)} of {count} pages {'has' if len(blank) == 1 else 'have'} no text")
    hidden = [page.number for page in pages if page.hidden >= 3]
    if hidden:
        places = ", ".join(map(str, hidden[:10])) + (" and others" if len(hidden) > 10 else "")
        warnings.append(f"hidden text was left out (page {places})")
    return warnings
