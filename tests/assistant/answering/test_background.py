"""An answer that is interrupted: the work on its thread ends, and its budget gets back what was set aside."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from assistant.answering.background import as_it_comes
from assistant.core import Assistant
from assistant.llm import DayBudget
from assistant.types import Delta
from tests.assistant.answering.conftest import MEMORY, OpenWith

LIMIT = 100_000


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, GeneratorExit])
def test_work_that_is_interrupted_ends_before_the_interruption_goes_on(interruption: type[BaseException]) -> None:
    stop, put_right = threading.Event(), threading.Event()

    def work(tell: Callable[[str], None]) -> None:
        tell("begun")
        stop.wait(20)
        put_right.set()

    pieces = as_it_comes(work, stop)
    assert next(pieces) == "begun"
    with pytest.raises(interruption):
        pieces.throw(interruption)
    assert stop.is_set() and put_right.is_set()


@pytest.mark.parametrize("how", ["Ctrl-C", "stop"])
def test_an_interrupted_answer_costs_what_came_of_it(assistant: OpenWith, how: str) -> None:
    opened = assistant("drip", day_budget=LIMIT)
    stop = threading.Event()
    events = opened.stream(MEMORY, keep=False, stop=stop)
    while not isinstance(next(events), Delta):
        pass
    set_aside = spent(opened)
    with pytest.raises(BaseException) as caught:
        if how == "Ctrl-C":
            events.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
        stop.set()
        list(events)
    assert caught.type.__name__ == ("KeyboardInterrupt" if how == "Ctrl-C" else "ModelCut")
    assert 0 < spent(opened) <= set_aside - opened.settings.max_tokens


def spent(opened: Assistant) -> int:
    return DayBudget(opened.settings.library / "usage.json", LIMIT).spent
