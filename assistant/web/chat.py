"""The conversation at hand: from a question to an answer on the page. Each session has its own."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.types import Answer, Delta
from assistant.web import render
from assistant.web.background import SECONDS_BETWEEN_UPDATES, Stops, until_stopped
from assistant.web.libraries import MINE, Libraries
from assistant.web.library_view import greeting
from vectorstore.errors import FootnoteError
from vectorstore.records import Filters

log = logging.getLogger(__name__)

_STOPPED = render.notice("Stopped before the answer was done.", "Ask again when you like.", kind="note")

Message = dict[str, str]


@dataclass(frozen=True)
class Exchange:
    """A question with what the page shows for it."""

    question: str
    html: str


@dataclass(frozen=True)
class Shown:
    """The conversation that a page shows: its id, made with its first question, and its exchanges, oldest first."""

    conversation_id: str = ""
    exchanges: tuple[Exchange, ...] = ()


Session = Mapping[str, Shown]  # library -> the conversation that a session's page shows of it
View = tuple[list[Message], Session, str]  # the messages, the session, the conversation's id


class Chat:
    """The handlers of the conversation over the libraries."""

    def __init__(self, libraries: Libraries) -> None:
        self._libraries = libraries
        self._stops = Stops()

    def arrive(self, session: Session, request: gr.Request) -> Iterator[tuple[str, *View]]:
        """Show the library and the conversation that the page's address names; without them, where to begin."""
        library = request.query_params.get("library", "")
        if library not in self._libraries.keys:
            library = self._opening()
        if self._libraries.is_reading_notes(library):
            yield library, [_said(render.step("Reading the example notes…"))], session, ""
        yield library, *self.open(request.query_params.get("conversation", ""), library, session)

    def _opening(self) -> str:
        """Choose the library a page opens with: the person's own once it holds papers, else the examples."""
        try:
            if self._libraries.assistant(MINE).papers():
                return MINE
        except FootnoteError as error:
            log.warning("%s", error)
        return self._libraries.keys[0]

    def show(self, library: str, session: Session) -> View:
        """Show a library's conversation, or a greeting where there is none yet."""
        shown = session.get(library, Shown())
        messages = _messages(shown.exchanges) or [_said(greeting(self._libraries, library))]
        return messages, session, shown.conversation_id

    def open(self, conversation_id: str, library: str, session: Session) -> View:
        """Show a stored conversation; a greeting where it was deleted meanwhile."""
        try:
            answers = self._libraries.assistant(library).conversation(conversation_id)
        except FootnoteError as error:
            return [_said(render.notice(error.message, error.hint))], session, ""
        exchanges = tuple(Exchange(answer.question, render.answer(answer, library)) for answer in answers)
        return self.show(library, {**session, library: Shown(conversation_id if exchanges else "", exchanges)})

    def ask(
        self, question: str, library: str, scope: str, session: Session, request: gr.Request
    ) -> Iterator[tuple[Any, *View]]:
        """Answer a question, and tell again and again what to show."""
        shown = session.get(library, Shown())
        earlier, conversation_id = shown.exchanges, shown.conversation_id or uuid.uuid4().hex
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        page = request.session_hash or ""
        stop = self._stops.begin(page)
        yield _busy(), _messages(earlier, question, render.step("looking at the question")), gr.skip(), gr.skip()
        exchange = Exchange(question, _STOPPED)
        try:
            for html, done in self._answers(question, library, scope, conversation_id, stop):
                if done:
                    exchange = Exchange(question, html)
                else:
                    yield gr.skip(), _messages(earlier, question, html), gr.skip(), gr.skip()
        finally:
            self._stops.end(page)
        yield self.ready(), *self.show(library, {**session, library: Shown(conversation_id, (*earlier, exchange))})

    def ready(self) -> Any:
        """Let the next question be sent."""
        return gr.Textbox(submit_btn=True, stop_btn=False)

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that this session waits for."""
        self._stops.stop(request.session_hash or "")

    def begin_anew(self, library: str, session: Session) -> View:
        """Leave a library's conversation for a new one."""
        return self.show(library, {**session, library: Shown()})

    def _answers(
        self, question: str, library: str, scope: str, conversation_id: str, stop: threading.Event
    ) -> Iterator[tuple[str, bool]]:
        """Give what to show, and whether it is the last; there is no last once `stop` is set."""
        message, draft, shown_at = "looking at the question", "", 0.0
        try:
            assistant = self._libraries.assistant(library)
            stream = assistant.stream(question, filters=_filters(scope), conversation_id=conversation_id, stop=stop)
            for event in until_stopped(stream, stop):
                if isinstance(event, Answer):
                    yield render.answer(event, library), True
                    return
                if isinstance(event, Delta):
                    draft += event.text
                else:
                    message, shown_at = event.message, 0.0
                if time.monotonic() - shown_at >= SECONDS_BETWEEN_UPDATES:
                    shown_at = time.monotonic()
                    yield render.step(message, draft), False
        except FootnoteError as error:
            yield render.notice(error.message, error.hint), True
        except Exception:
            log.exception("A question could not be answered")
            hint = "The terminal that Footnote runs in says more."
            yield render.notice("Something went wrong inside Footnote.", hint), True


def _filters(scope: str) -> Filters:
    """Read the chosen papers' ids from what the page sends; anything else limits nothing."""
    try:
        chosen = json.loads(scope) if scope else []
    except ValueError:
        chosen = []
    if not isinstance(chosen, list):
        chosen = []
    return Filters(paper_ids=frozenset(one for one in chosen if isinstance(one, str)))


def _messages(exchanges: tuple[Exchange, ...], asked: str = "", answering: str = "") -> list[Message]:
    shown = [message for one in exchanges for message in (_asked(one.question), _said(one.html))]
    return [*shown, _asked(asked), _said(answering)] if asked else shown


def _asked(question: str) -> Message:
    return {"role": "user", "content": render.question(question)}


def _said(html: str) -> Message:
    return {"role": "assistant", "content": html}


def _busy() -> Any:
    return gr.Textbox(value="", submit_btn=False, stop_btn=True)
