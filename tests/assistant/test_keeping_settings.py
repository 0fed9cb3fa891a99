"""What is entered on the page: what becomes of it, where it stands behind other places, and how it is written."""

import stat
import tomllib
from pathlib import Path

import pytest

from assistant import keeping_settings
from assistant.errors import SettingsError
from assistant.keeping_settings import keep, wanted, would_be
from assistant.settings import load_settings, own_file, read_own, set_elsewhere


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def key() -> str:
    settings = load_settings()
    return settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""


def test_every_other_place_wins_over_the_persons_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep({"model": "own", "openai_api_key": "own-key", "timeout_s": 5.0})
    assert (load_settings().model, key(), load_settings().timeout_s, set_elsewhere()) == ("own", "own-key", 5, {})
    (tmp_path / "footnote.toml").write_text('model = "folder"\nopenai_api_key = "folder-key"\n')
    assert (load_settings().model, key()) == ("folder", "folder-key")
    (tmp_path / ".env").write_text("FOOTNOTE_MODEL=env-file\nOPENAI_API_KEY=env-file-key\n")
    assert (load_settings().model, key()) == ("env-file", "env-file-key")
    assert set_elsewhere() == {"model": "the file .env", "openai_api_key": "the file .env"}
    monkeypatch.setenv("OPENAI_API_KEY", "environment-key")
    monkeypatch.setenv("FOOTNOTE_MODEL", "environment")
    assert (load_settings().model, key()) == ("environment", "environment-key")
    assert set_elsewhere() == {"model": "the environment", "openai_api_key": "the environment"}
    assert read_own() == {"model": "own", "openai_api_key": "own-key", "timeout_s": 5.0}


def test_what_is_set_elsewhere_is_not_taken_from_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    keep({"model": "before", "openai_api_key": "before-key"})
    monkeypatch.setenv("FOOTNOTE_MODEL", "environment")
    monkeypatch.setenv("FOOTNOTE_OPENAI_API_KEY", "environment-key")
    own = wanted({"model": "page", "max_tokens": "99"}, "page-key", forget_key=True)
    assert own == {"model": "before", "openai_api_key": "before-key", "max_tokens": 99}


def test_a_default_is_not_written_down_and_an_unknown_name_is_passed_over() -> None:
    given = {"timeout_s": "60", "second_look": "off", "temperature": "", "question_budget": " 500 ", "library": "/etc"}
    assert wanted(given) == {"question_budget": 500}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"temperature": "9"}, "temperature"),
        ({"max_tokens": "many"}, "max_tokens"),
        ({"question_budget": "0"}, "question_budget"),
        ({"model": "m", "base_url": "file:///etc/passwd"}, "base_url"),
        ({"model": "m", "base_url": "https://user:secret@host/v1"}, "base_url"),
        ({"model": "m"}, "API key"),
    ],
)
def test_what_cannot_work_is_named_and_not_kept(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        would_be(wanted(given), load_settings())
    with pytest.raises(SettingsError, match="characters that no key has") as refused:
        would_be(wanted({"model": "m"}, "a key\x00 with spaces"), load_settings())
    assert "with spaces" not in refused.value.sentences
    assert not own_file().exists()


@pytest.mark.parametrize(
    "text", ['a "b" \\ c', "line\nbreak\ttab", "é 漢字 😀", "\x7f\x01", "'''", "# no comment", "a = 1"]
)
def test_any_text_comes_back_from_the_file(text: str) -> None:
    keep({"model": text, "timeout_s": 1e-7, "open_browser": False, "port": 8001})
    document = tomllib.loads(own_file().read_text("utf-8"))
    assert document == {"model": text, "timeout_s": 1e-7, "open_browser": False, "port": 8001}
    assert stat.S_IMODE(own_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(own_file().parent.stat().st_mode) == 0o700


def test_a_file_that_cannot_be_read_or_written_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    keep({})
    own_file().write_text("model = = 1")
    for read in (load_settings, read_own):
        with pytest.raises(SettingsError, match="cannot be read"):
            read()
    monkeypatch.setattr(keeping_settings, "own_file", lambda: own_file() / "under-a-file" / "footnote.toml")
    with pytest.raises(SettingsError, match="could not be kept"):
        keep({})
