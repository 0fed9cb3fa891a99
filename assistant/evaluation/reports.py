"""The JSON forms of `footnote eval`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.comparing import Comparison
from assistant.evaluation.figures import Figures, figures
from assistant.evaluation.lines import BadLine
from assistant.evaluation.runs import Result, Run

DIGITS = 4


def run_to_json(run: Run, file: Path, bad: Sequence[BadLine]) -> dict[str, Any]:
    """Return a run: what it is of, its figures by kind, the scores of each question, the lines that were passed by."""
    return {
        "run": {**dataclasses.asdict(run.head), "file": str(file), "complete": run.complete},
        "kinds": {kind: _figures(each) for kind, each in figures(run.results).items()},
        "questions": [_result(result) for result in run.results],
        "bad_lines": [dataclasses.asdict(line) for line in bad],
    }


def _figures(row: Figures) -> dict[str, Any]:
    measures = {name: _rounded(dataclasses.asdict(figure)) for name, figure in row.measures.items()}
    return {"n": row.n, "failed": row.failed, **measures, "seconds": {"p50": row.p50, "p95": row.p95}}


def _result(result: Result) -> dict[str, Any]:
    error = {"error": result.error} if result.error else {}
    scores = _rounded(result.scores)
    return {"id": result.id, "type": result.type, "seconds": result.seconds, "scores": scores, **error}


def comparison_to_json(against: Run, comparison: Comparison) -> dict[str, Any]:
    """Return what changed since the run `against`."""
    return {
        "run": dataclasses.asdict(against.head),
        "n": comparison.n,
        "differences": [_rounded(dataclasses.asdict(each)) for each in comparison.differences],
        "changed": [
            {
                "id": each.id,
                "type": each.type,
                "question": each.question,
                "direction": each.direction,
                "scores": {
                    name: _rounded({"before": before, "after": after}) for name, (before, after) in each.scores.items()
                },
            }
            for each in comparison.changed
        ],
        "seconds": _rounded({"p50_before": comparison.p50_before, "p50_after": comparison.p50_after}),
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, DIGITS) if isinstance(value, float) else value for name, value in values.items()}
