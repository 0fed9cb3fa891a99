"""The child's work on a PDF, done here in this process, so that what it sends can be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.reading import pdf_child
from tests.assistant.reading.pdf_files import Text, column, write_pdf

LINES = ["Bells are rung in fog by the keepers of the light,", "one stroke each minute, until the shore is seen."]
WORDS = [Text(72, 700, LINES[0]), Text(72, 688, LINES[1])]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the child would have sent to its parent."""
    values: list[Any] = []
    monkeypatch.setattr(pdf_child, "send", values.append)
    monkeypatch.setattr(pdf_child, "announce", lambda units: None)
    return values


def texts(page: dict[str, Any]) -> list[str]:
    return [line[0] for line in page["lines"]]


def test_pages_come_one_by_one_behind_their_number(tmp_path: Path, sent: list[Any]) -> None:
    pdf_child.pages(str(write_pdf(tmp_path / "a.pdf", [WORDS, WORDS], information={"Title": "Fog"})))
    assert sent[0]["pages"] == 2
    assert sent[0]["information"]["Title"] == "Fog"
    assert [texts(page) for page in sent[1:]] == [LINES, LINES]


def test_text_of_a_page_set_sideways_is_read_upright(tmp_path: Path, sent: list[Any]) -> None:
    sideways = [Text(100, 72, LINES[0], upwards=True), Text(112, 72, LINES[1], upwards=True)]
    pdf_child.pages(str(write_pdf(tmp_path / "a.pdf", [sideways])))
    page = sent[1]
    assert texts(page) == LINES
    assert (page["width"], page["height"]) == (792, 612)
    first, second = page["lines"]
    assert first[2] == pytest.approx(72, abs=1)  # left
    assert first[3] < second[3]  # top


def test_text_beside_the_page_is_kept_apart(tmp_path: Path, sent: list[Any]) -> None:
    pdf_child.pages(str(write_pdf(tmp_path / "a.pdf", [[*WORDS, Text(30, 300, "stamp at the side", upwards=True)]])))
    assert texts(sent[1]) == LINES
    assert sent[1]["turned"] == ["stamp at the side"]


def test_unpainted_text_over_a_scan_is_kept(tmp_path: Path, sent: list[Any]) -> None:
    scan = b"q 612 0 0 792 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n"
    layer = "\n".join(Text(72, 700 - 12 * n, line, mode=3).operators for n, line in enumerate(LINES)).encode()
    pdf_child.pages(str(write_pdf(tmp_path / "a.pdf", [], streams=[scan + layer])))
    assert texts(sent[1]) == LINES
    assert sent[1]["hidden"] == 0


def test_hidden_characters_are_counted(tmp_path: Path, sent: list[Any]) -> None:
    hidden = [Text(72, 500, "white", colour="1 g"), Text(72, 400, "unseen", mode=3), Text(72, 9000, "away")]
    pdf_child.pages(str(write_pdf(tmp_path / "a.pdf", [[*WORDS, *hidden]])))
    assert texts(sent[1]) == LINES
    assert sent[1]["hidden"] == len("whiteunseenaway")


def test_wide_gaps_are_told_and_bold_lines(tmp_path: Path, sent: list[Any]) -> None:
    row = [Text(72, 600, "Port", bold=True), Text(172, 600, "Arrivals", bold=True)]
    pdf_child.pages(str(write_pdf(tmp_path / "a.pdf", [row])))
    ((text, _, _, _, _, _, size, bold, _, gaps, _),) = sent[1]["lines"]
    assert (text, size, bold) == ("Port Arrivals", 10, True)
    assert gaps[0] == len("Port ")


@pytest.mark.parametrize(
    ("turn", "left", "top"),
    [(0, 72 / 612, 84 / 792), (90, 700 / 792, 72 / 612), (180, None, 700 / 792), (270, 84 / 792, None)],
)
def test_boxes_follow_the_page_as_it_is_shown(
    tmp_path: Path, sent: list[Any], turn: int, left: float | None, top: float | None
) -> None:
    path = write_pdf(tmp_path / "a.pdf", [WORDS[:1]], page_entries=f"/Rotate {turn}")
    pdf_child.boxes(str(path), 1, list(range(5)))
    (box,) = sent[0]
    if left is not None:
        assert box[0] == pytest.approx(100 * left, abs=1.5)
    if top is not None:
        assert box[1] == pytest.approx(100 * top, abs=1.5)
    assert (box[2] > box[3]) == (turn % 180 == 0)


def test_boxes_of_indices_that_are_not_there_are_none(tmp_path: Path, sent: list[Any]) -> None:
    pdf_child.boxes(str(write_pdf(tmp_path / "a.pdf", [WORDS])), 1, [-1, 10_000])
    assert sent == [[]]


def test_picture_is_cut_to_a_bearable_size(tmp_path: Path, sent: list[Any]) -> None:
    pdf_child.picture(str(write_pdf(tmp_path / "a.pdf", [column(LINES, 72, 700)])), 1, 10**9)
    assert sent[0].startswith(b"\x89PNG")
    assert len(sent[0]) < 4_000_000
