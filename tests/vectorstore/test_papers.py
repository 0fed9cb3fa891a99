"""Sources joined to papers, whatever the order they come in."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vectorstore.making import EMBEDDER, add, open_library, source
from vectorstore.errors import LibraryError, PaperAmbiguous, PaperNotFound
from vectorstore.library import Library
from vectorstore.records import Filters, Source
from vectorstore.search import search

ABSTRACT = "We study how small models learn from large ones. The student sees the soft labels of its teacher."
BIRDS = "Birds sing in the morning. Their songs differ from wood to wood, as we heard."

# Files that touch each other in every way: same title and author, no author, same DOI, a chain, changed versions.
FILES: tuple[tuple[str, tuple[Source, ...]], ...] = (
    ("list-1.txt", (source("Distilling", ABSTRACT, ["Jane Doe"], "listing", year=2020, venue="ICML"),)),
    (
        "paper.pdf",
        (source("Distilling", f"Front. {ABSTRACT}\nBody text here.", ["J. Doe", "R. Roe"], "pdf", doi="10.1000/x1"),),
    ),
    (
        "list-2.txt",
        (source("Distilling", ABSTRACT, (), "listing", date="2020-03-01"), source("Birds", BIRDS, ["A. Finch"])),
    ),
    ("preprint.pdf", (source("Distillation of Models", "Other words.", ["Jane Doe"], "pdf", arxiv_id="2001.00001v1"),)),
    (
        "bridge.md",
        (source("Distilling, a note", "A note.", ["X. Y"], "markdown", arxiv_id="2001.00001", doi="10.1000/x1"),),
    ),
    ("birds.pdf", (source("Birds", BIRDS, ["Bo Finch"], "pdf", year=1999),)),
    ("records.jsonl", tuple(source("Summary", f"Text {n}.", (), "jsonl", external_id=str(n)) for n in range(3))),
    ("paper.pdf", (source("Distilling", "A new version.\nBody text here.", ["Jane Doe"], "pdf", year=2021),)),
    ("list-2.txt", (source("Birds of the woods", BIRDS, (), "listing"),)),
)


def state(library: Library) -> tuple[object, ...]:
    """What a library answers, without the ids that count up."""
    hits = search(library, EMBEDDER, "what does the teacher tell its student about birds", top=20)
    return (
        library.fingerprint,
        library.papers(),
        [(hit.chunk.paper_id, hit.chunk.text_id, hit.chunk.text, hit.score, hit.parts) for hit in hits],
    )


def last_versions(order: list[int]) -> dict[str, tuple[Source, ...]]:
    return {FILES[number][0]: FILES[number][1] for number in order}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, len(FILES) - 1), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_any_way_to_the_same_files_gives_the_same_library(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], chance: object
) -> None:
    """Adding, replacing and re-adding in any order ends where adding only the last versions, shuffled, ends.

    (Where a changed file names a paper's first author anew, the paper keeps its id: test_ingestion.)
    """
    folder = tmp_path_factory.mktemp("libraries")
    with open_library(folder / "one") as one, open_library(folder / "other") as other:
        for number in order:
            add(one, FILES[number][0], *FILES[number][1])
        final = list(last_versions(order).items())
        chance.shuffle(final)  # type: ignore[attr-defined]
        for name, sources in final:
            add(other, name, *sources)
        assert state(one) == state(other)
        assert one.check() == other.check() == []


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(len(FILES))), st.data())
def test_removing_a_paper_leaves_the_others_as_if_it_had_never_been(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], data: st.DataObject
) -> None:
    with open_library(tmp_path_factory.mktemp("libraries")) as library:
        for number in order:
            add(library, FILES[number][0], *FILES[number][1])
        before = library.papers()
        gone = data.draw(st.sampled_from(before))
        assert library.remove([gone.sources[-1].source_id]) == (gone,)
        assert library.papers() == [paper for paper in before if paper != gone]
        assert library.check() == []


def test_a_chain_of_sources_is_one_paper_until_its_link_goes(library: Library) -> None:
    for number in (1, 3, 4):
        add(library, FILES[number][0], *FILES[number][1])
    assert library.count()[0] == 1
    add(library, "bridge.md", source("Something else", "Nothing of it.", kind="markdown"))
    assert sorted(paper.title for paper in library.papers()) == [
        "Distillation of Models",
        "Distilling",
        "Something else",
    ]


def test_a_paper_says_the_union_of_its_sources_the_surer_winning(library: Library) -> None:
    add(
        library,
        "paper.pdf",
        source("Distilling", ABSTRACT, ["J. Doe", "R. Roe"], "pdf", year=2019, venue="CVPR", doi="10.1000/x1",
               guessed=frozenset({"year", "venue"}), notes=("no text on page 3",)),
    )  # fmt: skip
    add(
        library,
        "list.txt",
        source("Distilling.", ABSTRACT, ["Jane Doe", "Rob Roe"], "listing", year=2020, date="2020-05"),
    )
    (paper,) = library.papers()
    assert paper.title == "Distilling." and paper.authors == ("Jane Doe", "Rob Roe")
    assert (paper.year, paper.metadata.date, paper.metadata.venue) == (2020, "2020-05", "CVPR")
    assert paper.metadata.doi == "10.1000/x1"
    assert paper.metadata.guessed == {"venue"}
    assert paper.metadata.notes == ("no text on page 3",)
    assert paper.pages == 3 and [s.name for s in paper.sources] == ["list.txt", "paper.pdf"]


def test_records_with_an_external_id_never_merge(library: Library) -> None:
    add(library, "a.jsonl", *(source("Summary", "The same text.", (), "jsonl", external_id=str(n)) for n in range(3)))
    add(library, "b.txt", source("Summary", "The same text."))
    assert library.count()[0] == 4
    assert [hit.chunk.text for hit in search(library, EMBEDDER, "same text")] == ["The same text."] * 4


def test_what_became_of_each_source(library: Library) -> None:
    listed = source("Distilling", ABSTRACT, ["Jane Doe"], "listing")
    (first,) = add(library, "list.txt", listed)
    assert (first.outcome, first.title) == ("added", "Distilling")
    attached, new = add(library, "other.txt", listed, source("Birds", BIRDS))
    assert (attached.outcome, attached.paper_id, new.outcome) == ("attached", first.paper_id, "added")
    (changed,) = add(library, "list.txt", listed, body="a new version")
    assert (changed.outcome, changed.source_id) == ("updated", first.source_id)
    (renamed,) = add(library, "list.txt", source("Another title", ABSTRACT, ["Jane Doe"]))
    assert renamed.outcome == "updated"
    one, two = add(
        library, "twice.txt", source("Twice", "Said once.", ["A B"]), source("Twice", "Said again.", ["A B"])
    )
    assert (one.outcome, two.outcome, one.paper_id) == ("added", "attached", two.paper_id)


def test_a_source_taken_apart_stays_apart_when_its_file_is_read_again(library: Library) -> None:
    add(library, "list.txt", source("Distilling", ABSTRACT, ["Jane Doe"], "listing"))
    add(library, "paper.pdf", source("Distilling", "Another paper.", ["Jane Doe"], "pdf"))
    (merged,) = library.papers()
    apart = library.separate(merged.paper_id, "paper.pdf")
    assert [s.name for s in apart.sources] == ["paper.pdf"] and library.count()[0] == 2
    add(library, "paper.pdf", source("Distilling", "Another paper, changed.", ["Jane Doe"], "pdf"))
    assert library.count()[0] == 2 and library.check() == []
    assert library.paper(apart.paper_id).sources[0].name == "paper.pdf"
    with pytest.raises(PaperNotFound):
        library.separate(merged.paper_id, "nothing.pdf")


def test_two_files_that_say_the_same_word_for_word_cannot_be_taken_apart(library: Library) -> None:
    same = source("Distilling", ABSTRACT, ["Jane Doe"], "listing")
    (first,) = add(library, "one.txt", same)
    add(library, "two.txt", same)
    with pytest.raises(LibraryError, match="word for word"):
        library.separate(first.source_id, "two.txt")
    assert library.count()[0] == 1


def test_a_paper_is_found_by_what_a_person_calls_it(library: Library) -> None:
    add(library, "attention.pdf", source("Attention Is All You Need", "Text.", ["A. Vaswani"], "pdf"))
    add(library, "birds.pdf", source("Birds of the North", BIRDS, ["A. Finch"], "pdf"))
    add(library, "more-birds.pdf", source("Birds of the South", BIRDS, ["B. Finch"], "pdf"))
    add(library, "r.jsonl", source("Records", "Text.", (), "jsonl", external_id="4983"))
    attention = library.find("attention is all you need!")
    for name in (
        attention.paper_id,
        attention.paper_id[:6],
        "attention.pdf",
        "Attention",
        "attention is",
        "need attention",
        " Attention Is All You Need ",
    ):
        assert library.find(name) == attention, name
    assert library.find("birds").title == "Birds of the North"  # by its file's name
    assert library.find("4983").title == "Records"
    with pytest.raises(PaperAmbiguous) as raised:
        library.find("birds of the")
    assert "Birds of the South" in raised.value.message
    for name in ("", "zebra", "../../etc/passwd", attention.paper_id[:2]):
        with pytest.raises(PaperNotFound):
            library.find(name)


def test_filters_choose_papers(library: Library) -> None:
    for year, author, venue in ((2018, "Ada Núñez", "NeurIPS"), (2020, "Bo Li", "ICML 2020"), (None, "Cy Oh", None)):
        add(library, f"{author}.txt", source(f"By {author}", f"Text by {author}.", [author], year=year, venue=venue))

    def chosen(**filters: object) -> list[str]:
        return [paper.title for paper in library.papers(Filters(**filters))]  # type: ignore[arg-type]

    assert chosen() == ["By Ada Núñez", "By Bo Li", "By Cy Oh"]
    assert chosen(year_from=2018, year_to=2019) == ["By Ada Núñez"]
    assert chosen(year_from=2019) == ["By Bo Li"]
    assert chosen(authors=("nunez",)) == ["By Ada Núñez"]
    assert chosen(authors=("bo", "cy")) == []
    assert chosen(venue="icml") == ["By Bo Li"]
    bo = library.find("By Bo Li")
    assert chosen(paper_ids=frozenset({bo.paper_id})) == ["By Bo Li"]
    hits = search(library, EMBEDDER, "text", filters=Filters(authors=("nunez",)))
    assert [hit.chunk.text for hit in hits] == ["Text by Ada Núñez."]
    assert search(library, EMBEDDER, "text", filters=Filters(venue="nowhere")) == []


def test_any_id_of_a_paper_leads_to_it(library: Library, tmp_path: Path) -> None:
    for number in (1, 3, 4):
        add(library, FILES[number][0], *FILES[number][1])
    (paper,) = library.papers()
    ids = {each.source_id for each in paper.sources}
    assert len(ids) == 3 and paper.paper_id == min(ids)
    assert all(library.paper(each) == paper for each in ids)
    with pytest.raises(PaperNotFound):
        library.paper("000000000000")
