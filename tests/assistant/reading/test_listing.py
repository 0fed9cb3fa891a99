"""Reading lists of five layouts, two of each made for these tests, and texts that are no lists."""

from __future__ import annotations

import json
import time
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from assistant.reading import read
from assistant.reading.listing import list_entries
from vectorstore.records import Source

LISTS = Path(__file__).parents[2] / "data" / "listings"
EXPECTED = json.loads((LISTS / "expected.json").read_text(encoding="utf-8"))["entries"]
BY_FILE = {name: list(entries) for name, entries in groupby(EXPECTED, key=lambda entry: entry["file"])}

ABSTRACT = (
    "We study how lighthouse keepers kept time before the telegraph. From the log books of nine towers we rebuild the "
    "drift of their clocks, and find that most were right to within two minutes. The method needs no astronomy, and "
    "works wherever two keepers could see the same light on the same night."
)


def told(source: Source) -> dict[str, Any]:
    """What a source says, in the form of the expected records."""
    data = source.metadata
    return {
        "title": data.title,
        "authors": list(data.authors),
        "date": data.date,
        "year": data.year,
        "venue": data.venue,
        "abstract_start": source.text[:60],
        "abstract_end": source.text[-60:],
    }


@pytest.mark.parametrize("name", BY_FILE)
def test_each_list_gives_its_entries(name: str) -> None:
    reading = read(LISTS / name)
    assert reading.kind == "listing"
    fields = ("title", "authors", "date", "year", "venue", "abstract_start", "abstract_end")
    expected = [
        {field: entry[field] for field in fields} | {"authors": entry["authors"] or []} for entry in BY_FILE[name]
    ]
    assert [told(source) for source in reading.sources] == expected


@pytest.mark.parametrize("name", BY_FILE)
def test_the_text_of_an_entry_is_verbatim(name: str) -> None:
    page = (LISTS / name).read_text(encoding="utf-8")
    for source in read(LISTS / name).sources:
        assert source.text in page


def test_authors_left_out_are_noted() -> None:
    sources = read(LISTS / "company_1.txt").sources
    noted = [source for source in sources if source.metadata.notes]
    assert [source.metadata.authors for source in noted] == [("Takumi Ishiguro", "Rosa Amparo Vidal")]
    assert "and 40+ others" in noted[0].metadata.notes[0]


def test_a_missing_abstract_is_noted() -> None:
    source = read(LISTS / "author_page_2.txt").sources[3]
    assert source.text == source.metadata.title
    assert source.metadata.notes == ("The list gives no abstract of it.",)


def test_identifiers_come_from_the_citation() -> None:
    sources = {source.metadata.title: source.metadata for source in read(LISTS / "blog_1.txt").sources}
    assert sources["Do Chess Engines Understand Fortresses?"].arxiv_id == "2303.04567"
    sources = {source.metadata.title: source.metadata for source in read(LISTS / "blog_2.txt").sources}
    assert sources["Forecasting Harbour Tides with Sparse Pressure Gauges"].doi == "10.5555/tides.2022.17"


def test_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    for name in BY_FILE:
        (tmp_path / name).write_bytes((LISTS / name).read_bytes().replace(b"\n", b"\r\n"))
        assert read(tmp_path / name).sources == read(LISTS / name).sources


@pytest.mark.parametrize(
    "text",
    [
        f"Keeping Time in Lighthouses\nEluned Pryce, Marc Aubert\n\nAbstract\n{ABSTRACT}\n\n"
        f"1 Introduction\n{ABSTRACT}\n\n2 Log books\n{ABSTRACT}\n\n"
        f"3 Results\n{ABSTRACT}\n\nReferences\n[1] Pryce, E. Clocks. 1999.\n",
        f"Keeping Time in Lighthouses\n\n{ABSTRACT}\n",
        "\n\n".join([ABSTRACT] * 12),
        f"Log books\n\n{ABSTRACT}\n\nClocks\n\n{ABSTRACT}\n\nLights\n\n{ABSTRACT}\n\nWhat we learned\n\n{ABSTRACT}",
        "Summary: all is well.\nSummary: all is still well.\n",
        "a line\n" * 500,
    ],
    ids=["paper", "one abstract", "paragraphs", "short headings", "labels alone", "lines"],
)
def test_no_list_is_seen_where_there_is_none(text: str) -> None:
    assert list_entries(text) == []


def test_a_word_that_looks_like_a_label_does_not_cut_an_abstract() -> None:
    titles = ["On Clocks", "Why the Clocks Drift", "Nine Lights at Night"]
    body = ABSTRACT + " In summary: clocks were good."
    text = "".join(f"{title} Ann Lee, Bo Ek 2020-01-02 10:00:00\nSummary:\n{body}" for title in titles)
    entries = list_entries(text)
    assert [entry.title for entry in entries] == titles
    assert {entry.text for entry in entries} == {body}


@pytest.mark.parametrize(
    "text", ["x" * 300_000, "A b, " * 60_000, "(" * 200_000, "a " * 150_000, "Summary:\n2020-01-01 " * 9_000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    begun = time.perf_counter()
    list_entries(text)
    assert time.perf_counter() - begun < 10


def test_the_seeds_are_read(shared: Path) -> None:
    """The samples of papers_dev.json, exactly, and the number of entries of each list."""
    gold = json.loads((shared / "eval" / "papers_dev.json").read_text(encoding="utf-8"))
    readings = {name: read(shared / "seeds" / name) for name in gold["entries_per_file"]}
    assert {name: len(reading.sources) for name, reading in readings.items()} == gold["entries_per_file"]
    for sample in gold["samples"]:
        source = readings[sample["file"]].sources[sample["n"] - 1]
        found = told(source)
        assert found["title"] == sample["title"]
        assert sample["authors"] is None or found["authors"] == sample["authors"]
        assert (found["date"], found["venue"]) == (sample["date"], sample["venue"])
        assert len(source.text) == sample["abstract_chars"]
