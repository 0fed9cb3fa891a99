"""The command that holds a draft, or statements with their passages, against what papers say."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.shell import (
    JsonOption,
    LibraryOption,
    plain,
    print_footnotes,
    print_json,
    reader,
    run_batch,
    say,
    settings_of,
    text_of,
)
from assistant.errors import TooLarge, UsageError
from assistant.words import counted

if TYPE_CHECKING:
    from assistant.drafts.checking import CheckedSentence
    from assistant.settings import Settings

LARGEST_DRAFT = 5_000_000  # bytes
_SHOWN_AS = {"supported": "supported", "partly": "partly", "contradicted": "CONTRADICTED", "not_found": "not found"}


def verify(
    draft: Annotated[
        str | None, typer.Argument(metavar="DRAFT", help="A text, Markdown or LaTeX file; - for standard input.")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", help='A file of lines {"id", "statement", "passage"}; needs no library.')
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check each sentence of a draft against the papers."""
    if (draft is None) == (batch is None):
        raise UsageError("Give either a draft or --batch FILE.")
    settings = settings_of(library)
    if batch is not None:
        run_batch(batch, _judge_with(settings))
        return
    assert draft is not None
    _verify_draft(draft, settings, as_json)


def _verify_draft(name: str, settings: Settings, as_json: bool) -> None:
    from assistant.documents import checked_to_json
    from assistant.drafts import draft_format, draft_sentences
    from assistant.drafts.checking import DraftCheck

    text = _read(name)
    started = time.perf_counter()
    sentences = draft_sentences(text, draft_format(text, name))
    checked = []
    with reader(settings) as assistant:
        check = DraftCheck(assistant.library, assistant.embedder)
        for each in check.check(sentences):
            checked.append(each)
            if not as_json:
                _print_checked(each)
    report = checked_to_json(name, checked, check.citations, round(time.perf_counter() - started, 4))
    if as_json:
        print_json(report)
        return
    counts = report["counts"]
    print(
        f"{counts['supported']} of {counted(len(checked), 'sentence')} supported, {counts['partly']} partly, "
        f"{counts['contradicted']} contradicted, {counts['not_found']} not found.\n"
    )
    print_footnotes(check.citations)
    if not checked:
        say("The draft has no sentence that states something.")


def _read(name: str) -> str:
    from assistant.reading.decoding import decode, load

    if name == "-":
        data = sys.stdin.buffer.read(LARGEST_DRAFT + 1)
        if len(data) > LARGEST_DRAFT:
            raise TooLarge(
                f"Standard input has more than {LARGEST_DRAFT / 1e6:.0f} MB, the most that a draft may have.",
                "Check it part by part.",
            )
        return decode(data, "standard input")
    path = Path(name)
    return decode(load(path, LARGEST_DRAFT), path.name)


def _print_checked(checked: CheckedSentence) -> None:
    marks = "".join(f" [{number}]" for number in checked.citations)
    print(plain(f"{_SHOWN_AS[checked.outcome]:<13}{' '.join(checked.sentence.text.split())}{marks}"))
    if checked.citations and checked.outcome != "supported":
        print(plain(f"{'':<13}{checked.reason}"))
    sys.stdout.flush()


def _judge_with(settings: Settings) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Give what judges a batch line; only the embedder is opened."""
    from assistant.verdicts import judge
    from vectorstore.embedding import open_embedder

    key = settings.openai_api_key
    embedder = open_embedder(
        settings.embedder, api_key=key.get_secret_value() if key else None, base_url=settings.embedding_base_url
    )

    def judged(line: dict[str, Any]) -> dict[str, Any]:
        statement, passage = text_of(line, "statement"), text_of(line, "passage")
        if not statement.strip():
            raise UsageError("The statement is empty.")
        judgement = judge(statement, [passage], embedder)
        return {
            "verdict": judgement.verdict,
            "score": judgement.score,
            "reason": judgement.reason,
            "reason_code": judgement.reason_code,
        }

    return judged
