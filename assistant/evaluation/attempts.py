"""One thing done and timed, where its failure is an outcome and not the end of the others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from vectorstore.errors import FootnoteError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attempt(Generic[T]):
    """What came of it: the value, or None and what went wrong in words; and the seconds it took."""

    value: T | None
    error: str
    seconds: float


def attempt(do: Callable[[], T]) -> Attempt[T]:
    """Do it, and return what came of it. Only an interrupt gets through."""
    value, error = None, ""
    started = time.perf_counter()
    try:
        value = do()
    except FootnoteError as refused:
        error = refused.message
    except Exception as fault:  # a fault of ours in one question must not cost those after it
        error = f"{type(fault).__name__}: {fault}"
    return Attempt(value, error, round(time.perf_counter() - started, 4))
