"""The single checks: numbers and units, names, quotes, negation and opposites."""

# ruff: noqa: E501 - tables stay on one line
from __future__ import annotations

import pytest

from assistant.verdicts import check_quote
from assistant.verdicts.names import missing_names, names
from assistant.verdicts.amounts import number_faults
from assistant.verdicts.numbers import numbers
from assistant.verdicts.polarity import negation_turn, opposite_turn


@pytest.mark.parametrize(
    ("said", "passage"),
    [
        ("66 %", "65.5 %"), ("about 1,200 people", "1,234 people"), ("0.5 g", "500 mg"), ("two years", "24 months"),
        ("110 million parameters", "110M parameters"), ("43 per cent", "Forty-three per cent"), ("half of them", "50% of them"),
        ("between 60 and 70%", "between 60% and 70%"), ("10,000", "10000"), ("2.5e-11", "2.5 × 10−11"), ("65.5 percent", "a share of 0.655"),
    ],
)  # fmt: skip
def test_the_same_amount_in_another_spelling_is_found(said: str, passage: str) -> None:
    assert not number_faults(said, [passage])


@pytest.mark.parametrize(
    ("said", "passage", "kind"),
    [
        ("56.5 %", "65.5 %", "number"), ("5 g", "5 mg", "unit"), ("12 weeks", "12 months", "unit"), ("2001", "2010", "number"),
        ("40 %", "40 kg", "unit"), ("1,324", "1,234", "number"), ("3 %", "forty-three per cent", "number"), ("0 minutes", "0 hours", "unit"),
    ],
)  # fmt: skip
def test_another_amount_or_unit_is_a_fault(said: str, passage: str, kind: str) -> None:
    assert [fault.kind for fault in number_faults(said, [passage])] == [kind]


def test_digits_of_names_and_reference_marks_are_no_numbers() -> None:
    assert not numbers("GPT-4, CD4, IL-2, OCT3/4 and NIH 3T3 [12]")


def test_names_are_found_in_other_spellings_and_by_their_initials() -> None:
    passage = "Tumour necrosis factor alpha (TNFα) and AMP-activated protein kinases; BERT was used in Spain."
    assert not missing_names("TNF-α, BERT and Spain", [passage])
    assert not missing_names("The role of APK", ["activated protein kinase"])
    assert missing_names("We tried RoBERTa in Spain", [passage]) == ("RoBERTa",)


def test_a_capital_that_opens_a_sentence_makes_no_name() -> None:
    assert names("Training helps. However, BERT wins.") == ("BERT",)


@pytest.mark.parametrize(
    ("quote", "finding"),
    [
        ("the first effi- cient method", "found"), ("The ﬁrst efficient method", "found"), ("first ... of its kind", "found"),
        ("short", "too_short"), ("nobody has written this", "invented"), ("the first efficient method slow on small machines", "stitched"),
        ("first efficient method ... slow on small", "stitched"),
    ],
)  # fmt: skip
def test_quotes_are_looked_for_with_white_space_hyphens_and_ligatures_folded(quote: str, finding: str) -> None:
    assert (
        check_quote(quote, ["It is the first efficient method\nof its kind. It is slow on small machines."]) == finding
    )


def test_negation_on_one_side_only_is_seen() -> None:
    assert negation_turn("The drug does not lower pressure.", "The drug does lower pressure in adults.")
    assert negation_turn("The drug lowers pressure.", "The drug doesn't lower pressure.")
    assert not negation_turn("The drug didn't lower pressure.", "The drug failed to lower pressure.")
    assert negation_turn("The change was insignificant.", "The change was significant.")


def test_an_opposite_in_the_same_place_is_seen() -> None:
    found = opposite_turn("Salt increases the pressure in arteries.", "Salt decreases the pressure in arteries.")
    assert found and (found.said, found.found) == ("increases", "decreases")
    assert not opposite_turn("Salt increases the pressure in arteries.", "Salt raises the pressure in arteries.")
