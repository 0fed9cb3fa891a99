"""Papers of a ledger, without texts."""

from __future__ import annotations

from vectorstore.records import Metadata, Paper


def paper(title: str, authors: str = "", date: str = "", venue: str | None = None) -> Paper:
    """Return a paper; the authors are separated by semicolons, and the year is that of the date."""
    names = tuple(name.strip() for name in authors.split(";") if name.strip())
    year = int(date[:4]) if date else None
    metadata = Metadata(title, names, year=year, date=date if len(date) > 4 else None, venue=venue)
    return Paper(title, metadata, (), 0)
