"""Verification: quotes verbatim or not at all, whose work they speak of, and statements held against their passages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.types import Answer, Coverage, Quotes, Statement
from assistant.verification import Verified, long_enough, quote_stands, reports_others_work, tally, verify
from tests.fakes.hashing_embedder import HashingEmbedder

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


PASSAGES = {
    "S1": "Whales in the Bay.\n\nThe survey of the bay found 212 whales in calm seas. Boats kept a distance of 2 km.",
    "S2": "Rivers.\n\nSediment settles where rivers slow down. The gauge costs 40 dollars.",
    "S3": "Tides.\n\nTides in the sound rise by 3 metres in spring.",
}


def checked(statement: str, *cited: str) -> Verified:
    return verify(statement, cited, PASSAGES, HashingEmbedder())


def test_a_statement_that_its_passage_says_is_supported() -> None:
    verified = checked("The survey of the bay found 212 whales in calm seas.", "S1")
    assert verified.judgement.verdict == "supported" and verified.cited == ("S1",) and not verified.mended


@pytest.mark.parametrize("cited", [("S1",), (), ("S9",)])
def test_a_citation_that_does_not_say_it_is_replaced_by_one_that_does(cited: tuple[str, ...]) -> None:
    verified = checked("The gauge costs 40 dollars.", *cited)
    assert verified.judgement.verdict == "supported" and verified.cited == ("S2",) and verified.mended


def test_a_passage_that_adds_nothing_is_let_go() -> None:
    assert checked("Tides in the sound rise by 3 metres in spring.", "S2", "S3").cited == ("S3",)


def test_a_wrong_number_is_not_mended_away() -> None:
    verified = checked("The survey of the bay found 221 whales in calm seas.", "S1")
    assert verified.judgement.verdict == "unsupported" and verified.cited == ("S1",)
    assert "212" in verified.judgement.reason


def test_what_no_passage_says_is_unsupported() -> None:
    verified = checked("Penguins dance the tango at night.")
    assert (verified.judgement.verdict, verified.cited) == ("unsupported", ())


def test_keys_that_were_not_given_are_never_cited() -> None:
    assert checked("Sediment settles where rivers slow down.", "S2", "S99").cited == ("S2",)


def test_the_tally_counts_one_paper_as_one() -> None:
    statement = Statement("It is.", (), "unsupported")
    answer = Answer("a", "q?", "fact", (statement,), (), False, "m", Coverage(1, 1), quotes=Quotes(1, 0))
    assert tally(answer) == [
        "0 of 1 statement supported",
        "0 of 1 quote found",
        "1 of 1 paper looked at speaks to this",
    ]
    assert tally(replace(answer, engine="extractive", quotes=Quotes(), abstained=True)) == ["1 paper looked at"]
