"""Footnotes: a span of a chunk -> Citation, a Citation -> its passage, an Answer <-> JSON. Knows no question."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.types import (
    Answer,
    Aspect,
    Box,
    Cell,
    Citation,
    Column,
    Coverage,
    Excerpt,
    Passage,
    Quotes,
    Row,
    Statement,
    Table,
    Unfinished,
)
from assistant.verification import reports_others_work
from vectorstore.errors import FootnoteError, PaperNotFound
from vectorstore.library import Library
from vectorstore.records import Page, StoredChunk

CONTEXT = 700  # characters shown on either side of a quote
MORE = 2_000  # characters shown when more of a text is asked for
NOT_STATED = "not stated"


def cite(chunk: StoredChunk, start: int, end: int, number: int, library: Library) -> Citation:
    """Cite text[start:end] of the text a chunk belongs to."""
    text = library.text(chunk.text_id)
    source = library.source_of_text(chunk.text_id)
    paper = library.paper(chunk.paper_id)
    pages = pages_of(library.pages(chunk.text_id), start, end)
    return Citation(
        number=number,
        quote=text[start:end],
        source=source.name,
        page=pages[0].number if pages else None,
        page_label=pages[0].label if pages else None,
        section=chunk.chunk.section,
        start=start,
        end=end,
        text_id=chunk.text_id,
        paper_id=paper.paper_id,
        title=paper.title,
        authors=paper.authors,
        year=paper.year,
        pages=tuple(page.number for page in pages) if len(pages) > 1 else (),
        others_work=reports_others_work(text[start:end], chunk.chunk.kind),
    )


def pages_of(pages: Sequence[Page], start: int, end: int) -> tuple[Page, ...]:
    """Return the pages on which text[start:end] stands."""
    return tuple(page for page in pages if page.start < end and start < page.end)


def passage(citation: Citation, library: Library, *, boxes: bool = True) -> Passage:
    """Return a citation in its context, with the boxes of the quote on the pages of its PDF where they are wanted."""
    text, source = library.text(citation.text_id), library.source_of_text(citation.text_id)
    left = _edge(text, citation.start, -1)
    right = _edge(text, citation.end, +1)
    heading = ""
    for section in library.sections(citation.text_id):
        if section.start <= citation.start < section.end:
            heading = section.title
            if section.kind == "table":
                heads = text[slice(*section.head)].strip() if section.head else ""
                heading = "\n".join(filter(None, (section.title, heads)))
                break
    return Passage(
        citation=citation,
        before=text[left : citation.start],
        quote=text[citation.start : citation.end],
        after=text[citation.end : right],
        notice=notice_of(citation, library),
        heading=heading,
        boxes=_boxes(citation, library) if boxes else {},
        length=len(text),
        pages=source.pages or 0,
        file=library.original(source.content_hash) is not None,
    )


def excerpt(text_id: str, place: int, library: Library, *, after: bool) -> Excerpt:
    """Return what stands before or after a place of a text, as far as a paragraph or a sentence goes."""
    text = library.text(text_id)
    place = min(max(place, 0), len(text))
    edge = _edge(text, place, 1 if after else -1, MORE)
    start, end = (place, edge) if after else (edge, place)
    return Excerpt(text[start:end], start, end, len(text))


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return the answer in the form that programs get."""
    return {
        "question": answer.question,
        "text": answer.text,
        "abstained": answer.abstained,
        "engine": answer.engine,
        "statements": [
            {
                "text": s.text,
                "citations": list(s.citations),
                "verdict": s.verdict,
                "reason": s.reason,
                "reason_code": s.reason_code,
                **({"aspect": s.aspect} if s.aspect else {}),
                **({"value": list(s.value)} if s.value else {}),
                **({"second_look": s.second_look} if s.second_look else {}),
            }
            for s in answer.statements
        ],
        "citations": [citation_to_json(citation) for citation in answer.citations],
        "answer_id": answer.answer_id,
        "kind": answer.kind,
        "table": table_to_json(answer.table) if answer.table else None,
        "doubtful": list(answer.doubtful),
        "coverage": {"looked_at": answer.coverage.looked_at, "speak": answer.coverage.speak},
        "timings": dict(answer.timings),
        "usage": dict(answer.usage),
        "prompts": dict(answer.prompts),
        "library": answer.library,
        "notices": list(answer.notices),
        "incomplete": answer.incomplete,
        **(
            {"unfinished": {"question": rest.question, "chunk_ids": list(rest.chunk_ids)}}
            if (rest := answer.unfinished)
            else {}
        ),
        "quotes": {"given": answer.quotes.given, "found": answer.quotes.found},
    }


def answer_from_json(document: dict[str, Any]) -> Answer:
    """Return the answer that `answer_to_json` put into its form."""
    return Answer(
        answer_id=document["answer_id"],
        question=document["question"],
        kind=document["kind"],
        statements=tuple(
            Statement(
                s["text"],
                tuple(s["citations"]),
                s["verdict"],
                s["reason"],
                s.get("reason_code", ""),
                s.get("aspect", ""),
                s.get("second_look", ""),
                (s["value"][0], s["value"][1]) if s.get("value") else None,
            )
            for s in document["statements"]
        ),
        citations=tuple(_citation_from_json(citation) for citation in document["citations"]),
        abstained=document["abstained"],
        engine=document["engine"],
        coverage=Coverage(document["coverage"]["looked_at"], document["coverage"]["speak"]),
        doubtful=tuple(document["doubtful"]),
        prompts=document["prompts"],
        library=document["library"],
        usage=document["usage"],
        timings=document["timings"],
        notices=tuple(document.get("notices", ())),
        incomplete=document.get("incomplete", ""),
        unfinished=Unfinished(rest["question"], tuple(rest["chunk_ids"]))
        if (rest := document.get("unfinished"))
        else None,
        quotes=Quotes(**document.get("quotes", {})),
        table=_table_from_json(document["table"]) if document.get("table") else None,
    )


