"""Fit the weights of assistant/answering/likelihood.py on questions of our own, and say what they are worth.

    python benchmarks/fit_facts.py LIBRARY QUESTIONS.jsonl... [--report LIBRARY QUESTIONS.jsonl...]

A sentence is right where an accepted answer stands in it and its paper is one to cite. Prints, for each set by itself
and with the weights that the other questions gave (8-fold): the share of questions whose likeliest sentence is right,
the curve of abstention against false abstention, also of all questions that name their paper and of those that do not;
then the weights to put into the code. Sets after --report are only scored.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from _logistic import Array, Model
from _logistic import fit as logistic

from assistant import planning, retrieval
from assistant.answering import likelihood
from assistant.answering.candidates import asked_of, candidates
from assistant.core import Assistant, turn_of
from assistant.evaluation.matching import stands
from assistant.settings import Settings
from assistant.types import Turn
from vectorstore.embedding import token_encoder

FOLDS, RIDGE = 8, 40.0
RIGHT, WRONG = 8.0, 20.0  # what the right sentences of a question weigh together, and the wrong ones
FALSE_ABSTENTIONS = (0.03, 0.06, 0.1, 0.15, 0.2)


@dataclass
class Question:
    """A question with the measurements (sentences, features) of its sentences, and which of them are right."""

    source: str
    names_paper: bool
    answerable: bool
    measures: Array
    right: Array


def main(arguments: Sequence[str]) -> None:
    split = arguments.index("--report") if "--report" in arguments else len(arguments)
    fitted = [question for pair in _pairs(arguments[:split]) for question in read(*pair)]
    folds = list(cross_validated(fitted))
    for source in dict.fromkeys(question.source for question in fitted):
        say(f"{source} (8-fold)", [(question, odds) for question, odds in folds if question.source == source])
    for named, name in ((True, "all that name their paper"), (False, "all that name none")):
        say(f"{name} (8-fold)", [(question, odds) for question, odds in folds if question.names_paper == named])
    model = fit(fitted)
    for pair in _pairs(arguments[split + 1 :]):
        say(pair[1], [(question, model.log_odds(question.measures)) for question in read(*pair)])
    weights, bias = model.plain()
    print(f"BIAS = {bias:.3f}")
    rounded = [round(float(weight), 3) for weight in weights]
    print(json.dumps(dict(zip(likelihood.WEIGHTS, rounded, strict=True)), indent=4))


def read(library: str, questions: str) -> Iterator[Question]:
    """Measure the sentences of the questions that are planned as facts."""
    with Assistant(Settings(library=Path(library))) as assistant:
        for record in map(json.loads, Path(questions).read_text("utf-8").splitlines()):
            if record["type"] not in {"fact", "followup", "unanswerable"}:
                continue
            answerable = record["type"] != "unanswerable"
            if answerable and not record.get("answers"):
                continue
            named, measured = _measured(assistant, record)
            if measured:
                right = np.array([answerable and _is_right(each, record, assistant) for each in measured], float)
                rows = np.array([[each.measures[name] for name in likelihood.WEIGHTS] for each in measured])
                yield Question(Path(questions).stem, named, answerable, rows, right)


def _measured(assistant: Assistant, record: dict[str, Any]) -> tuple[bool, list[likelihood.Likely]]:
    """Tell whether the question names its paper, and measure the sentences found."""
    turns: list[Turn] = []
    *earlier, last = record.get("turns") or [record["question"]]
    for question in earlier:
        turns.append(turn_of(assistant.ask(question, turns, keep=False)))
    plan = planning.plan(last, turns, assistant.library)
    if plan.kind != "fact":
        return False, []
    evidence = retrieval.retrieve(plan, assistant.library, assistant.embedder)
    papers = {hit.chunk.paper_id: assistant.library.paper(hit.chunk.paper_id) for hit in evidence.hits}
    asked = asked_of(plan, evidence)
    ranked = candidates(asked, evidence, papers)
    if not ranked:
        return False, []
    found = likelihood.likely(plan, asked, ranked, evidence, papers, token_encoder(assistant.embedder))
    return bool(plan.papers), found


def _is_right(each: likelihood.Likely, record: dict[str, Any], assistant: Assistant) -> bool:
    paper = assistant.library.paper(each.candidate.paper_id)
    names = {paper.title.casefold(), *(source.name.casefold() for source in paper.sources)}
    wanted = [*record.get("papers", []), *record.get("papers_also_ok", [])]
    is_wanted = not wanted or any(name.casefold() in names for name in wanted)
    return is_wanted and stands(record["answers"], each.candidate.text)


def fit(questions: Sequence[Question]) -> Model:
    """Fit with a ridge; each question weighs the same, however many sentences it has."""
    measures, correct = np.vstack([q.measures for q in questions]), np.concatenate([q.right for q in questions])
    weights = np.concatenate(
        [np.where(q.right, RIGHT / max(1.0, q.right.sum()), WRONG / len(q.right)) for q in questions]
    )
    return logistic(measures, correct, ridge=RIDGE, weigh=weights)


def cross_validated(questions: Sequence[Question]) -> Iterator[tuple[Question, Array]]:
    """Yield each question with the log odds that a fit on the other folds gives its sentences."""
    fold = np.random.default_rng(0).integers(0, FOLDS, len(questions))
    for number in range(FOLDS):
        model = fit([question for question, own in zip(questions, fold, strict=True) if own != number])
        for question, own in zip(questions, fold, strict=True):
            if own == number:
                yield question, model.log_odds(question.measures)


def say(name: str, scored: Sequence[tuple[Question, Array]]) -> None:
    """Print how often the likeliest sentence is right, and abstention against false abstention."""
    answerable = [(question, odds) for question, odds in scored if question.answerable]
    first = np.mean([question.right[odds.argmax()] for question, odds in answerable])
    known = np.array([odds.max() for _, odds in answerable])
    unknown = np.array([odds.max() for question, odds in scored if not question.answerable])
    curve = " ".join(
        f"{share:.2f}: {np.mean(unknown < np.quantile(known, share)):.2f} (at {np.quantile(known, share):.2f})"
        for share in FALSE_ABSTENTIONS
    )
    area = np.mean(known[:, None] > unknown[None]) if len(unknown) else float("nan")
    print(f"{name}: first {first:.2f} (n = {len(known)}); AUC {area:.2f} (n = {len(unknown)}); {curve}", flush=True)


def _pairs(arguments: Sequence[str]) -> list[tuple[str, str]]:
    names = [argument for argument in arguments if argument != "--report"]
    return list(zip(names[::2], names[1::2], strict=True))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1:])
