"""Verification of quotes: verbatim or not at all, and whose work they speak of."""

from __future__ import annotations

import pytest

from assistant.verification import long_enough, quote_stands, reports_others_work

TEXT = "Whales are hard to count from boats. We count them from the air."


def test_a_quote_stands_only_where_it_is_verbatim() -> None:
    assert quote_stands(TEXT[:36], 0, 36, TEXT)
    assert not quote_stands(TEXT[:36].upper(), 0, 36, TEXT)
    assert not quote_stands(TEXT[:36], 1, 37, TEXT)


def test_a_quote_needs_letters_and_digits_not_marks() -> None:
    assert not long_enough("17 | 23 | ------------ | 4")
    assert long_enough("whales were counted twice")


@pytest.mark.parametrize(
    "sentence",
    [
        "[12] showed that whales avoid boats.",
        "Marsh et al. (2021) found that calm seas help.",
        "Previous work has shown that tides carry sediment.",
    ],
)
def test_sentences_on_others_work_are_marked(sentence: str) -> None:
    assert reports_others_work(sentence, "body")


@pytest.mark.parametrize(
    "sentence",
    ["We show that whales avoid boats [12].", "Whales avoid boats.", "Our survey differs from previous work."],
)
def test_a_papers_own_sentences_are_not(sentence: str) -> None:
    assert not reports_others_work(sentence, "body")


def test_what_stands_under_related_work_is_others_work() -> None:
    assert reports_others_work("Whales were counted from boats.", "related")
    assert not reports_others_work("We count from the air instead.", "related")
