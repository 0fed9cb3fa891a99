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
from assistant.web.answer_view import asked, below
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
    """A question with what the page shows for it; the id of its answer where there is one, and what to ask next."""

    question: str
    html: str
    answer_id: str = ""
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """The conversation that a page shows: its id, made with its first question, and its exchanges, oldest first."""

    conversation_id: str = ""
    exchanges: tuple[Exchange, ...] = ()


Session = Mapping[str, Shown]  # library -> the conversation that a session's page shows of it
View = tuple[list[Message], Session, str]  # the messages, the session, the conversation's id
Events = Iterator[Step | Delta | Answer]
Begin = Callable[["Assistant", threading.Event], Events]


@dataclass(frozen=True)
class _News:
    """What to show of a question that is being worked on; its answer, or that there is none, comes last."""

    html: str
    answer: Answer | None = None
    failed: bool = False


@dataclass(frozen=True)
class _Task:
    """A question to be answered at a place of a conversation, before the exchanges `after` it.

    `unanswered` is the conversation as it stays when no answer comes.
    """

    question: str
    place: int
    unanswered: Shown
    after: tuple[Exchange, ...] = ()

    def shown(self, exchange: Exchange) -> Shown:
        """The conversation with the question's exchange in it."""
        exchanges = (*self.unanswered.exchanges[: self.place], exchange, *self.after)
        return replace(self.unanswered, exchanges=exchanges)

    def failed(self, html: str) -> Shown:
        """The conversation as it stays, with what went wrong."""
        before = self.unanswered.exchanges[self.place]
        told = replace(before, html=before.html + html if before.answer_id else html)
        return _put(self.unanswered, self.place, told)


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
        messages = _messages(shown.exchanges, library) or [_said(greeting(self._libraries, library))]
        return messages, session, shown.conversation_id

    def open(self, conversation_id: str, library: str, session: Session) -> View:
        """Show a stored conversation; a greeting where it was deleted meanwhile."""
        try:
            assistant = self._libraries.assistant(library)
            answers = assistant.conversation(conversation_id)
            follow_ups = assistant.follow_ups(answers[-1]) if answers else ()
        except FootnoteError as error:
            return [_said(render.notice(error.message, error.hint))], session, ""
        exchanges = tuple(
            Exchange(answer.question, render.answer(answer, library), answer.answer_id) for answer in answers
        )
        if exchanges:
            exchanges = (*exchanges[:-1], replace(exchanges[-1], follow_ups=follow_ups))
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

        stopped = Shown(conversation_id, (*shown.exchanges, Exchange(question, _STOPPED)))
        yield gr.Textbox(value=""), gr.skip(), gr.skip(), gr.skip()
        yield from self._work(begin, _Task(question, len(shown.exchanges), stopped), library, session, request)

    def ask_anew(
        self, wanted: str, library: str, scope: str, session: Session, request: gr.Request
    ) -> Iterator[tuple[Any, *View]]:
        """Answer a question in place of an earlier one, as it is or in other words: a JSON list of place and question.

        What stands there and after it goes once the new answer is stored; without one, all stays.
        """
        shown = session.get(library, Shown())
        place, question = _anew(wanted)
        if not question.strip() or not 0 <= place < len(shown.exchanges):
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        instead_of = next((one.answer_id for one in shown.exchanges[place:] if one.answer_id), "")

        def begin(assistant: Assistant, stop: threading.Event) -> Events:
            return assistant.stream(
                question,
                filters=_filters(scope),
                conversation_id=shown.conversation_id,
                instead_of=instead_of,
                stop=stop,
            )

        answered = shown.exchanges[place].answer_id
        unanswered = shown if answered else _put(shown, place, Exchange(question, _STOPPED))
        yield from self._work(begin, _Task(question, place, unanswered), library, session, request)

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

        task = _Task(shown.exchanges[place].question, place, shown, shown.exchanges[place + 1 :])
        yield from self._work(begin, task, library, session, request)

    def _work(
        self, begin: Begin, task: _Task, library: str, session: Session, request: gr.Request
    ) -> Iterator[tuple[Any, *View]]:
        """Have a question answered, and tell again and again what to show."""
        page = request.session_hash or ""
        stop = self._stops.begin(page)
        done = task.unanswered

        def working(html: str) -> tuple[Any, ...]:
            exchanges = task.shown(Exchange(task.question, html)).exchanges
            return _messages(exchanges, library, at_work=task.place), gr.skip(), gr.skip()

        yield _busy(), *working(render.step("looking at the question"))
        try:
            for news in self._answers(begin, library, stop):
                if news.answer:
                    follow_ups = self._follow_ups(news.answer, library)
                    done = task.shown(Exchange(task.question, news.html, news.answer.answer_id, follow_ups))
                elif news.failed:
                    done = task.failed(news.html)
                else:
                    yield gr.skip(), *working(news.html)
        finally:
            self._stops.end(page)
        yield self.ready(), *self.show(library, {**session, library: done})

    def _follow_ups(self, answer: Answer, library: str) -> tuple[str, ...]:
        try:
            return self._libraries.assistant(library).follow_ups(answer)
        except FootnoteError as error:
            log.warning("%s", error)
            return ()

    def ready(self) -> Any:
        """Let the next question be sent."""
        return gr.Textbox(submit_btn=True, stop_btn=False)

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that this session waits for."""
        self._stops.stop(request.session_hash or "")

    def begin_anew(self, library: str, session: Session) -> View:
        """Leave a library's conversation for a new one."""
        return self.show(library, {**session, library: Shown()})

    def _answers(self, begin: Begin, library: str, stop: threading.Event) -> Iterator[_News]:
        """Give what to show, again and again, and at last the answer or that there is none.

        There is no last once `stop` is set.
        """
        message, draft, shown_at = "looking at the question", "", 0.0
        try:
            for event in until_stopped(begin(self._libraries.assistant(library), stop), stop):
                if isinstance(event, Answer):
                    yield _News(render.answer(event, library), event)
                    return
                if isinstance(event, Delta):
                    draft += event.text
                else:
                    message, shown_at = event.message, 0.0
                if time.monotonic() - shown_at >= SECONDS_BETWEEN_UPDATES:
                    shown_at = time.monotonic()
                    yield _News(render.step(message, draft))
        except FootnoteError as error:
            yield _News(render.notice(error.message, error.hint), failed=True)
        except Exception:
            log.exception("A question could not be answered")
            hint = "The terminal that Footnote runs in says more."
            yield _News(render.notice("Something went wrong inside Footnote.", hint), failed=True)


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


def _anew(wanted: str) -> tuple[int, str]:
    """Read the place and the question to be asked there from what the page sends; (-1, "") for anything else."""
    try:
        place, question = json.loads(wanted)
    except (ValueError, TypeError):
        return -1, ""
    return (place, question) if isinstance(place, int) and isinstance(question, str) else (-1, "")


def _messages(exchanges: tuple[Exchange, ...], library: str, at_work: int | None = None) -> list[Message]:
    """Show exchanges; the one at work is not to be touched yet."""
    messages = []
    for place, one in enumerate(exchanges):
        newest = place == len(exchanges) - 1
        after = below(place, library, one.answer_id, one.follow_ups if newest else ()) if place != at_work else ""
        messages += [{"role": "user", "content": asked(place, one.question)}, _said(one.html + after)]
    return messages


def _said(html: str) -> Message:
    return {"role": "assistant", "content": html}


def _busy() -> Any:
    return gr.Textbox(submit_btn=False, stop_btn=True)
