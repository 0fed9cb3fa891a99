"""Which sources tell of the same paper."""

import pytest

from tests.vectorstore.making import source
from vectorstore import identity
from vectorstore.records import Metadata, Section


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BERT: Pre-Training of Things", "BERT pretraining of things"),
        ("Ünïcode Größe", "unicode grosse"),
        ("Llama 2", "Llama$2$"),
        ("ﬁne tuning", "Fine-Tuning"),
        ("深層学習 の 研究", "深層学習の研究"),
    ],
)
def test_titles_are_the_same_but_for_case_accents_and_marks(one: str, other: str) -> None:
    assert identity.fold_title(one) == identity.fold_title(other) != ""


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("https://doi.org/10.1145/ABC.123.", "10.1145/abc.123"),
        ("doi:10.1000/xyz(2)", "10.1000/xyz(2"),
        ("no doi", None),
        (None, None),
    ],
)
def test_a_doi_is_found_in_any_writing(written: str | None, folded: str | None) -> None:
    assert identity.fold_doi(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("arXiv:2301.01234v3", "2301.01234"),
        ("https://arxiv.org/abs/2301.01234", "2301.01234"),
        ("hep-th/9901001v2", "hep-th/9901001"),
        ("12", None),
    ],
)
def test_versions_of_an_arxiv_id_are_one(written: str, folded: str | None) -> None:
    assert identity.fold_arxiv(written) == folded


def test_an_arxiv_doi_is_the_arxiv_id() -> None:
    by_doi = identity.sure_keys(Metadata("A", doi="10.48550/arXiv.2301.01234"), "1")
    by_id = identity.sure_keys(Metadata("B", arxiv_id="2301.01234v2"), "2")
    assert set(by_doi) & set(by_id) == {"arxiv:2301.01234"}


def test_guessed_identifiers_join_nothing() -> None:
    assert identity.sure_keys(Metadata("A", doi="10.1000/x", guessed=frozenset({"doi"})), "1") == ("id:1",)


ABSTRACT = (
    "We study how small models learn from large ones. The student sees the soft labels of its teacher, and grows."
)


def evidence(authors: tuple[str, ...] = (), opening: str = "", head: str = "") -> identity.Evidence:
    return identity.Evidence(authors, identity.fold(opening), identity.fold(head or opening))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Jane Q. Doe", "A Nother"), ("J. Doe",), True),
        (("Doe",), ("Jane Doe",), True),
        (("John Smith Jr.",), ("J. Smith",), True),
        (("Adam Smith",), ("Brian Smith",), False),
        (("Jane Doe",), ("John Roe",), False),
        (("José Núñez",), ("Jose Nunez",), True),
    ],
)
def test_an_author_in_common_makes_sources_of_one_title_one_paper(
    one: tuple[str, ...], other: tuple[str, ...], same: bool
) -> None:
    assert identity.agree(evidence(one, ABSTRACT), evidence(other, ABSTRACT)) is same


def test_without_authors_the_openings_decide() -> None:
    front = "A Title by Some People, University of Somewhere. Abstract. "
    assert identity.agree(evidence((), ABSTRACT), evidence(("Jane Doe",), front + ABSTRACT, front + ABSTRACT))
    assert not identity.agree(
        evidence((), ABSTRACT), evidence(("Jane Doe",), "Quite another thing is told here, of birds.")
    )
    assert not identity.agree(evidence(), evidence())


def test_the_opening_is_the_abstract_without_the_title() -> None:
    text = "Front matter.\n\nA Title. The abstract itself."
    start = text.index("A Title")
    pdf = source("A Title", text, kind="pdf", sections=[Section("Abstract", start, len(text), "abstract")])
    assert identity.opening_of(pdf) == "the abstract itself"
    assert identity.opening_of(source("A Title", "A Title\n\nThe abstract itself.")) == "the abstract itself"


def test_an_id_stays_when_the_text_changes_but_not_when_title_or_author_do() -> None:
    def name(title: str, authors: tuple[str, ...], text: str, external_id: str | None = None) -> str:
        made = source(title, text, authors, external_id=external_id)
        return identity.base_id(made.metadata, identity.opening_of(made))

    first = name("A title", ("Jane Doe",), "one text")
    assert len(first) == 12 and int(first, 16) >= 0
    assert first == name("A Title.", ("J. Doe", "Another"), "another text")
    others = [
        name("B title", ("Jane Doe",), "one text"),
        name("A title", ("John Roe",), "one text"),
        name("A title", (), "one text"),
        name("A title", (), "another text"),
        name("A title", ("Jane Doe",), "one text", "7"),
        name("", ("Jane Doe",), "one text"),
        name("", ("Jane Doe",), "another text"),
    ]
    assert len({first, *others}) == 8
