"""Which entry of the ledger a question asks for."""

from __future__ import annotations

import pytest

from assistant.planning_fields import field_of


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("Who wrote the tides paper?", "authors"),
        ("How many authors has the tides paper?", "author_count"),
        ("Who is the first author of Orca?", "first_author"),
        ("Name the senior author of Orca.", "last_author"),
        ("With whom has Ada Lovell published?", "coauthors"),
        ("Who are the co-authors of Ada Lovell?", "coauthors"),
        ("Which author has the most papers?", "top_author"),
        ("Who wrote most of the papers?", "top_author"),
        ("When was Orca published?", "date"),
        ("What date does the list give for Orca?", "date"),
        ("At which workshop was Orca presented?", "venue"),
        ("What is the DOI of Orca?", "doi"),
        ("How many papers by Ada Lovell are there?", "count"),
        ("Which years do the papers cover?", "years"),
        ("What is the most recently dated paper?", "newest"),
        ("Which is newer, Orca or Galewind?", "newest"),
        ("What is the oldest paper on tides?", "oldest"),
        ("Which was published first, Orca or Galewind?", "oldest"),
        ("Which is the first paper to count whales?", ""),
        ("Which papers are older than 2020?", ""),
        ("How many whales does Orca count?", ""),
    ],
)
def test_the_field_is_read_off_the_question(question: str, field: str) -> None:
    assert field_of(question) == field
