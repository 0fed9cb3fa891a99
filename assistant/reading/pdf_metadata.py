"""What the first page and the PDF's own information say of the paper. Knows nothing of the text's sections.

The title is the most prominent lines near the top, the authors the names between it and the abstract. Identifiers
and years are taken from the page's head, foot and side only, never from what the paper cites.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assistant.reading.dates import parse_date
from assistant.reading.pdf_authors import find_authors, names_in
from assistant.reading.pdf_layout import Layout
from assistant.reading.pdf_lines import Line, PageLines
from assistant.reading.pdf_page import HYPHEN
from vectorstore.records import Metadata

_ARXIV = re.compile(r"arXiv\s*:\s*(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?P<version>v\d+)?", re.IGNORECASE)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^]+")
_YEAR = re.compile(r"(?<![\d.,/:-])(?:19[3-9]\d|20[0-4]\d)(?![\d]|[.,:/-]\d)")
_VENUE = re.compile(
    r"published as|accepted (?:at|to|for|as|by)|to appear|appear(?:s|ed) in|proceedings|proc\.|in proc|conference|workshop|symposium"
    r"|journal|transactions|letters|annual meeting|vol(?:ume|\.)?\s*\d|issue\s*\d|copyright|©|\(c\) ?\d|under review|preprint"
    r"|received|published|technical report|association for|第\s*\d+\s*卷|年",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"^(?:arxiv|https?:|www\.|doi\b|issn|isbn|volume|vol\.|no\.|pages?|received|accepted|published|copyright|©|\(c\)|licen[cs]"
    r"|provided proper|permission|this (?:article|paper|work|is)|open access|research article|original (?:article|paper|research)"
    r"|review article|short (?:paper|communication)|technical report|contents lists|available online|journal homepage|preprint"
    r"|proceedings|in proceedings|published as|under review|accepted at|to appear|notes?$|letters?$|article$|abstract|introduction"
    r"|keywords?|contents$|table of contents|figure|fig\.|table)\b"
    r"|\b(?:journal|transactions|magazine|bulletin|annals) (?:of|on)\b|\bjournal$|@|ISSN",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(r"^(?:abstract|summary|résumé|zusammenfassung|resumen|摘要|要旨|الملخص|ملخص)\b", re.IGNORECASE)
_BODY = re.compile(r"^(?:(?:1|I|１)[.、]?\s+)?(?:introduction|einleitung|引言|motivation)\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^(?:untitled|microsoft word|microsoft powerpoint|powerpoint|slide|layout|title|document|paper|main|manuscript|template"
    r"|pii|doi|arxiv|no title|unknown|\d+$)|\.(?:dvi|tex|pdf|docx?|ps|eps|indd|qxd|rtf|pptx?)\b|^[\w.-]*$|\\|_",
    re.IGNORECASE,
)
_TRAILING_MARKS = re.compile(r"[\s∗*†‡§¶#\ue000-\uf8ff\ufffd]+$")
_ACCENTS = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "¸": "\u0327"}
_ACCENTS |= {"˚": "\u030a", "˘": "\u0306", "¯": "\u0304", "˙": "\u0307", "˝": "\u030b"}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The metadata and the (page, order) of the lines it was taken from."""

    metadata: Metadata
    lines: set[tuple[int, int]]


def read_metadata(pages: list[PageLines], layout: Layout, information: dict[str, str], name: str) -> FrontMatter:
    """Return what is known of the paper; where it has no title of its own, `name` stands for it as a guess."""
    page = next((page for page in pages if page.lines), None)
    if page is None:
        return FrontMatter(Metadata(name, guessed=frozenset({"title"})), set())
    guessed: set[str] = set()
    stated = _stated_title(information.get("Title", ""), page)
    group = _title_lines(page, layout.body, stated)
    title = _joined(group)
    if stated and (
        not title or _folded(title) not in _folded(stated) + " " or len(_folded(stated)) > len(_folded(title))
    ):
        title = stated
    if not stated or _folded(stated) != _folded(title):
        guessed.add("title")
    if not title:
        title = name
        guessed.add("title")
    head = _head(page, group)
    authors, author_lines = find_authors(head)
    stated_authors = _stated_authors(information.get("Author", ""), page)
    if stated_authors and (len(stated_authors) >= len(authors) or not authors):
        authors = stated_authors
    elif authors:
        guessed.add("authors")
    margin = _margin(page, head, group)
    arxiv = _arxiv(page, margin)
    doi = _doi(margin)
    year, date, sure = _year(margin, arxiv, head)
    if year and not sure:
        guessed |= {"year", "date"} if date else {"year"}
    metadata = Metadata(title, tuple(authors), year, date, _venue(margin), doi, arxiv, guessed=frozenset(guessed))
    return FrontMatter(metadata, {(line.page, line.order) for line in [*group, *author_lines]})


