"""Drafts: what of a text, a Markdown or a LaTeX file is a statement, where it stands, and what the library says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core import Assistant
from assistant.drafts import DraftFormat, draft_format, draft_sentences, sentences_to_check
from assistant.drafts.checking import CheckedSentence, DraftCheck
from assistant.drafts.maths import spoken
from assistant.settings import Settings
from assistant.types import Answer, Delta
from tests.assistant.notes import build
from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.library import Library

LATEX = r"""
\documentclass{article}
\begin{document}
\title{A paper on lamps}
\section[Short]{Lamps draw power}\label{s:1}
% A comment says that lamps are green.
Lamps draw $40\,\%$ less power than before~\cite[p.~3]{smith}. It is 65.5\% % a note
of all \textbf{lamps} in G\"ottingen. Red lamps draw \SI{40}{\watt} each\footnote{Blue lamps draw 12--14 watts.}.
The loss is
\begin{equation} L = x^2 + 17 \end{equation}
where $x_i$ is the input of lamps.

\begin{itemize}
\item \emph{Rivers carry 350 cubic metres of water.} Do they always carry it?
\item[b)] See \href{http://lamps.example}{the Lumo river} flow in Figure~\ref{fig:1}.
\end{itemize}
\begin{figure}\includegraphics{f.pdf}\caption{The \textit{Lumo} river in spring.}\end{figure}
\begin{verbatim}
This is code that says things.
\end{verbatim}
\begin{thebibliography}{9}\bibitem{a} Smith. A paper on lamps. 2020.\end{thebibliography}
\end{document}
After the end nothing is said.
"""

MARKDOWN = r"""---
title: A paper on lamps
---
# Lamps draw power

**Red lamps draw 40 watts.** Blue *lamps* draw 12 watts [@smith2020, p. 3]. See [the lamp paper](http://x.example/z_(1))
and `code_name` for $65.5\%$ of it all.[^1]

- Rivers carry 350 cubic metres of water a second
- 2 * 3 watts and snake_case names stay.

```
This is code that says things.
```

| a | b |
| - | - |
| Lamps draw power here | 3 |

<!-- A comment says that lamps are green. -->

[^1]: Lamps are sold in $5 and $10 shops.

## References

1. Smith. A paper on lamps is here.
"""

TEXT = """Lamps draw power

The lamp draws 40 watts [12]. It costs approx. 3 dollars, e.g.
in shops. Is it so dear everywhere?

Results
- Rivers carry water to the sea
2. Blue lamps draw 12 watts.

References

[1] Smith. A paper that says much.
"""


def _plain(draft: str, written_in: DraftFormat) -> list[str]:
    return [sentence.plain for sentence in draft_sentences(draft, written_in)]


def test_latex_is_read_without_commands_comments_citations_maths_and_code() -> None:
    assert _plain(LATEX, "latex") == [
        "Lamps draw 40% less power than before.",
        "It is 65.5% of all lamps in Göttingen.",
        "Red lamps draw 40 watt each.",
        "Blue lamps draw 12–14 watts.",
        "The loss is where is the input of lamps.",
        "Rivers carry 350 cubic metres of water.",
        "See the Lumo river flow in Figure.",
        "The Lumo river in spring.",
    ]


def test_markdown_is_read_without_its_markup_headings_tables_and_references() -> None:
    assert _plain(MARKDOWN, "markdown") == [
        "Red lamps draw 40 watts.",
        "Blue lamps draw 12 watts.",
        "See the lamp paper and code_name for 65.5% of it all.",
        "Rivers carry 350 cubic metres of water a second",
        "2 * 3 watts and snake_case names stay.",
        "Lamps are sold in $5 and $10 shops.",
    ]


def test_plain_text_is_read_up_to_its_references() -> None:
    assert _plain(TEXT, "text") == [
        "The lamp draws 40 watts [12].",
        "It costs approx. 3 dollars, e.g. in shops.",
        "Rivers carry water to the sea",
        "Blue lamps draw 12 watts.",
    ]


@pytest.mark.parametrize(("draft", "written_in"), [(LATEX, "latex"), (MARKDOWN, "markdown"), (TEXT, "text")])
def test_a_sentence_is_shown_as_it_is_written(draft: str, written_in: DraftFormat) -> None:
    sentences = draft_sentences(draft, written_in)
    assert all(draft[sentence.start : sentence.end] == sentence.text for sentence in sentences)
    assert [sentence.start for sentence in sentences] == sorted(sentence.start for sentence in sentences)


def test_the_markup_around_a_sentence_is_shown_whole() -> None:
    assert r"\emph{Rivers carry 350 cubic metres of water.}" in [s.text for s in draft_sentences(LATEX, "latex")]
    assert "**Red lamps draw 40 watts.**" in [s.text for s in draft_sentences(MARKDOWN, "markdown")]


@pytest.mark.parametrize(
    ("draft", "name", "written_in"),
    [
        ("Words.", "a.tex", "latex"),
        ("Words.", "A.MD", "markdown"),
        (r"\emph{Words}", "a.txt", "text"),
        (LATEX, "-", "latex"),
        (MARKDOWN, "-", "markdown"),
        ("Plain words, 3 * 4 of them.", "-", "text"),
    ],
)
def test_the_format_is_told_by_the_suffix_or_by_the_looks(draft: str, name: str, written_in: DraftFormat) -> None:
    assert draft_format(draft, name) == written_in


@pytest.mark.parametrize(
    ("maths", "said"),
    [
        (r"65.5\,\%", "65.5 %"),
        (r"p < 0.05", "p < 0.05"),
        (r"\pm 0.3", "± 0.3"),
        (r"10{,}000", "10,000"),
        (r"3 \times 10^{6}", "3 × 10^6"),
        (r"37^{\circ}\mathrm{C}", "37°C"),
        (r"x_1 + y^2", ""),
        (r"\alpha = \frac{1}{2}", ""),
        ("E", ""),
    ],
)
def test_amounts_stay_and_symbols_go(maths: str, said: str) -> None:
    assert spoken(maths) == said


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["\\cite{", "\\footnote{", "}", "{", "$", "$$", "\\[", "%", "\n", "\\begin{equation}", "\\end{equation}",
             "\\begin{verbatim}", "\\", "\\verb|", "[", "]", "(", "*", "_", "`", "```", "|", "> ", "# ", "- ", "<!--",
             "Lamps draw 40 watts. ", "\\item ", "\\SI{", "\\section{", "é", "\u2028", "@x", "[^1]"]
        ),
        max_size=30,
    ),
    st.sampled_from(["text", "markdown", "latex"]),
)  # fmt: skip
def test_broken_markup_never_breaks_the_reading(pieces: list[str], written_in: DraftFormat) -> None:
    draft = "".join(pieces)
    for sentence in draft_sentences(draft, written_in):
        assert draft[sentence.start : sentence.end] == sentence.text


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with build(tmp_path_factory.mktemp("notes")) as library:
        yield library


def _checked(draft: str, library: Library) -> tuple[list[CheckedSentence], DraftCheck]:
    check = DraftCheck(library, HashingEmbedder())
    return list(check.check(draft_sentences(draft, "markdown"))), check


def test_what_a_paper_says_is_supported_by_the_sentence_that_says_it(notes: Library) -> None:
    (checked,), check = _checked("The gauge costs 40 dollars [@okafor].", notes)
    assert (checked.outcome, checked.verdict, checked.reason_code) == ("supported", "supported", "supported")
    assert checked.citations == (1,)
    assert check.citations[0].quote == "The gauge costs 40 dollars."
    assert check.citations[0].title == "A Survey of Sediment in Slow Rivers"


def test_another_number_is_contradicted_by_the_passage(notes: Library) -> None:
    (checked,), check = _checked("The gauge costs 60 dollars.", notes)
    assert (checked.outcome, checked.verdict, checked.reason_code) == (
        "contradicted",
        "unsupported",
        "contradicted_number",
    )
    assert "40 dollars, not 60 dollars" in checked.reason
    assert check.citations[0].quote == "The gauge costs 40 dollars."


def test_what_no_paper_speaks_of_is_not_found_and_cites_nothing(notes: Library) -> None:
    (checked,), check = _checked("Bananas ripen faster beside other bananas.", notes)
    assert (checked.outcome, checked.reason_code, checked.citations) == ("not_found", "not_found", ())
    assert check.citations == []


def test_a_place_of_a_paper_is_one_citation(notes: Library) -> None:
    checked, check = _checked("The gauge costs 40 dollars. The gauge costs 60 dollars.", notes)
    assert [each.citations for each in checked] == [(1,), (1,)]
    assert len(check.citations) == 1


@pytest.mark.parametrize(
    "message",
    [
        "Check this paragraph: The gauge costs 60 dollars.",
        "please verify the following sentence against my papers:\nThe gauge costs 60 dollars.",
        "Verify: The gauge costs 60 dollars.",
        "Check this draft:\r\n\r\n# A heading\r\n\r\nThe gauge costs 60 dollars.",
    ],
)
def test_a_message_that_asks_for_a_check_gives_its_sentences(message: str) -> None:
    assert [sentence.text for sentence in sentences_to_check(message)] == ["The gauge costs 60 dollars."]


@pytest.mark.parametrize(
    "message",
    [
        "How do they check the gauge: by hand?",
        "Check the authors of Galewind",
        "Which papers verify this claim: rivers rise when dams hold them?",
        "Verify: what does the gauge cost?",
        "Check this:",
    ],
)
def test_other_messages_are_questions(message: str) -> None:
    assert sentences_to_check(message) == []


def test_the_chat_answers_with_the_checked_sentences_and_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path).close()
    monkeypatch.setattr("assistant.core.open_embedder", lambda *_, **__: HashingEmbedder())
    with Assistant(Settings(library=tmp_path / "library"), owner="the tests") as assistant:
        message = "Check this paragraph: The gauge costs 60 dollars. Bananas ripen beside other bananas."
        *events, answer = assistant.stream(message, conversation_id="c")
        assert isinstance(answer, Answer) and answer.kind == "verify" and not answer.abstained
        assert [s.text for s in answer.statements] == [
            "The gauge costs 60 dollars.",
            "Bananas ripen beside other bananas.",
        ]
        assert [s.reason_code for s in answer.statements] == ["contradicted_number", "not_found"]
        assert [s.citations for s in answer.statements] == [(1,), ()]
        assert answer.citations[0].quote == "The gauge costs 40 dollars."
        told = "".join(e.text for e in events if isinstance(e, Delta))
        assert told.startswith("contradicted: The gauge costs 60 dollars. [1]\n  The passage says 40 dollars, not 60")
        assert "\n\nnot found: Bananas ripen beside other bananas.\n" in told
        assert assistant.conversation("c") == [answer]
        assert assistant.passage(answer.answer_id, 1).quote == "The gauge costs 40 dollars."
