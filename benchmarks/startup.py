"""Measure the seconds from starting `python app.py`, already installed, to a page that answers."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from _measure import MIB, resident_bytes, say_machine, say_runs

ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="how many starts")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a start has failed")
    options = parser.parse_args()

    say_machine()
    with tempfile.TemporaryDirectory(prefix="footnote-bench-", ignore_cleanup_errors=True) as folder:
        first, _ = start(Path(folder), options.limit)
        again = [start(Path(folder), options.limit) for _ in range(options.repeat)]
    say_runs("first start on a new library, examples included", [first], "s", digits=2)
    say_runs("start to a page that answers", [seconds for seconds, _ in again], "s", digits=2)
    say_runs("memory once the page answers", [mib for _, mib in again], "MiB", digits=0)


def start(folder: Path, limit_s: float) -> tuple[float, float]:
    """Start the application on a library in `folder`, wait for its page, end it; return seconds and resident MiB."""
    port = free_port()
    environment = {
        **os.environ,
        "FOOTNOTE_LIBRARY": str(folder / "library"),
        "FOOTNOTE_PORT": str(port),
        "FOOTNOTE_OPEN_BROWSER": "false",
    }
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not answers(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None:
                sys.exit(f"app.py ended with {process.returncode} before its page answered")
            if time.perf_counter() - started > limit_s:
                sys.exit(f"no page within {limit_s:.0f} s")
            time.sleep(0.05)
        return time.perf_counter() - started, resident_bytes(process.pid) / MIB
    finally:
        process.terminate()
        process.wait(timeout=30)


def answers(url: str) -> bool:
    """Tell whether a page comes back whole."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as reply:
            return reply.status == 200 and b"</html>" in reply.read()
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
