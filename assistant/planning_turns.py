"""Follow-ups by rules: what `it`, `the second one`, `And on X?` stand for, given the turns before. Knows no texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.planning_names import NamedPapers, TitleIndex, family, short_name
from assistant.planning_topics import asks_for_papers
from assistant.types import Turn
from assistant.words import content, names, words
from vectorstore.records import Paper

_ORDINALS = {
    word: place
    for place, forms in enumerate(("first former", "second", "third", "fourth", "fifth", "sixth"))
    for word in forms.split()
} | {"latter": -1, "last": -1, "other": 1}
_ORDINAL = re.compile(
    (
        rf"\bthe ({'|'.join(_ORDINALS)})(?: (?:one|paper|of (?:them|these|those|the (?:two|three|four)))\b|"
        rf"(?=\W*$|['’]s| (?:do|does|did|is|was|has|have|use|uses)\b))"
    ),
    re.I,
)
_AND = re.compile(
    r"^\W*(?:and|what about|how about|and what about|and how about|now|or|but|then|same for)\b[\s,:]*", re.I
)
_ONLY = re.compile(r"^\W*(?:and |now |please |but )*(?:only|just|restrict|limit|narrow|keep|those|the ones)\b", re.I)
_THEM = re.compile(
    r"\b(?:of them|of these|of those|among them|among these|these|those|they|them|their|both|the two)\b", re.I
)
_PERSON = re.compile(r"\b(he|she|his|her|him)\b|\b(?:the|that|this) (?:(?:first|last|senior) )?author\b", re.I)
_IT = re.compile(
    (
        r"\b(?:it|its|itself|he|she|his|her|they|their|them|that|this|there|these|those)\b|\bthe (?:paper|"
        r"model|authors?|system|method|study|article)\b"
    ),
    re.I,
)
_DEICTIC = re.compile(
    (
        r"\b(?:the|this|that) (?:paper|article|study|model|system|method|approach|work|authors?)\b|"
        r"\b(?:it|its)\b(?! title)"
    ),
    re.I,
)
# Studies, articles, entries and documents may be what a paper counts; these are what a library holds.
_HELD = re.compile(r"\b(?:papers|publications|preprints)\b", re.I)
# Words that point back in a question for papers; `their code` is that of the papers asked for.
_BACK = re.compile(rf"\b(?:these|those|them|its?|the two|this(?! (?:library|collection)))\b|{_DEICTIC.pattern}", re.I)
_COMPARISON = re.compile(r"\b(?:compare[sd]?|differ|against|versus|vs)\b", re.I)
_PREPOSITIONS = "on|in|at|for|with|of|to|from|by|over|under|against|than|without"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question made to stand alone, the papers it speaks of, and the papers it is restricted to."""

    question: str
    papers: tuple[Paper, ...] = ()
    within: tuple[Paper, ...] | None = None
    excluded: tuple[Paper, ...] = ()
    author: str = ""
    carried: bool = False


