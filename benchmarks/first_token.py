"""Measure the time from a question to the first word of the draft, less the time that the model itself takes for it.

The model is the tests' scripted server on loopback, which waits for its first token as long as it is told.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from _measure import say_machine, say_seconds, scratch_library, write_questions
from ingest import EXAMPLES, ingest

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests are no part of what is installed

from assistant.core import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Delta
from tests.fakes.model_server import model_server

FIRST_TOKEN_MS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", nargs="+", type=Path, default=[EXAMPLES], help="what to ask about")
    parser.add_argument("--count", type=int, default=200, help="how many questions to make")
    parser.add_argument("--library", type=Path, help="an existing library to ask, instead of ingesting --papers")
    options = parser.parse_args()

    say_machine()
    with scratch_library(options.library) as library, model_server() as server, tempfile.TemporaryDirectory() as folder:
        if not options.library:
            report = ingest(options.papers, library).document
            print(f"library: {report['papers']} papers, {report['chunks']} chunks")
        lines = write_questions(library, Path(folder) / "questions.jsonl", options.count).read_text("utf-8")
        settings = Settings(library=library, model=f"ttft{FIRST_TOKEN_MS}-itl0-len60", base_url=server.url)
        with Assistant(settings) as assistant:
            measured = [first_word(assistant, json.loads(line)["question"]) for line in lines.splitlines()]
    seconds = [each for each in measured if each is not None]
    print(f"questions: {len(measured)}, of which {len(measured) - len(seconds)} were not for the model")
    print(f"the first of them: {seconds[0]:.3f} s")
    say_seconds("first token beyond the model's own", seconds)


def first_word(assistant: Assistant, question: str) -> float | None:
    """Return the seconds to the first word of the draft beyond the model's own; None where no model wrote."""
    started = time.perf_counter()
    first = None
    for event in assistant.stream(question, keep=False):
        if isinstance(event, Delta) and first is None:
            first = time.perf_counter() - started - FIRST_TOKEN_MS / 1000
        if isinstance(event, Answer) and event.engine == "extractive":
            return None
    return first


if __name__ == "__main__":
    main()
