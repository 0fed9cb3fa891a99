"""A file to papers: picks the reader by suffix and by what the bytes say. Knows nothing of the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.errors import NotFound, UnknownType
from assistant.reading.language import language_warning
from assistant.reading.types import Reading

__all__ = ["READABLE", "Reading", "read"]

READABLE = frozenset({".pdf", ".txt", ".md", ".markdown", ".html", ".htm", ".jsonl"})


def read(path: Path, *, progress: Callable[[float], None] | None = None) -> Reading:
    """Read a file's papers, telling `progress` the fraction done. Raise the ReadingError that says why not."""
    reading = _read(path, progress)
    if progress:
        progress(1.0)
    warning = language_warning(" ".join(source.text[:2_000] for source in reading.sources[:50]))
    if not warning or warning in reading.warnings:
        return reading
    return replace(reading, warnings=(*reading.warnings, warning))


def _read(path: Path, progress: Callable[[float], None] | None) -> Reading:
    kind = _kind(path)
    if kind == "pdf":
        from assistant.reading.pdf import read_pdf

        return read_pdf(path, progress=progress)
    if kind == "jsonl":
        from assistant.reading.jsonl import read_jsonl

        return read_jsonl(path)
    if kind == "html":
        from assistant.reading.html import read_html

        return read_html(path)
    if kind == "markdown":
        from assistant.reading.markdown import read_markdown

        return read_markdown(path)
    from assistant.reading.text import read_text

    return read_text(path)


def _kind(path: Path) -> str:
    """Return the name of the reader for a file; what its bytes plainly are wins over its suffix."""
    if not path.exists():
        raise NotFound(f"There is no file {path.name}.", "Check the path.")
    suffix = path.suffix.lower()
    if path.is_dir() or suffix not in READABLE:
        readable = ", ".join(sorted(READABLE))
        raise UnknownType(f"{path.name} is of a type that Footnote does not read.", f"It reads {readable}.")
    try:
        with path.open("rb") as file:
            head = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    except OSError:
        head = b""  # the reader itself says why
    if suffix == ".pdf" or head.startswith(b"%pdf-"):
        return "pdf"
    if suffix in {".html", ".htm"} or head.startswith((b"<!doctype html", b"<html")):
        return "html"
    return {".jsonl": "jsonl", ".md": "markdown", ".markdown": "markdown"}.get(suffix, "text")
