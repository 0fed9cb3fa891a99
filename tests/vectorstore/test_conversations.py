"""Conversations: kept byte for byte, listed, found, renamed, and deleted with what only they need."""

from pathlib import Path

import pytest

from tests.vectorstore.making import add, open_library, source
from vectorstore.conversations import LONGEST_TITLE
from vectorstore.errors import ConversationNotFound, LibraryError, PaperNotFound
from vectorstore.library import Library

TEXT = "Owls hunt at night. They hear mice under snow."


def say(
    library: Library, conversation: str, question: str, text: str = "", answer: str = "", cites: tuple[str, ...] = ()
) -> str:
    """Store a turn; give its answer's id."""
    answer = answer or f"answer-{conversation}-{question}"
    document = f'{{"text": "{text}"}}'
    library.conversations.add_turn(conversation, question, text, answer_id=answer, document=document, text_ids=cites)
    return answer


def ids(library: Library, query: str = "") -> list[str]:
    return [one.conversation_id for one in library.conversations.holding(query)]


def test_turns_come_back_in_order_and_byte_for_byte_after_a_restart(library_folder: Path) -> None:
    with open_library(library_folder) as library:
        document = '{"a": "Owls… \\ud800 hunt",\n "n": 1}'
        for number, question in enumerate(("What do owls eat?", "And at night?")):
            library.conversations.add_turn(
                "c", question, "Mice.", answer_id=f"a{number}", document=document, text_ids=[]
            )
        before = library.conversations.turns("c")
    with open_library(library_folder, owner=None) as library:
        assert library.conversations.turns("c") == before
        assert [(turn.question, turn.answer_id) for turn in before] == [
            ("What do owls eat?", "a0"),
            ("And at night?", "a1"),
        ]
        assert {turn.document for turn in before} == {document, library.answer("a1")}


def test_the_last_asked_is_listed_first_under_its_first_question(library: Library) -> None:
    assert ids(library) == []
    say(library, "c1", "What do owls eat?")
    say(library, "c2", "Why is snow white?")
    assert ids(library) == ["c2", "c1"]
    say(library, "c1", "And in winter?")
    first, second = library.conversations.holding()
    assert (first.conversation_id, first.title, first.turns) == ("c1", "What do owls eat?", 2)
    assert first.created < second.created == second.changed < first.changed


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("  What do\n owls eat? ", "What do owls eat?"),
        ("owls hunt " * 20, "owls hunt owls hunt owls hunt owls hunt owls hunt owls hunt owls hunt owls hunt…"),
        ("o" * 100, "o" * 79 + "…"),
        ("Why " + "o" * 100, "Why " + "o" * 75 + "…"),
        ("梟" * 100, "梟" * 79 + "…"),
        ("nul \0 and \ud800", "nul \ufffd and \ufffd"),
    ],
)
def test_a_title_is_the_first_question_shortened_at_a_word(library: Library, question: str, title: str) -> None:
    say(library, "c", question, answer="a")
    (conversation,) = library.conversations.holding()
    assert conversation.title == title and len(title) <= LONGEST_TITLE
    assert library.conversations.turns("c")[0].question == question.replace("\0", "\ufffd").replace("\ud800", "\ufffd")


def test_titles_questions_and_answers_are_searched_without_regard_to_case_and_accents(library: Library) -> None:
    say(library, "c1", "What do owls eat?", "They eat MICE, Poincaré says; 100% of them.")
    say(library, "c1", "And in winter?", "Voles.")
    say(library, "c2", "Why is snow white?", "Light.")
    library.conversations.rename("c2", "A colour")
    for query in ("mice", "OWL winter", "poincare", "voles eat", "100%", "eat?"):
        assert ids(library, query) == ["c1"], query
    assert ids(library, "colour") == ids(library, "white colour") == ["c2"]
    for query in ("", "  ", "%"):
        assert ids(library, query) == ["c2", "c1"], "no word is asked for"
    for query in ("owls white", "' OR 1 --", "zebra"):
        assert ids(library, query) == [], query


def test_a_renamed_conversation_keeps_its_place(library: Library) -> None:
    say(library, "c1", "What do owls eat?")
    say(library, "c2", "Why is snow white?")
    library.conversations.rename("c1", f"  Owls \n {'and more ' * 20}")
    assert ids(library) == ["c2", "c1"]
    title = library.conversations.holding()[1].title
    assert title.startswith("Owls and more and") and title.endswith("more…") and len(title) <= LONGEST_TITLE
    say(library, "c1", "And in winter?")
    assert library.conversations.holding()[0].title == title
    with pytest.raises(LibraryError, match="needs a title"):
        library.conversations.rename("c1", " \n")


def test_what_is_not_there_is_named(library: Library) -> None:
    assert library.conversations.turns("c") == []
    with pytest.raises(ConversationNotFound):
        library.conversations.rename("c", "Title")
    with pytest.raises(ConversationNotFound):
        library.conversations.delete("c")


