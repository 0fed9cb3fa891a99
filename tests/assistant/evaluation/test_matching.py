"""Accepted answers stand in a text however they are set, and not within longer words and numbers."""

from __future__ import annotations

import pytest

from assistant.evaluation.matching import stands


@pytest.mark.parametrize(
    ("accepted", "text"),
    [
        ("1200", "It took 1,200 samples."),
        ("1,200", "It took 1200 samples."),
        ("1200", "It took 1 200 samples."),
        ("12", "the row 12 450 7"),
        ("450", "the row 12 450 7"),
        ("35%", "a gain of 35 %"),
        ("35 %", r"a gain of 35\%"),
        ("7x", "7× quicker"),
        ("7", "7x quicker"),
        ("7x", r"up to $7\times$ quicker"),
        ("2-5", "2–5 hours"),
        ("n log n", r"$\mathcal{O}(n \log n)$"),
        ("don't", "don’t"),
        ("ReLU", "the relu."),
        ("-1, 0", "{−1, 0}"),
        (["none", "three"], "all three of them"),
        ("2.5", "It is 2.5."),
    ],
)
def test_an_answer_stands_in_a_text(accepted: str | list[str], text: str) -> None:
    assert stands(accepted, text)


@pytest.mark.parametrize(
    ("accepted", "text"),
    [
        ("40", "2400 people"),
        ("40", "400 people"),
        ("45", "0.45"),
        ("4", "4.5"),
        ("4", "4,5"),
        ("1.2 billion", "11.2 billion"),
        ("12", "see [12] and [3, 12]"),
        ("12", "12B"),
        ("act", "a fact"),
        ("fact", "facts"),
        ("", "anything"),
        ([], "anything"),
    ],
)
def test_it_does_not_stand_within_another(accepted: str | list[str], text: str) -> None:
    assert not stands(accepted, text)
