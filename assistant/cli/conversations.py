"""The commands that list the stored conversations, and take in one that was shared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.shell import JsonOption, LibraryOption, plain, print_json, reader, say, settings_of
from assistant.errors import UsageError
from assistant.words import counted

if TYPE_CHECKING:
    from assistant.core import Assistant
    from vectorstore.conversations import Conversation


def conversations(
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="Only those that hold these words.")] = "",
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the stored conversations, the last asked first."""
    from assistant.documents import conversation_to_json

    with reader(settings_of(library)) as assistant:
        found = assistant.conversations(words)
    if as_json:
        print_json([conversation_to_json(conversation) for conversation in found])
        return
    for conversation in found:
        day = f"{conversation.changed.astimezone():%Y-%m-%d}"
        turns = counted(conversation.turns, "question")
        print(plain(f"{conversation.conversation_id}  {day}  {conversation.title} ({turns})"))
    if not found:
        say("No conversation is stored here." if not words else "No conversation has these words.")


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .footnote file that somebody shared.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a conversation that was shared as a file, with its passages."""
    from assistant.documents import conversation_to_json
    from assistant.sharing import LARGEST

    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}).", "Give the file that was shared.") from None
    with reader(settings_of(library)) as assistant:
        conversation = assistant.import_conversation(data)
    if as_json:
        print_json(conversation_to_json(conversation))
    else:
        say(plain(f"taken in: {conversation.title} ({counted(conversation.turns, 'question')})"))
        say(f"To read it: footnote export --conversation {conversation.conversation_id}")


def the_one_meant(assistant: Assistant, conversation_id: str) -> Conversation:
    """Return the conversation of an id, or of the only one that begins so. Raises UsageError."""
    wanted = conversation_id.strip()
    found = [each for each in assistant.conversations() if wanted and each.conversation_id.startswith(wanted)]
    exact = [each for each in found if each.conversation_id == wanted]
    if len(exact or found) != 1:
        several = "Several conversations have ids that begin so" if found else "There is no such conversation"
        raise UsageError(f"{several}: {conversation_id}.", "footnote conversations lists them with their ids.")
    return (exact or found)[0]
