"""The conversation at hand: from a question to an answer on the page. Each session has its own."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.types import Answer, Delta, Step
from assistant.web import render
from assistant.web.background import SECONDS_BETWEEN_UPDATES, Stops, until_stopped
from assistant.web.libraries import MINE, Libraries
from assistant.web.library_view import greeting
from vectorstore.errors import FootnoteError
from vectorstore.records import Filters

if TYPE_CHECKING:
    from assistant.core import Assistant

log = logging.getLogger(__name__)

_STOPPED = render.notice("Stopped before the answer was done.", "Ask again when you like.", kind="note")

Message = dict[str, str]


@dataclass(frozen=True)
class Exchange:
    """A question with what the page shows for it; the id of its answer where there is one."""

    question: str
    html: str
    answer_id: str = ""


@dataclass(frozen=True)
class Shown:
    """The conversation that a page shows: its id, made with its first question, and its exchanges, oldest first."""

    conversation_id: str = ""
    exchanges: tuple[Exchange, ...] = ()


Session = Mapping[str, Shown]  # library -> the conversation that a session's page shows of it
View = tuple[list[Message], Session, str]  # the messages, the session, the conversation's id
Events = Iterator[Step | Delta | Answer]
Begin = Callable[["Assistant", threading.Event], Events]


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
        exchanges = tuple(
            Exchange(answer.question, render.answer(answer, library), answer.answer_id) for answer in answers
        )
        return self.show(library, {**session, library: Shown(conversation_id if exchanges else "", exchanges)})

    def ask(
        self, question: str, library: str, scope: str, session: Session, request: gr.Request
    ) -> Iterator[tuple[Any, *View]]:
        """Answer a question, and tell again and again what to show."""
        shown = session.get(library, Shown())
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        conversation_id = shown.conversation_id or uuid.uuid4().hex

        def begin(assistant: Assistant, stop: threading.Event) -> Events:
            return assistant.stream(question, filters=_filters(scope), conversation_id=conversation_id, stop=stop)

        begun = Shown(conversation_id, (*shown.exchanges, Exchange(question, _STOPPED)))
        yield gr.Textbox(value=""), gr.skip(), gr.skip(), gr.skip()
        yield from self._work(begin, begun, len(shown.exchanges), library, session, request)

    def resume(
        self, answer_id: str, library: str, session: Session, request: gr.Request
    ) -> Iterator[tuple[Any, *View]]:
        """Have an answer that was cut off go on where it stands, and tell again and again what to show."""
        shown = session.get(library, Shown())
        place = next((place for place, one in enumerate(shown.exchanges) if one.answer_id == answer_id), None)
        if place is None or not answer_id:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return

        def begin(assistant: Assistant, stop: threading.Event) -> Events:
            return assistant.resume(answer_id, stop=stop)

        yield from self._work(begin, shown, place, library, session, request)

    def _work(
        self, begin: Begin, shown: Shown, place: int, library: str, session: Session, request: gr.Request
    ) -> Iterator[tuple[Any, *View]]:
        """Have the exchange at a place answered; once it is stopped, it shows again what it showed before."""
        page = request.session_hash or ""
        stop = self._stops.begin(page)
        before = shown.exchanges[place]
        done = before
        working = replace(before, html=render.step("looking at the question"))
        yield _busy(), _messages(_put(shown, place, working).exchanges), gr.skip(), gr.skip()
        try:
            for html, answer_id in self._answers(begin, library, stop):
                if answer_id is None:
                    working = replace(before, html=html)
                    yield gr.skip(), _messages(_put(shown, place, working).exchanges), gr.skip(), gr.skip()
                elif answer_id:
                    done = replace(before, html=html, answer_id=answer_id)
                else:
                    done = replace(before, html=before.html + html if before.answer_id else html)
        finally:
            self._stops.end(page)
        yield self.ready(), *self.show(library, {**session, library: _put(shown, place, done)})

    def ready(self) -> Any:
        """Let the next question be sent."""
        return gr.Textbox(submit_btn=True, stop_btn=False)

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that this session waits for."""
        self._stops.stop(request.session_hash or "")

    def begin_anew(self, library: str, session: Session) -> View:
        """Leave a library's conversation for a new one."""
        return self.show(library, {**session, library: Shown()})

    def _answers(self, begin: Begin, library: str, stop: threading.Event) -> Iterator[tuple[str, str | None]]:
        """Give what to show, again and again, and at last the answer's id with it, or "" where there is no answer.

        There is no last once `stop` is set.
        """
        message, draft, shown_at = "looking at the question", "", 0.0
        try:
            for event in until_stopped(begin(self._libraries.assistant(library), stop), stop):
                if isinstance(event, Answer):
                    yield render.answer(event, library), event.answer_id
                    return
                if isinstance(event, Delta):
                    draft += event.text
                else:
                    message, shown_at = event.message, 0.0
                if time.monotonic() - shown_at >= SECONDS_BETWEEN_UPDATES:
                    shown_at = time.monotonic()
                    yield render.step(message, draft), None
        except FootnoteError as error:
            yield render.notice(error.message, error.hint), ""
        except Exception:
            log.exception("A question could not be answered")
            hint = "The terminal that Footnote runs in says more."
            yield render.notice("Something went wrong inside Footnote.", hint), ""


def _put(shown: Shown, place: int, exchange: Exchange) -> Shown:
    exchanges = list(shown.exchanges)
    exchanges[place] = exchange
    return replace(shown, exchanges=tuple(exchanges))


def _filters(scope: str) -> Filters:
    """Read the chosen papers' ids from what the page sends; anything else limits nothing."""
    try:
        chosen = json.loads(scope) if scope else []
    except ValueError:
        chosen = []
    if not isinstance(chosen, list):
        chosen = []
    return Filters(paper_ids=frozenset(one for one in chosen if isinstance(one, str)))


def _messages(exchanges: tuple[Exchange, ...]) -> list[Message]:
    return [message for one in exchanges for message in (_asked(one.question), _said(one.html))]


def _asked(question: str) -> Message:
    return {"role": "user", "content": render.question(question)}


def _said(html: str) -> Message:
    return {"role": "assistant", "content": html}


def _busy() -> Any:
    return gr.Textbox(submit_btn=False, stop_btn=True)
