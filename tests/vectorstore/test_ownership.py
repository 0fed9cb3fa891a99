"""One owner at a time, in real processes; the lock goes with the process, however it ends."""

import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.vectorstore.making import open_library
from vectorstore.errors import LibraryBusy
from vectorstore.ownership import read_owner

OWN = """
import sys, time
from pathlib import Path
from tests.vectorstore.making import open_library
library = open_library(Path(sys.argv[1]), owner="the window (pid 1)")
library.publish({"host": "127.0.0.1", "port": 7860, "token": "secret"})
print("open", flush=True)
time.sleep(60)
"""


@contextmanager
def another_owner(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([sys.executable, "-c", OWN, str(folder)], stdout=PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


def test_a_second_owner_is_refused_quickly_and_told_who_has_it(library_folder: Path) -> None:
    with another_owner(library_folder):
        started = time.monotonic()
        with pytest.raises(LibraryBusy, match=r"the window \(pid 1\)"):
            open_library(library_folder)
        assert time.monotonic() - started < 2
        with open_library(library_folder, owner=None) as reader:
            assert reader.count() == (0, 0)


def test_the_owner_says_where_it_is_reached_to_this_user_only(library_folder: Path) -> None:
    assert read_owner(library_folder) is None
    with another_owner(library_folder) as process:
        note = read_owner(library_folder)
        assert note is not None
        assert (note["pid"], note["port"], note["token"]) == (process.pid, 7860, "secret")
        assert stat.S_IMODE((library_folder / "owner.json").stat().st_mode) == 0o600


def test_kill_9_frees_the_library(library_folder: Path) -> None:
    with another_owner(library_folder) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert (library_folder / "owner.json").exists() and read_owner(library_folder) is None
    with open_library(library_folder):
        note = read_owner(library_folder)
        assert note is not None and note["name"] == "the tests"
    assert read_owner(library_folder) is None


def test_of_many_starts_at_once_one_wins(library_folder: Path) -> None:
    program = OWN.replace("time.sleep(60)", "time.sleep(6)")
    starts = [
        subprocess.Popen([sys.executable, "-c", program, str(library_folder)], text=True, stdout=PIPE, stderr=PIPE)
        for _ in range(5)
    ]
    ends = [process.communicate() for process in starts]
    assert sum(output.startswith("open") for output, _ in ends) >= 1
    refused = [errors for output, errors in ends if not output]
    assert all("LibraryBusy" in errors for errors in refused)
    with open_library(library_folder) as library:
        assert library.check() == []
