"""Measure search on SciFact (BEIR layout): nDCG@10 and recall@100 over papers, and the seconds of a query.

Choose on `--split train`; run `--split test` at the end.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import statistics
import sys
import tempfile
from pathlib import Path

from _measure import footnote, interval, quantile, run, say_machine, say_seconds, scratch_library, seconds_of

DEFAULT_DATA = Path(__file__).parents[1] / "../shared/data/scifact"
Judgements = dict[str, dict[str, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "data", nargs="?", type=Path, default=DEFAULT_DATA, help="folder with corpus.jsonl, queries.jsonl and qrels/"
    )
    parser.add_argument("--split", choices=("train", "test"), default="test")
    parser.add_argument("--library", type=Path, help="keep the library here, and use it when it is there already")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"There is no SciFact in {options.data}; name its folder to measure.")
        return

    say_machine()
    judgements = read_judgements(options.data / "qrels" / f"{options.split}.tsv")
    with scratch_library(options.library) as library:
        report = run([footnote(), "ingest", str(options.data / "corpus.jsonl"), "--library", str(library), "--json"])
        if report.exit_status:
            sys.exit(f"footnote ingest ended with {report.exit_status}: {report.output[:500]}")
        print(f"{report.document['papers']} papers, {report.document['chunks']} chunks, {report.seconds:.0f} s")
        lines = search_all(library, options.data / "queries.jsonl", judgements)
    ranked = {line["id"]: [result["external_id"] for result in line["results"]] for line in lines}
    say_share("nDCG@10", [ndcg(ranked.get(query, []), judged, 10) for query, judged in judgements.items()])
    say_share("recall@100", [recall(ranked.get(query, []), judged, 100) for query, judged in judgements.items()])
    seconds = seconds_of(lines)
    say_seconds("a query", seconds)
    print(f"a query p99: {quantile(seconds, 0.99):.3f} s")


def read_judgements(path: Path) -> Judgements:
    """Read query -> paper -> relevance."""
    judgements: Judgements = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judgements.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return judgements


def search_all(library: Path, queries: Path, judgements: Judgements) -> list[dict[str, object]]:
    """Search for every judged query in one process; 100 papers each."""
    with tempfile.TemporaryDirectory() as folder:
        batch = Path(folder) / "queries.jsonl"
        with queries.open(encoding="utf-8") as source, batch.open("w", encoding="utf-8") as chosen:
            for record in map(json.loads, source):
                if record["_id"] in judgements:
                    chosen.write(json.dumps({"id": record["_id"], "query": record["text"]}) + "\n")
        command = [footnote(), "search", "--batch", str(batch), "--by", "paper", "--top", "100"]
        found = run([*command, "--library", str(library)])
    lines = found.lines
    if found.exit_status or len(lines) != len(judgements):
        sys.exit(f"footnote search ended with {found.exit_status} after {len(lines)} of {len(judgements)} queries")
    return lines


def ndcg(ranked: list[str], judged: dict[str, int], depth: int) -> float:
    """Score a ranking by discounted gain, as a share of the best possible."""
    gains = [judged.get(paper, 0) for paper in ranked[:depth]]
    best = sorted(judged.values(), reverse=True)[:depth]
    return _discounted(gains) / (_discounted(best) or 1.0)


def _discounted(gains: list[int]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def recall(ranked: list[str], judged: dict[str, int], depth: int) -> float:
    """Give the share of the relevant papers that stand in the ranking."""
    relevant = {paper for paper, score in judged.items() if score > 0}
    return len(relevant.intersection(ranked[:depth])) / (len(relevant) or 1)


def say_share(name: str, values: list[float]) -> None:
    """Print a mean over queries with its 95 % interval."""
    low, high = interval(values, statistics.fmean)
    print(f"{name}: {statistics.fmean(values):.4f} (95 % interval {low:.4f} to {high:.4f}, n = {len(values)})")


if __name__ == "__main__":
    main()
