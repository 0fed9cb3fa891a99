"""Writes small PDFs for the tests: text at places, in a font of the standard ones, with streams given whole."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Text:
    """A line of text: points from the left and from the bottom, size, and how it is painted."""

    x: float
    y: float
    words: str
    size: float = 10
    bold: bool = False
    colour: str = "0 g"
    mode: int = 0
    upwards: bool = False

    @property
    def operators(self) -> str:
        escaped = self.words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        turn = "0 1 -1 0" if self.upwards else "1 0 0 1"
        font = "/F2" if self.bold else "/F1"
        return f"BT {self.colour} {self.mode} Tr {font} {self.size} Tf {turn} {self.x} {self.y} Tm ({escaped}) Tj ET"


def column(lines: list[str], x: float, top: float, size: float = 10, pitch: float = 12) -> list[Text]:
    """Return lines set below one another."""
    return [Text(x, top - pitch * number, line, size) for number, line in enumerate(lines)]


def write_pdf(
    path: Path,
    pages: list[list[Text]],
    *,
    information: dict[str, str] | None = None,
    streams: list[bytes] | None = None,
    filters: str = "",
    trailer: str = "",
    page_entries: str = "",
    password: str = "",
) -> Path:
    """Write pages of 612 by 792 points; `streams` takes the place of the pages' own content."""
    contents = streams or ["\n".join(text.operators for text in page).encode("cp1252") for page in pages]
    if password:
        key, trailer = _lock(password)
        contents = [_enciphered(content, key, 7 + 2 * number) for number, content in enumerate(contents)]
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    first = 6
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(contents)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode())
    for name in ("Helvetica", "Helvetica-Bold"):
        font = f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        objects.append(font.encode())
    values = " ".join(f"/{name} ({value})" for name, value in (information or {}).items())
    objects.append(f"<< {values} >>".encode("cp1252"))
    for number, content in enumerate(contents):
        stream = f"{first + 2 * number + 1} 0 R"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {page_entries} /Contents {stream}"
            " /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode()
        )
        objects.append(f"<< /Length {len(content)} {filters} >>\nstream\n".encode() + content + b"\nendstream")
    body = bytearray(b"%PDF-1.4\n")
    places = []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + item + b"\nendobj\n"
    table = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    body += "".join(f"{place:010} 00000 n \n" for place in places).encode()
    body += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R {trailer} >>\n".encode()
    body += f"startxref\n{table}\n%%EOF\n".encode()
    path.write_bytes(body)
    return path


def _lock(password: str) -> tuple[bytes, str]:
    """Make the key of a PDF that is locked the oldest way, and its entry in the trailer."""
    filler = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    padded = (password.encode("latin-1") + filler)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    name, rights = bytes(range(16)), -4
    key = hashlib.md5(padded + owner + rights.to_bytes(4, "little", signed=True) + name).digest()[:5]
    lock = f"/Filter /Standard /V 1 /R 2 /P {rights} /O <{owner.hex()}> /U <{_rc4(key, filler).hex()}>"
    return key, f"/ID [<{name.hex()}> <{name.hex()}>] /Encrypt << {lock} >>"


def _enciphered(content: bytes, key: bytes, number: int) -> bytes:
    return _rc4(hashlib.md5(key + number.to_bytes(3, "little") + bytes(2)).digest()[:10], content)


def _rc4(key: bytes, content: bytes) -> bytes:
    state = list(range(256))
    other = 0
    for one in range(256):
        other = (other + state[one] + key[one % len(key)]) % 256
        state[one], state[other] = state[other], state[one]
    found, one, other = bytearray(), 0, 0
    for byte in content:
        one = (one + 1) % 256
        other = (other + state[one]) % 256
        state[one], state[other] = state[other], state[one]
        found.append(byte ^ state[(state[one] + state[other]) % 256])
    return bytes(found)


def bomb(path: Path, megabytes: int) -> Path:
    """Write a small file whose one page unpacks, twice deflated, to as much text as is asked for."""
    piece = b"BT /F1 10 Tf 72 700 Td (bomb) Tj ET\n" * 29_000
    inner, outer = zlib.compressobj(9), zlib.compressobj(9)
    packed = b"".join(outer.compress(inner.compress(piece)) for _ in range(megabytes))
    packed += outer.compress(inner.flush()) + outer.flush()
    return write_pdf(path, [], streams=[packed], filters="/Filter [/FlateDecode /FlateDecode]")
