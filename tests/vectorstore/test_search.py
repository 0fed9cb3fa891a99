"""Search: words and vectors together, in any script, whatever is asked."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.hashing_embedder import HashingEmbedder
from tests.vectorstore.making import EMBEDDER, add, open_library, source
from vectorstore import dense, lexical
from vectorstore.library import Library
from vectorstore.records import Filters
from vectorstore.search import papers_like, search, search_papers


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Forty small papers about animals, never changed."""
    library = open_library(tmp_path_factory.mktemp("zoo"))
    animals = ("owl", "otter", "heron", "lynx", "vole", "newt", "crane", "shrew")
    for number in range(40):
        animal = animals[number % 8]
        text = f"The {animal} number {number} was watched. It slept for {number} hours.\nWe count {animal}s in fields."
        add(
            library,
            f"{number}.txt",
            source(f"Watching {animal} {number}", text, [f"Au Thor{number}"], year=2000 + number),
        )
    add(library, "zh.txt", source("深度学习综述", "卷积神经网络用于图像识别。它需要大量数据。"))
    add(library, "ko.txt", source("기계 학습", "기계학습은 데이터에서 배운다."))
    assert library.settle()
    return library


def test_the_best_comes_first_with_its_pieces(zoo: Library) -> None:
    hits = search(zoo, EMBEDDER, "how long did heron 10 sleep", top=5)
    assert "heron number 10 " in hits[0].chunk.text
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert set(hits[0].parts) == {"words", "dense", "sentence", "title", "pieces"}
    assert hits[0].parts["words"] > 0 and hits[0].parts["title"] > 0


def test_papers_come_once_each(zoo: Library) -> None:
    hits = search_papers(zoo, EMBEDDER, "owls in fields", top=42)
    papers = [hit.chunk.paper_id for hit in hits]
    assert len(papers) == len(set(papers)) > 10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(),
        st.text(alphabet="\"'*()^:-+{}[]AND OR NOT NEAR/5 title body owl", max_size=40),
        st.sampled_from(
            [
                '"',
                'owl" OR "x',
                "body:owl",
                "owl*",
                "NEAR(owl newt)",
                "^owl",
                "- owl",
                "' OR 1=1 --",
                "owl AND",
                "\0",
                " ",
            ]
        ),
    )
)
def test_no_query_is_syntax(zoo: Library, query: str) -> None:
    for hit in search(zoo, EMBEDDER, query, top=3):
        assert hit.chunk.text


def test_asking_nothing_finds_nothing(zoo: Library) -> None:
    assert search(zoo, EMBEDDER, "  \n") == []
    assert search(zoo, EMBEDDER, "owl", top=0) == []


def test_a_very_long_query_is_answered(zoo: Library) -> None:
    assert search(zoo, EMBEDDER, "owl " + " ".join(f"word{number}" for number in range(5000)))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("神经网络", "深度学习综述"),
        ("图像识别需要什么", "深度学习综述"),
        ("학습은", "기계 학습"),
        ("深度学习", "深度学习综述"),
    ],
)
def test_scripts_without_spaces_are_found_by_bigrams(zoo: Library, query: str, title: str) -> None:
    (hit,) = search(zoo, EMBEDDER, query, top=1)
    assert zoo.paper(hit.chunk.paper_id).title == title
    assert hit.parts["words"] > 0 or hit.parts["title"] > 0


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("What are the owls of the north?", ["owls", "north"]),
        ("the who", ["the"]),
        ("the of", ["the", "of"]),
        ("GPT-4 gpt 4", ["gpt", "4"]),
        ("ﬁne １２", ["fine", "12"]),
        ("神经网络", ["神经", "经网", "网络"]),
        ("字", ["字"]),
        ("?!", []),
    ],
)
def test_the_words_of_a_query(query: str, terms: list[str]) -> None:
    if query == "the who":
        terms = ["the", "who"]  # nothing but stop words: all of them count
    assert lexical.terms(query) == terms


def test_words_are_found_by_their_stem(zoo: Library) -> None:
    (hit,) = search(zoo, EMBEDDER, "counting newt", top=1)
    assert "newt" in hit.chunk.text and hit.parts["words"] > 0


