"""Adding to the Library room: files, folders and pasted text; how far they are read, and what was read badly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import quote as url_quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, SecretStr

from assistant.core import Assistant
from assistant.errors import Encrypted, TooLarge, UsageError
from assistant.failures import Failure
from assistant.reading import READABLE
from assistant.types import Failed
from assistant.web.conversations_view import day
from assistant.web.fragments import told
from assistant.web.intake import Intake, Standing
from assistant.web.libraries import MINE, Libraries
from assistant.web.render import notice, plain, words
from assistant.web.upload_view import progress_html, report_html
from assistant.words import counted
from vectorstore.errors import FootnoteError
from vectorstore.records import File, Paper

_CLEAR = '<button type="button" data-adding="clear">Clear this report</button>'
_NAMED = 5  # of the files that wait
_MOST_SHOWN = 500
_WHY = {
    "no_text": "no text",
    "garbled_text": "garbled",
    "too_large": "too large",
    "encrypted": "password",
    "empty": "empty",
    "damaged": "damaged",
}


Name = Annotated[str, Query(max_length=4_000)]


class Pasted(BaseModel):
    """A text that was pasted, and what it is called."""

    title: Annotated[str, Field(max_length=300)]
    text: Annotated[str, Field(max_length=5_000_000)]


class Kept(BaseModel):
    """A file that could not be read, by where it lies; with the password for it, if it wants one."""

    path: Annotated[str, Field(max_length=5_000)]
    password: SecretStr = SecretStr("")


def routes(libraries: Libraries, intake: Intake, max_megabytes: int) -> APIRouter:
    """Take files in for the person's own library, for our own page (the guard refuses all others)."""
    router = APIRouter(prefix="/view", default_response_class=HTMLResponse)
    limit = max_megabytes * 1024 * 1024

    def standing(work: Callable[[], object] = lambda: None) -> HTMLResponse:
        def shown() -> str:
            work()
            return standing_html(intake.standing(), limit)

        return told(shown)

    @router.get("/adding")
    def adding() -> HTMLResponse:
        return standing()

    @router.post("/adding/file")
    async def file(request: Request, name: Name, batch: Annotated[str, Query(max_length=40)] = "") -> HTMLResponse:
        try:
            with intake.arriving(name, batch) as (_, kept):
                size = 0
                async for piece in request.stream():
                    size += len(piece)
                    if size > limit:
                        raise TooLarge("")
                    kept.write(piece)
        except TooLarge:
            return too_large(name)
        except OSError as error:
            return HTMLResponse(notice(f"{name} could not be kept: {error.strerror}.", "Is the disk full?"), 507)
        except FootnoteError as error:
            return HTMLResponse(notice(error.message, error.hint), 400)
        except Exception:
            if not await request.is_disconnected():  # a page that was closed is told nothing
                raise
        return HTMLResponse("")

    @router.post("/adding/too-large")
    def too_large(name: Name) -> HTMLResponse:
        error = f"It is larger than {max_megabytes} MB, the most that is taken. FOOTNOTE_MAX_UPLOAD_MB sets another."
        failed = Failed(name, TooLarge.code, error)
        return standing(lambda: libraries.assistant(MINE).failures.settle([], [failed]))

    @router.post("/adding/text")
    def text(pasted: Pasted) -> HTMLResponse:
        return standing(lambda: _put(intake, pasted))

    @router.post("/adding/stop")
    def stop() -> HTMLResponse:
        return standing(intake.stop)

    @router.post("/adding/go-on")
    def go_on() -> HTMLResponse:
        return standing(intake.go_on)

    @router.post("/adding/drop")
    def drop() -> HTMLResponse:
        return standing(intake.drop)

    @router.post("/adding/clear")
    def clear() -> HTMLResponse:
        return standing(intake.clear)

    @router.post("/adding/unlock")
    def unlock(kept: Kept) -> HTMLResponse:
        return standing(lambda: intake.unlock(kept.path, kept.password.get_secret_value()))

    @router.post("/adding/forget")
    def forget(kept: Kept) -> HTMLResponse:
        return standing(lambda: intake.forget(kept.path))

    @router.get("/{library}/catalogue/report")
    def report(library: str) -> HTMLResponse:
        return told(lambda: _report(libraries.assistant(library)))

    return router


def _put(intake: Intake, pasted: Pasted) -> None:
    """Store a pasted text as a file of its title, which its first line tells."""
    title = " ".join(pasted.title.split())
    if not title or not pasted.text.strip():
        raise UsageError("A text needs a title and some words.", "Fill both in.")
    with intake.arriving(f"{title.replace('/', ' ').replace(chr(92), ' ')[:100]}.txt") as (_, file):
        file.write(f"Title: {title}\n\n{pasted.text.strip()}\n".encode("utf-8", "replace"))


