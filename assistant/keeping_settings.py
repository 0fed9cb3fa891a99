"""The settings that a person makes on the page: tried, and kept in a file that only they can read."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.doctor import Finding, embedder_finding, model_finding
from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings, own_file, read_own, set_elsewhere

KEY = "openai_api_key"
OFFERED = (
    "model",
    "base_url",
    "timeout_s",
    "temperature",
    "context_window",
    "max_tokens",
    "question_budget",
    "day_budget",
    "second_look",
    "embedder",
    "embedding_base_url",
)  # on the page, beside the key
_HEAD = "# Written by Footnote's page, which writes it anew each time: settings stay, comments put here by hand go.\n"


def wanted(given: Mapping[str, str], key: str = "", *, forget_key: bool = False) -> dict[str, Any]:
    """Return what the person's own file would have: `given` by name, an empty text standing for the default,
    which is not written down.

    An empty key leaves the one that is kept. What is set elsewhere, or is not offered on the page, stays as it is.
    """
    own, fixed = read_own(), set_elsewhere()
    for name in OFFERED:
        if name in given and name not in fixed:
            own.pop(name, None)
            value = _typed(name, given[name].strip())
            if value not in ("", Settings.model_fields[name].default):
                own[name] = value
    if KEY not in fixed and (key.strip() or forget_key):
        own.pop(KEY, None)
        if key.strip():
            own[KEY] = key.strip()
    return own


def would_be(own: Mapping[str, Any], now: Settings) -> Settings:
    """Return the settings as they would be with this file, for the library that is open. Raises SettingsError."""
    from assistant.llm import open_model

    settings = load_settings(now.library, own)
    open_model(settings)  # refuses an address or a key that cannot work, and sends nothing
    return settings


def tried(settings: Settings) -> list[Finding]:
    """Ask the servers that these settings name; say in sentences what they answer, or what is wrong."""
    findings = [model_finding(settings, ask=True)]
    if settings.embedder.startswith("openai:"):
        findings.append(embedder_finding(settings))
    return findings


def _typed(name: str, text: str) -> Any:
    """Return what was entered as the setting's type; as it is where it is none, which the settings then refuse."""
    kind: Any = Settings.model_fields[name].annotation
    try:
        return TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return text


def keep(own: Mapping[str, Any]) -> None:
    """Write the person's own file, which nobody else can read. Raises SettingsError."""
    lines = [_HEAD, *(f"{name} = {_toml(value)}\n" for name, value in own.items())]
    path = own_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".footnote.", dir=path.parent)  # readable by this user alone
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()
    except OSError as error:
        raise SettingsError(
            f"The settings could not be kept in {path} ({error.strerror}).", "Check the folder's rights and the disk."
        ) from None


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
