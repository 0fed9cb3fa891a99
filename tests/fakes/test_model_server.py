"""The scripted server by itself, as a process that speaks HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.fakes.model_behaviours import BEHAVIOURS

ROOT = Path(__file__).parents[2]


def test_it_runs_by_hand_and_logs_what_it_is_sent(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    command = [sys.executable, "-m", "tests.fakes.model_server", "--port", "0", "--log", str(log)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            models = call(f"{url}/models")
            embedded = call(f"{url}/embeddings", {"model": "any", "input": ["one", "two"]})
            chat = {"model": "good", "messages": [{"role": "user", "content": "Question: Say it again."}]}
            said = call(f"{url}/chat/completions", chat)
        finally:
            process.terminate()
    assert {model["id"] for model in models["data"]} == set(BEHAVIOURS)
    assert len(embedded["data"]) == 2
    assert said["choices"][0]["message"]["content"] == "Say it again."
    assert [json.loads(line)["path"] for line in log.read_text("utf-8").splitlines()] == [
        "/v1/embeddings",
        "/v1/chat/completions",
    ]


def call(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, {"Authorization": "Bearer k"})
    with direct.open(request, timeout=20) as reply:
        document: dict[str, Any] = json.load(reply)
    return document
