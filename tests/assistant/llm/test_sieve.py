"""The sieve gives the same text however the stream is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.sieve import Sieve, redacted

KEY = "canary-0123456789"


def sifted(pieces: list[str]) -> tuple[str, str]:
    """Return the text at the end, and the deltas joined."""
    sieve = Sieve(KEY)
    deltas = [sieve.feed(piece) for piece in pieces] + [sieve.feed("", last=True)]
    return sieve.text, "".join(deltas)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain.", "Plain."),
        ("<think>hm\n</think>\n\nPlain.", "Plain."),
        ("<thinking>hm</thinking>Plain.", "Plain."),
        ("One. <think>hm</think>Two.", "One. Two."),
        ("<think>never ends", ""),
        ("", ""),
        ("hm, the template opened it</think>\nPlain.", "Plain."),
        ("a < b, and <th is no mark", "a < b, and <th is no mark"),
        (f"the key {KEY}.", "the key [key]."),
        (f"<think>{KEY}</think>{KEY}{KEY}", "[key][key]"),
        ("canary-01234", "canary-01234"),
    ],
)
def test_thinking_and_the_key_are_taken_out(text: str, expected: str) -> None:
    assert sifted([text])[0] == expected
    assert sifted(list(text))[0] == expected


@given(
    st.lists(st.sampled_from(["<think>", "</think>", KEY, KEY[:9], "<", "<th", "a", "\n", " word ", "é"]), max_size=12),
    st.randoms(),
)
def test_the_cuts_between_pieces_do_not_matter(parts: list[str], random: st.randoms) -> None:  # type: ignore[valid-type]
    text = "".join(parts)
    places = sorted(random.randint(0, len(text)) for _ in range(5))  # type: ignore[attr-defined]
    pieces = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    whole, _ = sifted([text])
    kept, deltas = sifted(pieces)
    assert kept.strip() == whole.strip()
    assert KEY not in kept and KEY not in deltas
    if "</think>" not in text.partition("<think>")[0]:
        assert deltas.endswith(kept)


def test_deltas_are_not_held_back_longer_than_needed() -> None:
    sieve = Sieve(KEY)
    assert sieve.feed("a word <t") == "a word "
    assert sieve.feed("able> more") == "<table> more"


@pytest.mark.parametrize(
    "words", [f"bad key {KEY}", "bad key sk-proj-abc123", "Authorization: Bearer abcdef", f"{KEY} {KEY}"]
)
def test_servers_words_are_shown_without_keys(words: str) -> None:
    shown = redacted(words, KEY)
    assert "[key]" in shown
    assert not any(part in shown for part in (KEY, "abc123", "abcdef"))


def test_a_placeholder_is_no_secret() -> None:
    assert redacted("no model called none", "none") == "no model called none"


def test_servers_words_are_shortened() -> None:
    assert len(redacted("word " * 1_000, KEY)) == 300
