"""The room where papers are compared: what to choose, the table with its footnotes, and its files to take away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated
from urllib.parse import quote as url_quote

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel, Field

from assistant.comparisons import figures
from assistant.exporting import answer_to_markdown, table_to_csv
from assistant.planning_aspects import STANDING
from assistant.planning_tables import MOST_COMPARED
from assistant.types import Answer, Column, Row
from assistant.web.catalogue import folded, matching
from assistant.web.fragments import lines, told
from assistant.web.libraries import Libraries
from assistant.web.render import Heads, byline, comparison, notice, plain, remark, words
from assistant.words import counted, fold
from vectorstore.errors import FootnoteError
from vectorstore.records import Paper

OFFERED = 8  # papers that fit what is typed
LONGEST_ASPECT = 120  # characters


class Wish(BaseModel):
    """The table that a person wants: papers and aspects, or a question; `before` is the answer_id of the table that it
    goes on with."""

    papers: Annotated[list[str], Field(max_length=100)] = []
    on: Annotated[list[Annotated[str, Field(max_length=1_000)]], Field(max_length=100)] = []
    question: Annotated[str, Field(max_length=8_000)] = ""
    before: Annotated[str, Field(max_length=128)] = ""


def routes(libraries: Libraries) -> APIRouter:
    """Serve the room, make its tables, and give them as files."""
    router = APIRouter(prefix="/view/{library}/compare")

    @router.get("", response_class=HTMLResponse)
    def choice(
        library: str,
        paper: Annotated[list[str], Query(default_factory=list)],
        on: Annotated[list[str], Query(default_factory=list)],
    ) -> HTMLResponse:
        return told(lambda: choice_html(libraries.assistant(library).papers(), paper, on))

    @router.get("/papers", response_class=HTMLResponse)
    def offered(library: str, q: Annotated[str, Query(max_length=1_000)] = "") -> HTMLResponse:
        return told(lambda: offered_html(libraries.assistant(library).papers(), q))

    @router.post("")
    def compare(library: str, wish: Wish) -> StreamingResponse:
        return lines(
            lambda stop: libraries.assistant(library).stream_comparison(
                wish.papers, wish.on, question=wish.question.strip(), before=wish.before, stop=stop
            ),
            lambda answer: table_html(answer, library, libraries.assistant(library).papers()),
        )

    @router.get("/{answer_id}", response_class=HTMLResponse)
    def table(library: str, answer_id: str) -> HTMLResponse:
        def shown() -> str:
            assistant = libraries.assistant(library)
            return table_html(assistant.comparison(answer_id), library, assistant.papers())

        return told(shown)

    @router.get("/{answer_id}/table.csv")
    def as_csv(library: str, answer_id: str) -> Response:
        # The mark at the start tells spreadsheets that this is UTF-8.
        return _file(libraries, library, answer_id, "csv", lambda answer: "\ufeff" + table_to_csv(answer))

    @router.get("/{answer_id}/table.md")
    def as_markdown(library: str, answer_id: str) -> Response:
        def written(answer: Answer) -> str:
            return answer_to_markdown(answer, libraries.assistant(library).library)

        return _file(libraries, library, answer_id, "md", written)

    return router


def _file(libraries: Libraries, library: str, answer_id: str, ending: str, write: Callable[[Answer], str]) -> Response:
    try:
        answer = libraries.assistant(library).comparison(answer_id)
    except FootnoteError as error:
        raise HTTPException(404, error.message) from None
    kind = {"csv": "text/csv", "md": "text/markdown"}[ending]
    disposition = f'attachment; filename="{file_name(answer)}.{ending}"'
    return Response(write(answer), media_type=f"{kind}; charset=utf-8", headers={"content-disposition": disposition})


def file_name(answer: Answer) -> str:
    """Name a file after the papers that are compared, in letters and digits that every system takes."""
    names = [column.name for column in answer.table.columns] if answer.table else []
    spoken = re.sub(r"[^a-z0-9]+", "-", fold(" ".join(["compare", *names]))).strip("-")
    return spoken[:60].rstrip("-")


def choice_html(held: Sequence[Paper], paper_ids: Sequence[str], on: Sequence[str]) -> str:
    """Show what to choose, with the papers and aspects that are chosen already."""
    if len(held) < 2:
        has = "Your library is empty" if not held else "This library has one paper"
        few = notice(f"{has}; a comparison needs two or more.", "Add papers in the room Library.", kind="note")
        return f'<div class="fn-compare"><h2>Compare papers</h2>{few}</div>'
    by_id = {source.source_id: paper for paper in held for source in paper.sources}
    by_id |= {paper.paper_id: paper for paper in held}
    chosen = dict.fromkeys(by_id[paper_id] for paper_id in paper_ids if paper_id in by_id)
    gone = len([paper_id for paper_id in paper_ids if paper_id not in by_id])
    told_of = (
        notice(f"{counted(gone, 'paper')} that you chose {'is' if gone == 1 else 'are'} not in the library any more.")
        if gone
        else ""
    )
    papers = "".join(_chip("paper", paper.paper_id, paper.title) for paper in chosen)
    aspects = "".join(_chip("aspect", name, name) for name in dict.fromkeys(on) if name.strip())
    return (
        '<div class="fn-compare"><h2>Compare papers</h2>'
        "<p>Each cell of the table quotes its paper, with a footnote; where a paper says nothing, the cell says so.</p>"
        f'{told_of}<div class="fn-choice"><div class="fn-field"><label for="fn-compare-paper">Papers</label>'
        f'<ul class="fn-chips" aria-label="Chosen papers">{papers}</ul>'
        f"{_picker('fn-compare-paper', 'Search by title, author, year or venue')}"
        f'<p class="fn-hint">Two to {MOST_COMPARED}.</p></div>'
        '<div class="fn-field"><label for="fn-compare-aspect">Aspects</label>'
        f'<ul class="fn-chips" aria-label="Chosen aspects">{aspects}</ul>'
        f"{_aspect_box('fn-compare-aspect', 'Add')}{_suggestions(on)}"
        '<p class="fn-hint">Leave them out to compare the parts that every paper has.</p></div></div>'
        '<div class="fn-go"><button type="button" class="fn-compare-go">Compare</button></div>'
        f"{_ask_box('Or ask for it', 'compare … and … on memory and training data')}{_TOLD}</div>"
    )


_TOLD = (
    '<div class="fn-compare-told"><div role="status"></div>'
    '<button type="button" class="fn-compare-stop" hidden>Stop</button></div>'
)


def _chip(kind: str, key: str, label: str) -> str:
    return (
        f'<li data-{kind}="{plain(key)}"><span>{words(label)}</span>'
        f'<button type="button" aria-label="Take out “{plain(label)}”" title="Take out">×</button></li>'
    )


def _picker(name: str, placeholder: str) -> str:
    """A box that offers papers while one types; script.js fills its list."""
    return (
        f'<div class="fn-picker"><input type="text" id="{name}" role="combobox" autocomplete="off" maxlength="200"'
        f' aria-autocomplete="list" aria-expanded="false" aria-controls="{name}-list" placeholder="{placeholder}">'
        f'<ul id="{name}-list" role="listbox" aria-label="Papers that fit" hidden></ul></div>'
    )


def _aspect_box(name: str, label: str) -> str:
    return (
        f'<form class="fn-aspect-box"><input type="text" id="{name}" autocomplete="off" maxlength="{LONGEST_ASPECT}"'
        f' placeholder="memory, training data, …"><button>{label}</button></form>'
    )


def _suggestions(on: Sequence[str]) -> str:
    known = {name.casefold() for name in on}
    buttons = "".join(
        f'<button type="button" data-suggested="{aspect.name}">{aspect.name}</button>'
        for aspect in STANDING
        if aspect.name not in known
    )
    return f'<p class="fn-suggestions" aria-label="Suggested aspects" role="group">{buttons}</p>' if buttons else ""


def _ask_box(label: str, example: str) -> str:
    return (
        f'<form class="fn-ask-box"><label for="fn-compare-question">{label}</label><div>'
        f'<input type="text" id="fn-compare-question" autocomplete="off" maxlength="4000" placeholder="{example}">'
        "<button>Ask</button></div></form>"
    )


def offered_html(held: Sequence[Paper], query: str) -> str:
    """Offer the papers that have every word of a query, those first whose title begins with it."""
    found = sorted(matching(held, query), key=lambda paper: not folded(paper.title).startswith(folded(query.strip())))
    options = "".join(
        f'<li role="option" id="fn-option-{place}" data-paper="{plain(paper.paper_id)}" aria-selected="false">'
        f'<span class="fn-title">{words(paper.title)}</span>'
        f'<span class="fn-under">{byline(paper.authors, paper.year)}</span></li>'
        for place, paper in enumerate(found[:OFFERED])
    )
    return options or '<li class="fn-none">No paper has these words.</li>'


def table_html(answer: Answer, library: str, held: Sequence[Paper]) -> str:
    """Show a comparison with what can be done to it: sort, grow, take away, begin anew."""
    table = answer.table
    if table is None:
        return notice("That answer is no comparison.")
    by_id = {source.source_id: paper for paper in held for source in paper.sources}
    by_id |= {paper.paper_id: paper for paper in held}
    citations = {citation.number: citation for citation in answer.citations}
    heads = Heads(
        '<th scope="col" aria-sort="none"><button type="button" class="fn-sort">Aspect</button></th>',
        [_paper_head(column, by_id.get(column.paper_id)) for column in table.columns],
        [_aspect_head(row) for row in table.rows],
        [figures(row, citations) for row in table.rows],
    )
    place = f"/view/{url_quote(library, safe='')}/compare/{url_quote(answer.answer_id, safe='')}"
    silent = notice("None of these papers says anything on this.", kind="note") if answer.abstained else ""
    notices = "".join(notice(each, kind="note") for each in answer.notices)
    return (
        f'<div class="fn-compare fn-answer" data-answer="{plain(answer.answer_id)}"><div class="fn-compare-head">'
        f'<h2 tabindex="-1">{counted(len(table.columns), "paper")} compared</h2>'
        '<label class="fn-order">Papers <select><option value="place">as chosen</option>'
        '<option value="year">by year</option><option value="title">by title</option>'
        '<option value="author">by author</option></select></label>'
        f'<a class="fn-button" href="{place}/table.csv" download>CSV</a>'
        f'<a class="fn-button" href="{place}/table.md" download>Markdown</a>'
        '<a class="fn-button" href="#room/compare">New comparison</a></div>'
        f"{notices}{silent}{_TOLD}"
        f"{comparison(answer, library, heads, _growing(table.rows))}</div>"
    )


def _paper_head(column: Column, paper: Paper | None) -> str:
    under = byline(paper.authors, paper.year) if paper else "removed from the library"
    author = paper.authors[0].split()[-1] if paper and paper.authors and paper.authors[0].strip() else ""
    name = plain(column.name)
    return (
        f'<th scope="col" data-paper="{plain(column.paper_id)}" data-title="{plain(column.title)}"'
        f' data-year="{(paper and paper.year) or ""}" data-author="{plain(author)}" title="{plain(column.title)}">'
        f'<span class="fn-title">{words(column.name)}</span><span class="fn-under">{under}</span>'
        f'<button type="button" class="fn-out" aria-label="Take out “{name}”" title="Take this paper out">×</button>'
        "</th>"
    )


def _aspect_head(row: Row) -> str:
    name = plain(row.aspect.name)
    return (
        f'<th scope="row" data-aspect="{name}" aria-sort="none">'
        f'<button type="button" class="fn-sort" title="Sort the papers by this">{words(row.aspect.name)}</button>'
        f"{remark(row)}"
        f'<button type="button" class="fn-out" aria-label="Take out “{name}”" title="Take this row out">×</button></th>'
    )


def _growing(rows: Sequence[Row]) -> str:
    """Show how the table can be made larger."""
    names = [row.aspect.name for row in rows]
    return (
        '<div class="fn-choice fn-growing"><div class="fn-field"><label for="fn-compare-aspect">Add an aspect</label>'
        f"{_aspect_box('fn-compare-aspect', 'Add')}{_suggestions(names)}</div>"
        '<div class="fn-field"><label for="fn-compare-paper">Add a paper</label>'
        f"{_picker('fn-compare-paper', 'Search by title, author, year or venue')}</div></div>"
        f"{_ask_box('Or ask for it', 'and on memory? · add a third · only those since 2023')}"
    )
