"""The command `footnote`. Standard output carries what was asked for, standard error progress and messages."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.errors import UsageError
from assistant.words import counted
from vectorstore.errors import FootnoteError

if TYPE_CHECKING:
    from assistant.core import Assistant
    from assistant.settings import Settings
    from assistant.types import Answer

app = typer.Typer(
    help="Answers from your own papers, with a footnote on every sentence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DONE, IN_PART, REFUSED = 0, 1, 2

LibraryOption = Annotated[
    Path | None, typer.Option("--library", metavar="DIR", help="The folder of the library.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]
TopOption = Annotated[int, typer.Option("--top", min=1, max=1000, help="How many results.")]
Names = Annotated[list[str], typer.Argument(metavar="PAPER...", help="A paper_id, file name or title.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.")]


@app.command()
def ingest(paths: Paths, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Read files and folders into the library."""
    settings = _settings(library)
    with _progress(as_json) as show, _stop_on_interrupt() as stop:
        report = _write(
            settings,
            handed=lambda owner: owner.ingest(paths, show),
            own=lambda assistant: _ingest_here(assistant, paths, show, stop),
        )
    _print_json(report) if as_json else _print_report(report)
    if report["failed"] or report.get("stopped"):
        raise typer.Exit(IN_PART)


@app.command()
def remove(names: Names, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Take papers out of the library."""
    from assistant.documents import removal_to_json

    report = _write(
        _settings(library),
        handed=lambda owner: owner.remove(names),
        own=lambda assistant: removal_to_json(assistant, names),
    )
    if as_json:
        _print_json(report)
    else:
        for paper in report["removed"]:
            _say(f"removed {paper['title']}")


@app.command()
def papers(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the papers of the library."""
    from assistant.documents import paper_to_json

    with _reader(_settings(library)) as assistant:
        found = [paper_to_json(paper) for paper in assistant.papers()]
    if as_json:
        _print_json(found)
        return
    for paper in found:
        authors = ", ".join(paper["authors"][:3]) + (" et al." if len(paper["authors"]) > 3 else "")
        details = ", ".join(filter(None, (authors, str(paper["year"] or ""), paper["venue"])))
        print(f"{paper['paper_id']}  {_plain(paper['title'])}" + (f"  ({_plain(details)})" if details else ""))
    if not found:
        _say("The library is empty. Add papers with: footnote ingest PATH")


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", show_default=False)] = None,
    batch: Annotated[Path | None, typer.Option("--batch", help='A file of lines {"id", "query"}.')] = None,
    top: TopOption = 10,
    by: Annotated[Literal["chunk", "paper"], typer.Option("--by", help="Rank chunks, or papers, each once.")] = "chunk",
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find passages."""
    if (query is None) == (batch is None):
        raise UsageError("Give either a query or --batch FILE.")
    with _reader(_settings(library)) as assistant:
        if batch is not None:
            _run_batch(batch, lambda line: {"results": _results(assistant, _text(line, "query"), top, by)})
            return
        assert query is not None
        started = time.perf_counter()
        results = _results(assistant, query, top, by)
    if as_json:
        _print_json({"query": query, "results": results, "seconds": round(time.perf_counter() - started, 4)})
        return
    for number, result in enumerate(results, 1):
        page = f", page {result['page']}" if result["page"] else ""
        print(f"{number}. {_plain(result['title'])}{page}  ({result['score']:.3f})")
        print(f"   {_plain(' '.join(result['text'].split()))[:400]}\n")
    if not results:
        _say("Nothing was found.")


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", show_default=False)] = None,
    paper: Annotated[
        list[str] | None, typer.Option("--paper", metavar="PAPER", help="Ask only this paper; repeatable.")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", help='A file of lines {"id", "question"} or {"id", "turns"}.')
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a question of the papers."""
    from assistant.citations import answer_to_json
    from assistant.types import Answer, Delta, Step
    from vectorstore.records import Filters

    if (question is None) == (batch is None):
        raise UsageError("Give either a question or --batch FILE.")
    with _reader(_settings(library)) as assistant:
        filters = Filters(paper_ids=frozenset(assistant.library.find(name).paper_id for name in paper or ()))
        if batch is not None:
            _run_batch(
                batch, lambda line: {"answer": answer_to_json(assistant.converse(_turns(line), filters, keep=False))}
            )
            return
        assert question is not None
        for event in assistant.stream(question, filters=filters):
            if isinstance(event, Step) and not as_json:
                _say(f"{event.message} …")
            elif isinstance(event, Delta) and not as_json:
                sys.stdout.write(_plain(event.text))
                sys.stdout.flush()
            elif isinstance(event, Answer):
                _print_json(answer_to_json(event)) if as_json else _print_footnotes(event)


@app.command()
def rebuild(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Make the index again from the ledger; nothing is embedded anew."""
    from assistant.documents import rebuild_to_json

    report = _write(_settings(library), handed=lambda owner: owner.rebuild(), own=rebuild_to_json)
    if as_json:
        _print_json(report)
    else:
        _say(f"rebuilt: {counted(report['papers'], 'paper')}, {counted(report['chunks'], 'chunk')}")


@app.command()
def doctor(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Say what is installed, reachable and healthy."""
    from assistant.doctor import examine

    findings = examine(_settings(library))
    if as_json:
        _print_json({"healthy": all(f.healthy for f in findings), "checks": [f.to_json() for f in findings]})
    else:
        for finding in findings:
            print(f"{'ok ' if finding.healthy else 'BAD'}  {finding.name}: {_plain(finding.detail)}")
    if not all(finding.healthy for finding in findings):
        raise typer.Exit(IN_PART)


@app.command()
def serve(
    library: LibraryOption = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="The port to try first.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Open the web application, as `python app.py` does."""
    from assistant.web.server import serve as serve_page

    settings = _settings(library)
    changes: dict[str, Any] = {"open_browser": settings.open_browser and browser}
    if port is not None:
        changes["port"] = port
    serve_page(settings.model_copy(update=changes))


def main() -> None:
    """Run the command line: a named error is a sentence and exit status 2, never a traceback."""
    try:
        code = app(standalone_mode=False)
    except FootnoteError as error:
        code = _refuse(error.code, error.message, error.hint)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if format_message := getattr(error, "format_message", None):  # click's own errors of usage
            code = _refuse("usage", format_message(), "See footnote --help.")
        else:
            code = _refuse(
                "internal",
                f"Something went wrong inside Footnote: {type(error).__name__}: {error}",
                "Please report this.",
            )
    sys.exit(code or DONE)


def _refuse(code: str, message: str, hint: str) -> int:
    if "--json" in sys.argv[1:]:
        _print_json({"error": {"code": code, "message": message, "hint": hint}})
    else:
        _say(_plain(FootnoteError(message, hint).sentences))
    return REFUSED


def _settings(library: Path | None) -> Settings:
    from assistant.settings import load_settings

    return load_settings(library)


@contextmanager
def _reader(settings: Settings) -> Iterator[Assistant]:
    """Open the library beside whoever owns it."""
    from assistant.core import Assistant

    with Assistant(settings) as assistant:
        yield assistant


def _write(
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


def _ingest_here(
    assistant: Assistant, paths: list[Path], show: Callable[[dict[str, Any]], None], stop: threading.Event
) -> dict[str, Any]:
    from assistant.documents import progress_to_json, report_to_json

    return report_to_json(assistant.ingest(paths, progress=lambda now: show(progress_to_json(now)), stop=stop))


@contextmanager
def _progress(as_json: bool) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Give a function that shows an ingest's progress on standard error."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("looking for files", total=1.0)

        def show(now: dict[str, Any]) -> None:
            step = STEP_SHARE[now["step"]]
            done = now["done"] + step[0] + step[1] * now["fraction"]
            name = escape(_plain(Path(now["path"]).name))
            text = f"{now['step']} {name} ({min(now['done'] + 1, now['total'])} of {now['total']})" if name else "done"
            bar.update(task, description=text, completed=done, total=max(1, now["total"]))
            if not console.is_terminal and now["step"] == "storing":
                _say(f"{now['done'] + 1} of {now['total']}: {_plain(now['path'])}")

        yield show


# Where a step begins within its file and how much of the file it is.
STEP_SHARE = {"reading": (0.0, 0.2), "embedding": (0.2, 0.75), "storing": (0.95, 0.05), "finished": (0.0, 0.0)}


@contextmanager
def _stop_on_interrupt() -> Iterator[threading.Event]:
    """Let the first Ctrl-C end the work between two steps, and a second one at once."""
    stop = threading.Event()

    def interrupted(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        _say("stopping; what is done is kept (Ctrl-C again to stop at once)")

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _run_batch(path: Path, run: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer each line of a file with a line, in order, flushed; a line that fails says so and the rest goes on."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The batch file cannot be read: {error}") from None
    failed = False
    for line in filter(str.strip, lines):
        line_id: object = None
        try:
            started = time.perf_counter()
            record = _record(line)
            line_id = record.get("id")
            result = run(record)
            _print_json({"id": line_id, "seconds": round(time.perf_counter() - started, 4), **result})
        except FootnoteError as error:
            failed = True
            _print_json({"id": line_id, "error": {"code": error.code, "message": error.message}})
        except Exception as error:  # a fault of ours in one line must not cost the lines after it
            failed = True
            _print_json({"id": line_id, "error": {"code": "internal", "message": f"{type(error).__name__}: {error}"}})
    if failed:
        raise typer.Exit(IN_PART)


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"The line is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise UsageError("The line is not a JSON object.")
    return record


def _text(record: dict[str, Any], key: str) -> str:
    if not isinstance(record.get(key), str):
        raise UsageError(f'The line has no text under "{key}".')
    return str(record[key])


def _turns(record: dict[str, Any]) -> list[str]:
    """Return the questions of a batch line and nothing else of it; `turns` win over `question`."""
    turns = record.get("turns")
    if turns is None:
        return [_text(record, "question")]
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        raise UsageError('"turns" is not a list of questions.')
    return turns


def _results(assistant: Assistant, query: str, top: int, by: Literal["chunk", "paper"]) -> list[dict[str, Any]]:
    from assistant.documents import hit_to_json

    library = assistant.library
    return [
        hit_to_json(hit, library.paper(hit.chunk.paper_id), library) for hit in assistant.search(query, top=top, by=by)
    ]


def _print_report(report: dict[str, Any]) -> None:
    for verb in ("added", "updated", "attached"):
        for item in report[verb]:
            pages = f", {item['pages']} pages" if item["pages"] else ""
            print(_plain(f"{verb}  {item['title']}  ({Path(item['path']).name}{pages})"))
            for warning in item["warnings"]:
                print(_plain(f"       {warning}"))
    for item in report["skipped"]:
        print(_plain(f"skipped  {item['path']}: {item['reason']}"))
    for item in report["failed"]:
        print(_plain(f"FAILED  {item['path']}: {item['error']}"))
    end = "stopped; run the same command again to go on. " if report.get("stopped") else ""
    size = f"{counted(report['papers'], 'paper')} in the library, {counted(report['chunks'], 'chunk')}"
    print(f"{end}{size} ({report['seconds']:.1f} s)")


def _print_footnotes(answer: Answer) -> None:
    for citation in answer.citations:
        page = f", page {citation.page}" if citation.page else ""
        print(_plain(f"[{citation.number}] {citation.title}{page} ({citation.source})"))
        print(_plain(f'    "{citation.quote}"'))


def _print_json(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _plain(text: str) -> str:
    """Drop what could steer a terminal: control characters other than line ends."""
    return "".join(c for c in text if c in "\n\t" or c.isprintable() or c == "\u00ad")


if __name__ == "__main__":
    main()
