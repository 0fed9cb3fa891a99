"""The command that measures how good the answers are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.shell import (
    IN_PART,
    JsonOption,
    LibraryOption,
    plain,
    print_json,
    reader,
    say,
    settings_of,
    stop_on_interrupt,
)
from assistant.errors import UsageError
from assistant.words import counted

if TYPE_CHECKING:
    from assistant.core import Assistant
    from assistant.evaluation.questions import BadLine, KnownQuestion
    from assistant.evaluation.runs import Result, Run

Sets = Annotated[
    list[Path] | None, typer.Argument(metavar="QUESTIONS.jsonl...", help="Question sets.", show_default=False)
]
SaveOption = Annotated[
    str | None,
    typer.Option("--save", metavar="RUN", help="Keep the run under this name beside the library, or in this file."),
]
AgainstOption = Annotated[str | None, typer.Option("--against", metavar="RUN", help="Say what changed since that run.")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with the run of --save where it stopped.")]


def evaluate(
    sets: Sets = None,
    save: SaveOption = None,
    resume: ResumeOption = False,
    against: AgainstOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask question sets and score the answers."""
    if not sets:
        raise UsageError("Give a question set.", "docs/evaluation.md says how one is written.")
    if resume and not save:
        raise UsageError("--resume needs the run to go on with.", "Name it by --save.")
    from assistant.evaluation.questions import read_questions
    from assistant.evaluation.runs import read_run, run_path

    questions, bad = read_questions(sets)
    for line in bad:
        say(plain(f"{line.file}, line {line.line}: {line.problem}"))
    if not questions:
        raise UsageError("There is no question to ask." + _first(bad), "docs/evaluation.md says how one is written.")
    settings = settings_of(library)
    earlier = read_run(run_path(settings.library, against)) if against else None
    with reader(settings) as assistant:
        run, file = _run(assistant, questions, save, resume)
    _show(run, file, earlier, bad, as_json)
    if bad or not run.complete or any(result.error for result in run.results):
        raise typer.Exit(IN_PART)


def _first(bad: Sequence[BadLine]) -> str:
    return f" {bad[0].file}, line {bad[0].line}: {bad[0].problem}." if bad else ""


def _run(assistant: Assistant, questions: Sequence[KnownQuestion], save: str | None, resume: bool) -> tuple[Run, Path]:
    """Ask what is not answered yet, each answer kept as it comes; return the run and its file."""
    from assistant.evaluation import runs
    from assistant.evaluation.asking import ask_all

    began = runs.name_for_now()
    file = runs.run_path(assistant.settings.library, save or began)
    head = runs.RunHead(
        name=save or began,
        set=runs.set_hash(questions),
        questions=len(questions),
        engine=assistant.model.name if assistant.model else "extractive",
        embedder=assistant.embedder.name,
        library=assistant.library.fingerprint,
        began=began,
    )
    results = {result.id: result for result in runs.begin(file, head, resume=resume)}
    if resume:
        say(f"{counted(len(results), 'question')} of {len(questions)} answered before")
    left = [question for question in questions if question.id not in results]
    with stop_on_interrupt() as stop, runs.appending(file) as append, _progress(len(left)) as show:
        for result in ask_all(assistant, left, stop):
            append(result)
            results[result.id] = result
            show(result)
    return runs.Run(head, tuple(results[each.id] for each in questions if each.id in results)), file


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Result], None]]:
    """Give a function that shows on standard error how far a run is."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking", total=total)

        def show(result: Result) -> None:
            bar.update(task, advance=1)
            if result.error:
                say(plain(f"{result.id} failed: {result.error}"))
            elif not console.is_terminal and (done := int(bar.tasks[0].completed)) % 10 == 0:
                say(f"{done} of {total}")

        yield show


def _show(run: Run, file: Path, earlier: Run | None, bad: Sequence[BadLine], as_json: bool) -> None:
    """Print the figures of a run and what changed since an earlier one; say where it is kept, or how to go on."""
    from assistant.cli.evaluation_tables import print_comparison, print_run
    from assistant.evaluation.comparing import compare
    from assistant.evaluation.reports import comparison_to_json, run_to_json

    comparison = compare(earlier.results, run.results) if earlier and run.results else None
    if as_json:
        changes = {"against": comparison_to_json(earlier, comparison)} if earlier and comparison else {}
        print_json({**run_to_json(run, file, bad), **changes})
    elif run.results:
        print_run(run)
        if earlier and comparison:
            print_comparison(earlier, comparison)
    if run.complete:
        say(plain(f"kept as {run.head.name} ({file})"))
    else:
        asked = f"{len(run.results)} of {counted(run.head.questions, 'question')}"
        say(plain(f"stopped after {asked}; to go on, run the same with --save {run.head.name} --resume"))
