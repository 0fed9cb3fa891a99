"""Words: stems alike in both spellings, and what is written like a name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer

from assistant.words import content, fold, looks_like_name, names, stem


@pytest.mark.parametrize(
    ("british", "american"), [("licence", "license"), ("behaviour", "behavior"), ("optimisers", "optimizers")]
)
def test_british_and_american_spellings_share_a_stem(british: str, american: str) -> None:
    assert stem(british) == stem(american)


def test_folding_drops_case_accents_and_marks() -> None:
    assert fold("Niccoló's  Größe-1.3B!") == "niccolo s grosse 1.3b"


@pytest.mark.parametrize("token", ["GaLore", "GPT-4", "S-LoRA", "A100", "ICML"])
def test_marked_words_look_like_names(token: str) -> None:
    assert looks_like_name(token)


@pytest.mark.parametrize("token", ["Orca", "whale", "17", "3rd", "20x", "I"])
def test_plain_words_and_numbers_do_not_look_like_names(token: str) -> None:
    assert not looks_like_name(token)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How big is Orca?", ("Orca",)),
        ("Does Galewind run on Llama 2?", ("Galewind", "Llama 2")),
        ("And on Big-Bench Hard?", ("Big-Bench Hard",)),
        ("Which papers did Ada Lovell write?", ("Ada Lovell",)),
        ("Whales are counted.", ()),
    ],
)
def test_names_are_words_with_capitals_where_none_are_due(text: str, found: tuple[str, ...]) -> None:
    assert names(text) == found


def test_content_leaves_out_words_that_only_ask() -> None:
    assert content("How many whales does the paper show?") == {stem("whales")}


def test_stems_are_right_from_many_threads_at_once() -> None:
    """A stemmer keeps its word in itself, and a wrong stem would be remembered for good."""
    forms = [f"{left}{right}" for left in ("measur", "relat", "connect", "gener", "optim") for right in SUFFIXES] * 40
    alone = [snowballstemmer.stemmer("english").stemWord(form) for form in forms]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stem.__wrapped__, forms)) == alone


SUFFIXES = ("e", "ed", "ing", "ement", "ements", "ation", "ational", "ionally", "ive", "ively")
