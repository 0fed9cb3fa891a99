"""Acknowledged means kept: an ingest is killed at random moments, and nothing may be lost, half or left over."""

import pytest

from tests.drills.kill_ingest import drill


def test_kill_9_loses_nothing_acknowledged(kills: int, capsys: pytest.CaptureFixture[str]) -> None:
    sound = drill(kills, seed=0)
    told = capsys.readouterr().out
    with capsys.disabled():
        print("\n" + told.splitlines()[-1])
    assert sound, told
