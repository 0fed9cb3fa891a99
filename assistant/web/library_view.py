"""The list of papers beside the conversation: searched, filtered, and chosen for a question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote as url_quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from assistant.web.catalogue import folded, matching
from assistant.web.fragments import told
from assistant.web.libraries import EXAMPLE, Libraries
from assistant.web.render import byline, notice, plain, words
from assistant.words import STOPWORDS, counted
from vectorstore.errors import FootnoteError
from vectorstore.records import Paper

if TYPE_CHECKING:
    from assistant.core import Assistant

SHOWN = 200
LEAST_SHARED = 3  # titles that have a topic, for it to be suggested
MOST_CHOICES = 500  # names offered for each filter

_WORD = re.compile(r"[^\W\d_]{3,}")
_Year = Annotated[int | None, Query(ge=0, le=9999)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers a list is to show: those with every word of the query that pass every filter.

    Names match as folded substrings, years inclusively, a tag as it is.
    """

    query: str = ""
    author: str = ""
    venue: str = ""
    tag: str = ""
    year_from: int | None = None
    year_to: int | None = None


ALL = Wanted()


def routes(libraries: Libraries) -> APIRouter:
    """Serve the lists of papers, and what they can be filtered by."""
    router = APIRouter(prefix="/view/{library}/papers")

    @router.get("", response_class=HTMLResponse)
    def papers(
        library: str,
        q: str = "",
        author: str = "",
        venue: str = "",
        tag: str = "",
        year_from: _Year = None,
        year_to: _Year = None,
        shown: Annotated[int, Query(ge=1, le=100_000)] = SHOWN,
    ) -> HTMLResponse:
        wanted = Wanted(q, author, venue, tag, year_from, year_to)
        return told(lambda: papers_html(libraries.assistant(library).papers(), wanted, shown))

    @router.get("/choices", response_class=HTMLResponse)
    def choices(library: str) -> HTMLResponse:
        return told(lambda: choices_html(libraries.assistant(library).papers()))

    return router


def papers_html(held: list[Paper], wanted: Wanted = ALL, shown: int = SHOWN) -> str:
    """Show the papers that are wanted, as many of them as are to be shown."""
    found = [paper for paper in matching(held, wanted.query) if _passes(paper, wanted)]
    all_held = counted(len(held), "paper")
    count = all_held if wanted == ALL else f"{len(found):,} of {all_held}"
    items = "".join(_item(paper) for paper in found[:shown])
    more = ""
    if len(found) > shown:
        next_ones = min(SHOWN, len(found) - shown)
        more = (
            f'<button type="button" class="fn-link fn-more" data-shown="{shown + next_ones}">'
            f"Show {next_ones} more of {len(found):,}</button>"
        )
    return f'<p class="fn-count" role="status">{count}</p><ul class="fn-papers">{items}</ul>{more}'


def _passes(paper: Paper, wanted: Wanted) -> bool:
    author, year = folded(wanted.author.strip()), paper.year
    return (
        (not author or any(author in folded(name) for name in paper.authors))
        and folded(wanted.venue.strip()) in folded(paper.metadata.venue or "")
        and (not wanted.tag or wanted.tag in paper.tags)
        and (wanted.year_from is None or (year is not None and year >= wanted.year_from))
        and (wanted.year_to is None or (year is not None and year <= wanted.year_to))
    )


def choices_html(held: list[Paper]) -> str:
    """Offer what the papers can be filtered by: their commonest authors and venues, all their tags."""
    authors = Counter(author for paper in held for author in paper.authors)
    venues = Counter(paper.metadata.venue for paper in held if paper.metadata.venue)
    tags = sorted({tag for paper in held for tag in paper.tags}, key=str.casefold)
    return (
        f'<datalist id="fn-authors">{_options(name for name, _ in authors.most_common(MOST_CHOICES))}</datalist>'
        f'<datalist id="fn-venues">{_options(name for name, _ in venues.most_common(MOST_CHOICES))}</datalist>'
        f'<datalist id="fn-tags">{_options(tags)}</datalist>'
    )


def _options(names: Iterable[str]) -> str:
    return "".join(f'<option value="{plain(name)}"></option>' for name in names)


