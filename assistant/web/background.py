"""An ingest on a thread of its own, so that a page that closes does not end it and progress can be waited for."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.types import IngestProgress, IngestReport
from assistant.web.libraries import MINE, Libraries
from vectorstore.errors import FootnoteError

log = logging.getLogger(__name__)

SECONDS_BETWEEN_UPDATES = 0.1


class BackgroundIngest:
    """Reads files into the person's own library, from the moment it is made; `stop` ends it after the step at hand."""

    def __init__(self, libraries: Libraries, paths: Sequence[Path], stop: threading.Event) -> None:
        self._libraries = libraries
        self._paths = paths
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
            self._outcome = assistant.ingest(self._paths, progress=self._news.put, stop=self._stop)
        except FootnoteError as error:
            self._outcome = error
        except Exception as error:
            log.exception("An ingest failed")
            self._outcome = error
        finally:
            self._news.put(None)
