"""The JSON forms that the command line prints and the application answers to it.

The form of an answer is in citations.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any

from assistant.types import Citation, IngestProgress, IngestReport
from vectorstore.records import Hit, Paper, Removed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.core import Assistant
    from assistant.drafts.checking import CheckedSentence
    from vectorstore.library import Library


def paper_to_json(paper: Paper) -> dict[str, Any]:
    """Return a paper in the form of `footnote papers --json`."""
    metadata = paper.metadata
    return {
        "paper_id": paper.paper_id,
        "title": metadata.title,
        "authors": list(metadata.authors),
        "year": metadata.year,
        "date": metadata.date,
        "venue": metadata.venue,
        "doi": metadata.doi,
        "arxiv_id": metadata.arxiv_id,
        "url": metadata.url,
        "source": paper.sources[0].name,
        "sources": [{"name": source.name, "kind": source.kind} for source in paper.sources],
        "external_id": metadata.external_id,
        "guessed": sorted(metadata.guessed),
        "edited": sorted(paper.edited),
        "tags": list(paper.tags),
        "notes": list(metadata.notes),
        "pages": paper.pages,
        "chunks": paper.chunks,
    }


def hit_to_json(hit: Hit, paper: Paper, library: Library) -> dict[str, Any]:
    """Return a found chunk in the form of `footnote search --json`."""
    start = hit.chunk.chunk.start
    page = next((page.number for page in library.pages(hit.chunk.text_id) if page.start <= start < page.end), None)
    return {
        "paper_id": paper.paper_id,
        "external_id": paper.metadata.external_id,
        "title": paper.title,
        "score": round(hit.score, 4),
        "text": hit.chunk.text,
        "page": page,
    }


def report_to_json(report: IngestReport) -> dict[str, Any]:
    """Return an ingest's report in the form of `footnote ingest --json`."""
    return dataclasses.asdict(report)


def progress_to_json(progress: IngestProgress) -> dict[str, Any]:
    """Return a step of an ingest as the application tells it to the command line."""
    return dataclasses.asdict(progress)


def removal_to_json(assistant: Assistant, names: Sequence[str]) -> dict[str, Any]:
    """Remove papers and return the form of `footnote remove --json`."""
    removed = assistant.remove(names)
    return {"removed": [{"paper_id": paper.paper_id, "title": paper.title} for paper in removed]}


def change_to_json(assistant: Assistant, kind: str, names: Sequence[str], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Change what is kept of papers by hand (tag, edit, restore, merge, separate), and return them as they are then."""
    papers: Sequence[Paper]
    if kind == "tag":
        papers = assistant.tag(names, fields["add"], fields["remove"])
    elif kind == "restore":
        papers = assistant.restore(names)
    elif kind == "merge":
        papers = [assistant.merge(names)]
    elif kind == "separate":
        papers = [assistant.separate(names[0], fields["file"])]
    else:
        papers = [assistant.edit(names[0], **fields)]
    return {"papers": [paper_to_json(paper) for paper in papers]}


def removed_to_json(removed: Removed) -> dict[str, Any]:
    """Return what lies in the bin in the form of `footnote restore --list --json`."""
    return {
        "paper_id": removed.paper_id,
        "title": removed.title,
        "files": list(removed.names),
        "removed": removed.removed.isoformat(timespec="seconds"),
    }


def checked_to_json(
    draft: str, checked: Sequence[CheckedSentence], citations: Sequence[Citation], seconds: float
) -> dict[str, Any]:
    """Return a checked draft in the form of `footnote verify --json`."""
    from assistant.citations import citation_to_json
    from assistant.drafts.checking import OUTCOMES

    outcomes = Counter(each.outcome for each in checked)
    return {
        "draft": draft,
        "statements": [
            {
                "text": each.sentence.text,
                "start": each.sentence.start,
                "end": each.sentence.end,
                "verdict": each.verdict,
                "score": each.score,
                "reason": each.reason,
                "reason_code": each.reason_code,
                "citations": list(each.citations),
            }
            for each in checked
        ],
        "citations": [citation_to_json(citation) for citation in citations],
        "counts": {name: outcomes[name] for name in OUTCOMES},
        "seconds": seconds,
    }


def rebuild_to_json(assistant: Assistant) -> dict[str, Any]:
    """Rebuild the index and return the form of `footnote rebuild --json`."""
    assistant.library.rebuild()
    papers, chunks = assistant.library.count()
    return {"papers": papers, "chunks": chunks}
