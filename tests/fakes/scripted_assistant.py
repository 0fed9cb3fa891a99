"""An Assistant that plays from a script, for the tests of the web: fixed papers, one answer, a drawn page."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

from assistant.core import turn_of
from assistant.failures import Failures
from assistant.llm import Model
from assistant.paper_map import Place
from assistant.settings import Settings
from assistant.types import (
    Answer,
    Box,
    Citation,
    Coverage,
    Delta,
    Failed,
    FileReport,
    IngestProgress,
    IngestReport,
    Passage,
    Skipped,
    Statement,
    Step,
    Turn,
)
from vectorstore.conversations import Conversation
from vectorstore.errors import ConversationNotFound, LibraryError, PaperNotFound
from vectorstore.records import File, Filters, Metadata, Paper, Removed, StoredSource

QUOTE_PDF = "the lantern halves the number of sweeps that a buoy needs before it settles, at $O(n \\log n)$ cost"
QUOTE_NOTE = "keeping the ledger on paper costs $5 a month and $2 for ink, but nothing was ever lost"


def paper(
    number: int, title: str, authors: tuple[str, ...] = ("Ada Brook", "Lin Hale", "Sam Orr"), year: int = 2020
) -> Paper:
    """Make a paper with one source."""
    paper_id = f"{number:012x}"
    metadata = Metadata(title=title, authors=authors, year=year, venue="Journal of Invented Results")
    source = StoredSource(paper_id, paper_id, f"{number:016x}", f"paper-{number}.pdf", "pdf", "0" * 64, metadata, 9)
    return Paper(paper_id, metadata, (source,), 12)


FOLLOW_UP = "What else does “Quiet Sorting in $O(n \\log n)$ Sweeps” say?"
NO_FILTERS = Filters()
NOW = datetime.now(UTC)
PAPERS = (
    paper(1, "Lanterns for Drifting Buoys"),
    paper(2, "A Ledger Is Enough", ("Mo Reed",), 2018),
    paper(3, "Quiet Sorting in $O(n \\log n)$ Sweeps", ("Ines Vale", "Tom Ash"), 2022),
    paper(4, "On the Weather of Small Harbours", ("Jo Park",), 1999),
)


class ScriptedLibrary:
    """What the pages ask of the library itself: nothing was tagged or removed, no file is told of."""

    def tags(self) -> dict[str, int]:
        return {}

    def removed(self) -> list[Removed]:
        return []

    def files(self) -> list[File]:
        return []

    def arrivals(self) -> dict[str, float]:
        return {}


class ScriptedAssistant:
    """Plays the Assistant's part. `pause` is the time between two pieces of an answer, in seconds."""

    def __init__(self, papers: Sequence[Paper] = PAPERS, *, pause: float = 0.0) -> None:
        self.held = list(papers)
        self.pause = pause
        self.asked: list[tuple[str, tuple[Turn, ...], Filters]] = []
        self.answers: dict[str, Answer] = {}
        self.kept: dict[str, list[Answer]] = {}
        self.titles: dict[str, str] = {}
        self.closed = False
        self.library = ScriptedLibrary()
        self.failures = Failures(Path("nowhere"))  # keeps none
        self.model: Model | None = None
        self.settings = Settings()
        self.embedding_host = ""

    def use(self, settings: Settings, model: Model | None) -> None:
        self.settings, self.model = settings, model

    def papers(self, filters: Filters = NO_FILTERS) -> list[Paper]:
        return sorted(self.held, key=lambda one: one.title)

    def look_alike(self) -> list[tuple[Paper, Paper]]:
        return [(self.held[0], self.held[1])] if len(self.held) > 1 else []

    def map(self) -> tuple[Place, ...]:
        return tuple(Place(one.paper_id, at / len(self.held), at % 3 / 3) for at, one in enumerate(self.held))

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        progress: Callable[[IngestProgress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        added: list[FileReport] = []
        skipped: list[Skipped] = []
        failed: list[Failed] = []
        stopped = False
        for number, path in enumerate(paths):
            for fraction in (0.0, 0.5, 1.0):
                time.sleep(self.pause)
                if progress:
                    progress(IngestProgress(number, len(paths), str(path), "reading", fraction))
            if stop and stop.is_set():
                stopped = True
                break
            if "scan" in path.name:
                failed.append(Failed(str(path), "no_text", "No text on 28 of 28 pages; it looks scanned."))
            elif "again" in path.name:
                skipped.append(Skipped(str(path), "already in the library"))
            else:
                new = paper(100 + len(self.held), path.stem)
                self.held.append(new)
                added.append(FileReport(str(path), new.paper_id, new.title, 9, ("1 of 9 pages has no text",)))
        return IngestReport(
            tuple(added), (), (), tuple(skipped), tuple(failed), len(self.held), 12 * len(self.held), 0.5, stopped
        )

    def remove(self, names: Sequence[str]) -> tuple[Paper, ...]:
        gone = tuple(one for one in self.held if one.paper_id in names)
        if not gone:
            raise PaperNotFound(f"No paper is called {names[0]}.", "See `footnote papers`.")
        self.held = [one for one in self.held if one not in gone]
        return gone

    def stream(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        filters: Filters = NO_FILTERS,
        *,
        conversation_id: str | None = None,
        instead_of: str = "",
        stop: threading.Event | None = None,
    ) -> Iterator[Step | Delta | Answer]:
        kept = list(takewhile(lambda one: one.answer_id != instead_of, self.kept.get(conversation_id or "", [])))
        turns = turns or [turn_of(answer) for answer in kept]
        self.asked.append((question, tuple(turns), filters))
        for message in ("searching 4 papers", "reading 12 passages from 3 papers"):
            yield Step(message)
            time.sleep(self.pause)
        if "fail" in question:
            raise LibraryError("The disk is full.", "Make room on it.")
        answer = self._answer(question)
        for word in answer.text.split(" "):
            yield Delta(word + " ")
            time.sleep(self.pause / 10)
        self.answers[answer.answer_id] = answer
        if conversation_id:
            self.kept[conversation_id] = [*kept, answer]
            self.titles.setdefault(conversation_id, question)
        yield answer

    def conversations(self, query: str = "") -> list[Conversation]:
        return [
            Conversation(key, title, NOW, NOW, len(self.kept[key]))
            for key, title in reversed(self.titles.items())
            if query in title
        ]

    def conversation(self, conversation_id: str) -> list[Answer]:
        return self.kept.get(conversation_id, [])

    def follow_ups(self, answer: Answer) -> tuple[str, ...]:
        """Suggest one question, the same after every answer but the last of its suggestions."""
        return () if answer.question == FOLLOW_UP else (FOLLOW_UP,)

    def markdown(self, answer_id: str) -> str:
        if answer_id not in self.answers:
            raise PaperNotFound("This answer is no longer kept.", "Ask again.")
        return f"# {self.answers[answer_id].question}\n\nIt settles.[^1]\n\n[^1]: “{QUOTE_PDF}”, p. 3.\n"

    def rename_conversation(self, conversation_id: str, title: str) -> None:
        if conversation_id not in self.kept:
            raise ConversationNotFound("There is no such conversation any more.")
        self.titles[conversation_id] = title

    def delete_conversation(self, conversation_id: str) -> None:
        if self.kept.pop(conversation_id, None) is None:
            raise ConversationNotFound("There is no such conversation any more.")
        del self.titles[conversation_id]

    def _answer(self, question: str) -> Answer:
        answer_id = f"answer{len(self.answers) + 1}"
        coverage = Coverage(len(self.held), 2)
        first = Citation(
            1, QUOTE_PDF, "paper-1.pdf", 3, "27", "Results", 40, 40 + len(QUOTE_PDF), f"{1:016x}",
            PAPERS[0].paper_id, PAPERS[0].title, PAPERS[0].authors, 2020,
        )  # fmt: skip
        second = Citation(
            2, QUOTE_NOTE, "notes.md", None, None, "Related work", 9, 9 + len(QUOTE_NOTE), f"{2:016x}",
            PAPERS[1].paper_id, PAPERS[1].title, PAPERS[1].authors, 2018, others_work=True,
        )  # fmt: skip
        if "nothing" in question:
            return Answer(answer_id, question, "fact", (), (first,), True, "extractive", replace(coverage, speak=0))
        statements = (
            Statement(f"In “{PAPERS[0].title}”: {QUOTE_PDF}", (1,), "quoted"),
            Statement(QUOTE_NOTE, (2,), "quoted"),
        )
        return Answer(answer_id, question, "fact", statements, (first, second), False, "extractive", coverage)

    def passage(self, answer_id: str, number: int, *, boxes: bool = True) -> Passage:
        if answer_id not in self.answers:
            raise PaperNotFound("This answer is no longer kept.", "Ask again.")
        citation = next(one for one in self.answers[answer_id].citations if one.number == number)
        marked = {3: (Box(12, 40, 76, 2.2), Box(12, 42.6, 40, 2.2))} if citation.page and boxes else {}
        notice = "" if citation.page else "From an earlier version of notes.md."
        return Passage(
            citation, "We tried three lamps at sea. With the third, ", citation.quote, ". We did not try a fourth.",
            notice, "5 Results", marked, 0, 9 if citation.page else 0,
        )  # fmt: skip

    def page_picture(self, text_id: str, page: int, width: int) -> bytes:
        from PIL import Image, ImageDraw

        if text_id != f"{1:016x}":
            raise PaperNotFound("There is no such page.")
        picture = Image.new("RGB", (width, int(width * 1.414)), "white")
        draw = ImageDraw.Draw(picture)
        for line in range(60):
            top = int(width * 1.414 * (0.08 + line * 0.0145))
            draw.line([(width * 0.12, top), (width * (0.88 if line % 9 else 0.6), top)], fill="#999999", width=3)
        kept = io.BytesIO()
        picture.save(kept, "PNG")
        return kept.getvalue()

    def close(self) -> None:
        self.closed = True
