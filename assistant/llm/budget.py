"""Budgets of tokens: what a reply may take is set aside before anything is sent, and settled afterwards."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from assistant.errors import BudgetSpent, ModelCut
from assistant.llm.types import Message, Model, Reply, count_prompt


class Budget(Protocol):
    """A number of tokens that can be spent."""

    @property
    def left(self) -> int:
        """The tokens that are neither spent nor set aside."""

    def reserve(self, tokens: int) -> None:
        """Set tokens aside; raise BudgetSpent when there are not as many left."""

    def settle(self, reserved: int, used: int) -> None:
        """Replace what was set aside by what was used."""


class TokenBudget:
    """The budget of one question. Thread-safe."""

    def __init__(self, limit: int, spent: int = 0) -> None:
        self._limit = limit
        self._spent = spent
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        return max(0, self._limit - self._spent)

    def reserve(self, tokens: int) -> None:
        with self._lock:
            if self._spent + tokens > self._limit:
                raise BudgetSpent(
                    f"The question would take more than its budget of {self._limit} tokens "
                    f"({self._spent} are spent, and this needs up to {tokens}).",
                    "Raise FOOTNOTE_QUESTION_BUDGET.",
                )
            self._spent += tokens

    def settle(self, reserved: int, used: int) -> None:
        with self._lock:
            self._spent += used - reserved


class DayBudget:
    """The budget of a day, kept in a file, so that it outlives the process and is shared by all on one library.

    What is set aside is in the file before anything is sent: a crash in between loses tokens, never the count.
    """

    def __init__(self, path: Path, limit: int, *, today: Callable[[], date] = date.today) -> None:
        self._path = path
        self._limit = limit
        self._today = today
        self._lock = FileLock(path.with_suffix(".lock"), timeout=10)

    @property
    def left(self) -> int:
        return max(0, self._limit - self.spent)

    @property
    def spent(self) -> int:
        """The tokens of today that are spent or set aside."""
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            return max(0, int(kept["tokens"])) if kept["day"] == self._today().isoformat() else 0
        except FileNotFoundError:
            return 0
        except (OSError, ValueError, LookupError, TypeError):
            raise BudgetSpent(
                f"The count of today's tokens, {self._path.name} in the library's folder, cannot be read.",
                "Delete the file to count anew.",
            ) from None

    def reserve(self, tokens: int) -> None:
        with self._kept():
            if (spent := self.spent) + tokens > self._limit:
                raise BudgetSpent(
                    f"The day's budget of {self._limit} tokens does not suffice "
                    f"({spent} are spent, and this needs up to {tokens}).",
                    "Ask again tomorrow, or raise FOOTNOTE_DAY_BUDGET.",
                )
            self._write(spent + tokens)

    def settle(self, reserved: int, used: int) -> None:
        with self._kept():
            self._write(max(0, self.spent + used - reserved))

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Hold the file's lock; what cannot be counted may not be spent."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                yield
        except OSError as error:
            raise BudgetSpent(
                f"The count of today's tokens cannot be kept in the library's folder ({error.strerror}).",
                "Check the folder's rights and the disk, or unset FOOTNOTE_DAY_BUDGET.",
            ) from None

    def _write(self, tokens: int) -> None:
        new = self._path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump({"day": self._today().isoformat(), "tokens": tokens}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)


class Budgeted:
    """A model that asks its budget first. Budgets can be put around each other."""

    def __init__(self, model: Model, budget: Budget) -> None:
        self._model = model
        self._budget = budget
        self.name = model.name
        self.host = model.host
        self.context_window = model.context_window

    @property
    def tokens_left(self) -> int | None:
        """The tokens that all budgets leave."""
        others = self._model.tokens_left
        return self._budget.left if others is None else min(self._budget.left, others)

    def count_tokens(self, text: str) -> int:
        """Count as the model does."""
        return self._model.count_tokens(text)

    def reply(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        on_delta: Callable[[str], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Reply:
        """Return the model's reply; raise BudgetSpent, and send nothing, when it might go over the budget."""
        reserved = count_prompt(self._model, messages) + max_tokens
        self._budget.reserve(reserved)
        used = 0  # by what is refused, unreachable or busy
        try:
            reply = self._model.reply(messages, max_tokens=max_tokens, on_delta=on_delta, stop=stop)
            used = _tokens(reply.usage)
            return reply
        except ModelCut as cut:
            used = _tokens(cut.usage)
            raise
        finally:
            self._budget.settle(reserved, used)


def _tokens(usage: Mapping[str, int]) -> int:
    return usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)
