"""The papers of the Library room: the table, what is done with several of them, duplicates, and what was removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import quote as url_quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from assistant.core import Assistant
from assistant.errors import UsageError
from assistant.web import catalogue
from assistant.web.catalogue import Asked, Listed
from assistant.web.conversations_view import day
from assistant.web.fragments import told
from assistant.web.libraries import Libraries
from assistant.web.render import byline, plain, words
from assistant.words import counted
from vectorstore.records import Paper, Removed, SourceKind

_HEADS = {"title": "Title", "authors": "Authors", "year": "Year", "venue": "Venue", "files": "Files", "tags": "Tags"}
_HEADS |= {"added": "Added"}
KINDS: Mapping[SourceKind, str] = {
    "pdf": "PDF",
    "listing": "list",
    "text": "text",
    "markdown": "Markdown",
    "html": "web page",
    "jsonl": "JSON lines",
}
_NO_MATCH = '<p class="fn-none">No paper matches. Search for less, or take a filter off.</p>'
_MOST_SHOWN = 200  # pairs, or papers of a list that is not the table
Short = Annotated[str, Field(max_length=1_000)]


class Named(BaseModel):
    """Papers by their ids."""

    papers: Annotated[list[Short], Field(min_length=1, max_length=100_000)]


class Tagged(Named):
    """Papers, and a tag for them."""

    tag: Short


class Part(BaseModel):
    """What one file says of a paper."""

    source_id: Short
    name: Short


def routes(libraries: Libraries) -> APIRouter:
    """Serve the room's views of a library, and change it for our own page (the guard refuses all others)."""
    router = APIRouter(prefix="/view/{library}/catalogue", default_response_class=HTMLResponse)

    def view(path: str, shown: Callable[[Assistant], str]) -> None:
        def answer(library: str) -> HTMLResponse:
            return told(lambda: shown(libraries.assistant(library)))

        router.get(path)(answer)

    view("/views", lambda assistant: views_html(assistant))
    view("/duplicates", lambda assistant: duplicates_html(assistant.look_alike(), assistant.papers()))
    view("/removed", lambda assistant: removed_html(assistant.library.removed()))

    @router.get("/papers")
    def papers(
        library: str,
        q: Annotated[str, Query(max_length=1_000)] = "",
        tag: Annotated[str, Query(max_length=1_000)] = "",
        year: Annotated[str, Query(max_length=10)] = "",
        sort: Annotated[str, Query(max_length=10)] = "title",
        descending: bool = False,
        page: int = 1,
    ) -> HTMLResponse:
        asked = Asked(q, tag, year, sort, descending, page)
        return told(lambda: _papers(libraries.assistant(library), asked))

    @router.post("/tag")
    def tag(library: str, wanted: Tagged) -> HTMLResponse:
        return told(lambda: libraries.assistant(library).library.tag(wanted.papers, wanted.tag))

    @router.post("/untag")
    def untag(library: str, wanted: Tagged) -> HTMLResponse:
        return told(lambda: libraries.assistant(library).library.untag(wanted.papers, wanted.tag))

    @router.post("/remove")
    def remove(library: str, wanted: Named) -> HTMLResponse:
        return told(lambda: _quiet(libraries.assistant(library).library.remove(wanted.papers)))

    @router.post("/restore")
    def restore(library: str, wanted: Named) -> HTMLResponse:
        return told(lambda: _quiet(libraries.assistant(library).library.restore(wanted.papers)))

    @router.post("/empty")
    def empty(library: str) -> HTMLResponse:
        return told(lambda: libraries.assistant(library).library.empty_bin())

    @router.post("/merge")
    def merge(library: str, wanted: Named) -> HTMLResponse:
        return told(lambda: _merge(libraries.assistant(library), wanted.papers))

    @router.post("/apart")
    def apart(library: str, wanted: Named) -> HTMLResponse:
        return told(lambda: libraries.assistant(library).apart.add(min(wanted.papers), max(wanted.papers)))

    @router.post("/separate")
    def separate(library: str, part: Part) -> HTMLResponse:
        return told(lambda: _quiet(libraries.assistant(library).library.separate(part.source_id, part.name)))

    return router


def _quiet(_: object) -> None:
    """Give nothing to show for what was done."""


def _merge(assistant: Assistant, paper_ids: Sequence[str]) -> None:
    if len(set(paper_ids)) < 2:
        raise UsageError("One paper alone cannot be merged.", "Choose the papers that are the same.")
    assistant.library.merge(paper_ids)


def _papers(assistant: Assistant, asked: Asked) -> str:
    held, added = assistant.papers(), assistant.library.arrivals()
    return papers_html(catalogue.listed(held, added, asked), held, assistant.library.tags(), added, asked)


