"""What the pages show: statements, marks, verdicts, notes; and that words of others stay words."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.types import (
    Answer,
    Aspect,
    Cell,
    Citation,
    Column,
    Coverage,
    Excerpt,
    Failed,
    FileReport,
    IngestProgress,
    IngestReport,
    Passage,
    Quotes,
    Row,
    Skipped,
    Statement,
    Table,
)
from assistant.web import render
from assistant.web.answer_view import asked, below
from assistant.web.intake import FileStanding
from assistant.web.libraries import MINE, Libraries
from assistant.web.library_view import choices_html, first_questions, greeting, papers_html
from assistant.web.passage_view import card_html, excerpt_html, passage_html
from assistant.web.upload_view import progress_html, report_html
from tests.fakes.scripted_assistant import PAPERS, ScriptedAssistant, paper
from tests.web.hostile import STRINGS

CITATION = Citation(
    number=1, quote="it halves the sweeps", source="a.pdf", page=3, page_label="27", section="Results", start=0, end=20,
    text_id="t", paper_id="p", title="Lanterns", authors=("Ada Brook", "Lin Hale"), year=2020,
)  # fmt: skip
ANSWER = Answer(
    "a1", "q?", "fact", (Statement("In “Lanterns”: it halves the sweeps", (1,), "quoted"),), (CITATION,), False,
    "extractive", Coverage(12, 7),
)  # fmt: skip
OURS = {
    "datalist": {"id"}, "option": {"value"}, "div": {"class", "role", "tabindex", "aria-label"}, "p": {"class", "role"},
    "span": {"class", "title", "style", "role", "data-on", "hidden", "data-place"}, "q": {"class"},
    "cite": {"class"}, "a": {"class", "href", "title", "target", "rel"}, "ol": {"class"}, "ul": {"class"},
    "li": {"class"}, "b": {"class"}, "details": {"class"}, "summary": set(),
    "table": set(), "thead": set(), "tbody": set(), "tr": set(),
    "th": {"scope", "title"}, "td": {"class"}, "mark": {"class"}, "article": {"class"}, "h2": {"class", "tabindex"},
    "blockquote": {"class"}, "figure": {"class", "tabindex", "aria-label"},
    "figcaption": set(), "s": {"class"}, "img": {"src", "alt"}, "label": {"class"}, "input": {"type", "value"},
    "progress": {"max", "value", "aria-label"},
    "section": {"class", "aria-label", "data-address", "data-source", "data-page", "data-count"},
    "button": {"type", "class", "title", "aria-label", "hidden", "data-turn", "data-zoom", "data-to", "data-above",
               "data-shown", "data-below", "data-text"},
}  # fmt: skip


class Shape(HTMLParser):
    """The elements of a fragment with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def pages(hostile: str) -> dict[str, str]:
    """Show a string in every place where a paper, a file, a model or a person could have put it."""
    citation = replace(
        CITATION, quote=hostile, source=hostile, section=hostile, title=hostile, authors=(hostile, "B", "C"),
        page_label=hostile,
    )  # fmt: skip
    statement = Statement(hostile, (1,), "quoted", hostile)
    answer = replace(ANSWER, statements=(statement,), citations=(citation,), engine=hostile)
    row = Row(Aspect(hostile, hostile), (Cell(hostile, (1,)), Cell(f"{hostile} x", (1,)), Cell()), hostile)
    table = Table(tuple(Column(str(place), hostile, hostile) for place in range(3)), (row,))
    one = paper(1, hostile, (hostile,))
    report = IngestReport(
        (FileReport(f"/in/{hostile}", "p", hostile, 2, (hostile,)),), (), (), (Skipped(hostile, hostile),),
        (Failed(hostile, "x", hostile),), 1, 1, 0.1,
    )  # fmt: skip
    return {
        "question": asked(0, hostile),
        "under an answer": below(0, "mine", hostile, (hostile,)),
        "step": render.step(hostile, hostile),
        "notice": render.notice(hostile, hostile),
        "answer": render.answer(answer, "mine"),
        "table": render.answer(replace(answer, table=table), "mine"),
        "part of a summary": render.answer(replace(answer, statements=(replace(statement, aspect=hostile),)), "mine"),
        "abstained": render.answer(replace(answer, statements=(), abstained=True), "mine"),
        "passage": passage_html(Passage(citation, hostile, hostile, hostile, hostile, hostile), "mine"),
        "card": card_html(Passage(citation, hostile, hostile, hostile, hostile, hostile)),
        "more of a text": excerpt_html(Excerpt(hostile, 10, 20, 30), True),
        "passage of a long text": passage_html(
            Passage(replace(citation, page=None, start=90_000), hostile, hostile, hostile, length=10**6, file=True),
            "mine",
        ),
        "passage of many": passage_html(
            Passage(replace(citation, authors=(hostile,) * 11), hostile, hostile, hostile, hostile, hostile), "mine"
        ),
        "papers": papers_html([one]),
        "choices": choices_html([replace(one, tags=(hostile,))]),
        "report": report_html(report),
        "progress": progress_html(
            IngestProgress(0, 3, hostile, "reading"),
            9.0,
            [
                FileStanding(Path(hostile), share, outcome)
                for share, outcome in ((1.0, report), (0.4, None), (0.0, None))
            ],
        ),
    }


