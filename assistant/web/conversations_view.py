"""The list of stored conversations: searched, renamed, deleted. To open one is the chat's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from urllib.parse import quote as url_quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from assistant.web.fragments import told
from assistant.web.libraries import Libraries
from assistant.web.render import plain
from assistant.words import counted
from vectorstore.conversations import Conversation

SHOWN = 200


class Title(BaseModel):
    """What a conversation is to be called."""

    title: Annotated[str, Field(max_length=1_000)]


def routes(libraries: Libraries) -> APIRouter:
    """Serve the lists of conversations, and change them for our own page (the guard refuses all others)."""
    router = APIRouter(prefix="/view/{library}/conversations")

    @router.get("", response_class=HTMLResponse)
    def conversations(library: str, q: Annotated[str, Query(max_length=1_000)] = "") -> HTMLResponse:
        return told(lambda: conversations_html(libraries.assistant(library).conversations(q), q))

    @router.put("/{conversation_id}/title", response_class=HTMLResponse)
    def rename(library: str, conversation_id: str, wanted: Title) -> HTMLResponse:
        return told(lambda: libraries.assistant(library).rename_conversation(conversation_id, wanted.title))

    @router.delete("/{conversation_id}", response_class=HTMLResponse)
    def delete(library: str, conversation_id: str) -> HTMLResponse:
        return told(lambda: libraries.assistant(library).delete_conversation(conversation_id))

    return router


def conversations_html(found: Sequence[Conversation], query: str = "") -> str:
    """Show the conversations that were found, the first 200 of them."""
    if not found:
        empty = (
            "No conversation has these words." if query.strip() else "What you ask is kept here, until you delete it."
        )
        return f'<p class="fn-count-kept" role="status">{empty}</p>'
    count = counted(len(found), "conversation") + (" found" if query.strip() else "")
    today = date.today()
    items = "".join(_item(conversation, today) for conversation in found[:SHOWN])
    more = f'<p class="fn-more">{len(found) - SHOWN} more; search to find them.</p>' if len(found) > SHOWN else ""
    return f'<p class="fn-count-kept" role="status">{count}</p><ul class="fn-conversations">{items}</ul>{more}'


def _item(conversation: Conversation, today: date) -> str:
    address = plain(url_quote(conversation.conversation_id, safe=""))
    title = plain(conversation.title)
    questions = counted(conversation.turns, "question")
    return (
        f'<li data-conversation="{address}"><a href="#open/{address}"><span class="fn-title">{title}</span>'
        f'<span class="fn-under">{day(conversation.changed, today)} · {questions}</span></a>'
        f'<button type="button" class="fn-rename" aria-label="Rename “{title}”" title="Rename">✎</button>'
        f'<button type="button" class="fn-take" aria-label="Export or share “{title}”" title="Export or share"'
        ' aria-haspopup="true">⋯</button>'
        f'<button type="button" class="fn-delete" aria-label="Delete “{title}”" title="Delete">×</button></li>'
    )


def day(moment: datetime, today: date) -> str:
    """Name the day of a moment here: "today", "yesterday", "3 March", with the year when it is another."""
    local = moment.astimezone().date()
    if (today - local).days in (0, 1):
        return ("today", "yesterday")[(today - local).days]
    return f"{local.day} {local:%B}" if local.year == today.year else f"{local.day} {local:%B %Y}"
