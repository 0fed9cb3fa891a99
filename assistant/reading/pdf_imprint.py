"""Identifiers, year and venue from the head, foot and side of a paper's first page, never from what it cites."""

from __future__ import annotations

import re
import unicodedata

from assistant.reading.dates import parse_date
from assistant.reading.pdf_lines import Line, PageLines

_ARXIV = re.compile(r"arXiv\s*:\s*(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?P<version>v\d+)?", re.IGNORECASE)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^]+")
_YEAR = re.compile(r"(?<![\d.,/:-])(?:19[3-9]\d|20[0-4]\d)(?![\d]|[.,:/-]\d)")
_VENUE = re.compile(
    r"published|accepted (?:at|to|for|as|by)|to appear|appear(?:s|ed) in|proceedings|\bproc\.|conference|workshop"
    r"|symposium|journal|transactions|letters|annual meeting|vol(?:ume|\.)?\s*\d|issue\s*\d|copyright|©"
    r"|\(c\) ?\d|under review"
    r"|preprint|received|technical report|association for|\d\s*\((?:19|20)\d\d\)|第\s*\d+\s*卷|年",
    re.IGNORECASE,
)
_SPEAKS_OF_ITSELF = re.compile(
    r"^\W*(?:doi\b|https?://(?:dx\.)?doi|arxiv\s*:|published as|(?:in )?proceedings of|copyright|©|received|accepted)",
    re.IGNORECASE,
)
_NOT_PUBLISHED = re.compile(r"\b(?:received|submitted|revised|accessed|downloaded|retrieved)\b[^;.()]*", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"published|proceedings|conference|appear|annual meeting|journal|vol|issue|卷|\((?:19|20)\d\d\)", re.IGNORECASE
)
_VENUE_FORMS = (
    re.compile(
        r"(?:published as an? .{0,30}paper (?:at|in)|accepted (?:at|to|by)|to appear in)\s+(.{3,80}?\b(?:19|20)\d\d)",
        re.I,
    ),
    re.compile(r"^(?:in )?(proceedings of .{5,160}?)(?:, pages?\b.*|, pp\b.*|$)", re.I),
    re.compile(r"^(\d+(?:st|nd|rd|th) (?:conference|international|annual|workshop).{5,120}?)(?:\.|$)", re.I),
    re.compile(r"\b((?:[A-Z][\w&-]+ ){0,4}(?:Journal|Transactions) (?:of|on) [A-Z][\w& -]{3,60}?)(?:,| \d| Vol|$)"),
)


def margin_texts(page: PageLines, head: list[Line], title: list[Line]) -> list[str]:
    """Return what may speak of the paper itself: the sides, head and foot of the page, and lines that name a venue."""
    texts = list(page.turned)
    taken = {line.order for line in title}
    above = min((line.top for line in title), default=0.1 * page.height)
    first = {line.order for line in head}
    for line in page.lines:
        if line.order in taken:
            continue
        edge = line.bottom < max(above, 0.09 * page.height) or line.top > 0.88 * page.height
        named = bool(_SPEAKS_OF_ITSELF.match(unicodedata.normalize("NFKC", line.text)))
        low = line.top > 0.75 * page.height and line.size < 9.6 and bool(_VENUE.search(line.text))
        if edge or named or low or (line.order in first and (_DOI.search(line.text) or _VENUE.search(line.text))):
            texts.append(line.text)
    return [unicodedata.normalize("NFKC", text[:500]) for text in texts]


def find_arxiv(page: PageLines, margin: list[str]) -> str | None:
    """Return the arXiv id of the stamp, without its version."""
    for text in [*page.turned, *margin]:
        if match := _ARXIV.search(text):
            return match["id"]
    return None


def find_doi(margin: list[str]) -> str | None:
    """Return the DOI that the page gives itself."""
    for text in margin:
        spaceless = re.sub(r"(?<=[./])\s+(?=[\w])", "", text) if re.search(r"doi", text, re.IGNORECASE) else text
        if match := _DOI.search(spaceless):
            return match.group().rstrip(".,;:)]").lower()
    return None


def find_year(margin: list[str], arxiv: str | None, head: list[Line]) -> tuple[int | None, str | None, bool]:
    """Return year, date and whether the page says that they are the paper's.

    The date in the PDF's information is that of the file, often years off, and not used.
    """
    venues = [text for text in margin if _VENUE.search(text) and not _ARXIV.search(text)]
    years = [(text, int(year)) for text in venues for year in _YEAR.findall(_NOT_PUBLISHED.sub("", text))[:1]]
    for text, year in years:
        if _PUBLISHED.search(text):
            return year, None, True
    if years:
        return years[0][1], None, True
    if arxiv:
        digits = re.sub(r"\D", "", arxiv.split("/")[-1])[:2]
        century = 1900 if "/" in arxiv and int(digits) > 90 else 2000
        return century + int(digits), None, True
    for text in [*(unicodedata.normalize("NFKC", line.text) for line in head), *margin]:
        date = parse_date(text.strip(" ()."))
        if date and date.year:
            return date.year, date.text, True
    for text in margin:
        if found := _YEAR.findall(_NOT_PUBLISHED.sub("", text)):
            return int(found[0]), None, False
    return None, None, False


def find_venue(margin: list[str]) -> str | None:
    """Return the conference or journal that the page says it appeared in."""
    for text in margin:
        for form in _VENUE_FORMS:
            if match := form.search(" ".join(text.split())):
                return match[1].rstrip(" .")
    return None
