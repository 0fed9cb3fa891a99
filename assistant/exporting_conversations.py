"""A whole conversation -> the text of a file, in each of the forms that there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from assistant.types import Answer, Citation
from vectorstore.library import Library

ConversationForm = Literal["markdown", "html", "bibtex", "footnote"]


def export(title: str, answers: Sequence[Answer], form: ConversationForm, library: Library) -> str:
    """Return the answers in a form: `bibtex` has the papers they cite, `footnote` opens in another Footnote."""
    from assistant import bibliography, exporting, exporting_html, sharing

    if form == "bibtex":
        return bibliography.to_bibtex(sharing.metadata_of(citation, library) for citation in _one_a_paper(answers))
    if form == "footnote":
        return sharing.conversation_to_file(title, answers, library)
    if form == "html":
        return exporting_html.conversation_to_html(title, answers, library)
    return exporting.conversation_to_markdown(title, answers, library)


def _one_a_paper(answers: Sequence[Answer]) -> Iterable[Citation]:
    """Return a citation of each paper, in the order in which they are first cited."""
    first: dict[str, Citation] = {}
    for answer in answers:
        for citation in answer.citations:
            first.setdefault(citation.paper_id, citation)
    return first.values()
