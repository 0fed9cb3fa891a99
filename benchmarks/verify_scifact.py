"""How well supported claims are told from contradicted ones and from other papers, in the words of people: SciFact.

    python benchmarks/verify_scifact.py FOLDER [--fit] [--split train|validation] [--form abstract|evidence]

FOLDER holds claims_with_evidence.jsonl and corpus.jsonl of SciFact. Each claim is judged against the abstract it was checked
against (SUPPORT or CONTRADICT), against a random abstract of another paper, and against the abstract of another paper that has most
of its words. `--form evidence` gives only the sentences that were marked as evidence. `--fit` learns the weights of
assistant/verdicts/weights.py from the train part and, as a twentieth of the weight, from the true ones of our own statements that
are there to be looked at (benchmarks/statements/), so that what only SciFact has is not learned; it prints them with their
cross-validated figures. The validation part is for the last run only. Baseline: plain containment, its threshold the best one of the train part.
"""

# ruff: noqa: E501 - tables stay on one line
from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.verdicts import judge
from assistant.verdicts.framing import without_frame
from assistant.verdicts.judging import find_fault
from assistant.verdicts.meaning import closeness, content_stems, coverage, sentences_of
from vectorstore.embedding import open_embedder

Floats = NDArray[np.float64]
FOLDS = 5
RIDGE = 3.0
OWN = Path(__file__).parent / "statements" / "hand_made.jsonl"
OWN_SHARE = 0.05  # of the weight of the fit
FORMS = ("abstract", "evidence")
AGAINST = ["CONTRADICT", "other"]
AGAINST_ALL = [*AGAINST, "alike"]
SHARES = {"SUPPORT": 0.5, "CONTRADICT": 0.25, "other": 0.125, "alike": 0.125}  # what each kind weighs in the fit


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim with an abstract. `kind` is SUPPORT, CONTRADICT, other (a random paper) or alike (most words in common)."""

    claim_id: int
    claim: str
    passage: str
    kind: str


def pairs(folder: Path, split: str, form: str) -> list[Pair]:
    """Return the pairs of a part of SciFact, each claim and abstract once."""
    rows = [json.loads(line) for line in (folder / "claims_with_evidence.jsonl").open(encoding="utf-8")]
    corpus = {row["_id"]: row for row in map(json.loads, (folder / "corpus.jsonl").open(encoding="utf-8"))}
    labels: dict[tuple[str, str], tuple[str, str]] = {}
    evidence: dict[tuple[str, str], set[int]] = defaultdict(set)
    cited: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        cited[row["id"]].update([*row["cited_doc_ids"], row["evidence_doc_id"]])
        if row["split"] == split and row["evidence_label"]:
            key = row["id"], row["evidence_doc_id"]
            labels[key] = row["claim"], row["evidence_label"]
            evidence[key].update(row["evidence_sentences"])
    stems = {name: content_stems(f"{row['title']} {row['text']}") for name, row in corpus.items()}
    draw = random.Random(0)
    made, seen = [], set()
    for key, (claim, label) in sorted(labels.items()):
        claim_id, paper = key
        text = corpus[paper]["text"]
        if form == "evidence":
            sentences = sentences_of(text)
            text = " ".join(sentences[i] for i in sorted(evidence[key]) if i < len(sentences)) or text
        made.append(Pair(int(claim_id), claim, text, label))
        if claim_id in seen:
            continue
        seen.add(claim_id)
        free = [name for name in sorted(corpus) if name not in cited[claim_id]]
        said = content_stems(claim)
        made.append(Pair(int(claim_id), claim, corpus[draw.choice(free)]["text"], "other"))
        made.append(
            Pair(int(claim_id), claim, corpus[max(free, key=lambda name: coverage(said, stems[name]))]["text"], "alike")
        )
    return made


def own_pairs() -> list[Pair]:
    """Return our own true statements that are there to be looked at; those of one passage share a number."""
    entries = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    return [
        Pair(-number, without_frame(case["statement"]), entry["passage"], "own")
        for number, entry in enumerate(entries, start=1)
        if entry["part"] == "look"
        for case in entry["statements"]
        if case["kind"] == "true"
    ]


def fitted(measures: Floats, supported: NDArray[np.bool_], weights: Floats) -> Floats:
    """Return bias and weights (1 + k) of a ridge logistic regression on measures (n, k), by Newton's method."""
    mean, spread = measures.mean(0), measures.std(0) + 1e-9
    design = np.c_[np.ones(len(measures)), (measures - mean) / spread]
    ridge = np.eye(design.shape[1]) * RIDGE
    ridge[0, 0] = 0
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        guess = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (weights * (guess - supported)) + ridge @ beta
        beta -= np.linalg.solve((design.T * (weights * guess * (1 - guess))) @ design + ridge, slope)
    return np.r_[beta[0] - (beta[1:] * mean / spread).sum(), beta[1:] / spread]


def balanced(flagged: NDArray[np.bool_], kinds: NDArray[np.str_], against: Sequence[str]) -> float:
    """Return the mean of the share of SUPPORT that is passed and the share of `against` that is flagged."""
    return float(((~flagged[kinds == "SUPPORT"]).mean() + flagged[np.isin(kinds, against)].mean()) / 2)


