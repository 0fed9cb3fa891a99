"""A paper's own room: its metadata, put right by hand; its tags, summary, sections, what cites it, what is like it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote as url_quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel, Field

from assistant.types import Answer, Delta, Step
from assistant.web import render
from assistant.web.catalogue_view import KINDS
from assistant.web.fragments import lines, told
from assistant.web.libraries import Libraries
from assistant.web.render import byline, notice, plain, words
from assistant.words import counted
from vectorstore.errors import LibraryError, PaperNotFound
from vectorstore.marks import EDITABLE
from vectorstore.records import Paper, Section, StoredSource

if TYPE_CHECKING:
    from assistant.core import Assistant

_NUMBER = re.compile(r"(?:\d{1,2}|[A-Z])(?:\.\d{1,2})+(?=\W)")  # of a section in another: 3.1, A.2.4
LIKE = 6
CITED = 30
_LABELS = {
    "title": "Title",
    "authors": "Authors",
    "year": "Year",
    "date": "Date",
    "venue": "Venue",
    "doi": "DOI",
    "arxiv_id": "arXiv",
    "url": "Address",
}


class Edit(BaseModel):
    """What a person says of a field; None takes that back."""

    value: Annotated[str, Field(max_length=20_000)] | None


def routes(libraries: Libraries) -> APIRouter:
    """Serve the papers' rooms, and their metadata to be put right by our own page (the guard refuses all others)."""
    router = APIRouter(prefix="/view/{library}/paper/{paper_id}")

    @router.get("", response_class=HTMLResponse)
    def paper(library: str, paper_id: str) -> HTMLResponse:
        return told(lambda: _shown(libraries.assistant(library), library, paper_id))

    @router.put("/{field}", response_class=HTMLResponse)
    def edit(library: str, paper_id: str, field: str, wanted: Edit) -> HTMLResponse:
        return told(lambda: _edit(libraries.assistant(library), paper_id, field, wanted.value))

    @router.post("/summary")
    def summarize(library: str, paper_id: str) -> StreamingResponse:
        def begin(stop: threading.Event) -> Iterator[Step | Delta | Answer]:
            return libraries.assistant(library).stream_summary(paper_id, stop=stop)

        return lines(begin, lambda answer: render.answer(answer, library))

    return router


def _edit(assistant: Assistant, paper_id: str, field: str, text: str | None) -> None:
    value: Any = text
    if text is not None and field == "authors":
        value = [author.strip() for author in text.split(";")]
    elif text is not None and field == "year":
        if not text.strip().isdecimal():
            raise LibraryError(f"{text} is no year.", "Give one as 2017.")
        value = int(text)
    assistant.library.edit(paper_id, **{field: value})


def _shown(assistant: Assistant, library: str, paper_id: str) -> str:
    try:
        return paper_html(assistant, library, paper_id)
    except PaperNotFound:
        removed = next((one for one in assistant.library.removed() if one.paper_id == paper_id), None)
        if removed is None:
            raise
        return _removed(removed.title)


def _removed(title: str) -> str:
    said = notice(f"“{title}” was removed.", "It stays in the bin for 30 days.", kind="note")
    return f'<article>{said}<p><button type="button" class="fn-restore">Undo</button></p></article>'


def paper_html(assistant: Assistant, library: str, paper_id: str) -> str:
    """Show all of a paper."""
    paper = assistant.library.paper(paper_id)
    summary = assistant.summary(paper.paper_id)
    shown = render.answer(summary, library) if summary else ""
    parts = (
        f'<h2 tabindex="-1">{words(paper.title)}</h2>',
        f'<p class="fn-soft">{byline(paper.authors, paper.year)}</p>',
        _tags(paper, assistant.library.tags()),
        _section("Summary", f'<div class="fn-summary" aria-live="polite">{shown}</div>{_summarize(bool(summary))}'),
        _section("What is known of it", _metadata(paper)),
        _section("Sections", _outline(assistant, paper)),
        _section("Cited in your conversations", _cited(assistant, library, paper)),
        _section("Like it in this library", _like(assistant, paper)),
        _section("Files", _files(assistant, library, paper)),
        '<p><button type="button" class="fn-remove">Remove this paper</button></p>',
    )
    return f'<article class="fn-paper-room" data-paper="{plain(paper.paper_id)}">{"".join(parts)}</article>'


def _section(title: str, body: str) -> str:
    return f"<section><h3>{title}</h3>{body}</section>" if body else ""


def _tags(paper: Paper, known: dict[str, int]) -> str:
    items = "".join(
        f'<li data-tag="{plain(tag)}">{plain(tag)}'
        f'<button type="button" class="fn-untag" aria-label="Take off the tag {plain(tag)}">×</button></li>'
        for tag in paper.tags
    )
    offered = "".join(f'<option value="{plain(tag)}">' for tag in known if tag not in paper.tags)
    return (
        f'<ul class="fn-tag-list" aria-label="Tags">{items}</ul>'
        '<form class="fn-tag-form"><input type="text" maxlength="60" aria-label="A new tag" placeholder="Add a tag" '
        f'list="fn-known-tags"><datalist id="fn-known-tags">{offered}</datalist><button>Add</button></form>'
    )


