"""Conversations that leave as a file, and shared ones that come in."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote as url_quote

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse

from assistant.errors import UsageError
from assistant.exporting_conversations import ConversationForm
from assistant.sharing import LARGEST
from assistant.web.libraries import MINE, Libraries
from assistant.web.render import notice
from vectorstore.errors import FootnoteError

_KINDS: dict[ConversationForm, tuple[str, str]] = {  # the file's ending, and what it is served as
    "markdown": (".md", "text/markdown"),
    "html": (".html", "text/html"),
    "bibtex": (".bib", "application/x-bibtex"),
    "footnote": (".footnote", "application/json"),
}


def routes(libraries: Libraries) -> APIRouter:
    """Serve conversations as files to be kept, and take in what was shared, into the person's own library."""
    router = APIRouter(prefix="/view")

    @router.get("/{library}/conversations/{conversation_id}/as/{form}")
    def export(library: str, conversation_id: str, form: ConversationForm) -> Response:
        try:
            assistant = libraries.assistant(library)
            written = assistant.export_conversation(conversation_id, form)
            title = assistant.library.conversations.named(conversation_id).title
        except FootnoteError as error:
            return HTMLResponse(notice(error.message, error.hint), status_code=404)
        ending, kind = _KINDS[form]
        headers = {"content-disposition": _as_file(title, ending)}
        return Response(written.encode("utf-8", "replace"), media_type=f"{kind}; charset=utf-8", headers=headers)

    @router.post("/shared")
    async def take_in(request: Request) -> Response:
        try:
            data = await _body(request)
            conversation = await run_in_threadpool(libraries.assistant(MINE).import_conversation, data)
        except FootnoteError as error:
            return HTMLResponse(notice(error.message, error.hint), status_code=422)
        return JSONResponse({"library": MINE, "conversation": conversation.conversation_id})

    return router


async def _body(request: Request) -> bytes:
    """Read what is sent, and no more of it than a shared conversation may have."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > LARGEST:
            raise UsageError(
                f"The file is larger than the {LARGEST // 1_000_000} MB that a shared conversation may have.",
                "Ask for a shorter conversation.",
            )
    return bytes(data)


def _as_file(title: str, ending: str) -> str:
    """Say that a reply is a file to be kept, called after a title."""
    line = " ".join("".join(letter if letter.isalnum() else " " for letter in title).split())[:60].strip()
    plain = re.sub(r"[^A-Za-z0-9 ]", "", unicodedata.normalize("NFKD", line)).strip()
    whole = url_quote((line or "conversation") + ending, safe="")
    return f"attachment; filename=\"{plain or 'conversation'}{ending}\"; filename*=UTF-8''{whole}"