def _item(paper: Paper) -> str:
    venue = plain(paper.metadata.venue or "")
    under = " · ".join(part for part in (byline(paper.authors, paper.year), venue) if part)
    kinds = ", ".join(dict.fromkeys(source.kind.upper() for source in paper.sources if source.kind == "pdf"))
    badge = f'<span class="fn-kind">{kinds}</span>' if kinds else ""
    return (
        f'<li><label class="fn-paper"><input type="checkbox" value="{plain(paper.paper_id)}">'
        f'<span><span class="fn-title">{words(paper.title)}</span>'
        f'<span class="fn-under">{under}{badge}</span></span></label>'
        f'<a class="fn-to-paper" href="#room/paper/{url_quote(paper.paper_id, safe="")}" title="About the paper">'
        f'<span class="fn-unseen">About {plain(paper.title)} </span>›</a></li>'
    )


def greeting(libraries: Libraries, key: str) -> str:
    """Welcome a person to a library: what to do with an empty one, first questions for one that holds papers."""
    try:
        assistant = libraries.assistant(key)
        papers = assistant.papers()
    except FootnoteError as error:
        return notice(error.message, error.hint)
    if not papers:
        return (
            '<div class="fn-greeting"><h2>Your library is empty.</h2>'
            "<p>Add papers as PDFs, or reading lists saved as text, Markdown, HTML or JSON lines: "
            "press <b>Add papers</b>, or drop the files on this page. "
            f"{_where_texts_go(assistant)}.</p>"
            "<p>To see first what Footnote does, switch to the example library.</p></div>"
        )
    where = "the example library" if key == EXAMPLE else "your library"
    asks = "".join(
        f'<li><a class="fn-ask" href="#ask">{words(question)}</a></li>' for question in first_questions(papers)
    )
    return (
        f'<div class="fn-greeting"><h2>Ask your papers.</h2><p>{counted(len(papers), "paper")} in {where}. '
        "Each sentence of an answer carries a footnote that opens the passage it rests on.</p>"
        f'<ul class="fn-asks">{asks}</ul></div>'
    )


def _where_texts_go(assistant: Assistant) -> str:
    model, embedding_host = assistant.model, plain(assistant.embedding_host)
    if not model and not embedding_host:
        return "Everything stays on this machine"
    added = f"Their texts go to {embedding_host} when they are added" if embedding_host else "They stay on this machine"
    asked = [f"your question goes to {embedding_host}"] if embedding_host else []
    asked += [f"passages go to {plain(model.host)}"] if model else []
    return f"{added}; {' and '.join(asked)} when you ask"


def first_questions(papers: Sequence[Paper]) -> list[str]:
    """Suggest three questions that the library answers, from its titles: on papers spread over the library, on a topic
    that some share, and on two papers of it side by side."""
    fitting = [paper.title for paper in papers if 12 <= len(paper.title) <= 60 and "$" not in paper.title]
    fitting = fitting or [paper.title for paper in papers[:3]]
    topic = _shared_topic(papers)
    of_topic = [title for title in fitting if topic and topic in title.casefold()][:2]
    compared = [f"Compare “{of_topic[0]}” and “{of_topic[1]}”."] if len(of_topic) == 2 else []
    asked = [f"Which papers deal with {topic}?", *compared] if topic else []
    count = 3 - len(asked)
    spread = (fitting[index * len(fitting) // count] for index in range(count) if fitting)
    return [*(f"What is “{title}” about?" for title in dict.fromkeys(spread)), *asked]


def _shared_topic(papers: Sequence[Paper]) -> str:
    """Return two words that stand side by side in some titles, the most of those that tell papers apart, or nothing."""
    pairs: Counter[str] = Counter()
    for paper in papers:
        beside = pairwise(_WORD.findall(paper.title.casefold()))
        pairs.update({f"{one} {other}" for one, other in beside if not {one, other} & STOPWORDS})
    most = max(LEAST_SHARED, len(papers) // 10)
    shared = [(number, pair) for pair, number in pairs.items() if LEAST_SHARED <= number <= most]
    return max(shared)[1] if shared else ""
