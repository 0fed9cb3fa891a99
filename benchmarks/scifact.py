"""Measure search on SciFact (BEIR layout): nDCG@10, recall@100, reciprocal rank and seconds, by `footnote eval`.

Choose on `--split train`; run `--split test` at the end. Other options go to `footnote eval`: `--library DIR` keeps the
library and uses it when it is there already, `--save RUN` keeps the run, `--against RUN` says what changed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from _measure import footnote, say_machine

DEFAULT_DATA = Path(__file__).parents[1] / "../shared/data/scifact"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with corpus.jsonl and queries.jsonl")
    parser.add_argument("--split", choices=("train", "test"), default="test")
    options, others = parser.parse_known_args()
    if not options.data.is_dir():
        sys.exit(f"There is no SciFact in {options.data}; name its folder by --data.")
    say_machine()
    parts = {"--corpus": "corpus.jsonl", "--queries": "queries.jsonl", "--qrels": f"qrels/{options.split}.tsv"}
    files = [word for option, name in parts.items() for word in (option, str(options.data / name))]
    sys.exit(subprocess.call([footnote(), "eval", *files, *others]))


if __name__ == "__main__":
    main()
