"""Long evidence: scored and cut down piece by piece, in parallel, within the budget, and still quoted verbatim."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answering.condensing import Choice, read_choice
from assistant.answering.evidence_block import keyed, reduced
from assistant.answering.locating import locate
from assistant.ingestion import ingest
from assistant.types import Step
from tests.assistant.answering.conftest import Ask, OpenWith
from tests.assistant.notes import build
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.fakes.model_server import ModelServer
from vectorstore.records import Chunk, Metadata, Paper, Sentence, StoredChunk

QUESTION = "What do the studies say of the colour of granite?"
WINDOW = 1500
STUDIES = 14


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library whose passages on one thing are far too long for a small window."""
    folder = tmp_path_factory.mktemp("long")
    library = build(folder)
    for number in range(STUDIES):
        filler = " ".join(
            f"Quarry {number} lies {place} miles from the coast, and its workers rest at noon." for place in range(8)
        )
        text = (
            f"{filler} In study {number} the colour of granite was grey in {number + 20} samples [{number}]. {filler}"
        )
        (folder / f"study-{number}.md").write_text(f"# Granite Study {number}\n\n## Abstract\n\n{text}\n", "utf-8")
    ingest([folder / f"study-{number}.md" for number in range(STUDIES)], library, HashingEmbedder())
    library.close()
    return folder


def test_what_does_not_fit_is_condensed_and_quoted_verbatim(ask: Ask, assistant: OpenWith, server: ModelServer) -> None:
    answer = ask("good", QUESTION, context_window=WINDOW)
    *condensing, writing = server.asks
    assert len(condensing) >= STUDIES and {each.task for each in condensing} == {"condense"}
    assert len(writing.evidence) > 8 and all("granite was grey" in piece.text for piece in writing.evidence)
    assert not any("rest at noon" in piece.text for piece in writing.evidence)
    assert any("first chose what matters" in notice for notice in answer.notices)
    assert {"condense", "condense_system", "answer", "answer_system"} == answer.prompts.keys()
    assert answer.usage["prompt_tokens"] == sum(len(each.prompt) // 4 for each in server.asks)
    assert answer.statements and {s.verdict for s in answer.statements} == {"supported"}
    library = assistant("good").library
    for citation in answer.citations:
        assert library.text(citation.text_id)[citation.start : citation.end] == citation.quote


def test_it_is_said_what_is_being_done(assistant: OpenWith) -> None:
    events = assistant("good", second_look="all").stream(QUESTION, keep=False)
    assert [event.message for event in events if isinstance(event, Step)][2:] == [
        "good is writing",
        "good is looking again at 8 statements",
    ]
    events = assistant("good", context_window=WINDOW).stream(QUESTION, keep=False)
    assert [event.message for event in events if isinstance(event, Step)][2:] == [
        "good is writing",
        "good is choosing what matters in 18 passages",
        "good is writing",
    ]


def test_what_fits_is_not_condensed(ask: Ask, server: ModelServer) -> None:
    ask("good", QUESTION)
    assert [each.task for each in server.asks] == ["answer"]


@pytest.mark.parametrize("model", ["condenses-never", "condenses-in-prose", "condenses-to-nothing"])
def test_a_model_that_cannot_condense_costs_no_answer(ask: Ask, server: ModelServer, model: str) -> None:
    answer = ask(model, QUESTION, context_window=2_000)
    assert answer.engine == model and answer.statements[0].verdict == "supported"
    assert len(server.asks[-1].evidence) >= 1, "as many whole pieces as fit"


def test_a_budget_that_does_not_allow_it_leaves_the_answer_its_tokens(assistant: OpenWith, server: ModelServer) -> None:
    for budget in (WINDOW, WINDOW + 700, WINDOW + 4_000, 40_000):
        server.clear()
        answer = assistant("good", question_budget=budget, context_window=WINDOW).ask(QUESTION, keep=False)
        assert answer.engine == "good", answer.notices
        assert sum(answer.usage.values()) <= budget
        assert (len(server.asks) > 1) == (budget >= WINDOW + 4_000)


def test_a_days_budget_that_does_not_allow_it_leaves_the_answer_its_tokens(
    assistant: OpenWith, server: ModelServer, folder: Path
) -> None:
    answer = assistant("good", day_budget=WINDOW + 200, context_window=WINDOW).ask(QUESTION, keep=False)
    (folder / "library" / "usage.json").unlink()
    assert answer.engine == "good" and [each.task for each in server.asks] == ["answer"]


SPANS = ((0, 5), (6, 10), (11, 20))


@pytest.mark.parametrize(
    ("reply", "choice"),
    [
        ("7\n1, 3", Choice(7, (SPANS[0], SPANS[2]))),
        ("Score: 7/10\nSentences: [1], [3]", Choice(7, (SPANS[0], SPANS[2]))),
        ("**10**\n\n1-3", Choice(10, SPANS)),
        ("4\n2 and 9", Choice(4, (SPANS[1],))),
        ("0", Choice(0)),
        ("0\n1, 2", Choice(0, SPANS[:2])),
        ("6", Choice(6)),
        ("of great interest", None),
        ("2020 was a good year", None),
        ("3\n1-99999999999", Choice(3, SPANS)),
        ("", None),
    ],
)
def test_a_choice_is_read_whatever_stands_around_it(reply: str, choice: Choice | None) -> None:
    assert read_choice(reply, SPANS) == choice


def test_a_quote_across_what_was_left_out_is_found_in_the_whole_text() -> None:
    text = "The pump was old. It held 40 litres [12]. Nobody knew why. It stopped in May."
    spans = [(0, 17), (18, 41), (42, 58), (59, len(text))]
    chunk = Chunk(100, 100 + len(text), "", "body", "", tuple(Sentence(100 + a, 100 + b) for a, b in spans))
    paper = Paper("p", Metadata("A Pump"), (), 1)
    (piece,) = keyed([StoredChunk(1, "t", "p", chunk, text)], {"p": paper})
    short = reduced(piece, [spans[1], spans[3]])
    assert short.shown == "It held 40 litres {12}. … It stopped in May."
    assert len(short.places) == len(short.shown)
    assert locate("It stopped in May.", short) == (159, 100 + len(text))
    assert locate("It held 40 litres {12}. … It stopped in May", short) == (118, 100 + len(text))
