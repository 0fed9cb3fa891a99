"""The list of papers beside the conversation: searched by title, author, year and venue, chosen for a question."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from assistant.web.fragments import told
from assistant.web.libraries import EXAMPLE, Libraries
from assistant.web.render import byline, notice, plain, words
from assistant.words import counted
from vectorstore.errors import FootnoteError
from vectorstore.records import Paper

if TYPE_CHECKING:
    from assistant.core import Assistant

SHOWN = 200


def routes(libraries: Libraries) -> APIRouter:
    """Serve the lists of papers."""
    router = APIRouter(prefix="/view")

    @router.get("/{library}/papers", response_class=HTMLResponse)
    def papers(library: str, q: str = "") -> HTMLResponse:
        return told(lambda: papers_html(libraries.assistant(library).papers(), q))

    return router


def papers_html(held: list[Paper], query: str) -> str:
    """Show the papers that match every word of a query, the first 200 of them."""
    wanted = _folded(query).split()
    found = [paper for paper in held if all(word in _searched(paper) for word in wanted)]
    all_held = counted(len(held), "paper")
    count = f"{len(found)} of {all_held}" if wanted else all_held
    items = "".join(_item(paper) for paper in found[:SHOWN])
    more = f'<p class="fn-more">{len(found) - SHOWN} more; search to find them.</p>' if len(found) > SHOWN else ""
    return f'<p class="fn-count" role="status">{count}</p><ul class="fn-papers">{items}</ul>{more}'


def _item(paper: Paper) -> str:
    venue = plain(paper.metadata.venue or "")
    under = " · ".join(part for part in (byline(paper.authors, paper.year), venue) if part)
    kinds = ", ".join(dict.fromkeys(source.kind.upper() for source in paper.sources if source.kind == "pdf"))
    badge = f'<span class="fn-kind">{kinds}</span>' if kinds else ""
    return (
        f'<li><label class="fn-paper"><input type="checkbox" value="{plain(paper.paper_id)}">'
        f'<span><span class="fn-title">{words(paper.title)}</span>'
        f'<span class="fn-under">{under}{badge}</span></span></label></li>'
    )


def _searched(paper: Paper) -> str:
    metadata = paper.metadata
    names = " ".join(source.name for source in paper.sources)
    return _folded(" ".join((metadata.title, *metadata.authors, str(metadata.year or ""), metadata.venue or "", names)))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def greeting(libraries: Libraries, key: str) -> str:
    """Welcome a person to a library: what to do with an empty one, first questions for one that holds papers."""
    try:
        assistant = libraries.assistant(key)
        papers = assistant.papers()
    except FootnoteError as error:
        return notice(error.message, error.hint)
    if not papers:
        return (
            '<div class="fn-greeting"><h2>Your library is empty.</h2>'
            "<p>Add papers as PDFs, or reading lists saved as text, Markdown, HTML or JSON lines: "
            "press <b>Add papers</b>, or drop the files on this page. "
            f"{_where_texts_go(assistant)}.</p>"
            "<p>To see first what Footnote does, switch to the example library.</p></div>"
        )
    where = "the example library" if key == EXAMPLE else "your library"
    asks = "".join(
        f'<li><a class="fn-ask" href="#ask">{words(question)}</a></li>' for question in first_questions(papers)
    )
    return (
        f'<div class="fn-greeting"><h2>Ask your papers.</h2><p>{counted(len(papers), "paper")} in {where}. '
        "Each sentence of an answer carries a footnote that opens the passage it rests on.</p>"
        f'<ul class="fn-asks">{asks}</ul></div>'
    )


def _where_texts_go(assistant: Assistant) -> str:
    model, embedding_host = assistant.model, plain(assistant.embedding_host)
    if not model and not embedding_host:
        return "Everything stays on this machine"
    added = f"Their texts go to {embedding_host} when they are added" if embedding_host else "They stay on this machine"
    asked = [f"your question goes to {embedding_host}"] if embedding_host else []
    asked += [f"passages go to {plain(model.host)}"] if model else []
    return f"{added}; {' and '.join(asked)} when you ask"


def first_questions(papers: list[Paper]) -> list[str]:
    """Suggest questions that any paper answers, from the titles of three papers spread over the library."""
    fitting = [paper for paper in papers if 12 <= len(paper.title) <= 60 and "$" not in paper.title] or papers[:3]
    count = min(3, len(fitting))
    titles = [fitting[index * len(fitting) // count].title for index in range(count)]
    return [f"What is “{title}” about?" for title in dict.fromkeys(titles)]
