import pytest

from assistant.sentences import split_rows, split_sentences


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two!", ["One.", "Two!"]),
        ("As Smith et al. [3] show, it holds. We agree.", ["As Smith et al. [3] show, it holds.", "We agree."]),
        ("See Fig. 3 and Sec. 4.1 for it.", ["See Fig. 3 and Sec. 4.1 for it."]),
        ("It gains 3.5 points, e.g. on MNLI.", ["It gains 3.5 points, e.g. on MNLI."]),
        ("A heading\n\nA sentence\nover two lines.", ["A heading", "A sentence\nover two lines."]),
        ("Abstract\nWe measured it. It grew.", ["Abstract", "We measured it.", "It grew."]),
        ("2. Methods and Data\nWe measured\nit.", ["2. Methods and Data", "We measured\nit."]),
        ("Results\n\nIt grew.", ["Results", "It grew."]),
        (
            "We left out the problematic set.8 BERT and others are.",
            ["We left out the problematic set.", "BERT and others are."],
        ),
        ("It holds (see above).12,13 We agree.", ["It holds (see above).", "We agree."]),
        ("It grew fast.⁴ We agree.", ["It grew fast.", "We agree."]),
        ("It gains 3.5 GLUE points.", ["It gains 3.5 GLUE points."]),
        ("As Fig.2 Shows, and Tab.3 Too.", ["As Fig.2 Shows, and Tab.3 Too."]),
        ("这是第一句。这是第二句！", ["这是第一句。", "这是第二句！"]),
        (" ... \n\n Words. ", ["Words."]),
        ("", []),
    ],
)
def test_text_is_cut_into_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_spans_are_moved_by_the_offset() -> None:
    assert [(s.start, s.end) for s in split_sentences("One. Two.", 10)] == [(10, 14), (15, 19)]


def test_rows_are_the_lines_that_say_something() -> None:
    table = "Model  Score\n-----\nA  1.5 \n\nB  2.5"
    assert [table[r.start : r.end] for r in split_rows(table)] == ["Model  Score", "A  1.5", "B  2.5"]
