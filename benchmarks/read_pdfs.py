"""Reads every PDF of a folder and reports outcomes, the slowest, and the most memory a child took.

python benchmarks/read_pdfs.py FOLDER [--most-seconds 20]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from assistant.errors import ReadingError
from assistant.reading.pdf import read_pdf


def main() -> int:
    """Read all and print; return 1 where a file ended in anything but a Reading or a ReadingError, or took too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true", help="a line for each file")
    arguments = parser.parse_args()
    outcomes: Counter[str] = Counter()
    times: list[tuple[float, str]] = []
    wrong: list[str] = []
    pages = 0
    for path in sorted(arguments.folder.glob("*.pdf")):
        began = time.perf_counter()
        warnings: tuple[str, ...] = ()
        try:
            reading = read_pdf(path)
            outcome, warnings = ("read, with warnings" if reading.warnings else "read"), reading.warnings
            pages += reading.pages or 0
            allowed = 20 + 0.1 * (reading.pages or 0)
        except ReadingError as error:
            outcome, warnings, allowed = error.code, (str(error),), 20.0
        except Exception as error:
            outcome, allowed = f"NOT TYPED: {error!r}", 20.0
            wrong.append(f"{path.name}: {outcome}")
        seconds = time.perf_counter() - began
        if seconds > allowed:
            wrong.append(f"{path.name}: {seconds:.1f} s")
        outcomes[outcome] += 1
        times.append((seconds, path.name))
        if arguments.verbose:
            print(f"{seconds:6.2f} s  {outcome:20} {path.name}  {'; '.join(warnings)}", flush=True)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e6
    total = sum(seconds for seconds, _ in times)
    print(
        f"{len(times)} files, {pages} pages read, {total:.1f} s ({pages / total:.0f} pages/s), peak child {peak:.0f} MB"
    )
    for outcome, count in outcomes.most_common():
        print(f"{count:5}  {outcome}")
    print("slowest:", "; ".join(f"{name} {seconds:.2f} s" for seconds, name in sorted(times, reverse=True)[:5]))
    for line in wrong:
        print("WRONG", line)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