def bootstrap(flagged: NDArray[np.bool_], kinds: NDArray[np.str_], against: Sequence[str]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the balanced accuracy, 2,000 resamples, fixed seed."""
    draw = np.random.default_rng(0)
    groups = [np.flatnonzero(kinds == "SUPPORT"), np.flatnonzero(np.isin(kinds, against))]
    figures = []
    for _ in range(2000):
        chosen = np.concatenate([draw.choice(group, len(group)) for group in groups])
        figures.append(balanced(flagged[chosen], kinds[chosen], against))
    low, high = np.quantile(figures, [0.025, 0.975])
    return float(low), float(high)


def say(name: str, flagged: NDArray[np.bool_], kinds: NDArray[np.str_]) -> None:
    """Print shares and balanced accuracies."""
    print(f"\n{name}")
    for kind in SHARES:
        chosen = flagged[kinds == kind]
        right = (~chosen if kind == "SUPPORT" else chosen).mean()
        print(f"  {kind:10} n = {len(chosen):4}  {'passed' if kind == 'SUPPORT' else 'flagged'} {right:.3f}")
    for against in (["CONTRADICT"], ["other"], ["alike"], AGAINST, AGAINST_ALL):
        low, high = bootstrap(flagged, kinds, against)
        print(
            f"  balanced accuracy, SUPPORT against {' + '.join(against):26} {balanced(flagged, kinds, against):.3f} (95 % {low:.3f} to {high:.3f})"
        )


def contained(pair: Pair) -> float:
    """Plain containment: the share of a claim's words that stand in the passage."""
    said, found = content_stems(pair.claim), content_stems(pair.passage)
    return len(said & found) / max(1, len(said))


def fit(folder: Path) -> None:
    """Learn the weights on the train part, both forms together, and our own statements, and print them."""
    embedder = open_embedder()
    rows = [*own_pairs(), *(pair for form in FORMS for pair in pairs(folder, "train", form))]
    own = sum(pair.kind == "own" for pair in rows)
    kinds = np.array([pair.kind for pair in rows])
    claim_ids = np.array([pair.claim_id for pair in rows])
    close = [closeness(pair.claim, [pair.passage], embedder) for pair in rows]
    faulty = np.array(
        [find_fault(pair.claim, [pair.passage], near) is not None for pair, near in zip(rows, close, strict=True)]
    )
    names = list(close[0].measures)
    measures = np.array([[near.measures[name] for name in names] for near in close])
    shares = {**{kind: share * (1 - OWN_SHARE) for kind, share in SHARES.items()}, "own": OWN_SHARE}
    weights = np.array([shares[kind] / (kinds == kind).sum() for kind in kinds]) * len(rows)
    supported = np.isin(kinds, ["SUPPORT", "own"])
    held_out = np.zeros(len(rows))
    for fold in range(FOLDS):
        out = claim_ids % FOLDS == fold
        beta = fitted(measures[~out], supported[~out], weights[~out])
        held_out[out] = beta[0] + measures[out] @ beta[1:]
    shifts = np.arange(-1.5, 1.5, 0.05)
    figures = [
        sum(balanced(faulty | (held_out + shift < 0), kinds, against) for against in (AGAINST, AGAINST_ALL))
        for shift in shifts
    ]
    smooth = np.convolve(figures, np.ones(5) / 5, mode="same")
    shift = float(shifts[2:-2][int(np.argmax(smooth[2:-2]))])
    half = (len(rows) - own) // 2
    for form, part in zip(FORMS, (slice(own, own + half), slice(own + half, None)), strict=True):
        say(f"train, {FOLDS}-fold, {form}, without the checks", (held_out + shift < 0)[part], kinds[part])
        say(f"train, {FOLDS}-fold, {form}", (faulty | (held_out + shift < 0))[part], kinds[part])
    print(
        f"\nour own true statements, {FOLDS}-fold: flagged {(faulty | (held_out + shift < 0))[:own].mean():.3f} of {own}"
    )
    contained_shares = np.array([contained(pair) for pair in rows])
    limits = np.arange(0.05, 1, 0.05)
    limit = max(limits, key=lambda limit: balanced(contained_shares < limit, kinds, AGAINST))
    beta = fitted(measures, supported, weights)
    print(f"\ncontainment: best limit {limit:.2f}; shift {shift:.2f}")
    print(f"BIAS = {beta[0] + shift:.3f}")
    print("WEIGHTS: dict[str, float] = {")
    for name, value in zip(names, beta[1:], strict=True):
        print(f'    "{name}": {value:.3f},')
    print("}")


CONTAINMENT_LIMIT = 0.25  # the best of the train part, as --fit finds it


def report(folder: Path, split: str, form: str) -> None:
    """Print what `judge` makes of a part, and plain containment beside."""
    embedder = open_embedder()
    rows = pairs(folder, split, form)
    kinds = np.array([pair.kind for pair in rows])
    judgements = [judge(pair.claim, [pair.passage], embedder) for pair in rows]
    say(f"{split}, {form}", np.array([found.verdict != "supported" for found in judgements]), kinds)
    say("plain containment", np.array([contained(pair) < CONTAINMENT_LIMIT for pair in rows]), kinds)
    assert all(math.isfinite(found.score) for found in judgements)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--split", choices=("train", "validation"), default="validation")
    parser.add_argument("--form", choices=FORMS, default="abstract")
    options = parser.parse_args()
    if not options.folder:
        print("Name the folder of SciFact; see --help.")
    elif options.fit:
        fit(options.folder)
    else:
        report(options.folder, options.split, options.form)


if __name__ == "__main__":
    main()
