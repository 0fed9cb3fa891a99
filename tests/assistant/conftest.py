"""The command line in a folder of its own, and two small papers for it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from assistant import cli
from tests.assistant.command_line import LAMP, RIVER, Command, Run


@pytest.fixture
def footnote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_LIBRARY", str(tmp_path / "library"))

    def run(*arguments: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["footnote", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        shown = capsys.readouterr()
        return Run(int(end.value.code or 0), shown.out, shown.err)

    return run


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "papers.jsonl").write_text(
        "".join(
            json.dumps({"_id": name, "title": text.split(".")[0], "text": text.split(". ", 1)[1]}) + "\n"
            for name, text in (("lamp", LAMP), ("river", RIVER))
        )
    )
    return folder
