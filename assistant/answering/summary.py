"""Summaries of quotes: what a paper says of each part of its argument, or what several papers say on a topic.

Sentences are taken from all sections, by the part they play and by how much of the paper's vocabulary they hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answering import rhetoric
from assistant.answering.candidates import Candidate
from assistant.answering.writing import Draft, described, trimmed
from assistant.planning_names import called
from assistant.reading.headings import is_heading
from assistant.types import Aspect, Evidence, Plan
from assistant.verdicts.numbers import numbers
from assistant.verification import reports_others_work
from assistant.words import content, names, words
from vectorstore.library import Library
from vectorstore.records import Paper, Sentence, StoredChunk

ROOM = 3600  # characters
QUOTE = 360  # characters of one quote
MOST = 28  # quotes
OF_A_PAPER = 2  # quotes of one paper in a summary of a topic
MOST_PAPERS = 8  # in a summary of a topic
LEAST_WORDS, LEAST_LETTERS = 6, 0.65
ALIKE = 0.65  # share of words two sentences may have in common before the second says nothing new
# What a sentence's merits weigh beside the strength of its cue.
ABSTRACT = 0.8  # the authors' own summary
DETAILED = 4  # names and numbers of a sentence that is as specific as can be
SPECIFIC = 1.0
CROWDED = 0.6  # taken off for each quote that its section has already
CENTRAL, SIMILAR, ASKED = 1.0, 1.6, 1.2
_CAPTION = re.compile(r"^\W*(?:figure|fig\.|table|algorithm|listing|appendix)\s*\d", re.I)
_WHOLE = re.compile(r"[.!?][\"”’)\]\d]*\s*$")


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """A sentence that may be quoted, with its stems and its share, 0 to 1, of what the paper speaks of most.

    `specific` is how far, 0 to 1, it gives names and numbers.
    """

    chunk: StoredChunk
    sentence: Sentence
    text: str
    stems: frozenset[str]
    central: float
    specific: float

    @property
    def place(self) -> tuple[str, int]:
        return self.chunk.text_id, self.sentence.start


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A part of a summary: the aspect it belongs to, the part of the argument, how many quotes it may have."""

    aspect: Aspect
    name: str
    most: int


def summarise_papers(plan: Plan, evidence: Evidence, papers: Sequence[Paper], draft: Draft) -> None:
    """Write what each paper says on the aspects of the plan, and on which it says nothing."""
    room = ROOM // max(1, len(papers))
    for place, paper in enumerate(papers, 1):
        parts = [part for aspect in plan.aspects for part in _parts(aspect)]
        said = _sentences(paper, draft.library)
        picked = _picked(parts, said, plan, evidence, paper, room * place - draft.length)
        whose = f"{called(paper, plan.names)}: " if len(papers) > 1 else ""
        for part in parts:
            for each in sorted((s for s in picked if picked[s] is part), key=lambda s: s.place):
                span = trimmed(draft.library.text(each.chunk.text_id), each.sentence.start, each.sentence.end, QUOTE)
                draft.quote(each.chunk, *span, aspect=whose + part.aspect.name)
        silent = [aspect.name for aspect in plan.aspects if not any(picked[each].aspect is aspect for each in picked)]
        if silent and picked:
            draft.say(f"Not stated{' by ' + called(paper, plan.names) if whose else ''}: {', '.join(silent)}.")


def summarise_topic(ranked: Sequence[Candidate], papers: Mapping[str, Paper], draft: Draft) -> None:
    """Write what the papers say on a topic, grouped by paper, the one that says most first."""
    order = list(dict.fromkeys(candidate.paper_id for candidate in ranked))[:MOST_PAPERS]
    for paper_id in order:
        said: list[frozenset[str]] = []
        for candidate in (each for each in ranked if each.paper_id == paper_id):
            stems = content(candidate.text)
            if len(said) == OF_A_PAPER or candidate.features["table"] or _repeats(stems, said):
                continue
            sentence = candidate.sentence.sentence
            text = draft.library.text(candidate.hit.chunk.text_id)
            span = trimmed(text, sentence.start, sentence.end, QUOTE)
            if draft.length + span[1] - span[0] + 8 <= ROOM:
                draft.quote(candidate.hit.chunk, *span, aspect=described(papers[paper_id]))
                said.append(stems)


def _parts(aspect: Aspect) -> list[_Part]:
    parts = rhetoric.parts_of(aspect.name)
    return [_Part(aspect, name, 8 if not aspect.standing else _SHARE[name]) for name in parts]


_SHARE = {"problem": 3, "method": 5, "data": 3, "results": 5, "limits": 3}


