"""JSON lines `{"_id", "title", "text"}`, a paper each. Knows nothing of what wrote them."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.errors import Damaged
from assistant.reading.decoding import decode, load
from assistant.reading.types import Reading
from vectorstore.records import Metadata, Source

_NAMED = 20  # broken lines that a warning names one by one


def read_jsonl(path: Path) -> Reading:
    """Read each good line as a paper; name the others in the warnings. Raise Damaged when no line is good."""
    sources: list[Source] = []
    broken: list[int] = []
    for number, line in enumerate(decode(load(path), path.name).split("\n"), 1):
        if not line.strip():
            continue
        source = _source(line)
        if source:
            sources.append(source)
        else:
            broken.append(number)
    if not sources:
        raise Damaged(
            f"{path.name} has no line with a title or text.",
            'Each line should be an object such as {"_id": "1", "title": "...", "text": "..."}.',
        )
    return Reading("jsonl", tuple(sources), warnings=_warnings(broken))


def _warnings(broken: list[int]) -> tuple[str, ...]:
    if not broken:
        return ()
    named = ", ".join(str(number) for number in broken[:_NAMED])
    more = f" and {len(broken) - _NAMED} more" if len(broken) > _NAMED else ""
    return (f"broken lines were left out: {named}{more}",)


def _source(line: str) -> Source | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    title, text = _string(record.get("title")), _string(record.get("text"))
    if not title and not text:
        return None
    # A paper is named by something: without a title, by how its text begins.
    metadata = Metadata(
        title=" ".join(title.split()) or _opening(text),
        external_id=_string(record.get("_id")) or None,
        guessed=frozenset() if title else frozenset({"title"}),
    )
    return Source("jsonl", metadata, text or title)


def _string(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()


def _opening(text: str) -> str:
    words = " ".join(text[:400].split())
    return words if len(words) <= 80 else words[:80].rsplit(" ", 1)[0] + " …"
