"""What the benchmarks of verdicts share: shares of flagged statements with their intervals, and plain containment."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLAIN = 0.9  # share of a statement's words that plain containment wants in the passage


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a statement of a kind was flagged, and whether plain containment flags it."""

    kind: str
    flagged: bool
    plain: bool


def contained(statement: str, passage: str) -> bool:
    """Plain containment: nearly all words of the statement stand in the passage."""
    said, found = (re.findall(r"[a-z0-9.%]*[a-z0-9%]", text.casefold()) for text in (statement, passage))
    return sum(word in set(found) for word in said) >= PLAIN * len(said)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    if not n:
        return 0.0, 1.0
    z, share = 1.96, hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def say_table(outcomes: Sequence[Outcome], kinds: Sequence[str], goals: Mapping[str, str] | None = None) -> None:
    """Print for each kind, and for all faults together, n, the share flagged with its interval, and containment's."""
    print(f"{'':18} {'n':>5} {'flagged':>8}  95 % interval      plain containment  {'asked' if goals else ''}")
    for kind in [*kinds, "every fault"]:
        chosen = [o for o in outcomes if o.kind == kind or (kind == "every fault" and o.kind != "true")]
        if not chosen:
            continue
        hits, n = sum(o.flagged for o in chosen), len(chosen)
        low, high = wilson(hits, n)
        plain = sum(o.plain for o in chosen) / n
        asked = (goals or {}).get(kind, "")
        print(f"{kind:18} {n:5} {hits / n:8.1%}  {low:6.1%} to {high:6.1%}  {plain:17.1%}  {asked}".rstrip())
