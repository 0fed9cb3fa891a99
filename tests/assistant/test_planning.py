"""Planning: the kind of a question, the papers it names, what it restricts, what a follow-up takes over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.planning import plan
from assistant.planning_names import NamedPapers, TitleIndex
from assistant.types import Turn
from tests.assistant.notes import build
from vectorstore.library import Library
from vectorstore.records import Filters


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with build(tmp_path_factory.mktemp("planning")) as built:
        yield built


def names(library: Library, question: str, *turns: Turn) -> list[str]:
    return [paper.title.split(":")[0] for paper in plan(question, turns, library).papers]


def ids(library: Library, *starts: str) -> tuple[str, ...]:
    return tuple(next(p.paper_id for p in library.papers() if p.title.startswith(start)) for start in starts)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many layers does Galewind have?", "fact"),
        ("Which paper counts animals from the air?", "find"),
        ("In which paper do the authors weigh mud?", "find"),
        ("Which papers deal with sediment?", "list"),
        ("Are there any papers on whales?", "list"),
        ("Which kind of gauge works better in slow water?", "fact"),
        ("How do Galewind and Orca differ in what they count?", "compare"),
        ("What licences do Galewind and Orca have?", "compare"),
        ("Summarise the Galewind paper.", "summary"),
        ("Tell me about Orca.", "summary"),
        ("What was the paper called that counts animals from the air?", "find"),
        ("Is there a paper that weighs mud better than Galewind?", "find"),
        ("I am looking for the one that counts animals from the air", "find"),
        ("Which paper reviews what rivers carry?", "find"),
        ("Which paper gives an overview of mud?", "find"),
        ("What is the Galewind paper called?", "meta"),
        ("whats the title of the paper on whales", "find"),
        ("Which of my papers was about weighing mud?", "find"),
        ("the paper that counts animals from the air", "find"),
        ("I need the reference for the SiltNet gauge.", "find"),
        ("What do I have on sediment?", "list"),
        ("Everything on mud and its weight", "list"),
        ("I am writing on rivers. Which papers should I look through?", "list"),
        ("Is Ada Lovell an author of the Galewind paper?", "meta"),
        ("How many papers did the sediment survey review?", "fact"),
        ("According to the paper on mud, is it heavy?", "fact"),
        ("Recap the Galewind paper", "summary"),
        ("What is the Galewind paper about?", "summary"),
        ("what do we know about mud from these papers?", "summary"),
        ("In the study on whales, how many bays were looked at?", "fact"),
        ("How many news articles are in the corpus that the sediment survey annotated?", "fact"),
        ("On how many articles were readers asked?", "fact"),
        ("Mud comes late. What name did the authors give this?", "fact"),
        ("Which paper on mud has the earliest date?", "meta"),
        ("Who wrote the Orca paper?", "meta"),
        ("When was Galewind published?", "meta"),
        ("Which papers by Ada Lovell are there?", "meta"),
        ("What did Okafor publish?", "meta"),
        ("Which papers are there?", "meta"),
        ("How many papers are from 2021?", "meta"),
        ("What is the newest paper on tides?", "meta"),
        ("Which papers appeared in River Science?", "meta"),
    ],
)
def test_the_form_of_a_question_gives_its_kind(library: Library, question: str, kind: str) -> None:
    assert plan(question, (), library).kind == kind


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("How much memory does Galewind save?", ["Galewind"]),
        ("how much memory does galewind save?", ["Galewind"]),
        ("What does “Counting Whales from the Air” count?", ["Orca"]),
        ("What does the sediment survey paper measure?", ["A Survey of Sediment in Slow Rivers"]),
        ("What did Marsh et al. find?", ["Orca"]),
        ("What does rivers.md say about dams?", ["A Survey of Sediment in Slow Rivers"]),
        ("What does the SiltNet gauge cost?", ["A Survey of Sediment in Slow Rivers"]),
        ("How large is an orca?", []),
        ("Which gauge is better than Galewind?", []),
        ("What is the boiling point of helium?", []),
    ],
)
def test_a_paper_is_known_by_any_of_its_names(library: Library, question: str, papers: list[str]) -> None:
    assert names(library, question) == papers


def test_a_named_paper_that_is_not_there_is_missing(library: Library) -> None:
    assert plan("What does the XyloNet paper propose?", (), library).missing == ("XyloNet",)


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("Which papers by Ada Lovell are there?", ["Galewind", "Orca", "Tides"]),
        ("Which papers did Ada Lovell write since 2023?", ["Galewind", "Tides"]),
        ("Which papers appeared before 2021?", ["A Survey"]),
        ("Which papers from River Science are there?", ["A Survey", "Tides"]),
        ("Which papers have rivers in their title?", ["A Survey"]),
    ],
)
def test_restrictions_are_read_off_the_ledger(library: Library, question: str, papers: list[str]) -> None:
    assert plan(question, (), library).filters.paper_ids == frozenset(ids(library, *papers))


def test_the_topic_is_what_is_left_without_names_and_restrictions(library: Library) -> None:
    assert plan("Which papers by Ada Lovell are there?", (), library).topic == ""
    assert plan("Which papers since 2020 are about sediment?", (), library).topic.endswith("sediment")


@pytest.mark.parametrize(
    ("before", "question", "papers", "words"),
    [
        ("What is Galewind?", "How many layers does it have?", ["Galewind"], "layers does Galewind have"),
        ("What is Galewind?", "And Orca?", ["Orca"], "What is Orca"),
        ("How much does Galewind save on rivers?", "And on Big Lakes?", ["Galewind"], "on Big Lakes"),
        ("Tell me about Galewind and Orca.", "Where was the second one tried?", ["Orca"], "Where was Orca tried"),
        (
            "How many bays does Orca cover?",
            "What does the gauge of SiltNet cost?",
            ["A Survey of Sediment in Slow Rivers"],
            "",
        ),
    ],
)
def test_a_follow_up_takes_over_what_it_leaves_out(
    library: Library, before: str, question: str, papers: list[str], words: str
) -> None:
    made = plan(question, (Turn(before),), library)
    assert [paper.title.split(":")[0] for paper in made.papers] == papers
    assert words in made.standalone


@pytest.mark.parametrize(
    ("question", "kind", "topic"),
    [
        ("Which papers deal with sediment?", "list", "sediment"),
        ("And which papers deal with sediment?", "list", "sediment"),
        ("How many papers are there on sediment?", "meta", "sediment"),
        ("How many papers are there?", "meta", ""),
        ("Which papers are from 2021?", "meta", ""),
        ("Are there any papers that weigh mud?", "list", "weigh mud"),
        ("Which papers in this library publish their code?", "list", "their code"),
    ],
)
def test_a_question_for_papers_asks_the_whole_library_whatever_was_spoken_of(
    library: Library, question: str, kind: str, topic: str
) -> None:
    alone, later = (plan(question, turns, library) for turns in ((), (Turn("What is Galewind?"),)))
    assert (later.kind, later.topic, later.papers, later.carried) == (kind, topic, (), False)
    assert later.filters == alone.filters


@pytest.mark.parametrize(
    "question",
    [
        "How many papers does it cite?",
        "Which papers does the model build on?",
        "How many studies were looked at?",
        "How many layers are there?",
    ],
)
def test_what_points_back_or_may_be_what_a_paper_counts_stays_with_its_paper(library: Library, question: str) -> None:
    assert names(library, question, Turn("What is Galewind?")) == ["Galewind"]


def test_which_of_these_papers_means_the_papers_just_shown(library: Library) -> None:
    turn = Turn("Which papers by Ada Lovell are there?", "", ids(library, "Galewind", "Orca", "Tides"))
    for question in ("How many of these papers are from 2024?", "Which of them deal with sediment?"):
        made = plan(question, (turn,), library)
        assert made.filters.paper_ids <= frozenset(ids(library, "Galewind", "Orca", "Tides"))
        assert made.filters.paper_ids


def test_of_them_means_the_papers_just_shown(library: Library) -> None:
    turn = Turn("Which papers by Ada Lovell are there?", "", ids(library, "Galewind", "Orca", "Tides"))
    made = plan("Which of them is from 2024?", (turn,), library)
    assert made.filters.paper_ids == frozenset(ids(library, "Tides"))


def test_a_narrowing_keeps_the_question_before(library: Library) -> None:
    turn = Turn("Which papers deal with sediment?", "", ids(library, "A Survey", "Tides"))
    made = plan("Only those since 2022, please.", (turn,), library)
    assert "sediment" in made.standalone
    assert made.filters.paper_ids == frozenset(ids(library, "Galewind", "Tides"))


def test_what_else_means_other_papers_of_the_author(library: Library) -> None:
    turns = (Turn("What is Orca?"), Turn("Who is its first author?", "", ids(library, "Orca")))
    made = plan("What else did she write?", turns, library)
    assert "Cleo Marsh" in made.standalone
    assert made.filters.paper_ids.isdisjoint(ids(library, "Orca"))


def test_the_papers_of_a_question_are_looked_up_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    find = TitleIndex._find

    def counting_find(self: TitleIndex, question: str) -> NamedPapers:
        looked_up.append(question)
        return find(self, question)

    monkeypatch.setattr("assistant.planning._indexes", {})
    monkeypatch.setattr(TitleIndex, "_find", counting_find)
    turns = (Turn("What is Galewind?"), Turn("And Orca?"))
    assert names(library, "How many bays does it cover?", *turns) == ["Orca"]
    assert len(looked_up) == len(set(looked_up))


def test_the_last_one_of_none_is_no_error(library: Library) -> None:
    assert names(library, "And the last one?", Turn("how many are there?")) == []


@pytest.mark.parametrize(
    ("question", "within"),
    [
        ("Which papers by Ada Lovell are there?", ["Galewind", "Orca", "Tides"]),
        ("papers by ada lovell", ["Galewind", "Orca", "Tides"]),
        ("What did Bo Chen write?", ["Galewind"]),
        ("Bo Chen's papers", ["Galewind"]),
        ("Which papers by Marsh are there?", ["Orca"]),
        ("Which papers by Orca Lovell are there?", []),
        ("What has Dan Rivers published?", []),
    ],
)
def test_who_asks_for_an_authors_papers_gets_them_whatever_else_the_name_recalls(
    library: Library, question: str, within: list[str]
) -> None:
    made = plan(question, (), library)
    assert (made.kind, made.papers) == ("meta", ())
    assert made.filters.paper_ids == (frozenset(ids(library, *within)) or {"none"})


def test_a_fact_of_an_authors_only_paper_is_looked_for_there(library: Library) -> None:
    assert names(library, "How many layers does Bo Chen's network have?") == ["Galewind"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How often does the SiltNet gauge measure?", ["A Survey of Sediment in Slow Rivers"]),
        ("Which whales were counted with SiltNet?", []),
        ("How many GPUs were there?", []),
        ("Compare what was seen.", []),
    ],
)
def test_a_name_in_the_texts_stands_for_the_paper_that_coins_it(
    library: Library, question: str, named: list[str]
) -> None:
    assert [paper.title for paper in plan(question, (), library).papers] == named


@pytest.mark.parametrize(
    ("turns", "question", "papers"),
    [
        ((), "How many bays does Orca cover?", []),
        ((), "How many layers does Galewind have?", ["Galewind"]),
        ((), "How often does the SiltNet gauge measure?", []),
        ((), "Who wrote the Orca paper?", []),
        ((), "Compare Galewind, Tides of the Inner Sound and Orca.", ["Galewind", "Tides of the Inner Sound"]),
        ((), "How many rivers did Dan Okafor's survey look at?", []),
        ((Turn("What is Orca?"),), "How many bays does it cover?", []),
        ((Turn("Compare Galewind and Orca."),), "How many bays does the second one cover?", []),
    ],
)
def test_a_question_names_papers_only_among_those_that_were_chosen(
    library: Library, turns: tuple[Turn, ...], question: str, papers: list[str]
) -> None:
    chosen = Filters(paper_ids=frozenset(ids(library, "Galewind", "Tides")))
    made = plan(question, turns, library, chosen)
    assert [paper.title.split(":")[0] for paper in made.papers] == papers
    assert made.filters.paper_ids - {"none"} <= chosen.paper_ids


def test_years_narrow_what_a_question_names(library: Library) -> None:
    assert plan("How many bays does Orca cover?", (), library, Filters(year_from=2022)).papers == ()


def test_a_title_put_right_is_planned_by_at_once(library: Library) -> None:
    (orca,) = ids(library, "Orca")
    assert names(library, "How many hidden layers does Quillback have?") == []
    library.edit(orca, title="Quillback: Counting from the Air")
    try:
        assert names(library, "How many hidden layers does Quillback have?") == ["Quillback"]
    finally:
        library.edit(orca, title=None)
    assert names(library, "How many hidden layers does Quillback have?") == []
