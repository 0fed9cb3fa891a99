"""Authors are known by any part of their names, and joined as the question joins them."""

from __future__ import annotations

import pytest

from assistant.planning_people import AuthorIndex
from tests.assistant.making_papers import paper

PAPERS = (
    paper("A", "Ada Lovell; Bo Chen; Sven Åkesson"),
    paper("B", "Ada Lovell"),
    paper("C", "Bo Chen; Ada Lovell"),
    paper("D", "Edward J. Del Toro; María Núñez"),
    paper("E", "Lovell; Park"),
    paper("F", "Jin Chen"),
    paper("G"),
)
INDEX = AuthorIndex(PAPERS)


def titles(question: str) -> str:
    named = INDEX.named_in(question, ())
    return "none" if named is None else "".join(sorted(PAPERS[number].title for number in named.papers))


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("Which papers by Ada Lovell are there?", "ABCE"),
        ("What did Lovell publish?", "ABCE"),
        ("Which papers has A. Lovell written?", "ABCE"),
        ("Papers by Lovell, Ada", "ABCE"),
        ("papers by ada lovell", "ABCE"),
        ("Which of Akesson's papers are there?", "A"),
        ("Which papers by Maria Nunez are there?", "D"),
        ("Which papers by Edward Del Toro are there?", "D"),
        ("Which papers by E. J. Del Toro are there?", "D"),
        ("Which papers by Del Toro are there?", "D"),
        ("What did Chen write?", "ACF"),
        ("Which papers by Bo Chen are there?", "AC"),
    ],
)
def test_an_author_is_known_by_any_part_of_the_name(question: str, papers: str) -> None:
    assert titles(question) == papers


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("Which papers did Ada Lovell and Bo Chen write together?", "AC"),
        ("Which papers are by Bo Chen or Jin Chen?", "ACF"),
        ("Which papers by Ada Lovell but not by Bo Chen are there?", "BE"),
        ("Which papers without Bo Chen did Ada Lovell write?", "BE"),
        ("On which papers is Ada Lovell the first author?", "ABE"),
        ("What did Ada Lovell write as last author?", "BC"),
        ("Which papers did Ada Lovell write on her own?", "B"),
        ("Which papers have a single author?", "BF"),
    ],
)
def test_several_authors_and_their_places(question: str, papers: str) -> None:
    assert titles(question) == papers


def test_an_author_whom_nobody_knows_has_no_papers() -> None:
    assert titles("Which papers by Zoe Quill are there?") == ""


@pytest.mark.parametrize("question", ["Which papers are about the park?", "How is Chen's method called?", "What is A?"])
def test_a_word_that_is_also_a_name_names_nobody_by_itself(question: str) -> None:
    assert titles(question) == "none"
