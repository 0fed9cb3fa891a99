"""Work on a thread whose words are passed on as they come. Knows neither models nor papers."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")


def as_it_comes(work: Callable[[Callable[[str], None], threading.Event], T]) -> Generator[str, None, T]:
    """Give what `work` passes to its first argument, then return its result or raise what it raised.

    Its second argument is set when nobody listens any more.
    """
    news: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    stop = threading.Event()
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(news.put, stop))
        except BaseException as error:  # is raised again where it is waited for
            failures.append(error)
        finally:
            news.put(None)

    threading.Thread(target=run, name="writing", daemon=True).start()
    try:
        while (piece := news.get()) is not None:
            yield piece
    finally:
        stop.set()
    if failures:
        raise failures[0]
    return results[0]
