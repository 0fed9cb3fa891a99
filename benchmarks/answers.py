"""Ask the questions of a set and score the answers: hits, citations, pages, abstention, seconds, each with its spread.

    python -m benchmarks.answers LIBRARY QUESTIONS.jsonl...

A question has `type`, `question` or `turns`, accepted `answers` or `key_facts`, and the `papers` to cite. An answer
hits where an accepted answer stands in it, word for word save case, spaces and commas. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.citations import answer_to_json
from assistant.core import Assistant
from assistant.settings import Settings

LIMITS = {"fact": 450, "followup": 450, "find": 900, "compare": 1500, "summary": 4000}  # characters of an answer's text
COLUMNS = ("hit", "first", "cite_p", "cite_r", "page", "abstain", "false_abstain")


def main(library: str, question_files: Sequence[str]) -> None:
    table: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with Assistant(Settings(library=Path(library))) as assistant:
        for name in question_files:
            for line in Path(name).read_text("utf-8").splitlines():
                question = json.loads(line)
                started = time.perf_counter()
                answer = assistant.converse(question.get("turns") or [question["question"]], keep=False)
                scores = score(question, answer_to_json(answer))
                scores["seconds"] = time.perf_counter() - started
                for column, value in scores.items():
                    table[question["type"]][column].append(value)
                    table["all"][column].append(value)
    _print(table)


def score(question: dict[str, Any], answer: dict[str, Any]) -> dict[str, float]:
    """Score one answer; an answer that abstained hits nothing and cites nothing."""
    if question["type"] == "unanswerable":
        return {"abstain": float(answer["abstained"])}
    scores = {"false_abstain": float(answer["abstained"])}
    text = "" if answer["abstained"] else answer["text"]
    cited = [] if answer["abstained"] else answer["citations"]
    fits = len(text) <= LIMITS.get(question["type"], 6000)
    if facts := question.get("key_facts"):
        scores["hit"] = fits * statistics.fmean(_said(fact, answer, cited) for fact in facts)
    elif accepted := question.get("answers"):
        scores["hit"] = float(fits and stands(accepted, text))
        if question["type"] in {"fact", "followup"}:
            scores["first"] = float(bool(text) and stands(accepted, answer["statements"][0]["text"]))
    wanted = question.get("papers", [])
    also = [*question.get("papers_also_ok", []), *question.get("papers_optional", [])]
    if wanted:
        judged = {c["paper"]["paper_id"]: c for c in cited if not any(_is(c, name) for name in also)}
        right = [any(_is(c, name) for name in wanted) for c in judged.values()]
        scores["cite_p"] = statistics.fmean(right) if right else 0.0
        scores["cite_r"] = statistics.fmean(any(_is(c, name) for c in cited) for name in wanted)
    if pages := question.get("page"):
        scores["page"] = float(any(_is(c, name) and c["page"] in pages for c in cited for name in [*wanted, *also]))
    return scores


def stands(accepted: Iterable[str], text: str) -> bool:
    """Tell whether one of the accepted answers stands in a text, not within a longer word or number."""
    folded = _folded(text)
    return any(re.search(rf"(?<![\w.]){re.escape(_folded(each))}(?![\w]|[.,]\d)", folded) for each in accepted)


def wilson(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of a share."""
    n, p, z = len(values), statistics.fmean(values), 1.96
    middle, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)


def _said(fact: dict[str, Any], answer: dict[str, Any], cited: list[dict[str, Any]]) -> bool:
    numbers = {citation["number"] for citation in cited if _is(citation, fact["paper"])}
    return any(stands(fact["any"], s["text"]) for s in answer["statements"] if numbers & set(s["citations"]))


def _is(citation: dict[str, Any], name: str) -> bool:
    return name == citation["source"] or _folded(name) == _folded(citation["paper"]["title"])


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("–", "-")
    plain = re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", plain)
    return re.sub(r"(?<=\d) ?(?=%)", "", " ".join(plain.split()))


def _print(table: dict[str, dict[str, list[float]]]) -> None:
    print(f"{'type':13}{'n':>4}" + "".join(f"{column:>20}" for column in COLUMNS) + f"{'p50 s':>8}{'p95 s':>8}")
    for kind, columns in table.items():
        seconds = sorted(columns["seconds"])
        cells = ""
        for column in COLUMNS:
            if values := columns.get(column):
                low, high = wilson(values)
                cells += f"{statistics.fmean(values):>7.2f} ({low:.2f}-{high:.2f})".rjust(20)
            else:
                cells += " " * 20
        late = seconds[int(0.95 * (len(seconds) - 1))]
        print(f"{kind:13}{len(seconds):>4}{cells}{statistics.median(seconds):>8.3f}{late:>8.3f}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
