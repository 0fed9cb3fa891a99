"""What a person can set.

The environment (FOOTNOTE_*) wins, then .env, then footnote.toml in the working folder, then the defaults.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
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
        return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(library: Path | None = None) -> Settings:
    """Read the settings, `library` winning over all; raise SettingsError naming the setting that is wrong."""
    try:
        return Settings(library=library) if library else Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"The setting {name} is wrong: {first['msg']}.", "See docs/configuration.md for what it may be."
        ) from None
    except ValueError as error:
        raise SettingsError(f"The settings cannot be read: {error}.", "Check .env and footnote.toml.") from None
