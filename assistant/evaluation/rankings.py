"""A test collection in BEIR's form: queries and relevance judgements, searched for and scored paper by paper.

BEIR (Thakur et al. 2021): corpus.jsonl `{"_id", "title", "text"}`, queries.jsonl `{"_id", "text"}`, qrels with the
columns query-id, corpus-id, score. The scores are those of trec_eval, through ir-measures (MacAvaney et al. 2022).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from assistant.core import Assistant
from assistant.errors import UsageError
from assistant.evaluation.attempts import attempt
from assistant.evaluation.lines import BadLine, numbered_lines, text_of
from assistant.evaluation.runs import Result

DEPTH = 100  # papers ranked for a query
KIND = "retrieval"


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and how relevant papers are to it, by their external ids; 0 is not relevant."""

    id: str
    text: str
    relevance: dict[str, int]


def read_collection(queries: Path, qrels: Path) -> tuple[list[JudgedQuery], list[BadLine]]:
    """Read the queries for which a paper is relevant; the lines that cannot be read come back beside them."""
    bad: list[BadLine] = []
    judgements: dict[str, dict[str, int]] = {}
    for number, line in numbered_lines(qrels):
        try:
            columns = text_of(line).split("\t")
        except ValueError:
            columns = []
        if len(columns) == 3 and columns[2].strip().isdecimal():
            judgements.setdefault(columns[0], {})[columns[1]] = int(columns[2])
        elif number > 1:  # the first is the head
            bad.append(BadLine(str(qrels), number, "it is not query-id, corpus-id and score with tabs between"))
    judged = []
    for number, line in numbered_lines(queries):
        try:
            record = json.loads(text_of(line))
            query_id, text = str(record["_id"]), str(record["text"])
        except (ValueError, KeyError, TypeError, RecursionError):
            bad.append(BadLine(str(queries), number, 'it is not {"_id", "text"}'))
        else:
            if any(judgements.get(query_id, {}).values()):
                judged.append(JudgedQuery(query_id, text, judgements[query_id]))
    return judged, bad


def measures() -> list[Any]:
    """Return the measures; raise UsageError where ir-measures is not built for this machine."""
    try:
        from ir_measures import RR, R, nDCG
    except ImportError:
        raise UsageError(
            "Retrieval runs cannot be scored here: ir-measures is not installed.",
            "It is built for x86-64 and for macOS; on other machines only question sets are scored.",
        ) from None
    return [nDCG @ 10, R @ DEPTH, RR @ 10]


def rank_all(assistant: Assistant, queries: Iterable[JudgedQuery], stop: threading.Event) -> Iterator[Result]:
    """Search for each query and score its ranking of papers, until `stop` is set."""
    wanted = measures()
    for query in queries:
        if stop.is_set():
            return
        tried = attempt(partial(ranked, assistant, query.text))
        yield Result(
            query.id, KIND, query.text, _scores(query, tried.value or [], wanted), tried.seconds, error=tried.error
        )


def ranked(assistant: Assistant, text: str) -> list[str]:
    """Return the external ids of the papers found, best first; a paper without one goes by its paper_id."""
    hits = assistant.search(text, top=DEPTH, by="paper")
    papers = [assistant.library.paper(hit.chunk.paper_id) for hit in hits]
    return [paper.metadata.external_id or paper.paper_id for paper in papers]


def _scores(query: JudgedQuery, ranking: list[str], wanted: list[Any]) -> dict[str, float]:
    import ir_measures

    run = {query.id: {paper: float(-rank) for rank, paper in enumerate(ranking)}}
    scored = {each.measure: each.value for each in ir_measures.iter_calc(wanted, {query.id: query.relevance}, run)}
    return {str(measure): float(scored[measure]) for measure in wanted}