def resolve(question: str, turns: Sequence[Turn], index: TitleIndex, own: NamedPapers) -> Resolved:
    """Make a question stand alone, taking over from the turns what it leaves out."""
    if not turns:
        return Resolved(question, own.papers)
    by_id = {source.source_id: paper for paper in index.papers for source in paper.sources}
    by_id.update({paper.paper_id: paper for paper in index.papers})
    history = [_spoken_of(turn, index, by_id) for turn in turns]
    previous = standalone_of(turns, index)
    shown = history[-1] or next((papers for papers in reversed(history) if papers), ())
    focus = _focus(turns, history, index)

    ordinal = _ORDINAL.search(question)
    if ordinal and not own.papers:
        place = _ORDINALS[ordinal[1].casefold()]
        spoken = next((n for n in (names(f"x {turn.question}") for turn in reversed(turns)) if len(n) > 1), ())
        if spoken and place < len(spoken):
            text = question[: ordinal.start()] + spoken[place] + question[ordinal.end() :]
            return Resolved(text, index.name(spoken[place]).papers, carried=True)
        named = next((p for p in (index.name(turn.question).papers for turn in reversed(turns)) if len(p) > 1), ())
        pool = named or shown
        if pool and place < len(pool):
            chosen = pool[place]
            text = question[: ordinal.start()] + short_name(chosen) + question[ordinal.end() :]
            return Resolved(text, (chosen,), carried=True)

    person = _PERSON.search(question)
    if person and not own.papers:
        author = _author_spoken_of(turns, focus)
        if author:
            text = question[: person.start()] + author + question[person.end() :]
            other = focus if re.search(r"\b(?:else|other|another|more)\b", question, re.I) else ()
            return Resolved(text, within=None, excluded=other, author=author, carried=True)

    anew = asks_the_library(question)
    if _ONLY.search(question) or (
        not anew
        and len(words(question)) <= 6
        and re.search(r"\b(?:since|before|after|in|from) (?:19|20)\d\d\b", question)
    ):
        base = previous.rstrip(" ?.!")
        return Resolved(f"{base}, {_strip_only(question)}", own.papers, carried=True)

    if re.search(r"\b(?:of|among) (?:them|these|those)\b", question, re.I) and len(shown) > 1 and not own.papers:
        return Resolved(
            re.sub(r"\b(?:of|among) (?:them|these|those)\b", "of these", question, flags=re.I),
            within=shown,
            carried=True,
        )

    if own.papers:
        if _COMPARISON.search(question) and _IT.search(question) and focus:
            text = f"{previous.rstrip(' ?.!')}; {question}"
            return Resolved(text, tuple(dict.fromkeys((*own.papers, *focus))), carried=True)
        if _AND.search(question) and not _has_predicate(question):
            return Resolved(_swap_papers(previous, focus, own.papers, index), own.papers, carried=True)
        return Resolved(question, own.papers)
    if anew:
        return Resolved(question)

    elliptical = _AND.search(question) is not None or not _has_predicate(question)
    plural = _THEM.search(question) is not None and len(shown) > 1
    if plural and not elliptical and _COMPARISON.search(question):
        return Resolved(question, shown[:4], carried=True)
    if elliptical:
        return Resolved(_complete(question, previous, turns[-1].question, focus), focus, carried=bool(focus))
    if _IT.search(question) or not names(question):
        name = _called(focus[0], turns, index) if focus else ""
        text = (
            _DEICTIC.sub(lambda match: name + ("'s" if match[0].casefold() == "its" else ""), question, count=1)
            if name
            else question
        )
        that = re.search(r"\b(?:in|of|on|about|from) (?:that|this|it)\b", question, re.I)
        asked = re.match(r"\W*(?:which|what) ((?:\w+ ){0,1}\w+) (?:was|were|is|are|did|do|does)\b", previous, re.I)
        if that and asked:
            text = f"{text.rstrip(' ?')} {asked[1]}?"
        return Resolved(text, focus, carried=bool(focus))
    return Resolved(question, own.papers)


def asks_the_library(question: str) -> bool:
    """Tell whether a question asks for papers, whatever the turns before it spoke of: `Which papers are on eels?`"""
    return asks_for_papers(question) and _HELD.search(question) is not None and not _BACK.search(question)


def standalone_of(turns: Sequence[Turn], index: TitleIndex) -> str:
    """Return the last question as it stands alone, resolving the ones before it in turn."""
    last = turns[-1]
    if len(turns) == 1:
        return last.question
    return resolve(last.question, turns[:-1], index, index.name(last.question)).question


def _spoken_of(turn: Turn, index: TitleIndex, by_id: dict[str, Paper]) -> tuple[Paper, ...]:
    named = index.name(turn.question).papers
    cited = tuple(by_id[paper_id] for paper_id in turn.paper_ids if paper_id in by_id)
    return tuple(dict.fromkeys((*named, *cited)))


def _focus(turns: Sequence[Turn], history: Sequence[tuple[Paper, ...]], index: TitleIndex) -> tuple[Paper, ...]:
    """Return the papers named last, else the one cited first in the last turn that cited any."""
    for turn, papers in zip(reversed(turns), reversed(history), strict=True):
        named = index.name(turn.question).papers
        if named:
            return tuple(paper for paper in named if paper not in index.name(turn.question).settings) or named
        if papers:
            return papers[:1]
    return ()


def _called(paper: Paper, turns: Sequence[Turn], index: TitleIndex) -> str:
    """Return the name by which the turns called a paper."""
    for turn in reversed(turns):
        named = index.name(turn.question)
        if named.papers == (paper,) and named.spans[0][0] < len(turn.question):
            return turn.question[slice(*named.spans[0])]
    spoken = names(f"x {turns[-1].question}")
    return spoken[0] if spoken and len(short_name(paper).split()) > 3 else short_name(paper)


