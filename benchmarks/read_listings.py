"""Score the reading of lists: python benchmarks/read_listings.py GOLD.json FOLDER [--verbose]

GOLD.json holds `{"samples": [{"file", "n", "title", "authors", "date", "venue", "abstract_start", "abstract_end"}]}`,
or "entries" for the whole of each file; FOLDER holds the files. `n` is the entry's place in its file, from 1. A null is
not scored for authors, and must stay null for date and venue. Where GOLD gives the number of entries, it is compared.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from assistant.reading import read
from vectorstore.records import Source

FIELDS = ("title", "authors", "date", "year", "venue", "abstract_start", "abstract_end")


def value(source: Source, field: str, length: int) -> Any:
    """Return what was read for a gold field, in the gold's form."""
    if field == "abstract_start":
        return source.text[:length]
    if field == "abstract_end":
        return source.text[-length:]
    found = getattr(source.metadata, field)
    return list(found) if field == "authors" else found


def main() -> None:
    """Read each file, compare, print a line a field."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    gold = json.loads(options.gold.read_text(encoding="utf-8"))
    samples = gold.get("samples") or gold["entries"]
    expected = gold.get("entries_per_file") or Counter(sample["file"] for sample in gold["entries"])
    begun = time.perf_counter()
    sources = {name: read(options.folder / name).sources for name in expected}
    seconds = time.perf_counter() - begun
    for name, number in expected.items():
        print(f"{name}: {len(sources[name])} of {number} entries")
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for sample in samples:
        found = sources[sample["file"]]
        source = found[sample["n"] - 1] if sample["n"] <= len(found) else None
        for field in FIELDS:
            wanted = sample.get(field)
            if field not in sample or (wanted is None and field in {"authors", "year"}):
                continue
            got = value(source, field, len(wanted) if isinstance(wanted, str) else 60) if source else None
            asked[field] += 1
            right[field] += got == wanted
            if got != wanted and options.verbose:
                print(f"  {sample['file']} {sample['n']} {field}: {got!r} instead of {wanted!r}")
    for field in FIELDS:
        if asked[field]:
            print(f"{field:15} {right[field]:4} of {asked[field]:4}  {right[field] / asked[field]:.3f}")
    print(f"{seconds:.2f} s")


if __name__ == "__main__":
    main()