def test_filters_hold_on_every_way(zoo: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few are scored exactly; of many the index is asked for more; the ledger answers when that is not enough."""
    filters = Filters(year_from=2010, year_to=2029)
    allowed = {paper.paper_id for paper in zoo.papers(filters)}
    exact = search(zoo, EMBEDDER, "owls in fields", top=20, filters=filters)
    assert len(exact) == 20 and {hit.chunk.paper_id for hit in exact} <= allowed
    monkeypatch.setattr(dense, "_FEW", 10)
    assert search(zoo, EMBEDDER, "owls in fields", top=20, filters=filters) == exact
    one = zoo.find("Watching owl 0")
    hits = search(zoo, EMBEDDER, "newts", filters=Filters(paper_ids=frozenset({one.paper_id})))
    assert {hit.chunk.paper_id for hit in hits} == {one.paper_id}


def test_the_index_the_ledger_and_a_reader_answer_the_same(zoo: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = ["how long did heron 10 sleep", "fields", "owl lynx", "图像"]
    by_index = [search(zoo, EMBEDDER, query) for query in queries]
    with open_library(zoo.folder, owner=None) as reader:
        assert [search(reader, EMBEDDER, query) for query in queries] == by_index
    monkeypatch.setattr(zoo, "indexer", None)
    assert [search(zoo, EMBEDDER, query) for query in queries] == by_index


def test_a_query_that_is_embedded_already_is_not_embedded_again(zoo: Library) -> None:
    embedder = HashingEmbedder()
    found = search(zoo, embedder, "owls in fields", vector=EMBEDDER.embed(["owls in fields"])[0])
    assert found == search(zoo, EMBEDDER, "owls in fields")
    assert embedder.calls == 0


def test_a_passage_that_stands_twice_in_a_paper_is_found_once(library: Library) -> None:
    text = "Owls hunt at night."
    add(library, "a.txt", source("Owls", text, ["A B"]))
    add(library, "b.md", source("Owls!", text, ["A B"], "markdown"))
    assert library.count() == (1, 2)
    assert len(search(library, EMBEDDER, "owls")) == 1


def test_a_reader_sees_each_commit_of_the_owner_and_changes_nothing(library_folder: Path) -> None:
    with open_library(library_folder) as owner, open_library(library_folder, owner=None) as reader:
        for number in range(3):
            add(owner, f"{number}.txt", source(f"Paper {number}", f"Text number {number}."))
            assert reader.count() == (number + 1, number + 1)
            assert len(search(reader, EMBEDDER, "text")) == number + 1
        owner.remove([owner.find("Paper 1").paper_id])
        assert sorted(hit.chunk.text for hit in search(reader, EMBEDDER, "text")) == [
            "Text number 0.",
            "Text number 2.",
        ]
        reader.store_answer("a", "{}", [])
        assert owner.answer("a") == "{}"
        for change in (lambda: add(reader, "x.txt", source("X", "x")), lambda: reader.remove([]), reader.rebuild):
            with pytest.raises(Exception, match="only reads"):
                change()


def test_equal_scores_are_not_cut_by_ids() -> None:
    ids = np.arange(6)
    vectors = np.array([[1, 0], [0, 1], [0, 1], [0, 1], [1, 0], [0.6, 0.8]], dtype=np.float32)
    best = dense._top(ids, vectors, np.array([0, 1], dtype=np.float32), 2)
    assert best.tolist() == [1, 2, 3]


def test_the_papers_like_one_are_found_without_embedding_anything(library: Library) -> None:
    for name, text in {
        "kilns": "Kilns fire clay pots.\nClay cracks in cold kilns.",
        "clay": "Pots of clay crack.\nKilns fire them.",
        "pots": "Clay pots and kilns, fire and cold.",
        "tides": "Tides lift boats twice daily.\nMoons pull tides.",
        "moons": "Moons pull tides; boats lift.",
    }.items():
        add(library, f"{name}.txt", source(name, text))
    assert library.settle()
    calls = EMBEDDER.calls
    for reading in (library, open_library(library.folder, owner=None)):
        like = {name: papers_like(reading, reading.find(name).paper_id, top=2) for name in ("kilns", "tides")}
        assert {paper.title for paper in like["kilns"]} == {"clay", "pots"}
        assert like["tides"][0].title == "moons"
    assert EMBEDDER.calls == calls


def test_alone_in_a_library_no_paper_is_like_it(library: Library) -> None:
    assert papers_like(library, add(library, "a.txt", source("Alone", "One text."))[0].paper_id) == []
    assert papers_like(library, add(library, "b.txt", source("Bare", ""))[0].paper_id) == []
