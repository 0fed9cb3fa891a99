"""What a question restricts by the ledger: years and months, authors, venues, words of the title. Knows no texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.planning_names import authors_asked_for, family
from assistant.words import STOPWORDS, fold, stem, words
from vectorstore.records import Paper

MONTHS = {
    name: number
    for number, forms in enumerate(
        "january jan,february feb,march mar,april apr,may,june jun,july jul,august aug,september sept sep,october oct,"
        "november nov,december dec".split(","),
        start=1,
    )
    for name in forms.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"((?:19|20)\d\d)"
_DATES = (
    ("between", re.compile(rf"\b(?:between|from) {_YEAR} (?:and|to|until|through|-|–) {_YEAR}", re.I)),
    ("between", re.compile(rf"\b{_YEAR} ?[-–] ?{_YEAR}\b")),
    (
        "since",
        re.compile(rf"\b(?:since|from|starting(?: in)?) (?:the year )?{_YEAR}\b(?: on(?:wards?)?| or later)?", re.I),
    ),
    ("since", re.compile(rf"\b(?:in )?{_YEAR} (?:or|and) (?:later|newer|after)\b", re.I)),
    ("after", re.compile(rf"\b(?:after|later than|newer than|more recent than) {_YEAR}\b", re.I)),
    ("before", re.compile(rf"\b(?:before|earlier than|older than|prior to) {_YEAR}\b", re.I)),
    ("until", re.compile(rf"\b(?:until|up to|by the end of|no later than) {_YEAR}\b", re.I)),
    ("month", re.compile(rf"\b(?:in |from |of |dated )?({_MONTH})\.?(?: of)?,? {_YEAR}\b", re.I)),
    ("year", re.compile(rf"\b(?:in|from|of|dated|during|for|the year) (?:the year )?{_YEAR}\b", re.I)),
    ("year", re.compile(rf"\b{_YEAR}(?:'s)?\b(?= (?:papers?|articles?|publications?|work))", re.I)),
)
_LIST_OF = re.compile(
    r"(?:in|on|from) (?:the )?((?:[A-Z][\w.-]+ ?){1,4})(?:['’]s?)? (?:list|page|feed|blog|collection|site)\b"
)
_IN_TITLE = re.compile(
    (
        r"(?:has|have|having|with|contains?|containing|mentions?|including) (?:the words? )?[\"“'‘]?([\w "
        r"-]{2,40}?)[\"”'’]? in (?:its|their|the|his|her) titles?"
    ),
    re.I,
)
_BY = re.compile(r"\b(?:by|from|of|did|has|have|does) $|\b(?:by|from|of|did|has|have|is|was|does) (?:[\w.]+ )?$", re.I)
_WROTE = re.compile(
    (
        r"^(?:['’]s)? (?:(?:\w+ )?(?:write|wrote|written|publish|published|author|authored|co-?author)|"
        r"an? (?:co-?)?author)"
    ),
    re.I,
)


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The papers a question restricts itself to; `papers` is None where it does not.

    `spans` are the words that say so, `people` those of them that name authors.
    """

    papers: tuple[Paper, ...] | None
    spans: tuple[tuple[int, int], ...] = ()
    authors: tuple[str, ...] = ()
    people: tuple[tuple[int, int], ...] = ()
    dated: bool = False
    year_from: int | None = None
    year_to: int | None = None


