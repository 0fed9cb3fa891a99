"""Adding files: progress while they are read, then what became of each. The reading goes on if the page is closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.types import FileReport, IngestProgress, IngestReport
from assistant.web.background import BackgroundIngest, Stops
from assistant.web.libraries import MINE, Libraries
from assistant.web.render import notice, plain, words
from assistant.web.uploads import Uploads
from vectorstore.errors import FootnoteError

_STEPS = {"reading": "reading", "embedding": "making it searchable", "storing": "storing", "finished": "finishing"}


class Upload:
    """The handlers of adding files. Each session can stop what it began."""

    def __init__(self, libraries: Libraries, uploads: Uploads) -> None:
        self._libraries = libraries
        self._uploads = uploads
        self._stops = Stops()

    def turn_to_mine(self) -> str:
        """Choose the library that files are added to: the person's own."""
        return MINE

    def add(self, paths: Sequence[str] | None, request: gr.Request) -> Iterator[tuple[str, Any]]:
        """Read files into the person's own library; gives the report as it grows, and the stop button."""
        if not paths:
            yield "", gr.Button(visible=False)
            return
        session = request.session_hash or ""
        stop = self._stops.begin(session)
        files = self._uploads.laid_out([Path(path) for path in paths])
        work = BackgroundIngest(self._libraries, files, stop)
        yield progress_html(IngestProgress(0, len(paths), paths[0], "reading")), gr.Button(visible=True)
        try:
            for progress in work.progress():
                yield progress_html(progress), gr.skip()
        finally:
            self._stops.end(session)
        yield _outcome(work), gr.Button(visible=False)

    def stop(self, request: gr.Request) -> None:
        """Stop what this session is adding, after the step at hand."""
        self._stops.stop(request.session_hash or "")


def _outcome(work: BackgroundIngest) -> str:
    try:
        return report_html(work.report())
    except FootnoteError as error:
        return notice(error.message, error.hint)


def progress_html(progress: IngestProgress) -> str:
    """Show how far an ingest has come."""
    total = max(progress.total, 1)
    done = min(progress.done + progress.fraction, total)
    number = min(progress.done + 1, total)
    name = plain(Path(progress.path).name)
    return (
        f'<div class="fn-progress" role="status"><progress max="{total}" value="{done:.3f}"></progress>'
        f"<p><b>{number} of {total}</b> · {_STEPS[progress.step]} <span>{name}</span></p></div>"
    )


def report_html(report: IngestReport) -> str:
    """Show what became of every file."""
    items = "".join(
        (
            *_taken(report.added, "✓", "added"),
            *_taken(report.updated, "↻", "updated, in place of the earlier file of this name"),
            *_taken(report.attached, "⊕", "joined to a paper already here"),
            *(_line("skipped", "–", plain(Path(one.path).name), plain(one.reason)) for one in report.skipped),
            *(_line("failed", "✕", plain(Path(one.path).name), plain(one.error)) for one in report.failed),
        )
    )
    updated = {one.path for one in report.updated}
    counts = (
        (len(updated), "updated"),
        (len({one.path for one in (*report.added, *report.attached)} - updated), "added"),
        (len(report.skipped), "skipped"),
        (len(report.failed), "failed"),
    )
    head = ", ".join(f"{count} {what}" for count, what in counts if count) or "Nothing to add"
    stopped = " · stopped" if report.stopped else ""
    return (
        f'<div class="fn-report"><p class="fn-report-head" role="status">{head}{stopped}</p>'
        f'<ul>{items}</ul><p><a class="fn-clear" href="#clear">Clear this report</a></p></div>'
    )


def _taken(papers: Sequence[FileReport], sign: str, outcome: str) -> Iterator[str]:
    """Give a line a paper, and one line for a list of many papers."""
    for path, group in groupby(papers, key=lambda one: one.path):
        found = list(group)
        name = plain(Path(path).name)
        warnings = plain("; ".join(dict.fromkeys(warning for one in found for warning in one.warnings)))
        told = "; ".join(part for part in (outcome, warnings) if part)
        if len(found) > 1:
            yield _line("added", sign, name, f"{len(found)} papers {told}")
            continue
        pages = f", {found[0].pages} pages" if found[0].pages else ""
        yield _line("added", sign, words(found[0].title), f"{name}{pages}: {told}")


def _line(kind: str, sign: str, head: str, text: str) -> str:
    return (
        f'<li class="fn-{kind}"><span class="fn-sign">{sign}</span>'
        f'<span><b>{head}</b><span class="fn-told">{text}</span></span></li>'
    )
