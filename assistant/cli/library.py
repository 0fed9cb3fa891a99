"""The commands that fill, empty and list the library."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.shell import (
    IN_PART,
    JsonOption,
    LibraryOption,
    plain,
    print_json,
    reader,
    say,
    settings_of,
    stop_on_interrupt,
    write,
)
from assistant.words import counted

if TYPE_CHECKING:
    from assistant.core import Assistant
    from assistant.settings import Settings

Names = Annotated[list[str], typer.Argument(metavar="PAPER...", help="A paper_id, file name or title.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.")]


def ingest(paths: Paths, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Read files and folders into the library."""
    report = read_into(settings_of(library), paths)
    print_json(report) if as_json else _print_report(report)
    if report["failed"] or report.get("stopped"):
        raise typer.Exit(IN_PART)


def read_into(settings: Settings, paths: list[Path]) -> dict[str, Any]:
    """Read files and folders into a library, its progress on standard error; return the report."""
    with _progress() as show, stop_on_interrupt() as stop:
        return write(
            settings,
            handed=lambda owner: owner.ingest(paths, show, stop),
            own=lambda assistant: _ingest_here(assistant, paths, show, stop),
        )


def remove(names: Names, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Take papers out of the library."""
    from assistant.documents import removal_to_json

    report = write(
        settings_of(library),
        handed=lambda owner: owner.remove(names),
        own=lambda assistant: removal_to_json(assistant, names),
    )
    if as_json:
        print_json(report)
    else:
        for paper in report["removed"]:
            say(plain(f"removed {paper['title']}"))
        say("They stay in the bin for 30 days: footnote restore takes them out.")


def papers(
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Only those with this tag.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the papers of the library."""
    from assistant.documents import paper_to_json
    from vectorstore.records import Filters

    with reader(settings_of(library)) as assistant:
        found = [paper_to_json(paper) for paper in assistant.papers(Filters(tags=frozenset(tag or ())))]
    if as_json:
        print_json(found)
        return
    for paper in found:
        authors = ", ".join(paper["authors"][:3]) + (" et al." if len(paper["authors"]) > 3 else "")
        details = ", ".join(filter(None, (authors, str(paper["year"] or ""), paper["venue"])))
        print(f"{paper['paper_id']}  {plain(paper['title'])}" + (f"  ({plain(details)})" if details else ""))


def _ingest_here(
    assistant: Assistant, paths: list[Path], show: Callable[[dict[str, Any]], None], stop: threading.Event
) -> dict[str, Any]:
    from assistant.documents import progress_to_json, report_to_json

    return report_to_json(assistant.ingest(paths, progress=lambda now: show(progress_to_json(now)), stop=stop))


@contextmanager
def _progress() -> Iterator[Callable[[dict[str, Any]], None]]:
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
            name = escape(plain(Path(now["path"]).name))
            text = f"{now['step']} {name} ({min(now['done'] + 1, now['total'])} of {now['total']})" if name else "done"
            bar.update(task, description=text, completed=done, total=max(1, now["total"]))
            if not console.is_terminal and now["step"] == "storing":
                say(f"{now['done'] + 1} of {now['total']}: {plain(now['path'])}")

        yield show


# Where a step begins within its file and how much of the file it is.
STEP_SHARE = {"reading": (0.0, 0.2), "embedding": (0.2, 0.75), "storing": (0.95, 0.05), "finished": (0.0, 0.0)}


def _print_report(report: dict[str, Any]) -> None:
    for verb in ("added", "updated", "attached"):
        for item in report[verb]:
            pages = f", {item['pages']} pages" if item["pages"] else ""
            print(plain(f"{verb}  {item['title']}  ({Path(item['path']).name}{pages})"))
            for warning in item["warnings"]:
                print(plain(f"       {warning}"))
    for item in report["skipped"]:
        print(plain(f"skipped  {item['path']}: {item['reason']}"))
    for item in report["failed"]:
        print(plain(f"FAILED  {item['path']}: {item['error']}"))
    end = "stopped; run the same command again to go on. " if report.get("stopped") else ""
    size = f"{counted(report['papers'], 'paper')} in the library, {counted(report['chunks'], 'chunk')}"
    print(f"{end}{size} ({report['seconds']:.1f} s)")
