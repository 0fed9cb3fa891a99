"""Late interaction: words meet words; what is kept is small, and is made when it is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.hashing_embedder import WORD, HashingEmbedder
from tests.vectorstore.making import file, prepared, source
from vectorstore import pieces
from vectorstore.checkpoint import Checkpoint
from vectorstore.embedding import TokenVectors
from vectorstore.library import Library
from vectorstore.records import Vector
from vectorstore.search import search


class PieceHashing(HashingEmbedder):
    """The fake embedder with a vector for each word: its own random one, whatever stands around it."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def embed_query(self, query: str) -> tuple[Vector, TokenVectors]:
        found = list(WORD.finditer(query))
        vectors = np.array([_vector(each[0].lower()) for each in found], np.float32).reshape(-1, 384)
        return self.embed([query])[0], TokenVectors(tuple(each.span() for each in found), vectors)

    def embed_with_pieces(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> tuple[Vector, list[bytes]]:
        self.read += texts
        return self.embed(texts, progress), [pieces.signs(text, self.embed_query(text)[1]) for text in texts]


def _vector(word: str) -> Vector:
    vector = np.random.default_rng(sum(map(ord, word))).normal(size=384).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def same(words: object) -> dict[str, float]:
    return dict.fromkeys(words, 1.0)  # type: ignore[call-overload,no-any-return]


def score(query: str, *passages: str) -> list[float]:
    embedder = PieceHashing()
    asked = pieces.query_pieces(query, embedder.embed_query(query)[1], same)
    return pieces.scores(asked, embedder.embed_with_pieces(passages)[1]).tolist()


def test_the_more_words_meet_the_higher_the_score() -> None:
    three, two, none, empty = score("owls hunt mice", "Mice that owls hunt.", "Owls hunt frogs.", "Blue tea.", "")
    assert three > two > none >= empty == 0
    assert three == pytest.approx(np.sqrt(2 / np.pi), abs=0.1)  # what signs alone keep of a cosine of 1


def test_a_passage_keeps_sixteen_bytes_for_each_distinct_telling_word() -> None:
    (signs,) = PieceHashing().embed_with_pieces(["The owl and the other OWL, of course: mice!"])[1]
    assert len(signs) == 16 * len({"owl", "course", "mice"})


def test_rare_words_count_more() -> None:
    embedder = PieceHashing()
    tokens = embedder.embed_query("owl nebula")[1]
    asked = pieces.query_pieces("owl nebula", tokens, lambda words: {"owl": 1.0, "nebula": 3.0})
    assert asked.weights.tolist() == [0.25, 0.75]
    owl, nebula = pieces.scores(asked, embedder.embed_with_pieces(["owl", "nebula"])[1])
    assert nebula > owl


@pytest.mark.parametrize("query", ["the of", "", "?!"])
def test_a_query_without_telling_words_scores_nothing(query: str) -> None:
    assert score(query, "owl", "mice") == [0, 0]


def test_short_vectors_are_taken_whole() -> None:
    tokens = TokenVectors(((0, 3),), np.ones((1, 9), np.float32))
    assert len(pieces.signs("owl", tokens)) == 16


def test_an_ingest_stores_the_pieces_and_a_search_makes_what_is_missing(library: Library) -> None:
    embedder = PieceHashing()
    old = prepared(source("Owls", "Owls hunt mice.\nOwls sleep by day."))
    library.add(file("old.txt"), [old])
    assert search(library, embedder, "hunt mice")[0].parts["pieces"] > 0
    assert sorted(embedder.read) == ["Owls\nOwls hunt mice.", "Owls\nOwls sleep by day."]
    again = PieceHashing()
    assert search(library, again, "hunt mice") == search(library, embedder, "hunt mice")
    assert again.read == []
    library.remove([library.find("Owls").paper_id])
    assert library.check() == []


def test_the_pieces_of_chunks_come_with_their_vectors(tmp_path: Path) -> None:
    embedder = PieceHashing()
    checkpoint = Checkpoint(tmp_path, ["owl", "mice", "a sentence"], embedder, passages=2)
    np.testing.assert_array_equal(checkpoint.embed(), HashingEmbedder().embed(["owl", "mice", "a sentence"]))
    assert embedder.read == ["owl", "mice"]
    assert checkpoint.pieces == embedder.embed_with_pieces(["owl", "mice"])[1]
    plain = Checkpoint(tmp_path, ["owl", "mice"], HashingEmbedder(), passages=2)
    plain.embed()
    assert plain.pieces == [None, None]
