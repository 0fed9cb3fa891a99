"""Where uploaded files lie while they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.web.uploads import Uploads


def file(folder: Path, words: str, name: str = "tides.md") -> Path:
    folder.mkdir()
    (folder / name).write_text(words)
    return folder / name


def test_a_file_of_the_same_name_has_the_same_place_and_leaves_none_behind(tmp_path: Path) -> None:
    places = []
    for number in range(2):
        upload = file(tmp_path / str(number), f"version {number}")
        with Uploads(tmp_path / "uploads").laid_out([upload]) as [place]:
            assert place.name == "tides.md"
            assert place.read_text() == f"version {number}"
            places.append(place)
        assert upload.exists()
    assert places[0] == places[1]
    assert not [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]


def test_files_of_the_same_name_that_are_read_at_once_have_places_of_their_own(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    first, second = file(tmp_path / "a", "first"), file(tmp_path / "b", "second", "Tides.md")
    with uploads.laid_out([first, second]) as two, uploads.laid_out([first]) as [third]:
        assert [place.read_text() for place in (*two, third)] == ["first", "second", "first"]


def test_what_cannot_be_copied_leaves_nothing_behind(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    upload = file(tmp_path / "a", "first")
    with pytest.raises(FileNotFoundError), uploads.laid_out([upload, tmp_path / "gone.md"]):
        pass
    assert not [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]
    with uploads.laid_out([upload]) as [place]:
        assert place.parent.name == "1"
