"""Summaries of quotes: every part of a paper's argument that it tells, and which it does not; topics paper by paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering import extractive, rhetoric
from assistant.answering.summary import ROOM
from assistant.ingestion import ingest
from assistant.planning import plan
from assistant.retrieval import retrieve
from assistant.types import Answer, Coverage
from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.library import Library

EMBEDDER = HashingEmbedder()
KITE = """# Kite: Steering Balloons by Learning

## Abstract

Balloons are hard to steer, and existing controllers fail in strong wind. We propose Kite, a controller that learns from
flights. Kite outperforms earlier controllers by 23 % on 40 flights.

## 1 Introduction

However, the lack of wind data remains an open problem for every balloon. In this section we describe the plan.

## 2 Method

Kite consists of a wind model and a planner that chooses the height of the balloon every minute. The wind model is
initialized from the pretrained Gale weights. We train Kite to minimize the loss between the planned and the flown path.

## 3 Experiments

We collected a dataset of 900 flights over the Baltic for training. We train with the Adam optimizer and a learning rate
of 0.002 for 12 epochs. Training took 3 days on 8 GPUs. Table 1: Results on the flights.

## 4 Results

Kite reduces the distance from the target to 14 km. Is that enough? Earlier work has shown that others reach 40 km.

## 5 Limitations

We do not study storms, and leave balloons with two sails to future work.

## References

Gale et al. Wind weights for balloons we propose in a journal of winds, 2019.
"""
TOPIC = (
    "# Reins: Balloons on Ropes\n\n## Abstract\n\nWe steer balloons with ropes. Ropes hold balloons in strong wind.\n"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("summing")
    paths: list[Path] = []
    for name, text in (("kite", KITE), ("reins", TOPIC)):
        paths.append(folder / f"{name}.md")
        paths[-1].write_text(text, "utf-8")
    with Library.open(
        folder / "library", embedder=EMBEDDER.name, dimensions=EMBEDDER.dimensions, owner="the tests"
    ) as built:
        assert not ingest(paths, built, EMBEDDER).failed
        yield built


def ask(library: Library, question: str) -> Answer:
    made = plan(question, (), library)
    evidence = retrieve(made, library, EMBEDDER)
    told = extractive.answer(made, evidence, library, EMBEDDER)
    coverage = Coverage(evidence.looked_at, evidence.speak)
    return Answer("id", question, made.kind, told.statements, told.citations, told.abstained, "extractive", coverage)


def by_aspect(answer: Answer) -> dict[str, str]:
    told: dict[str, str] = {}
    for statement in answer.statements:
        told[statement.aspect] = f"{told.get(statement.aspect, '')} {statement.text}"
    return told


def test_a_summary_tells_every_part_of_the_argument_from_all_sections(library: Library) -> None:
    answer = ask(library, "Summarise the Kite paper.")
    told = by_aspect(answer)
    assert list(told) == ["problem", "method", "data", "results", "limits"]
    assert "future work" in told["limits"]
    assert "900 flights" in told["data"]
    assert "23 %" in told["results"] or "14 km" in told["results"]
    assert len({citation.section for citation in answer.citations}) >= 4
    assert len(answer.text) <= ROOM + 200
    assert not answer.abstained


def test_headings_captions_references_questions_signposts_and_others_work_are_not_quoted(library: Library) -> None:
    text = ask(library, "Summarise the Kite paper.").text
    for left_out in ("Table 1", "Gale et al.", "Is that enough", "In this section", "Earlier work", "## "):
        assert left_out not in text


def test_each_sentence_is_a_quote_and_none_stands_twice(library: Library) -> None:
    answer = ask(library, "Summarise the Kite paper.")
    quotes = {citation.number: citation for citation in answer.citations}
    cited = [statement for statement in answer.statements if statement.citations]
    assert all(statement.text == quotes[statement.citations[0]].quote for statement in cited)
    assert len({statement.text for statement in cited}) == len(cited)


def test_only_what_was_asked_for_is_summarised_and_what_is_silent_is_said(library: Library) -> None:
    told = by_aspect(ask(library, "Summarise the training of Kite."))
    assert set(told) == {"training"}
    for piece in ("Gale weights", "loss", "900 flights", "0.002", "8 GPUs"):
        assert piece in told["training"]
    silent = ask(library, "Summarise the limitations and the results of Reins.")
    assert "Not stated: limitations" in silent.text or silent.abstained


def test_a_paper_that_is_only_described_is_found(library: Library) -> None:
    answer = ask(library, "Summarise the paper on steering balloons by learning from flights.")
    assert {citation.title for citation in answer.citations} == {"Kite: Steering Balloons by Learning"}


def test_a_topic_is_told_paper_by_paper(library: Library) -> None:
    answer = ask(library, "Summarise what my library says about balloons in strong wind.")
    aspects = [statement.aspect for statement in answer.statements if statement.citations]
    assert len(set(aspects)) == 2
    assert aspects == sorted(aspects, key=aspects.index)


@pytest.mark.parametrize(
    ("aspect", "part"),
    [("limits", "limits"), ("weaknesses", "limits"), ("how it was trained", "settings"), ("idea", "method")],
)
def test_what_a_person_asks_about_is_a_part_of_the_argument(aspect: str, part: str) -> None:
    assert part in rhetoric.parts_of(aspect)
