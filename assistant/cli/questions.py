"""The commands that search and ask."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.cli.shell import (
    JsonOption,
    LibraryOption,
    plain,
    print_checked,
    print_footnotes,
    print_json,
    reader,
    run_batch,
    say,
    say_where_sent,
    settings_of,
    text_of,
)
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.core import Assistant
    from assistant.types import Answer, Delta, Step

TopOption = Annotated[int, typer.Option("--top", min=1, max=1000, help="How many results.")]


def search(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", show_default=False)] = None,
    batch: Annotated[Path | None, typer.Option("--batch", help='A file of lines {"id", "query"}.')] = None,
    top: TopOption = 10,
    by: Annotated[Literal["chunk", "paper"], typer.Option("--by", help="Rank chunks, or papers, each once.")] = "chunk",
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find passages."""
    if (query is None) == (batch is None):
        raise UsageError("Give either a query or --batch FILE.")
    with reader(settings_of(library)) as assistant:
        if batch is not None:
            run_batch(batch, lambda line: {"results": _results(assistant, text_of(line, "query"), top, by)})
            return
        assert query is not None
        started = time.perf_counter()
        results = _results(assistant, query, top, by)
    if as_json:
        print_json({"query": query, "results": results, "seconds": round(time.perf_counter() - started, 4)})
        return
    for number, result in enumerate(results, 1):
        page = f", page {result['page']}" if result["page"] else ""
        print(f"{number}. {plain(result['title'])}{page}  ({result['score']:.3f})")
        print(f"   {plain(' '.join(result['text'].split()))[:400]}\n")
    if not results:
        say("Nothing was found.")


def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", show_default=False)] = None,
    paper: Annotated[
        list[str] | None, typer.Option("--paper", metavar="PAPER", help="Ask only this paper; repeatable.")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", help='A file of lines {"id", "question"} or {"id", "turns"}.')
    ] = None,
    go_on: Annotated[
        str | None,
        typer.Option("--continue", metavar="ANSWER_ID", help="Have the model go on with an answer that was cut off."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a question of the papers."""
    from assistant.citations import answer_to_json
    from vectorstore.records import Filters

    if sum(given is not None for given in (question, batch, go_on)) != 1:
        raise UsageError("Give a question, --batch FILE or --continue ANSWER_ID.")
    with reader(settings_of(library)) as assistant:
        filters = Filters(paper_ids=frozenset(assistant.library.find(name).paper_id for name in paper or ()))
        if batch is not None:
            say_where_sent(assistant, "The questions, and the passages found for them,")
            run_batch(
                batch, lambda line: {"answer": answer_to_json(assistant.converse(_turns(line), filters, keep=False))}
            )
            return
        say_where_sent(assistant)
        if go_on is not None:
            _show(assistant.resume(go_on), assistant, as_json)
        elif question is not None:
            _show(assistant.stream(question, filters=filters), assistant, as_json)


def _show(events: Iterator[Step | Delta | Answer], assistant: Assistant, as_json: bool) -> None:
    """Print an answer while it is worked on: with a model, what comes first is a draft, on standard error."""
    from assistant.citations import answer_to_json
    from assistant.types import Answer, Delta, Step

    for event in events:
        if isinstance(event, Answer):
            if as_json:
                print_json(answer_to_json(event))
                continue
            if assistant.model:
                print_checked(event)
            print_footnotes(event.citations)
            say(f"To keep this answer: footnote export {event.answer_id}")
            if event.unfinished:
                say(f"To have it go on: footnote ask --continue {event.answer_id}")
        elif isinstance(event, Delta) and not as_json:
            print(plain(event.text), end="", file=sys.stderr if assistant.model else sys.stdout, flush=True)
        elif isinstance(event, Step) and not as_json:
            say(f"{event.message} …")


def _turns(record: dict[str, Any]) -> list[str]:
    """Return the questions of a batch line and nothing else of it; `turns` win over `question`."""
    turns = record.get("turns")
    if turns is None:
        return [text_of(record, "question")]
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        raise UsageError('"turns" is not a list of questions.')
    return turns


def _results(assistant: Assistant, query: str, top: int, by: Literal["chunk", "paper"]) -> list[dict[str, Any]]:
    from assistant.documents import hit_to_json

    library = assistant.library
    return [
        hit_to_json(hit, library.paper(hit.chunk.paper_id), library) for hit in assistant.search(query, top=top, by=by)
    ]
