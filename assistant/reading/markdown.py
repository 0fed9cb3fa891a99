"""Markdown: its front matter, its headings, and its words without the markup. Knows nothing of other formats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import Empty
from assistant.reading.dates import Date, last_year, parse_date
from assistant.reading.decoding import decode, load
from assistant.reading.headings import section_kind
from assistant.reading.listing import list_entries
from assistant.reading.listing_entry import find_arxiv_id, find_doi
from assistant.reading.names import are_names, has_label, parse_names
from assistant.reading.types import Reading
from vectorstore.records import Metadata, Section, Source

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z][\w -]*)\s*:\s*(.*)")
_MAX_BYTES = 10_000_000


def read_markdown(path: Path) -> Reading:
    """Read a Markdown file as one paper, or as the list of papers that it is."""
    content = decode(load(path, _MAX_BYTES), path.name)
    front = _FRONT.match(content)
    fields = _fields(front.group(1)) if front else {}
    blocks = _blocks(content[front.end() :] if front else content)
    if not blocks:
        raise Empty(f"{path.name} has no text.", "Nothing to do; remove it or save it again.")
    entries = [] if fields else list_entries("\n\n".join(text for _, text in blocks))
    # A note with a paragraph under each heading looks like a list without authors; it is none.
    if entries and sum(bool(entry.authors) for entry in entries) * 2 >= len(entries):
        return Reading("listing", tuple(entry.source() for entry in entries))
    return Reading("markdown", (_paper(blocks, fields, path.stem),))


def _paper(blocks: list[tuple[int, str]], fields: dict[str, list[str]], name: str) -> Source:
    """Return blocks of (heading level or 0, text) as one paper."""
    written = " ".join(fields.get("title", []))
    heading = next((i for i, (level, _) in enumerate(blocks[:3]) if level), None)
    guessed = set()
    if not written:
        guessed.add("title")
    title = written or (blocks[heading][1] if heading is not None else name.replace("_", " ").strip())
    if heading is not None and blocks[heading][1] == title and len(blocks) > 1:
        blocks = blocks[:heading] + blocks[heading + 1 :]
    authors = [author for value in fields.get("author", []) for author in parse_names(value).authors]
    first = blocks[0][1]
    if not authors and not blocks[0][0] and len(first) < 800 and (has_label(first) or are_names(first)):
        authors = list(parse_names(first).authors)
        guessed.add("authors")
    date = _date(fields)
    text, sections = _joined(blocks)
    head = "\n".join([*fields.get("doi", []), *fields.get("arxiv", []), *fields.get("url", [])])
    year = date.year if date else None
    if year is None and (year := last_year(text[:400])):
        guessed.add("year")
    metadata = Metadata(
        title=title,
        authors=tuple(authors),
        year=year,
        date=date.text if date and date.text != str(date.year) else None,
        venue=" ".join(fields.get("venue", [])) or None,
        doi=find_doi(head),
        arxiv_id=find_arxiv_id(head) or find_arxiv_id("arXiv:" + " ".join(fields.get("arxiv", []))),
        url=next(iter(fields.get("url", [])), None),
        guessed=frozenset(guessed),
    )
    return Source("markdown", metadata, text, sections)


def _joined(blocks: Sequence[tuple[int, str]]) -> tuple[str, tuple[Section, ...]]:
    """Return the text of blocks with a section for each heading."""
    starts: list[tuple[int, str]] = []
    position = 0
    for level, text in blocks:
        if level:
            starts.append((position, text))
        elif not starts:
            starts.append((0, ""))
        position += len(text) + 2
    ends = [start for start, _ in starts[1:]] + [position - 2]
    sections = (
        Section(title, start, end, section_kind(title)) for (start, title), end in zip(starts, ends, strict=True)
    )
    return "\n\n".join(text for _, text in blocks), tuple(sections)


def _fields(front: str) -> dict[str, list[str]]:
    """Return the values of a YAML front matter as far as papers need them: scalars and flat lists."""
    fields: dict[str, list[str]] = {}
    key = ""
    for line in front.split("\n"):
        item = line.strip()
        if item.startswith("- ") and key:
            name = re.sub(r"^name\s*:\s*", "", item[2:].strip())
            fields[key].append(_unquoted(name))
        elif (found := _KEY.fullmatch(line.rstrip())) and not line.startswith((" ", "\t")):
            key = _canonical(found.group(1))
            value = found.group(2).strip()
            values = value[1:-1].split(",") if value.startswith("[") and value.endswith("]") else [value]
            fields[key] = [_unquoted(part) for part in values if part.strip() not in {"", ">", "|", ">-", "|-"}]
        elif item and key and line.startswith((" ", "\t")):
            fields[key] = [" ".join([*fields[key], _unquoted(item)])]
    return {key: values for key, values in fields.items() if values}


def _canonical(key: str) -> str:
    key = key.strip().lower()
    if key in {"journal", "conference", "booktitle", "publication", "published_in"}:
        return "venue"
    return {"authors": "author", "arxiv_id": "arxiv", "eprint": "arxiv", "link": "url", "published": "date"}.get(
        key, key
    )


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _date(fields: dict[str, list[str]]) -> Date | None:
    for key in ("date", "year"):
        if date := parse_date(" ".join(fields.get(key, []))):
            return date
    return None


def _blocks(content: str) -> list[tuple[int, str]]:
    """Return the blocks of a text in order: (heading level or 0, its words without markup)."""
    from markdown_it import MarkdownIt

    blocks: list[tuple[int, str]] = []
    row: list[str] | None = None
    level = 0
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(content):
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            blocks.append((0, " | ".join(row or [])))
            row = None
        elif token.type in {"fence", "code_block"}:
            blocks.append((0, token.content.rstrip()))
        elif token.type == "inline":
            words = _inline(token.children or [])
            if row is not None:
                row.append(words)
            elif words:
                blocks.append((level, " ".join(words.split()) if level else words))
            level = 0
    return [(level, text) for level, text in blocks if text.strip()]


def _inline(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
    return "".join(parts).strip()
