"""What a question restricts by the ledger: dates, authors, venues, words of the title. Knows no texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.planning_dates import dates_in
from assistant.planning_people import AuthorIndex
from assistant.words import STOPWORDS, fold, stem, words
from vectorstore.records import Paper

Span = tuple[int, int]
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
_PLACED = r"(?:appear\w*|publish\w*|present\w*|accept\w*|come|came|printed|venue)"
_AT = re.compile(
    r"\b(?:at|in|from|of|by|for|on|venue|workshop|conference|journal|proceedings|findings)(?: the)? $", re.I
)
_KIND_OF_VENUE = re.compile(
    r"\b(?:(?P<workshop>workshops?)|(?P<journal>journals?)|"
    r"(?P<preprint>(?:as )?preprints?(?: (?:on|from) arxiv)?|(?:on )?arxiv))\b",
    re.I,
)
_KINDS = {
    "workshop": re.compile(r"\bworkshops?\b", re.I),
    "journal": re.compile(r"\b(?:journal|transactions|letters|annals|bulletin|magazine|review|quarterly)\b", re.I),
    "preprint": re.compile(r"\b(?:arxiv|preprints?|[a-z]+rxiv)\b", re.I),
}
_UNKNOWN = re.compile(
    rf"\b{_PLACED}(?: (?!at\b|in\b)\w+)? (?:at|in)(?: the)? (?:(?:[a-z]+ ){{0,2}}(?:of|on) )?"
    r"(?P<name>[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*)"
)
_GENERIC = frozenset("proceedings conference workshop workshops journal findings international annual".split())


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


@dataclass(slots=True)
class LedgerIndex:
    """Authors and venues of a library, built once per state of the library."""

    papers: Sequence[Paper]
    authors: AuthorIndex = field(init=False)
    by_venue_word: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.authors = AuthorIndex(self.papers)
        for number, paper in enumerate(self.papers):
            for word in words(paper.metadata.venue or ""):
                if not word.text.isdigit() and word.text.casefold() not in STOPWORDS:
                    self.by_venue_word[fold(word.text)].add(number)

    def restrict(self, question: str, taken: Sequence[Span] = ()) -> Restrictions:
        """Find what the question restricts, outside the spans that name papers."""
        spans: list[Span] = []
        sets: list[set[int]] = []
        listed = _LIST_OF.search(question)
        if listed:
            spans.append(listed.span())
        authors = self.authors.named_in(question, [*taken, *spans])
        if authors:
            spans += [*authors.spans, *authors.role_spans]
            sets.append(set(authors.papers))
        dated = dates_in(question)
        if dated and any(dated.span[0] < end and start < dated.span[1] for start, end in taken):
            dated = None
        if dated:
            spans.append(dated.span)
        venue = self._venue(question, [*taken, *spans])
        if venue:
            spans.append(venue[0])
            sets.append(venue[1])
        if dated:
            undated = venue[1] if venue else set()
            sets.append(
                {n for n, paper in enumerate(self.papers) if dated.hold(paper)}
                | {n for n in undated if self.papers[n].year is None and self.papers[n].metadata.date is None}
            )
        titled = _IN_TITLE.search(question)
        if titled:
            spans.append(titled.span())
            wanted = {stem(word.text) for word in words(titled[1]) if word.text.casefold() not in STOPWORDS}
            sets.append(
                {n for n, paper in enumerate(self.papers) if all(_in_title(word, paper.title) for word in wanted)}
            )
        return Restrictions(
            None if not sets else tuple(self.papers[n] for n in sorted(set.intersection(*sets))),
            tuple(spans),
            authors.names if authors else (),
            authors.spans if authors else (),
            dated is not None,
        )

    def _venue(self, question: str, taken: Sequence[Span]) -> tuple[Span, set[int]] | None:
        """Find the venue a question names: by its name, as one the library does not have, or by its kind."""

        def free(span: Span) -> bool:
            return not any(span[0] < end and start < span[1] for start, end in taken)

        runs = [run for run in self._runs(question) if free(run[0])]
        if runs and _AT.search(question[: runs[0][0][0]]):
            (start, _), numbers, known = runs[0]
            for _, others, more in runs[1:]:  # a host: `the X workshop at Y`; what names no host is not excluded
                named = {n for n in numbers if self._words_of(n) <= known | more}
                numbers = (numbers & others) | (numbers & named) if numbers & others else numbers
            return (start, runs[-1][0][1]), numbers
        unknown = _UNKNOWN.search(question)
        if unknown and free(unknown.span("name")):
            return unknown.span("name"), set()
        kind = _KIND_OF_VENUE.search(question)
        if kind and free(kind.span()) and _restricts(question, kind):
            pattern = _KINDS[kind.lastgroup or ""]
            return kind.span(), {n for n, paper in enumerate(self.papers) if pattern.search(paper.metadata.venue or "")}
        return None

    def _runs(self, question: str) -> list[tuple[Span, set[int], set[str]]]:
        """Return the runs of words of venues, written like names: where, the papers that have all, and the words."""
        runs: list[tuple[Span, set[int], set[str]]] = []
        for word in words(question):
            key = fold(word.text)
            if key not in self.by_venue_word or word.start == 0:
                continue
            numbers = self.by_venue_word[key]
            if runs and question[runs[-1][0][1] : word.start].strip(" -") in {"", "of", "on", "for", "and"}:
                span, before, known = runs[-1]
                runs[-1] = ((span[0], word.end), before & numbers or before, known | {key})
            elif word.text[:1].isupper():
                runs.append(((word.start, word.end), set(numbers), {key}))
        return runs

    def _words_of(self, number: int) -> set[str]:
        """Return the words of a paper's venue that name it."""
        venue = words(self.papers[number].metadata.venue or "")
        return {fold(word.text) for word in venue if not word.text.isdigit()} - _GENERIC - STOPWORDS


def _restricts(question: str, kind: re.Match[str]) -> bool:
    """Tell whether a kind of venue stands with the papers asked for: `workshop papers`, `presented at a workshop`."""
    if re.match(r"(?: \w+)? (?:papers?|articles?|publications?)\b", question[kind.end() :], re.I):
        return True
    before = question[: kind.start()]
    if kind.lastgroup == "preprint" and re.search(r"\b(?:which|what|list|all|any|the|only)(?: the)? $", before, re.I):
        return True
    return bool(
        re.search(
            rf"\b{_PLACED}\b.*\b(?:at|in|by|on|as)(?: (?:an?|any|some))? (?:\w+ )?$|\bfrom (?:an? )?$", before, re.I
        )
    )


def _in_title(word: str, title: str) -> bool:
    return any(word == other.stem or word in fold(other.text) for other in words(title))
