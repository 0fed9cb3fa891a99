"""The command that takes answers out of the library."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from assistant.cli.shell import JsonOption, LibraryOption, print_json, reader, settings_of
from assistant.errors import UsageError


def export(
    answer_id: Annotated[str, typer.Argument(metavar="ANSWER_ID", help="The answer_id of a stored answer.")],
    form: Annotated[
        Literal["markdown", "csv", "json"] | None,
        typer.Option("--format", help="Markdown is the default; csv takes the table of a comparison."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write out a stored answer with its footnotes."""
    from assistant.citations import answer_from_document
    from assistant.exporting import answer_to_markdown, table_to_csv

    with reader(settings_of(library)) as assistant:
        document = assistant.library.answer(answer_id.strip())
        if document is None:
            raise UsageError(
                f"There is no answer {answer_id} in this library.", "footnote ask names the answer_id of its answer."
            )
        if form == "json" or (form is None and as_json):
            sys.stdout.write(document + "\n")
            return
        answer = answer_from_document(document)
        written = table_to_csv(answer) if form == "csv" else answer_to_markdown(answer, assistant.library)
    if as_json:
        print_json({"answer_id": answer_id, "format": form or "markdown", "content": written})
    else:
        sys.stdout.write(written)
