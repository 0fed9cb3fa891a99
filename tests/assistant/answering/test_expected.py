"""What a question expects, and whether a sentence has it."""

from __future__ import annotations

import pytest

from assistant.answering.expected import Expected, expected, fit
from assistant.words import content, stem


@pytest.mark.parametrize(
    ("question", "kind", "noun"),
    [
        ("How many human languages are in its data?", "count", "languages"),
        ("Sera from how many patients were tested?", "count", "patients"),
        ("How many candidate papers did they review?", "count", "papers"),
        ("By how much does Galewind reduce memory?", "percent", ""),
        ("How much faster is it than the old gauge?", "factor", ""),
        ("How long did training take?", "duration", ""),
        ("How much money does a gauge cost?", "money", "money"),
        ("What did the survey cost?", "money", ""),
        ("How big is Galewind?", "size", ""),
        ("What share of the whales was counted twice?", "percent", "share"),
        ("Which learning rate was used?", "number", "rate"),
        ("What is the damping factor of the gauge?", "name", "factor"),
        ("On what hardware was it trained?", "hardware", "hardware"),
        ("Which protein keeps the gate shut?", "name", "protein"),
        ("What kind of radicals do they make?", "name", "radicals"),
        ("Which language models do they compare?", "name", "models"),
        ("When was the survey flown?", "date", ""),
        ("Who counted the whales?", "person", ""),
        ("Why did the bed rise?", "reason", ""),
        ("Does Orca count seals?", "whether", ""),
        ("What is Orca?", "anything", ""),
    ],
)
def test_the_question_says_what_it_expects(question: str, kind: str, noun: str) -> None:
    found = expected(question)
    assert found.kind == kind
    assert found.noun == (stem(noun) if noun else "")


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("How many bays were covered?", "It covers 14 bays.", "It covers 212 sightings near the bays."),
        ("How many bays were covered?", "It covers fourteen bays.", "The bays were covered well."),
        ("By how much is memory reduced?", "Memory falls by 61.5%.", "Memory falls a lot."),
        ("How long did it take?", "It took four days.", "It took eight A100 GPUs."),
        ("What did it cost?", "It costs $40.", "It weighs 40 kilograms."),
        ("On what hardware was it trained?", "It ran on eight A100 GPUs.", "It ran for four days."),
        ("Which gauge was used?", "We used the SiltNet gauge.", "We used a new gauge."),
        ("Why did the bed rise?", "It rose because dams hold water.", "The bed rose by 2 cm."),
    ],
)
def test_the_sentence_with_the_value_fits_better(question: str, better: str, worse: str) -> None:
    wanted, asked = expected(question), content(question)
    assert fit(wanted, better, asked).value > fit(wanted, worse, asked).value


def test_numbers_of_references_and_tables_are_no_values() -> None:
    wanted = Expected("number", ())
    assert fit(wanted, "See Table 3 and Section 4 of [12].", frozenset()).value == 0
