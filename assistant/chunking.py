"""A source's text -> chunks and sentences, as spans of that text. llama-index packs sentences into chunks."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.sentences import split_rows, split_sentences
from vectorstore.records import Chunk, Section, SectionKind, Source

if TYPE_CHECKING:
    from llama_index.core.node_parser import SentenceSplitter

# Words a chunk. An abstract is one thought and is kept whole; where it is longer than what the embedder reads (about
# 190 words), the vectors of its sentences cover the rest.
ABSTRACT_WORDS = 450
BODY_WORDS = 180
TABLE_WORDS = 220
TOKEN = re.compile(r"\w+|[^\w\s]")


def chunk_source(source: Source) -> tuple[Chunk, ...]:
    """Cut a source into chunks in reading order. References are left out: they speak of other papers."""
    chunks: list[Chunk] = []
    for section in _parts(source):
        if section.kind == "references":
            continue
        context = " · ".join(dict.fromkeys(filter(None, (source.metadata.title, section.title))))
        if section.kind == "table":
            chunks.extend(_table_chunks(source.text, section, context))
        else:
            limit = ABSTRACT_WORDS if section.kind == "abstract" else BODY_WORDS
            for start, end in _spans(source.text, section.start, section.end, limit):
                if sentences := split_sentences(source.text[start:end], start):
                    chunks.append(Chunk(start, end, section.title, section.kind, context, sentences))
    return tuple(chunks)


def sentence_context(chunk: Chunk) -> str:
    """Return what a sentence needs before it to be understood alone: for a row of a table its caption and heads."""
    return chunk.context if chunk.kind == "table" else ""


def _parts(source: Source) -> Iterator[Section]:
    """Yield sections that cover the text once: tables cut out of what surrounds them, gaps as body."""
    whole: SectionKind = "abstract" if source.kind in ("listing", "jsonl") and not source.sections else "body"
    tables = sorted((s for s in source.sections if s.kind == "table"), key=lambda s: s.start)
    others = sorted((s for s in source.sections if s.kind != "table"), key=lambda s: s.start)
    flat: list[Section] = []
    position = 0
    for section in others:
        if section.start > position:
            flat.append(Section("", position, section.start, "body"))
        flat.append(section)
        position = max(position, section.end)
    if position < len(source.text):
        flat.append(Section("", position, len(source.text), whole if not others else "body"))
    for section in flat:
        start = section.start
        for table in tables:
            if section.start <= table.start < section.end:
                if start < table.start:
                    yield Section(section.title, start, table.start, section.kind)
                if section.kind != "references":
                    yield table
                start = max(start, table.end)
        if start < section.end:
            yield Section(section.title, start, section.end, section.kind)


def _table_chunks(text: str, table: Section, context: str) -> Iterator[Chunk]:
    head = text[slice(*table.head)] if table.head else ""
    context = " · ".join(filter(None, (context, " ".join(head.split()))))
    rows = split_rows(text[table.start : table.end], table.start)
    group: list[int] = []
    words = 0
    for number, row in enumerate(rows):
        group.append(number)
        words += len(TOKEN.findall(text[row.start : row.end]))
        if words >= TABLE_WORDS or number == len(rows) - 1:
            members = rows[group[0] : group[-1] + 1]
            yield Chunk(members[0].start, members[-1].end, table.title, "table", context, members)
            group, words = [], 0


def _spans(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    cursor = start
    for piece in _splitter(limit).split_text(text[start:end]):
        words = piece.strip()
        if not words:
            continue
        found = text.index(words, cursor, end)
        cursor = found + len(words)
        yield found, cursor


@functools.cache
def _splitter(limit: int) -> SentenceSplitter:
    from llama_index.core.node_parser import SentenceSplitter

    return SentenceSplitter(
        chunk_size=limit,
        chunk_overlap=0,
        paragraph_separator="\n\n",
        tokenizer=TOKEN.findall,
        chunking_tokenizer_fn=_sentences_with_gaps,
    )


def _sentences_with_gaps(text: str) -> list[str]:
    """Split into sentences that join to the text again, each with the space that follows it."""
    starts = [sentence.start for sentence in split_sentences(text)]
    edges = [0, *starts[1:], len(text)]
    return [text[left:right] for left, right in pairwise(edges)]
