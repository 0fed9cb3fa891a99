"""What every room of the page answers with: a piece of HTML, or lines that tell of work and end with one."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator

from fastapi.responses import HTMLResponse, StreamingResponse

from assistant.types import Answer, Delta, Step
from assistant.web.background import until_stopped
from assistant.web.guard import Receive
from assistant.web.render import notice
from vectorstore.errors import FootnoteError

log = logging.getLogger(__name__)


def told(work: Callable[[], str | None]) -> HTMLResponse:
    """Answer with the HTML that `work` gives, or with what is wrong."""
    try:
        return HTMLResponse(work() or "")
    except FootnoteError as error:
        status = 404 if error.code.endswith("_not_found") else 422
        return HTMLResponse(notice(error.message, error.hint), status_code=status)


def lines(
    begin: Callable[[threading.Event], Iterator[Step | Delta | Answer]], shown: Callable[[Answer], str]
) -> StreamingResponse:
    """Answer with a JSON line for each step of work, `{"step": ...}`, and a last one, `{"html": ...}`.

    A page that goes away stops the work.
    """
    stop = threading.Event()
    return _Lines((json.dumps(line) + "\n" for line in _lines(begin, shown, stop)), stop)


class _Lines(StreamingResponse):
    """Lines of JSON; sets an event as soon as nobody reads them any more."""

    def __init__(self, content: Iterator[str], gone: threading.Event) -> None:
        super().__init__(content, media_type="application/x-ndjson")
        self._gone = gone

    async def listen_for_disconnect(self, receive: Receive) -> None:
        await super().listen_for_disconnect(receive)
        self._gone.set()


def _lines(
    begin: Callable[[threading.Event], Iterator[Step | Delta | Answer]],
    shown: Callable[[Answer], str],
    stop: threading.Event,
) -> Iterator[dict[str, str]]:
    try:
        for event in until_stopped(begin(stop), stop):
            if isinstance(event, Step):
                yield {"step": event.message}
            elif isinstance(event, Answer):
                yield {"html": shown(event)}
    except FootnoteError as error:
        yield {"html": notice(error.message, error.hint)}
    except Exception:
        log.exception("An answer could not be made")
        told = notice("Something went wrong inside Footnote.", "The terminal that Footnote runs in says more.")
        yield {"html": told}
