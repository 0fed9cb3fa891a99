"""A PDF to a Reading, boxes and pictures of its pages. PDFium runs only in the jailed child; knows nothing of the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import Damaged, Empty, Encrypted, NotFound, ReadingError, TooLarge
from assistant.reading import jail
from assistant.reading.types import Reading
from assistant.types import Box

_REFUSALS: dict[str, type[ReadingError]] = {"encrypted": Encrypted, "damaged": Damaged, "not_found": NotFound}


def page_boxes(path: Path, page: int, characters: Sequence[int]) -> tuple[Box, ...]:
    """Return the boxes that cover characters of a page (by PDFium's index, from 1 the page), neighbours on a line merged."""
    known = [index for index in characters if index >= 0]
    found = _one(path, "boxes", {"page": page, "characters": known})
    return tuple(Box(*(float(value) for value in box)) for box in found)


def page_picture(path: Path, page: int, width: int) -> bytes:
    """Return a page (from 1) as a PNG about `width` pixels wide, at most 4,000 and 12 million in all."""
    picture = _one(path, "picture", {"page": page, "width": width})
    assert isinstance(picture, bytes)
    return picture


def _one(path: Path, job: str, request: dict[str, Any]) -> Any:
    """Return the first thing that a job sends; raise the ReadingError that its end means."""
    _check(path)
    try:
        return next(jail.run(job, {"path": str(path.resolve())} | request))
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
    hints = {Encrypted: "Save a copy without the password and add that.", Damaged: "Download or export it again."}
    return kind(f"{path.name}: {refusal}", hint=hints.get(kind, ""))


def _stopped(path: Path, stop: jail.Stopped) -> ReadingError:
    if stop.cause == "crash":
        return Damaged(f"{path.name} broke the PDF reader: {stop}.", hint="Download or export it again.")
    return TooLarge(
        f"{path.name} ran over the {stop.cause} limit before anything was read: {stop}.",
        hint="Split the file, or print it to a new PDF and add that.",
    )
