"""The command line with a model: a draft on standard error, the checked answer on standard output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistant.command_line import Command
from tests.fakes.model_server import model_server

QUESTION = "How many watts does a red lamp draw?"


def test_a_written_answer_is_printed_with_its_verdicts(
    footnote: Command, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    footnote("ingest", str(papers))
    with model_server() as server:
        monkeypatch.setenv("FOOTNOTE_BASE_URL", server.url)
        monkeypatch.setenv("FOOTNOTE_MODEL", "good")
        good = footnote("ask", QUESTION)
        assert "✓ A red lamp draws 40 watts in our laboratory. [1]" in good.out
        assert "1 of 1 statement supported · 1 of 1 quote found" in good.out and "written by good" in good.out
        assert "A red lamp draws 40 watts" in good.err, "the draft"
        assert footnote("ask", QUESTION, "--json").json["engine"] == "good"
        monkeypatch.setenv("FOOTNOTE_MODEL", "altered-numbers")
        altered = footnote("ask", QUESTION).out
        assert "✕ A red lamp draws 47 watts" in altered
        assert "not found in your papers: The passage says 40 watts, not 47" in altered
        monkeypatch.setenv("FOOTNOTE_MODEL", "status-401")
        away = footnote("ask", QUESTION).out
        assert "Note: status-401 did not answer, so these are quotes." in away and "❝ A red lamp draws 40 watts" in away
        asked = len(server.asks)
        monkeypatch.delenv("FOOTNOTE_MODEL")
        assert footnote("ask", QUESTION).out.startswith("A red lamp draws 40 watts")
        assert len(server.asks) == asked, "without a model nothing is sent"
