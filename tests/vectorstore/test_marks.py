"""Tags, corrected metadata, papers joined by hand, and the bin: they outlive reading anew, merging and removing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vectorstore.making import EMBEDDER, add, open_library, source
from vectorstore.errors import LibraryError, PaperNotFound
from vectorstore.library import Library
from vectorstore.records import Filters
from vectorstore.search import search

TEXT = "Lanterns drift at sea.\nThey settle after nine sweeps."


def the_paper(library: Library) -> str:
    return add(library, "a.txt", source("Lanterns", TEXT, ["Ada Brook"], year=2001))[0].paper_id


def test_tags_are_kept_over_reading_anew_and_compared_without_capitals(library: Library) -> None:
    paper_id = the_paper(library)
    library.tag([paper_id], "  To\nread ")
    library.tag([paper_id], "TO READ")
    library.tag([paper_id], "at sea")
    assert library.paper(paper_id).tags == ("at sea", "To read")
    add(library, "a.txt", source("Lanterns", TEXT + "\nMore.", ["Ada Brook"], year=2001))
    other = add(library, "b.txt", source("Another", "Of ledgers.", ["Mo Reed"]))[0].paper_id
    library.tag([other], "to READ")
    assert library.tags() == {"at sea": 1, "To read": 2}
    assert [paper.title for paper in library.papers(Filters(tags=frozenset({"to read", "At sea"})))] == ["Lanterns"]
    library.untag([paper_id, other], "to read")
    assert library.tags() == {"at sea": 1}


def test_a_tag_is_taken_off_as_it_was_put_on(library: Library) -> None:
    paper_id = the_paper(library)
    library.tag([paper_id], " caf\u00e9\tau lait")
    library.untag([paper_id], "Cafe\u0301 au  lait\n")
    assert library.tags() == {}


@pytest.mark.parametrize("tag", ["", " \n", "x" * 61])
def test_a_tag_that_is_none_is_refused(library: Library, tag: str) -> None:
    with pytest.raises(LibraryError, match="1 to 60"):
        library.tag([the_paper(library)], tag)


def test_an_edit_wins_over_the_sources_and_is_kept(library: Library) -> None:
    paper_id = the_paper(library)
    edited = library.edit(paper_id, title="Lamps on Buoys", year=2002, authors=["Ada  Brook", ""])
    assert (edited.title, edited.year, edited.authors) == ("Lamps on Buoys", 2002, ("Ada Brook",))
    assert edited.edited == {"title", "year", "authors"} and not edited.metadata.guessed
    assert hash(edited) == hash(library.paper(paper_id))
    add(library, "a.txt", source("Lanterns", TEXT + "\nMore.", ["Ada Brook"], year=2001), body="another")
    assert library.paper(paper_id).title == "Lamps on Buoys"
    library.rebuild()
    assert search(library, EMBEDDER, "lamps buoys", top=1)[0].parts["title"] > 0
    back = library.edit(paper_id, title=None, year=None, authors=None)
    assert (back.title, back.year, back.edited) == ("Lanterns", 2001, frozenset())


def test_a_year_put_right_and_a_date_agree(library: Library) -> None:
    made = source("Lanterns", TEXT, ["Ada Brook"], year=2001, date="2001-05-03")
    paper_id = add(library, "a.txt", made)[0].paper_id
    assert library.edit(paper_id, year=2001).metadata.date == "2001-05-03"
    assert library.edit(paper_id, year=2002).metadata.date is None
    later = library.edit(paper_id, year=None, date="2003-06")
    assert (later.year, later.metadata.date, later.edited) == (2003, "2003-06", {"date"})


def test_what_is_said_of_papers_changes_the_librarys_fingerprint(library: Library) -> None:
    paper_id = the_paper(library)
    other = the_other(library)
    seen = [library.fingerprint]
    library.edit(paper_id, year=2002)
    library.edit(paper_id, year=None)
    assert library.fingerprint == seen[0]
    for mark in (
        lambda: library.edit(paper_id, title="Lamps"),
        lambda: library.tag([paper_id], "at sea"),
        lambda: library.merge([paper_id, other]),
    ):
        mark()
        assert library.fingerprint not in seen
        seen.append(library.fingerprint)
    library.separate(next(s.source_id for s in library.paper(other).sources if s.name == "b.txt"), "b.txt")
    assert library.fingerprint not in seen


def test_what_is_said_of_a_paper_stays_when_its_file_has_another_title(library: Library) -> None:
    paper_id = the_paper(library)
    library.tag([paper_id], "at sea")
    library.edit(paper_id, year=2002)
    retitled = source("Lanterns, Revisited", TEXT + "\nMore.", ["Ada Brook"], year=2001)
    assert add(library, "a.txt", retitled)[0].outcome == "updated"
    (paper,) = library.papers()
    assert (paper.paper_id, paper.title, paper.tags, paper.year) == (paper_id, "Lanterns, Revisited", ("at sea",), 2002)
    add(library, "a.txt", source("Ledgers", "Of quite another matter we speak in this one.", ["Ada Brook"], year=1990))
    (paper,) = library.papers()
    assert (paper.tags, paper.year) == ((), 1990)


@pytest.mark.parametrize(
    "fields", [{"title": " "}, {"year": "soon"}, {"year": 0}, {"date": "last week"}, {"colour": "red"}]
)
def test_an_edit_that_cannot_be_is_refused(library: Library, fields: dict[str, object]) -> None:
    with pytest.raises(LibraryError):
        library.edit(the_paper(library), **fields)


def test_papers_joined_by_hand_stay_one(library: Library) -> None:
    first = the_paper(library)
    second = add(library, "b.txt", source("Lamps on Buoys", "Another text of it.", ["A. Brook"]))[0].paper_id
    third = add(library, "c.txt", source("Buoys", "A third text.", ["Someone Else"]))[0].paper_id
    library.tag([second], "at sea")
    joined = library.merge([first, second])
    assert len(joined.sources) == 2 and joined.tags == ("at sea",)
    assert len(library.merge([third, second]).sources) == 3
    add(library, "b.txt", source("Lamps on Buoys", "Another text of it, changed.", ["A. Brook"]), body="changed")
    (paper,) = library.papers()
    assert len(paper.sources) == 3
    apart = library.separate(next(s.source_id for s in paper.sources if s.name == "c.txt"), "c.txt")
    assert [source.name for source in apart.sources] == ["c.txt"] and len(library.papers()) == 2
    assert library.check() == []


def test_what_is_taken_apart_again_has_what_was_said_of_it_alone(library: Library) -> None:
    first, second = the_paper(library), the_other(library)
    library.tag([second], "ledgers")
    library.edit(second, title="Of Ledgers")
    joined = library.merge([first, second])
    library.edit(joined.paper_id, venue="The Harbour Review")
    apart = library.separate(next(s.source_id for s in joined.sources if s.name == "b.txt"), "b.txt")
    assert (apart.title, apart.tags, apart.edited) == ("Of Ledgers", ("ledgers",), {"title"})
    assert library.paper(first).metadata.venue == "The Harbour Review"
    library.merge([first, apart.paper_id])
    assert len(library.papers()) == 1 and library.check() == []


def test_what_was_removed_is_restored_as_it_was(library_folder: Path) -> None:
    with open_library(library_folder) as library:
        paper_id = the_paper(library)
        library.tag([paper_id], "at sea")
        library.edit(paper_id, year=2002)
        before, calls = library.paper(paper_id), EMBEDDER.calls
        vectors = library.chunk_vectors(library.chunk_ids())[1]
        library.remove([paper_id])
        assert not library.papers() and not search(library, EMBEDDER, "lanterns", top=3)
        assert library.check() == []
    with open_library(library_folder) as library:
        (removed,) = library.removed()
        assert (removed.paper_id, removed.title, removed.names) == (paper_id, "Lanterns", ("a.txt",))
        calls = EMBEDDER.calls
        assert library.restore([paper_id]) == (before,)
        assert EMBEDDER.calls == calls and library.removed() == []
        assert (library.chunk_vectors(library.chunk_ids())[1] == vectors).all()
        assert search(library, EMBEDDER, "lanterns", top=1)[0].sentences
        assert library.check() == []


def test_a_removal_of_several_is_restored_at_once_and_one_of_a_list_by_its_file(library: Library) -> None:
    listed = [source(f"Paper {n}", f"Text {n}.", [f"Au Thor{n}"]) for n in range(3)]
    added = add(library, "list.txt", *listed)
    library.remove([added[0].paper_id, added[1].paper_id])
    (removal,) = {each.removal for each in library.removed()}
    content_hash = library.paper(added[2].paper_id).sources[0].content_hash
    assert {paper.title for paper in library.restore([removal])} == {"Paper 0", "Paper 1"}
    library.remove([added[0].paper_id])
    assert [paper.title for paper in library.restore([content_hash])] == ["Paper 0"]
    assert library.restore(["nothing"]) == () and library.check() == []


def test_a_removed_paper_is_restored_by_the_id_of_any_of_its_sources(library: Library) -> None:
    first, second = the_paper(library), the_other(library)
    library.merge([first, second])
    for source_id in (first, second):
        before = library.papers()
        library.remove([source_id])
        assert list(library.restore([source_id])) == before == library.papers()


def test_of_a_paper_removed_twice_the_last_is_restored(library: Library) -> None:
    paper_id = the_paper(library)
    library.remove([paper_id])
    add(library, "a.txt", source("Lanterns", TEXT + "\nMore.", ["Ada Brook"], year=2001))
    before = library.paper(paper_id)
    library.remove([paper_id])
    assert library.restore([paper_id]) == (before,)
    assert [len(paper.sources) for paper in library.restore([paper_id])] == [2] and library.check() == []


def test_what_the_same_words_in_another_file_said_stays_in_the_bin(library: Library) -> None:
    library.remove([the_paper(library)])
    paper_id = add(library, "b.txt", source("Lanterns", TEXT, ["Ada Brook"], year=2001))[0].paper_id
    assert [removed.names for removed in library.removed()] == [("a.txt",)]
    library.remove([paper_id])
    library.restore([removed.removal for removed in library.removed()])
    assert {source.name for source in library.paper(paper_id).sources} == {"a.txt", "b.txt"} and library.check() == []


def test_a_file_read_again_leaves_the_bin(library: Library) -> None:
    library.remove([the_paper(library)])
    the_paper(library)
    assert library.removed() == [] and len(library.papers()) == 1 and library.check() == []


@pytest.mark.parametrize("let_go", [Library.empty_bin, lambda library: library.remove([the_other(library)])])
def test_the_bin_is_emptied_by_hand_and_with_time(
    library: Library, let_go: Callable[[Library], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.removal.KEPT_SECONDS", -1)
    paper_id = the_paper(library)
    library.remove([paper_id])
    let_go(library)
    assert paper_id not in {each.paper_id for each in library.removed()}
    assert library.restore([paper_id]) == () and library.check() == []


def test_what_lay_in_the_bin_too_long_is_let_go_of_with_what_was_said_of_it(
    library_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_library(library_folder) as library:
        paper_id = the_paper(library)
        library.tag([paper_id], "at sea")
        library.edit(paper_id, year=2002)
        library.remove([paper_id])
    with open_library(library_folder) as library:
        assert library.removed()
    monkeypatch.setattr("vectorstore.removal.KEPT_SECONDS", -1)
    with open_library(library_folder) as library:
        assert library.removed() == []
        paper = library.paper(the_paper(library))
        assert (paper.tags, paper.edited) == ((), frozenset())


def the_other(library: Library) -> str:
    return add(library, "b.txt", source("Another", "Of ledgers.", ["Mo Reed"]))[0].paper_id


def test_marks_of_a_paper_that_is_not_there_are_refused(library: Library) -> None:
    for mark in (
        lambda: library.tag(["none"], "x"),
        lambda: library.edit("none", year=1),
        lambda: library.merge(["a"]),
    ):
        with pytest.raises(PaperNotFound):
            mark()
