"""A conversation -> one HTML page on its own: no script, nothing from elsewhere, every quote with its context."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.citations import NOT_STATED
from assistant.citations import passage as passage_of
from assistant.exporting import in_one_count
from assistant.types import Answer, Cell, Citation, Statement, Table
from assistant.verification import VERDICT_WORDS
from vectorstore.library import Library

_STYLE = (Path(__file__).parent / "exporting.css").read_text("utf-8")


def conversation_to_html(title: str, answers: Sequence[Answer], library: Library) -> str:
    """Return a conversation as one page that needs nothing else, to be read, sent or printed."""
    turns, notes = "", ""
    for answer in in_one_count(answers):
        turns += _answer(answer, "" if answer.question == title and len(answers) == 1 else answer.question)
        notes += "".join(_note(citation, library) for citation in answer.citations)
    footnotes = f"<h2>Footnotes</h2>\n<ol>\n{notes}</ol>\n" if notes else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_words(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{_words(title)}</h1>\n{turns}{footnotes}</main>\n</body>\n</html>\n"
    )


def _words(text: str) -> str:
    """Escape a text, in one line, without characters that hide or turn round what is written."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return html.escape(line, quote=True)


def _answer(answer: Answer, question: str) -> str:
    parts = [f"<h2>{_words(question)}</h2>"] if question else []
    parts += [f'<p class="told">{_words(notice)}</p>' for notice in answer.notices]
    if answer.shown_table:
        parts.append(_table(answer.shown_table, {citation.number: citation for citation in answer.citations}))
    told_of = ""
    for statement in answer.beside_table:
        begins = statement.aspect not in {"", told_of}
        parts.append(_statement(statement, begins))
        told_of = statement.aspect
    if answer.abstained and not answer.statements:
        parts.append('<p class="told">Nothing in the library speaks to this question.</p>')
    if answer.incomplete:
        parts.append(f'<p class="told">This answer is incomplete: {_words(answer.incomplete)}</p>')
    who = "Quoted from the papers" if answer.engine == "extractive" else f"Written by {_words(answer.engine)}"
    looked_at, speak = answer.coverage.looked_at, answer.coverage.speak
    parts.append(f'<p class="told">{who}. Papers looked at: {looked_at}; papers that speak to it: {speak}.</p>')
    return "<section>\n" + "\n".join(parts) + "\n</section>\n"


def _statement(statement: Statement, begins: bool) -> str:
    text = _words(statement.text)
    if statement.verdict == "unsupported":
        text = f"<s>{text}</s>"
    if begins:
        text = f"<b>{_words(statement.aspect)}:</b> {text}"
    if not statement.citations and statement.verdict == "quoted":
        return f"<p>{text}</p>"
    doubt = statement.verdict in {"partly", "unsupported"}
    reasons = " ".join(filter(None, (statement.reason if doubt else "", statement.second_look)))
    verdict = VERDICT_WORDS[statement.verdict] + (f": {_words(reasons)}" if reasons else "")
    return f'<p>{text}{_marks(statement.citations)} <span class="verdict">({verdict})</span></p>'


def _marks(numbers: tuple[int, ...]) -> str:
    return "".join(f'<sup><a href="#note-{number}" id="mark-{number}">{number}</a></sup>' for number in numbers)


def _table(table: Table, citations: Mapping[int, Citation]) -> str:
    heads = "".join(f'<th scope="col">{_words(column.name)}</th>' for column in table.columns)
    rows = ""
    for row in table.rows:
        remark = f"<br><i>{_words(row.remark)}</i>" if row.remark else ""
        cells = "".join(f"<td>{_cell(cell, citations)}</td>" for cell in row.cells)
        rows += f'<tr><th scope="row">{_words(row.aspect.name)}{remark}</th>{cells}</tr>\n'
    return f"<table>\n<tr><td></td>{heads}</tr>\n{rows}</table>"


def _cell(cell: Cell, citations: Mapping[int, Citation]) -> str:
    if not cell.citations:
        return f"<i>{NOT_STATED}</i>"
    return "".join(f"<p>{_words(text)}{_marks(numbers)}</p>" for text, numbers in cell.pieces(citations))


def _note(citation: Citation, library: Library) -> str:
    passage = passage_of(citation, library, boxes=False)
    year = str(citation.year or "")
    paper = (_words(", ".join(citation.authors)), f"<cite>{_words(citation.title)}</cite>", year)
    place = (_place(citation), _words(citation.source), _words(passage.notice))
    line = ", ".join(part for part in (*paper, *place) if part)
    context = f"{_words(passage.before)} <mark>{_words(passage.quote)}</mark> {_words(passage.after)}"
    heading = f'<p class="told">{_words(passage.heading)}</p>' if passage.heading else ""
    return (
        f'<li id="note-{citation.number}" value="{citation.number}"><p>{line}. '
        f'<a href="#mark-{citation.number}" aria-label="Back to mark {citation.number}">↩</a></p>'
        f"{heading}<blockquote>{context}</blockquote></li>\n"
    )


def _place(citation: Citation) -> str:
    if citation.page is None:
        return _words(citation.section)
    pages = f"pp. {citation.pages[0]}–{citation.pages[-1]}" if len(citation.pages) > 1 else f"p. {citation.page}"
    label = citation.page_label
    return f"{pages} (printed {_words(label)})" if label and label != str(citation.page) else pages
