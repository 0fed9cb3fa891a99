"""What stands between a request and the application: checks of host, origin and size, and the headers of responses."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN_ROUTES = "/api/v1/"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self' 'unsafe-inline'",  # Gradio's components and KaTeX set styles on elements
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware for an application on loopback. `scope["nonce"]` lets a page's own scripts run."""

    def __init__(self, app: App, *, max_request_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_request_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        nonce = scope["nonce"] = secrets.token_urlsafe(16)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _guarded(message.get("headers", ()), nonce)
            await send(message)

        if refusal := self._refusal(scope, headers):
            await _refuse(send_guarded, *refusal)
            return
        await self._app(scope, _limited(receive, self._max_bytes), send_guarded)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if _hostname(host) not in LOOPBACK:
            return 400, "This application answers on this machine only."
        if scope["method"] not in _SAFE and not _same_origin(scope, headers, host):
            return 403, "This request does not come from Footnote's own page."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._max_bytes:
            return 413, "This is more than can be sent at once."
        return None


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _same_origin(scope: Scope, headers: dict[str, str], host: str) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return str(scope["path"]).startswith(TOKEN_ROUTES)  # programs send no Origin; they need the token
    return origin == f"{scope['scheme']}://{host}"


def _guarded(headers: Any, nonce: str) -> list[tuple[bytes, bytes]]:
    ours = {**_HEADERS, "content-security-policy": _CONTENT_POLICY.format(nonce=nonce)}
    replaced = ours.keys() - {"content-security-policy"}  # a second policy can only forbid more
    kept = [
        (name, value)
        for name, value in headers
        if name.decode("latin-1").lower() not in replaced and not name.lower().startswith(b"access-control-")
    ]
    return kept + [(name.encode(), value.encode()) for name, value in ours.items()]


def _limited(receive: Receive, max_bytes: int) -> Receive:
    """Count the body as it comes, for a request need not tell its length; past the limit the sender is gone."""
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            if received > max_bytes:
                return {"type": "http.disconnect"}
        return message

    return receive_limited


async def _refuse(send: Send, status: int, reason: str) -> None:
    body = reason.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
