"""Measure how long one question takes: p50 and p95 of the seconds that `footnote ask --batch` gives for each line."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from _measure import ask_all, say_machine, say_seconds, scratch_library, seconds_of, write_questions
from ingest import EXAMPLES, ingest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", nargs="+", type=Path, default=[EXAMPLES], help="what to ask about")
    parser.add_argument("--questions", type=Path, help='lines {"id", "question"}; else made from the papers\' titles')
    parser.add_argument("--count", type=int, default=200, help="how many questions to make")
    parser.add_argument("--library", type=Path, help="an existing library to ask, instead of ingesting --papers")
    options = parser.parse_args()

    say_machine()
    with scratch_library(options.library) as library:
        if not options.library:
            report = ingest(options.papers, library).document
            print(f"library: {report['papers']} papers, {report['chunks']} chunks")
        with tempfile.TemporaryDirectory() as folder:
            questions = options.questions or write_questions(library, Path(folder) / "questions.jsonl", options.count)
            asked = ask_all(library, questions)
    seconds = seconds_of(asked.lines)
    print(f"questions: {len(asked.lines)}, of which {len(asked.lines) - len(seconds)} failed")
    say_seconds("one question", seconds)
    print(f"the first of them: {seconds[0]:.3f} s")
    print(f"whole batch, start included: {asked.seconds:.1f} s; peak memory {asked.peak_mib:.0f} MiB")


if __name__ == "__main__":
    main()
