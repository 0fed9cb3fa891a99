"""The web application: our FastAPI application with Gradio mounted in it, served on this machine's loopback alone."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.web.guard import Guard
from assistant.web.libraries import MINE, Libraries

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.core import Assistant

HOST = "127.0.0.1"
PORTS_TRIED = 50
_STATIC = Path(__file__).parent / "static"
_EXAMPLES = Path(__file__).parents[2] / "examples"


def serve(settings: Settings) -> None:
    """Serve the pages until Ctrl-C or SIGTERM; raise FootnoteError when the person's own library cannot be opened."""
    import uvicorn

    # uvicorn hands a signal on when it has shut down: SIGTERM then ends this function as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), _private_folder() as uploads, _bound(settings.port) as listener:
        port = listener.getsockname()[1]
        libraries = open_libraries(settings)
        try:
            token = secrets.token_urlsafe(32)
            app = create_app(libraries, settings, uploads=uploads, token=token)
            libraries.assistant(MINE).library.publish({"port": port, "token": token})
            libraries.warm()
            address = f"http://{HOST}:{port}"
            _announce(address, settings.open_browser)
            config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2, server_header=False)
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            libraries.close()
            print("\nFootnote is closed.", file=sys.stderr)


def open_libraries(settings: Settings) -> Libraries:
    """Open the person's own library, and name the examples' inside its folder, to be read when first needed."""
    from assistant.core import Assistant

    owner = f"the web application (process {os.getpid()})"
    mine = Assistant(settings, owner=owner)
    notes = sorted(path for path in _EXAMPLES.glob("*.md") if path.stem.lower() != "readme")
    folder = settings.library / "example-library"

    def example() -> Assistant:
        as_mine = {"embedder": settings.embedder, "embedding_base_url": settings.embedding_base_url}
        own = mine.settings.model_copy(update={"library": folder, **as_mine})
        return Assistant(own, owner=owner, model=mine.model)

    return Libraries(lambda: mine, example if notes else None, notes)


def create_app(libraries: Libraries, settings: Settings, *, uploads: Path, token: str) -> FastAPI:
    """Build the application. `uploads` is a private folder for files on their way in, `token` opens the API."""
    os.environ["GRADIO_TEMP_DIR"] = str(uploads)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"

    import gradio as gr
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from assistant.web import (
        adding_view,
        answer_view,
        api,
        catalogue_view,
        compare_view,
        conversations_view,
        library_view,
        map_view,
        page,
        paper_view,
        passage_view,
        settings_view,
        sharing_view,
    )
    from assistant.web.dress import Dresser
    from assistant.web.intake import Intake
    from assistant.web.theme import theme

    intake = Intake(libraries, settings.library / "uploads")
    app = FastAPI(title=page.TITLE, openapi_url=None, docs_url=None, redoc_url=None)
    app.mount("/ours", StaticFiles(directory=_STATIC), name="ours")
    app.include_router(api.routes(libraries, token))
    app.include_router(answer_view.routes(libraries))
    app.include_router(library_view.routes(libraries))
    app.include_router(conversations_view.routes(libraries))
    app.include_router(sharing_view.routes(libraries))
    app.include_router(settings_view.routes(libraries))
    app.include_router(passage_view.routes(libraries))
    app.include_router(catalogue_view.routes(libraries))
    app.include_router(map_view.routes(libraries))
    app.include_router(adding_view.routes(libraries, intake, settings.max_upload_mb))
    app.include_router(compare_view.routes(libraries))
    app.include_router(paper_view.routes(libraries))
    gr.mount_gradio_app(
        app,
        page.build(libraries, intake),
        path="/",
        server_name=HOST,
        theme=theme(),
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        max_file_size=f"{settings.max_upload_mb}mb",
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        favicon_path=str(_STATIC / "favicon.png"),
    )
    app.add_middleware(Dresser)
    app.add_middleware(Guard, max_request_bytes=2 * settings.max_upload_mb * 1024 * 1024)
    return app


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    folder = tempfile.mkdtemp(prefix="footnote-")  # readable by this user alone
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _bound(port: int) -> Iterator[socket.socket]:
    """Listen on a port, or on the next one that is free."""
    for candidate in range(port, min(port + PORTS_TRIED, 65_536)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            listener.listen(128)  # a browser that comes early waits instead of being refused
        except OSError:
            listener.close()
            continue
        with listener:
            yield listener
        return
    raise SettingsError(f"No port from {port} to {candidate} is free.", "Choose another with --port.")


def _announce(address: str, open_browser: bool) -> None:
    print(f"Footnote is open at {address}  (Ctrl-C closes it)", file=sys.stderr, flush=True)
    if open_browser and sys.stdout.isatty():
        threading.Timer(1.0, webbrowser.open, (address,)).start()