def views_html(assistant: Assistant) -> str:
    """Show which views the room has, and how much is in each; script.js says which one is open."""
    held = assistant.papers()
    badly = len(assistant.failures.all()) + sum(bool(file.warnings) for file in assistant.library.files())
    views = (
        ("papers", "Papers", len(held)),
        ("map", "Map", 0),
        ("duplicates", "Duplicates", len(assistant.look_alike())),
        ("report", "Reading report", badly),
        ("removed", "Removed", len(assistant.library.removed())),
    )
    return "".join(
        f'<a href="#room/library/{name}" data-view="{name}">{label}'
        + (f' <span class="fn-number">{number:,}</span>' if number else "")
        + "</a>"
        for name, label, number in views
    )


def papers_html(
    listed: Listed, held: Sequence[Paper], tags: Mapping[str, int], added: Mapping[str, float], asked: Asked
) -> str:
    """Show a page of the table, under the filters by tag and year and over the steps to the other pages."""
    if not held:
        return (
            '<div class="fn-empty"><h3>No papers yet.</h3><p>Drop files or a whole folder anywhere on this page, '
            "or use the buttons above. PDFs, and notes and reading lists as text, Markdown, HTML or JSON lines, "
            "are read.</p></div>"
        )
    count = counted(listed.held, "paper")
    if listed.found != listed.held:
        count = f"{listed.found:,} of {count}"
    today = date.today()
    rows = "".join(_row(paper, added, today) for paper in listed.papers)
    table = (
        f'<table class="fn-catalogue"><caption class="fn-unseen">Papers</caption><thead><tr><td>'
        '<input type="checkbox" class="fn-all" aria-label="Choose all papers on this page"></td>'
        f"{''.join(_head(column, asked) for column in catalogue.COLUMNS)}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return (
        f'<div class="fn-filters"><p class="fn-count-found" role="status">{count}</p>'
        f"{_filters(held, tags, asked)}</div>{table if listed.papers else _NO_MATCH}{_pages(listed)}"
    )


def _filters(held: Sequence[Paper], tags: Mapping[str, int], asked: Asked) -> str:
    tagged = [(f"={tag}", f"{tag} ({number:,})") for tag, number in tags.items()]
    dated = [(str(year), str(year)) for year in catalogue.years(held)]
    if tagged:
        tagged.append((catalogue.NONE, "without a tag"))
    if any(paper.year is None for paper in held):
        dated.append((catalogue.NONE, "without a year"))
    sorts = [(column, _HEADS[column]) for column in catalogue.COLUMNS]
    return (
        _select("fn-by-tag", "Tag", [("", "all tags"), *tagged], asked.tag)
        + _select("fn-by-year", "Year", [("", "all years"), *dated], asked.year)
        + _select("fn-by-column", "Sort", sorts, asked.sort)
    )


