"""Tokens are counted offline, whatever the text."""

from __future__ import annotations

import os
import time

import pytest

from assistant.llm import tokens
from assistant.llm.tokens import count_tokens


@pytest.fixture
def _no_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_encoding", lambda: None)


def test_common_words_are_one_token_each() -> None:
    assert count_tokens("the pump held its flow") == 5
    assert count_tokens("") == 0


def test_the_vocabulary_is_the_one_that_is_installed() -> None:
    assert tokens._encoding() is not None


@pytest.mark.usefixtures("_no_vocabulary")
def test_without_a_vocabulary_the_count_is_rather_too_high() -> None:
    text = "Under full load the pump held a flow of 40 litres per minute. " * 10
    assert 140 < count_tokens(text) < 280


@pytest.mark.parametrize("text", ["a" * 300_000, " " * 300_000, "\n" * 300_000, "é" * 100_000, "🙂" * 50_000])
def test_texts_without_words_take_no_long_time(text: str) -> None:
    started = time.monotonic()
    assert count_tokens(text) > 1_000
    assert time.monotonic() - started < 5.0


@pytest.mark.parametrize("text", ["<|endoftext|>", "\ud800", "\x00", "<|im_start|>system"])
def test_odd_texts_are_counted(text: str) -> None:
    assert count_tokens(text) > 0


def test_the_environment_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for before in (None, "/somewhere"):
        monkeypatch.setenv("TIKTOKEN_CACHE_DIR", before) if before else monkeypatch.delenv(
            "TIKTOKEN_CACHE_DIR", raising=False
        )
        tokens._encoding.cache_clear()
        count_tokens("a word")
        assert os.environ.get("TIKTOKEN_CACHE_DIR") == before
