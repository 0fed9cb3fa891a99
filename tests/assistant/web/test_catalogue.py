"""The table of the papers, its pages and orders, and the groups of the map."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.paper_map import Place
from assistant.web.catalogue import NONE, ROWS, Asked, listed, years
from assistant.web.map_view import grouped, map_html
from tests.fakes.scripted_assistant import PAPERS, paper
from vectorstore.records import Paper


def tagged(held: Paper, *tags: str) -> Paper:
    return replace(held, tags=tags)


NAMELESS = replace(
    paper(5, "Zéros of Ζeta"), metadata=replace(paper(5, "Zéros of Ζeta").metadata, authors=(), year=None, venue=None)
)
HELD = [tagged(PAPERS[0], "at sea"), tagged(PAPERS[1], "To read"), tagged(PAPERS[2], "at sea", "to read"), NAMELESS]


def found(asked: Asked, held: list[Paper] = HELD) -> list[int]:
    return [int(one.paper_id, 16) for one in listed(held, {}, asked).papers]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(), [2, 1, 3, 5]),
        (Asked("ZEROS"), [5]),
        (Asked("brook lanterns"), [1]),
        (Asked("sea"), [1, 3]),
        (Asked("paper-2.pdf"), [2]),
        (Asked(tag="=AT SEA"), [1, 3]),
        (Asked(tag=NONE), [5]),
        (Asked(year="2018"), [2]),
        (Asked(year=NONE), [5]),
        (Asked("sea", tag="=to read", year="2022"), [3]),
        (Asked(sort="year"), [2, 1, 3, 5]),
        (Asked(sort="year", descending=True), [3, 1, 2, 5]),
        (Asked(sort="authors"), [1, 2, 3, 5]),
        (Asked(sort="title", descending=True), [5, 3, 1, 2]),
        (Asked(sort="no such column"), [2, 1, 3, 5]),
    ],
)
def test_papers_are_found_and_sorted(asked: Asked, expected: list[int]) -> None:
    held = [HELD[1], HELD[0], HELD[2], HELD[3]]  # as the library gives them, by title
    assert found(asked, held) == expected


def test_papers_are_sorted_by_when_their_files_came() -> None:
    held = [
        replace(one, sources=(replace(one.sources[0], content_hash=str(number)),)) for number, one in enumerate(HELD)
    ]
    added = {"0": 30.0, "1": 10.0, "2": 20.0}
    assert [one.title for one in listed(held, added, Asked(sort="added")).papers] == [
        HELD[1].title, HELD[2].title, HELD[0].title, HELD[3].title,
    ]  # fmt: skip


def test_a_long_table_has_pages_and_a_page_beyond_is_the_last() -> None:
    held = [paper(number, f"Paper {number:04}") for number in range(1, 2 * ROWS + 11)]
    first, last = listed(held, {}, Asked()), listed(held, {}, Asked(page=99))
    assert (len(first.papers), first.found, first.pages) == (ROWS, 2 * ROWS + 10, 3)
    assert (len(last.papers), last.page) == (10, 3)
    assert listed(held, {}, Asked("no such", page=-4)).page == 1


def test_the_years_of_the_papers_are_listed_once() -> None:
    assert years([*HELD, HELD[0]]) == [2022, 2020, 2018]


def test_the_map_groups_years_in_spans_with_about_as_many_papers_each() -> None:
    held = [paper(number, "A title", year=1990 + number % 30) for number in range(10, 310)]
    groups = grouped([*held, NAMELESS], "year")
    assert len(groups.labels) == 7 and groups.labels[-1] == "without a year"
    counts = [sum(1 for one in held if groups.of[one.paper_id] == number) for number in range(6)]
    assert sum(counts) == 300 and min(counts) >= 40
    assert groups.of[NAMELESS.paper_id] == 6
    few = grouped([PAPERS[0]], "year")
    assert few.labels == ("2020", "without a year")
    assert grouped([NAMELESS], "year").labels == ("without a year",)


def test_the_map_groups_tags_by_use() -> None:
    groups = grouped(HELD, "tag")
    assert groups.labels == ("at sea", "To read", "to read", "without a tag")
    assert [groups.of[one.paper_id] for one in HELD] == [0, 1, 0, 3]


def test_a_point_of_the_map_is_told_by_more_than_its_colour() -> None:
    html = map_html(HELD, [Place(one.paper_id, 0.5, 0.5) for one in HELD], grouped(HELD, "year"), "year")
    shapes = {html.split(f'class="fn-g{number}"')[1].split(' d="')[1].split('"')[0] for number in (0, 1, 2, 6)}
    assert len(shapes) == 4
    assert 'aria-label="Zéros of Ζeta"' in html
    assert "The map is empty" in map_html([], [], grouped([], "year"), "year")
