"""Answers, questions and notices as safe HTML: all words are escaped, only our own marks are elements.

Each function gives one line of HTML, for a blank line would let Gradio read the rest as Markdown. Maths stands between
private characters that no text can hold, so that KaTeX finds exactly what assistant.web.maths found.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote as url_quote

from assistant.citations import NOT_STATED
from assistant.comparisons import Figure
from assistant.types import Answer, Cell, Citation, Row, Statement, Table
from assistant.verification import VERDICT_WORDS, tally
from assistant.web.maths import split_maths

INLINE_MATHS = ("\ue000", "\ue001")
DISPLAY_MATHS = ("\ue002", "\ue003")
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ue000-\ue003\ufeff\U000e0000-\U000e007f]"
)
_GROUPS = frozenset({"workshop", "collaboration", "team", "consortium", "group"})

_VERDICTS = {
    "quoted": ("❝", "These are the paper's own words."),
    "supported": ("✓", "The passage says this."),
    "partly": ("◐", "The passage says a part of this."),
    "unsupported": ("✕", "The passage does not say this."),
}


def plain(text: str) -> str:
    """Escape a text for HTML, in one line, without characters that hide or turn round what is written."""
    return html.escape(_UNSHOWN.sub("", " ".join(text.split())), quote=True)


def words(text: str) -> str:
    """Escape a text for HTML and mark its maths for KaTeX."""
    return "".join(_piece(piece.text, piece.kind) for piece in split_maths(text))


def _piece(text: str, kind: str) -> str:
    if kind == "text":
        lead = " " if text[:1].isspace() else ""
        trail = " " if text[-1:].isspace() and text.strip() else ""
        return f"{lead}{plain(text)}{trail}"
    left, right = INLINE_MATHS if kind == "inline" else DISPLAY_MATHS
    return f"{left}{plain(text)}{right}"


def paragraphs(text: str) -> str:
    """Escape a text whose blank lines part paragraphs, with maths marked."""
    return "".join(f"<p>{words(part)}</p>" for part in re.split(r"\n\s*\n", text) if part.strip())


def byline(authors: tuple[str, ...], year: int | None) -> str:
    """Name a paper's authors shortly, with the year: "Vaswani et al., 2017". Escaped."""
    families = [_family(author) for author in authors if author.strip()]
    names = f"{families[0]} et al." if len(families) > 2 else " & ".join(families)
    return plain(", ".join(part for part in (names, str(year) if year else "") if part))


def _family(author: str) -> str:
    """Give a person's family name, and the whole name of a group: "BigScience Workshop"."""
    names = author.split()
    return author if any(name.strip("():,;").casefold() in _GROUPS for name in names) else names[-1]


def place(citation: Citation) -> str:
    """Say where a quote stands: "p. 3", with the printed number where it differs, else the section. Escaped."""
    if citation.page is None:
        return plain(citation.section)
    label = citation.page_label
    printed = f" (printed {plain(label)})" if label and label != str(citation.page) else ""
    pages = f"pp. {citation.pages[0]}–{citation.pages[-1]}" if len(citation.pages) > 1 else f"p. {citation.page}"
    return f"{pages}{printed}"


def question(text: str) -> str:
    """Show what the person asked."""
    return f'<div class="fn-question">{words(text)}</div>'


def step(message: str, draft: str = "") -> str:
    """Show what is being done, under what is written so far."""
    body = f'<div class="fn-draft">{paragraphs(draft)}</div>' if draft else ""
    return f'<div class="fn-working">{body}<p class="fn-step" role="status">{words(message)}</p></div>'


def notice(message: str, hint: str = "", kind: str = "error") -> str:
    """Show something that went wrong or is worth knowing, and what to do next."""
    after = f'<p class="fn-hint">{words(hint)}</p>' if hint else ""
    return f'<div class="fn-notice fn-{kind}"><p>{words(message)}</p>{after}</div>'