@dataclass(slots=True)
class LedgerIndex:
    """Authors and venues of a library, built once per state of the library."""

    papers: Sequence[Paper]
    by_author: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_family: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_venue_word: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for number, paper in enumerate(self.papers):
            for author in paper.authors:
                folded = fold(author)
                self.by_author[folded].add(number)
                parts = folded.split()
                if len(parts) > 2:
                    self.by_author[f"{parts[0]} {parts[-1]}"].add(number)
                self.by_family[family(author)].add(number)
            for word in words(paper.metadata.venue or ""):
                if not word.text.isdigit() and word.text.casefold() not in STOPWORDS:
                    self.by_venue_word[fold(word.text)].add(number)

    def restrict(self, question: str, taken: Sequence[tuple[int, int]] = ()) -> Restrictions:
        """Find what the question restricts, outside the spans that name papers."""
        spans: list[tuple[int, int]] = []
        listed = _LIST_OF.search(question)
        if listed:
            spans.append(listed.span())
        sets: list[set[int]] = []
        authors = self._authors(question, [*taken, *spans])
        for _, span, numbers in authors:
            spans.append(span)
            sets.append(numbers)
        venue = self._venue(question, [*taken, *spans])
        if venue:
            spans.append(venue[0])
            sets.append(venue[1])
        dated = _dates(question)
        if dated:
            spans.append(dated.span)
            by_date = {n for n, paper in enumerate(self.papers) if dated.holds(paper)}
            if venue:
                by_date |= {n for n in venue[1] if self.papers[n].year is None and self.papers[n].metadata.date is None}
            sets.append(by_date)
        titled = _IN_TITLE.search(question)
        if titled:
            spans.append(titled.span())
            wanted = {stem(word.text) for word in words(titled[1]) if word.text.casefold() not in STOPWORDS}
            sets.append(
                {n for n, paper in enumerate(self.papers) if all(_in_title(word, paper.title) for word in wanted)}
            )
        kept = None if not sets else tuple(self.papers[n] for n in sorted(set.intersection(*sets)))
        return Restrictions(
            kept,
            tuple(spans),
            tuple(name for name, _, _ in authors),
            tuple(span for _, span, _ in authors),
            dated is not None,
            dated.first if dated else None,
            dated.last if dated else None,
        )

    def _authors(self, question: str, taken: Sequence[tuple[int, int]]) -> list[tuple[str, tuple[int, int], set[int]]]:
        tokens = list(words(question))
        found: list[tuple[str, tuple[int, int], set[int]]] = []
        spans = list(taken)
        for length in (5, 4, 3, 2, 1):
            for first in range(len(tokens) - length + 1):
                span = (tokens[first].start, tokens[first + length - 1].end)
                if any(span[0] < end and start < span[1] for start, end in spans):
                    continue
                written = question[span[0] : span[1]]
                key = fold(written)
                numbers = self.by_author.get(key, set())
                if length == 1 or not numbers:
                    said = _WROTE.match(question[span[1] :]) or re.search(r"\b(?:by|author) $", question[: span[0]])
                    numbers = self.by_family.get(key, set()) if said and written[:1].isupper() else set()
                if numbers:
                    found.append((written, span, numbers))
                    spans.append(span)
        for written, span in authors_asked_for(question):
            if not any(span[0] < end and start < span[1] for start, end in spans):
                found.append((written, span, set()))
        return sorted(found, key=lambda item: item[1])

    def _venue(self, question: str, taken: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], set[int]] | None:
        """Match words written like names, and the plain ones beside them, with the words of the venues."""
        hits = [
            word
            for word in words(question)
            if fold(word.text) in self.by_venue_word
            and word.text[:1].isupper()
            and word.start > 0
            and not any(word.start < end and start < word.end for start, end in taken)
        ]
        if not hits:
            return None
        if not re.search(
            r"\b(?:at|in|from|appear\w*|publish\w*|present\w*|accept\w*|venue|conference|journal|workshop)\b",
            question,
            re.I,
        ):
            return None
        if not re.search(
            r"\b(?:at|in|from|of|by|for|venue|workshop|conference|journal)(?: the)? $", question[: hits[0].start], re.I
        ):
            return None
        sets = [self.by_venue_word[fold(word.text)] for word in hits]
        both = set.intersection(*sets)
        rarest = min(sets, key=len)
        return (hits[0].start, hits[-1].end), (rarest if both < rarest else both)


@dataclass(frozen=True, slots=True)
class _Dates:
    span: tuple[int, int]
    first: int | None
    last: int | None
    month: int | None = None

    def holds(self, paper: Paper) -> bool:
        date = paper.metadata.date or ""
        year = paper.year or (int(date[:4]) if date[:4].isdigit() else None)
        if year is None or (self.first and year < self.first) or (self.last and year > self.last):
            return False
        return self.month is None or date[5:7] == f"{self.month:02d}"


def _dates(question: str) -> _Dates | None:
    for name, pattern in _DATES:
        match = pattern.search(question)
        if not match:
            continue
        span = match.span()
        if name == "between":
            return _Dates(span, int(match[1]), int(match[2]))
        if name == "month":
            return _Dates(span, int(match[2]), int(match[2]), MONTHS[match[1].casefold()])
        year = int(match[1])
        first = {"since": year, "after": year + 1, "year": year}.get(name)
        last = {"before": year - 1, "until": year, "year": year}.get(name)
        return _Dates(span, first, last)
    return None


def _in_title(word: str, title: str) -> bool:
    return any(word == other.stem or word in fold(other.text) for other in words(title))
