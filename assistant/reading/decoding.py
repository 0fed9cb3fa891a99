"""Bytes to text: the encodings people's files have. Knows nothing of papers."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from assistant.errors import Damaged, Empty, NotFound, TooLarge

MAX_BYTES = 100_000_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE_AS = "Save it as UTF-8 text and add it again."


def load(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file. Raise NotFound, Empty, Damaged, or TooLarge above `limit` bytes."""
    try:
        size = path.stat().st_size
        if size > limit:
            raise TooLarge(
                f"{path.name} has {size / 1e6:.0f} MB; at most {limit / 1e6:.0f} MB of this kind of file are read.",
                "Split it into smaller files.",
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"There is no file {path.name}.", "Check the path.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Damaged(f"{path.name} cannot be read: {reason}.", "Check its permissions.") from None
    if not data.strip(b" \t\r\n\f\0"):
        raise Empty(f"{path.name} is empty.", "Nothing to do; remove it or save it again.")
    return data


def decode(data: bytes, name: str) -> str:
    """Return the text of `data`, lines ended by "\\n": UTF-8, UTF-16 or UTF-32 by its mark, else Windows-1252.

    Raise Damaged for bytes that are no text, Empty for a text of white space only.
    """
    text = _decoded(data, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise Damaged(f"{name} is not text: it holds binary data.", "Add the original document instead.")
    controls = len(re.findall(r"[\x01-\x08\x0e-\x1f]", text))
    if controls > max(8, len(text) // 100):
        raise Damaged(f"{name} is not text: it holds binary data.", "Add the original document instead.")
    # A lone surrogate cannot be stored in UTF-8, and UTF-16 files cut in the middle of a character have them.
    text = text.encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        raise Empty(f"{name} holds nothing but white space.", "Nothing to do; remove it or save it again.")
    return text


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise Damaged(f"{name} begins as {encoding.upper()} but is not.", _SAVE_AS) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if b"\0" in data:
        raise Damaged(f"{name} is not text: it holds binary data.", "Add the original document instead.")
    text = data.decode("cp1252", errors="replace")
    letters = sum(character.isalpha() for character in text)
    foreign = sum(character > "\x7f" for character in text)
    if foreign * 4 > letters or text.count("\ufffd") > len(text) // 1000:
        raise Damaged(f"{name} is in an encoding that Footnote does not know.", _SAVE_AS)
    return text
