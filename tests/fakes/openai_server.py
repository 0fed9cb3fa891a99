"""A little server on loopback that speaks the embeddings part of the OpenAI protocol, and misbehaves as it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.fakes.hashing_embedder import HashingEmbedder

DIMENSIONS = 8


@dataclass
class Reply:
    """What the server answers once instead of vectors; "{key}" in the body becomes the key that was sent."""

    status: int
    body: str
    content_type: str = "application/json"


@dataclass
class OpenAIServer:
    """Gives each text a vector of length 3, which a client has to make unit length; `replies` are used up first."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def answer(self, request: dict[str, Any], key: str) -> Reply:
        self.requests.append(request)
        self.keys.append(key)
        if self.replies:
            reply = self.replies.pop(0)
            return Reply(reply.status, reply.body.replace("{key}", key), reply.content_type)
        vectors = HashingEmbedder(dimensions=DIMENSIONS).embed(request["input"]) * 3
        data = [
            {"object": "embedding", "index": index, "embedding": vector.tolist()}
            for index, vector in enumerate(vectors)
        ]
        data.reverse()  # the order is in the index, not in the list
        return Reply(200, json.dumps({"object": "list", "model": request["model"], "data": data}))


@contextmanager
def openai_server() -> Iterator[OpenAIServer]:
    """Run the server on a free port of loopback."""
    server = OpenAIServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key = self.headers.get("Authorization", "").removeprefix("Bearer ")
            known = self.path == "/v1/embeddings"
            reply = server.answer(request, key) if known else Reply(404, '{"error": {"message": "no such page"}}')
            body = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("retry-after-ms", "1")  # the client is asked to be quick about its retries
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_port}/v1"
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
