"""A paper about a topic is told from one that mentions it in passing; the embedded model reads the papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.aboutness import ABOUT
from assistant.answering import extractive
from assistant.ingestion import ingest
from assistant.planning import plan
from assistant.retrieval import retrieve
from vectorstore.embedding import Embedder, open_embedder
from vectorstore.library import Library

PAPERS = {
    "Counting Seabirds from Drones": "We count gulls and terns in pictures taken by drones over cliffs.",
    "Kestrel: Night Flights of Small Drones": "We fly small drones at night and steer them by the stars.",
    "Batteries for Light Drones": "We show that a drone flies twice as long when its battery is kept warm.",
    "The Price of Bread in Old Towns": "We study accounts of bakers. Bread was once sent by drone to one shop.",
    "Sleep of Shift Workers": "We followed nurses who work at night and measured how long they sleep by day.",
    "A Survey of Slow Rivers": "We review how sediment settles where rivers slow down.",
}


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder("all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("drones")
    for number, (title, text) in enumerate(PAPERS.items()):
        Path(folder / f"{number}.md").write_text(f"# {title}\n\n## Abstract\n\n{text}\n", encoding="utf-8")
    with Library.open(
        folder / "library", embedder=embedder.name, dimensions=embedder.dimensions, owner="the tests"
    ) as built:
        ingest([folder], built, embedder)
        yield built


def listed(library: Library, embedder: Embedder, question: str) -> tuple[set[str], set[str]]:
    """Return the titles that are cited, and those named apart."""
    made = plan(question, (), library)
    told = extractive.answer(made, retrieve(made, library, embedder), library, embedder)
    apart = {library.paper(paper_id).title for paper_id in told.doubtful}
    return {citation.title for citation in told.citations} if not told.abstained else set(), apart


def test_the_set_is_whole_and_a_passing_mention_is_no_part_of_it(library: Library, embedder: Embedder) -> None:
    cited, _ = listed(library, embedder, "Which papers are about drones?")
    assert cited == {title for title in PAPERS if "Drones" in title}


def test_the_likeliest_comes_first_and_all_chances_lie_between_0_and_1(library: Library, embedder: Embedder) -> None:
    evidence = retrieve(plan("Which papers are about drones?", (), library), library, embedder)
    chances = list(evidence.about.values())
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    assert evidence.speak == sum(chance >= ABOUT for chance in chances)


def test_what_a_topic_leaves_out_is_left_out(library: Library, embedder: Embedder) -> None:
    cited, _ = listed(library, embedder, "Which papers are about drones but not about seabirds?")
    assert "Counting Seabirds from Drones" not in cited
    assert "Batteries for Light Drones" in cited


def test_papers_named_apart_have_no_footnote_and_are_none_of_those_listed(library: Library, embedder: Embedder) -> None:
    for question in ("Which papers are about drones?", "Which papers deal with work at night?"):
        cited, apart = listed(library, embedder, question)
        assert not cited & apart


def test_a_topic_that_no_paper_has_is_not_answered(library: Library, embedder: Embedder) -> None:
    cited, apart = listed(library, embedder, "Which papers deal with quantum chromodynamics?")
    assert not cited
    assert not apart
