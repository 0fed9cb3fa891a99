"""Work on threads of its own: an ingest that outlives the page it began on, an answer that can be stopped at once."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from assistant.types import IngestProgress, IngestReport
from assistant.web.libraries import MINE, Libraries
from vectorstore.errors import FootnoteError

log = logging.getLogger(__name__)

SECONDS_BETWEEN_UPDATES = 0.1

T = TypeVar("T")


class Stops:
    """Who may stop what: each session's work at hand, and nobody else's."""

    def __init__(self) -> None:
        self._events: dict[str, threading.Event] = {}

    def begin(self, session: str) -> threading.Event:
        """Return the event that stops the work this session begins now."""
        stop = self._events[session] = threading.Event()
        return stop

    def end(self, session: str) -> None:
        """Forget a session's work."""
        self._events.pop(session, None)

    def stop(self, session: str) -> None:
        """Stop a session's work, if there is any."""
        if stop := self._events.get(session):
            stop.set()


def until_stopped(source: Iterator[T], stop: threading.Event) -> Iterator[T]:
    """Give what a source gives until it ends or `stop` is set; does not wait for a source that is slow to notice."""
    news: queue.SimpleQueue[tuple[str, T | Exception | None]] = queue.SimpleQueue()

    def pump() -> None:
        try:
            for item in source:
                if stop.is_set():
                    return
                news.put(("item", item))
        except Exception as error:
            news.put(("error", error))
        finally:
            news.put(("end", None))

    threading.Thread(target=pump, name="answer", daemon=True).start()
    try:
        while not stop.is_set():
            try:
                kind, item = news.get(timeout=SECONDS_BETWEEN_UPDATES)
            except queue.Empty:
                continue
            if isinstance(item, Exception):
                raise item
            if kind == "end" or item is None:
                return
            yield item
    finally:
        stop.set()  # a page that was closed has nobody to answer


class BackgroundIngest:
    """Reads files into the person's own library, from the moment it is made; `stop` ends it after the step at hand."""

    def __init__(
        self, libraries: Libraries, files: AbstractContextManager[Sequence[Path]], stop: threading.Event
    ) -> None:
        self._libraries = libraries
        self._files = files
        self._stop = stop
        self._news: queue.SimpleQueue[IngestProgress | None] = queue.SimpleQueue()
        self._outcome: IngestReport | Exception | None = None
        threading.Thread(target=self._run, name="ingest", daemon=True).start()

    def progress(self) -> Iterator[IngestProgress]:
        """Give the newest progress, at most ten times a second, until the ingest ends."""
        while (news := self._news.get()) is not None:
            while not self._news.empty():
                newer = self._news.get()
                if newer is None:
                    return
                news = newer
            yield news
            self._stop.wait(SECONDS_BETWEEN_UPDATES)

    def report(self) -> IngestReport:
        """Give the report once `progress` has ended; raise FootnoteError where there is none."""
        if isinstance(self._outcome, IngestReport):
            return self._outcome
        if isinstance(self._outcome, FootnoteError):
            raise self._outcome
        raise FootnoteError("The files could not be added.", "The terminal that Footnote runs in says more.")

    def _run(self) -> None:
        try:
            assistant = self._libraries.assistant(MINE)
            with self._files as paths:
                self._outcome = assistant.ingest(paths, progress=self._news.put, stop=self._stop)
        except FootnoteError as error:
            self._outcome = error
        except Exception as error:
            log.exception("An ingest failed")
            self._outcome = error
        finally:
            self._news.put(None)
