"""Which papers of the library a question names, in any way people do. Knows titles, authors and files, no texts."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.words import STOPWORDS, content, fold, looks_like_name, stem, words
from vectorstore.records import Paper

_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{4,200})[\"“”»]|(?<!\w)['‘]([^'‘’]{8,200})['’](?!\w)")
_CALLED = re.compile(
    r"\bthe ((?:[\w.+'’-]+ ){1,8}?)(?:paper|article|study|report|preprint|survey|manuscript|note|notes)\b",
    re.IGNORECASE,
)
_ET_AL = re.compile(r"\b([^\W\d_][\w'’-]+)(?:,? et al\.?| and colleagues| and co-?authors)", re.IGNORECASE)
_AUTHOR_PAIR = re.compile(r"\b([A-Z][\w'’-]+) (?:and|&) ([A-Z][\w'’-]+)")
_YEAR = re.compile(r"\b(19[5-9]\d|20\d\d)\b")
SETTING = re.compile(
    r"\b(?:on|over|than|against|with|like|besides|beyond|outperform\w*|beats?|beating)(?: the| an?)?(?: [a-z-]+)? $"
)
_CAPITALISED = r"[A-Z][^\W\d_A-Z]+(?:-[A-Z][^\W\d_A-Z]+)?"
_PERSON = rf"{_CAPITALISED}(?: (?:[A-Z]\.|{_CAPITALISED}|[Dd][aei]|[Vv][ao]n|[Dd]e[nr]|[Ll][ae]))* {_CAPITALISED}"
_AUTHOR_ASKED_FOR = re.compile(
    rf"\b(?:papers?|articles?|studies|publications?|preprints?|works?|anything|something|one)(?: there| here)?"
    rf"(?: (?:co-?)?(?:written|published|authored))? by ({_PERSON})"
    rf"(?=\W*$|,? (?:are|is|do|does|in|on|about|since|from|before|after)\b)|"
    rf"\b(?:did|has|have) ({_PERSON}) (?:ever |also )?(?:write|written|publish|(?:co-?)?author)|"
    rf"\b({_PERSON})['’]s? (?:\w+ )?(?:papers|articles|publications|preprints)\b"
)
_COMPARING = re.compile(r"\b(?:compar\w+|differ\w*|contrast\w*|versus|vs|respectively|in common)\b", re.I)
_LINK = r"(?:and|or|versus|vs\.?|against|with|than|to|as opposed to)"
_LITTLE = r"(?:(?:for|of|in|by|with|on|to|from|that|those|the|what|which|how|does|do|did|is|are|was|were)\s+)"
_LOWER = r"(?-i:[^\s.?!A-Z]+)"
_AND_THEN = re.compile(
    rf"(?:['’]s?)?(?:,?\s+{_LOWER}){{0,6}}?(?:,?\s+{_LINK}|,)\s+(?:{_LITTLE}{{1,4}}(?:{_LOWER}\s+){{0,3}}?{_LITTLE}?)?",
    re.I,
)
_BEFORE_AND = re.compile(
    rf"(?:['’]s?(?:\s+[^\s.?!,]+){{0,3}}?)?(?:\s+{_LOWER}){{0,3}}?\s*,?\s+{_LINK}\s+{_LITTLE}{{0,4}}", re.I
)
# `were A on X and B trained`: a plural verb before the one name has a second follow, whatever stands between.
_PLURAL = re.compile(r"\b(?:are|were|do|have)\s+(?:the\s+)?$", re.I)
_AND_LATER = re.compile(rf"(?:['’]s?)?(?:,?\s+[^\s.?!]+(?:\.\d+)?){{0,8}}?,?\s+{_LINK}\s+{_LITTLE}{{0,4}}", re.I)
REMEMBERED = 256  # questions: each turn of a conversation speaks of those before it
_Take = Callable[[Sequence[int], tuple[int, int]], None]
_COMMON = frozenset(
    """analysis approach attention benchmark case challenge comparison data dataset deep evaluation framework guide
    introduction language learning method methods model models network networks note notes overview
    recommendation report research review science study summary survey system systems task technical text theory
    toward towards training transformer transformers tutorial version vision""".split()
)


@dataclass(frozen=True, slots=True)
class NamedPapers:
    """The papers a question names, in its order; `spans` where the names stand; `missing` names no paper here has.

    `candidates` are the works of an author when he has several; `parts` the names that stand only within a title;
    `places` are where each of the papers is named first; `settings` those of the papers that are named as a setting or
    a rival: `tested on X`, `faster than X`.
    """

    papers: tuple[Paper, ...]
    spans: tuple[tuple[int, int], ...]
    candidates: tuple[Paper, ...] = ()
    missing: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    settings: tuple[Paper, ...] = ()
    places: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class TitleIndex:
    """The ways to name the papers of a library, built once per state of the library.

    `by_key` holds whole titles, systems before a colon, files; `by_part` names within titles, for want of a key.
    """

    papers: Sequence[Paper]
    by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_part: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    by_word: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_family: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_author: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    title_stems: list[frozenset[str]] = field(default_factory=list)
    _known: Callable[[str], NamedPapers] = field(init=False)

    def __post_init__(self) -> None:
        self._known = functools.lru_cache(REMEMBERED)(self._find)
        for number, paper in enumerate(self.papers):
            for key in _keys(paper.title):
                self.by_key[key].append(number)
            for key in _file_keys(paper):
                self.by_key[key].append(number)
            for written in _parts(paper.title):
                self.by_part[_squeezed(written)].append((number, written))
            stems = frozenset(word.stem for word in words(paper.title) if word.text.casefold() not in STOPWORDS)
            self.title_stems.append(stems)
            for word in stems:
                self.by_word[word].add(number)
            if paper.authors:
                self.by_family[family(paper.authors[0])].append(number)
            for key in map(fold, paper.authors):
                if " " in key:
                    self.by_author[key].add(number)

    def name(self, question: str) -> NamedPapers:
        """Find the papers that the question names."""
        return self._known(question)

    def _find(self, question: str) -> NamedPapers:
        found: dict[int, tuple[int, int]] = {}
        taken: list[tuple[int, int]] = []
        candidates: list[int] = []
        missing: list[str] = []

        def take(numbers: Sequence[int], span: tuple[int, int]) -> None:
            for number in numbers:
                found.setdefault(number, span)
            taken.append(span)

        people = [*self._people(question), *(span for _, span in authors_asked_for(question))]
        self._by_quotes(question, take)
        self._by_keys(question, taken, people, take)
        parts = [] if found else self._by_parts(question, [*taken, *people], take)
        self._by_description(question, taken, take, missing)
        self._by_authors(question, taken, take, candidates)
        if not found:
            self._by_most_of_a_title(question, take)
        if len(found) == 1:
            self._beside(question, next(iter(found.values())), take)
        order = sorted(found, key=lambda number: found[number])
        return NamedPapers(
            tuple(self.papers[number] for number in order),
            tuple(sorted(taken)),
            tuple(self.papers[number] for number in candidates if number not in found),
            tuple(missing),
            tuple(parts),
            tuple(self.papers[n] for n in order if _is_setting(question, found[n])),
            tuple(found[n] for n in order),
        )

    def _by_quotes(self, question: str, take: _Take) -> None:
        for match in _QUOTED.finditer(question):
            quoted = fold(match[1] or match[2])
            numbers = [n for n, paper in enumerate(self.papers) if f" {quoted} " in f" {fold(paper.title)} "]
            whole = [n for n in numbers if fold(self.papers[n].title) == quoted]
            if whole or (len(numbers) == 1 and len(quoted.split()) > 1):
                take(whole or numbers, match.span())

    def _people(self, question: str) -> list[tuple[int, int]]:
        """Find where an author is named in full."""
        tokens = list(words(question))
        spans = [
            (tokens[first].start, tokens[first + length - 1].end)
            for length in range(2, 6)
            for first in range(len(tokens) - length + 1)
        ]
        return [span for span in spans if fold(question[slice(*span)]) in self.by_author]

    def _by_keys(
        self, question: str, taken: list[tuple[int, int]], people: Sequence[tuple[int, int]], take: _Take
    ) -> None:
        """Match runs of the question's words, the longest first, with titles, the systems they name, and files.

        What is part of a person's name names no paper.
        """
        tokens = list(words(question))
        for length in range(min(24, len(tokens)), 0, -1):
            for first in range(len(tokens) - length + 1):
                span = (tokens[first].start, tokens[first + length - 1].end)
                if any(span[0] < end and start < span[1] for start, end in taken):
                    continue
                if any(start <= span[0] and span[1] <= end for start, end in people):
                    continue
                written = question[span[0] : span[1]]
                numbers = self._with_key(fold(written), written, question, span)
                if numbers:
                    take(numbers, span)

    def _by_parts(self, question: str, taken: Sequence[tuple[int, int]], take: _Take) -> list[str]:
        """Match a name with one that stands somewhere in a single title, written alike: `PagedAttention`, `DPO`."""
        parts: list[str] = []
        for match in re.finditer(r"\b[A-Z][\w.+-]*(?: [A-Z][\w.+-]*\w)+|[\w][\w.+-]*\w", question):
            written = re.sub(r"['’]s$", "", match[0])
            if not (looks_like_name(written) or " " in written):
                continue
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            numbers = self._with_part(written)
            if len(numbers) == 1:
                take(sorted(numbers), match.span())
                parts.append(written)
        return parts

    def _beginning(self, written: str) -> set[int]:
        """Find the titles that begin with some words, two of which say something."""
        if len(content(written)) < 2:
            return set()
        return {n for n, paper in enumerate(self.papers) if f"{fold(paper.title)} ".startswith(f"{fold(written)} ")}

    def _with_part(self, written: str) -> set[int]:
        return {
            number
            for number, form in self.by_part.get(_squeezed(written), ())
            if form.rstrip("s") == written.rstrip("s") or " " in form
        }

    def _beside(self, question: str, known: tuple[int, int], take: _Take) -> None:
        """Match what stands in parallel with a name that is known: `A and B`, `X of A, and what of B`.

        There a name within a title will do, or an author with one paper; small letters do where papers are compared.
        """
        tokens = list(words(question))
        for length in range(min(5, len(tokens)), 0, -1):
            for first in range(len(tokens) - length + 1):
                span = (tokens[first].start, tokens[first + length - 1].end)
                written = question[slice(*span)]
                if not stands_beside(question, span, known):
                    continue
                numbers = self._beginning(written) if length > 1 else set()
                if not numbers and (_is_capitalised(written) or (length > 1 and _COMPARING.search(question))):
                    numbers = self._with_part(written) or self.by_author.get(fold(written), set())
                if len(numbers) == 1:
                    take(sorted(numbers), span)
                    return

    def _with_key(self, key: str, written: str, question: str, span: tuple[int, int]) -> list[int]:
        squeezed = key.replace(" ", "")
        if " " not in key and not _could_name(written, question, span):
            return []
        for form in (key, squeezed, _singular(squeezed)):
            numbers = self.by_key.get(form, [])
            if " " not in key and question != question.casefold():
                numbers = [n for n in numbers if _same_case(written, self.papers[n].title)]
            if 0 < len(numbers) <= (3 if " " in key else 1):  # a word that opens several titles names none of them
                return numbers
        return []

    def _by_description(self, question: str, taken: list[tuple[int, int]], take: _Take, missing: list[str]) -> None:
        """Resolve `the X paper`: the one paper whose title has all words of X, else the one that has most of them."""
        for match in _CALLED.finditer(question):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            phrase = re.split(r"\b(?:the|of|in|for)\b", match[1], flags=re.IGNORECASE)[-1]
            wanted = [word for word in words(phrase) if word.text.casefold() not in STOPWORDS]
            if not wanted:
                continue
            lone = len(wanted) == 1 and not looks_like_name(wanted[0].text)
            sets = [self.by_word.get(word.stem, set()) for word in wanted]
            numbers = set.intersection(*sets)
            if lone:
                numbers = {n for n in numbers if wanted[0].stem in content(self.papers[n].title.split(":")[0])}
            if len(numbers) == 1:
                take(sorted(numbers), match.span())
            elif not numbers and all(looks_like_name(word.text) for word in wanted):
                missing.append(phrase.strip())

    def _by_authors(self, question: str, taken: list[tuple[int, int]], take: _Take, candidates: list[int]) -> None:
        for match in [*_ET_AL.finditer(question), *_AUTHOR_PAIR.finditer(question)]:
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            numbers = self.by_family.get(family(match[1]), [])
            if match.re is _AUTHOR_PAIR:
                second = family(match[2])
                numbers = [n for n in numbers if any(family(author) == second for author in self.papers[n].authors)]
            year = _YEAR.search(question[match.end() : match.end() + 12])
            numbers = [n for n in numbers if not year or self.papers[n].year in (None, int(year[1]))]
            if len(numbers) == 1:
                take(numbers, match.span())
            else:
                candidates.extend(numbers)

    def _by_most_of_a_title(self, question: str, take: _Take) -> None:
        """Match a title of which the question has nearly every word, three at least, if it is the only one."""
        asked = {word.stem for word in words(question)}
        counts = Counter(number for word in asked for number in self.by_word.get(word, ()))
        near = [
            number for number, count in counts.items() if count >= 3 and count >= 0.8 * len(self.title_stems[number])
        ]
        if len(near) == 1:
            take(near, (len(question), len(question)))


def stands_beside(question: str, span: tuple[int, int], known: tuple[int, int]) -> bool:
    """Tell whether what stands at a span is in parallel with a name that is known: `A and B`, `of A, and what of B`."""
    if span[0] >= known[1]:
        later = _AND_LATER if _PLURAL.search(question[: known[0]]) else _AND_THEN
        return later.fullmatch(question[known[1] : span[0]]) is not None
    return span[1] <= known[0] and _BEFORE_AND.fullmatch(question[span[1] : known[0]]) is not None


def _is_capitalised(written: str) -> bool:
    return all(word[:1].isupper() or looks_like_name(word) for word in written.split()) and (
        " " in written or looks_like_name(written)
    )


def _is_setting(question: str, span: tuple[int, int]) -> bool:
    """Tell whether a system is named as a setting or a rival; a title of some length is always meant itself."""
    short = len(words(question[slice(*span)])) <= 3
    return short and SETTING.search(question[: span[0]]) is not None


def authors_asked_for(question: str) -> list[tuple[str, tuple[int, int]]]:
    """Return the full names whose papers a question asks for, known or not, and where they stand."""
    matches = ((match, match.lastindex or 0) for match in _AUTHOR_ASKED_FOR.finditer(question))
    return [(match[group], match.span(group)) for match, group in matches]


def family(author: str) -> str:
    """Return the folded family name: the last word, or what stands before a comma."""
    head = author.split(",")[0] if "," in author else author.split()[-1] if author.split() else ""
    return fold(head)


def short_name(paper: Paper) -> str:
    """Return what people would call the paper: the system its title names, else the title."""
    before, colon, _ = paper.title.partition(":")
    return before.strip() if colon and len(before.split()) <= 3 else paper.title


def names_in(question: str, places: Mapping[Paper, tuple[int, int]]) -> dict[str, str]:
    """Return what a question calls the papers, by paper_id; whole titles are no names, nor are the authors'."""
    spoken: dict[str, str] = {}
    for paper, place in places.items():
        name = re.sub(r"['’]s?$", "", question[slice(*place)]).strip("\"'“”‘’")
        people = {family(author) for author in paper.authors}
        if 0 < len(name.split()) <= 4 and not people & set(fold(name).split()):
            spoken[paper.paper_id] = name
    return spoken


