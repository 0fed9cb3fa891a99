"""Work on a thread whose news are passed on as they come. Knows neither models nor papers."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")
News = TypeVar("News")


def as_it_comes(work: Callable[[Callable[[News], None]], T], stop: threading.Event) -> Generator[News, None, T]:
    """Give what `work` passes to its argument, then return its result or raise what it raised.

    `stop` is set when nobody listens any more.
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

    threading.Thread(target=run, name="writing", daemon=True).start()
    try:
        while (piece := news.get()) is not None:
            yield piece
    except GeneratorExit:
        stop.set()
        raise
    if failures:
        raise failures[0]
    return results[0]
