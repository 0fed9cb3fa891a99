"""Plain text: a reading list, or one paper. Knows nothing of markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from assistant.reading.dates import last_year
from assistant.reading.decoding import decode, load
from assistant.reading.headings import is_heading, text_sections
from assistant.reading.listing import list_entries
from assistant.reading.listing_entry import find_arxiv_id, find_doi
from assistant.reading.names import are_names, has_label, is_name, parse_names
from assistant.reading.types import Reading
from vectorstore.records import Metadata, Section, Source, SourceKind

_HEAD_LINES = 30
_TITLE_LINES = 8
_OPEN_END = re.compile(r"(?:[-:,]|\b(?:a|an|and|at|by|for|from|in|into|of|on|or|the|to|via|with))$", re.IGNORECASE)
_TITLED = re.compile(r"title\s*:\s*(?=\S)", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"published as|proceedings|accepted (?:at|to|by)|under review|preprint|journal of|vol(?:ume|\.)? ?\d|doi\b|"
    r"arxiv:|https?:|www\.|©|copyright|provided proper|permission|license|issn|isbn|received|to appear|draft|"
    r"page \d|authors?\s*:|date\s*:|\d+$",
    re.IGNORECASE,
)


def read_text(path: Path) -> Reading:
    """Read a text file: the papers it lists, else the one paper that it is."""
    return read_string(decode(load(path), path.name), path.stem)


def read_string(text: str, name: str) -> Reading:
    """Read a text: the papers it lists, else one paper, called `name` where it has no title."""
    entries = list_entries(text)
    if entries:
        return Reading("listing", tuple(entry.source() for entry in entries))
    return Reading("text", (one_paper(text.strip(), name, "text"),))


def one_paper(text: str, name: str, kind: SourceKind, sections: tuple[Section, ...] = ()) -> Source:
    """Return a text as one paper, its title, authors and year guessed from its head."""
    lines = [line.strip() for line in text[:6_000].split("\n") if line.strip()][:_HEAD_LINES]
    head = lines[: next((i for i, line in enumerate(lines) if is_heading(line)), len(lines))]
    title, following = _title(head)
    named = [line for line in following[:4] if len(line) < 800]
    authors = next((line for line in named if has_label(line) or are_names(line)), "")
    if not authors and named and is_name(named[0]) and 2 <= len(named[0].split()) <= 4:
        authors = named[0]
    short = "\n".join(line for line in head if len(line) < 200)
    found = {
        "title": title or name.replace("_", " ").strip(),
        "authors": parse_names(authors).authors if authors else (),
        "year": last_year(short),
    }
    metadata = Metadata(
        **found,  # type: ignore[arg-type]
        doi=find_doi(short),
        arxiv_id=find_arxiv_id(short),
        guessed=frozenset(field for field, value in found.items() if value),
    )
    return Source(kind, metadata, text, sections or text_sections(text))


def _title(head: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the title in the first lines of a paper, "" where none looks like one, and the lines after it."""
    for at, line in enumerate(head[:_TITLE_LINES]):
        if not _may_be_title(line):
            continue
        title = _TITLED.sub("", line)
        at += 1
        while at < len(head) and _OPEN_END.search(title) and len(title) + len(head[at]) < 250:
            title = f"{title} {head[at]}"
            at += 1
        return " ".join(title.split()).rstrip("*∗†"), head[at:]
    return "", head


def _may_be_title(line: str) -> bool:
    letters = sum(character.isalpha() for character in line)
    shaped = 8 <= len(line) <= 250 and letters > len(line) * 0.6 and (line[0].isalnum() and not line[0].islower())
    sentence = line.endswith((".", ",", ";")) and len(line.split()) > 12
    if _TITLED.match(line):
        return True
    return shaped and not sentence and "@" not in line and not _NO_TITLE.match(line) and not are_names(line)
