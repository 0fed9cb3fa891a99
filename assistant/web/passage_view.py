"""The passage behind a footnote: its words in context, its paper, and for a PDF the page with the quote marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote as url_quote

from fastapi import APIRouter, HTTPException, Path, Query, Response
from fastapi.responses import HTMLResponse

from assistant.types import Box, Citation, Passage
from assistant.web.fragments import told
from assistant.web.libraries import Libraries
from assistant.web.render import notice, place, plain, words
from vectorstore.errors import FootnoteError
from vectorstore.records import Paper

_NEAR = 700  # characters of context on each side of a quote
_NEAR_ON_A_PAGE = 320  # where the page's picture shows the rest
_NAMED = 10  # as many authors are all named at once
_FIRST_NAMED = 4
_SENTENCE_START = re.compile(r"[.!?\n]\s+(?=\S)")
_TEXT_ID = r"^[0-9A-Za-z_-]{1,128}$"


def routes(libraries: Libraries) -> APIRouter:
    """Serve passages and pages of the libraries."""
    router = APIRouter(prefix="/view")

    @router.get("/{library}/passage/{answer_id}/{number}", response_class=HTMLResponse)
    def passage(library: str, answer_id: str, number: int) -> HTMLResponse:
        return told(lambda: passage_html(libraries.assistant(library).passage(answer_id, number), library))

    @router.get("/{library}/page/{text_id}/{number}.png")
    def page(
        library: str,
        text_id: Annotated[str, Path(pattern=_TEXT_ID)],
        number: Annotated[int, Path(ge=1, le=100_000)],
        width: Annotated[int, Query(ge=200, le=2400)] = 1000,
    ) -> Response:
        try:
            picture = libraries.assistant(library).page_picture(text_id, number, width)
        except FootnoteError:
            raise HTTPException(404, "There is no such page.") from None
        return Response(picture, media_type="image/png", headers={"cache-control": "private, max-age=86400"})

    return router


def passage_html(passage: Passage, library: str) -> str:
    """Show a passage for the panel beside the conversation."""
    citation = passage.citation
    parts = (
        _heading(passage),
        notice(passage.notice[0].upper() + passage.notice[1:], kind="note") if passage.notice else "",
        _own(passage.own) if passage.own else "",
        notice("This passage reports others’ work.", kind="note") if citation.others_work else "",
        _context(passage),
        "" if passage.shared else _pages(citation, passage.boxes, library),
    )
    return f'<article class="fn-passage">{"".join(parts)}</article>'


def _heading(passage: Passage) -> str:
    citation = passage.citation
    section = "" if passage.heading.endswith(citation.section) else citation.section
    stands = " · ".join(part for part in (place(citation) if citation.page else "", plain(section)) if part)
    return (
        f'<h2 class="fn-title" tabindex="-1">{words(citation.title)}</h2>'
        f"{_who(citation)}"
        f'<p class="fn-where"><span class="fn-file">{plain(citation.source)}</span>'
        f"{f'<span>{stands}</span>' if stands else ''}</p>"
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


def _context(passage: Passage) -> str:
    heading = f'<p class="fn-section">{words(passage.heading)}</p>' if passage.heading else ""
    near = _NEAR if passage.citation.page is None else _NEAR_ON_A_PAGE
    before, after = _ending(passage.before, near), _beginning(passage.after, near)
    text = f"{_flow(before)}<mark>{_flow(passage.quote)}</mark>{_flow(after)}"
    return f'{heading}<blockquote class="fn-context">{text}</blockquote>'


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


def _pages(citation: Citation, boxes: Mapping[int, tuple[Box, ...]], library: str) -> str:
    if citation.page is None:
        return ""
    numbers = sorted(boxes) or list(citation.pages) or [citation.page]
    return "".join(_page(citation, number, boxes.get(number, ()), library) for number in numbers)


def _page(citation: Citation, number: int, boxes: tuple[Box, ...], library: str) -> str:
    address = f"/view/{url_quote(library, safe='')}/page/{url_quote(citation.text_id, safe='')}/{number}.png"
    marked = "".join(
        f'<span class="fn-box" style="left:{box.left:.3f}%;top:{box.top:.3f}%;'
        f'width:{box.width:.3f}%;height:{box.height:.3f}%"></span>'
        for box in boxes
    )
    return (
        f'<figure class="fn-page"><a href="{address}?width=2000" target="_blank" rel="noopener noreferrer"'
        f' title="Open the page by itself"><img src="{address}?width=1000"'
        f' alt="Page {number} of {plain(citation.source)}">{marked}</a>'
        f"<figcaption>Page {number} of {plain(citation.source)}</figcaption></figure>"
    )
