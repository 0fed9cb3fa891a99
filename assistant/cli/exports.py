"""The command that takes answers and conversations out of the library."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli.conversations import the_one_meant
from assistant.cli.shell import JsonOption, LibraryOption, print_json, reader, settings_of
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.core import Assistant

Form = Literal["markdown", "html", "bibtex", "csv", "json", "footnote"]


def export(
    answer_id: Annotated[
        str | None, typer.Argument(metavar="ANSWER_ID", help="The answer_id of a stored answer.", show_default=False)
    ] = None,
    conversation: Annotated[
        str | None,
        typer.Option("--conversation", metavar="ID", help="A whole conversation instead.", show_default=False),
    ] = None,
    form: Annotated[
        Form | None,
        typer.Option(
            "--format",
            help="Markdown is the default; bibtex takes the papers cited, csv the table of a comparison, and footnote "
            "makes of a conversation a file that opens in another Footnote.",
        ),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write out a stored answer, or a conversation, with its footnotes."""
    if (answer_id is None) == (conversation is None):
        raise UsageError("Give either the id of an answer or --conversation ID.", "footnote conversations lists them.")
    with reader(settings_of(library)) as assistant:
        if conversation is not None:
            named = {"conversation_id": the_one_meant(assistant, conversation).conversation_id}
            written = _conversation(assistant, named["conversation_id"], form or "markdown")
        else:
            assert answer_id is not None
            named = {"answer_id": answer_id}
            form = form or ("json" if as_json else "markdown")
            written = _answer(assistant, answer_id.strip(), form)
    if as_json and form not in {"json", "footnote"}:
        print_json({**named, "format": form or "markdown", "content": written})
    else:
        sys.stdout.write(written)


def _conversation(assistant: Assistant, conversation_id: str, form: Form) -> str:
    if form == "csv":
        raise UsageError("Only the table of one answer can be written as CSV.", "Give the answer's id.")
    if form == "json":
        from assistant.citations import answer_to_document

        return "".join(answer_to_document(answer) + "\n" for answer in assistant.conversation(conversation_id))
    return assistant.export_conversation(conversation_id, form)


def _answer(assistant: Assistant, answer_id: str, form: Form) -> str:
    from assistant.citations import answer_from_document
    from assistant.exporting import answer_to_markdown, table_to_csv
    from assistant.exporting_conversations import export

    document = assistant.library.answer(answer_id)
    if document is None:
        raise UsageError(
            f"There is no answer {answer_id} in this library.", "footnote ask names the answer_id of its answer."
        )
    if form == "json":
        return document + "\n"
    answer = answer_from_document(document)
    if form == "csv":
        return table_to_csv(answer)
    if form == "markdown":
        return answer_to_markdown(answer, assistant.library)
    return export(answer.question, [answer], form, assistant.library)
