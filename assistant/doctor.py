"""What is installed, reachable and healthy, each finding a sentence."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelCut
from assistant.settings import Settings
from vectorstore.errors import FootnoteError

if TYPE_CHECKING:
    from assistant.llm import Model

SHOWN = 5  # of the models that a host has
_A_WORD = 64  # tokens, of which a model that thinks may use all


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
    """Look at Python, the embedder, the model's host and the library; nothing is changed.

    Nothing outside this machine is asked, save the host of a model that is set, for the names of its models.
    """
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
        return [*findings, _failure("embedder", error), model_finding(settings)]
    findings.append(Finding("embedder", True, f"{embedder.name}, {embedder.dimensions} dimensions"))
    findings.append(model_finding(settings))
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


def embedder_finding(settings: Settings) -> Finding:
    """Say whether the embedder works, by having it embed a word."""
    from vectorstore.embedding import open_embedder

    key = settings.openai_api_key
    try:
        embedder = open_embedder(
            settings.embedder, api_key=key.get_secret_value() if key else None, base_url=settings.embedding_base_url
        )
        length = embedder.embed(["footnote"]).shape[1]
    except FootnoteError as error:
        return _failure("embedder", error)
    return Finding("embedder", True, f"{embedder.name} answers with vectors of {length} numbers")


def model_finding(settings: Settings, *, ask: bool = False) -> Finding:
    """Say whether the model's host answers and has the model; with `ask`, have the model write a word."""
    if not settings.model:
        return Finding("model", True, "none is set: answers are quoted from your papers")
    from assistant.llm.client import OpenAIModel

    try:
        model = OpenAIModel.of(settings)
        listed = model.listed()
    except FootnoteError as error:
        return _failure("model", error)
    if ask and (listed is None or _has(listed, model.name)):
        return _asked(model)
    if listed is None:
        detail = f"{model.host} answers. It lists no models, so only a question can tell whether it has {model.name}"
        return Finding("model", True, detail)
    if _has(listed, model.name):
        return Finding("model", True, f"{model.host} answers and has {model.name}")
    others = ", ".join(listed[:SHOWN]) + (f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else "")
    detail = f"{model.host} answers, but {model.name} is not among its models ({others or 'it has none'})"
    return Finding("model", False, f"{detail}. Check FOOTNOTE_MODEL.")


def _has(listed: Sequence[str], name: str) -> bool:
    return bool({name, f"{name}:latest"} & set(listed))


def _asked(model: Model) -> Finding:
    """Have the model write a word; one that only thinks for as long as it may has answered too."""
    from assistant.llm import Message

    try:
        model.reply([Message("user", "Reply with the word: ready")], max_tokens=_A_WORD)
    except ModelCut as cut:
        if cut.reason != "length":
            return _failure("model", cut)
    except FootnoteError as error:
        return _failure("model", error)
    return Finding("model", True, f"{model.name} answers, on {model.host}")


def _failure(name: str, error: FootnoteError) -> Finding:
    return Finding(name, False, error.sentences)
