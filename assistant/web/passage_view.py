"""The passage behind a footnote: its words in context, its paper, and for a PDF the page with the quote marked."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote as url_quote

from fastapi import APIRouter, HTTPException, Path, Query, Response
from fastapi.responses import FileResponse, HTMLResponse

from assistant.types import Box, Citation, Excerpt, Passage
from assistant.web.fragments import told
from assistant.web.libraries import Libraries
from assistant.web.render import notice, place, plain, source_line, words
from vectorstore.errors import FootnoteError
from vectorstore.records import Paper

_NEAR = 700  # characters of context on each side of a quote
_NEAR_ON_A_PAGE = 160  # where the page's picture shows the rest
_NEAR_ON_A_CARD = 140
_LONGEST_ON_A_CARD = 420  # characters of the quote
_NAMED = 10  # as many authors are all named at once
_FIRST_NAMED = 4
_SENTENCE_START = re.compile(r"[.!?\n]\s+(?=\S)")
_TextId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,128}$")]
_Place = Annotated[int, Query(ge=0, le=1_000_000_000)]
_AS_A_FILE = {"content-security-policy": "sandbox; default-src 'none'", "cache-control": "private, no-cache"}


def routes(libraries: Libraries) -> APIRouter:
    """Serve passages, pages, texts and files of the libraries; a text is named by its id, never by a path."""
    router = APIRouter(prefix="/view")

    @router.get("/{library}/passage/{answer_id}/{number}", response_class=HTMLResponse)
    def passage(library: str, answer_id: str, number: int) -> HTMLResponse:
        return told(lambda: passage_html(libraries.assistant(library).passage(answer_id, number), library))

    @router.get("/{library}/card/{answer_id}/{number}", response_class=HTMLResponse)
    def card(library: str, answer_id: str, number: int) -> HTMLResponse:
        return told(lambda: card_html(libraries.assistant(library).passage(answer_id, number, boxes=False)))

    @router.get("/{library}/page/{text_id}/{number}.png")
    def page(
        library: str,
        text_id: _TextId,
        number: Annotated[int, Path(ge=1, le=100_000)],
        width: Annotated[int, Query(ge=200, le=2400)] = 1000,
    ) -> Response:
        try:
            picture = libraries.assistant(library).page_picture(text_id, number, width)
        except FootnoteError:
            raise HTTPException(404, "There is no such page.") from None
        return Response(picture, media_type="image/png", headers={"cache-control": "private, max-age=86400"})

    @router.get("/{library}/text/{text_id}", response_class=HTMLResponse)
    def text(library: str, text_id: _TextId, place: _Place, after: bool = False) -> HTMLResponse:
        return told(lambda: excerpt_html(libraries.assistant(library).excerpt(text_id, place, after=after), after))

    @router.get("/{library}/file/{text_id}")
    def file(library: str, text_id: _TextId) -> Response:
        try:
            path, source = libraries.assistant(library).original(text_id)
        except FootnoteError as error:
            raise HTTPException(404, error.message) from None
        is_pdf = source.kind == "pdf"
        return FileResponse(
            path,
            filename=source.name,
            media_type="application/pdf" if is_pdf else "text/plain",
            content_disposition_type="inline" if is_pdf else "attachment",
            headers=_AS_A_FILE,
        )

    return router


def passage_html(passage: Passage, library: str) -> str:
    """Show a passage for the panel beside the conversation."""
    citation = passage.citation
    parts = (
        _heading(passage, library),
        notice(passage.notice[0].upper() + passage.notice[1:], kind="note") if passage.notice else "",
        _own(passage.own) if passage.own else "",
        notice("This passage reports others’ work.", kind="note") if citation.others_work else "",
        "" if passage.shared else _viewer(passage, library),
        _context(passage, library),
    )
    return f'<article class="fn-passage">{"".join(parts)}</article>'


def card_html(passage: Passage) -> str:
    """Show a quote between the words around it, and where it stands, for the card at its footnote."""
    quote = passage.quote
    if len(quote) > _LONGEST_ON_A_CARD:
        quote = f"{quote[:_LONGEST_ON_A_CARD].rsplit(' ', 1)[0]} …"
    before, after = _ending(passage.before, _NEAR_ON_A_CARD), _beginning(passage.after, _NEAR_ON_A_CARD)
    told = f'<p class="fn-card-notice">{plain(passage.notice)}</p>' if passage.notice else ""
    return (
        f'<p class="fn-context">{words(before)}<mark>{words(quote)}</mark>{words(after)}</p>'
        f'<p class="fn-card-source">{source_line(passage.citation)}</p>{told}'
    )


def _heading(passage: Passage, library: str) -> str:
    citation = passage.citation
    section = "" if passage.heading.endswith(citation.section) else citation.section
    stands = " · ".join(part for part in (place(citation) if citation.page else "", plain(section)) if part)
    opens = "Open the file" if passage.pages else "Download the file"
    address = _address(library, "file", citation) + (f"#page={citation.page}" if citation.page else "")
    link = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{opens}</a>'
    about = f'<a href="#room/paper/{url_quote(citation.paper_id, safe="")}">About the paper</a>'
    return (
        f'<h2 class="fn-title" tabindex="-1">{words(citation.title)}</h2>'
        f"{_who(citation)}"
        f'<p class="fn-where"><span class="fn-file">{plain(citation.source)}</span>'
        f"{f'<span>{stands}</span>' if stands else ''}"
        f'<span class="fn-leads">{about}{link if passage.file else ""}</span></p>'
    )


def _own(paper: Paper) -> str:
    """Lead from a passage that somebody shared to the same paper in this library."""
    link = f'<a class="fn-link" href="#room/paper/{url_quote(paper.paper_id, safe="")}">{words(paper.title)}</a>'
    return f'<p class="fn-own">In your library: {link}</p>'


def _who(citation: Citation) -> str:
    """Name the authors; of very many the first ones, and all of them on demand."""
    authors, year = ", ".join(citation.authors), str(citation.year or "")
    if len(citation.authors) <= _NAMED:
        return f'<p class="fn-who">{" · ".join(plain(part) for part in (authors, year) if part)}</p>'
    first = f"{', '.join(citation.authors[:_FIRST_NAMED])} et al., {len(citation.authors)} authors"
    shown = " · ".join(plain(part) for part in (first, year) if part)
    return f'<details class="fn-who"><summary>{shown}</summary><p>{plain(authors)}</p></details>'


def _address(library: str, what: str, citation: Citation) -> str:
    return f"/view/{url_quote(library, safe='')}/{what}/{url_quote(citation.text_id, safe='')}"


def _context(passage: Passage, library: str) -> str:
    heading = f'<p class="fn-section">{words(passage.heading)}</p>' if passage.heading else ""
    near = _NEAR if passage.citation.page is None else _NEAR_ON_A_PAGE
    before, after = _ending(passage.before, near), _beginning(passage.after, near)
    text = f"{_flow(before)}<mark>{_flow(passage.quote)}</mark>{_flow(after)}"
    above = below = ""
    if passage.citation.page is None:
        address = _address(library, "text", passage.citation)
        above = _more(passage.citation.start - len(passage.before), passage.length, after=False, address=address)
        below = _more(passage.citation.end + len(passage.after), passage.length, after=True, address=address)
    return f'{heading}{above}<blockquote class="fn-context">{text}</blockquote>{below}'


def _more(place: int, length: int, *, after: bool, address: str) -> str:
    """Offer more of a text from a place on, where there is more; script.js puts it in."""
    if place >= length if after else place <= 0:
        return ""
    side = "below" if after else "above"
    return (
        f'<button type="button" class="fn-link" data-{side}="{place}" data-text="{address}">Show more {side}</button>'
    )


def excerpt_html(excerpt: Excerpt, after: bool) -> str:
    """Show more of a text; `data-place` says where the rest of it begins, and is missing where there is none."""
    place, rest = (excerpt.end, excerpt.length - excerpt.end) if after else (excerpt.start, excerpt.start)
    more = f' data-place="{place}"' if rest > 0 else ""
    return f"<span{more}>{_flow(excerpt.text)}</span>"


def _ending(text: str, near: int) -> str:
    """Keep some sentences at the end of a text."""
    if len(text) <= near:
        return text
    start = _SENTENCE_START.search(text, len(text) - near)
    return f"… {text[start.end() if start else len(text) - near :]}"


def _beginning(text: str, near: int) -> str:
    """Keep some sentences at the beginning of a text."""
    if len(text) <= near:
        return text
    starts = [match.start() + 1 for match in _SENTENCE_START.finditer(text, 0, near)]
    return f"{text[: starts[-1] if starts else near]} …"


def _flow(text: str) -> str:
    """Keep the paragraphs of a text that runs on before and after it."""
    return '<span class="fn-break"></span>'.join(words(part) for part in re.split(r"\n\s*\n", text))


def _viewer(passage: Passage, library: str) -> str:
    """Show the page of a PDF that the quote stands on, with the boxes of all its pages; script.js turns them."""
    citation = passage.citation
    if citation.page is None:
        return ""
    on = sorted(passage.boxes) or list(citation.pages) or [citation.page]
    count = max(passage.pages, on[-1])
    address, source = f"{_address(library, 'page', citation)}/", plain(citation.source)
    boxes = "".join(_box(box, number, hidden=number != on[0]) for number in on for box in passage.boxes.get(number, ()))
    leads = f'<button type="button" class="fn-link" data-to="{on[0]}" hidden>Back to the quote</button>' + "".join(
        f'<button type="button" class="fn-link" data-to="{number}">The quote goes on on page {number}</button>'
        for number in on[1:]
    )
    return (
        f'<section class="fn-viewer" aria-label="Pages of {source}" data-address="{address}" data-source="{source}" '
        f'data-page="{on[0]}" data-count="{count}">'
        f'<div class="fn-tools"><button type="button" data-turn="-1" aria-label="Previous page" '
        f'title="Previous page (Shift ←)">‹</button><span class="fn-page-number" role="status">'
        f"Page {on[0]} of {count}</span>"
        f'<button type="button" data-turn="1" aria-label="Next page" title="Next page (Shift →)">›</button>'
        f'<button type="button" data-zoom="-1" aria-label="Zoom out" title="Zoom out (−)">−</button>'
        f'<span class="fn-zoom" role="status">100 %</span>'
        f'<button type="button" data-zoom="1" aria-label="Zoom in" title="Zoom in (+)">+</button>'
        f'<button type="button" class="fn-fit" data-zoom="0" title="Fit the width (0)">Fit</button></div>{leads}'
        f'<figure class="fn-page" tabindex="0" aria-label="The page"><div class="fn-sheet">'
        f'<img src="{address}{on[0]}.png?width=1000" alt="Page {on[0]} of {source}">{boxes}</div></figure></section>'
    )


def _box(box: Box, number: int, *, hidden: bool) -> str:
    place = f"left:{box.left:.3f}%;top:{box.top:.3f}%;width:{box.width:.3f}%;height:{box.height:.3f}%"
    return f'<span class="fn-box" data-on="{number}" style="{place}"{" hidden" if hidden else ""}></span>'
