"""Judgements of whole statements: what each planted fault is called, and that honest rewording passes."""

from __future__ import annotations

import time

import pytest

from assistant.verdicts import judge
from tests.assistant.verdicts.words_embedder import WordsEmbedder

PASSAGE = (
    "We trained Harbor-7 on the Lisbon corpus for 12 hours. "
    "Harbor-7 reached an accuracy of 65.5 % on the held-out set, while the baseline reached 58.2 %. "
    "Training did not improve the recall of rare classes in Portuguese. "
    "Larger batches increased the memory needed per device to 40 GB. "
    "The corpus has 1,234 documents, collected in 2019."
)
EMBEDDER = WordsEmbedder()


@pytest.mark.parametrize(
    "statement",
    [
        "Harbor-7 reached an accuracy of 65.5 % on the held-out set.",
        "On the held-out set, Harbor-7 reached an accuracy of about 66 %.",
        "Training did not improve the recall of rare classes in Portuguese.",
        "Larger batches increased the memory needed per device to 40,000 MB.",
        "The corpus has about 1,200 documents, collected in 2019.",
        "The authors write “Training did not improve the recall of rare classes”.",
    ],
)
def test_light_rewording_is_supported(statement: str) -> None:
    found = judge(statement, [PASSAGE], EMBEDDER)
    assert (found.verdict, found.reason_code) == ("supported", "supported"), found


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("Harbor-7 reached an accuracy of 56.5 % on the held-out set.", "contradicted_number"),
        ("Larger batches increased the memory needed per device to 40 MB.", "contradicted_unit"),
        ("We trained Harbor-7 on the Madrid corpus for 12 hours.", "name_missing"),
        ("Training did improve the recall of rare classes in Portuguese.", "negated"),
        ("Larger batches did not increase the memory needed per device to 40 GB.", "negated"),
        ("Larger batches decreased the memory needed per device to 40 GB.", "opposite"),
        ("The authors write “nothing was ever as good as this model”.", "quote_not_found"),
        ("They say “Training did not improve the memory needed per device”.", "quote_stitched"),
        ("Sparrows migrate at night along the coast.", "not_found"),
    ],
)
def test_a_planted_fault_is_flagged_and_named(statement: str, code: str) -> None:
    found = judge(statement, [PASSAGE], EMBEDDER)
    assert found.verdict != "supported", found
    assert found.reason_code == code, found


def test_the_reason_says_what_the_passage_has_instead() -> None:
    found = judge("Harbor-7 reached an accuracy of 56.5 % on the held-out set.", [PASSAGE], EMBEDDER)
    assert found.reason == "The passage says 65.5 %, not 56.5 %."


def test_a_statement_without_a_passage_is_unsupported() -> None:
    assert judge("Anything.", ["  "], EMBEDDER).reason_code == "no_passage"


def test_a_quote_from_another_passage_is_misattributed() -> None:
    found = judge("They say “Training did not improve the recall”.", ["Something else entirely."], EMBEDDER, [PASSAGE])
    assert found.reason_code == "quote_misattributed"


def test_scores_lie_between_0_and_1_and_are_the_same_every_time() -> None:
    first, second = (judge("Harbor-7 is accurate.", [PASSAGE], EMBEDDER) for _ in range(2))
    assert first == second
    assert 0 <= first.score <= 1


def test_odd_input_is_judged_without_an_error() -> None:
    for statement in ("", "—", "“”", "[12]", "5", "…" * 50, "a" * 20_000, "١٢٣ ％", "10^400 × 10^999"):
        judge(statement, [PASSAGE, "\x00", "﷽"], EMBEDDER)


def test_a_statement_takes_less_than_20_ms_beyond_embedding() -> None:
    judge("Harbor-7 reached an accuracy of 65.5 %.", [PASSAGE], EMBEDDER)
    started = time.process_time()
    for number in range(20):
        judge(f"Harbor-7 reached an accuracy of {number} % on the held-out set.", [PASSAGE], EMBEDDER)
    assert (time.process_time() - started) / 20 < 0.020


def test_of_sentences_with_the_same_words_the_one_that_says_no_more_is_held_against() -> None:
    passage = "One lamp was known to be bright, with two mirrors. What the lamp does with mirrors was not known."
    assert judge("What the lamp does with mirrors was not known.", [passage], WordsEmbedder()).verdict == "supported"