@pytest.mark.parametrize("hostile", STRINGS)
def test_words_of_others_make_no_elements(hostile: str) -> None:
    """Every place has the same elements and attributes as with harmless words, and all of them are ours."""
    for place, html in pages(hostile).items():
        shape, harmless = Shape(html), Shape(pages("harmless")[place])
        assert "\n" not in html, place
        for tag, attributes in shape.elements:
            assert set(attributes) <= OURS[tag], (place, tag, attributes)
            assert (attributes.get("href") or "#").startswith(("#cite/mine/a1/", "#clear", "#", "/view/mine/file/t"))
            assert not (attributes.get("href") or "").lower().startswith("javascript")
            assert (attributes.get("src") or "/view/mine/page/t/").startswith("/view/mine/page/t/")
        extra = [tag for tag, _ in shape.elements if tag not in {"p", "span"}]
        assert extra == [tag for tag, _ in harmless.elements if tag not in {"p", "span"}], place


def test_a_comparison_is_a_table_whose_marks_open_passages_and_whose_gaps_are_told() -> None:
    row = Row(Aspect("sweeps", "sweeps"), (Cell(CITATION.quote, (1,)), Cell()), "They disagree.")
    table = Table((Column("p", "Lanterns", "Lanterns"), Column("o", "Orca", "Orca: whales")), (row,))
    compared = replace(ANSWER, kind="compare", table=table)
    html = render.answer(compared, "mine")
    shape = Shape(html)
    tags = [tag for tag, _ in shape.elements]
    assert (tags.count("th"), tags.count("td")) == (3, 3)
    assert '<q class="fn-quote">it halves the sweeps</q><a class="fn-mark" href="#cite/mine/a1/1"' in html
    assert '<td class="fn-silent">not stated</td>' in html
    assert "In “Lanterns”" not in shape.text  # what the table shows is not said twice
    assert "They disagree." in shape.text
    written = replace(compared, engine="a model")
    assert "In “Lanterns”" in Shape(render.answer(written, "mine")).text
    assert "table" not in [tag for tag, _ in Shape(render.answer(replace(compared, abstained=True), "mine")).elements]


def test_a_statement_carries_mark_quote_and_verdict() -> None:
    shape = Shape(render.answer(ANSWER, "mine"))
    assert ("a", "#cite/mine/a1/1") in [(tag, attributes.get("href")) for tag, attributes in shape.elements]
    assert "❝ quoted" in shape.text
    assert "Brook & Hale, 2020, Lanterns, p. 3 (printed 27)" in shape.text
    assert "7 of 12 papers looked at speak to this" in shape.text
    assert '<q class="fn-quote">it halves the sweeps</q>' in render.answer(ANSWER, "mine")


