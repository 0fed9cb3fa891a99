"""Sentences become questions by rule, or are left alone."""

from __future__ import annotations

import pytest

from assistant.evaluation.wording import ask_for_value, ask_who_does, ask_who_says


@pytest.mark.parametrize(
    ("sentence", "question", "answers"),
    [
        (
            "The survey of the whales covers 212 sightings in 14 bays.",
            "The survey of the whales covers how many sightings in 14 bays?",
            ("212",),
        ),
        (
            "Galewind reduces the memory of the optimizer by 61.5% on average.",
            "Galewind reduces the memory of the optimizer by what percentage on average?",
            ("61.5%", "61.5 percent"),
        ),
        (
            "We trained it on 34 billion words of the public text for our users.",
            "The authors trained it on how many words of the public text for their users?",
            ("34 billion",),
        ),
        (
            "Training of the model took five days on a GPU of the laboratory.",
            "Training of the model took how many days on a GPU of the laboratory?",
            ("five", "5"),
        ),
        (
            "The new kernel of the library is 7x faster than the old one.",
            "The new kernel of the library is how many times faster than the old one?",
            ("7",),
        ),
    ],
)
def test_a_value_is_asked_for_in_its_place(sentence: str, question: str, answers: tuple[str, ...]) -> None:
    asked = ask_for_value(sentence)
    assert asked is not None
    assert (asked.question, asked.answers) == (question, answers)


@pytest.mark.parametrize(
    "sentence",
    [
        "The survey covers 212 sightings.",  # too short to be understood
        "It covers 212 sightings of the whales in the bays of the sound.",  # "it" is elsewhere
        "The survey in 2019 covers the whales of the north and of the south.",  # a year
        "The sightings of the whales are listed in Table 12 of the appendix.",
        "The two surveys of the whales covered the 14 bays of the sound.",  # "the how many bays"
        "The survey of the whales covers 12 to 14 bays of the sound.",
        "The survey of the whales covers bays 2 and 3 of the sound.",
        "The gauges cost 40 dollars, and others of the kind cost 40 dollars too.",  # the answer stands in the question
        "Die Messung der Wale umfasst 212 Sichtungen in den Buchten des Sundes.",
    ],
)
def test_a_sentence_that_makes_no_question_is_left(sentence: str) -> None:
    assert ask_for_value(sentence) is None


def test_a_question_stands_alone_with_a_name_and_without_its_authors() -> None:
    for sentence, alone in (
        ("The training of Galewind took 50 days on a GPU of the laboratory.", True),
        ("The training of the model took 50 days in a corner of the laboratory.", False),
        ("We train Galewind for 50 days on a GPU of the laboratory.", False),
    ):
        asked = ask_for_value(sentence)
        assert asked is not None and asked.alone is alone


def test_a_paper_is_asked_for_by_what_it_does_or_says() -> None:
    title = "Galewind: Cheap Fine-Tuning of Large Models"
    does = "We study a way to save the memory of our optimizer in the training."
    assert ask_who_does(does, title) == "Which paper studies a way to save the memory of its optimizer in the training?"
    assert ask_who_says(does, title) is None
    says = "The memory of the optimizer is a burden to the owners of small machines."
    assert ask_who_does(says, title) is None
    assert ask_who_says(says, title) == f"Which paper says that the{says[3:-1]}?"


@pytest.mark.parametrize(
    "sentence",
    [
        "We propose Galewind, a way to save the memory of the optimizer.",
        "We propose a cheap way of fine-tuning the large models of the owners.",
    ],
)
def test_a_sentence_that_gives_the_title_away_is_left(sentence: str) -> None:
    assert ask_who_does(sentence, "Galewind: Cheap Fine-Tuning of Large Models") is None
