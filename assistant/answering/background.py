"""Work on a thread whose news are passed on as they come. Knows neither models nor papers."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from typing import TypeVar

SETTLING_S = 2.0  # waited for work that was interrupted, so that it can give back what it has set aside

T = TypeVar("T")
News = TypeVar("News")


def as_it_comes(work: Callable[[Callable[[News], None]], T], stop: threading.Event) -> Generator[News, None, T]:
    """Give what `work` passes to its argument, then return its result or raise what it raised.

    `stop` is set when nobody listens any more, or the person interrupts; `work` then has a moment to put things right.
    """
    news: queue.SimpleQueue[News | None] = queue.SimpleQueue()
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(news.put))
        except BaseException as error:  # is raised again where it is waited for
            failures.append(error)
        finally:
            news.put(None)

    thread = threading.Thread(target=run, name="writing", daemon=True)
    thread.start()
    try:
        while (piece := news.get()) is not None:
            yield piece
    except BaseException:
        stop.set()
        thread.join(SETTLING_S)
        raise
    if failures:
        raise failures[0]
    return results[0]
