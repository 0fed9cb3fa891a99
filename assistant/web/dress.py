"""Puts our style and script into Gradio's page, lets its own scripts run, and drops what points to other hosts."""

from __future__ import annotations

import re
from pathlib import Path

import gradio

from assistant.web.guard import App, Message, Receive, Scope, Send

_GRADIO_ASSETS = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"


class Dresser:
    """ASGI middleware inside the Guard: dresses the page at "/" and nothing else."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        uncompressed = [header for header in scope["headers"] if header[0].lower() != b"accept-encoding"]
        start: Message = {}
        body = b""

        async def send_dressed(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = dress(body.decode(), scope["nonce"]).encode()
            headers = [header for header in start["headers"] if header[0].lower() != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
            await send({"type": "http.response.body", "body": page})

        await self._app({**scope, "headers": uncompressed}, receive, send_dressed)


def dress(html: str, nonce: str) -> str:
    """Return Gradio's page with our own head; `nonce` is what the content policy lets scripts run by."""
    html = re.sub(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', "", html)
    html = re.sub(r"<script(?=[\s>])", f'<script nonce="{nonce}"', html)
    html = html.replace('<link rel="manifest" href="/manifest.json" />', "")
    return html.replace("</head>", f"{_head(nonce)}</head>", 1)


def _head(nonce: str) -> str:
    return (
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="footnote-katex" content="{_asset("auto-render-*.js")}">'
        f'<link rel="stylesheet" href="{_asset("katex-*.css")}">'
        '<link rel="stylesheet" href="/ours/style.css">'
        f'<script nonce="{nonce}" type="module" src="/ours/script.js"></script>'
    )


def _asset(pattern: str) -> str:
    """Return the address of a file that Gradio ships; its name changes with Gradio's version."""
    return f"/assets/{next(_GRADIO_ASSETS.glob(pattern)).name}"
