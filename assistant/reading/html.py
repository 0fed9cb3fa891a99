"""Saved web pages: what they say of their paper, and their words in blocks. Runs no script and loads nothing."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import Damaged, Empty
from assistant.reading.dates import last_year, parse_date
from assistant.reading.decoding import decode, load
from assistant.reading.headings import section_kind
from assistant.reading.listing import list_entries
from assistant.reading.listing_entry import find_arxiv_id, find_doi
from assistant.reading.names import parse_names
from assistant.reading.types import Reading
from vectorstore.records import Metadata, Section, Source

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_MAX_BYTES = 20_000_000
_DROPPED = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "nav",
    "footer",
    "aside",
    "form",
    "button",
    "iframe",
    "head",
)
_BLOCKS = (
    *("p", "div", "section", "article", "main", "header", "body", "ul", "ol", "li", "dl", "dt", "dd", "tr", "caption"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "figure", "figcaption", "hr", "details", "summary"),
)
_HEADING = "\ue000"  # of the private use area: marks a heading's line until the sections are known
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:\D|$)|opacity\s*:\s*0(?:[;\s]|$)", re.IGNORECASE
)
_LIST_WITHOUT_AUTHORS = 5


def read_html(path: Path) -> Reading:
    """Read a saved page as one paper, or as the list of papers that it is."""
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    content = _decoded(path)
    try:
        page = BeautifulSoup(content, "html.parser")
        given = _given(page)
        blocks = _blocks(page)
    except (ParserRejectedMarkup, RecursionError, AssertionError):
        raise Damaged(f"{path.name} is not readable as HTML.", "Save the page again, or as text.") from None
    if not blocks:
        raise Empty(f"{path.name} has no text; it may be made by scripts.", "Save the page as text or PDF.")
    entries = list_entries("\n\n".join(block.lstrip(_HEADING) for block in blocks))
    authored = sum(bool(entry.authors) for entry in entries) * 2 >= len(entries)
    if entries and (authored or len(entries) >= _LIST_WITHOUT_AUTHORS) and "citation_title" not in given:
        return Reading("listing", tuple(entry.source() for entry in entries))
    return Reading("html", (_paper(blocks, given, path.stem),))


def _decoded(path: Path) -> str:
    data = load(path, _MAX_BYTES)
    declared = re.search(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w-]{2,40})", data[:4096], re.IGNORECASE)
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        with suppress(LookupError, UnicodeError):  # a page may be wrong about itself
            data = data.decode(declared.group(1).decode("ascii")).encode("utf-8")
    return decode(data, path.name)


def _paper(blocks: list[str], given: dict[str, list[str]], name: str) -> Source:
    def first(*keys: str) -> str:
        return next((value for key in keys for value in given.get(key, []) if value), "")

    heading = next((block[1:] for block in blocks if block.startswith(_HEADING)), "")
    stated = first("citation_title", "dc.title", "prism.title")
    title = stated or heading or first("og:title", "title") or name.replace("_", " ").strip()
    if len(blocks) > 1:
        blocks = [block for block in blocks if block != _HEADING + title]
    authors = [
        author
        for key in ("citation_author", "dc.creator")
        for value in given.get(key, [])[:1000]
        for author in parse_names(value).authors
    ]
    date = parse_date(
        first("citation_publication_date", "citation_date", "citation_online_date", "citation_year", "dc.date")
    )
    text, sections = _joined(blocks)
    year = date.year if date else None
    guessed = {"title"} if not stated else set()
    if year is None and (year := last_year(text[:400])):
        guessed.add("year")
    metadata = Metadata(
        title=" ".join(title.split()),
        authors=tuple(dict.fromkeys(authors)),
        year=year,
        date=date.text if date and date.text != str(date.year) else None,
        venue=first("citation_journal_title", "citation_conference_title", "citation_inbook_title") or None,
        doi=find_doi(first("citation_doi", "dc.identifier")),
        arxiv_id=find_arxiv_id("arXiv:" + first("citation_arxiv_id")),
        guessed=frozenset(guessed),
    )
    return Source("html", metadata, text, sections)


def _joined(blocks: list[str]) -> tuple[str, tuple[Section, ...]]:
    starts: list[tuple[int, str]] = []
    position = 0
    for block in blocks:
        bare = block.lstrip(_HEADING)
        if block.startswith(_HEADING):
            starts.append((position, bare))
        elif not starts:
            starts.append((0, ""))
        position += len(bare) + 2
    ends = [start for start, _ in starts[1:]] + [position - 2]
    sections = (
        Section(title, start, end, section_kind(title)) for (start, title), end in zip(starts, ends, strict=True)
    )
    return "\n\n".join(block.lstrip(_HEADING) for block in blocks), tuple(sections)


def _given(page: BeautifulSoup) -> dict[str, list[str]]:
    """Return what the page's head says of it, by lower-case name."""
    given: dict[str, list[str]] = {}
    for meta in page.find_all("meta", limit=2000):
        name = str(meta.get("name") or meta.get("property") or "").lower()
        value = " ".join(str(meta.get("content") or "").split())
        if name and value:
            given.setdefault(name, []).append(value)
    if page.title and page.title.get_text().strip():
        given["title"] = [" ".join(page.title.get_text().split())]
    return given


def _blocks(page: BeautifulSoup) -> list[str]:
    """Return the page's words block by block, a row of a table as one block; headings begin with a mark."""
    from bs4.element import NavigableString, PreformattedString, Tag

    for tag in page.find_all(_DROPPED):
        tag.extract()
    for tag in page.find_all(_is_hidden):
        tag.extract()
    blocks: list[list[str]] = []
    holder: Tag | None = None
    cell: Tag | None = None
    for node in _main(page).descendants:
        if isinstance(node, PreformattedString):  # comments, declarations
            continue
        if not isinstance(node, NavigableString):
            if isinstance(node, Tag) and node.name == "br" and blocks:
                blocks[-1].append("\n")
            continue
        if not node.strip() and holder is None:
            continue
        inside = next((parent for parent in node.parents if parent.name in _BLOCKS), None)
        if inside is not holder:
            if not node.strip():
                continue
            blocks.append([_HEADING] if inside is not None and re.fullmatch("h[1-6]", inside.name) else [])
            holder, cell = inside, None
        if holder is not None and holder.name == "tr":
            own = node.find_parent(["td", "th"])
            if own is not cell and cell is not None and node.strip():
                blocks[-1].append(" | ")
            cell = own if node.strip() else cell
        text = node.replace(_HEADING, "")
        blocks[-1].append(text if holder is not None and holder.name == "pre" else re.sub(r"\s+", " ", text))
    lines = ("\n".join(line.strip() for line in "".join(block).split("\n") if line.strip()) for block in blocks)
    return [line for line in lines if line.strip(_HEADING)]


def _is_hidden(tag: Tag) -> bool:
    return (
        tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or bool(_HIDDEN.search(str(tag.get("style") or "")))
    )


def _main(page: BeautifulSoup) -> Tag:
    """Return the element that holds most of what the page is about: its one article, its main part, else all of it."""
    articles = page.find_all("article", limit=2)
    if len(articles) == 1 and len(articles[0].get_text()) * 2 > len(page.get_text()):
        return articles[0]
    return page.find("main") or page.body or page
