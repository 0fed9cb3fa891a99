"""The commands that keep the program and its index well, and open the page."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from assistant.cli.shell import IN_PART, JsonOption, LibraryOption, plain, print_json, say, settings_of, write
from assistant.words import counted


def rebuild(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Make the index again from the ledger; nothing is embedded anew."""
    from assistant.documents import rebuild_to_json

    report = write(settings_of(library), handed=lambda owner: owner.rebuild(), own=rebuild_to_json)
    if as_json:
        print_json(report)
    else:
        say(f"rebuilt: {counted(report['papers'], 'paper')}, {counted(report['chunks'], 'chunk')}")


def doctor(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Say what is installed, reachable and healthy."""
    from assistant.doctor import examine

    findings = examine(settings_of(library))
    if as_json:
        print_json({"healthy": all(f.healthy for f in findings), "checks": [f.to_json() for f in findings]})
    else:
        for finding in findings:
            print(f"{'ok ' if finding.healthy else 'BAD'}  {finding.name}: {plain(finding.detail)}")
    if not all(finding.healthy for finding in findings):
        raise typer.Exit(IN_PART)


def serve(
    library: LibraryOption = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="The port to try first.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Open the web application, as `python app.py` does."""
    from assistant.web.server import serve as serve_page

    settings = settings_of(library)
    changes: dict[str, Any] = {"open_browser": settings.open_browser and browser}
    if port is not None:
        changes["port"] = port
    serve_page(settings.model_copy(update=changes))
