"""What the first page and the PDF's own information say of the paper. Knows nothing of the text's sections."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.reading.pdf_layout import Layout
from assistant.reading.pdf_lines import PageLines
from vectorstore.records import Metadata


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The metadata and the (page, order) of the lines it was taken from."""

    metadata: Metadata
    lines: set[tuple[int, int]]


def read_metadata(pages: list[PageLines], layout: Layout, information: dict[str, str]) -> FrontMatter:
    """Return what is known of the paper."""
    first = max(layout.paragraphs[:6], key=lambda paragraph: paragraph.size, default=None)
    title = first.text if first else information.get("Title", "")
    lines = {(line.page, line.order) for line in first.lines} if first else set()
    return FrontMatter(Metadata(title, guessed=frozenset({"title"})), lines)
