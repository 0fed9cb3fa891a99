"""What a question wants compared: its aspects, by name, and what is asked of each paper. Names stand in brackets."""

from __future__ import annotations

import re

import pytest

from assistant.planning_aspects import Mention, aspects, listed_aspects


def read(marked: str) -> tuple[str, list[Mention]]:
    """Read a question whose names stand in brackets; a name stands for its paper_id."""
    text, mentions = "", []
    for place, part in enumerate(re.split(r"[\[\]]", marked)):
        if place % 2:
            mentions.append((part, (len(text), len(text) + len(part))))
        text += part
    return text, mentions


def names(marked: str) -> list[str]:
    return ["the usual" if aspect.standing else aspect.name for aspect in aspects(*read(marked))]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Compare [Galewind] and [Orca].", ["the usual"] * 5),
        ("What is the difference between [Galewind] and [Orca]?", ["the usual"] * 5),
        ("How do [Galewind] and [Orca] differ in fuel use?", ["fuel use"]),
        ("Compare [Galewind], [Orca] and [Tern] on noise, wing span and speed.", ["noise", "wing span", "speed"]),
        ("Compare the wing span and the noise of [Galewind] and [Orca].", ["wing span", "noise"]),
        ("Contrast the noise of [Galewind] with that of [Orca].", ["noise"]),
        ("[Galewind] vs [Orca] in terms of price and range", ["price", "range"]),
        ("[Galewind] versus [Orca]: how do pilots reach the seats?", ["how pilots reach the seats"]),
        (
            "How do the sizes of [Galewind] and [Orca] compare, and in what halls were they built?",
            ["sizes", "halls were built"],
        ),
        ("Compare [Galewind] and [Orca] in how they land and what they carry.", ["how land", "carry"]),
        ("and on noise?", ["noise"]),
        ("What about their wing span?", ["wing span"]),
        ("Summarise how [Galewind] works and how it was built.", ["how works", "how was built"]),
        ("Summarise the testing of [Orca].", ["testing"]),
        ("Summarise [Orca].", ["the usual"] * 5),
        ("Summarise the [Orca] paper: problem, method and results.", ["problem", "method", "results"]),
    ],
)
def test_the_aspects_are_those_that_the_question_names(question: str, wanted: list[str]) -> None:
    assert names(question) == wanted


@pytest.mark.parametrize(
    ("question", "of_first", "of_second"),
    [
        ("Compare the height of [Galewind] and the depth of [Orca].", "height", "depth"),
        (
            "What was measured in the tunnel tests of [Galewind] and in the sea trials of [Orca]?",
            "measured in the tunnel tests",
            "measured in the sea trials",
        ),
        ("On what stand were [Galewind]'s rotor and [Orca] tried?", "rotor tried", "were tried"),
    ],
)
def test_each_paper_is_asked_its_own_part(question: str, of_first: str, of_second: str) -> None:
    (aspect,) = aspects(*read(question))
    assert of_first in aspect.asked_of("Galewind")
    assert of_second in aspect.asked_of("Orca")
    assert of_second not in aspect.asked_of("Galewind")


def test_listed_aspects_keep_their_names_and_stand_once() -> None:
    assert [aspect.name for aspect in listed_aspects(["noise", " wing  span ", "noise", ""])] == ["noise", "wing span"]
