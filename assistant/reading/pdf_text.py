"""Paragraphs -> one text with sections, pages and the map back to the pages' characters. Knows no geometry."""

from __future__ import annotations

import array
import re
import sys
import zlib
from collections import Counter
from dataclasses import dataclass, field

from assistant.reading.pdf_forms import CAPTION, HEADING_NUMBER, is_section_name
from assistant.reading.pdf_layout import Paragraph
from assistant.reading.pdf_lines import Line, PageLines
from assistant.reading.pdf_page import HYPHEN
from vectorstore.records import Page, Section, SectionKind

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TAIL = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_HEAD = re.compile(r"^[^\W\d_]+")
_VALUE = r"[-+−]?\d[\d.,]*[%∗*†‡]?"
_A_VALUE = re.compile(r"(?<![\w.-])[-+−]?\d+(?:[.,]\d+)?%?(?![\w-])")
_BETWEEN_VALUES = re.compile(rf"(?:(?<=\d)|(?<=[%∗*†‡])) (?={_VALUE}(?:\s|$))")
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_REFERENCES = re.compile(
    r"references(?: and notes| cited)?|bibliography|literature cited|works cited|références(?: bibliographiques)?"
    r"|literatur(?:verzeichnis)?|referencias|参考文献|المراجع|المصادر"
)
_RELATED = re.compile(
    r"related|previous work|prior work|literature review|background and related|travaux connexes|état de l.art|相关"
)
_ABSTRACT = re.compile(r"abstract|summary|résumé|zusammenfassung|摘要|概要|ملخص")
_LABELLED_ABSTRACT = re.compile(r"^(?:abstract|ABSTRACT|Abstract|Résumé|RÉSUMÉ|摘要|Summary)\s*[.:：—–-]+\s*\S")


@dataclass(slots=True)
class _Writer:
    """Grows the text and, beside it, the page's character for each code point."""

    words: Counter[str]
    pieces: list[str] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)

    @property
    def length(self) -> int:
        return len(self.indices)

    def put(self, text: str, indices: list[int] | None = None) -> None:
        self.pieces.append(text)
        self.indices += indices if indices is not None else [-1] * len(text)

    def paragraph(self, lines: list[Line]) -> None:
        """Write lines as running text: words cut at a line's end are mended, or keep the hyphen that is theirs."""
        for line, following in zip(lines, [*lines[1:], None], strict=True):
            text, indices = line.text, line.indices
            tail = _TAIL.search(text[:-1] + "-") if text[-1] in (HYPHEN, "-") else None
            if following is None:
                self.put(text.replace(HYPHEN, "-"), indices)
            elif tail and (head := _HEAD.match(following.text)) and not self._keeps_hyphen(tail[1], head[0]):
                self.put(text[:-1], indices[:-1])
            elif text[-1] in (HYPHEN, "-") and len(text) > 1 and not text[-2].isspace():
                self.put(text.replace(HYPHEN, "-"), indices)
            else:
                self.put(text, indices)
                if not (_UNSPACED.match(text[-1]) and _UNSPACED.match(following.text)):
                    self.put(" ")

    def row(self, line: Line) -> None:
        """Write a line of a table, its cells apart."""
        at = 0
        cuts = {position for position, _, _ in line.gaps} | {
            match.end() for match in _BETWEEN_VALUES.finditer(line.text)
        }
        for position in [*sorted(cuts), len(line.text)]:
            cell = line.text[at:position].rstrip()
            if at:
                self.put(" | ")
            self.put(cell.replace(HYPHEN, "-"), line.indices[at : at + len(cell)])
            at = position

    def _keeps_hyphen(self, tail: str, head: str) -> bool:
        left, right = tail.casefold(), head.casefold()
        hyphenated, joined = self.words[f"{left}-{right}"], self.words[left + right]
        if hyphenated or joined:
            return hyphenated > joined
        if "-" in left or head[0].isupper():
            return True
        return len(left) > 2 and len(right) > 2 and bool(self.words[left] and self.words[right])


