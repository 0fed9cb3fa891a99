"""`footnote eval` on a test collection in BEIR's form, embedded by the embedded embedder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.assistant.command_line import Command


@pytest.fixture
def collection(papers: Path) -> list[str]:
    queries, qrels = papers / "queries.jsonl", papers / "qrels.tsv"
    queries.write_text(
        "".join(
            json.dumps({"_id": name, "text": text}) + "\n"
            for name, text in (("1", "watts of a red lamp"), ("2", "water in spring"), ("3", "is not judged"))
        )
    )
    qrels.write_text("query-id\tcorpus-id\tscore\n1\tlamp\t1\n2\tlamp\t1\n2\triver\t0\n")
    return ["--corpus", str(papers / "papers.jsonl"), "--queries", str(queries), "--qrels", str(qrels)]


def test_rankings_are_scored_in_a_library_of_their_own(footnote: Command, collection: list[str]) -> None:
    done = footnote("eval", *collection, "--json")
    assert done.status == 0
    scores = {each["id"]: each["scores"] for each in done.json["questions"]}
    assert scores["1"] == {"nDCG@10": 1.0, "R@100": 1.0, "RR@10": 1.0}
    assert scores["2"] == {"nDCG@10": pytest.approx(0.6309), "R@100": 1.0, "RR@10": 0.5}  # second: 1 / log2(3)
    assert done.json["kinds"]["all"]["nDCG@10"]["n"] == 2
    assert done.json["run"]["engine"] == "search"
    assert footnote("papers", "--json").json == []  # the person's own library stays as it is


def test_a_named_library_keeps_the_corpus(footnote: Command, collection: list[str], tmp_path: Path) -> None:
    named = ["--library", str(tmp_path / "collection")]
    footnote("eval", *collection, *named, "--save", "first")
    again = footnote("eval", *collection[2:], *named, "--against", "first")
    assert again.status == 0
    assert "nDCG@10" in again.out and "No question changed" in again.out


def test_bad_lines_are_named(footnote: Command, collection: list[str], papers: Path) -> None:
    with (papers / "qrels.tsv").open("ab") as file:
        file.write(b"3\tlamp\n3\tlamp\tmuch\n3\tl\xe4mp\t1\n")
    with (papers / "queries.jsonl").open("a") as file:
        file.write('{"id": "4"}\n')
    done = footnote("eval", *collection, "--json")
    assert done.status == 1
    assert [line["line"] for line in done.json["bad_lines"]] == [5, 6, 7, 4]
    assert "qrels.tsv, line 5: it is not query-id, corpus-id and score" in done.err


@pytest.mark.parametrize("missing", [0, 2, 4])
def test_a_part_that_is_missing_is_said(footnote: Command, collection: list[str], missing: int) -> None:
    refused = footnote("eval", *collection[:missing], *collection[missing + 2 :], "--json")
    assert refused.status == 2
    assert "--corpus, --queries and --qrels" in refused.json["error"]["message"]


def test_a_corpus_that_cannot_be_read_is_said(footnote: Command, collection: list[str], papers: Path) -> None:
    (papers / "papers.jsonl").write_text("no papers\n")
    refused = footnote("eval", *collection, "--json")
    assert (refused.status, refused.json["error"]["code"]) == (2, "usage")
    assert "has no line with a title or text" in refused.json["error"]["message"]
