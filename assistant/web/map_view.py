"""The papers on a map of their embeddings: a picture whose points are links, and the same as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from urllib.parse import quote as url_quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from assistant.core import Assistant
from assistant.paper_map import Place
from assistant.web.fragments import told
from assistant.web.libraries import Libraries
from assistant.web.render import byline, plain, words
from assistant.words import counted
from vectorstore.records import Paper

By = Literal["year", "tag"]
WIDTH, HEIGHT, MARGIN = 1000, 600, 16
GROUPS = 6  # that have a colour and a shape of their own
_SHAPES = (  # of radius 1, each of about the same area
    "M-.9 0a.9 .9 0 1 0 1.8 0a.9 .9 0 1 0 -1.8 0Z",
    "M-.8 -.8H.8V.8H-.8Z",
    "M0 -1.1L1.1 .8H-1.1Z",
    "M0 -1.2L1 0L0 1.2L-1 0Z",
    "M0 1.1L1.1 -.8H-1.1Z",
    "M-.35 -1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z",
    "M-.5 0a.5 .5 0 1 0 1 0a.5 .5 0 1 0 -1 0Z",  # the rest
)


@dataclass(frozen=True, slots=True)
class Grouping:
    """The papers in groups: the groups' labels, and each paper's group by its id; the last group is the rest."""

    labels: tuple[str, ...]
    of: Mapping[str, int]


def routes(libraries: Libraries) -> APIRouter:
    """Serve the map of a library."""
    router = APIRouter(prefix="/view/{library}/catalogue/map", default_response_class=HTMLResponse)

    @router.get("")
    def picture(library: str, by: By = "year") -> HTMLResponse:
        return told(lambda: _shown(libraries.assistant(library), by))

    @router.get("/list")
    def names(library: str, by: By = "year") -> HTMLResponse:
        return told(lambda: _named(libraries.assistant(library), by))

    return router


def _shown(assistant: Assistant, by: By) -> str:
    papers = assistant.papers()
    return map_html(papers, assistant.map(), grouped(papers, by), by)


def _named(assistant: Assistant, by: By) -> str:
    papers = assistant.papers()
    return list_html(papers, grouped(papers, by))


def grouped(papers: Sequence[Paper], by: By) -> Grouping:
    """Put the papers in at most six groups and the rest: by spans of years, or by their most used tag."""
    return _by_year(papers) if by == "year" else _by_tag(papers)


def _by_year(papers: Sequence[Paper]) -> Grouping:
    years = Counter(paper.year for paper in papers if paper.year)
    spans = _spans(years)
    labels = tuple(str(first) if first == last else f"{first}–{last}" for first, last in spans)
    span_of = {year: number for number, (first, last) in enumerate(spans) for year in years if first <= year <= last}
    of = {paper.paper_id: span_of.get(paper.year or 0, len(spans)) for paper in papers}
    return Grouping((*labels, "without a year"), of)


def _spans(years: Mapping[int, int]) -> list[tuple[int, int]]:
    """Cut the years into at most six spans with about as many papers each."""
    whole, before = sum(years.values()), 0
    starts: dict[int, int] = {}
    for year in sorted(years):
        starts.setdefault(before * GROUPS // whole, year)
        before += years[year]
    ordered, last = sorted(years), [*starts.values(), 10_000]
    return [(first, max(year for year in ordered if year < following)) for first, following in pairwise(last)]


def _by_tag(papers: Sequence[Paper]) -> Grouping:
    used = Counter(tag for paper in papers for tag in paper.tags)
    tags = [tag for tag, _ in sorted(used.items(), key=lambda item: (-item[1], item[0].casefold()))[:GROUPS]]
    places = {tag: number for number, tag in enumerate(tags)}
    of = {
        paper.paper_id: min((places[tag] for tag in paper.tags if tag in places), default=len(tags)) for paper in papers
    }
    return Grouping((*tags, "other or no tag" if len(used) > GROUPS else "without a tag"), of)


def map_html(papers: Sequence[Paper], places: Sequence[Place], groups: Grouping, by: By) -> str:
    """Show the map with its legend; script.js names the point that is pointed at or reached by the arrow keys."""
    held = {paper.paper_id: paper for paper in papers}
    shown = [place for place in places if place.paper_id in held]
    if not shown:
        return '<p class="fn-none">The map is empty. Add papers to see which of them lie close together.</p>'
    size = 7.5 if len(shown) < 200 else 5.5 if len(shown) < 1_000 else 3.8
    points = "".join(_point(held[place.paper_id], place, groups.of[place.paper_id], size, groups) for place in shown)
    counts = Counter(groups.of[place.paper_id] for place in shown)
    legend = "".join(
        f'<li><button type="button" aria-pressed="false" data-group="{number}">{_key(number, groups)}'
        f'{plain(label)} <span class="fn-number">{counts[number]:,}</span></button></li>'
        for number, label in enumerate(groups.labels)
        if counts[number]
    )
    choices = "".join(
        f'<label><input type="radio" name="fn-map-by" value="{value}"{" checked" if value == by else ""}> '
        f"{label}</label>"
        for value, label in (("year", "by year"), ("tag", "by tag"))
    )
    told = f"Map of {counted(len(shown), 'paper')}: those that lie close together tell of alike things"
    return (
        f'<div class="fn-map-head"><fieldset><legend>Colour and shape</legend>{choices}</fieldset>'
        f'<ul class="fn-legend">{legend}</ul></div>'
        f'<div class="fn-map"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{told}">{points}</svg>'
        '<p class="fn-map-name" aria-hidden="true" hidden></p></div>'
        f'<p class="fn-told">{told}. Point at one to see its name; with the keyboard, Tab leads to the map, the arrows '
        "from paper to paper, Enter opens.</p>"
        '<details class="fn-map-list"><summary>The same as a list</summary><div></div></details>'
    )


def _point(paper: Paper, place: Place, group: int, size: float, groups: Grouping) -> str:
    x = MARGIN + place.x * (WIDTH - 2 * MARGIN)
    y = HEIGHT - MARGIN - place.y * (HEIGHT - 2 * MARGIN)
    who = byline(paper.authors, paper.year)
    label = f"{plain(paper.title)}{', ' if who else ''}{who}"
    style = _style(group, groups)
    return (
        f'<a href="#room/paper/{plain(url_quote(paper.paper_id, safe=""))}" tabindex="-1" class="fn-g{style}"'
        f' aria-label="{label}" transform="translate({x:.1f} {y:.1f}) scale({size})"><path d="{_SHAPES[style]}"/></a>'
    )


def _style(group: int, groups: Grouping) -> int:
    """Give the number of a group's colour and shape; the rest, which is the last group, has the last."""
    return len(_SHAPES) - 1 if group == len(groups.labels) - 1 else group


def _key(group: int, groups: Grouping) -> str:
    style = _style(group, groups)
    return f'<svg viewBox="-1.3 -1.3 2.6 2.6" class="fn-g{style}" aria-hidden="true"><path d="{_SHAPES[style]}"/></svg>'


def list_html(papers: Sequence[Paper], groups: Grouping) -> str:
    """Show the papers of the map as a list, group by group."""
    parts = []
    for number, label in enumerate(groups.labels):
        own = [paper for paper in papers if groups.of[paper.paper_id] == number]
        items = "".join(
            f'<li><a class="fn-title" href="#room/paper/{plain(url_quote(paper.paper_id, safe=""))}">'
            f"{words(paper.title)}</a> <span>{byline(paper.authors, paper.year)}</span></li>"
            for paper in own
        )
        if own:
            parts.append(f"<h3>{plain(label)}</h3><ul>{items}</ul>")
    return "".join(parts)