@dataclass(frozen=True, slots=True)
class Written:
    """The whole text with its sections and pages."""

    text: str
    sections: tuple[Section, ...]
    pages: tuple[Page, ...]


def write(paragraphs: list[Paragraph], pages: list[PageLines], front: set[tuple[int, int]]) -> Written:
    """Join paragraphs to one text. `front` holds the (page, order) of title and authors, which head no section."""
    writer = _Writer(_vocabulary(paragraphs))
    spans: dict[int, tuple[int, int]] = {}
    headings: list[tuple[int, str, SectionKind]] = []
    tables: list[Section] = []
    in_abstract = past_references = False
    opening = _opening(paragraphs)
    rows, captions = dict(_row_runs(paragraphs)), _captions(paragraphs)
    number = 0
    while number < len(paragraphs):
        paragraph = paragraphs[number]
        if writer.length:
            writer.put(_separator(paragraphs[number - 1], paragraph))
        start = writer.length
        if paragraph.role == "row":
            end = rows[number]
            tables.append(_table(writer, paragraphs[number : end + 1], captions.get(number, "")))
            number = end
        else:
            lines = paragraph.lines
            writer.paragraph(lines)
            text = paragraph.text.strip()
            if not any((line.page, line.order) in front for line in lines):
                if paragraph.role == "heading" and number >= opening:
                    kind = _kind(text, past_references)
                    past_references |= kind == "references"
                    headings.append((start, _title(text), kind))
                elif not in_abstract and not headings and _LABELLED_ABSTRACT.match(text):
                    headings.append((start, "Abstract", "abstract"))
                in_abstract = bool(headings) and headings[-1][2] == "abstract"
        first, _ = spans.get(paragraph.page, (start, start))
        spans[paragraph.page] = (first, writer.length)
        number += 1
    text = "".join(writer.pieces)
    return Written(text, (*_sections(headings, len(text)), *tables), _pages(pages, spans, writer.indices))


def _opening(paragraphs: list[Paragraph]) -> int:
    """Return the number of the first paragraph that is surely a section's heading; those before it are front matter."""
    for number, paragraph in enumerate(paragraphs):
        if paragraph.page > 2:
            break
        text = paragraph.text.strip()
        if paragraph.role == "heading" and (is_section_name(text) or HEADING_NUMBER.match(text)):
            return number
        if _LABELLED_ABSTRACT.match(text):
            return number
    return 0


def _vocabulary(paragraphs: list[Paragraph]) -> Counter[str]:
    words: Counter[str] = Counter()
    for paragraph in paragraphs:
        cut = False
        for line in paragraph.lines:
            found = _WORD.findall(line.text)
            words.update(word.casefold() for word in found[cut : len(found) - line.joins])
            cut = line.joins
    return words


def _separator(last: Paragraph, paragraph: Paragraph) -> str:
    """Return what stands between two paragraphs: a space where a sentence runs on into the next column."""
    if last.role == paragraph.role == "text" and paragraph.follows and last.page == paragraph.page:
        runs_on = not re.search(r"[.!?:;。]\W*$", last.text) and re.match(r"[a-z(]", paragraph.text)
        if runs_on and abs(last.size - paragraph.size) < 0.3 and len(last.text) > 40:
            return " "
    return "\n\n"


def _table(writer: _Writer, rows: list[Paragraph], caption: str) -> Section:
    """Write rows, one a line. The head is the lines of several words, at most three, above the first values."""
    start = head_end = writer.length
    in_head = True
    for number, row in enumerate(rows):
        if number:
            writer.put("\n")
        line = row.lines[0]
        writer.row(line)
        in_head = in_head and number < 3 and len(line.text.split()) > 1 and not _A_VALUE.search(line.text)
        if in_head:
            head_end = writer.length
    head = (start, head_end) if start < head_end < writer.length else None
    return Section(caption, start, writer.length, "table", head)


