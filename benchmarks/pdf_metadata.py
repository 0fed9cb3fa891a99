"""Scores titles, first authors and years read from PDFs against a list of the right ones.

python benchmarks/pdf_metadata.py QUESTIONS.jsonl FOLDER
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

from assistant.errors import ReadingError
from assistant.reading.pdf import read_pdf
from vectorstore.records import Metadata


def folded(text: str) -> str:
    """Return the letters and digits of a text, without case and accents."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in plain if char.isalnum())


def score(question: dict[str, Any], found: Metadata | None) -> dict[str, bool]:
    """Return what is right; no metadata at all is right where no title is wanted."""
    titles = [question["title"], *question["title_ok"]]
    years = [question["year"], *question["year_ok"]]
    if found is None:
        unreadable = None in titles or question["title"] is None
        return {
            "title": unreadable,
            "first": unreadable or not question["authors"],
            "authors": unreadable,
            "year": unreadable,
        }
    names = [folded(name) for name in found.authors]
    wanted = [folded(name) for name in question["authors"]]
    return {
        "title": any(title is not None and folded(title) == folded(found.title) for title in titles),
        "first": names[:1] == wanted[:1] or (not wanted and not names),
        "authors": all(name in names for name in wanted),
        "year": found.year in years,
    }


def main() -> int:
    """Print what is wrong and the shares that are right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    scores: list[dict[str, bool]] = []
    for line in arguments.questions.read_text("utf-8").splitlines():
        question = json.loads(line)
        try:
            found = read_pdf(arguments.folder / question["file"]).sources[0].metadata
        except ReadingError:
            found = None
        scores.append(score(question, found))
        if not all(scores[-1].values()):
            wrong = ", ".join(name for name, right in scores[-1].items() if not right)
            got = (found.title, found.authors[:4], found.year) if found else "an error of the file"
            wanted = (question["title"], question["authors"], question["year"])
            print(f"{question['file']}: {wrong}\n  wanted {wanted}\n  got    {got}")
    for name in scores[0]:
        print(f"{name:8} {sum(one[name] for one in scores) / len(scores):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
