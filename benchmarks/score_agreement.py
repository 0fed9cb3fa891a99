"""Score one run of `footnote eval` a second time by a scorer of others, and print where the two differ.

    python benchmarks/score_agreement.py LIBRARY QUESTIONS.jsonl SCORER [--sources FOLDER]

SCORER is a Python program that is given the questions, batch answers and --json, and prints `{kind: {measure: value}}`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from _measure import footnote, run

MEASURES = ("hit", "first", "top1", "cite_p", "cite_r", "page", "quote", "abstain", "false_abstain")
ROUNDING = 0.0005


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("library", "questions", "scorer"):
        parser.add_argument(name)
    parser.add_argument("--sources", help="the files that are quoted; the scorer then checks the quotes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept, answers = Path(folder) / "run.jsonl", Path(folder) / "answers.jsonl"
        command = [footnote(), "eval", options.questions, "--library", options.library, "--save", str(kept), "--json"]
        ours = run(command)
        if ours.exit_status:
            sys.exit(f"footnote eval ended with {ours.exit_status}")
        lines = kept.read_text("utf-8").splitlines()[1:]
        answers.write_text("\n".join(lines), "utf-8")
        sources = ["--sources", options.sources] if options.sources else []
        theirs = run([sys.executable, options.scorer, options.questions, str(answers), "--json", *sources])
    compare(ours.document["kinds"], theirs.document)


def compare(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Print each figure that differs, and how many were compared."""
    compared, differing = 0, 0
    for kind, row in ours.items():
        other = theirs.get("ALL" if kind == "all" else kind, {})
        for measure in MEASURES:
            if measure not in row and measure not in other:
                continue
            one, two = row.get(measure, {}).get("value"), other.get(measure)
            compared += 1
            if one is None or two is None or abs(one - two) > ROUNDING:
                differing += 1
                print(f"{kind} {measure}: ours {one}, theirs {two}")
    print(json.dumps({"figures": compared, "differing": differing}))


if __name__ == "__main__":
    main()
