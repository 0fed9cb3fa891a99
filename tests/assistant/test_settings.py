from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import load_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FOOTNOTE_LIBRARY", raising=False)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "footnote.toml").write_text('port = 8000\nlibrary = "from-file"\n')
    monkeypatch.setenv("FOOTNOTE_LIBRARY", "from-environment")
    settings = load_settings()
    assert (settings.port, settings.library) == (8000, Path("from-environment"))


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_LIBRARY", "from-environment")
    assert load_settings(Path("given")).library == Path("given")


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "many")
    with pytest.raises(SettingsError, match="port"):
        load_settings()


def test_a_broken_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text("port = = 1")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    settings = load_settings()
    assert settings.openai_api_key is not None
    assert "canary" not in repr(settings) and "canary" not in settings.model_dump_json()
