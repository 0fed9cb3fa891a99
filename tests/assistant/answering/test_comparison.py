"""Comparisons of quotes: each cell from its own paper, "not stated" where that is silent, the text within its room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.answering import extractive
from assistant.answering.comparison import ROOM, ROOM_OF_FOLLOW_UP, renumbered, sound_cells
from assistant.answering.disagreement import disagreement
from assistant.citations import NOT_STATED, answer_from_document, answer_to_document, answer_to_json
from assistant.ingestion import ingest
from assistant.planning import plan
from assistant.retrieval import retrieve
from assistant.types import Answer, Cell, Coverage, Turn
from tests.assistant.notes import build
from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.library import Library

EMBEDDER = HashingEmbedder()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with build(tmp_path_factory.mktemp("comparing")) as built:
        yield built


def ask(library: Library, question: str, turns: Sequence[Turn] = ()) -> Answer:
    made = plan(question, turns, library)
    evidence = retrieve(made, library, EMBEDDER)
    told = extractive.answer(made, evidence, library, EMBEDDER)
    coverage = Coverage(evidence.looked_at, evidence.speak)
    return Answer(
        "id", question, made.kind, told.statements, told.citations, told.abstained, "extractive", coverage,
        table=told.table,
    )  # fmt: skip


def turn(answer: Answer) -> Turn:
    return Turn(answer.question, answer.text, (), answer.table)


def test_all_that_is_looked_for_is_embedded_in_one_call(library: Library) -> None:
    embedder = HashingEmbedder()
    evidence = retrieve(plan("Compare Galewind and Orca on memory, bays and licence.", (), library), library, embedder)
    assert len(evidence.by_aspect) == 6
    assert embedder.calls == 1


def test_each_cell_quotes_its_own_paper(library: Library) -> None:
    answer = ask(library, "Compare how long Galewind took to train and how many bays the survey of Orca covers.")
    assert answer.table is not None
    by_number = {citation.number: citation for citation in answer.citations}
    filled = 0
    for row in answer.table.rows:
        assert len(row.cells) == len(answer.table.columns)
        for column, cell in zip(answer.table.columns, row.cells, strict=True):
            assert all(by_number[number].paper_id == column.paper_id for number in cell.citations)
            assert [text for text, _ in cell.pieces(by_number)] == [by_number[n].quote for n in cell.citations] or (
                cell == Cell()
            )
            filled += bool(cell.citations)
    assert filled >= 2
    assert len(answer.text) <= ROOM


def test_a_paper_that_is_silent_is_said_to_be(library: Library) -> None:
    answer = ask(library, "How many hidden layers do Galewind and Orca have?")
    assert answer.table is not None
    (row,) = answer.table.rows
    assert "17 hidden layers" in row.cells[0].text
    assert row.cells[1] == Cell()
    assert "Not stated by Orca" in answer.text
    (document,) = answer_to_json(answer)["table"]["rows"]
    assert document["cells"][1] == {"text": NOT_STATED, "citations": []}


def test_where_no_paper_says_it_the_answer_abstains_and_the_table_stays_to_go_on_with(library: Library) -> None:
    answer = ask(library, "How many satellites do Galewind and Orca launch?")
    assert answer.abstained
    assert answer.shown_table is None
    grown = ask(library, "and how many bays do they cover?", [turn(answer)])
    assert not grown.abstained
    assert grown.table is not None
    assert len(grown.table.rows) == 2


def test_without_an_aspect_the_parts_of_an_argument_are_compared(library: Library) -> None:
    answer = ask(library, "Compare the Galewind paper and the Orca paper.")
    assert answer.table is not None
    names = [row.aspect.name for row in answer.table.rows]
    assert {"method", "results"} & set(names)
    assert all(any(cell.citations for cell in row.cells) for row in answer.table.rows)


def test_a_follow_up_tells_what_is_new_and_shows_the_whole_table(library: Library) -> None:
    first = ask(library, "How many hidden layers do Galewind and Orca have?")
    second = ask(library, "And how many bays do they cover?", [turn(first)])
    assert first.table is not None
    assert second.table is not None
    assert [row.aspect.name for row in second.table.rows] == ["hidden layers", "bays cover"]
    assert second.table.rows[0].cells[0].text == first.table.rows[0].cells[0].text
    assert "14 bays" in second.text
    assert "hidden layers" not in second.text
    assert len(second.text) <= ROOM_OF_FOLLOW_UP
    added = ask(library, "Add Tides of the Inner Sound.", [turn(second)])
    assert added.table is not None
    assert len(added.table.columns) == 3
    assert "Not stated by Tides of the Inner Sound: hidden layers." in added.text
    assert not added.abstained
    fewer = ask(library, "only those since 2023", [turn(added)])
    assert fewer.table is not None
    assert [column.name for column in fewer.table.columns] == ["Galewind", "Tides of the Inner Sound"]
    unknown = ask(library, "Add LoftyQ.", [turn(added)])
    assert unknown.abstained
    assert unknown.text == "Your library has no paper that is called “LoftyQ”."
    assert not unknown.citations
    none = ask(library, "only those since 2090", [turn(added)])
    assert none.abstained
    assert "left" in none.text
    again = ask(library, "only those since 2023", [turn(none)])
    assert again.table is not None
    assert [column.name for column in again.table.columns] == ["Galewind", "Tides of the Inner Sound"]


def test_a_third_paper_is_found_where_none_is_named(library: Library) -> None:
    first = ask(library, "Compare Tides of the Inner Sound and Orca on rivers and sediment.")
    more = ask(library, "add a third", [turn(first)])
    assert more.table is not None
    assert len(more.table.columns) == 3
    assert len({column.paper_id for column in more.table.columns}) == 3


def test_a_table_survives_its_document_and_older_documents_have_none(library: Library) -> None:
    answer = ask(library, "How many hidden layers do Galewind and Orca have?")
    document = answer_to_document(answer)
    assert answer_from_document(document) == answer
    start = document.index('"table":')
    older = document[:start] + document[document.index('"doubtful"') :]
    assert answer_from_document(older).table is None


def test_cells_whose_quotes_did_not_stand_are_emptied_and_numbers_can_begin_later(library: Library) -> None:
    answer = ask(library, "How many hidden layers do Galewind and Orca have?")
    assert answer.table is not None
    assert sound_cells(answer.table, ()).rows[0].cells == (Cell(), Cell())
    table, cited = renumbered(answer.table, answer.citations, 7)
    assert [citation.number for citation in cited] == [8, *range(9, 8 + len(cited))]
    assert table.rows[0].cells[0].citations[0] == 8


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("Tern reaches an accuracy of 81 % on Lagoon.", "On Lagoon, Tern reaches an accuracy of 76 %.", True),
        ("Tern reaches an accuracy of 81 % on Lagoon.", "On Lagoon, Tern reaches an accuracy of 81.2 %.", False),
        ("Tern reaches an accuracy of 81 % on Lagoon.", "On Lagoon, Gull reaches an accuracy of 76 %.", False),
        ("Tern reaches an accuracy of 81 % on Lagoon.", "On Marsh, Tern reaches an accuracy of 76 %.", False),
        ("Tern reaches an accuracy of 81 % on Lagoon.", "On Lagoon, Tern reaches a latency of 76 ms.", False),
        ("Tern reaches an accuracy of 81 % on Lagoon.", "", False),
    ],
)
def test_papers_disagree_only_on_the_same_metric_data_and_unit(left: str, right: str, said: bool) -> None:
    found = disagreement([Cell(f"We saw that {left}", (1,)), Cell(right, (2,))], ["A", "B"])
    assert found == ("They disagree: A has 81 %, B has 76 %." if said else "")


def compared(folder: Path, question: str, lanterns: str, candles: str) -> list[list[str]]:
    """Return the cells of a comparison of two papers by their texts, row by row."""
    for name, text in (("Silt Lanterns", lanterns), ("Mud Candles", candles)):
        (folder / f"{name}.md").write_text(f"# {name} of the Inner Sound\n\n{text}\n")
    with Library.open(
        folder / "library", embedder=EMBEDDER.name, dimensions=EMBEDDER.dimensions, owner="tests"
    ) as library:
        ingest([*folder.glob("*.md")], library, EMBEDDER)
        answer = ask(library, question)
    return [[cell.text for cell in row.cells] for row in answer.table.rows] if answer.table else []


def test_a_title_and_a_pointer_fill_no_cell(tmp_path: Path) -> None:
    pointers = "Appendices for {0} of the Inner Sound.\n\nThe proof of the lamp is given in Appendix A.\n\n"
    rows = compared(
        tmp_path,
        "Compare Silt Lanterns and Mud Candles on the proof of the lamp.",
        pointers.format("Silt Lanterns") + "The proof of the lamp was tried; it settled slowly.",
        pointers.format("Mud Candles")
        + "Figure 2 shows the proof of the lamp.\n\nThe proof of the lamp was tried; it settled.",
    )
    assert all("settled" in cell and "Appendi" not in cell and "Figure" not in cell for row in rows for cell in row)


def test_a_cell_is_filled_only_where_the_words_of_its_aspect_stand(tmp_path: Path) -> None:
    rows = compared(
        tmp_path,
        "Compare Silt Lanterns and Mud Candles on training data and catalyst yield.",
        "The net was trained on a corpus of 40 harbours that divers had mapped by hand in summer.",
        "Each visitor's data are kept in a drawer of the office, which yields easily when it is pulled.",
    )
    assert [[bool(cell) for cell in row] for row in rows] == [[True, False], [False, False]]


def test_limits_are_told_and_not_only_announced(tmp_path: Path) -> None:
    rows = compared(
        tmp_path,
        "Compare Silt Lanterns and Mud Candles on limitations and lamps.",
        "We discuss limitations of our lamps.\n\nA limitation is that the lamps burn out in heavy rain.",
        "The lamps burn all night, and we want one to be lit only if the harbour pilot has asked for it.",
    )
    assert rows[0] == ["A limitation is that the lamps burn out in heavy rain.", ""]