def standing_html(standing: Standing, limit: int) -> str:
    """Show how far the reading is, what waits to be read, and what became of the files just read.

    `limit` is the most bytes of a file.
    """
    readable = plain(" ".join(sorted(READABLE)))
    progress = standing.progress
    reading = progress_html(progress, standing.left, standing.files) if progress else ""
    if progress:
        reading += '<p class="fn-do"><button type="button" data-adding="stop">Stop</button></p>'
    waiting = "" if progress else _waiting(standing)
    problem = notice(standing.problem.message, standing.problem.hint) if standing.problem else ""
    report = standing.report
    came = any((report.added, report.updated, report.attached, report.skipped, report.failed))
    outcome = report_html(report, _CLEAR) if came and not progress else ""
    busy = ' data-busy="1"' if progress else ""
    return (
        f'<div class="fn-standing" data-limit="{limit}" data-readable="{readable}"{busy}>'
        f"{reading}{problem}{waiting}{outcome}</div>"
    )


def _waiting(standing: Standing) -> str:
    """Offer the files again that were not read."""
    if not standing.waiting:
        return ""
    names = ", ".join(path.name for path in standing.waiting[:_NAMED])
    more = f" and {len(standing.waiting) - _NAMED} more" if len(standing.waiting) > _NAMED else ""
    was = "was" if len(standing.waiting) == 1 else "were"
    return (
        f'<div class="fn-waiting" role="status"><p><b>{counted(len(standing.waiting), "file")} {was} not read</b> '
        f'<span class="fn-file">{plain(names)}{more}</span></p><p class="fn-do">'
        '<button type="button" class="fn-main" data-adding="go-on">Go on</button> '
        '<button type="button" data-adding="drop">Let them go</button></p></div>'
    )


def _report(assistant: Assistant) -> str:
    by_file = {source.content_hash: paper for paper in assistant.papers() for source in paper.sources}
    warned = [file for file in assistant.library.files() if file.warnings]
    return badly_html(assistant.failures.all(), warned, by_file)


def badly_html(failures: Sequence[Failure], warned: Sequence[File], by_file: dict[str, Paper]) -> str:
    """Show the files that could not be read and why, then those that were read in part. `by_file` gives a file's paper
    by its content hash."""
    if not failures and not warned:
        return '<p class="fn-none">Everything that was added was read whole.</p>'
    today = date.today()
    failed = "".join(_failure(one, today) for one in failures[:_MOST_SHOWN])
    partly = "".join(_warned(one, by_file.get(one.content_hash)) for one in warned[:_MOST_SHOWN])
    head = f"{counted(len(failures), 'file')} could not be read"
    return (
        (f'<h3>{head}</h3><ul class="fn-badly">{failed}</ul>' if failures else "")
        + (f'<h3>{counted(len(warned), "file")} read in part</h3><ul class="fn-badly">{partly}</ul>' if warned else "")
        + _left_out(max(len(failures), len(warned)) - _MOST_SHOWN)
    )


def _left_out(number: int) -> str:
    return f'<p class="fn-more">The newest {_MOST_SHOWN} are shown.</p>' if number > 0 else ""


def _failure(failure: Failure, today: date) -> str:
    name = plain(failure.name)
    moment = day(datetime.fromtimestamp(failure.at, UTC), today)
    ask = ""
    if failure.code == Encrypted.code:
        ask = (
            f'<form class="fn-unlock"><label>Password <input type="password" autocomplete="off" required '
            f'aria-label="Password of {name}"></label> <button>Unlock and read</button>'
            '<span class="fn-told">It opens the file once and is not kept. '
            "The library's copy is stored without it.</span></form>"
        )
    return (
        f'<li data-path="{plain(failure.path)}"><span class="fn-why">{_WHY.get(failure.code, "not read")}</span>'
        f'<div><p class="fn-file">{name} <span class="fn-told">{moment}</span></p><p>{words(failure.error)}</p>{ask}'
        f'</div><button type="button" data-do="forget" aria-label="Clear {name}">Clear</button></li>'
    )


def _warned(file: File, paper: Paper | None) -> str:
    title = ""
    if paper:
        address = plain(url_quote(paper.paper_id, safe=""))
        title = f'<p><a class="fn-title" href="#room/paper/{address}">{words(paper.title)}</a></p>'
    warnings = plain("; ".join(file.warnings))
    return (
        f'<li><span class="fn-why">in part</span><div>{title}<p class="fn-file">{plain(file.name)}</p>'
        f"<p>{warnings[:1].upper()}{warnings[1:]}.</p></div></li>"
    )