def answer(answer: Answer, library: str) -> str:
    """Show a checked answer: statements with footnote marks and verdicts, the notes below, and what was looked at."""
    citations = {citation.number: citation for citation in answer.citations}
    marks = _Marks(library, answer.answer_id)
    body, told_of = "", ""
    for statement in answer.beside_table:
        body += _statement(statement, citations, marks, begins=statement.aspect not in {"", told_of})
        told_of = statement.aspect
    used = {number for statement in answer.beside_table for number in statement.citations}
    if answer.shown_table:
        body += _table(answer.shown_table, citations, marks, _heads(answer.shown_table))
        used |= {number for row in answer.shown_table.rows for cell in row.cells for number in cell.citations}
    noted = [citation for citation in answer.citations if citation.number in used]
    nearest = [citation for citation in answer.citations if citation.number not in used]
    if answer.incomplete:
        body += _broken_off(answer)
    if answer.abstained:
        body = body or "<p>Nothing in this library speaks to the question.</p>"
    notes = _notes(noted, marks) + _nearest(nearest, marks)
    css = "fn-answer fn-abstained" if answer.abstained else "fn-answer"
    notices = "".join(notice(each, kind="note") for each in answer.notices)
    return f'<div class="{css}">{notices}{body}{notes}<p class="fn-about">{_about(answer)}</p></div>'


def _broken_off(answer: Answer) -> str:
    """Say where an answer breaks off why it does, with the link that takes it up; script.js follows it."""
    link = f'<a class="fn-ask" href="#ask">{words(answer.question)}</a>'
    if answer.unfinished:
        link = f'<a class="fn-continue" href="#continue/{url_quote(answer.answer_id, safe="")}">Continue</a>'
    reason = f"This answer is incomplete: {answer.incomplete}"
    return f'<div class="fn-notice fn-note fn-broken-off"><p>{words(reason)}</p>{link}</div>'


class _Marks:
    """The links to one answer's footnotes; script.js opens them."""

    def __init__(self, library: str, answer_id: str) -> None:
        self._base = f"#cite/{url_quote(library, safe='')}/{url_quote(answer_id, safe='')}"

    def mark(self, citation: Citation) -> str:
        return (
            f'<a class="fn-mark" href="{self._base}/{citation.number}">'
            f'<span class="fn-unseen">Footnote </span>{citation.number}</a>'
        )

    def note(self, citation: Citation, inside: str) -> str:
        return f'<a class="fn-note" href="{self._base}/{citation.number}">{inside}</a>'


def _statement(statement: Statement, citations: Mapping[int, Citation], marks: _Marks, *, begins: bool = False) -> str:
    """Show a statement; `begins` says that it is the first of its aspect, which is named then."""
    cited = [citations[number] for number in statement.citations if number in citations]
    text = _with_quotes(statement.text, [citation.quote for citation in cited], statement.value)
    links = "".join(marks.mark(citation) for citation in cited)
    sign, meaning = _VERDICTS[statement.verdict]
    reason = statement.reason or meaning
    tags = _tag(statement.verdict, sign, VERDICT_WORDS[statement.verdict], plain(reason))
    if any(citation.others_work for citation in cited):
        tags += _tag("others", "↪", "reports others’ work", "The passage tells what other papers found.")
    if not cited and statement.verdict == "quoted":
        return f'<p class="fn-statement">{text}</p>'
    if begins:
        text = f'<b class="fn-aspect">{words(statement.aspect)}</b> {text}'
    doubt = statement.verdict in {"partly", "unsupported"}
    reasons = " ".join(filter(None, (reason if doubt or statement.second_look else "", statement.second_look)))
    why = f' <span class="fn-why">{words(reasons)}</span>' if reasons else ""
    if statement.verdict == "unsupported":
        text = f'<s class="fn-struck">{text}</s>'
    return f'<p class="fn-statement">{text}{links} <span class="fn-tags">{tags}</span>{why}</p>'


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of a comparison as HTML: its corner, a `th` for each paper and for each aspect; and the figures to be
    marked in the cells of each row."""

    corner: str
    papers: Sequence[str]
    aspects: Sequence[str]
    figures: Sequence[Sequence[Figure | None]]


def comparison(answer: Answer, library: str, heads: Heads, between: str) -> str:
    """Show the table of an answer under heads of one's own, its notes below, and what stands `between` as HTML."""
    citations = {citation.number: citation for citation in answer.citations}
    marks = _Marks(library, answer.answer_id)
    table = _table(answer.table, citations, marks, heads) if answer.table else ""
    return table + between + _notes(list(answer.citations), marks)


def remark(row: Row) -> str:
    """Show where the papers contradict each other, if they do."""
    return f'<span class="fn-remark">{words(row.remark)}</span>' if row.remark else ""


def _heads(table: Table) -> Heads:
    return Heads(
        "<td></td>",
        [f'<th scope="col" title="{plain(column.title)}">{words(column.name)}</th>' for column in table.columns],
        [f'<th scope="row">{words(row.aspect.name)}{remark(row)}</th>' for row in table.rows],
        [[None] * len(table.columns)] * len(table.rows),
    )