def called(paper: Paper, spoken: Mapping[str, str]) -> str:
    """Return the name a question gave a paper, `spoken` by paper_id, else what people would call it."""
    return spoken.get(paper.paper_id) or short_name(paper)


def _keys(title: str) -> set[str]:
    """Return the folded forms by which a title can be named: whole, its system's name, names written like names."""
    whole = fold(title)
    keys = {whole} if len(whole) >= 3 else set()
    head, colon, tail = title.partition(":")
    parts = [head] if colon and len(words(head)) <= 6 else []
    parts += [part for part in re.split(r"\s[-–—]{1,2}\s", title) if part != title and 2 <= len(words(part)) <= 8]
    if colon and len(words(tail)) >= 4:
        keys.add(fold(tail))
    if colon and len(words(head)) >= 3:
        parts.append(head)
    for part in parts:
        key = fold(part)
        if len(key) < 2 or key in _COMMON or key in STOPWORDS:
            continue
        keys.update({key, key.replace(" ", ""), _singular(key.replace(" ", ""))})
        without_size = re.sub(r"\s\d+(?:\.\d+)?[bm]$", "", key)
        if without_size != key and (looks_like_name(part.split("-")[0]) or "-" in part) and len(without_size) > 2:
            keys.update({without_size, without_size.replace(" ", "")})
    return keys


