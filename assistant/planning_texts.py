"""Which papers introduce a name that stands in no title: `CLIP`, `ReProver`, `phi-1`.

Looks names up in the texts, word for word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from assistant.planning_names import SETTING
from assistant.words import looks_like_name, names
from vectorstore.library import Library
from vectorstore.mentions import mentions, written_as
from vectorstore.records import Paper, StoredChunk

COMMON = 4  # papers
RARE = 20  # papers; a name of more belongs to the first of them if to any
MENTIONS = 300  # passages looked at for who coins a name
LEAST_SHARE = 0.4  # of a name's mentions that stand in the paper which coins it in its body
MOSTLY = 0.6  # of a name's mentions, from which on it is known for it
_VERB = (
    r"(?:introduc|propos|present|releas|develop|describ|construct|build|built|design|call|nam|"
    r"dub|term|creat|offer|unveil|denot|refer)\w*"
)
_NOT_BETWEEN = (
    r"(?:(?!\b(?:which|that|than|over|with|using|based|like|against|from|outperform\w*|and evaluate|"
    r"compar\w*)\b)[^.;]){0,70}?"
)
# A name in apposition: `we propose an architecture, the Transformer`, `we release BLOOM`, `called WebText`.
_COINS = (
    rf"(?:\b(?:we|our)\b[^.;]{{0,40}}?\b{_VERB}(?:\s+(?:the\s+)?|[^.;]{{0,60}}?,\s+(?:the\s+)?)"
    r"|\b(?:called|named|dubbed|termed|denoted)\s+(?:the\s+|an?\s+)?)%s(?!s?\w)(?<!s)"
    rf"|\b(?:we|our)\b[^.;]{{0,40}}?\b{_VERB}[^.;]{{0,80}}?\(%s(?<!s)\)"
)
_SINGLE_CAPITAL = re.compile(r"[A-Z][a-z]+")
_OF_A_KIND = re.compile(r"[A-Z]{2}|[A-Z]{2,}s|.*-to-.*")  # AI, GPUs, English-to-German: no system is called so


def introduced(question: str, taken: Sequence[tuple[int, int]], library: Library) -> dict[Paper, tuple[int, int]]:
    """Return the papers whose own system the question names outside the spans taken, in the order of the names, and
    where each is named."""
    rest = question
    for start, end in sorted(taken, reverse=True):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    found: dict[Paper, tuple[int, int]] = {}
    for name in names(f"x {rest}"):
        if is_setting(rest, name):
            continue
        first, _, others = name.partition(" ")
        forms = [name, first] if others and (looks_like_name(first) or not names(f"x {others}")) else [name]
        for form in forms:
            if _opens(form, question) and mentions(library, form.lower(), limit=1):  # a plain word: Compare, Under
                continue
            if len(form) < 2 or (_SINGLE_CAPITAL.fullmatch(form) and len(form) < 3) or _OF_A_KIND.fullmatch(form):
                continue
            papers = _introducing(
                form, mentions(library, form, limit=MENTIONS), lambda paper_id: library.paper(paper_id).year
            )
            if papers:
                start = rest.find(form)
                place = (start, start + len(form)) if start >= 0 else (len(rest), len(rest))
                for paper_id in papers:
                    found.setdefault(library.paper(paper_id), place)
                break
    return found


def is_common(name: str, library: Library) -> bool:
    """Tell whether a name stands in so many papers that it names none of them."""
    return len({chunk.paper_id for chunk in mentions(library, name)}) > COMMON


def is_setting(question: str, name: str) -> bool:
    """Tell whether a name stands in a question as a setting or a rival only: `tested on X`, `faster than X`."""
    places = [match.start() for match in re.finditer(re.escape(name), question)]
    return bool(places) and all(SETTING.search(question[:place]) for place in places)


def _opens(form: str, question: str) -> bool:
    return _SINGLE_CAPITAL.fullmatch(form) is not None and question.lstrip().startswith(form)


def _introducing(name: str, chunks: Sequence[StoredChunk], year: Callable[[str], int | None]) -> list[str]:
    """Return the paper that introduces a name: in its abstract, else in its body, else the one it mostly stands in."""
    written = written_as(name).pattern
    flags = re.IGNORECASE if name.islower() else 0
    says = re.compile(rf"\b{_VERB}\b{_NOT_BETWEEN}{written}", flags)
    coins = re.compile(_COINS % (written, written), flags)
    is_one = re.compile(rf"(?:^|[.!?]\s+)(?:The )?{written}(?:, (?:an?|our)\b| is (?:an?|the|our)\b)", re.MULTILINE)
    weight: dict[str, int] = defaultdict(int)
    coined: set[str] = set()
    opening: set[str] = set()
    body: set[str] = set()
    for chunk in chunks:
        if chunk.chunk.kind in {"related", "references"}:
            continue
        weight[chunk.paper_id] += len(re.findall(written, chunk.text))
        opens = chunk.chunk.kind in {"abstract", "front"}
        if coins.search(chunk.text) or is_one.search(chunk.text):
            (coined if opens else body).add(chunk.paper_id)
        elif opens and says.search(chunk.text):
            opening.add(chunk.paper_id)
    total = sum(weight.values())
    if coined:
        best = _most(coined, weight)
        return best if best and (len(weight) <= RARE or _is_first(best[0], weight, year)) else []
    if opening:
        best = _most(opening, weight)
        return best if best and (len(weight) <= COMMON or weight[best[0]] >= LEAST_SHARE * total) else []
    if len(weight) == 1 and len(name) >= 4:
        return list(weight)
    known_for = max(weight, key=lambda paper_id: weight[paper_id], default="")
    if known_for in body and weight[known_for] >= LEAST_SHARE * total / (1 if len(body) > 1 else 2):
        return [known_for]
    alike = any(looks_like_name(token) for token in name.split())
    if alike and len(weight) <= 2 * COMMON and weight[known_for] >= max(3, MOSTLY * total):
        return [known_for]
    return []


def _is_first(paper_id: str, others: Iterable[str], year: Callable[[str], int | None]) -> bool:
    own = year(paper_id)
    return own is not None and all(own <= (year(other) or own) for other in others)


def _most(papers: set[str], weight: dict[str, int]) -> list[str]:
    most = max(weight[paper_id] for paper_id in papers)
    best = [paper_id for paper_id in papers if weight[paper_id] == most]
    return best if len(best) == 1 else []
