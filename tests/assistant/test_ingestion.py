"""Ingest on a real ledger, with the fake embedder that hashes words."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.ingestion import ingest
from assistant.types import IngestProgress, IngestReport
from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.errors import LibraryFull
from vectorstore.library import Library

NOTES = {
    "lamp.md": "# The lamp paper\n\nA red lamp draws 40 watts in our laboratory, and a blue lamp draws 12 watts.\n",
    "river.md": "# The river paper\n\nThe Lumo river carries 350 cubic metres of water a second in spring.\n",
    "stone.md": "# The stone paper\n\nA stone of basalt weighs three times as much as the water that it displaces.\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    embedder = HashingEmbedder()
    folder = tmp_path / "library"
    with Library.open(folder, embedder=embedder.name, dimensions=embedder.dimensions, owner="a test") as library:
        yield library


def read_in(library: Library, *paths: Path, **more: object) -> IngestReport:
    return ingest(paths, library, HashingEmbedder(), **more)  # type: ignore[arg-type]


def names(items: tuple[object, ...]) -> list[str]:
    return [Path(item.path).name for item in items]  # type: ignore[attr-defined]


def test_one_bad_file_never_stops_the_others(library: Library, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing that follows")
    (folder / "empty.md").write_text("")
    report = read_in(library, folder)
    assert names(report.added) == ["lamp.md", "river.md", "stone.md"]
    assert [(Path(f.path).name, bool(f.error)) for f in report.failed] == [("broken.pdf", True), ("empty.md", True)]
    assert report.papers == 3


def test_a_fault_of_ours_in_one_file_is_that_files_outcome(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant import ingestion

    real = ingestion.read

    def faulty(path: Path, **more: object) -> object:
        if path.name == "river.md":
            raise ZeroDivisionError("a fault put in by the test")
        return real(path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ingestion, "read", faulty)
    report = read_in(library, folder)
    assert names(report.added) == ["lamp.md", "stone.md"]
    assert [(f.code, Path(f.path).name) for f in report.failed] == [("internal", "river.md")]


def test_the_same_bytes_are_read_once(library: Library, folder: Path) -> None:
    shutil.copy(folder / "lamp.md", folder / "lamp-copy.md")
    report = read_in(library, folder, folder / "lamp.md")
    assert names(report.skipped) == ["lamp.md"] and len(report.added) == 3
    assert len(read_in(library, folder).skipped) == 4


def test_a_changed_file_replaces_its_paper_and_keeps_its_id(library: Library, folder: Path) -> None:
    before = {item.title: item.paper_id for item in read_in(library, folder).added}
    (folder / "lamp.md").write_text(NOTES["lamp.md"].replace("40 watts", "45 watts"))
    report = read_in(library, folder)
    assert [(item.title, item.paper_id) for item in report.updated] == [("The lamp paper", before["The lamp paper"])]
    texts = [chunk.text for chunk in library.chunks_of(before["The lamp paper"])]
    assert "45 watts" in texts[0] and "40 watts" not in texts[0]
    assert report.papers == 3


def test_a_stopped_ingest_keeps_what_is_done_and_goes_on_next_time(library: Library, folder: Path) -> None:
    stop = threading.Event()

    def after_the_first(now: IngestProgress) -> None:
        if now.done == 1:
            stop.set()

    report = read_in(library, folder, stop=stop, progress=after_the_first)
    assert report.stopped and names(report.added) == ["lamp.md"]
    again = read_in(library, folder)
    assert not again.stopped
    assert (names(again.skipped), names(again.added)) == (["lamp.md"], ["river.md", "stone.md"])


def test_progress_names_each_file_and_ends_finished(library: Library, folder: Path) -> None:
    seen: list[IngestProgress] = []
    read_in(library, folder, progress=seen.append)
    assert [Path(p).name for p in dict.fromkeys(now.path for now in seen if now.path)] == sorted(NOTES)
    assert next(now.step for now in seen if now.path.endswith("lamp.md")) == "reading"
    assert (seen[-1].step, seen[-1].done, seen[-1].total) == ("finished", 3, 3)


def test_what_lies_hidden_or_unknown_in_a_folder_is_passed_by(library: Library, folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "note.md").write_text("# Hidden")
    (folder / "sheet.xlsx").write_text("x")
    report = read_in(library, folder)
    assert names(report.skipped) == ["sheet.xlsx"] and not report.failed


def test_a_file_that_cannot_be_opened_fails_with_a_sentence(library: Library, tmp_path: Path) -> None:
    report = read_in(library, tmp_path / "not there.pdf")
    assert [(f.code, f.error) for f in report.failed] == [("not_found", "There is no such file.")]


def test_a_file_that_becomes_a_copy_of_another_no_longer_says_what_it_said(library: Library, folder: Path) -> None:
    report = read_in(library, folder)
    (folder / "lamp.md").write_text(NOTES["river.md"])
    again = read_in(library, folder / "lamp.md")
    assert "taken out" in again.skipped[0].reason
    assert again.papers == report.papers - 1
    assert sorted(paper.title for paper in library.papers()) == ["The river paper", "The stone paper"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_file_to_read(library: Library, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    report = read_in(library, tmp_path / "pipe.txt")
    assert report.failed[0].error == "This is not a regular file."


def test_a_full_disk_ends_the_ingest_at_once(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise LibraryFull

    monkeypatch.setattr(library, "keep_original", refuse)
    report = read_in(library, folder)
    assert report.stopped and [f.code for f in report.failed] == ["library_full"]


def test_papers_whose_texts_open_the_same_under_other_titles_are_noted(tmp_path: Path, folder: Path) -> None:
    from assistant.core import Assistant
    from assistant.settings import Settings

    text = " ".join(f"The wells of the {word} valley were measured in spring." for word in "abcdefghij")
    (folder / "wells.md").write_text(f"# Wells of the valley\n\n{text}\n")
    (folder / "lamp.md").write_text(f"# The lamp paper\n\n{text} And more is said here.\n")
    with Assistant(Settings(library=tmp_path / "noted"), owner="a test") as assistant:
        assistant.ingest([folder])
        notes = {paper.title: paper.metadata.notes for paper in assistant.papers()}
    assert "“Wells of the valley”" in notes["The lamp paper"][0]
    assert "“The lamp paper”" in notes["Wells of the valley"][0]
    assert notes["The river paper"] == notes["The stone paper"] == ()


def test_a_file_in_the_bin_that_is_given_again_takes_the_place_of_what_its_path_held(
    library: Library, folder: Path
) -> None:
    lamp = folder / "lamp.md"
    first = lamp.read_text()
    read_in(library, lamp)
    library.remove([paper.paper_id for paper in library.papers()])
    lamp.write_text("# The lamp paper\n\nA green lamp draws 7 watts.\n")
    read_in(library, lamp)
    lamp.write_text(first)
    (restored,) = read_in(library, lamp).added
    assert restored.warnings == ("restored as it was",)
    (paper,) = library.papers()
    assert [library.text(source.text_id).count("40 watts") for source in paper.sources] == [1]
    assert [file.path for file in library.files()] == [str(lamp)] and library.removed() == []
