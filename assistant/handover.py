"""Hands work to the application that has the library open, over loopback. Knows nothing of how it is done there."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vectorstore.errors import FootnoteError, LibraryBusy
from vectorstore.ownership import read_owner


class Handover:
    """The running application that owns a library."""

    def __init__(self, owner: Mapping[str, Any]) -> None:
        self._owner = owner

    @classmethod
    def find(cls, folder: Path) -> Handover | None:
        """Return the application that has the library at `folder` open, None if none has."""
        owner = read_owner(folder)
        return cls(owner) if owner and "port" in owner else None

    def ingest(
        self, paths: Sequence[Path], progress: Callable[[dict[str, Any]], None], stop: threading.Event
    ) -> dict[str, Any]:
        """Have files ingested until `stop`; return the report in the form of the command line's JSON."""
        stopping = False

        def show(now: dict[str, Any]) -> None:
            nonlocal stopping
            progress(now)
            if stop.is_set() and not stopping:
                stopping = True
                self._call("stop", {})

        return self._call("ingest", {"paths": [str(path.resolve()) for path in paths]}, show)

    def remove(self, names: Sequence[str]) -> dict[str, Any]:
        """Have papers removed."""
        return self._call("remove", {"papers": list(names)})

    def change(self, kind: str, names: Sequence[str], fields: Mapping[str, Any]) -> dict[str, Any]:
        """Have papers tagged, edited, restored, merged or separated."""
        return self._call("change", {"kind": kind, "papers": list(names), "fields": dict(fields)})

    def rebuild(self) -> dict[str, Any]:
        """Have the index rebuilt."""
        return self._call("rebuild", {})

    def _call(
        self, name: str, body: dict[str, Any], progress: Callable[[dict[str, Any]], None] | None = None
    ) -> dict[str, Any]:
        for line in self._lines(name, body):
            if "error" in line:
                raise _as_error(line["error"])
            if "report" in line:
                return dict(line["report"])
            if progress and "progress" in line:
                progress(line["progress"])
        raise LibraryBusy(
            "The application stopped before it was done.", "What it reported as done is kept; run this again."
        )

    def _lines(self, name: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        import httpx

        url = f"http://127.0.0.1:{self._owner['port']}/api/v1/{name}"
        headers = {"Authorization": f"Bearer {self._owner['token']}"}
        timeout = httpx.Timeout(5.0, read=None)
        try:
            with httpx.Client(trust_env=False, timeout=timeout).stream(
                "POST", url, json=body, headers=headers
            ) as reply:
                if reply.status_code != 200:
                    reply.read()
                    raise self._silent()
                for line in reply.iter_lines():
                    if line.strip():
                        yield json.loads(line)
        except (httpx.HTTPError, json.JSONDecodeError):
            raise self._silent() from None

    def _silent(self) -> LibraryBusy:
        return LibraryBusy(
            f"The library is open in {self._owner.get('name', 'another process')}, which does not answer.",
            "Close it and run this again.",
        )


def _as_error(error: Mapping[str, str]) -> FootnoteError:
    named = FootnoteError(error.get("message", ""), error.get("hint", ""))
    named.code = error.get("code", named.code)
    return named