def test_the_same_paper_again_is_named_shortly() -> None:
    again = replace(CITATION, number=2, page=4, page_label="4")
    statements = (*ANSWER.statements, Statement("It does.", (2,), "supported"))
    text = Shape(render.answer(replace(ANSWER, statements=statements, citations=(CITATION, again)), "mine")).text
    assert "2Ibid., p. 4" in text


@pytest.mark.parametrize(("before", "shown"), [("A. " * 400, "… A. "), ("short. ", "short. "), ("x" * 900, "… xxx")])
def test_a_long_context_is_shortened_at_a_sentence(before: str, shown: str) -> None:
    text = Shape(passage_html(Passage(CITATION, before, CITATION.quote, ""), "mine")).text
    assert shown in text
    assert len(text) < 800


def test_a_card_shows_the_beginning_of_a_long_quote() -> None:
    long = "words " * 200
    text = Shape(card_html(Passage(CITATION, "Before. " * 100, long, "After. " * 100))).text
    assert "words …" in text and len(text) < 900


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("supported", "✓ supported"), ("partly", "◐ partly supported"), ("unsupported", "✕ not found in your papers")],
)
def test_verdicts_are_told_by_sign_and_word(verdict: str, words: str) -> None:
    statement = Statement("It halves.", (1,), verdict)  # type: ignore[arg-type]
    assert words in Shape(render.answer(replace(ANSWER, statements=(statement,)), "mine")).text


def test_what_the_papers_do_not_say_is_struck_out_with_the_reason_beside_it() -> None:
    for cited in ((CITATION,), ()):
        numbers = tuple(citation.number for citation in cited)
        statement = Statement("It doubles.", numbers, "unsupported", "The passage says halves.")
        html = render.answer(replace(ANSWER, engine="m", statements=(statement,), citations=cited), "mine")
        assert '<s class="fn-struck">It doubles.</s>' in html
        assert '<span class="fn-why">The passage says halves.</span>' in html
        assert ("#cite/mine/a1/1" in html) == bool(cited)


def test_the_footer_counts_statements_quotes_and_papers() -> None:
    statements = tuple(Statement(f"It is {n}.", (1,), "unsupported" if n == 3 else "supported") for n in range(10))
    answer = replace(ANSWER, engine="gpt-oss", statements=statements, quotes=Quotes(12, 11))
    text = Shape(render.answer(answer, "mine")).text
    footer = "9 of 10 statements supported · 11 of 12 quotes found · 7 of 12 papers looked at speak to this · "
    assert f"{footer}Written by gpt-oss" in text
    assert "statements supported" not in Shape(render.answer(ANSWER, "mine")).text


def test_notices_stand_before_the_answer() -> None:
    text = Shape(render.answer(replace(ANSWER, notices=("gpt-oss did not answer.",)), "mine")).text
    assert text.startswith("gpt-oss did not answer.")


def test_an_answer_that_was_cut_off_can_be_asked_for_again() -> None:
    assert '<a class="fn-ask" href="#ask">q?</a>' in render.answer(replace(ANSWER, incomplete="It was cut."), "mine")
    assert "fn-again" not in render.answer(ANSWER, "mine")


def test_the_page_says_where_passages_go() -> None:
    assert "sent to api.example.com" in render.engine_line("m", "api.example.com")
    assert "sent" not in render.engine_line()


def test_a_model_is_named_under_its_answer() -> None:
    assert "Written by gpt-oss, checked against your papers" in render.answer(replace(ANSWER, engine="gpt-oss"), "mine")


def test_a_list_of_many_papers_is_one_line_of_the_report() -> None:
    added = tuple(FileReport("/in/list.txt", str(number), f"Paper {number}", None) for number in range(158))
    text = Shape(report_html(IngestReport(added, (), (), (), (), 158, 200, 1.0))).text
    assert "158 papers added" in text
    assert "1 added" in text


