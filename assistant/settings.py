"""What a person can set.

The environment (FOOTNOTE_*) wins, then .env, then footnote.toml in the working folder, then the defaults.
"""

from __future__ import annotations

from pathlib import Path

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
        description="The key for openai:MODEL; without such an embedder it is never used.",
    )
    embedding_base_url: str | None = Field(
        default=None, description="The server that openai:MODEL is asked from; the only host then called."
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