def _parts(title: str) -> set[str]:
    """Return the names within a title: words written like names, neighbours that may be written as one, initials."""
    tokens = re.findall(r"[^\W_][\w.+-]*", title)
    found = {token.strip(".-+") for token in tokens if looks_like_name(token.strip(".-+"))}
    for length in (2, 3):
        for first in range(len(tokens) - length + 1):
            found.add(" ".join(tokens[first : first + length]))
    for head in re.split(r"[:–—]|\s-{1,2}\s", title)[:2]:
        capitals = [token for token in re.findall(r"[^\W_]+", head) if token[0].isupper()]
        if 3 <= len(capitals) <= 6:
            found.add("".join(token[0] for token in capitals))
    return {name for name in found if len(_squeezed(name)) >= 3}


def _squeezed(name: str) -> str:
    return _singular(fold(name).replace(" ", ""))


def _same_case(written: str, title: str) -> bool:
    """Tell whether a single word may stand for a name of the title: `zinc` is not `ZINC`."""
    own = [token for token in re.findall(r"[\w.+-]+", title) if _squeezed(token) == _squeezed(written)]
    return not own or not (written.islower() and all(looks_like_name(token) for token in own))


def _file_keys(paper: Paper) -> set[str]:
    """Return the folded names of the files that hold this paper alone."""
    keys: set[str] = set()
    for source in paper.sources:
        if source.kind in {"listing", "jsonl"}:
            continue
        stem_of_file = source.name.rsplit(".", 1)[0]
        keys.add(fold(source.name))
        if not stem_of_file.isalpha():
            keys.add(fold(stem_of_file.replace("_", " ")))
        number = re.search(r"\d{4}\.\d{4,5}", stem_of_file)
        if number:
            keys.add(fold(number[0]))
    if paper.metadata.arxiv_id:
        keys.add(fold(re.sub(r"v\d+$", "", paper.metadata.arxiv_id)))
    if paper.metadata.doi:
        keys.add(fold(paper.metadata.doi))
    return {key for key in keys if len(key) >= 5}


def _could_name(written: str, question: str, span: tuple[int, int]) -> bool:
    """Tell whether a single word may be a name: written like one, or with a capital where none is due."""
    if looks_like_name(written) or re.fullmatch(r"\d{4}\.\d{4,5}", written):
        return True
    if not written[:1].isupper():
        thing = re.search(r"\b(?:an?|these|those|some|many|of) $", question[: span[0]], re.IGNORECASE)
        return not thing and question[1:].islower() and len(written) >= 4 and stem(written) not in _ENGLISH
    return written.casefold() not in STOPWORDS


_ENGLISH = frozenset(stem(word) for word in STOPWORDS | _COMMON)


def _singular(key: str) -> str:
    return key[:-1] if key.endswith("s") and not key.endswith("ss") and len(key) > 3 else key