def _table(table: Table, citations: Mapping[int, Citation], marks: _Marks, heads: Heads) -> str:
    """Show a comparison: a row for each aspect, a column for each paper."""
    rows = ""
    for row, aspect, figures in zip(table.rows, heads.aspects, heads.figures, strict=True):
        cells = "".join(_cell(*each, citations, marks) for each in zip(row.cells, figures, strict=True))
        rows += f"<tr>{aspect}{cells}</tr>"
    return (
        '<div class="fn-table" tabindex="0" role="region" aria-label="Comparison"><table>'
        f"<thead><tr>{heads.corner}{''.join(heads.papers)}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(cell: Cell, figure: Figure | None, citations: Mapping[int, Citation], marks: _Marks) -> str:
    if not cell.citations:
        return f'<td class="fn-silent">{NOT_STATED}</td>'
    parts = ""
    for piece, (text, numbers) in enumerate(cell.pieces(citations)):
        cited = [citations[number] for number in numbers if number in citations]
        links = "".join(marks.mark(citation) for citation in cited)
        value = figure.span if figure and figure.piece == piece else None
        parts += f"<p>{_with_quotes(text, [citation.quote for citation in cited], value)}{links}</p>"
    sorted_by = f' data-figure="{figure.value}"' if figure and figure.value is not None else ""
    return f"<td{sorted_by}>{parts}</td>"


def _tag(kind: str, sign: str, label: str, title: str) -> str:
    return f'<span class="fn-verdict fn-{kind}" title="{title}"><span class="fn-sign">{sign}</span> {label}</span>'


def _with_quotes(text: str, quotes: Iterable[str], value: tuple[int, int] | None = None) -> str:
    """Set the words that are a paper's own apart from the words around them, and mark the value asked for in them."""
    for quote in quotes:
        start = text.find(quote) if quote else -1
        if start >= 0:
            end = start + len(quote)
            said = _marked(quote, (value[0] - start, value[1] - start)) if value else words(quote.strip())
            return f'{words(text[:start])}<q class="fn-quote">{said}</q>{words(text[end:])}'
    return words(text)


def _marked(text: str, value: tuple[int, int]) -> str:
    """Mark a value in a text, unless that would tear its maths apart."""
    before, marked, after = (words(part) for part in (text[: value[0]], text[slice(*value)], text[value[1] :]))
    if before + marked + after != words(text):
        return words(text.strip())
    return f'{before.lstrip()}<mark class="fn-value">{marked}</mark>{after.rstrip()}'


def source_line(citation: Citation) -> str:
    """Name the paper of a citation, and where in it the quote stands. Escaped."""
    parts = (
        byline(citation.authors, citation.year),
        f'<cite class="fn-title">{words(citation.title)}</cite>',
        place(citation),
    )
    return ", ".join(part for part in parts if part)


def _notes(citations: list[Citation], marks: _Marks) -> str:
    if not citations:
        return ""
    items, before = "", None
    for citation in citations:
        number = f'<span class="fn-number">{citation.number}</span>'
        again = ", ".join(part for part in ("Ibid.", place(citation)) if part)
        line = again if before == citation.paper_id else source_line(citation)
        items += f"<li>{marks.note(citation, f'{number}<span>{line}</span>')}</li>"
        before = citation.paper_id
    return f'<ol class="fn-notes">{items}</ol>'


def _nearest(citations: list[Citation], marks: _Marks) -> str:
    if not citations:
        return ""
    items = ""
    for citation in citations:
        lead = f'<q class="fn-quote">{words(citation.quote)}</q>'
        items += f"<li>{marks.note(citation, f'{lead}<span>{source_line(citation)}</span>')}</li>"
    return f'<p class="fn-nearest-head">What comes nearest</p><ol class="fn-nearest">{items}</ol>'


def _about(answer: Answer) -> str:
    told = tally(answer)
    if answer.engine != "extractive":  # the page says under the question that it quotes
        told.append(f"Written by {answer.engine}, checked against your papers")
    line = " · ".join(told)
    return plain(line[:1].upper() + line[1:])


def engine_line(model: str = "", host: str = "") -> str:
    """Say in words what writes the answers, and where to the questions and the passages go. Escaped."""
    if not model:
        return "Quoted from your papers; no language model is set"
    return (
        f"Written by {plain(model)}: your questions, and the passages found for them, are sent to {plain(host)}. "
        "Each sentence is checked against your papers"
    )
