"""Sources joined to papers: connected components of the same paper, and the union of what their sources say."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from vectorstore import identity, marks
from vectorstore.records import Filters, Metadata, Paper, StoredSource
from vectorstore.rows import SOURCES, metadata_from_json, source_from_row

_TELLING_OPENING = 200  # letters; shorter openings are alike by chance
_SUREST_KINDS = ("jsonl", "listing", "pdf", "html", "markdown", "text")


def regroup(connection: sqlite3.Connection, paper_ids: Collection[str], source_keys: Collection[int]) -> None:
    """Form the papers anew around the sources given and those of the papers given, after sources came or went."""
    members = _closure(connection, paper_ids, source_keys)
    if not members:
        return
    meeting: dict[str, list[int]] = defaultdict(list)
    for row in _keys(connection, members):
        meeting[row["key"]].append(row["source_key"])
    groups = _Groups(members)
    by_title = []
    for key, met in sorted(meeting.items()):
        if key.startswith("title:"):
            by_title.append(met)
        else:
            for other in met[1:]:
                groups.join(met[0], other)
    for met in by_title:
        _join_by_title(connection, met, groups)
    ids = {
        row["source_key"]: row["source_id"]
        for row in connection.execute(
            "SELECT source_key, source_id FROM sources WHERE source_key IN (SELECT value FROM json_each(?))",
            (json.dumps(members),),
        )
    }
    connection.executemany(
        "UPDATE sources SET paper_id = ? WHERE source_key = ? AND paper_id <> ?",
        [
            (paper_id, key, paper_id)
            for group in groups.all()
            for paper_id in (min(ids[key] for key in group),)
            for key in group
        ],
    )


def _join_by_title(connection: sqlite3.Connection, met: Sequence[int], groups: _Groups) -> None:
    if len({groups.root(key) for key in met}) < 2:
        return
    evidence = {
        row["source_key"]: identity.Evidence(
            metadata_from_json(row["metadata"]).authors, row["opening"], identity.fold(row["head"])
        )
        for row in connection.execute(
            f"""SELECT source_key, metadata, opening, substr(text, 1, {identity.HEAD_CHARACTERS}) AS head
            FROM sources JOIN texts USING (text_key) WHERE source_key IN (SELECT value FROM json_each(?))""",
            (json.dumps(met),),
        )
    }
    for one, other in combinations(met, 2):
        if groups.root(one) != groups.root(other) and identity.agree(evidence[one], evidence[other]):
            groups.join(one, other)


def _closure(connection: sqlite3.Connection, paper_ids: Collection[str], source_keys: Collection[int]) -> list[int]:
    """Give every current source that the sources given could be joined with, over any number of steps."""
    members: set[int] = set()
    frontier = set(source_keys) | _of_papers(connection, paper_ids)
    while frontier:
        members |= frontier
        reached = {
            row["paper_id"]
            for row in connection.execute(
                """SELECT DISTINCT paper_id FROM source_keys AS own
                JOIN source_keys AS theirs ON theirs.key = own.key
                JOIN sources ON sources.source_key = theirs.source_key
                WHERE own.source_key IN (SELECT value FROM json_each(?))""",
                (json.dumps(sorted(frontier)),),
            )
        }
        frontier = _of_papers(connection, reached) - members
    return sorted(members)


def _of_papers(connection: sqlite3.Connection, paper_ids: Collection[str]) -> set[int]:
    rows = connection.execute(
        "SELECT source_key FROM sources WHERE current AND paper_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(paper_ids)),),
    )
    return {row["source_key"] for row in rows}


def _keys(connection: sqlite3.Connection, source_keys: Sequence[int]) -> Iterable[sqlite3.Row]:
    return connection.execute(
        "SELECT key, source_key FROM source_keys WHERE source_key IN (SELECT value FROM json_each(?)) ORDER BY 1, 2",
        (json.dumps(source_keys),),
    )


class _Groups:
    """Disjoint sets of source keys."""

    def __init__(self, members: Iterable[int]) -> None:
        self._parent = {member: member for member in members}

    def root(self, member: int) -> int:
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def join(self, one: int, other: int) -> None:
        self._parent[self.root(one)] = self.root(other)

    def all(self) -> list[list[int]]:
        groups: dict[int, list[int]] = defaultdict(list)
        for member in self._parent:
            groups[self.root(member)].append(member)
        return list(groups.values())


def load_papers(connection: sqlite3.Connection, paper_ids: Collection[str] | None = None) -> list[Paper]:
    """Read papers, all or those named, ordered by title."""
    where = "WHERE current"
    where += "" if paper_ids is None else " AND paper_id IN (SELECT value FROM json_each(:ids))"
    sources: dict[str, list[StoredSource]] = defaultdict(list)
    chunks: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(f"{SOURCES} {where}", {"ids": json.dumps(sorted(paper_ids or ()))}):
        sources[row["paper_id"]].append(source_from_row(row))
        chunks[row["paper_id"]][row["text_id"]] = row["chunks"]
    papers = [
        Paper(paper_id, union(own), tuple(sorted(own, key=surest_first)), sum(chunks[paper_id].values()))
        for paper_id, own in sources.items()
    ]
    return sorted(marks.applied(connection, papers), key=lambda paper: (identity.fold(paper.title), paper.paper_id))


def same_openings(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Give, as JSON, the paper_ids of each group of papers with one opening, records with an external id left out."""
    return connection.execute(
        """SELECT json_group_array(DISTINCT paper_id) AS paper_ids FROM sources
        WHERE current AND length(opening) >= ? AND json_extract(metadata, '$.external_id') IS NULL
        GROUP BY opening HAVING count(DISTINCT paper_id) > 1""",
        (_TELLING_OPENING,),
    ).fetchall()


