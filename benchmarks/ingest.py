"""Measure `footnote ingest`: seconds, papers, chunks and peak memory for some files and folders."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from _measure import Run, footnote, run, say_machine, say_runs, scratch_library, size_mib

EXAMPLES = Path(__file__).parents[1] / "examples"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "paths", nargs="*", type=Path, default=[EXAMPLES], help="files and folders (default: examples/)"
    )
    parser.add_argument("--repeat", type=int, default=1, help="how often, each time into a new library")
    options = parser.parse_args()

    say_machine()
    runs, sizes = [], []
    for _ in range(options.repeat):
        with scratch_library(None) as library:
            runs.append(ingest(options.paths, library))
            sizes.append(size_mib(library))
    report = runs[0].document
    say_report(report)
    say_runs("seconds, whole command", [one.seconds for one in runs], "s")
    say_runs("seconds, as the report says", [one.document["seconds"] for one in runs], "s")
    say_runs("chunks a second", [one.document["chunks"] / one.document["seconds"] for one in runs], "chunks/s")
    say_runs("peak memory, children included", [one.peak_mib for one in runs], "MiB", digits=0)
    say_runs("library on disk", sizes, "MiB")


def ingest(paths: list[Path], library: Path) -> Run:
    """Ingest into a library; exit when the command was refused."""
    one = run([footnote(), "ingest", *map(str, paths), "--library", str(library), "--json"])
    if one.exit_status > 1:
        sys.exit(f"footnote ingest ended with {one.exit_status}: {one.output[:500]}")
    return one


def say_report(report: dict[str, list[dict[str, str]]]) -> None:
    """Print what became of the files, the failed ones by their code."""
    outcomes = ("added", "updated", "attached", "skipped", "failed")
    print(", ".join(f"{len(report[outcome])} {outcome}" for outcome in outcomes), end="; ")
    print(f"{report['papers']} papers, {report['chunks']} chunks")
    for failed in report["failed"]:
        print(f"  failed ({failed['code']}): {Path(failed['path']).name}")


if __name__ == "__main__":
    main()
