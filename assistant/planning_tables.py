"""Plans of comparisons and summaries: of papers given by name, and as a follow-up changes the comparison before it.

`and on memory?`, `add a third`, `only those since 2023`. Knows no texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from assistant.errors import UsageError
from assistant.planning_aspects import STANDING, Mention, aspects, listed_aspects
from assistant.planning_names import called, names_in, short_name
from assistant.planning_restrictions import LedgerIndex
from assistant.types import Aspect, Plan, Table
from assistant.words import content, listed, looks_like_name
from vectorstore.records import Filters, Paper

MOST_COMPARED = 8  # papers in one table

_LEAD = r"^\W*(?:(?:and|now|then|please|also|ok|okay|but|can you|could you|let us|let's)\b\W*)*"
_AND = re.compile(
    rf"{_LEAD}(?<=\w)\W|^\W*(?:what|how) about\b|^\W*(?:on|in terms of|regarding|with respect to)\b", re.I
)
_ADD = re.compile(
    rf"{_LEAD}(?:add|include|insert|put in|bring in|extend|with|compare (?:(?:them|these|those|it|this|that|both) )?"
    rf"(?:with|to|against))\b",
    re.I,
)
_DROP = re.compile(
    rf"{_LEAD}(?:drop|remove|leave out|leave|take (?:out|away|off)|without|omit|exclude|skip|delete|except|not)\b", re.I
)
_ONLY = re.compile(
    rf"{_LEAD}(?:only|just|keep|restrict|limit|narrow|those|the ones)\b|\b(?:since|before|after|until|in|from) "
    r"(?:19|20)\d\d\W*(?:only|please)?\W*$",
    re.I,
)
_MORE = re.compile(
    r"\b(?:(?:a |the )?(?:third|fourth|fifth|sixth)|another|(?P<count>one|two|three) (?:more|others?)|more)\b"
    r"(?: (?:ones?|papers?|models?|methods?|systems?|stud(?:y|ies)|approach(?:es)?))?",
    re.I,
)
_COUNTS = {"two": 2, "three": 3}
_PLACES = {
    word: place
    for place, forms in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"))
    for word in forms.split()
} | {"last": -1}
_PLACE = re.compile(rf"\bthe ({'|'.join(_PLACES)})\b", re.I)
_ALL_OF_THEM = re.compile(
    r"\b(?:they|them|their|both|these|those|each|the (?:two|three|four|five|papers|models|methods|systems))\b", re.I
)
_ONE_OF_THEM = re.compile(
    rf"\bthe (?:{'|'.join(_PLACES)}|former|latter|other)(?: one| paper| of (?:them|these|those|the two))?\b|"
    r"\bwhich (?:one|of)\b",
    re.I,
)
_BACK = re.compile(r"\b(?:that|this|it|these|they|them|those)\b", re.I)
_TABLE = re.compile(r"\b(?:table|comparison|rows?|columns?)\b", re.I)
_ADDED_WORDS = re.compile(
    r"\b(?:add|include|insert|put in|bring in|extend|with|to the (?:table|comparison)|"
    r"(?:a |the )?(?:rows?|columns?|lines?)"
    r"(?: (?:for|on|with|about))?|how (?:does|do|did)|do|does|it|that|this|fit in|the|papers?)\b",
    re.I,
)


def comparison(papers: Sequence[Paper], on: Sequence[str] = ()) -> Plan:
    """Plan a comparison of papers on the aspects listed, else on those that every paper is looked at for.

    Raises UsageError for fewer than two papers, or more than a table holds.
    """
    if len(papers) < 2:
        raise UsageError("A comparison needs two papers or more.", "Name another paper of the library.")
    if len(papers) > MOST_COMPARED:
        raise UsageError(f"{len(papers)} papers are too many for one table.", f"Name at most {MOST_COMPARED}.")
    asked = listed_aspects(on) or STANDING
    question = asked_in_words(papers, asked)
    return Plan(question, question, "compare", papers=tuple(papers), topic=topic_of(asked), aspects=asked)


def summary(paper: Paper) -> Plan:
    """Plan a summary of a paper."""
    question = f"Summarise {short_name(paper)}."
    return Plan(question, question, "summary", papers=(paper,), aspects=STANDING)


def asked_in_words(papers: Sequence[Paper], on: Sequence[Aspect], spoken: Mapping[str, str] | None = None) -> str:
    """Return the question that a comparison of papers on aspects answers."""
    about = listed([aspect.name for aspect in on if not aspect.standing])
    return f"Compare {listed([called(paper, spoken or {}) for paper in papers])}{' on ' + about if about else ''}."


def topic_of(on: Sequence[Aspect]) -> str:
    """Return the aspects that were asked for in one line; empty where there are none but the standing ones."""
    return ", ".join(aspect.name for aspect in on if not aspect.standing)


@dataclass(frozen=True, slots=True)
class _Growth:
    """The papers and aspects that a comparison now has, how many more papers are to be found for it, and the names to
    be added that no paper has."""

    papers: tuple[Paper, ...]
    aspects: tuple[Aspect, ...]
    more: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A follow-up with the papers it names, split by whether the comparison has them."""

    question: str
    mentions: tuple[Mention, ...]
    inside: tuple[Paper, ...]
    outside: tuple[Paper, ...]
    restricted: tuple[Paper, ...] | None

    @property
    def unnamed(self) -> str:
        """The question without the names."""
        text = self.question
        for _, (start, end) in sorted(self.mentions, key=lambda mention: mention[1], reverse=True):
            text = re.sub(r"  ['’]s?\b", "  ", f"{text[:start]}  {text[end:]}")
        return text


