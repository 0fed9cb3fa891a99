"""A server on loopback that speaks the OpenAI protocol (chat, embeddings, models), and misbehaves as it is told.

The model's name says how it behaves: tests/fakes/model_behaviours.py lists them.
By hand: python -m tests.fakes.model_server --port 8123 --log requests.jsonl
"""

from __future__ import annotations

import argparse
import json
import os
import re
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.fakes.hashing_embedder import HashingEmbedder
from tests.fakes.model_behaviours import BEHAVIOURS, STALL_S, Ask, Script, script

DIMENSIONS = 8


@dataclass
class Reply:
    """What the server answers once instead of vectors; "{key}" in the body becomes the key that was sent."""

    status: int
    body: str
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ModelServer:
    """The server and what it was sent: `asks` (chat), `requests`, `headers` and `keys` (of all), in order.

    Texts get a vector of length 3, which a client has to make unit length; `replies` are used up first.
    `models` is the status and the body that the list of models is answered with, if not with the list.
    `down` makes it hang up on everybody until it is cleared.
    """

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    models: tuple[int, str] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    log: Path | None = None
    down: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    _counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, path: str, body: dict[str, Any], key: str, headers: dict[str, str]) -> None:
        with self._lock:
            self.paths.append(path)
            self.requests.append(body)
            self.headers.append(headers)
            self.keys.append(key)
            if self.log:
                with self.log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"path": path, "key": key, "body": body}, ensure_ascii=False) + "\n")

    def ask(self, body: dict[str, Any], key: str, headers: dict[str, str]) -> Ask:
        with self._lock:
            self._counts[body["model"]] += 1
            ask = Ask(body, key, self._counts[body["model"]], headers)
            self.asks.append(ask)
        return ask

    def clear(self) -> None:
        """Forget what was sent, and how often each model was asked."""
        with self._lock:
            for kept in (self.requests, self.headers, self.keys, self.asks, self.paths, self._counts):
                kept.clear()

    def embeddings(self, body: dict[str, Any], key: str) -> Reply:
        if self.replies:
            reply = self.replies.pop(0)
            return replace(reply, body=reply.body.replace("{key}", key))
        vectors = HashingEmbedder(dimensions=DIMENSIONS).embed(body["input"]) * 3
        data = [
            {"object": "embedding", "index": index, "embedding": vector.tolist()}
            for index, vector in enumerate(vectors)
        ]
        data.reverse()  # the order is in the index, not in the list
        return Reply(200, json.dumps({"object": "list", "model": body["model"], "data": data}))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: ModelServer

    def do_GET(self) -> None:
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.state.paths.append(self.path)
        self.state.keys.append(key)
        if self.path.rstrip("/") == "/v1/models" and self.state.models:
            status, body = self.state.models
            self._send(status, body.replace("{key}", key), "text/html" if body[0] == "<" else "application/json")
        elif self.path.rstrip("/") == "/v1/models":
            models = [{"id": name, "object": "model", "owned_by": "tests"} for name in BEHAVIOURS]
            self._send(200, json.dumps({"object": "list", "data": models}))
        else:
            self._send(404, '{"error": {"message": "no such page"}}')

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.state.keep(self.path, body, key, dict(self.headers))
        if self.state.down.is_set():
            self._reset()
        elif self.path == "/v1/embeddings":
            reply = self.state.embeddings(body, key)
            # the client is asked to be quick about its retries
            self._send(reply.status, reply.body, reply.content_type, {"retry-after-ms": "1", **reply.headers})
        elif self.path == "/v1/chat/completions":
            self._chat(self.state.ask(body, key, dict(self.headers)))
        else:
            self._send(404, '{"error": {"message": "no such page"}}')

    def _chat(self, ask: Ask) -> None:
        done = script(ask)
        if done.page:
            self._send(done.status, done.page, "text/html; charset=utf-8", done.headers)
        elif done.error:
            self._send(done.status, json.dumps({"error": done.error}), headers=done.headers)
        elif ask.stream if done.as_stream is None else done.as_stream:
            try:
                self._stream(ask, done)
            except OSError:
                ask.left = True
                self.close_connection = True
        else:
            self._plain(ask, done)

    def _plain(self, ask: Ask, done: Script) -> None:
        """Send it in one piece; a cut leaves half of it."""
        if done.first_after and not self._wait(ask, done.first_after):
            return
        tokens, finish = _tokens(ask, done)
        message: dict[str, Any] = {"role": "assistant", "content": "".join(tokens)}
        if done.reasoning:
            message["reasoning_content"] = done.reasoning
        document: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": ask.model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        }
        if done.usage:
            document["usage"] = _usage(ask, done, len(tokens))
        if done.cut == "error":
            document = {"error": {"message": "the model runner stopped"}}
        body = json.dumps(document)
        if done.cut in ("broken", "close"):  # the connection is in order, the document is not
            body = body[: len(body) // 2]
        if done.cut in ("stall", "drip", "reset"):
            self._head(200, "application/json", {**done.headers, "Content-Length": str(len(body))})
            if done.keep:
                self.wfile.write(body[: len(body) // 2].encode())
            if done.cut != "reset":
                self._wait(ask, STALL_S)
            self._reset()
            return
        self._send(200, body, headers=done.headers)

    def _stream(self, ask: Ask, done: Script) -> None:
        if done.first_after and not self._wait(ask, done.first_after):
            return
        tokens, finish = _tokens(ask, done)
        self._head(200, "text/event-stream", {**done.headers, "Transfer-Encoding": "chunked"})
        self._event(_chunk(ask, {"role": "assistant", "content": ""}))
        if done.reasoning:
            self._event(_chunk(ask, {"reasoning_content": done.reasoning}))
        for number, token in enumerate(tokens):
            if done.cut and number == done.keep:
                return self._cut(ask, done)
            if number and done.between and not self._wait(ask, done.between):
                return None
            self._event(_chunk(ask, {"content": token}))
        if finish:
            self._event(_chunk(ask, {}, finish))
            if done.usage and (ask.body.get("stream_options") or {}).get("include_usage"):
                self._event({"object": "chat.completion.chunk", "choices": [], "usage": _usage(ask, done, len(tokens))})
            self._data(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _cut(self, ask: Ask, done: Script) -> None:
        if done.cut == "reset":
            self._reset()
        elif done.cut == "stall":
            self._wait(ask, STALL_S)
        elif done.cut == "drip":
            deadline = time.monotonic() + STALL_S
            while time.monotonic() < deadline and self._wait(ask, 0.05):
                self._data(b": still here\n\n")
        else:
            if done.cut == "broken":
                self._data(b'data: {"choices": [{"delta": {"conte\n\n')
            if done.cut == "error":
                self._event({"error": {"message": f"the model runner stopped ({ask.key})", "code": 500}})
            self.wfile.write(b"0\r\n\r\n")

    def _wait(self, ask: Ask, seconds: float) -> bool:
        """Wait; return False as soon as the client hangs up or the server closes."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.02))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                ask.left = True
            if ask.left or self.state.closing.is_set():
                self.close_connection = True
                return False
        return True

    def _event(self, document: dict[str, Any]) -> None:
        self._data(b"data: " + json.dumps(document, ensure_ascii=False).encode() + b"\n\n")

    def _data(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _head(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(
        self, status: int, body: str, content_type: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        data = body.encode()
        try:
            self._head(status, content_type, {**(headers or {}), "Content-Length": str(len(data))})
            self.wfile.write(data)
        except OSError:  # the client has left
            self.close_connection = True

    def _reset(self) -> None:
        """Close the connection with a reset, as a crashed server does, without the orderly end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


def _tokens(ask: Ask, done: Script) -> tuple[list[str], str | None]:
    """Return the text in pieces of a word and its space, and why it ends; not more than the most tokens."""
    tokens = re.findall(r"\S+\s*|\s+", done.text)
    limit = ask.body.get("max_tokens") or ask.body.get("max_completion_tokens")
    if done.whole_limit and limit and len(tokens) > limit:
        return tokens[:limit], "length"
    return tokens, done.finish


def _chunk(ask: Ask, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "model": ask.model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def _usage(ask: Ask, done: Script, written: int) -> dict[str, int]:
    read = len(ask.prompt) // 4 if done.prompt_tokens is None else done.prompt_tokens
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: clients that leave are part of the play."""


@contextmanager
def model_server(port: int = 0, log: Path | None = None) -> Iterator[ModelServer]:
    """Run the server on a port of loopback, by default a free one."""
    server = ModelServer(log=log)
    handler = type("Handler", (_Handler,), {"state": server})
    with _Server(("127.0.0.1", port), handler) as http:
        server.url = f"http://127.0.0.1:{http.server_port}/v1"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            http.shutdown()
            thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="a file that every request is added to, one JSON object a line")
    options = parser.parse_args()
    with model_server(options.port, options.log) as server:
        print(server.url, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
