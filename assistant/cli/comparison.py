"""The commands that compare papers and summarise one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli.shell import (
    JsonOption,
    LibraryOption,
    headed,
    plain,
    print_checked,
    print_footnotes,
    print_json,
    reader,
    say,
    say_where_sent,
    settings_of,
)
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.types import Answer
    from vectorstore.library import Library


def compare(
    papers: Annotated[list[str], typer.Argument(metavar="PAPER PAPER...", help="Two papers or more.")],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar='"A, B"', help="What to compare on, between commas.", show_default=False),
    ] = None,
    form: Annotated[
        Literal["md", "csv", "json"] | None, typer.Option("--format", help="Markdown is the default.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare papers, aspect by aspect, in a table of quotes."""
    aspects = [aspect.strip() for aspect in on.split(",") if aspect.strip()] if on is not None else []
    if on is not None and not aspects:
        raise UsageError("--on names nothing to compare on.", 'Give it as --on "memory, training data".')
    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json and --format {form} ask for two things.", "Give one of them.")
    with reader(settings_of(library)) as assistant:
        say_where_sent(assistant, "The names of the papers, and passages from them,")
        answer = assistant.compare(papers, aspects)
        written = _written(answer, "json" if as_json else form or "md", assistant.library)
    sys.stdout.write(written)
    say(f"To keep this table: footnote export {answer.answer_id}")


def _written(answer: Answer, form: str, library: Library) -> str:
    from assistant.citations import answer_to_document
    from assistant.exporting import answer_to_markdown, table_to_csv

    if form == "json":
        return answer_to_document(answer) + "\n"
    return table_to_csv(answer) if form == "csv" else answer_to_markdown(answer, library)


def summarize(
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="The paper.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Summarise a paper in its own sentences, or in a model's, each with its footnote."""
    from assistant.citations import answer_to_json

    with reader(settings_of(library)) as assistant:
        with_model = assistant.model is not None
        say_where_sent(assistant, "The name of the paper, and passages from it,")
        answer = assistant.summarize(paper)
    if as_json:
        print_json(answer_to_json(answer))
        return
    if with_model:
        print_checked(answer)
    else:
        for heading, statement in headed(answer.statements):
            print(plain(heading + statement.marked) + "\n")
    print_footnotes(answer.citations)
    say(f"To keep this answer: footnote export {answer.answer_id}")