def _author_spoken_of(turns: Sequence[Turn], focus: tuple[Paper, ...]) -> str:
    for turn in reversed(turns):
        place = re.search(r"\b(first|last|senior|second|third) author\b", turn.question, re.I)
        if place and focus and focus[0].authors:
            where = {"first": 0, "second": 1, "third": 2}.get(place[1].casefold(), -1)
            return focus[0].authors[min(where, len(focus[0].authors) - 1)]
        known = {author for paper in focus for author in paper.authors}
        for author in known:
            if author in turn.question:
                return author
        for name in names(turn.question):
            if any(family(author) == name.split()[-1].casefold() for author in known):
                return name
    return focus[0].authors[0] if focus and focus[0].authors else ""


def _strip_only(question: str) -> str:
    return re.sub(r"^\W*(?:and |now |please |but )*", "", question, flags=re.I)


def _has_predicate(question: str) -> bool:
    """Tell whether a question has a verb of its own to go by, beyond the words that open it."""
    rest = re.sub(
        r"^[^,?]{2,40},\s*(?=(?:how|which|what|who|where|when|why|by|in|on|at|does|did|is|was|are)\b)",
        "",
        _AND.sub("", question),
    )
    return bool(
        (
            re.match(
                (
                    r"\W*(?:(?:which|what|whose|how|where|when|who|why|by how|in which|in what|on which|on what|"
                    r"to what|for which|for what|with which|with what|at which|at what|from which|from what|of "
                    r"which|under which|does|do|did|is|are|was|were|can|could|has|have|list|tell|name|compare|"
                    r"summari[sz]e|describe|explain|give|show)\b)"
                ),
                rest,
                re.I,
            )
            and re.search(
                (
                    r"\b(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|be|been|need|needs|use|"
                    r"uses|reach|reaches|beat|beats|come|comes|cost|costs|[a-z]+ed|[a-z]+s)\b"
                ),
                rest.split(maxsplit=1)[1] if " " in rest else "",
                re.I,
            )
        )
        or re.match(r"\W*(?:list|tell|name|compare|summari[sz]e|describe|explain|give|show)\b", rest, re.I)
    )


def _swap_papers(previous: str, focus: Sequence[Paper], new: Sequence[Paper], index: TitleIndex) -> str:
    """Return the previous question asked of the new papers."""
    spans = index.name(previous).spans
    name = " and ".join(short_name(paper) for paper in new)
    if spans and spans[0][0] < len(previous):
        start, end = spans[0]
        return previous[:start] + name + previous[end:]
    if _DEICTIC.search(previous):
        return _DEICTIC.sub(name, previous, count=1)
    return f"{previous.rstrip(' ?')} {name}?"


def _complete(question: str, previous: str, spoken: str, focus: Sequence[Paper]) -> str:
    """Complete an elliptical question from the one before: the part it replaces goes, the rest stays."""
    rest = _AND.sub("", question).strip(" ?.!")
    rest = re.sub(r"\s+(?:there|then|too|as well)$", "", rest, flags=re.I)
    base = previous.strip(" ?.!")
    with_preposition = re.match(rf"({_PREPOSITIONS})\s+(.+)", rest, re.I)
    if with_preposition and not re.match(r"(?:which|what|how)\b", with_preposition[2], re.I):
        pattern = re.compile(
            rf",?\s*\b{with_preposition[1]}\s+(?:the\s+)?[^\s,]*[A-Z0-9][^\s,]*(?:\s+[A-Z0-9][^\s,]*)*"
        )
        matches = list(pattern.finditer(base))
        if matches:
            return f"{base[: matches[-1].start()]} {rest}{base[matches[-1].end() :]}?"
        return f"{base} {rest}?"
    if (
        names(f"x {rest}")
        and len(words(rest)) <= 5
        and not re.match(r"(?:which|what|how|who|where|when|why)\b", rest, re.I)
    ):
        alike = [
            name
            for name in names(f"x {base}")
            if rest.casefold().startswith(name.casefold()) or name.casefold().startswith(rest.casefold())
        ]
        if alike:
            return base.replace(alike[0], rest, 1) + "?"
        pronoun = re.search(r"\b(?:it|they|he|she)\b", spoken)
        if pronoun:
            return spoken[: pronoun.start()] + rest + spoken[pronoun.end() :].rstrip(" ?") + "?"
        return f"{base} {rest}?"
    kept = " ".join(dict.fromkeys([*(short_name(paper) for paper in focus[:2]), *names(f"x {base}")]))
    shared = content(rest)
    if re.match(r"(?:how|which|what|when|where|who|why|by|in|on|at|for|with|from|to|of)\b", rest, re.I) and shared:
        return f"{kept}: {rest}?" if kept else f"{base} {rest}?"
    return f"{base} {rest}?"
