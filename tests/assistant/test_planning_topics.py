"""What a question about papers is about, and whether it asks for papers at all."""

from __future__ import annotations

import pytest

from assistant.planning_topics import asks_for_one_paper, asks_for_papers, topic_of


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which papers deal with the migration of eels?", "the migration of eels"),
        ("Are there any studies on or about eels in my library?", "eels"),
        ("List all the articles that use sonar.", "sonar"),
        ("Which eel papers are there?", "eel"),
        ("Which papers are surveys of rivers?", "surveys of rivers"),
        ("Which papers are about list decoding?", "list decoding"),
        ("Which papers look at eels but not at salmon?", "eels but not at salmon"),
        ("Which papers are there?", ""),
        ("What is the oldest paper in the library?", ""),
        ("How many papers are from 2020?", ""),
    ],
)
def test_the_topic_is_what_is_left_without_words_that_ask(question: str, topic: str) -> None:
    assert topic_of(question, ()) == topic


def test_what_names_and_restricts_is_no_topic() -> None:
    question = "Which papers by Ada Lovell are about tides?"
    start = question.index("by")
    assert topic_of(question, [(start, start + len("by Ada Lovell"))]) == "tides"


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Which papers deal with eels?", True),
        ("Papers on eels", True),
        ("Are there studies about eels?", True),
        ("Which paper introduces the eel gauge?", False),
        ("How many eels does the survey count?", False),
        ("Which of the papers is older?", False),
        ("What do the studies say on eels?", False),
    ],
)
def test_only_a_question_for_several_papers_asks_for_papers(question: str, asks: bool) -> None:
    assert asks_for_papers(question) is asks


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Which paper shows that eels sleep?", True),
        ("In which recent study do eels sleep?", True),
        ("Which of these papers is on eels?", False),
        ("What does the paper on eels say?", False),
        ("Which papers are on eels?", False),
    ],
)
def test_a_question_may_look_for_one_paper(question: str, asks: bool) -> None:
    assert asks_for_one_paper(question) is asks
