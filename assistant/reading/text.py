"""Plain text: a reading list, or one paper. Knows nothing of markup."""

from __future__ import annotations

from pathlib import Path

from assistant.reading.dates import last_year
from assistant.reading.decoding import decode, load
from assistant.reading.headings import is_heading, text_sections
from assistant.reading.listing import list_entries
from assistant.reading.listing_entry import find_arxiv_id, find_doi
from assistant.reading.names import are_names, has_label, parse_names
from assistant.reading.types import Reading
from vectorstore.records import Metadata, Source, SourceKind

_HEAD_LINES = 30


def read_text(path: Path) -> Reading:
    """Read a text file: the papers it lists, else the one paper that it is."""
    return read_string(decode(load(path), path.name), path.stem)


def read_string(text: str, name: str) -> Reading:
    """Read a text: the papers it lists, else one paper, called `name` where it has no title."""
    entries = list_entries(text)
    if entries:
        return Reading("listing", tuple(entry.source() for entry in entries))
    return Reading("text", (one_paper(text, name, "text"),))


def one_paper(text: str, name: str, kind: SourceKind) -> Source:
    """Return a text as one paper, its title, authors and year guessed from its head."""
    text = text.strip()
    lines = [line.strip() for line in text[:6_000].split("\n") if line.strip()][:_HEAD_LINES]
    head = lines[: next((i for i, line in enumerate(lines) if is_heading(line)), len(lines))]
    at = next((i for i, line in enumerate(head) if _may_be_title(line)), None)
    title = " ".join(head[at].split()) if at is not None else name.replace("_", " ").strip()
    following = head[at + 1 : at + 4] if at is not None else []
    line = next((line for line in following if len(line) < 600 and (has_label(line) or are_names(line))), "")
    authors = parse_names(line).authors if line else ()
    year = last_year(" ".join(line for line in head if len(line) < 200))
    given = {"title": title, "authors": authors, "year": year}
    metadata = Metadata(
        title=title,
        authors=authors,
        year=year,
        doi=find_doi("\n".join(head)),
        arxiv_id=find_arxiv_id("\n".join(head)),
        guessed=frozenset(field for field, value in given.items() if value),
    )
    return Source(kind, metadata, text, text_sections(text))


def _may_be_title(line: str) -> bool:
    letters = sum(character.isalpha() for character in line)
    return (
        8 <= len(line) <= 250
        and letters > len(line) * 0.6
        and "@" not in line
        and "://" not in line
        and len(line.split()) > 1
    )
