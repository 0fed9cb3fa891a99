"""Which papers introduce a name that stands in no title: `CLIP`, `ReProver`, `phi-1`.

Looks names up in the texts, word for word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from assistant.words import looks_like_name, names
from vectorstore.library import Library
from vectorstore.mentions import mentions, written_as
from vectorstore.records import Paper, StoredChunk

COMMON = 4  # papers
_VERB = (
    r"(?:introduc|propos|present|releas|develop|describ|construct|build|built|design|call|nam|"
    r"dub|term|creat|offer|unveil|denot|refer)\w*"
)
_NOT_BETWEEN = (
    r"(?:(?!\b(?:which|that|than|over|with|using|based|like|against|from|outperform\w*|and evaluate|"
    r"compar\w*)\b)[^.;]){0,70}?"
)
_SINGLE_CAPITAL = re.compile(r"[A-Z][a-z]+")


def introduced(question: str, taken: Sequence[tuple[int, int]], library: Library) -> dict[Paper, tuple[int, int]]:
    """Return the papers whose own system the question names outside the spans taken, in the order of the names, and
    where each is named."""
    rest = question
    for start, end in sorted(taken, reverse=True):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    found: dict[Paper, tuple[int, int]] = {}
    for name in names(f"x {rest}"):
        forms = [name, *([name.split()[0]] if " " in name else [])]
        for form in forms:
            if len(form) < 2 or (_SINGLE_CAPITAL.fullmatch(form) and len(form) < 3):
                continue
            papers = _introducing(form, mentions(library, form))
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


def _introducing(name: str, chunks: Sequence[StoredChunk]) -> list[str]:
    """Return the paper that introduces a name: the one that says so, else the one in which it mostly stands."""
    written = written_as(name).pattern
    says = re.compile(rf"\b{_VERB}\b{_NOT_BETWEEN}{written}", re.IGNORECASE if name.islower() else 0)
    is_one = re.compile(rf"(?:^|[.!?]\s+){written}(?:,| is (?:an?|the|our)\b| \()")
    weight: dict[str, int] = defaultdict(int)
    introduces: set[str] = set()
    for chunk in chunks:
        if chunk.chunk.kind in {"related", "references"}:
            continue
        weight[chunk.paper_id] += len(re.findall(written, chunk.text))
        if says.search(chunk.text) or is_one.search(chunk.text):
            introduces.add(chunk.paper_id)
    if introduces:
        if len(weight) > COMMON and max(weight[each] for each in introduces) < 0.4 * sum(weight.values()):
            return []
        most = max(weight[paper_id] for paper_id in introduces)
        best = [paper_id for paper_id in introduces if weight[paper_id] == most]
        return best if len(best) == 1 else []
    if len(weight) == 1 and len(name) >= 4:
        return list(weight)
    if weight and any(looks_like_name(token) for token in name.split()):
        known_for = max(weight, key=lambda paper_id: weight[paper_id])
        if len(weight) <= 2 * COMMON and weight[known_for] >= 3 and weight[known_for] >= 0.6 * sum(weight.values()):
            return [known_for]
    return []
