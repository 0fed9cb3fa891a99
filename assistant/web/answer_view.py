"""What stands beside a question and under its answer: to edit, to ask again, to copy, and what to ask next."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as url_quote

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from assistant.web.libraries import Libraries
from assistant.web.render import question, words
from vectorstore.errors import FootnoteError


def routes(libraries: Libraries) -> APIRouter:
    """Serve stored answers as Markdown, to be copied."""
    router = APIRouter(prefix="/view/{library}/answer")

    @router.get("/{answer_id}.md")
    def markdown(library: str, answer_id: str) -> PlainTextResponse:
        try:
            return PlainTextResponse(libraries.assistant(library).markdown(answer_id))
        except FootnoteError as error:
            return PlainTextResponse(f"{error.message} {error.hint}".strip(), status_code=404)

    return router


def asked(place: int, text: str) -> str:
    """Show a question, and the link that lets it be edited; script.js follows it."""
    address = f"#edit/{place}/{url_quote(text.encode('utf-8', 'replace'), safe='')}"
    edit = f'<a class="fn-edit" href="{address}" title="Edit"><span class="fn-unseen">Edit this question </span>✎</a>'
    return f'<div class="fn-asked">{question(text)}{edit}</div>'


def below(place: int, library: str, answer_id: str, follow_ups: Sequence[str]) -> str:
    """Show what can be done with an answer, and what to ask next; script.js follows the links."""
    copy = f"#copy/{url_quote(library, safe='')}/{url_quote(answer_id, safe='')}"
    copied = f'<a class="fn-copy" href="{copy}">Copy with footnotes</a>' if answer_id else ""
    again = f'<a class="fn-again" href="#again/{place}">Ask again</a>'
    items = "".join(
        f'<li><a class="fn-ask" href="#ask/{url_quote(one, safe="")}">{words(one)}</a></li>' for one in follow_ups
    )
    asks = f'<ul class="fn-asks fn-follow-ups">{items}</ul>' if items else ""
    return f'<p class="fn-after">{copied}{again}</p>{asks}'
