"""Fit the weights by which a list tells the papers about a topic from those that mention it in passing.

Give question sets and the library each is asked of, in pairs. Printed are precision and recall at several bounds, each
question judged by weights fitted without its fold, then the weights fitted on all (for assistant/aboutness.py).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _logistic import Array, Model, fit

from assistant.aboutness import features_of
from assistant.core import Assistant
from assistant.evaluation.questions import read_questions
from assistant.planning import plan
from assistant.retrieval import PAPERS
from assistant.settings import Settings
from assistant.words import fold
from vectorstore.search import search_papers

FOLDS = 12
RIDGE = 0.2  # a question's papers are alike, so they count for less than they are
BOUNDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Known:
    """The papers looked at for a question: (papers, features), and 1 for those wanted, 0 for others; how many are
    wanted."""

    names: tuple[str, ...]
    features: Array
    right: Array
    wanted: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", metavar="QUESTIONS.jsonl LIBRARY")
    options = parser.parse_args()
    known = [each for at in range(0, len(options.pairs), 2) for each in _read(*options.pairs[at : at + 2])]
    print(f"{len(known)} questions, {sum(len(each.right) for each in known)} papers judged")
    left_out = [_fit(known, without=place % FOLDS).chances(each.features) for place, each in enumerate(known)]
    for bound in BOUNDS:
        found = [
            right[chances >= bound] for right, chances in ((k.right, c) for k, c in zip(known, left_out, strict=True))
        ]
        precision = np.mean([each.mean() if len(each) else 0.0 for each in found])
        recall = np.mean([each.sum() / k.wanted for each, k in zip(found, known, strict=True)])
        print(f"from {bound:.2f}: precision {precision:.3f}, recall {recall:.3f}")
    weights, bias = _fit(known).plain()
    for name, weight in zip(known[0].names, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"BIAS = {bias:.2f}")


def _read(path: str, library: str) -> list[Known]:
    questions, _ = read_questions([Path(path)])
    found = []
    with Assistant(Settings(library=Path(library))) as assistant:
        for question in questions:
            if question.type != "list":
                continue
            planned = plan(question.turns[-1], (), assistant.library)
            topic = planned.topic or planned.standalone
            hits = search_papers(assistant.library, assistant.embedder, topic, top=PAPERS)
            wanted, spared = _keys(question.papers), _keys((*question.papers_also_ok, *question.papers_optional))
            features = features_of(topic, hits, assistant.library, assistant.embedder)
            titles = {paper_id: fold(assistant.library.paper(paper_id).title) for paper_id in features}
            judged = [paper_id for paper_id in features if titles[paper_id] not in spared]
            found.append(
                Known(
                    tuple(features[judged[0]]),
                    np.array([list(features[paper_id].values()) for paper_id in judged]),
                    np.array([float(titles[paper_id] in wanted) for paper_id in judged]),
                    len(wanted),
                )
            )
    return found


def _keys(titles: Sequence[str]) -> set[str]:
    return {fold(title) for title in titles}


def _fit(known: Sequence[Known], without: int | None = None) -> Model:
    used = [each for place, each in enumerate(known) if place % FOLDS != without]
    features, right = np.vstack([each.features for each in used]), np.concatenate([each.right for each in used])
    return fit(features, right, ridge=RIDGE * len(right) / 1000)


if __name__ == "__main__":
    main()
