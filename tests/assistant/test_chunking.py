from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.chunking import ABSTRACT_WORDS, BODY_WORDS, TOKEN, chunk_source, sentence_context
from vectorstore.records import Metadata, Section, Source

SENTENCE = "The model reads {} words and answers with one of them. "
BODY = "".join(SENTENCE.format(n) for n in range(100))


def source(text: str, *sections: Section, kind: str = "pdf") -> Source:
    return Source(kind, Metadata("A title"), text, sections)  # type: ignore[arg-type]


def test_chunks_end_where_sentences_end_and_keep_to_the_limit() -> None:
    chunks = chunk_source(source(BODY))
    assert len(chunks) > 3
    for chunk in chunks:
        words = BODY[chunk.start : chunk.end]
        assert words.endswith("them.")
        assert len(TOKEN.findall(words)) <= BODY_WORDS


def test_an_abstract_is_kept_whole() -> None:
    text = "".join(SENTENCE.format(n) for n in range(ABSTRACT_WORDS // 13))
    assert len(chunk_source(source(text, kind="listing"))) == 1


def test_references_are_left_out() -> None:
    text = "We measure it.\n\n[1] Someone. Something. 1999."
    chunks = chunk_source(source(text, Section("", 0, 16, "body"), Section("References", 16, len(text), "references")))
    assert [text[c.start : c.end] for c in chunks] == ["We measure it."]


def test_a_table_is_cut_out_of_its_section_and_each_row_knows_caption_and_heads() -> None:
    text = "Before it.\n\nModel  Score\nA  1.5\nB  2.5\n\nAfter it."
    start, end = text.index("Model"), text.index("\n\nAfter")
    body = Section("Results", 0, len(text), "body")
    table = Section("Table 1: Scores", start, end, "table", (start, start + 12))
    chunks = chunk_source(source(text, body, table))
    assert [(c.kind, text[c.start : c.end]) for c in chunks] == [
        ("body", "Before it."),
        ("table", "Model  Score\nA  1.5\nB  2.5"),
        ("body", "After it."),
    ]
    assert "Table 1: Scores" in sentence_context(chunks[1])
    assert "Model Score" in sentence_context(chunks[1])
    assert [text[s.start : s.end] for s in chunks[1].sentences] == ["Model  Score", "A  1.5", "B  2.5"]


def test_the_context_names_paper_and_section() -> None:
    text = "We measure it."
    assert chunk_source(source(text, Section("Method", 0, len(text), "body")))[0].context == "A title · Method"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab .!?\n\u00e9\u4e2d。1,", max_size=400))
def test_chunks_and_sentences_are_ordered_spans_inside_the_text(text: str) -> None:
    chunks = chunk_source(source(text))
    for chunk in chunks:
        assert 0 <= chunk.start < chunk.end <= len(text)
        edges = [edge for s in chunk.sentences for edge in (s.start, s.end)]
        assert edges == sorted(edges)
        assert edges[0] >= chunk.start and edges[-1] <= chunk.end
    assert all(left.end <= right.start for left, right in pairwise(chunks))
