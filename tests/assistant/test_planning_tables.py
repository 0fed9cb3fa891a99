"""Comparisons that grow: a follow-up adds rows and columns to the table before it, takes some away, or asks anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.errors import UsageError
from assistant.planning import plan
from assistant.planning_tables import MOST_COMPARED, comparison
from assistant.types import Aspect, Cell, Column, Plan, Row, Table, Turn
from tests.assistant.notes import build
from vectorstore.library import Library
from vectorstore.records import Filters

BOTH = ["Galewind", "Orca"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with build(tmp_path_factory.mktemp("growing")) as built:
        yield built


def turn(library: Library, *names: str) -> Turn:
    """A comparison on memory of the papers named, by default of Galewind (2023) and Orca (2021)."""
    papers = [next(p for p in library.papers() if p.title.startswith(name)) for name in names or BOTH]
    columns = tuple(Column(paper.paper_id, paper.title.split(":")[0], paper.title) for paper in papers)
    rows = (Row(Aspect("memory", "memory"), tuple(Cell() for _ in columns)),)
    ids = tuple(paper.paper_id for paper in papers)
    return Turn("Compare Galewind and Orca on memory.", "", ids, Table(columns, rows))


def shape(made: Plan) -> tuple[list[str], list[str], int]:
    return [paper.title.split(":")[0] for paper in made.papers], [aspect.name for aspect in made.aspects], made.more


TIDES = "Tides of the Inner Sound"


@pytest.mark.parametrize(
    ("question", "papers", "aspects", "more"),
    [
        ("and on training time?", BOTH, ["memory", "training time"], 0),
        ("What about their licences?", BOTH, ["memory", "licences"], 0),
        ("How do they differ in price?", BOTH, ["memory", "price"], 0),
        ("Add a row for limitations.", BOTH, ["memory", "limitations"], 0),
        ("And on memory?", BOTH, ["memory"], 0),
        ("Add Tides of the Inner Sound.", [*BOTH, TIDES], ["memory"], 0),
        ("And Tides of the Inner Sound?", [*BOTH, TIDES], ["memory"], 0),
        ("Add a third.", BOTH, ["memory"], 1),
        ("Add two more papers, please", BOTH, ["memory"], 2),
        ("Only those since 2023.", ["Galewind"], ["memory"], 0),
        ("only Orca", ["Orca"], ["memory"], 0),
        ("Drop Orca.", ["Galewind"], ["memory"], 0),
        ("remove the first", ["Orca"], ["memory"], 0),
        ("Only those since 2030.", [], ["memory"], 0),
    ],
)
def test_a_follow_up_grows_or_narrows_the_table(
    library: Library, question: str, papers: list[str], aspects: list[str], more: int
) -> None:
    made = plan(question, [turn(library)], library)
    assert made.kind == "compare"
    assert made.grows
    assert shape(made) == (papers, aspects, more)


@pytest.mark.parametrize(
    "question",
    [
        "How many hidden layers does Galewind have?",
        "How many bays did the second one cover?",
        "Who wrote the Orca paper?",
        "Which papers deal with sediment?",
        "And which papers are on rivers?",
        "How high do tides rise in the sound?",
    ],
)
def test_another_question_leaves_the_table_alone(library: Library, question: str) -> None:
    assert plan(question, [turn(library)], library).grows is None


@pytest.mark.parametrize("question", ["drop the last", "Remove the last one, please.", "drop the first"])
def test_papers_are_taken_away_until_none_is_left(library: Library, question: str) -> None:
    one = turn(library, "Orca")
    assert shape(plan(question, [one], library)) == ([], ["memory"], 0)
    none = replace(one, table=Table((), (Row(Aspect("memory", "memory"), ()),)))
    assert shape(plan(question, [none], library)) == ([], ["memory"], 0)


def test_a_table_goes_on_with_the_papers_that_are_chosen(library: Library) -> None:
    before = turn(library)
    chosen = Filters(paper_ids=frozenset(before.paper_ids[:1]))
    assert shape(plan("and on price?", [before], library, chosen)) == (["Galewind"], ["memory", "price"], 0)
    assert plan("Add Tides of the Inner Sound.", [before], library, chosen).grows is None


def test_the_table_of_an_earlier_turn_is_gone_on_with_only_when_it_is_spoken_of(library: Library) -> None:
    turns = [turn(library), Turn("How high do tides rise?", "3 metres")]
    assert plan("and on price?", turns, library).grows is None
    assert plan("Add price to the table.", turns, library).grows is not None


def test_a_comparison_needs_two_papers_and_not_too_many(library: Library) -> None:
    papers = library.papers()
    assert [aspect.name for aspect in comparison(papers[:2], ["price"]).aspects] == ["price"]
    assert len(comparison(papers[:2]).aspects) == 5
    with pytest.raises(UsageError, match="two papers"):
        comparison(papers[:1])
    with pytest.raises(UsageError, match="too many"):
        comparison([papers[0]] * (MOST_COMPARED + 1))
