"""What the commands share: their options, the way to a library, batches, and printing.

Standard output carries what was asked for, standard error progress and messages.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import UsageError
from assistant.evaluation.lines import numbered_lines
from vectorstore.errors import FootnoteError

if TYPE_CHECKING:
    from assistant.core import Assistant
    from assistant.settings import Settings
    from assistant.types import Answer, Citation, Statement

DONE, IN_PART, REFUSED = 0, 1, 2
EMPTY_LIBRARY = "The library has no papers yet. Add some with: footnote ingest PATH"

LibraryOption = Annotated[
    Path | None, typer.Option("--library", metavar="DIR", help="The folder of the library.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]


def settings_of(library: Path | None) -> Settings:
    """Read the settings for a command; the folder that it names wins."""
    from assistant.settings import load_settings

    return load_settings(library)


@contextmanager
def reader(settings: Settings) -> Iterator[Assistant]:
    """Open the library beside whoever owns it; where it has no papers, say so."""
    from assistant.core import Assistant

    with Assistant(settings) as assistant:
        papers, _ = assistant.library.count()
        if not papers:
            say(EMPTY_LIBRARY)
        yield assistant


def write(
    settings: Settings,
    *,
    handed: Callable[[Any], dict[str, Any]],
    own: Callable[[Assistant], dict[str, Any]],
) -> dict[str, Any]:
    """Change the library: through the application that has it open, else as its owner for as long as it takes."""
    from assistant.handover import Handover

    if owner := Handover.find(settings.library):
        return handed(owner)
    from assistant.core import Assistant

    with Assistant(settings, owner=f"the command line (process {os.getpid()})") as assistant:
        return own(assistant)


def run_batch(path: Path, run: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer each line of a file with a line, in order, flushed; one that fails is told by its number, and the rest
    goes on."""
    failed = False
    for number, line in numbered_lines(path):
        line_id: object = None
        try:
            started = time.perf_counter()
            record = _record(line)
            line_id = record.get("id")
            result = run(record)
            print_json({"id": line_id, "seconds": round(time.perf_counter() - started, 4), **result})
            continue
        except FootnoteError as error:
            fault = {"code": error.code, "message": error.message}
        except Exception as error:  # a fault of ours in one line must not cost the lines after it
            fault = {"code": "internal", "message": f"{type(error).__name__}: {error}"}
        failed = True
        print_json({"id": line_id, "line": number, "error": fault})
    if failed:
        raise typer.Exit(IN_PART)


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise UsageError("The line is not UTF-8.") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise UsageError(f"The line is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise UsageError("The line is not a JSON object.")
    return record


def text_of(record: dict[str, Any], key: str) -> str:
    """Return the text that a batch line has under a key."""
    if not isinstance(record.get(key), str):
        raise UsageError(f'The line has no text under "{key}".')
    return str(record[key])


def print_json(document: object) -> None:
    """Print a document in one line of standard output, at once; what UTF-8 cannot hold stays an escape of JSON."""
    line = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
    sys.stdout.write(line.encode("utf-8", "backslashreplace").decode())
    sys.stdout.flush()


def headed(statements: Iterable[Statement]) -> Iterator[tuple[str, Statement]]:
    """Give each statement with the line that goes before it: the aspect it is the first to speak of, or nothing."""
    told_of = ""
    for statement in statements:
        begins = statement.aspect not in {"", told_of}
        told_of = statement.aspect
        yield f"{told_of.upper()}\n" if begins else "", statement


def print_checked(answer: Answer) -> None:
    """Print the statements of a checked answer with their verdicts, what there is to say of it, and what was found."""
    from assistant.verification import VERDICT_WORDS, tally

    say("")
    for notice in answer.notices:
        print(plain(f"Note: {notice}"))
    for heading, statement in headed(answer.statements):
        print(plain(f"{heading}{_SIGNS[statement.verdict]} {statement.marked}"))
        if statement.verdict in {"partly", "unsupported"} or statement.second_look:
            print(plain(f"  {VERDICT_WORDS[statement.verdict]}: {statement.reason} {statement.second_look}".rstrip()))
    if answer.incomplete:
        print(plain(f"This answer is incomplete: {answer.incomplete}"))
    written = () if answer.engine == "extractive" else (f"written by {answer.engine}",)
    print(plain(" · ".join((*tally(answer), *written))) + "\n")


_SIGNS = {"quoted": "❝", "supported": "✓", "partly": "◐", "unsupported": "✕"}


def print_footnotes(citations: Iterable[Citation]) -> None:
    """Print each citation with its quote, for people."""
    for citation in citations:
        page = f", page {citation.page}" if citation.page else ""
        print(plain(f"[{citation.number}] {citation.title}{page} ({citation.source})"))
        print(plain(f'    "{citation.quote}"'))


def say_where_sent(assistant: Assistant, what: str = "The question, and the passages found for it,") -> None:
    """Tell which host a model's requests go to, before the first is sent; without a model nothing is."""
    if assistant.model:
        say(plain(f"{what} are sent to {assistant.model.host}."))


def say(message: str) -> None:
    """Tell a person, on standard error."""
    print(message, file=sys.stderr, flush=True)


def plain(text: str) -> str:
    """Drop what could steer a terminal: control characters other than line ends."""
    return "".join(c for c in text if c in "\n\t" or c.isprintable() or c == "\u00ad")


@contextmanager
def stop_on_interrupt() -> Iterator[threading.Event]:
    """Let the first Ctrl-C end the work between two steps, and a second one at once."""
    stop = threading.Event()

    def interrupted(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        say("stopping; what is done is kept (Ctrl-C again to stop at once)")

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
