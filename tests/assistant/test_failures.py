"""The files that could not be read are kept until they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import failures
from assistant.core import Assistant
from assistant.failures import Failures
from assistant.settings import Settings
from assistant.types import Failed


def test_a_failure_is_kept_until_its_file_is_read(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.touch()
    settings = Settings(library=tmp_path / "library")
    with Assistant(settings, owner="a test") as assistant:
        assistant.ingest([note])
        (failure,) = assistant.failures.all()
        assert (failure.path, failure.name, failure.code) == (str(note), "note.md", "empty")
    with Assistant(settings, owner="a test") as assistant:
        assert assistant.failures.all() == [failure]
        note.write_text("# Lanterns\n\nThe lantern settles after nine sweeps.")
        assistant.ingest([note])
        assert assistant.failures.all() == []


def test_a_file_that_fails_again_is_kept_once_and_the_last_comes_first(tmp_path: Path) -> None:
    kept = Failures(tmp_path)
    for path in ("a", "b", "a"):
        kept.settle([], [Failed(path, "no_text", "No text.")])
    assert [failure.path for failure in kept.all()] == ["a", "b"]


def test_only_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "MOST", 3)
    kept = Failures(tmp_path)
    kept.settle([], [Failed(str(number), "empty", "Empty.") for number in range(5)])
    assert [failure.path for failure in kept.all()] == ["4", "3", "2"]


def test_a_broken_list_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "failures.json").write_text('[{"path": 1')
    kept = Failures(tmp_path)
    assert kept.all() == []
    kept.settle([], [Failed("a\udcff.pdf", "empty", "Empty.")])
    assert len(kept.all()) == 1
