"""What the first page and the PDF's own information say of the paper. Knows nothing of the text's sections.

The title is the most prominent lines near the top, the authors the names between it and the abstract. Identifiers
and years are taken from the page's head, foot and side only, never from what the paper cites.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assistant.reading.pdf_authors import find_authors, names_in
from assistant.reading.pdf_forms import mended
from assistant.reading.pdf_imprint import find_arxiv, find_doi, find_venue, find_year, margin_texts
from assistant.reading.pdf_layout import Layout
from assistant.reading.pdf_lines import Line, PageLines
from assistant.reading.pdf_page import HYPHEN
from vectorstore.records import Metadata

_NO_TITLE = re.compile(
    r"^(?:arxiv|https?:|www\.|doi\b|issn|isbn|volume|vol\.|no\.|pages?|received|accepted|published|copyright|©|\(c\)"
    r"|licen[cs]|provided proper|permission|this (?:article|paper|work|is)|open access|research article|review article"
    r"|original (?:article|paper|research)|short (?:paper|communication)|technical report|contents lists"
    r"|available online|journal homepage|preprint|proceedings|in proceedings|published as|under review"
    r"|accepted at|to appear|notes?$"
    r"|letters?$|article$|editorial|abstract|introduction|keywords?|contents$|table of contents|figure|fig\.|table)\b"
    r"|\b(?:journal|transactions|magazine|bulletin|annals) (?:of|on)\b|\bjournal$|\barchive$|@|ISSN",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(r"^(?:abstract|summary|résumé|zusammenfassung|resumen|摘要|要旨|الملخص|ملخص)\b", re.IGNORECASE)
_BODY = re.compile(r"^(?:(?:1|I|１)[.、]?\s+)?(?:introduction|einleitung|引言|motivation)\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^(?:untitled|microsoft word|microsoft powerpoint|powerpoint|slide|layout|title|document|paper|main|manuscript"
    r"|template|pii|doi|arxiv|no title|unknown|\d+$)|\.(?:dvi|tex|pdf|docx?|ps|eps|indd|qxd|rtf|pptx?)\b"
    r"|^[\w.-]*$|\\|_",
    re.IGNORECASE,
)
_TRAILING_MARKS = re.compile(r"[\s∗*†‡§¶#\ue000-\uf8ff\ufffd]+$")


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
    title = title or name
    head = _head(page, group)
    authors, author_lines = find_authors(head)
    prominent = bool(group and authors) and _largest(group[0]) > 1.15 * layout.body
    if _folded(stated) != _folded(title) and not prominent:
        guessed.add("title")
    stated_authors = _stated_authors(information.get("Author", ""), page)
    if len(stated_authors) >= max(1, len(authors)):
        authors = stated_authors
    elif authors and not prominent:
        guessed.add("authors")
    margin = margin_texts(page, head, group)
    arxiv = find_arxiv(page, margin)
    doi = find_doi(margin)
    year, date, sure = find_year(margin, arxiv, head)
    if year and not sure:
        guessed |= {"year", "date"} if date else {"year"}
    metadata = Metadata(title, tuple(authors), year, date, find_venue(margin), doi, arxiv, guessed=frozenset(guessed))
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
