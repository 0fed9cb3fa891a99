"""The conversation: from a question to an answer on the page. One session's turns never reach another's."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from assistant.core import cited_papers
from assistant.types import Answer, Delta, Turn
from assistant.web import render
from assistant.web.background import SECONDS_BETWEEN_UPDATES, Stops, until_stopped
from assistant.web.libraries import MINE, Libraries
from assistant.web.library_view import greeting
from vectorstore.errors import FootnoteError
from vectorstore.records import Filters

log = logging.getLogger(__name__)

_REMEMBERED = 12  # turns of a conversation that a question is read in the light of
_STOPPED = render.notice("Stopped before the answer was done.", "Ask again when you like.", kind="note")

Message = dict[str, str]


@dataclass(frozen=True)
class Exchange:
    """A question with what the page shows for it; `turn` is None where no answer came."""

    question: str
    html: str
    turn: Turn | None = None


@dataclass(frozen=True)
class Conversations:
    """One session's conversations, one for each library."""

    held: Mapping[str, tuple[Exchange, ...]]

    def of(self, library: str) -> tuple[Exchange, ...]:
        """Give the exchanges with a library, oldest first."""
        return self.held.get(library, ())

    def having(self, library: str, exchanges: tuple[Exchange, ...]) -> Conversations:
        """Give the conversations with one of them replaced."""
        return replace(self, held={**self.held, library: exchanges})


class Chat:
    """The handlers of the conversation over the libraries."""

    def __init__(self, libraries: Libraries) -> None:
        self._libraries = libraries
        self._stops = Stops()

    def opening(self) -> str:
        """Choose the library a page opens with: the person's own once it holds papers, else the examples."""
        try:
            if self._libraries.assistant(MINE).papers():
                return MINE
        except FootnoteError as error:
            log.warning("%s", error)
        return self._libraries.keys[0]

    def show(self, library: str, conversations: Conversations) -> list[Message]:
        """Show a library's conversation, or a greeting where there is none yet."""
        exchanges = conversations.of(library)
        return _messages(exchanges) if exchanges else [_said(greeting(self._libraries, library))]

    def ask(
        self, question: str, library: str, scope: str, conversations: Conversations, request: gr.Request
    ) -> Iterator[tuple[Any, list[Message], Conversations]]:
        """Answer a question; gives the question box, the messages and the conversations, again and again."""
        earlier = conversations.of(library)
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        session = request.session_hash or ""
        stop = self._stops.begin(session)
        yield _busy(), _messages(earlier, question, render.step("looking at the question")), gr.skip()
        exchange = Exchange(question, _STOPPED)
        try:
            for html, turn, done in self._answers(question, library, scope, earlier, stop):
                if done:
                    exchange = Exchange(question, html, turn)
                else:
                    yield gr.skip(), _messages(earlier, question, html), gr.skip()
        finally:
            self._stops.end(session)
        exchanges = (*earlier, exchange)
        yield _ready(), _messages(exchanges), conversations.having(library, exchanges)

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that this session waits for."""
        self._stops.stop(request.session_hash or "")

    def begin_anew(self, library: str, conversations: Conversations) -> tuple[list[Message], Conversations]:
        """Forget a library's conversation."""
        emptied = conversations.having(library, ())
        return self.show(library, emptied), emptied

    def _answers(
        self, question: str, library: str, scope: str, earlier: tuple[Exchange, ...], stop: threading.Event
    ) -> Iterator[tuple[str, Turn | None, bool]]:
        """Give what to show, the turn it makes and whether it is the last; there is no last once `stop` is set."""
        turns = [exchange.turn for exchange in earlier if exchange.turn][-_REMEMBERED:]
        message, draft, shown_at = "looking at the question", "", 0.0
        try:
            stream = self._libraries.assistant(library).stream(question, turns, _filters(scope))
            for event in until_stopped(stream, stop):
                if isinstance(event, Answer):
                    yield render.answer(event, library), Turn(question, event.text, cited_papers(event)), True
                    return
                if isinstance(event, Delta):
                    draft += event.text
                else:
                    message, shown_at = event.message, 0.0
                if time.monotonic() - shown_at >= SECONDS_BETWEEN_UPDATES:
                    shown_at = time.monotonic()
                    yield render.step(message, draft), None, False
        except FootnoteError as error:
            yield render.notice(error.message, error.hint), None, True
        except Exception:
            log.exception("A question could not be answered")
            hint = "The terminal that Footnote runs in says more."
            yield render.notice("Something went wrong inside Footnote.", hint), None, True


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


def _ready() -> Any:
    return gr.Textbox(submit_btn=True, stop_btn=False)
