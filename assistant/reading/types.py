"""What a reader hands back. Knows nothing of formats, chunks or the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the jailed reader imports this package; records would bring numpy with it
    from vectorstore.records import Source, SourceKind


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read: one source, or many for a listing. `warnings` are sentences for the report."""

    kind: SourceKind
    sources: tuple[Source, ...]
    pages: int | None = None
    warnings: tuple[str, ...] = ()
