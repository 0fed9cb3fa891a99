"""Adding files: progress while they are read, then what became of each. The reading goes on if the page is closed."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.types import FileReport, IngestProgress, IngestReport
from assistant.web.background import SECONDS_BETWEEN_UPDATES
from assistant.web.intake import FileStanding, Intake
from assistant.web.libraries import MINE
from assistant.web.render import notice, plain, words
from assistant.words import counted
from vectorstore.errors import FootnoteError

log = logging.getLogger(__name__)

_CLEAR = '<a class="fn-clear" href="#clear">Clear this report</a>'
_SHOWN = 10  # files of those that are read
_SHOWN_BEFORE = 3  # of them before the one at hand
_STEPS = {"reading": "reading", "embedding": "making it searchable", "storing": "storing", "finished": "finishing"}


class Upload:
    """The handlers of adding files with the button beside the conversation."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def turn_to_mine(self) -> str:
        """Choose the library that files are added to: the person's own."""
        return MINE

    def add(self, paths: Sequence[str] | None) -> Iterator[tuple[str, Any]]:
        """Read files into the person's own library; gives the report as it grows, and the stop button."""
        if not paths:
            yield "", gr.Button(visible=False)
            return
        yield progress_html(IngestProgress(0, len(paths), paths[0], "reading")), gr.Button(visible=True)
        try:
            places = self._intake.take([Path(path) for path in paths])
        except (FootnoteError, OSError) as error:
            log.warning("Files could not be taken in: %s", error)
            told = notice("The files could not be taken in.", "Is there space left on the disk?")
            yield told, gr.Button(visible=False)
            return
        while self._intake.is_reading(places):
            standing = self._intake.standing()
            if standing.progress:
                yield progress_html(standing.progress, standing.left, standing.files), gr.skip()
            time.sleep(SECONDS_BETWEEN_UPDATES)
        yield _outcome(self._intake, places), gr.Button(visible=False)

    def stop(self) -> None:
        """Stop reading, after the step at hand."""
        self._intake.stop()


def _outcome(intake: Intake, places: Sequence[Path]) -> str:
    problem = intake.standing().problem
    said = notice(problem.message, problem.hint) if problem else ""
    return said + report_html(intake.report(places))


def progress_html(progress: IngestProgress, left: float | None = None, files: Sequence[FileStanding] = ()) -> str:
    """Show how far an ingest has come, how long the rest will take where that can be told (seconds), and each file.

    Of many files those around the one that is read are shown.
    """
    total = max(progress.total, 1)
    done = min(progress.done + progress.fraction, total)
    number = min(progress.done + 1, total)
    name = plain(Path(progress.path).name)
    told = "" if left is None else f" · {duration(left)} left"
    return (
        f'<div class="fn-progress"><progress max="{total}" value="{done:.3f}" aria-label="All files"></progress>'
        f'<p role="status"><b>{number} of {total}</b> · {_STEPS[progress.step]} <span>{name}</span>{told}</p>'
        f"{_files(files)}</div>"
    )


def _files(files: Sequence[FileStanding]) -> str:
    if len(files) < 2:
        return ""
    at_hand = next((place for place, file in enumerate(files) if not file.outcome), len(files))
    first = max(0, min(at_hand - _SHOWN_BEFORE, len(files) - _SHOWN))
    last = first + _SHOWN
    before = f'<li class="fn-told">{first:,} before</li>' if first else ""
    after = f'<li class="fn-told">{len(files) - last:,} more</li>' if len(files) > last else ""
    shown = "".join(_file(file, place == at_hand) for place, file in enumerate(files[first:last], first))
    return f'<ul class="fn-files">{before}{shown}{after}</ul>'


def _file(file: FileStanding, at_hand: bool) -> str:
    name = plain(file.path.name)
    kind, sign, state, bar = "open", "·", "waits", ""
    if file.outcome:
        failed, skipped = file.outcome.failed, file.outcome.skipped
        kind, sign = ("failed", "✕") if failed else ("skipped", "–") if skipped else ("read", "✓")
        state = kind
    elif at_hand:
        sign, state = "›", f"{file.share:.0%}"
        bar = f'<progress max="1" value="{file.share:.3f}" aria-label="{name}"></progress>'
    return (
        f'<li class="fn-{kind}"><span class="fn-sign">{sign}</span>'
        f'<span>{name}</span><span class="fn-told">{state}</span>{bar}</li>'
    )


def duration(seconds: float) -> str:
    """Tell a length of time as roughly as it is known: "less than a minute", "about 12 minutes"."""
    minutes = round(seconds / 60)
    if seconds < 50:
        return "less than a minute"
    if minutes < 90:
        return f"about {counted(max(1, minutes), 'minute')}"
    return f"about {counted(round(minutes / 60), 'hour')}"


def report_html(report: IngestReport, clear: str = _CLEAR) -> str:
    """Show what became of every file; `clear` is the HTML of what takes the report away."""
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
    rest = '<p><a href="#room/library">What was not read waits in the Library room.</a></p>' if report.stopped else ""
    return (
        f'<div class="fn-report"><p class="fn-report-head" role="status">{head}{stopped}</p>'
        f"<ul>{items}</ul>{rest}<p>{clear}</p></div>"
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
