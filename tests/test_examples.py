"""The notes that Footnote opens with: each is read as the one paper it says it is, and says that it is a note."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.reading import read

NOTES = sorted((Path(__file__).parents[1] / "examples").iterdir())


def _front_matter(path: Path) -> dict[str, str]:
    head = path.read_text("utf-8").split("---\n")[1]
    return {name: value.strip(' "') for name, _, value in (line.partition(":") for line in head.splitlines())}


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_note_is_read_as_the_paper_it_names(path: Path) -> None:
    said = _front_matter(path)
    (source,) = read(path).sources
    found = source.metadata
    assert found.title == said["title"]
    assert list(found.authors) == said["authors"].strip("[]").split(", ")
    assert (found.year, found.venue or "") == (int(said["year"]), said.get("venue", ""))
    assert (found.doi or "", found.arxiv_id or "") == (said.get("doi", "").lower(), said.get("arxiv_id", ""))
    assert not {"title", "authors", "year"} & found.guessed


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_note_says_that_it_is_not_the_papers_text(path: Path) -> None:
    assert "This is a reading note in our own words, not the paper's text." in path.read_text("utf-8")


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_note_is_short_enough_to_read_at_once(path: Path) -> None:
    assert 200 <= len(path.read_text("utf-8").split()) <= 480
