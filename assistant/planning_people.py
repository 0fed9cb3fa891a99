"""The authors a question restricts itself to, by whatever part of their names, and their place among the authors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.planning_names import authors_asked_for, family
from assistant.words import fold, words
from vectorstore.records import Paper

Span = tuple[int, int]
_WORKS = r"(?:papers?|articles?|publications?|preprints?|works?|studies|entries)"
_WRITE = r"(?:wr(?:ite|ites|ote|itten)|publish(?:ed|es)?|(?:co-?)?author(?:ed|s)?|work(?:ed)? on|release[ds]?)"
_BEFORE = re.compile(
    r"\b(?:by|authors?|authored|written|(?:together|along|jointly|written|wrote|published|work\w*) with|without)"
    r"(?: (?:both|either|only|just))? $",
    re.I,
)
_AFTER = re.compile(
    rf"^(?:['’]s?)? (?:\w+ ){{0,3}}?{_WORKS}\b|^(?:,? (?:also|ever|alone|herself|himself))? (?:\w+ )?{_WRITE}\b"
    r"|^(?: \w+)?,? (?:as|is|was) (?:an?|the|one of the) (?:\w+[ -])?(?:co-?)?author",
    re.I,
)
_POSSESSIVE = re.compile(rf"^['’]s? (?:\w+ ){{0,2}}?{_WORKS}\b", re.I)
_JOINED = re.compile(
    r"^(?:,|,? (?:and|or|nor|but)|,? (?:and|or|but) not)?(?: not)?(?: by| with)?(?: both| either)? ?$", re.I
)
_NOT = re.compile(r"\b(?:not|without|except|excluding|other than|nor)\b(?: \w+){0,2} $", re.I)
_OR = re.compile(r"\b(?:or|and (?:those |papers )?by)\b", re.I)
_PARTICLES = frozenset("de del della der den di da dos du el al la le van von bin ben ter ten zu".split())
_ROLES = {
    "sole": re.compile(
        r"\b(?:alone|(?:as (?:the )?)?(?:single|sole|only)[- ]author(?:ed)?|on (?:his|her|their) own|"
        r"by (?:him|her|them)sel(?:f|ves)|without (?:any )?co-?authors|by (?:only )?(?:a single|one) author)\b",
        re.I,
    ),
    "first": re.compile(r"\b(?:as )?(?:the |a )?(?:first|lead)[- ]author(?:ed|s)?\b|\bled by\b", re.I),
    "last": re.compile(r"\b(?:as )?(?:the |a )?(?:last|senior)[- ]author(?:ed|s)?\b", re.I),
}


@dataclass(frozen=True, slots=True)
class Authors:
    """The papers of the authors a question names, the names as written, where they stand, and where their role does."""

    papers: frozenset[int]
    names: tuple[str, ...]
    spans: tuple[Span, ...]
    role_spans: tuple[Span, ...] = ()


@dataclass(slots=True)
class AuthorIndex:
    """The authors of a library by the forms in which their names may be written. Every source of a paper counts."""

    papers: Sequence[Paper]
    by_author: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_form: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_family: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for number, paper in enumerate(self.papers):
            for author in dict.fromkeys((*paper.authors, *(a for s in paper.sources for a in s.metadata.authors))):
                name = fold(author)
                if name and number not in self.by_author[name]:
                    self.by_author[name].add(number)
                    self.by_family[family(author)].add(name)
                    for form in _forms(author):
                        self.by_form[form].add(name)

    def named_in(self, question: str, taken: Sequence[Span]) -> Authors | None:
        """Find the authors a question asks for outside the spans taken, and what it says of them together."""
        mentions = self._mentions(question, taken)
        roles = {role: match.span() for role, pattern in _ROLES.items() if (match := pattern.search(question))}
        if not mentions:
            if "sole" not in roles:
                return None
            return Authors(frozenset(self._in_role(set(), "sole", range(len(self.papers)))), (), (), (roles["sole"],))
        role = next(iter(roles), "")
        total: set[int] | None = None
        gone: set[int] = set()
        end = 0
        for span, names in mentions:
            numbers = set().union(*(self.by_author[name] for name in names))
            before, end = question[end : span[0]], span[1]
            if _NOT.search(before):
                gone |= numbers
                continue
            if role:
                numbers = self._in_role(names, role, numbers)
            joined = total is not None and _OR.search(before)
            total = numbers if total is None else total | numbers if joined else total & numbers
        found = (set(range(len(self.papers))) if total is None else total) - gone
        return Authors(
            frozenset(found),
            tuple(question[slice(*span)] for span, _ in mentions),
            tuple(span for span, _ in mentions),
            tuple(roles.values()),
        )

    def _mentions(self, question: str, taken: Sequence[Span]) -> list[tuple[Span, set[str]]]:
        tokens = words(question)
        found: list[tuple[Span, set[str]]] = []

        def free(span: Span) -> bool:
            return not any(span[0] < end and start < span[1] for start, end in (*taken, *(span for span, _ in found)))

        for length in (6, 5, 4, 3, 2):
            for first in range(len(tokens) - length + 1):
                span = (tokens[first].start, tokens[first + length - 1].end)
                names = self.by_form.get(fold(question[slice(*span)]), set())
                if names and free(span) and (question.islower() or _written_as_name(question[slice(*span)])):
                    found.append((span, names | self._by_family_alone(names)))
        for written, span in authors_asked_for(question):
            if free(span):
                found.append((span, self._by_family_alone({fold(written)})))
        for word in tokens:
            span, key = (word.start, word.end), fold(word.text)
            known = key in self.by_family and (question.islower() or word.text[0].isupper()) and free(span)
            if known and self._is_said_of_an_author(question, span, found):
                found.append((span, self.by_family[key]))
        return sorted(found, key=lambda mention: mention[0])

    def _is_said_of_an_author(self, question: str, span: Span, found: Sequence[tuple[Span, set[str]]]) -> bool:
        before, after = question[: span[0]], question[span[1] :]
        if _BEFORE.search(before) or _AFTER.search(after) or _POSSESSIVE.search(after):
            return True
        return any(end < span[0] and _JOINED.search(question[end : span[0]].strip() + " ") for (_, end), _ in found)

    def _by_family_alone(self, names: set[str]) -> set[str]:
        """Return the entries that have only the family name, where nobody else in the library bears it."""
        alone: set[str] = set()
        for name in names:
            last = name.split()[-1]
            bearers = {(each.split()[0][0]) for each in self.by_family.get(last, set()) if " " in each}
            if last in self.by_author and bearers <= {name[0]}:
                alone.add(last)
        return alone

    def _in_role(self, names: set[str], role: str, numbers: Sequence[int] | set[int] | range) -> set[int]:
        kept = set()
        for number in numbers:
            authors = [fold(author) for author in self.papers[number].authors]
            if role == "sole":
                fits = len(authors) == 1 and (not names or authors[0] in names)
            else:
                fits = bool(authors) and authors[0 if role == "first" else -1] in names
            if fits:
                kept.add(number)
        return kept


def _written_as_name(text: str) -> bool:
    return all(word.text[0].isupper() or word.text in _PARTICLES for word in words(text))


def _forms(author: str) -> set[str]:
    """Return the folded forms of a name: whole, turned round, with initials, without its middle, its last words."""
    name, last = fold(author), family(author)
    given = fold(author.split(",")[1]) if "," in author else name.removesuffix(last).strip()
    if not given or not last:
        return {name} if " " in name else set()
    first = given.split()[0]
    initials = " ".join(part[0] for part in given.split())
    forms = {name}
    for form in (given, first, first[0], initials, initials.replace(" ", "")):
        forms |= {f"{form} {last}", f"{last} {form}"}
    tokens = name.split()
    forms |= {" ".join(tokens[at:]) for at in range(1, len(tokens) - 1) if len(tokens[at]) > 1}
    return forms