def answer_to_document(answer: Answer) -> str:
    """Return the answer as the library stores it."""
    return json.dumps(answer_to_json(answer), ensure_ascii=False, separators=(",", ":"))


def answer_from_document(document: str) -> Answer:
    """Return a stored answer."""
    return answer_from_json(json.loads(document))


def table_to_json(table: Table) -> dict[str, Any]:
    """Return a comparison in the form that programs get: its papers, and a row of cells for each aspect."""
    return {
        "papers": [{"paper_id": c.paper_id, "name": c.name, "title": c.title} for c in table.columns],
        "rows": [
            {
                "aspect": row.aspect.name,
                "cells": [
                    {"text": cell.text if cell.citations else NOT_STATED, "citations": list(cell.citations)}
                    for cell in row.cells
                ],
                **({"remark": row.remark} if row.remark else {}),
                "asked": row.aspect.question,
                **({"asked_of": dict(row.aspect.own)} if row.aspect.own else {}),
                "standing": row.aspect.standing,
            }
            for row in table.rows
        ],
    }


def _table_from_json(document: dict[str, Any]) -> Table:
    return Table(
        tuple(Column(each["paper_id"], each["name"], each["title"]) for each in document["papers"]),
        tuple(
            Row(
                Aspect(row["aspect"], row["asked"], row.get("asked_of", {}), row["standing"]),
                tuple(
                    Cell(cell["text"], tuple(cell["citations"])) if cell["citations"] else Cell()
                    for cell in row["cells"]
                ),
                row.get("remark", ""),
            )
            for row in document["rows"]
        ),
    )


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """Return a citation in the form that programs get."""
    return {
        "number": citation.number,
        "quote": citation.quote,
        "source": citation.source,
        "page": citation.page,
        **({"pages": list(citation.pages)} if citation.pages else {}),
        "page_label": citation.page_label,
        "section": citation.section,
        "start": citation.start,
        "end": citation.end,
        "text_id": citation.text_id,
        "others_work": citation.others_work,
        "paper": {
            "paper_id": citation.paper_id,
            "title": citation.title,
            "authors": list(citation.authors),
            "year": citation.year,
        },
    }


def _citation_from_json(document: dict[str, Any]) -> Citation:
    paper = document["paper"]
    return Citation(
        number=document["number"],
        quote=document["quote"],
        source=document["source"],
        page=document["page"],
        page_label=document["page_label"],
        section=document["section"],
        start=document["start"],
        end=document["end"],
        text_id=document["text_id"],
        paper_id=paper["paper_id"],
        title=paper["title"],
        authors=tuple(paper["authors"]),
        year=paper["year"],
        pages=tuple(document.get("pages", ())),
        others_work=document["others_work"],
    )


def _edge(text: str, place: int, direction: int, most: int = CONTEXT) -> int:
    """Return where the context of a place ends: at a paragraph or a sentence, at most `most` characters away."""
    if direction < 0:
        window = text[max(0, place - most) : place]
        ends = [match.end() for match in re.finditer(r"\n\s*\n|(?<=[.!?])\s+(?=[A-Z])", window)]
        return place - len(window) + ends[0] if ends and place > most else place - len(window)
    window = text[place : place + most]
    ends = [match.start() for match in re.finditer(r"\n\s*\n|(?<=[.!?])\s+", window)]
    return place + (ends[-1] if ends and place + most < len(text) else len(window))


def notice_of(citation: Citation, library: Library) -> str:
    """Say when what a citation quotes is not in the library any more, or replaced there; "" when it is."""
    try:
        paper = library.paper(citation.paper_id)
    except PaperNotFound:
        return "removed from the library"
    return "" if any(source.text_id == citation.text_id for source in paper.sources) else "from an earlier version"


def _boxes(citation: Citation, library: Library) -> dict[int, tuple[Box, ...]]:
    pages = pages_of(library.pages(citation.text_id), citation.start, citation.end)
    original = library.original(library.source_of_text(citation.text_id).content_hash) if pages else None
    if original is None:
        return {}
    return {page.number: boxes for page in pages if (boxes := _page_boxes(original, page, citation))}


def _page_boxes(original: Path, page: Page, citation: Citation) -> tuple[Box, ...]:
    from assistant.reading.pdf import page_boxes

    places = np.frombuffer(zlib.decompress(page.characters) if page.characters else b"", dtype="<i4")
    first, last = max(0, citation.start - page.start), min(len(places), citation.end - page.start)
    wanted = [int(place) for place in places[first:last] if place >= 0]
    if not wanted:
        return ()
    try:
        return page_boxes(original, page.number, wanted)
    except FootnoteError:
        return ()
