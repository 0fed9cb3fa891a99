"""An answer -> Markdown with its footnotes kept. What papers say shows as written and is never markup."""

from __future__ import annotations

import re

from assistant.citations import notice_of
from assistant.types import Answer, Citation, Statement
from vectorstore.library import Library

_MARKUP = re.compile(r"[\\`*_\[\]<>#|~$&^@{}]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(\d+)([.)])|^([-+=:%])")
_VERDICTS = {"partly": "partly supported", "unsupported": "not found in your papers"}


def answer_to_markdown(answer: Answer, library: Library) -> str:
    """Return an answer as a Markdown page: the question, the statements with [^1] marks, and the footnotes."""
    parts = [f"# {as_written(answer.question)}"]
    parts += [f"*{as_written(notice)}*" for notice in (*answer.notices, answer.incomplete) if notice]
    parts += [_statement(statement) for statement in answer.statements]
    parts += [_footnote(citation, library) for citation in answer.citations]
    return "\n\n".join(parts) + "\n"


def as_written(text: str) -> str:
    """Escape a text for Markdown, in one line, without characters that hide or turn round what is written."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable()).strip()
    return _LIST_MARK.sub(r"\1\\\2\3", _MARKUP.sub(lambda sign: f"\\{sign[0]}", line))


def _statement(statement: Statement) -> str:
    text = as_written(statement.text)
    marks = "".join(f"[^{number}]" for number in statement.citations)
    verdict = _VERDICTS.get(statement.verdict)
    if verdict is None:
        return text + marks
    struck = f"~~{text}~~" if statement.verdict == "unsupported" else text
    reason = f": {as_written(statement.reason)}" if statement.reason else ""
    return f"{struck}{marks} *({verdict}{reason})*"


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
