"""What an answer scores, kind by kind, on answers made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.evaluation.questions import KnownQuestion
from assistant.evaluation.scoring import is_of, score

LAMPS, RIVERS = "Lamps and Their Watts", "Rivers of the North: Water, Sediment and Ice in Slow Valleys"


def citation(number: int, title: str, **fields: Any) -> dict[str, Any]:
    place = {"source": f"{title.split()[0].lower()}.pdf", "page": 1, "quote": "q" * 30}
    return {"number": number, "paper": {"title": title}, **place, **fields}


def answer(*statements: tuple[str, list[int]], citations: list[dict[str, Any]] = [], **fields: Any) -> dict[str, Any]:  # noqa: B006
    return {
        "text": "\n".join(text for text, _ in statements),
        "abstained": False,
        "statements": [{"text": text, "citations": numbers} for text, numbers in statements],
        "citations": citations,
        **fields,
    }


def scored(question: dict[str, Any], given: dict[str, Any]) -> dict[str, float]:
    return score(KnownQuestion(**{"id": "1", "type": "fact", "turns": ("?",)} | question), given, lambda _: True)


TWO = [citation(1, RIVERS), citation(2, LAMPS)]


def test_a_fact_hits_and_hits_first() -> None:
    question = {"answers": ("40",), "papers": (LAMPS,)}
    late = answer(("Rivers are long.", [1]), ("It draws 40 watts.", [2]), citations=TWO)
    assert scored(question, late) == {
        "hit": 1.0,
        "first": 0.0,
        "top1": 0.0,
        "cite_p": 0.5,
        "cite_r": 1.0,
        "quote": 1.0,
        "false_abstain": 0.0,
    }


def test_an_answer_too_long_hits_nothing() -> None:
    wordy = answer(("It draws 40 watts.", [2]), ("And so on. " * 60, [2]), citations=TWO)
    scores = scored({"answers": ("40",)}, wordy)
    assert (scores["hit"], scores["first"]) == (0.0, 1.0)


def test_an_answer_that_abstained_scores_nothing_but_its_quotes() -> None:
    shown = answer(("It draws 40 watts.", [2]), citations=TWO, abstained=True)
    scores = scored({"answers": ("40",), "papers": (LAMPS,), "page": (1,)}, shown)
    assert scores.pop("false_abstain") == scores.pop("quote") == 1.0
    assert set(scores.values()) == {0.0}
    assert scored({"type": "unanswerable"}, shown) == {"abstain": 1.0, "quote": 1.0}


def test_a_find_names_the_paper() -> None:
    question = {"type": "find", "answers": ("40 watts",), "papers": (LAMPS,)}
    assert scored(question, answer(("40 watts.", [2]), citations=TWO))["hit"] == 0.0
    assert scored(question, answer((f"{LAMPS}: 40 watts.", [2]), citations=TWO))["hit"] == 1.0
    by_file = {**question, "papers": ("lamps.pdf",)}
    assert scored(by_file, answer((f"{LAMPS}: 40 watts.", [2]), citations=TWO))["hit"] == 1.0


def test_all_of_several_answers_are_wanted() -> None:
    question = {"type": "list", "answers_all": ("red", ("blue", "azure"))}
    assert scored(question, answer(("red and azure", [])))["hit"] == 1.0
    assert scored(question, answer(("red and green", [])))["hit"] == 0.0


def test_key_facts_count_where_their_paper_is_cited() -> None:
    facts = [{"paper": LAMPS, "any": ("40",), "page": (3,)}, {"paper": RIVERS, "any": ("350",)}]
    question = read({"type": "compare", "key_facts": facts, "papers": [LAMPS, RIVERS], "page": [3]})
    swapped = answer(("It draws 40 watts.", [1]), ("It carries 350 tons.", [1]), citations=TWO)
    scores = score(question, swapped, lambda _: True)
    assert (scores["hit"], scores["page"]) == (0.5, 0.0)


def test_a_cell_of_a_table_states_as_a_statement_does() -> None:
    facts = [{"paper": LAMPS, "any": "40"}, {"paper": RIVERS, "any": "350"}]
    table = {
        "rows": [{"aspect": "figure", "cells": [{"text": "40", "citations": [2]}, {"text": "350", "citations": []}]}]
    }
    question = read({"type": "compare", "key_facts": facts})
    assert score(question, answer(citations=TWO, table=table), lambda _: True)["hit"] == 0.5


def test_the_title_of_a_cited_paper_states_nothing() -> None:
    question = read({"type": "summary", "key_facts": [{"paper": RIVERS, "any": "Sediment"}]})
    assert score(question, answer((f"{RIVERS} is a paper.", [1]), citations=TWO), lambda _: True)["hit"] == 0.0


def test_papers_that_may_be_cited_count_neither_way() -> None:
    given = answer(("40", [2]), citations=TWO)
    assert scored({"papers": (LAMPS,), "papers_optional": (RIVERS,)}, given)["cite_p"] == 1.0
    assert scored({"papers": (LAMPS,), "papers_also_ok": (RIVERS,)}, given)["top1"] == 1.0
    assert scored({"papers": (LAMPS, "Another")}, given)["cite_r"] == 0.5


def test_a_page_is_right_on_the_right_paper() -> None:
    question = {"papers": ("lamps.pdf",), "page": (3, 7)}
    for page, pages, right in ((3, [], 1.0), (4, [], 0.0), (6, [6, 7], 1.0)):
        cited = citation(1, LAMPS, page=page, pages=pages)
        assert scored(question, answer(("40", [1]), citations=[cited]))["page"] == right
    assert scored(question, answer(("40", [1]), citations=[citation(1, RIVERS, page=3)]))["page"] == 0.0


def test_quotes_are_looked_up() -> None:
    question = KnownQuestion("1", "fact", ("?",), answers=("40",))
    given = answer(("40", [1, 2]), citations=TWO)
    assert score(question, given, lambda cited: cited["number"] == 1)["quote"] == 0.5


@pytest.mark.parametrize(
    ("title", "name", "same"),
    [
        (LAMPS, "lamps and their WATTS.", True),
        (LAMPS, "Lamps and", False),
        (RIVERS, "Rivers of the North", True),
        (RIVERS, "rivers.pdf", True),
        (RIVERS, "river.pdf", False),
        ("", "", False),
    ],
)
def test_a_paper_goes_by_its_title_or_its_file(title: str, name: str, same: bool) -> None:
    assert is_of(citation(1, LAMPS, source="rivers.pdf", paper={"title": title}), name) is same


def read(record: dict[str, Any]) -> KnownQuestion:
    from pydantic import TypeAdapter

    return TypeAdapter(KnownQuestion).validate_python({"id": "1", "turns": ["?"], **record})