def _summarize(again: bool) -> str:
    anew = "Summarise it anew"
    label = anew if again else "Summarise this paper"
    button = f'<button type="button" class="fn-summarize" data-anew="{anew}">{label}</button>'
    return f'<p>{button} <span role="status"></span></p>'


def _metadata(paper: Paper) -> str:
    return f'<dl class="fn-metadata">{"".join(_field(paper, name) for name in EDITABLE)}</dl>'


def _field(paper: Paper, name: str) -> str:
    value = getattr(paper.metadata, name)
    text = "; ".join(value) if name == "authors" else str(value or "")
    shown = words(text) if text else '<span class="fn-soft">not known</span>'
    back = ""
    if name in paper.edited:
        origin = "edited by you"
        back = f'<button type="button" class="fn-back" aria-label="Take back your {_LABELS[name]}">Take back</button>'
    elif name in paper.metadata.guessed:
        origin = "guessed"
    else:
        saying = next((source for source in paper.sources if getattr(source.metadata, name) == value), None)
        origin = f"from {saying.name}" if saying and text else ""
    return (
        f'<div data-field="{name}" data-value="{plain(text)}"><dt>{_LABELS[name]}</dt><dd><span>{shown}</span> '
        f'<span class="fn-soft">{plain(origin)}</span> '
        f'<button type="button" class="fn-edit" aria-label="Edit {_LABELS[name]}">Edit</button>{back}</dd></div>'
    )


def _outline(assistant: Assistant, paper: Paper) -> str:
    source = next((source for source in paper.sources if source.kind == "pdf"), paper.sources[0])
    pages = assistant.library.pages(source.text_id)

    def place(section: Section) -> str:
        page = next((page.number for page in pages if page.start <= section.start < page.end), None)
        return f' <span class="fn-soft">p. {page}</span>' if page else ""

    sections = assistant.library.sections(source.text_id)
    titled = [section for section in sections if section.title.strip() and section.kind != "table"]
    items = "".join(
        f'<li class="fn-level-{_level(section.title)}">{words(section.title)}{place(section)}</li>'
        for section in titled
    )
    return f'<ol class="fn-outline">{items}</ol>' if items else ""


def _level(title: str) -> int:
    """Read from a section's number how deep it lies, 1 to 3; 1 where it has none."""
    number = _NUMBER.match(title)
    return min(3, 1 + number[0].count(".")) if number else 1


def _cited(assistant: Assistant, library: str, paper: Paper) -> str:
    items = []
    in_conversations = ((answer, where) for answer, where in assistant.citing(paper.paper_id) if where is not None)
    for answer, conversation_id in islice(in_conversations, CITED):
        base = f"#cite/{url_quote(library, safe='')}/{url_quote(answer.answer_id, safe='')}"
        quotes = "".join(
            f'<li><a class="fn-note" href="{base}/{citation.number}">'
            f'<q class="fn-quote">{words(citation.quote)}</q></a></li>'
            for citation in answer.citations
            if citation.paper_id == paper.paper_id
        )
        opened = f"#open/{url_quote(conversation_id, safe='')}"
        items.append(f'<li><a href="{opened}">{words(answer.question)}</a><ol>{quotes}</ol></li>')
    return f'<ul class="fn-cited">{"".join(items)}</ul>' if items else ""


def _like(assistant: Assistant, paper: Paper) -> str:
    others = assistant.like(paper.paper_id, LIKE)
    return f'<ul class="fn-like">{"".join(map(_linked, others))}</ul>' if others else ""


def _linked(paper: Paper) -> str:
    address = f"#room/paper/{url_quote(paper.paper_id, safe='')}"
    under = byline(paper.authors, paper.year)
    title = f'<span class="fn-title">{words(paper.title)}</span>'
    return f'<li><a href="{address}">{title}</a> <span class="fn-soft">{under}</span></li>'


def _files(assistant: Assistant, library: str, paper: Paper) -> str:
    def line(source: StoredSource) -> str:
        pages = f", {counted(source.pages, 'page')}" if source.pages else ""
        name = f'<span class="fn-file">{plain(source.name)}</span>'
        return f'<li>{name} <span class="fn-soft">{KINDS[source.kind]}{pages}</span>{opened(source)}</li>'

    def opened(source: StoredSource) -> str:
        if assistant.library.original(source.content_hash) is None:
            return ""
        address = f"/view/{url_quote(library, safe='')}/file/{url_quote(source.text_id, safe='')}"
        label = "Open" if source.kind == "pdf" else "Download"
        named = f'aria-label="{label} {plain(source.name)}"'
        return f' <a class="fn-link" href="{address}" target="_blank" rel="noopener noreferrer" {named}>{label}</a>'

    apart = (
        '<p class="fn-soft">Not one paper after all? <a class="fn-link" href="#room/library/duplicates">Take a file '
        "apart</a>.</p>"
        if len(paper.sources) > 1
        else ""
    )
    return f"<ul>{''.join(map(line, paper.sources))}</ul>{apart}"
