"""What is installed, reachable and healthy, each finding a sentence."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import Any

from assistant.settings import Settings
from vectorstore.errors import FootnoteError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    healthy: bool
    detail: str

    def to_json(self) -> dict[str, Any]:
        """Return the form of `footnote doctor --json`."""
        return {"name": self.name, "healthy": self.healthy, "detail": self.detail}


def examine(settings: Settings) -> list[Finding]:
    """Look at Python, the embedder and the library; nothing is changed, and nothing outside this machine is asked."""
    from vectorstore.embedding import open_embedder
    from vectorstore.library import Library
    from vectorstore.ownership import read_owner

    findings = [Finding("python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}")]
    key = settings.openai_api_key
    try:
        embedder = open_embedder(
            settings.embedder, api_key=key.get_secret_value() if key else None, base_url=settings.embedding_base_url
        )
    except FootnoteError as error:
        return [*findings, _failure("embedder", error)]
    findings.append(Finding("embedder", True, f"{embedder.name}, {embedder.dimensions} dimensions"))
    findings.append(Finding("model", True, "none is set: answers are quoted from your papers"))
    if not settings.library.exists():
        return [
            *findings,
            Finding("library", True, f"{settings.library} does not exist yet; the first ingest makes it"),
        ]
    if owner := read_owner(settings.library):
        findings.append(Finding("owner", True, f"the library is open in {owner.get('name', 'another process')}"))
    try:
        with Library.open(settings.library, embedder=embedder.name, dimensions=embedder.dimensions) as library:
            papers, chunks = library.count()
            findings.append(Finding("library", True, f"{settings.library}: {papers} papers, {chunks} chunks"))
            index = settings.library / "index"
            if papers and not index.exists():
                findings.append(Finding("index", False, "the index is missing. Run: footnote rebuild"))
            findings.extend(Finding("library", False, fault) for fault in library.check())
    except FootnoteError as error:
        findings.append(_failure("library", error))
    return findings


def _failure(name: str, error: FootnoteError) -> Finding:
    return Finding(name, False, error.sentences)