def _captions(paragraphs: list[Paragraph]) -> dict[int, str]:
    """Return captions by number of a table's first row: above or below it, as most tables of the paper have it."""
    tables = _row_runs(paragraphs)
    beside = {first: (_caption_at(paragraphs, first, -1), _caption_at(paragraphs, last, 1)) for first, last in tables}
    only_above = sum(below is None and above is not None for above, below in beside.values())
    only_below = sum(above is None and below is not None for above, below in beside.values())
    taken: set[int] = set()
    captions: dict[int, str] = {}
    for first, (above, below) in beside.items():
        wanted = (below, above) if only_below > only_above else (above, below)
        chosen = next((number for number in wanted if number is not None and number not in taken), None)
        if chosen is not None:
            taken.add(chosen)
            captions[first] = _title(paragraphs[chosen].text)
    return captions


def _row_runs(paragraphs: list[Paragraph]) -> list[tuple[int, int]]:
    """Return the numbers of the first and last row of each table; a table ends with its page."""
    runs: list[tuple[int, int]] = []
    for number, paragraph in enumerate(paragraphs):
        if paragraph.role != "row":
            continue
        if runs and runs[-1][1] == number - 1 and paragraphs[number - 1].page == paragraph.page:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _caption_at(paragraphs: list[Paragraph], edge: int, step: int) -> int | None:
    """Return the number of a table's caption within two paragraphs of an edge of its rows."""
    for number in (edge + step, edge + 2 * step):
        if not 0 <= number < len(paragraphs) or paragraphs[number].page != paragraphs[edge].page:
            return None
        if paragraphs[number].role == "row":
            return None
        match = CAPTION.match(paragraphs[number].text)
        if paragraphs[number].role == "caption" and match and match["what"][:3].casefold() in ("tab", "表"):
            return number
    return None


def _kind(title: str, past_references: bool) -> SectionKind:
    plain = _bare(title)
    if _REFERENCES.fullmatch(plain):
        return "references"
    if _ABSTRACT.fullmatch(plain) and not past_references:
        return "abstract"
    return "related" if _RELATED.search(plain) else "body"


def _bare(title: str) -> str:
    return HEADING_NUMBER.sub("", title).casefold().replace(HYPHEN, "").strip(" .:")


def _title(text: str) -> str:
    return " ".join(text.replace(HYPHEN + " ", "").split())[:500]


def _sections(headings: list[tuple[int, str, SectionKind]], length: int) -> list[Section]:
    sections: list[Section] = []
    if not headings or headings[0][0] > 0:
        end = headings[0][0] if headings else length
        sections.append(Section("", 0, end, "front" if headings else "body"))
    parent: tuple[int, SectionKind] = (9, "body")
    for number, (start, title, kind) in enumerate(headings):
        end = headings[number + 1][0] if number + 1 < len(headings) else length
        depth = _depth(title)
        if kind == "body" and depth > parent[0] and parent[1] == "related":
            kind = "related"  # a part of the related work
        else:
            parent = (depth, kind)
        sections.append(Section(title, start, end, kind))
    return sections


def _depth(title: str) -> int:
    match = HEADING_NUMBER.match(title)
    return match.group().strip(" .").count(".") + 1 if match else 1


def _pages(pages: list[PageLines], spans: dict[int, tuple[int, int]], indices: list[int]) -> tuple[Page, ...]:
    made: list[Page] = []
    at = 0
    for page in pages:
        start, end = spans.get(page.number, (at, at))
        at = end
        values = array.array("i", indices[start:end])
        if sys.byteorder == "big":
            values.byteswap()
        label = page.label or str(page.number)
        made.append(Page(page.number, label, start, end, zlib.compress(values.tobytes(), 6)))
    return tuple(made)
