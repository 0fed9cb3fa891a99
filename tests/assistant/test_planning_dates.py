"""Dates as questions name them, to the day, the month or the year."""

from __future__ import annotations

import pytest

from assistant.planning_dates import dates_in
from tests.assistant.making_papers import paper

PAPERS = [
    paper(date, date=date) for date in ("2021", "2022-03-05", "2022-11", "2023-01-31", "2023-06-02", "2024-02-10")
]
UNDATED = paper("undated")


@pytest.mark.parametrize(
    ("question", "dates"),
    [
        ("Which papers are from 2022?", "2022-03-05 2022-11"),
        ("Which papers since 2023 are there?", "2023-01-31 2023-06-02 2024-02-10"),
        ("papers from 2023 on", "2023-01-31 2023-06-02 2024-02-10"),
        ("papers from 2022 or earlier", "2021 2022-03-05 2022-11"),
        ("Which papers are older than 2022?", "2021"),
        ("What came out after January 2023?", "2023-06-02 2024-02-10"),
        ("What came out before March 2022?", "2021"),
        ("What appeared until June 2023?", "2021 2022-03-05 2022-11 2023-01-31 2023-06-02"),
        ("What came out between 2022 and 2023?", "2022-03-05 2022-11 2023-01-31 2023-06-02"),
        ("What came out between January and June 2023?", "2023-01-31 2023-06-02"),
        ("What came out from November 2022 to January 2023?", "2022-11 2023-01-31"),
        ("Which papers in 2021 or 2024 are there?", "2021 2024-02-10"),
        ("Which papers are not from 2022?", "2021 2023-01-31 2023-06-02 2024-02-10"),
        ("What was published on 5 March 2022?", "2022-03-05"),
        ("What was published on March 5th, 2022?", "2022-03-05"),
        ("What is dated 2023-06-02?", "2023-06-02"),
        ("What came out in the first half of 2023?", "2023-01-31 2023-06-02"),
        ("Which 2024 papers are there?", "2024-02-10"),
        ("papers dated February 2024", "2024-02-10"),
    ],
)
def test_papers_are_held_against_the_dates_named(question: str, dates: str) -> None:
    named = dates_in(question)
    assert named is not None
    assert [each.title for each in PAPERS if named.hold(each)] == dates.split()
    assert not named.hold(UNDATED)


@pytest.mark.parametrize(
    "question",
    [
        "How many of the 2048 units failed?",
        "What is WMT 2014?",
        "How long is a context of 2048 tokens?",
        "Which papers are there?",
    ],
)
def test_a_number_that_dates_no_paper_is_no_date(question: str) -> None:
    assert dates_in(question) is None