def grown(
    question: str,
    table: Table,
    papers: Collection[Paper],
    named: Sequence[tuple[Paper, tuple[int, int]]],
    ledger: LedgerIndex,
    filters: Filters,
) -> Plan | None:
    """Plan what a question makes of a comparison; None when it asks something else.

    `papers` are the library's, `named` those that the question names, and where.
    """
    by_id = {source.source_id: paper for paper in papers for source in paper.sources}
    by_id.update({paper.paper_id: paper for paper in papers})
    columns = tuple(by_id[column.paper_id] for column in table.columns if column.paper_id in by_id)
    rows = tuple(row.aspect for row in table.rows)
    asked = _Asked(
        question,
        tuple((paper.paper_id, span) for paper, span in named),
        tuple(paper for paper, _ in named if paper in columns),
        tuple(paper for paper, _ in named if paper not in columns),
        ledger.restrict(question, [span for _, span in named]).papers,
    )
    growth = next((made for way in _WAYS if (made := way(asked, columns, rows))), None)
    if growth is None:
        return None
    names = {column.paper_id: column.name for column in table.columns} | names_in(question, dict(named))
    return Plan(
        question=question,
        standalone=asked_in_words(growth.papers, growth.aspects, names),
        kind="compare",
        filters=filters,
        papers=growth.papers,
        topic=topic_of(growth.aspects),
        missing=growth.missing,
        carried=True,
        aspects=growth.aspects,
        names=names,
        grows=table,
        more=growth.more,
    )


def goes_on(question: str) -> bool:
    """Tell whether a question speaks of a comparison that is not that of the turn just before."""
    return _TABLE.search(question) is not None


def _taken_away(asked: _Asked, columns: tuple[Paper, ...], rows: tuple[Aspect, ...]) -> _Growth | None:
    if not _DROP.search(asked.question):
        return None
    gone: Collection[Paper] = asked.inside or asked.restricted or ()
    place = _PLACE.search(asked.question)
    if not gone and place:
        gone = columns[_PLACES[place[1].casefold()] :][:1]
    if gone or not columns:
        return _Growth(tuple(paper for paper in columns if paper not in gone), rows)
    kept = tuple(aspect for aspect in rows if not _is_meant(aspect, asked.question))
    return _Growth(columns, kept) if kept and len(kept) < len(rows) else None


def _kept(asked: _Asked, columns: tuple[Paper, ...], rows: tuple[Aspect, ...]) -> _Growth | None:
    if not _ONLY.search(asked.question):
        return None
    if asked.restricted is not None:
        return _Growth(tuple(paper for paper in columns if paper in asked.restricted), rows)
    if asked.inside and not asked.outside:
        return _Growth(asked.inside, rows)
    kept = tuple(aspect for aspect in rows if _is_meant(aspect, asked.question))
    return _Growth(columns, kept) if kept else None


def _papers_added(asked: _Asked, columns: tuple[Paper, ...], rows: tuple[Aspect, ...]) -> _Growth | None:
    adds = _ADD.search(asked.question) is not None
    more = _MORE.search(asked.question)
    if not asked.outside and more and (adds or _AND.search(asked.question)):
        return _Growth(columns, rows, _COUNTS.get((more["count"] or "").casefold(), 1))
    if not asked.outside:
        rest = " ".join(_ADDED_WORDS.sub(" ", asked.question).split()).strip(" ?.!")
        unknown = adds and " " not in rest and looks_like_name(rest) and not rest.isupper()
        return _Growth(columns, rows, missing=(rest,)) if unknown else None
    rest = _ADDED_WORDS.sub(" ", asked.unnamed)
    asks_more = bool(content(_MORE.sub(" ", rest))) and not aspects(rest, ())[0].standing
    if not adds and not _AND.search(asked.question) and (asks_more or not _BACK.search(asked.question)):
        return None
    new = aspects(rest, ()) if asks_more else ()
    return _Growth((*columns, *asked.outside), _with(rows, new))


def _aspects_added(asked: _Asked, columns: tuple[Paper, ...], rows: tuple[Aspect, ...]) -> _Growth | None:
    if _ONE_OF_THEM.search(asked.question):
        return None
    of_all = _ALL_OF_THEM.search(asked.question) or set(asked.inside) == set(columns)
    leads = _AND.search(asked.question) or _ADD.search(asked.question) or _TABLE.search(asked.question)
    if asked.outside or (asked.inside and set(asked.inside) != set(columns)) or not (of_all or leads):
        return None
    question = _ADDED_WORDS.sub(" ", asked.question) if _ADD.search(asked.question) else asked.question
    mentions = asked.mentions if question == asked.question else ()
    grown = _with(rows, aspects(question, mentions))
    return _Growth(columns, grown)


def _with(rows: tuple[Aspect, ...], new: tuple[Aspect, ...]) -> tuple[Aspect, ...]:
    known = {aspect.name.casefold() for aspect in rows}
    return (*rows, *(aspect for aspect in new if aspect.name.casefold() not in known))


def _is_meant(aspect: Aspect, question: str) -> bool:
    own = content(aspect.name)
    return bool(own) and own <= content(question)


_WAYS: tuple[Callable[[_Asked, tuple[Paper, ...], tuple[Aspect, ...]], _Growth | None], ...] = (
    _taken_away,
    _kept,
    _papers_added,
    _aspects_added,
)
