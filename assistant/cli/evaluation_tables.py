"""The tables of `footnote eval`, for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from assistant.cli.shell import plain
from assistant.evaluation.comparing import Changed, Comparison, Difference
from assistant.evaluation.figures import ALL, Figure, figures
from assistant.evaluation.runs import Run
from assistant.words import counted

NARROWEST = 100  # characters; a narrower terminal breaks the lines rather than lose figures
HEADS = {
    "hit": "hit",
    "first": "first",
    "cite_p": "cite\nprec.",
    "cite_r": "cite\nrecall",
    "page": "page",
    "quote": "quote",
    "abstain": "abstain",
    "false_abstain": "false\nabstain",
    "nDCG@10": "nDCG@10",
    "R@100": "recall\n@100",
    "RR@10": "recip.\nrank@10",
}


def print_run(run: Run) -> None:
    """Print a row for each kind, in each cell the figure over its 95 % interval."""
    rows = figures(run.results)
    names = [name for name in HEADS if name in rows[ALL].measures]
    table = _table("", "n", *(HEADS[name] for name in names), "p50 s\np95 s")
    digits = 3 if run.head.engine == "search" else 2  # of judged queries there are many
    for kind, row in rows.items():
        if kind == ALL and len(rows) == 2:  # the kind and all are the same then
            break
        cells = [_cell(row.measures.get(name), digits) for name in names]
        table.add_row(kind, str(row.n), *cells, f"{row.p50:.2f}\n{row.p95:.2f}")
    _print(table)
    failed = f"; {counted(rows[ALL].failed, 'question')} failed" if rows[ALL].failed else ""
    print(plain(f"Engine {run.head.engine}, embedder {run.head.embedder}; 95 % intervals{failed}."))


def print_comparison(against: Run, comparison: Comparison) -> None:
    """Print the measures that changed, and the questions that did."""
    print(plain(f"\nAgainst {against.head.name} ({counted(comparison.n, 'question')} of both):"))
    moved = [each for each in comparison.differences if each.better or each.worse]
    if moved:
        table = _table("", "", "change", "95 % interval", "n", "better", "worse", "p")
        for each in moved:
            table.add_row(*_row(each))
        _print(table)
    for direction in ("better", "worse", "mixed"):
        _print_changed(direction, [each for each in comparison.changed if each.direction == direction])
    if not comparison.changed:
        print("No question changed.")
    print(f"Seconds, p50: {comparison.p50_before:.2f} before, {comparison.p50_after:.2f} now.")


def _row(difference: Difference) -> tuple[str, ...]:
    interval = f"{difference.low:+.2f} to {difference.high:+.2f}"
    counts = str(difference.n), str(difference.better), str(difference.worse)
    return difference.kind, difference.measure, f"{difference.change:+.3f}", interval, *counts, f"{difference.p:.3f}"


def _print_changed(direction: str, changed: Sequence[Changed]) -> None:
    if not changed:
        return
    print(f"\n{direction.capitalize()} ({len(changed)}):")
    for each in changed:
        scores = ", ".join(f"{name} {_short(one)} → {_short(two)}" for name, (one, two) in each.scores.items())
        print(plain(f"  {each.id}  {each.question[:100]}\n      {scores}"))


def _table(*heads: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0))
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left", no_wrap=True)
    return table


def _print(table: Table) -> None:
    console = Console(highlight=False)
    console.width = max(console.width, NARROWEST)
    console.print(table)


def _cell(figure: Figure | None, digits: int) -> str:
    if figure is None:
        return ""
    value, low, high = (_short(each, digits) for each in (figure.value, figure.low, figure.high))
    return f"{value}\n[dim]{low}–{high}[/dim]"


def _short(value: float, digits: int = 2) -> str:
    return "1" if value == 1 else f"{value:.{digits}f}".removeprefix("0")