def surest_first(source: StoredSource) -> tuple[Any, ...]:
    """Order the sources of a paper by kind, then by what does not depend on the order of ingest."""
    return _SUREST_KINDS.index(source.kind), source.source_id, source.name, source.text_id, source.content_hash


def union(sources: Sequence[StoredSource]) -> Metadata:
    """Join what the sources say: of each field the surest word, what is not guessed before what is."""
    ordered = sorted(sources, key=surest_first)
    guessed: set[str] = set()

    def surest(name: str, fits: Callable[[Metadata], bool] = lambda metadata: True) -> Any:
        saying = [source.metadata for source in ordered if getattr(source.metadata, name) and fits(source.metadata)]
        if not saying:
            return None
        best = min(saying, key=lambda metadata: name in metadata.guessed)  # the first of the surest
        if name in best.guessed:
            guessed.add(name)
        return getattr(best, name)

    year = surest("year")
    joined = Metadata(
        title=surest("title") or "",
        authors=surest("authors") or (),
        year=year,
        # A date of another year would belong to another edition.
        date=surest("date", lambda metadata: year is None or metadata.year in (None, year)),
        venue=surest("venue"),
        doi=surest("doi"),
        arxiv_id=surest("arxiv_id"),
        url=surest("url"),
        external_id=surest("external_id"),
        notes=tuple(dict.fromkeys(note for source in ordered for note in source.metadata.notes)),
    )
    return replace(joined, guessed=frozenset(guessed))


def matches(paper: Paper, filters: Filters) -> bool:
    """Say whether a paper passes the filters, by its own metadata. `paper_ids` may name any of its sources."""
    if filters.paper_ids and filters.paper_ids.isdisjoint({paper.paper_id, *(s.source_id for s in paper.sources)}):
        return False
    if filters.year_from is not None and (paper.year is None or paper.year < filters.year_from):
        return False
    if filters.year_to is not None and (paper.year is None or paper.year > filters.year_to):
        return False
    if not {tag.casefold() for tag in filters.tags} <= {tag.casefold() for tag in paper.tags}:
        return False
    if filters.venue and identity.fold(filters.venue) not in identity.fold(paper.metadata.venue or ""):
        return False
    return all(
        any(identity.fold(wanted) in identity.fold(name) for name in paper.authors) for wanted in filters.authors
    )