def _sentences(paper: Paper, library: Library) -> list[_Said]:
    """Return the sentences of a paper that can stand alone, with no headings, captions, references and copies."""
    found: list[tuple[StoredChunk, Sentence, str, frozenset[str]]] = []
    for chunk in library.chunks_of(paper.paper_id):
        if chunk.chunk.kind in {"references", "front", "table", "related"}:
            continue
        for sentence in chunk.chunk.sentences:
            text = chunk.text[sentence.start - chunk.chunk.start : sentence.end - chunk.chunk.start]
            if _stands_alone(text) and not reports_others_work(text, chunk.chunk.kind):
                found.append((chunk, sentence, text, content(text)))
    counts = Counter(stem for *_, stems in found for stem in stems)
    spoken_of = {stem for stem, _ in counts.most_common(40)} | content(paper.title)
    shares = [len(stems & spoken_of) / (len(stems) + 6) for *_, stems in found]
    highest = max(shares, default=1.0) or 1.0
    unique: dict[str, _Said] = {}
    for (chunk, sentence, text, stems), share in zip(found, shares, strict=True):
        details = len(names(text)) + sum(not number.loose for number in numbers(text))
        said = _Said(chunk, sentence, text, stems, share / highest, min(details, DETAILED) / DETAILED)
        unique.setdefault(" ".join(text.split()), said)
    return list(unique.values())


def _stands_alone(text: str) -> bool:
    found = words(text)
    if len(found) < LEAST_WORDS or is_heading(text) or _CAPTION.match(text) or not _WHOLE.search(text):
        return False
    if found[0].text[0].islower() or rhetoric.is_signpost(text):
        return False
    return sum(word.text[0].isalpha() for word in found) >= LEAST_LETTERS * len(found) and not text.endswith("?")


def _picked(
    parts: Sequence[_Part], said: Sequence[_Said], plan: Plan, evidence: Evidence, paper: Paper, room: int
) -> dict[_Said, _Part]:
    """Let the parts choose in turn, each its best sentence that says something new, while there is room."""
    scores = {part: _scores(part, said, plan, evidence, paper) for part in parts}
    picked: dict[_Said, _Part] = {}
    stems: list[frozenset[str]] = []
    sections: Counter[str] = Counter()
    for _ in range(max((part.most for part in parts), default=0)):
        for part in parts:
            if sum(each is part for each in picked.values()) >= part.most or len(picked) == MOST:
                continue
            worth = {
                each: score - CROWDED * sections[each.chunk.chunk.section]
                for each, score in scores[part].items()
                if each not in picked and min(len(each.text), QUOTE) + 8 <= room
            }
            best = next((each for each in _by_worth(worth) if not _repeats(each.stems, stems)), None)
            if best:
                picked[best] = part
                stems.append(best.stems)
                sections[best.chunk.chunk.section] += 1
                room -= min(len(best.text), QUOTE) + 8
    general = all(part.aspect.standing for part in parts)
    whole = sum(len(each.text) for each in said) <= ROOM  # of an abstract, nothing that plays a part need be left out
    for each in sorted(said, key=lambda each: -each.central) if general or whole else ():
        length = min(len(each.text), QUOTE) + 8
        nearest = max(parts, key=lambda part: _strength(part, each))
        plays = general or _strength(nearest, each) > 0
        if plays and each not in picked and len(picked) < MOST and length <= room and not _repeats(each.stems, stems):
            picked[each] = nearest
            stems.append(each.stems)
            room -= length
    return picked


def _strength(part: _Part, each: _Said) -> float:
    return rhetoric.strength(part.name, each.text, each.chunk.chunk.section, each.chunk.chunk.kind)


def _by_worth(worth: Mapping[_Said, float]) -> list[_Said]:
    return sorted(worth, key=lambda each: -worth[each])


def _scores(part: _Part, said: Sequence[_Said], plan: Plan, evidence: Evidence, paper: Paper) -> dict[_Said, float]:
    """Score the sentences that play a part: how strongly, how central, specific and near to what was asked they are."""
    near = _similarities(part.aspect, evidence, paper)
    named = content(f"{paper.title} {called(paper, plan.names)}")
    asked = frozenset() if part.aspect.standing else content(part.aspect.question) - named
    scores: dict[_Said, float] = {}
    for each in said:
        strength = _strength(part, each)
        if strength >= rhetoric.LEAST:
            share = len(asked & (each.stems | content(each.chunk.chunk.section))) / len(asked) if asked else 0.0
            own = ABSTRACT if each.chunk.chunk.kind == "abstract" else 0.0
            scores[each] = (
                strength
                + own
                + SPECIFIC * each.specific
                + CENTRAL * each.central
                + SIMILAR * near.get(each.place, 0.0)
                + ASKED * share
            )
    return scores


def _similarities(aspect: Aspect, evidence: Evidence, paper: Paper) -> dict[tuple[str, int], float]:
    near: dict[tuple[str, int], float] = {}
    for hit in evidence.by_aspect.get((paper.paper_id, aspect.name), ()):
        for scored in hit.sentences:
            near[hit.chunk.text_id, scored.sentence.start] = scored.similarity
    return near


def _repeats(stems: frozenset[str], said: Sequence[frozenset[str]]) -> bool:
    return not stems or any(len(stems & other) >= ALIKE * min(len(stems), len(other)) for other in said)