# ---- title ----


def _folded(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _stated_title(title: str, page: PageLines) -> str:
    """Return the title that the PDF's information states, if it is one: it must stand on the first page."""
    title = " ".join(title.replace("\x00", "").split())
    if len(title) < 4 or _PLACEHOLDER.search(title):
        return ""
    return (
        title if _folded(title)[:60] in _folded("".join(line.text.replace(HYPHEN, "") for line in page.lines)) else ""
    )


def _title_lines(page: PageLines, body: float, stated: str) -> list[Line]:
    """Return the lines of the title: the most prominent group near the top, or the one that the PDF states."""
    groups = _groups(_upper_lines(page))
    if stated:
        for group in groups:
            if _folded(_joined(group)) and _folded(_joined(group)) in _folded(stated):
                return _within(group, stated, page)
    best: tuple[float, list[Line]] | None = None
    for number, group in enumerate(groups):
        score = _prominence(group, page, body)
        following = [line for other in groups[number + 1 : number + 4] for line in other[:2]]
        if any(len(names_in(line)) >= 1 and line.size <= group[0].size + 0.5 for line in following):
            score *= 1.15
        if score > 0 and (best is None or score > best[0] * 1.001):
            best = (score, group)
    return best[1] if best else []


def _upper_lines(page: PageLines) -> list[Line]:
    """Return the lines above the abstract or introduction, in the upper part of the page."""
    lines = sorted(page.lines, key=lambda line: line.order)
    stop = next((line for line in lines if _ABSTRACT.match(line.text) or _BODY.match(line.text)), None)
    floor = stop.top if stop and stop.top > 0.1 * page.height else 0.62 * page.height
    if len(lines) < 15 and not stop:
        floor = page.height  # a title page
    return [line for line in lines if line.top < min(floor, page.height if len(lines) < 15 else 0.7 * page.height)]


def _largest(line: Line) -> float:
    """Return the largest size that a fair part of a line has; small capitals count as the capitals they are."""
    spans = [*(at for at, _ in line.sizes), len(line.text)]
    weights: dict[float, int] = {}
    for (at, size), end in zip(line.sizes, spans[1:], strict=True):
        weights[size] = weights.get(size, 0) + end - at
    return max((size for size, weight in weights.items() if weight >= 0.08 * len(line.text)), default=line.size)


def _groups(lines: list[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _same_title(groups[-1][-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _same_title(last: Line, line: Line) -> bool:
    size = max(_largest(last), _largest(line))
    close = -0.3 * size < line.top - last.bottom < 0.75 * size
    alike = abs(_largest(last) - _largest(line)) < 0.06 * size and last.bold == line.bold
    overlap = min(last.right, line.right) - max(last.left, line.left)
    return close and alike and overlap > 0 and not line.gaps and not last.gaps


def _prominence(group: list[Line], page: PageLines, body: float) -> float:
    text = " ".join(line.text for line in group)
    letters = sum(map(str.isalpha, text))
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 2 or not word.isascii()]
    if len(group) > 6 or letters < 4 or len(text) > 400 or letters < 0.6 * len(text.replace(" ", "")) or not words:
        return 0.0
    if _NO_TITLE.search(text) or (len(words) < 2 and letters < 5 and text.isascii()):
        return 0.0
    size = _largest(group[0])
    score = size / max(body, 1.0) * (1.0 - 0.7 * group[0].top / page.height)
    if group[0].bold:
        score *= 1.08
    if letters < 10 and text.isascii():
        score *= 0.85
    if group[0].top < 0.06 * page.height and size < 1.2 * body:
        score *= 0.6  # a running head
    if len(names_in(group[0])) > 1 or text.endswith((".", ",")):
        score *= 0.5
    return score


def _within(group: list[Line], stated: str, page: PageLines) -> list[Line]:
    """Return a group and the lines behind it that also belong to the stated title."""
    lines = list(group)
    behind = [line for line in sorted(page.lines, key=lambda line: line.order) if line.order > group[-1].order]
    for line in behind[:5]:
        if _folded(_joined([*lines, line])) not in _folded(stated):
            break
        lines.append(line)
    return lines


def _joined(group: list[Line]) -> str:
    """Return lines as one title: hyphens mended, small capitals turned to what they stand for, footnote marks gone."""
    text = ""
    for line in group:
        piece = _small_capitals(line) if line.text.upper() == line.text else line.text
        piece = _without_raised(piece, line)
        if text.endswith(HYPHEN):
            text = text[:-1] + piece if piece[:1].islower() else text[:-1] + "-" + piece
        else:
            text = f"{text} {piece}"
    text = mended(_TRAILING_MARKS.sub("", " ".join(text.replace(HYPHEN, "-").split())))
    return re.sub(r"\s+([:;,?!])", r"\1", text)


def _small_capitals(line: Line) -> str:
    """Return a line in the case that its two sizes of capitals stand for: "REACT" may be ReAct."""
    large = max(size for _, size in line.sizes)
    spans = [*(at for at, _ in line.sizes), len(line.text)]
    pieces = []
    for (at, size), end in zip(line.sizes, spans[1:], strict=True):
        piece = line.text[at:end]
        pieces.append(piece.lower() if 0.6 * large < size < 0.92 * large else piece)
    return "".join(pieces)


def _without_raised(text: str, line: Line) -> str:
    """Leave out a raised mark at a line's end."""
    at, size = line.sizes[-1]
    tail = text[at:]
    raised = at and size < 0.8 * line.size and len(tail.strip()) <= 3 and len(text) == len(line.text)
    return text[:at] if raised and not re.search(r"[^\W\d_]{2}", tail) else text


def mended(text: str) -> str:
    """Return text whose loose accents stand on their letters: "Wo´zniak" is Woźniak."""

    def compose(match: re.Match[str]) -> str:
        before, accent, after = match.group(1), _ACCENTS[match.group(2)], match.group(3)
        ahead = unicodedata.normalize("NFC", after + accent) if after else ""
        if len(ahead) == 1:
            return before + ahead
        behind = unicodedata.normalize("NFC", before + accent)
        return (behind if len(behind) == 1 else before) + after

    pattern = rf"([^\W\d_]?)([{''.join(_ACCENTS)}])\s?([^\W\d_]?)"
    text = re.sub(pattern, lambda match: compose(match) if match.group(1) or match.group(3) else match.group(), text)
    return unicodedata.normalize("NFC", text)


# ---- authors ----


def _head(page: PageLines, title: list[Line]) -> list[Line]:
    """Return the lines between the title and the abstract or the first paragraph of text."""
    lines = sorted(page.lines, key=lambda line: line.order)
    if title:
        bottom = max(line.bottom for line in title)
        order = max(line.order for line in title)
        lines = [line for line in lines if line.top > bottom - 3 and (line.order > order or line.top < bottom + 150)]
    found: list[Line] = []
    prose = 0
    for line in lines:
        if _ABSTRACT.match(line.text) or _BODY.match(line.text):
            break
        words = re.findall(r"[^\W\d_]+", line.text)
        small = sum(word.islower() for word in words)
        prose = prose + 1 if len(words) > 6 and small > 0.6 * len(words) else 0
        if prose >= 2:
            found.pop()
            break
        if line.top > 0.9 * page.height:
            continue
        found.append(line)
    return found[:60]


def _stated_authors(author: str, page: PageLines) -> list[str]:
    """Return the authors that the PDF's information states, those whose family names stand on the first page."""
    parts = [part.strip() for part in re.split(r"\s*;\s*|\s*,\s*(?:and\s+)?|\s+and\s+", mended(author)) if part.strip()]
    if ";" in author:
        parts = [part.strip() for part in re.split(r"\s*;\s*", mended(author)) if part.strip()]
        parts = [" ".join(reversed(part.split(", ", 1))) for part in parts]
    text = _folded("".join(line.text for line in page.lines))
    names = [re.sub(r"[*†‡∗\d]+$", "", part).strip() for part in parts]
    real = [name for name in names if len(name.split()) > 1 and not re.search(r"[@\d/\\]", name)]
    return real if real and all(_folded(name.split()[-1]) in text for name in real) and len(real) == len(names) else []


# ---- identifiers and dates ----


def _margin(page: PageLines, head: list[Line], title: list[Line]) -> list[str]:
    """Return what may speak of the paper itself: the sides, head and foot of the page, and lines that name a venue."""
    texts = list(page.turned)
    taken = {line.order for line in title}
    above = min((line.top for line in title), default=0.1 * page.height)
    first = {line.order for line in head}
    for line in page.lines:
        if line.order in taken:
            continue
        edge = line.bottom < max(above, 0.09 * page.height) or line.top > 0.88 * page.height
        named = bool(
            re.match(
                r"^\W*(?:doi\b|https?://(?:dx\.)?doi|arxiv\s*:|published as|(?:in )?proceedings of|copyright|©|received|accepted)",
                unicodedata.normalize("NFKC", line.text),
                re.IGNORECASE,
            )
        )
        low = (
            line.top > 0.6 * page.height
            and line.size < 9.6
            and bool(_VENUE.search(line.text))
            and bool(_YEAR.search(line.text))
        )
        if edge or named or low or (line.order in first and (_DOI.search(line.text) or _VENUE.search(line.text))):
            texts.append(line.text)
    return [unicodedata.normalize("NFKC", text) for text in texts]


def _arxiv(page: PageLines, margin: list[str]) -> str | None:
    for text in [*page.turned, *margin]:
        if match := _ARXIV.search(text):
            return match["id"]
    return None


def _doi(margin: list[str]) -> str | None:
    for text in margin:
        spaceless = re.sub(r"(?<=[./])\s+(?=[\w])", "", text) if re.search(r"doi", text, re.IGNORECASE) else text
        if match := _DOI.search(spaceless):
            return match.group().rstrip(".,;:)]").lower()
    return None


def _year(margin: list[str], arxiv: str | None, head: list[Line]) -> tuple[int | None, str | None, bool]:
    """Return year, date and whether the page says that they are the paper's.

    The date in the PDF's information is that of the file, often years off, and not used.
    """
    venues = [text for text in margin if _VENUE.search(text) and not _ARXIV.search(text)]
    for pattern in (r"published|proceedings|conference|appear|annual meeting|journal|vol|issue|卷|\(\d{4}\)", r"."):
        for text in venues:
            text = re.sub(
                r"(?:received|submitted|revised|accessed|downloaded)\b[^;.()]*", "", text, flags=re.IGNORECASE
            )
            years = [int(year) for year in _YEAR.findall(text)]
            if years and re.search(pattern, text, re.IGNORECASE):
                return years[0], None, True
    if arxiv:
        digits = re.sub(r"\D", "", arxiv.split("/")[-1])[:2]
        century = 1900 if "/" in arxiv and int(digits) > 90 else 2000
        return century + int(digits), None, True
    for text in [*(unicodedata.normalize("NFKC", line.text) for line in head), *margin]:
        date = parse_date(text.strip(" ()."))
        if date and date.year:
            return date.year, date.text, True
    for text in margin:
        if years := [int(year) for year in _YEAR.findall(text)]:
            return years[0], None, False
    return None, None, False


def _venue(margin: list[str]) -> str | None:
    for text in margin:
        text = " ".join(text.split())
        if match := re.search(
            r"(?:published as an? .{0,30}paper (?:at|in)|accepted (?:at|to|by)|to appear in)\s+(.{3,80})",
            text,
            re.IGNORECASE,
        ):
            return match[1].rstrip(" .")
        if match := re.match(r"(?:in )?(proceedings of .{5,160}?)(?:, pages?\b.*|, pp\b.*|$)", text, re.IGNORECASE):
            return match[1].rstrip(" .")
        if match := re.match(
            r"(\d+(?:st|nd|rd|th) (?:conference|international|annual|workshop).{5,120}?)(?:\.|$)", text, re.IGNORECASE
        ):
            return match[1].rstrip(" .")
        if match := re.search(
            r"\b((?:[A-Z][\w&-]+ )*(?:Journal|Transactions) (?:of|on) [A-Z][\w& -]{3,60}?)(?:,| \d| Vol|$)", text
        ):
            return match[1]
    return None