def _select(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    inside = "".join(
        f'<option value="{plain(value)}"{" selected" if value == chosen else ""}>{plain(shown)}</option>'
        for value, shown in options
    )
    return f'<span class="{name}"><label for="{name}">{label}</label> <select id="{name}">{inside}</select></span>'


def _head(column: str, asked: Asked) -> str:
    order = ("descending" if asked.descending else "ascending") if asked.sort == column else ""
    sort = f' aria-sort="{order}"' if order else ""
    return f'<th scope="col"{sort}><button type="button" data-sort="{column}">{_HEADS[column]}</button></th>'


def _row(paper: Paper, added: Mapping[str, float], today: date) -> str:
    address = plain(url_quote(paper.paper_id, safe=""))
    came = catalogue.arrival(paper, added)
    tags = "".join(
        f'<button type="button" class="fn-tag" data-tag="={plain(tag)}" title="Show only these">{plain(tag)}</button>'
        for tag in paper.tags
    )
    cells = {
        "authors": _names(paper.authors),
        "year": str(paper.year or ""),
        "venue": plain(paper.metadata.venue or ""),
        "files": _kinds(paper),
        "tags": tags,
        "added": day(datetime.fromtimestamp(came, UTC), today) if came else "",
    }
    inside = "".join(
        f'<td class="fn-{column}" data-label="{_HEADS[column]}">{cell}</td>' for column, cell in cells.items()
    )
    return (
        f'<tr><td><input type="checkbox" value="{plain(paper.paper_id)}" aria-label="Choose “{plain(paper.title)}”">'
        f'</td><th scope="row"><a class="fn-title" href="#room/paper/{address}">{_title(paper)}</a></th>{inside}</tr>'
    )


def _title(paper: Paper) -> str:
    return words(paper.title) if paper.title.strip() else "Untitled"


def _names(authors: Sequence[str]) -> str:
    """Name up to three authors in full, the rest when pointed at."""
    if len(authors) <= 3:
        return plain(", ".join(authors))
    return f'<span title="{plain(", ".join(authors[:50]))}">{plain(", ".join(authors[:2]))} +{len(authors) - 2}</span>'


def _kinds(paper: Paper) -> str:
    kinds = ", ".join(dict.fromkeys(KINDS[source.kind] for source in paper.sources))
    names = plain("; ".join(source.name for source in paper.sources[:20]))
    more = (
        f' <a class="fn-more-files" href="#room/library/duplicates">{len(paper.sources)} files</a>'
        if len(paper.sources) > 1
        else ""
    )
    return f'<span title="{names}">{kinds}</span>{more}'


def _pages(listed: Listed) -> str:
    if listed.pages == 1:
        return ""
    first = (listed.page - 1) * catalogue.ROWS + 1
    last = first + len(listed.papers) - 1

    def step(label: str, page: int) -> str:
        usable = "" if 1 <= page <= listed.pages else " disabled"
        return f'<button type="button" data-page="{page}"{usable}>{label}</button>'

    return (
        f'<nav class="fn-steps" aria-label="Pages">{step("‹ Previous", listed.page - 1)}'
        f"<span>{first:,}–{last:,} of {listed.found:,}</span>{step('Next ›', listed.page + 1)}</nav>"
    )


def duplicates_html(pairs: Sequence[tuple[Paper, Paper]], held: Sequence[Paper]) -> str:
    """Show the pairs that may be one paper side by side, and the papers that were joined from several files."""
    alike = "".join(
        f'<li class="fn-pair" data-papers="{plain(one.paper_id)} {plain(other.paper_id)}">{_side(one)}{_side(other)}'
        '<p class="fn-decide">Same paper? <button type="button" data-do="merge">Merge</button> '
        '<button type="button" data-do="apart">No, keep both</button></p></li>'
        for one, other in pairs[:_MOST_SHOWN]
    )
    joined = [paper for paper in held if len(paper.sources) > 1]
    merged = "".join(
        f'<li><a class="fn-title" href="#room/paper/{plain(url_quote(paper.paper_id, safe=""))}">{_title(paper)}</a>'
        f'<ul class="fn-parts">{"".join(_part(source.source_id, source.name, source.kind) for source in paper.sources)}'
        "</ul></li>"
        for paper in joined[:_MOST_SHOWN]
    )
    found = f"{counted(len(pairs), 'pair')} {'opens' if len(pairs) == 1 else 'open'}" if pairs else "No two papers open"
    told = f"{found} word for word the same, under different titles."
    left_out = len(joined) - _MOST_SHOWN
    return (
        f'<h3>The same paper twice?</h3><p class="fn-told">{told}</p><ul class="fn-pairs">{alike}</ul>'
        f'<h3>Made one from several files</h3><p class="fn-told">{counted(len(joined), "paper")} '
        f"{'is' if len(joined) == 1 else 'are'} told of by more than one file. What was joined wrongly can be taken "
        f'apart.</p><ul class="fn-merged">{merged}</ul>'
        + (f'<p class="fn-more">{left_out} more; search for them in the table.</p>' if left_out > 0 else "")
    )


def _side(paper: Paper) -> str:
    files = plain(", ".join(source.name for source in paper.sources[:10]))
    under = " · ".join(part for part in (byline(paper.authors, paper.year), plain(paper.metadata.venue or "")) if part)
    pages = f", {counted(paper.pages, 'page')}" if paper.pages else ""
    return (
        f'<div><a class="fn-title" href="#room/paper/{plain(url_quote(paper.paper_id, safe=""))}">{_title(paper)}</a>'
        f'<p class="fn-under">{under}</p><p class="fn-file">{files}{pages}</p></div>'
    )


def _part(source_id: str, name: str, kind: SourceKind) -> str:
    return (
        f'<li><span class="fn-file">{plain(name)}</span> <span class="fn-kind">{KINDS[kind]}</span> '
        f'<button type="button" data-do="separate" data-source="{plain(source_id)}" data-name="{plain(name)}" '
        f'aria-label="Take “{plain(name)}” apart">Take apart</button></li>'
    )


def removed_html(removed: Sequence[Removed]) -> str:
    """Show what lies in the bin, the last removed first."""
    if not removed:
        return '<p class="fn-none">Nothing was removed. What you remove is kept here for 30 days.</p>'
    today = date.today()
    items = "".join(
        f'<li><span><span class="fn-title">{words(one.title)}</span><span class="fn-under">removed '
        f"{day(one.removed, today)} · {plain(', '.join(one.names))}</span></span>"
        f'<button type="button" data-do="restore" data-papers="{plain(one.paper_id)}" '
        f'aria-label="Restore “{plain(one.title)}”">Restore</button></li>'
        for one in removed[: _MOST_SHOWN * 5]
    )
    return (
        f'<p class="fn-told">{counted(len(removed), "paper")} removed. Each is kept for 30 days, and restored as it '
        f'was.</p><ul class="fn-removed">{items}</ul>'
        '<p><button type="button" data-do="empty">Delete all of these for good</button></p>'
    )