@pytest.mark.parametrize(
    ("authors", "named"),
    [
        (("BigScience Workshop", "Teven Le Scao", "Angela Fan"), "BigScience Workshop et al., 2022"),
        (("Gemini Team, Google",), "Gemini Team, Google, 2022"),
        (("The ATLAS Collaboration", "Ada Brook"), "The ATLAS Collaboration &amp; Brook, 2022"),
        (("Ada Brook", "Lin Hale"), "Brook &amp; Hale, 2022"),
    ],
)
def test_a_group_keeps_its_whole_name(authors: tuple[str, ...], named: str) -> None:
    assert render.byline(authors, 2022) == named


def test_very_many_authors_are_named_on_demand() -> None:
    citation = replace(CITATION, authors=tuple(f"Author {number}" for number in range(392)))
    html = passage_html(Passage(citation, "", citation.quote, ""), "mine")
    summary, rest = html.split("<summary>")[1].split("</summary>")
    assert summary == "Author 0, Author 1, Author 2, Author 3 et al., 392 authors · 2020"
    assert "Author 391" in rest.split("</details>")[0]


def test_first_questions_come_from_the_titles() -> None:
    assert first_questions(list(PAPERS)) == [
        "What is “Lanterns for Drifting Buoys” about?",
        "What is “A Ledger Is Enough” about?",
        "What is “On the Weather of Small Harbours” about?",
    ]
    assert first_questions([]) == []


def test_first_questions_ask_about_what_some_titles_share() -> None:
    kites = [
        paper(number, f"Tidal Kites in the {place}", ()) for number, place in enumerate(("Sound", "Fjord", "Bay"), 4)
    ]
    assert first_questions([*PAPERS, *kites]) == [
        "What is “Lanterns for Drifting Buoys” about?",
        "Which papers deal with tidal kites?",
        "Compare “Tidal Kites in the Sound” and “Tidal Kites in the Fjord”.",
    ]


def test_first_questions_ask_for_each_title_once() -> None:
    lanterns, ledger, *_ = PAPERS
    both = ["What is “Lanterns for Drifting Buoys” about?", "What is “A Ledger Is Enough” about?"]
    assert first_questions([lanterns, ledger]) == both
    assert first_questions([lanterns, paper(9, lanterns.title), ledger]) == both


@pytest.mark.parametrize(
    ("model", "embedding_host", "told"),
    [
        ("", "", "Everything stays on this machine."),
        ("m.example", "", "They stay on this machine; passages go to m.example when you ask."),
        (
            "",
            "e.example",
            "Their texts go to e.example when they are added; your question goes to e.example when you ask.",
        ),
        (
            "m.example",
            "e.example",
            "Their texts go to e.example when they are added; your question goes to e.example and passages go to "
            "m.example when you ask.",
        ),
    ],
)
def test_the_greeting_of_an_empty_library_says_where_texts_go(model: str, embedding_host: str, told: str) -> None:
    scripted: Any = ScriptedAssistant(papers=())
    scripted.model = SimpleNamespace(host=model) if model else None
    scripted.embedding_host = embedding_host
    assert told in greeting(Libraries(lambda: scripted), MINE)


def test_a_long_list_of_papers_shows_its_beginning() -> None:
    shape = Shape(papers_html([paper(number, f"Title {number}") for number in range(500)]))
    assert len([tag for tag, _ in shape.elements if tag == "input"]) == 200
    assert "Show 200 more of 500" in shape.text


def test_the_value_asked_for_is_marked_in_its_quote() -> None:
    statement = Statement("it halves the sweeps", (1,), "quoted", value=(3, 9))
    html = render.answer(replace(ANSWER, statements=(statement,)), "mine")
    assert 'it <mark class="fn-value">halves</mark> the sweeps</q>' in html


def test_a_value_within_maths_is_left_unmarked() -> None:
    quote = "a cost of $n^2$ steps"
    statement = Statement(quote, (1,), "quoted", value=(11, 12))
    html = render.answer(replace(ANSWER, statements=(statement,), citations=(replace(CITATION, quote=quote),)), "mine")
    assert "<mark" not in html and "steps" in html
