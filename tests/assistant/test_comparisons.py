"""Comparisons of chosen papers: what is taken over, what is looked for, what is refused, which figures stand out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.comparisons import MOST_ASPECTS, asked, chosen, compared, figures
from assistant.errors import UsageError
from assistant.planning_aspects import STANDING
from assistant.types import Answer, Aspect, Cell, Citation, Row, Step
from tests.assistant.notes import build
from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.library import Library

EMBEDDER = HashingEmbedder()


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with build(tmp_path_factory.mktemp("comparisons")) as built:
        yield built


def ids(library: Library, *names: str) -> list[str]:
    return [library.find(f"{name}.md").paper_id for name in names]


def work(library: Library, names: list[str], on: list[str], before: Answer | None = None) -> tuple[Answer, list[str]]:
    """Return the comparison with the steps on the way to it."""
    wanted = chosen(names, on, before.table if before else None, library)
    steps: list[str] = []
    working = compared(wanted, before, library, EMBEDDER, threading.Event())
    while True:
        try:
            steps.append(next(working).message)
        except StopIteration as end:
            assert end.value is not None
            return end.value, steps


def test_cells_are_the_same_however_the_table_came_about(library: Library) -> None:
    galewind, orca, tides = ids(library, "galewind", "orca", "tides")
    at_once, _ = work(library, [galewind, orca, tides], ["memory", "licence"])
    first, _ = work(library, [galewind, orca], ["memory"])
    wider, steps = work(library, [galewind, orca, tides], ["memory"], first)
    assert [step for step in steps if step.startswith("searching")] == [
        "searching “Tides of the Inner Sound”, paper 3 of 3"
    ]
    grown, _ = work(library, [galewind, orca, tides], ["memory", "licence"], wider)
    assert grown.table == at_once.table
    assert grown.citations == at_once.citations
    narrowed, steps = work(library, [orca, galewind], ["licence"], grown)
    assert not steps
    assert narrowed.table
    assert [column.name for column in narrowed.table.columns] == ["Orca", "Galewind"]
    assert [citation.number for citation in narrowed.citations] == list(range(1, len(narrowed.citations) + 1))


def test_what_was_chosen_is_checked(library: Library) -> None:
    galewind, orca = ids(library, "galewind", "orca")
    twice = chosen([galewind, orca, galewind], [], None, library)
    assert [column.name for column in twice.columns] == ["Galewind", "Orca"]
    assert twice.notices == ("“Galewind” was chosen twice and stands here once.",)
    assert twice.aspects == STANDING
    assert chosen([galewind, orca], ["Results", "results"], None, library).aspects == (STANDING[3],)
    with pytest.raises(UsageError, match="two papers or more"):
        chosen([galewind, galewind], [], None, library)
    with pytest.raises(UsageError, match="too many for one table"):
        chosen([galewind, orca], [f"aspect {number}" for number in range(MOST_ASPECTS + 1)], None, library)
    with pytest.raises(UsageError, match="not in the library any more"):
        chosen([galewind, "nowhere"], [], None, library)


def test_a_removed_paper_keeps_its_column_and_gets_no_new_cells(library: Library) -> None:
    galewind, orca, tides = ids(library, "galewind", "orca", "tides")
    before, _ = work(library, [galewind, orca, tides], ["memory"])
    library.remove([galewind])
    kept, _ = work(library, [galewind, orca], ["memory"], before)
    assert kept.table and before.table
    assert kept.table.columns == before.table.columns[:2]
    assert kept.citations == before.citations[: len(kept.citations)]
    with pytest.raises(UsageError, match="Cheap Fine-Tuning of Large Models” is not in the library any more"):
        work(library, [galewind, orca], ["memory", "licence"], before)


def test_a_question_is_a_comparison_or_told_why_not(library: Library) -> None:
    wanted = asked("Compare Galewind and Orca on memory.", None, library, EMBEDDER)
    assert ([column.name for column in wanted.columns], [a.name for a in wanted.aspects]) == (
        ["Galewind", "Orca"],
        ["memory"],
    )
    with pytest.raises(UsageError, match="does not ask for a comparison"):
        asked("How many whales were counted?", None, library, EMBEDDER)


def test_a_stop_ends_the_work_before_the_next_paper(library: Library) -> None:
    stop = threading.Event()
    working = compared(chosen(ids(library, "galewind", "orca"), [], None, library), None, library, EMBEDDER, stop)
    assert isinstance(next(working), Step)
    stop.set()
    assert [step.message for step in working] == ["reading 1 passage of “Galewind”"]


CITATION = Citation(1, "", "a.md", None, None, "", 0, 0, "t", "p", "A", (), 2020)


@pytest.mark.parametrize(
    ("quotes", "values"),
    [
        (("In 14 bays it needs 2 GB of memory.", "Its memory is 500 MB."), [2, 0.5]),
        (("The memory is 2 GB.", "The memory costs 40 dollars."), [2, None]),
        (("In 2019 the memory was 7 GB.", "No figure."), [7, None]),
        (("Its memory is that of others [16, 20].", "Base | 12 | 40"), [None, None]),
        (("Memory | 12", "Tables 3 and 4 tell of memory, as others do [16,"), [None, None]),
        (("Memory was read with MLPerf 1.1.", "Memory (GLUE v2.1): https://a.org/memory/06"), [None, None]),
        (("With MLPerf 1.1 the memory is 2 GB.", "On Lagoon the memory has a BLEU 28.4 of"), [2, None]),
    ],
)
def test_the_figure_nearest_to_the_aspect_counts_in_the_unit_of_its_row(
    quotes: tuple[str, ...], values: list[float | None]
) -> None:
    citations = {n: replace(CITATION, number=n, quote=quote) for n, quote in enumerate(quotes, 1)}
    row = Row(Aspect("memory", "memory"), tuple(Cell(quote, (n,)) for n, quote in enumerate(quotes, 1)))
    assert [figure and figure.value for figure in figures(row, citations)] == pytest.approx(values)
