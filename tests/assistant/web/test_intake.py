"""Files on their way in: kept until they are read, read in their order, stopped and taken up again, unlocked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.errors import Encrypted, UsageError
from assistant.failures import Failures
from assistant.settings import Settings
from assistant.types import Failed, IngestProgress, IngestReport
from assistant.web.intake import Intake, time_left
from assistant.web.libraries import Libraries
from tests.assistant.reading.pdf_files import column, write_pdf
from tests.fakes.scripted_assistant import ScriptedAssistant

PROSE = ["The lantern settles after nine sweeps of the harbour,", "and it needs no lamp for that."] * 8


class HeldAssistant(ScriptedAssistant):
    """Reads a file once it is let go on."""

    def __init__(self, folder: Path) -> None:
        super().__init__([])
        self.failures = Failures(folder)
        self.read: list[str] = []
        self.began = threading.Event()
        self.may_go_on = threading.Event()
        self.fails: list[Failed] = []

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        progress: Callable[[IngestProgress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        assert progress and stop
        progress(IngestProgress(0, 1, str(paths[0]), "reading", 0.5))
        self.began.set()
        assert self.may_go_on.wait(10)
        if stop.is_set():
            return IngestReport((), (), (), (), (), 0, 0, 0.1, True)
        if self.fails:
            self.failures.settle([], self.fails)
            return IngestReport((), (), (), (), tuple(self.fails), 0, 0, 0.1)
        self.read.append(paths[0].read_text())
        return super().ingest(paths, progress=progress, stop=stop)


@pytest.fixture
def held(tmp_path: Path) -> HeldAssistant:
    return HeldAssistant(tmp_path)


@pytest.fixture
def intake(held: HeldAssistant, tmp_path: Path) -> Intake:
    return Intake(Libraries(lambda: held), tmp_path / "uploads")  # type: ignore[arg-type, return-value]


def put(intake: Intake, name: str, words: str = "words") -> Path:
    with intake.arriving(name) as (place, file):
        file.write(words.encode())
    return place


def settled(intake: Intake) -> None:
    for _ in range(1_000):
        if not intake.is_reading():
            return
        time.sleep(0.01)
    raise AssertionError("the files are not read")


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "uploads").rglob("*"))


def test_files_are_read_in_their_order_and_then_let_go(intake: Intake, held: HeldAssistant, tmp_path: Path) -> None:
    places = [put(intake, "a.md", "first"), put(intake, "folder/within/b.md", "second")]
    standing = intake.standing()
    assert standing.progress and (standing.progress.done, standing.progress.total) == (0, 2)
    assert standing.left is None and standing.waiting == ()
    assert [(file.path, file.outcome) for file in standing.files] == [(place, None) for place in places]
    assert held.began.wait(10)
    first, second = intake.standing().files
    assert 0 < first.share < 1 and second.share == 0
    held.may_go_on.set()
    settled(intake)
    assert held.read == ["first", "second"]
    assert len(intake.report(places).added) == 2 and not intake.report(places).stopped
    assert [file.share for file in intake.standing().files] == [1, 1]
    assert left_behind(tmp_path) == []
    assert put(intake, "a.md") == places[0], "a changed file has the place of its earlier version"
    settled(intake)


def test_what_is_not_read_waits_and_is_read_later(intake: Intake, held: HeldAssistant, tmp_path: Path) -> None:
    places = [put(intake, name, name) for name in ("a.md", "b.md", "c.md")]
    intake.stop()
    held.may_go_on.set()
    settled(intake)
    assert intake.report(places).stopped and held.read == []
    again = Intake(Libraries(lambda: held), tmp_path / "uploads")  # type: ignore[arg-type, return-value]
    assert [path.name for path in again.standing().waiting] == ["a.md", "b.md", "c.md"]
    other = put(again, "a.md", "another of that name")
    assert other not in places
    again.go_on()
    settled(again)
    assert sorted(held.read) == ["a.md", "another of that name", "b.md", "c.md"]
    assert left_behind(tmp_path) == [] and again.standing().waiting == ()


def test_a_folder_is_not_cleared_away_under_the_next_file(
    intake: Intake, held: HeldAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow_mkdir(path: Path, *arguments: int, **options: bool) -> None:
        mkdir(path, *arguments, **options)
        time.sleep(0.01)

    mkdir = Path.mkdir
    monkeypatch.setattr(Path, "mkdir", slow_mkdir)
    held.may_go_on.set()
    for number in range(50):
        put(intake, f"{number}.md")
    settled(intake)
    assert len(held.read) == 50 and left_behind(tmp_path) == []


def test_a_batch_is_told_of_together_though_its_files_come_late(intake: Intake, held: HeldAssistant) -> None:
    held.may_go_on.set()
    for name in ("a.md", "b.md"):
        with intake.arriving(name, "one batch"):
            pass
        settled(intake)
    assert len(intake.standing().report.added) == 2
    with intake.arriving("c.md", "another"):
        pass
    settled(intake)
    assert len(intake.standing().report.added) == 1


def test_what_waits_can_be_dropped(intake: Intake, held: HeldAssistant, tmp_path: Path) -> None:
    put(intake, "a.md")
    intake.stop()
    held.may_go_on.set()
    settled(intake)
    intake.drop()
    assert intake.standing().waiting == () and left_behind(tmp_path) == []


def test_a_file_that_is_innocent_of_its_failure_waits(intake: Intake, held: HeldAssistant) -> None:
    held.fails = [Failed("a.md", "library_full", "The disk is full.")]
    held.may_go_on.set()
    put(intake, "a.md")
    settled(intake)
    standing = intake.standing()
    assert [path.name for path in standing.waiting] == ["a.md"]
    assert standing.problem and standing.problem.message == "The disk is full."
    assert held.failures.all() == []


def test_what_breaks_off_on_its_way_leaves_nothing(intake: Intake, held: HeldAssistant, tmp_path: Path) -> None:
    with pytest.raises(ConnectionError), intake.arriving("a.md"):
        raise ConnectionError
    assert not [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]
    assert not intake.is_reading() and held.read == []


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("C:\\papers\\..\\a.pdf", "C:/papers/a.pdf"),
        ("/abs/.hidden/.a.pdf", "abs/hidden/a.pdf"),
        ("a\n\x00b\u202e.pdf", "ab.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_stays_within_the_folder(
    intake: Intake, held: HeldAssistant, tmp_path: Path, name: str, inside: str
) -> None:
    held.may_go_on.set()
    assert put(intake, name) == tmp_path / "uploads" / "1" / inside
    settled(intake)


@pytest.mark.parametrize("name", ["", "/", "..", "./../"])
def test_a_name_that_is_none_is_refused(intake: Intake, name: str) -> None:
    with pytest.raises(UsageError):
        put(intake, name)


def test_the_time_left_is_told_from_what_was_done() -> None:
    assert time_left(1.0, 0.5) is None and time_left(60.0, 0.01) is None
    assert time_left(60.0, 0.25) == 180.0


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant(Settings(library=tmp_path), owner="a test") as assistant:
        yield assistant


def test_a_locked_file_is_kept_until_its_password_is_given(real: Assistant, tmp_path: Path) -> None:
    intake = Intake(Libraries(lambda: real), tmp_path / "uploads")
    (tmp_path / "from").mkdir()
    pdf = write_pdf(tmp_path / "from" / "locked.pdf", [column(PROSE, 72, 700)], password="sesame")
    (place,) = intake.take([pdf])
    settled(intake)
    assert [one.code for one in intake.report([place]).failed] == ["encrypted"]
    assert place.exists() and intake.standing().waiting == ()
    with pytest.raises(Encrypted, match="does not open"):
        intake.unlock(str(place), "open")
    with pytest.raises(UsageError):
        intake.unlock(str(tmp_path / "library.sqlite"), "sesame")
    intake.unlock(str(place), "sesame")
    settled(intake)
    (paper,) = real.papers()
    assert paper.sources[0].name == "locked.pdf" and real.failures.all() == [] and not place.exists()
    assert real.page_picture(paper.sources[0].text_id, 1, 200).startswith(b"\x89PNG")
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"sesame" not in file.read_bytes()


def test_a_failure_is_forgotten_with_its_copy(real: Assistant, tmp_path: Path) -> None:
    intake = Intake(Libraries(lambda: real), tmp_path / "uploads")
    (tmp_path / "from").mkdir()
    pdf = write_pdf(tmp_path / "from" / "locked.pdf", [column(PROSE, 72, 700)], password="sesame")
    (place,) = intake.take([pdf])
    settled(intake)
    intake.forget(str(tmp_path / "uploads" / ".." / "library.sqlite"))
    assert (tmp_path / "library.sqlite").exists()
    intake.forget(str(place))
    assert real.failures.all() == [] and not place.exists() and pdf.exists()
