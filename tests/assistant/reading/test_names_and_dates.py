"""Author lines and dates as lists write them."""

from __future__ import annotations

import pytest

from assistant.reading.dates import ending_date, first_year, last_year, parse_date
from assistant.reading.names import are_names, parse_names


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Hou, Thomas Y., Liu, Ziming", ("Thomas Y. Hou", "Ziming Liu")),
        ("Authors: Ann Lee, Bo Ek and Cy Dow", ("Ann Lee", "Bo Ek", "Cy Dow")),
        ("Ann Lee*, Bo Ek†, and Cy Dow", ("Ann Lee", "Bo Ek", "Cy Dow")),
        ("Lee, Ann; Ek, Bo", ("Ann Lee", "Bo Ek")),
        ("Lee, Ann, Bo Ek, and Cy Dow", ("Ann Lee", "Bo Ek", "Cy Dow")),
        ("Workshop, Big, :, null, Lee, Ann", ("Big Workshop", "Ann Lee")),
        ("van der Berg, Rianne, Del Corro, Luciano", ("Rianne van der Berg", "Luciano Del Corro")),
        ("By Ann Lee", ("Ann Lee",)),
        ("Wei Li, Wei Li", ("Wei Li", "Wei Li")),
    ],
)
def test_names_are_turned_to_first_last(line: str, authors: tuple[str, ...]) -> None:
    assert parse_names(line).authors == authors


@pytest.mark.parametrize(
    ("line", "authors", "others"),
    [
        ("Ann Lee and 300+ authors", ("Ann Lee",), "and 300+ authors"),
        ("Lee, Ek, Dow, et al.", ("Lee", "Ek", "Dow"), "et al."),
        ("Lee, et al. (incl. Ek, Dow, and Roe)", ("Lee", "Ek", "Dow", "Roe"), "et al."),
        ("Lee, Ann, et al.", ("Ann Lee",), "et al."),
    ],
)
def test_those_left_out_are_told(line: str, authors: tuple[str, ...], others: str) -> None:
    names = parse_names(line)
    assert (names.authors, names.others) == (authors, others)
    assert others in names.note


@pytest.mark.parametrize(
    "line",
    ["Faith and Fate", "Detection, Segmentation and Beyond: A View", "Reading, writing, and learning", "One Name"],
)
def test_titles_are_no_names(line: str) -> None:
    assert not are_names(line)


@pytest.mark.parametrize(
    ("text", "date", "year"),
    [
        ("2024-05-02 16:18:21", "2024-05-02", 2024),
        ("2024-05-02T16:18:21Z", "2024-05-02", 2024),
        ("May 2, 2024", "2024-05-02", 2024),
        ("2nd May 2024", "2024-05-02", 2024),
        ("Thu, 2 May 2024", "2024-05-02", 2024),
        ("Sept 2023", "2023-09", 2023),
        ("2019", "2019", 2019),
        ("Mar 12", "Mar 12", None),
        ("3/4/23", "3/4/23", 2023),
    ],
)
def test_dates_are_iso_as_far_as_they_are_known(text: str, date: str, year: int | None) -> None:
    found = parse_date(text)
    assert found is not None
    assert (found.text, found.year) == (date, year)


@pytest.mark.parametrize("text", ["May", "2024-13-02", "12 monkeys", "1234", "May you live", ""])
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_a_date_at_the_end_is_cut_off() -> None:
    ended = ending_date("A Title Ann Lee 2024-05-02 16:18:21")
    assert ended is not None
    assert (ended[0], ended[1].text) == ("A Title Ann Lee", "2024-05-02")
    assert ending_date("A Survey of 2024") is None


def test_years_are_not_taken_from_identifiers() -> None:
    assert last_year("arXiv preprint arXiv:2011.01234 (2023)") == 2023
    assert first_year("10.1000/2012-7") is None
