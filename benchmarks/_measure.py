"""What the benchmarks share: running `footnote` while watching its memory, and saying figures with n and intervals."""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

MIB = 1024 * 1024
SAMPLE_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Run:
    """A command that ended. `peak_mib` is the largest sum of resident memory over the process and all its children."""

    seconds: float
    peak_mib: float
    exit_status: int
    output: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.output)

    @property
    def lines(self) -> list[Any]:
        """The JSON documents on standard output, one a line."""
        return [json.loads(line) for line in self.output.splitlines() if line.strip()]


def footnote() -> str:
    """Return the path of the command `footnote` that belongs to this Python, or exit with a sentence."""
    found = shutil.which("footnote", path=str(Path(sys.executable).parent)) or shutil.which("footnote")
    return found or sys.exit("The command footnote is not installed beside this Python. Run: make install")


def run(command: Sequence[str]) -> Run:
    """Run a command to its end, its progress on our standard error."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output)
        peak = 0
        while process.poll() is None:
            peak = max(peak, resident_bytes(process.pid))
            time.sleep(SAMPLE_EVERY_S)
        seconds = time.perf_counter() - started
        output.seek(0)
        return Run(seconds, peak / MIB, process.returncode, output.read().decode("utf-8"))


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process and its children: an upper bound, as pages they share count for each."""
    try:
        family = [root := psutil.Process(pid), *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for process in family:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def ask_all(library: Path, questions: Path) -> Run:
    """Ask every question of a batch file in one process."""
    return run([footnote(), "ask", "--batch", str(questions), "--library", str(library)])


FORMS = (
    "What is {title} about?",
    "What do the authors of {title} find?",
    "Which data and which measurements are reported about {topic}?",
    "How does {topic} compare with earlier methods?",
    "What are the limits of {topic}?",
)


def write_questions(library: Path, path: Path, count: int) -> Path:
    """Write a batch file of questions made from the titles in a library: some name a paper, some only its topic."""
    listed = run([footnote(), "papers", "--library", str(library), "--json"])
    titles = [paper["title"] for paper in listed.document]
    if not titles:
        sys.exit("The library is empty, so there is nothing to ask about.")
    draw = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            title = draw.choice(titles)
            words = title.split()
            begin = draw.randrange(max(1, len(words) - 3))
            form = FORMS[number % len(FORMS)]
            question = form.format(title=f"“{title}”", topic=" ".join(words[begin : begin + 4]).strip(":,."))
            file.write(json.dumps({"id": str(number), "question": question}, ensure_ascii=False) + "\n")
    return path


def seconds_of(lines: Sequence[dict[str, Any]]) -> list[float]:
    """Return the seconds of the batch lines that were answered."""
    return [float(line["seconds"]) for line in lines if "error" not in line]


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-share * len(ordered) // 1) - 1))]


def interval(values: Sequence[float], figure: Callable[[Sequence[float]], float]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a figure over `values`: 2,000 resamples, fixed seed."""
    draw = random.Random(0)
    figures = sorted(figure(draw.choices(values, k=len(values))) for _ in range(2000))
    return figures[49], figures[1949]


def say_seconds(name: str, values: Sequence[float]) -> None:
    """Print p50 and p95 of some seconds with n and their 95 % intervals."""
    if not values:
        print(f"{name}: nothing was measured")
        return
    for label, share in (("p50", 0.50), ("p95", 0.95)):
        figure = partial(quantile, share=share)
        low, high = interval(values, figure)
        print(f"{name} {label}: {figure(values):.3f} s (95 % interval {low:.3f} to {high:.3f}, n = {len(values)})")


def say_runs(name: str, values: Sequence[float], unit: str, digits: int = 1) -> None:
    """Print the median and the range of a figure over whole runs; so few that an interval would pretend too much."""
    middle = statistics.median(values)
    spread = f", range {min(values):.{digits}f} to {max(values):.{digits}f}" if len(values) > 1 else ""
    print(f"{name}: {middle:.{digits}f} {unit} (n = {len(values)}{' runs, median' if len(values) > 1 else ''}{spread})")


def size_mib(folder: Path) -> float:
    """Return the size of all files under a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MIB


@contextmanager
def scratch_library(kept: Path | None) -> Iterator[Path]:
    """Give a library folder: `kept` when a person names one, else a new one that is deleted at the end."""
    if kept:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="footnote-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "library"


def say_machine() -> None:
    """Print what the figures were measured on."""
    memory = psutil.virtual_memory().total / 1024**3
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"machine: {cores} CPU cores, {memory:.0f} GiB memory, Python {sys.version.split()[0]}, {sys.platform}")
    if hasattr(os, "getloadavg") and (load := os.getloadavg()[0]) > 0.5:
        print(f"note: the machine was busy when this began (load {load:.1f}); times are upper bounds")
