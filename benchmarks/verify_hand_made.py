"""How well statements that people wrote by hand are told from faulty ones, each with the passage it is judged by.

    python benchmarks/verify_hand_made.py [FILE...] [--part look|report] [--show]

FILE: .jsonl lines of {"part", "field", "passage", "statements": [{"kind", "statement"}]}; ours (benchmarks/statements/)
when none is named. `kind` is "true", or the fault. The part "look" was looked at while building, "report" never case by
case. Says what share is flagged (any verdict but `supported`) with 95 % intervals, plain containment beside.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _flagged import Outcome, contained, say_table

from assistant.verdicts import judge
from vectorstore.embedding import open_embedder

OWN = Path(__file__).parent / "statements" / "hand_made.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--part", choices=("look", "report"))
    parser.add_argument("--show", action="store_true", help="print what was judged wrongly; for the part to look at")
    options = parser.parse_args()
    embedder = open_embedder()
    entries = [
        json.loads(line) for file in options.files or [OWN] for line in file.read_text(encoding="utf-8").splitlines()
    ]
    for part in sorted({entry["part"] for entry in entries}):
        if options.part not in (None, part):
            continue
        outcomes, wrong = [], []
        for entry in entries:
            if entry["part"] != part:
                continue
            for case in entry["statements"]:
                judgement = judge(case["statement"], [entry["passage"]], embedder)
                flagged = judgement.verdict != "supported"
                outcomes.append(Outcome(case["kind"], flagged, not contained(case["statement"], entry["passage"])))
                if flagged == (case["kind"] == "true"):
                    wrong.append(f"[{case['kind']}] {case['statement']}\n    {judgement.score} {judgement.reason}")
        kinds = Counter(outcome.kind for outcome in outcomes)
        print(f"\n{part}: {len(outcomes)} statements")
        say_table(outcomes, [kind for kind, _ in kinds.most_common()])
        if options.show:
            print("\n".join(wrong))


if __name__ == "__main__":
    main()
