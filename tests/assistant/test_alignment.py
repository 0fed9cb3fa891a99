"""Alignment: words of a question are found in a text by what they mean there, or by their stems alone."""

from __future__ import annotations

import pytest

from assistant.alignment import Alignment
from vectorstore.embedding import TokenEncoder, open_embedder

QUESTION = "How many web services can the agent with the tree-shaped retriever call?"
ANSWER = "The hierarchical retriever of AnyTool chooses among 16,000 APIs."
OTHER = "We release 154 checkpoints for each of the models."


@pytest.fixture(scope="module")
def encoder() -> TokenEncoder:
    embedder = open_embedder()
    assert isinstance(embedder, TokenEncoder)
    return embedder


def test_a_text_of_the_same_meaning_has_more_of_a_question_than_another(encoder: TokenEncoder) -> None:
    alignment = Alignment(QUESTION, encoder)
    answer, other = (alignment.covered(alignment.presence(text).share) for text in (ANSWER, OTHER))
    assert answer > other + 0.15


def test_a_word_is_placed_where_its_nearest_of_kin_stands(encoder: TokenEncoder) -> None:
    alignment = Alignment("Which tree?", encoder)
    place = alignment.presence(ANSWER).place[0]
    assert ANSWER.index("hierarchical") <= place <= ANSWER.index("hierarchical") + len("hierarchical")


def test_without_an_encoder_a_word_stands_where_its_stem_does() -> None:
    alignment = Alignment("Which retrievers?", None)
    assert [term.text for term in alignment.terms] == ["retrievers"]
    assert alignment.presence(ANSWER).share.tolist() == [1.0]
    assert alignment.presence(OTHER).share.tolist() == [0.0]


def test_words_that_stand_for_another_count_as_it() -> None:
    alignment = Alignment("How large is it?", None, kin={"larg": {"paramet"}})
    assert alignment.presence("It has 11B parameters.").share.tolist() == [1.0]


def test_words_left_out_are_not_looked_for() -> None:
    assert not Alignment("How large is Genie?", None, without={"larg", "geni"}).terms


def test_a_question_without_content_is_covered_by_any_text(encoder: TokenEncoder) -> None:
    alignment = Alignment("What is it?", encoder)
    assert alignment.covered(alignment.presence(ANSWER).share) == 1.0


def test_an_empty_text_has_nothing(encoder: TokenEncoder) -> None:
    assert Alignment(QUESTION, encoder).presence("").share.max() == 0.0
