"""What a person can set.

The environment (FOOTNOTE_*) wins, then .env, then footnote.toml in the working folder, then the footnote.toml that the
page writes into the person's own folder of settings, then the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import SettingsError


class Settings(BaseSettings):
    """The settings of one run. Each is documented in docs/configuration.md; a test holds the two together."""

    model_config = SettingsConfigDict(
        env_prefix="FOOTNOTE_",
        env_file=".env",
        toml_file="footnote.toml",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    library: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("footnote", appauthor=False) / "library",
        description="The folder of the library.",
    )
    embedder: str = Field(
        default="all-MiniLM-L6-v2",
        description="What makes the vectors: the embedded all-MiniLM-L6-v2, or openai:MODEL for a compatible server.",
    )
    openai_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("FOOTNOTE_OPENAI_API_KEY", "OPENAI_API_KEY"),
        description="The key for the model, and for openai:MODEL as embedder; without either it is never used.",
    )
    embedding_base_url: str | None = Field(
        default=None, description="The server that openai:MODEL is asked from; the only host then called."
    )
    model: str | None = Field(default=None, description="The model that writes answers; without one they are quotes.")
    base_url: str | None = Field(
        default=None, description="The server of the model, as http://localhost:11434/v1; the only host then called."
    )
    timeout_s: float = Field(
        default=60, gt=0, le=3600, description="Seconds of silence from the model until it is cut."
    )
    temperature: float | None = Field(default=None, ge=0, le=2, description="Sent when it is set.")
    context_window: int = Field(default=8192, ge=1024, description="The tokens that the model reads and writes in all.")
    max_tokens: int = Field(default=1024, ge=64, description="The most tokens of one reply.")
    question_budget: int | None = Field(default=None, ge=1, description="The most tokens that one question may take.")
    day_budget: int | None = Field(default=None, ge=1, description="The most tokens that a day's questions may take.")
    second_look: Literal["off", "doubtful", "all"] = Field(
        default="off", description="Which statements the model is asked about again, as a judge."
    )
    port: int = Field(default=7860, ge=1, le=65535, description="The page's port; when it is busy, the next free one.")
    open_browser: bool = Field(default=True, description="Whether `footnote serve` opens the page in the browser.")
    max_upload_mb: int = Field(default=200, ge=1, description="The largest file that can be uploaded, in megabytes.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        working, own = TomlConfigSettingsSource(settings_cls), TomlConfigSettingsSource(settings_cls, own_file())
        return init_settings, env_settings, dotenv_settings, working, own


def own_file() -> Path:
    """Return where the settings are kept that the person makes on the page."""
    return platformdirs.user_config_path("footnote", appauthor=False) / "footnote.toml"


def load_settings(library: Path | None = None, own: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings, `library` winning over all; raise SettingsError naming the setting that is wrong.

    `own` stands in for what the person's own file has, to see what would become of it.
    """
    kind = Settings if own is None else _with_own(own)
    try:
        return kind(library=library) if library else kind()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"The setting {name} is wrong: {first['msg']}.", "See docs/configuration.md for what it may be."
        ) from None
    except ValueError as error:
        raise _unreadable(str(error)) from None
    except OSError as error:
        raise _unreadable(f"{error.filename}: {error.strerror}") from None


def _unreadable(why: str) -> SettingsError:
    return SettingsError(f"The settings cannot be read: {why}.", f"Check .env, footnote.toml and {own_file()}.")


def _with_own(own: Mapping[str, Any]) -> type[Settings]:
    class WithOwn(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            *given: PydanticBaseSettingsSource,
            **named: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            *before, _ = Settings.settings_customise_sources(settings_cls, *given, **named)
            return *before, InitSettingsSource(settings_cls, dict(own))

    return WithOwn


def read_own() -> dict[str, Any]:
    """Return what the person's own file sets, by the settings' names. Raises SettingsError."""
    try:
        return _by_name(TomlConfigSettingsSource(Settings, own_file())())
    except (ValueError, OSError) as error:
        raise _unreadable(str(error)) from None


def set_elsewhere() -> dict[str, str]:
    """Say, by name, where a setting is made that wins over the person's own file. Raises SettingsError."""
    sources = (
        (EnvSettingsSource, "the environment"),
        (DotEnvSettingsSource, "the file .env"),
        (TomlConfigSettingsSource, "footnote.toml in the folder that Footnote was started in"),
    )
    try:
        found = [(name, where) for kind, where in sources for name in _by_name(kind(Settings)())]
    except (ValueError, OSError) as error:
        raise _unreadable(str(error)) from None
    return dict(reversed(found))


def _by_name(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a source gives by the settings' own names, which it may call by an alias."""
    return {
        name: value
        for key, value in given.items()
        for name in Settings.model_fields
        if key == name or key.upper() in _aliases(name)
    }


def _aliases(name: str) -> tuple[str, ...]:
    alias = Settings.model_fields[name].validation_alias
    return tuple(str(choice).upper() for choice in alias.choices) if isinstance(alias, AliasChoices) else ()
