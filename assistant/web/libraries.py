"""The libraries a page switches between: the person's own, and one of examples. Opens each once, when first needed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.core import Assistant
    from assistant.llm import Model
    from assistant.settings import Settings

log = logging.getLogger(__name__)

MINE = "mine"
EXAMPLE = "example"
LABELS = {EXAMPLE: "Example library", MINE: "My library"}


@dataclass
class _Shelf:
    """One library: how to open it, and what to read into it at the first opening."""

    open: Callable[[], Assistant]
    notes: Sequence[Path] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)
    assistant: Assistant | None = None


class Libraries:
    """The open libraries by key, `mine` and, where there are examples, `example`. Thread-safe."""

    def __init__(
        self,
        mine: Callable[[], Assistant],
        example: Callable[[], Assistant] | None = None,
        example_notes: Sequence[Path] = (),
    ) -> None:
        self._shelves = {MINE: _Shelf(mine)}
        self._closing = threading.Event()
        if example:
            self._shelves[EXAMPLE] = _Shelf(example, example_notes)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the libraries there are, examples first."""
        return tuple(key for key in LABELS if key in self._shelves)

    def assistant(self, key: str) -> Assistant:
        """Give the Assistant of a library, opening it if it is not open; raise FootnoteError when it cannot be."""
        shelf = self._shelves[key if key in self._shelves else MINE]
        with shelf.lock:
            if shelf.assistant is None:
                assistant = shelf.open()
                if shelf.notes:
                    assistant.ingest(shelf.notes, stop=self._closing)
                shelf.assistant = assistant
            return shelf.assistant

    def use(self, settings: Settings, model: Model | None) -> None:
        """Have all libraries that are open answer by other settings; those opened later are told by `mine`."""
        for shelf in self._shelves.values():
            with shelf.lock:
                if shelf.assistant is not None:
                    shelf.assistant.use(settings, model)

    def is_reading_notes(self, key: str) -> bool:
        """Tell whether a library has notes to be read before it can be used, which takes seconds at the first start."""
        shelf = self._shelves.get(key)
        return shelf is not None and shelf.assistant is None and bool(shelf.notes)

    def warm(self) -> None:
        """Open all libraries in the background, so that the first question need not wait for it."""
        threading.Thread(target=self._open_all, name="open the libraries", daemon=True).start()

    def _open_all(self) -> None:
        for key in self.keys:
            try:
                self.assistant(key)
            except Exception as error:
                log.warning("The library %s cannot be opened: %s", LABELS[key], error)

    def close(self) -> None:
        """Close what is open; notes that are still being read are left for the next time."""
        self._closing.set()
        for shelf in self._shelves.values():
            with shelf.lock:
                if shelf.assistant is not None:
                    shelf.assistant.close()
                    shelf.assistant = None
