"""Take out each step of the search in turn, and say what it was worth: nDCG@10 over papers on several sets.

A set is LIBRARY=JUDGEMENTS: a library's folder, and either a question file (`papers` are the right ones; facts, finds
and lists are searched for) or a folder in BEIR's layout (`--split` chooses its judgements).
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

import ir_measures
from _measure import interval, say_machine
from ir_measures import nDCG

from assistant.evaluation.rankings import read_collection
from vectorstore import search
from vectorstore.embedding import Embedder, open_embedder
from vectorstore.errors import PaperAmbiguous, PaperNotFound
from vectorstore.library import Library

DEPTH = 10
Judged = list[tuple[str, dict[str, int]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", help="LIBRARY=JUDGEMENTS")
    parser.add_argument("--steps", nargs="+", choices=tuple(search.WEIGHTS), default=tuple(search.WEIGHTS))
    parser.add_argument("--split", choices=("train", "test"), default="train")
    options = parser.parse_args()
    say_machine()
    embedder = open_embedder()
    for given in options.sets:
        folder, _, judgements = given.partition("=")
        with Library.open(Path(folder), embedder=embedder.name, dimensions=embedder.dimensions) as library:
            judged = list(judged_papers(library, Path(judgements), options.split))
            say_steps(library, embedder, judged, Path(judgements).stem, options.steps)


def judged_papers(library: Library, judgements: Path, split: str) -> Iterator[tuple[str, dict[str, int]]]:
    """Give queries, each with the relevance of papers by paper_id."""
    if judgements.is_dir():
        ids = {paper.metadata.external_id: paper.paper_id for paper in library.papers()}
        queries, _ = read_collection(judgements / "queries.jsonl", judgements / "qrels" / f"{split}.tsv")
        for query in queries:
            yield query.text, {ids[key]: score for key, score in query.relevance.items()}
        return
    with judgements.open(encoding="utf-8") as file:
        for record in map(json.loads, file):
            right = {find(library, name) for name in record.get("papers", ())} - {""}
            if record["type"] in ("fact", "find", "list") and right:
                yield record["question"], dict.fromkeys(right, 1)


def find(library: Library, name: str) -> str:
    """Return the paper_id behind a title or a file name; nothing where the library does not have it."""
    try:
        return library.find(name).paper_id
    except (PaperNotFound, PaperAmbiguous):
        return ""


def say_steps(library: Library, embedder: Embedder, judged: Judged, name: str, steps: Sequence[str]) -> None:
    """Print nDCG@10 of the whole, then the paired difference that each step makes."""
    whole = scores(library, embedder, judged)
    low, high = interval(whole, statistics.fmean)
    print(f"{name}: nDCG@10 {statistics.fmean(whole):.4f} (95 % interval {low:.4f} to {high:.4f}, n = {len(judged)})")
    for step in steps:
        weight = search.WEIGHTS[step]
        search.WEIGHTS[step] = 0.0
        without = scores(library, embedder, judged)
        search.WEIGHTS[step] = weight
        gains = [now - then for now, then in zip(whole, without, strict=True)]
        low, high = interval(gains, statistics.fmean)
        print(
            f"  without {step}: {statistics.fmean(without):.4f}; its gain {statistics.fmean(gains):+.4f} "
            f"({low:+.4f} to {high:+.4f})"
        )


def scores(library: Library, embedder: Embedder, judged: Judged) -> list[float]:
    """Score the ranking of each query."""
    relevance = {str(number): relevant for number, (_, relevant) in enumerate(judged)}
    ranked = {}
    for number, (query, _) in enumerate(judged):
        hits = search.search_papers(library, embedder, query, top=DEPTH)
        ranked[str(number)] = {hit.chunk.paper_id: -float(place) for place, hit in enumerate(hits)}
    found = {each.query_id: each.value for each in ir_measures.iter_calc([nDCG @ DEPTH], relevance, ranked)}
    return [found.get(number, 0.0) for number in relevance]


if __name__ == "__main__":
    main()
