"""What the command line hands to the application that has the library open: JSON lines over loopback."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from assistant.documents import change_to_json, progress_to_json, rebuild_to_json, removal_to_json, report_to_json
from assistant.web.background import BackgroundIngest
from assistant.web.guard import TOKEN_ROUTES
from assistant.web.libraries import MINE, Libraries
from vectorstore.errors import FootnoteError


class Files(BaseModel):
    """Absolute paths of files and folders on this machine."""

    paths: list[Path]


class Names(BaseModel):
    """Papers by id, file name or title."""

    papers: list[str]


class Change(BaseModel):
    """What to change of papers, as `documents.change_to_json` takes it."""

    kind: Literal["tag", "edit", "restore", "merge", "separate"]
    papers: list[str]
    fields: dict[str, Any]


def routes(libraries: Libraries, token: str) -> APIRouter:
    """Serve the changes of the person's own library to whoever holds the token."""

    def authorize(authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "This needs the token of the running application.")

    running: set[threading.Event] = set()
    router = APIRouter(prefix=TOKEN_ROUTES.rstrip("/"), dependencies=[Depends(authorize)])

    @router.post("/ingest")
    def ingest(files: Files) -> StreamingResponse:
        return _lines(_ingest(libraries, files.paths, running))

    @router.post("/stop")
    def stop() -> StreamingResponse:
        for event in tuple(running):
            event.set()
        return _lines(iter([{"report": {}}]))

    @router.post("/remove")
    def remove(names: Names) -> StreamingResponse:
        return _lines(_done(lambda: removal_to_json(libraries.assistant(MINE), names.papers)))

    @router.post("/change")
    def change(wanted: Change) -> StreamingResponse:
        given = (wanted.kind, wanted.papers, wanted.fields)
        return _lines(_done(lambda: change_to_json(libraries.assistant(MINE), *given)))

    @router.post("/rebuild")
    def rebuild() -> StreamingResponse:
        return _lines(_done(lambda: rebuild_to_json(libraries.assistant(MINE))))

    return router


def _lines(documents: Iterator[dict[str, Any]]) -> StreamingResponse:
    texts = (json.dumps(document) + "\n" for document in documents)
    return StreamingResponse(texts, media_type="application/x-ndjson")


def _ingest(libraries: Libraries, paths: list[Path], running: set[threading.Event]) -> Iterator[dict[str, Any]]:
    stop = threading.Event()
    running.add(stop)
    work = BackgroundIngest(libraries, nullcontext(paths), stop)
    try:
        for progress in work.progress():
            yield {"progress": progress_to_json(progress)}
        yield from _done(lambda: report_to_json(work.report()))
    finally:
        running.discard(stop)
        stop.set()  # the command line is gone, and with it whoever wanted this


def _done(work: Callable[[], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    try:
        yield {"report": work()}
    except FootnoteError as error:
        yield {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
