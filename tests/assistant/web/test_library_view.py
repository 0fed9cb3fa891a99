"""The list of papers: which a search and filters find, and that nothing is folded twice."""

from dataclasses import replace

import pytest

from assistant.web import catalogue
from assistant.web.library_view import Wanted, papers_html
from tests.fakes.scripted_assistant import PAPERS, paper
from vectorstore.records import Paper


def found(wanted: Wanted, held: tuple[Paper, ...] = PAPERS) -> list[str]:
    """The titles that are shown, by the numbers of their papers."""
    html = papers_html(list(held), wanted)
    return [one.paper_id[-1] for one in held if f'value="{one.paper_id}"' in html]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), "1234"),
        (Wanted("  LANTERNS buoys "), "1"),
        (Wanted(author=" reed "), "2"),
        (Wanted(author="ed r"), ""),
        (Wanted(year_from=2018), "123"),
        (Wanted(year_from=2018, year_to=2020), "12"),
        (Wanted(year_from=2020, year_to=2018), ""),
        (Wanted(venue="invented"), "1234"),
        (Wanted(venue="nature"), ""),
        (Wanted("sweeps", author="vale", year_to=2022, venue="journal"), "3"),
        (Wanted(tag="sea"), ""),
    ],
)
def test_a_search_and_the_filters_all_hold(wanted: Wanted, numbers: str) -> None:
    assert found(wanted) == list(numbers)


def test_a_paper_without_a_year_passes_no_filter_of_years() -> None:
    one = paper(1, "Undated")
    undated = replace(one, metadata=replace(one.metadata, year=None))
    assert found(Wanted(year_to=2030), (undated,)) == []
    assert found(Wanted(), (undated,)) == ["1"]


def test_tags_are_met_whole() -> None:
    tagged = replace(PAPERS[0], tags=("sea ice",))
    assert found(Wanted(tag="sea ice"), (tagged, PAPERS[1])) == ["1"]
    assert found(Wanted(tag="sea"), (tagged, PAPERS[1])) == []


def test_names_are_met_without_regard_to_accents() -> None:
    assert found(Wanted(author="poincare"), (paper(1, "On maps", ("Henri Poincaré",)),)) == ["1"]


def test_papers_are_folded_anew_only_when_they_change() -> None:
    held = list(PAPERS)
    catalogue.folded.cache_clear()
    for _ in range(3):
        papers_html(held, Wanted("lanterns"))
    once = catalogue.folded.cache_info().misses
    assert once == len(PAPERS) + len({"lanterns", ""} | {paper.metadata.venue for paper in held})
    held.append(paper(9, "A new one about lanterns"))
    papers_html(held, Wanted("lanterns"))
    assert catalogue.folded.cache_info().misses == once + 1