def test_an_answer_and_its_turn_are_stored_together_or_not_at_all(library: Library) -> None:
    with library.ledger.writing(content=False) as connection:
        connection.execute("CREATE TRIGGER refuse BEFORE INSERT ON turns BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(LibraryError):
        say(library, "c", "What do owls eat?", answer="a")
    assert ids(library) == [] and library.answer("a") is None


def test_a_deleted_conversation_takes_its_answers_and_the_old_texts_only_they_cite(library: Library) -> None:
    (owls,) = add(library, "owls.txt", source("On owls", TEXT))
    (mice,) = add(library, "mice.txt", source("On mice", "Mice hide."))
    (kept,) = add(library, "snow.txt", source("On snow", "Snow is white."))
    text_ids = {added.source_id: library.source(added.source_id).text_id for added in (owls, mice, kept)}
    everything = tuple(text_ids.values())
    mine = say(library, "c1", "What do owls eat?", cites=everything)
    other = say(library, "c2", "Where do mice hide?", cites=(text_ids[mice.source_id],))
    say(library, "c2", "What do owls eat?", answer=(shared := say(library, "c1", "Both")))
    library.remove([owls.paper_id, mice.paper_id])
    library.empty_bin()
    assert library.text(text_ids[owls.source_id]) == TEXT

    library.conversations.delete("c1")
    assert ids(library) == ["c2"] and library.answer(mine) is None
    assert library.answer(other) and library.answer(shared), "another conversation shows it"
    with pytest.raises(PaperNotFound):
        library.text(text_ids[owls.source_id])
    assert library.text(text_ids[mice.source_id]) == "Mice hide."
    assert library.text(text_ids[kept.source_id]) == "Snow is white." and library.count() == (1, 1)

    library.conversations.delete("c2")
    with pytest.raises(PaperNotFound):
        library.text(text_ids[mice.source_id])
    assert library.count() == (1, 1) and library.check() == []


def test_a_process_that_only_reads_keeps_conversations_beside_the_owner(library: Library) -> None:
    with open_library(library.folder, owner=None) as reader:
        say(reader, "c", "What do owls eat?")
    say(library, "c", "And in winter?")
    assert [turn.question for turn in library.conversations.turns("c")] == ["What do owls eat?", "And in winter?"]


def test_an_answer_stored_anew_takes_the_others_place_and_is_found_by_its_words(library: Library) -> None:
    answer = say(library, "c", "What do owls eat?", "Mice.")
    say(library, "c", "And in winter?", "Voles.")
    library.conversations.store_anew(answer, "Mice and frogs.", document="{}", text_ids=[])
    assert [turn.document for turn in library.conversations.turns("c")] == ["{}", '{"text": "Voles."}']
    assert ids(library, "frogs") == ["c"]


def take_over(library: Library, conversation: str, question: str, instead_of: str, answer: str = "new") -> None:
    """Store a turn in place of another and of those after it."""
    library.conversations.add_turn(
        conversation, question, "", answer_id=answer, document="{}", text_ids=[], instead_of=instead_of
    )


def test_a_turn_takes_the_place_of_another_and_of_those_after_it(library: Library) -> None:
    (owls,) = add(library, "owls.txt", source("On owls", TEXT))
    text_id = library.source(owls.source_id).text_id
    say(library, "c", "What do owls eat?", answer="a")
    say(library, "c", "And in winter?", "Voles.", answer="b", cites=(text_id,))
    say(library, "c", "And in snow?", answer="c")
    library.remove([owls.paper_id])
    library.empty_bin()
    take_over(library, "c", "And in spring?", instead_of="b")
    assert [turn.question for turn in library.conversations.turns("c")] == ["What do owls eat?", "And in spring?"]
    assert [library.answer(each) is not None for each in ("a", "b", "c", "new")] == [True, False, False, True]
    assert ids(library, "voles") == [] and ids(library, "spring") == ["c"]
    with pytest.raises(PaperNotFound):
        library.text(text_id)
    say(library, "c", "And in autumn?")
    assert [turn.question for turn in library.conversations.turns("c")][-1] == "And in autumn?"


def test_a_conversation_is_called_by_its_new_first_question_unless_a_person_named_it(library: Library) -> None:
    for conversation in ("c1", "c2"):
        say(library, conversation, "What do owls eat?")
    library.conversations.rename("c2", "Owls")
    for conversation in ("c1", "c2"):
        first = library.conversations.turns(conversation)[0].answer_id
        take_over(library, conversation, "What do mice eat?", instead_of=first, answer=f"new-{conversation}")
    assert {one.conversation_id: one.title for one in library.conversations.holding()} == {
        "c1": "What do mice eat?",
        "c2": "Owls",
    }


def test_nothing_is_lost_when_a_turn_cannot_take_anothers_place(library: Library) -> None:
    say(library, "c", "What do owls eat?", answer="a")
    before = library.conversations.turns("c")
    with pytest.raises(ConversationNotFound):
        take_over(library, "c", "And in spring?", instead_of="gone")
    with library.ledger.writing(content=False) as connection:
        connection.execute("CREATE TRIGGER refuse BEFORE INSERT ON turns BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(LibraryError):
        take_over(library, "c", "And in spring?", instead_of="a")
    assert library.conversations.turns("c") == before and library.answer("a") and library.answer("new") is None
