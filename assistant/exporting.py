"""An answer, or a whole conversation -> Markdown, a table -> CSV, with the footnotes kept.

What papers say shows as written: it is never markup, and no formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.citations import NOT_STATED, notice_of
from assistant.errors import UsageError
from assistant.types import Answer, Cell, Citation, Statement, Table
from assistant.verification import VERDICT_WORDS
from vectorstore.library import Library

_MARKUP = re.compile(r"[\\`*_\[\]<>#|~$&^@{}]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(\d+)([.)])|^([-+=:%])")
_FORMULA = ("=", "+", "-", "@", "|", "%")


def answer_to_markdown(answer: Answer, library: Library) -> str:
    """Return an answer as a Markdown page: the question, the statements with [^1] marks, and the footnotes."""
    parts = [f"# {as_written(answer.question)}", *_body(answer)]
    parts += [_footnote(citation, library) for citation in answer.citations]
    return "\n\n".join(parts) + "\n"


def conversation_to_markdown(title: str, answers: Sequence[Answer], library: Library) -> str:
    """Return a conversation as one Markdown page: its questions and answers, and all footnotes at its end."""
    parts, notes = [f"# {as_written(title)}"], []
    for answer in in_one_count(answers):
        if len(answers) > 1 or answer.question != title:
            parts.append(f"## {as_written(answer.question)}")
        parts += _body(answer)
        notes += [_footnote(citation, library) for citation in answer.citations]
    return "\n\n".join(parts + notes) + "\n"


def in_one_count(answers: Sequence[Answer]) -> list[Answer]:
    """Number the footnotes of several answers on, so that each number is there once."""
    numbered, last = [], 0
    for answer in answers:
        numbered.append(_moved(answer, last))
        last = max((citation.number for citation in numbered[-1].citations), default=last)
    return numbered


def _moved(answer: Answer, by: int) -> Answer:
    def moved(numbers: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(number + by for number in numbers)

    table = answer.table and replace(
        answer.table,
        rows=tuple(
            replace(row, cells=tuple(replace(cell, citations=moved(cell.citations)) for cell in row.cells))
            for row in answer.table.rows
        ),
    )
    return replace(
        answer,
        statements=tuple(replace(each, citations=moved(each.citations)) for each in answer.statements),
        citations=tuple(replace(each, number=each.number + by) for each in answer.citations),
        table=table,
    )


def _body(answer: Answer) -> list[str]:
    """Return the paragraphs of an answer, without its footnotes."""
    parts = [f"*{as_written(notice)}*" for notice in answer.notices]
    if answer.shown_table:
        parts.append(_table(answer.shown_table, {citation.number: citation for citation in answer.citations}))
    told_of = ""
    for statement in answer.beside_table:
        begins = statement.aspect not in {"", told_of}
        parts.append((f"**{as_written(statement.aspect)}:** " if begins else "") + _statement(statement))
        told_of = statement.aspect
    if answer.incomplete:
        parts.append(f"*This answer is incomplete: {as_written(answer.incomplete)}*")
    return parts


def table_to_csv(answer: Answer) -> str:
    """Return a comparison as CSV for spreadsheets: aspects by papers, then the footnotes that its cells name.

    Raises UsageError for an answer without a table.
    """
    table = answer.table
    if table is None:
        raise UsageError("That answer has no table.", "Only comparisons have one; footnote compare makes them.")
    lines: list[list[str]] = [["", *(column.title for column in table.columns)]]
    for row in table.rows:
        marked = [" ".join([cell.text, *(f"[{n}]" for n in cell.citations)]).strip() for cell in row.cells]
        lines.append([row.aspect.name, *(text or NOT_STATED for text in marked)])
    used = {number for row in table.rows for cell in row.cells for number in cell.citations}
    lines += [[], ["footnote", "quote", "title", "source", "page"]]
    for citation in answer.citations:
        if citation.number in used:
            page = str(citation.page or "")
            lines.append([f"[{citation.number}]", citation.quote, citation.title, citation.source, page])
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
        [_for_spreadsheet(text) for text in line] for line in lines
    )
    return written.getvalue()


def _for_spreadsheet(text: str) -> str:
    """Return a text in one line that a spreadsheet takes for text, not for a formula."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return f"'{line}" if line[:1] in _FORMULA else line


def as_written(text: str) -> str:
    """Escape a text for Markdown, in one line, without characters that hide or turn round what is written."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable()).strip()
    return _LIST_MARK.sub(r"\1\\\2\3", _MARKUP.sub(lambda sign: f"\\{sign[0]}", line))


def _table(table: Table, citations: Mapping[int, Citation]) -> str:
    names = [as_written(column.name) for column in table.columns]
    lines = [["", *names], ["---"] * (len(names) + 1)]
    for row in table.rows:
        remark = f" *({as_written(row.remark)})*" if row.remark else ""
        lines.append([as_written(row.aspect.name) + remark, *(_cell(cell, citations) for cell in row.cells)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(cell: Cell, citations: Mapping[int, Citation]) -> str:
    if not cell.citations:
        return f"*{NOT_STATED}*"
    return " ".join(
        as_written(text) + "".join(f"[^{number}]" for number in numbers) for text, numbers in cell.pieces(citations)
    )


def _statement(statement: Statement) -> str:
    text = as_written(statement.text)
    marks = "".join(f"[^{number}]" for number in statement.citations)
    if statement.verdict in {"quoted", "supported"}:
        return text + marks
    struck = f"~~{text}~~" if statement.verdict == "unsupported" else text
    reason = f": {as_written(statement.reason)}" if statement.reason else ""
    return f"{struck}{marks} *({VERDICT_WORDS[statement.verdict]}{reason})*"


def _footnote(citation: Citation, library: Library) -> str:
    said = (
        f"“{as_written(citation.quote)}”",
        as_written(", ".join(citation.authors)),
        f"*{as_written(citation.title)}*" if citation.title.strip() else "",
        str(citation.year or ""),
        _place(citation),
        as_written(citation.source),
        notice_of(citation, library),
    )
    return f"[^{citation.number}]: " + ", ".join(part for part in said if part) + "."


def _place(citation: Citation) -> str:
    if citation.page is None:
        return as_written(citation.section)
    printed = citation.page_label not in (None, "", str(citation.page))
    label = f" (printed {as_written(citation.page_label or '')})" if printed else ""
    pages = f"pp. {citation.pages[0]}–{citation.pages[-1]}" if len(citation.pages) > 1 else f"p. {citation.page}"
    return pages + label
