"""A file of records, one a line, where a bad line is named and the others count."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UsageError


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used, and why."""

    file: str
    line: int
    problem: str


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give the lines of a file that hold something, each with its number; `text_of` reads one."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The file {path} cannot be read: {error.strerror}") from None
    lines = content.removeprefix(codecs.BOM_UTF8).split(b"\n")
    return ((number, line.rstrip(b"\r")) for number, line in enumerate(lines, 1) if line.strip())


def text_of(line: bytes) -> str:
    """Return the text of a line; raise ValueError for what is not UTF-8."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
