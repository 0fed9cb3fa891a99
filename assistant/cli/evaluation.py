"""The command that measures how good answers and rankings are."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.library import read_into
from assistant.cli.shell import (
    IN_PART,
    JsonOption,
    LibraryOption,
    plain,
    print_json,
    reader,
    say,
    say_where_sent,
    settings_of,
    stop_on_interrupt,
)
from assistant.errors import UsageError
from assistant.words import counted

if TYPE_CHECKING:
    from assistant.core import Assistant
    from assistant.evaluation.lines import BadLine
    from assistant.evaluation.runs import Result, Run
    from assistant.settings import Settings

    RunAll = Callable[[Assistant, Iterable[Any], threading.Event], Iterator[Result]]

HOW = "docs/evaluation.md says how one is written."

Sets = Annotated[
    list[Path] | None, typer.Argument(metavar="QUESTIONS.jsonl...", help="Question sets.", show_default=False)
]
CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", metavar="FILE", help="BEIR's corpus.jsonl, for a run of retrieval.")
]
QueriesOption = Annotated[Path | None, typer.Option("--queries", metavar="FILE", help="BEIR's queries.jsonl.")]
QrelsOption = Annotated[Path | None, typer.Option("--qrels", metavar="FILE", help="BEIR's judgements, a .tsv file.")]
SaveOption = Annotated[
    str | None,
    typer.Option("--save", metavar="RUN", help="Keep the run under this name beside the library, or in this file."),
]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with the run of --save where it stopped.")]
AgainstOption = Annotated[str | None, typer.Option("--against", metavar="RUN", help="Say what changed since that run.")]
MakeOption = Annotated[
    int | None, typer.Option("--make", metavar="N", min=1, max=10_000, help="Propose N questions on the papers.")
]
SeedOption = Annotated[int | None, typer.Option("--seed", help="Another seed proposes other questions.")]
RewordOption = Annotated[bool, typer.Option("--reword", help="Have the model word what is proposed.")]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the proposed questions go.")]


def evaluate(
    sets: Sets = None,
    corpus: CorpusOption = None,
    queries: QueriesOption = None,
    qrels: QrelsOption = None,
    save: SaveOption = None,
    resume: ResumeOption = False,
    against: AgainstOption = None,
    make: MakeOption = None,
    seed: SeedOption = None,
    reword: RewordOption = False,
    out: OutOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score answers to question sets, or rankings of judged queries; or propose questions."""
    if make:
        if sets or corpus or queries or qrels or save or against:
            raise UsageError("--make proposes questions and runs none.", "It goes with --seed, --reword and --out.")
        _propose(settings_of(library), make, seed or 0, out, reword, as_json)
        return
    if seed is not None or reword or out:
        raise UsageError("--seed, --reword and --out go with --make.", HOW)
    if resume and not save:
        raise UsageError("--resume needs the run to go on with.", "Name it by --save.")
    from assistant.evaluation.runs import read_run, run_path

    settings = settings_of(library)
    earlier = read_run(run_path(settings.library, against)) if against else None
    if corpus or queries or qrels:
        if sets or not (queries and qrels and (corpus or library)):
            raise UsageError("A run of retrieval needs --corpus, --queries and --qrels, and no question set.", HOW)
        from assistant.evaluation.rankings import measures, rank_all, read_collection

        measures()  # before an hour of embedding, not after
        items, bad = _named(*read_collection(queries, qrels))
        with _corpus(settings, corpus, scratch=library is None) as assistant:
            run, file = _run(assistant, items, rank_all, "search", settings.library, save, resume)
    else:
        from assistant.evaluation.asking import ask_all
        from assistant.evaluation.questions import read_questions

        items, bad = _named(*read_questions(sets or []))
        with reader(settings) as assistant:
            say_where_sent(assistant, "The questions, and the passages found for them,")
            engine = assistant.model.name if assistant.model else "extractive"
            run, file = _run(assistant, items, ask_all, engine, settings.library, save, resume)
    _show(run, file, earlier, bad, as_json)
    if bad or not run.complete or any(result.error for result in run.results):
        raise typer.Exit(IN_PART)


def _propose(settings: Settings, count: int, seed: int, out: Path | None, reword: bool, as_json: bool) -> None:
    from assistant.evaluation.proposing import propose
    from assistant.evaluation.rewording import reword as by_model

    if out and out.exists():
        raise UsageError(f"{out} is there already.", "Name another file: what was reviewed stays as it is.")
    with reader(settings) as assistant:
        model = assistant.model
        if reword and model is None:
            raise UsageError("--reword needs a model, and the settings name none.", "docs/models.md says how.")
        if reword:
            say_where_sent(assistant, "The questions, and the sentences they were made from,")
        word = partial(by_model, model=model) if reword and model else None
        questions = list(propose(assistant, count, seed, word))
    lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
    if out:
        _write(out, lines)
    if as_json:
        print_json({"file": str(out) if out else None, "questions": questions})
    elif not out:
        print(plain(lines), end="")
    worded = f", {sum('by_rule' in line for line in questions)} of them in the model's words" if reword else ""
    say(f"{counted(len(questions), 'question')} proposed{worded}; read each before you trust a figure made with them")
    if len(questions) < count:
        say("The library has no more sentences that make such questions.")
        raise typer.Exit(IN_PART)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _named(items: list[Any], bad: list[BadLine]) -> tuple[list[Any], list[BadLine]]:
    """Name the bad lines; refuse where nothing is left to run."""
    for line in bad:
        say(plain(f"{line.file}, line {line.line}: {line.problem}"))
    if not items:
        first = f" {bad[0].file}, line {bad[0].line}: {bad[0].problem}." if bad else ""
        raise UsageError(f"There is no question to ask.{first}", HOW)
    return items, bad


@contextmanager
def _corpus(settings: Settings, corpus: Path | None, *, scratch: bool) -> Iterator[Assistant]:
    """Open a library with the papers of a corpus: the one that was named, else one that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="footnote-", ignore_cleanup_errors=True) as folder:
        if scratch:
            settings = settings.model_copy(update={"library": Path(folder) / "library"})
        report = read_into(settings, [corpus]) if corpus else {}
        if report.get("failed"):
            raise UsageError(f"{corpus} cannot be read: {report['failed'][0]['error']}")
        if report.get("stopped"):
            raise typer.Exit(IN_PART)
        with reader(settings) as assistant:
            yield assistant


def _run(
    assistant: Assistant, items: Sequence[Any], run_all: RunAll, engine: str, home: Path, save: str | None, resume: bool
) -> tuple[Run, Path]:
    """Run what is not done yet, each result kept as it comes; return the run and its file."""
    from assistant.evaluation import runs

    began = runs.name_for_now()
    file = runs.run_path(home, save or began)
    head = runs.RunHead(
        name=save or began,
        set=runs.set_hash(items),
        questions=len(items),
        engine=engine,
        embedder=assistant.embedder.name,
        library=assistant.library.fingerprint,
        began=began,
    )
    results = {result.id: result for result in runs.begin(file, head, resume=resume)}
    if resume:
        say(f"{counted(len(results), 'question')} of {len(items)} answered before")
    left = [item for item in items if item.id not in results]
    with stop_on_interrupt() as stop, runs.appending(file) as append, _progress(len(left)) as show:
        for result in run_all(assistant, left, stop):
            append(result)
            results[result.id] = result
            show(result)
    return runs.Run(head, tuple(results[item.id] for item in items if item.id in results)), file


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Result], None]]:
    """Give a function that shows on standard error how far a run is."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    step = max(10, total // 20)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking", total=total)

        def show(result: Result) -> None:
            bar.update(task, advance=1)
            done = int(bar.tasks[0].completed)
            if result.error:
                say(plain(f"{result.id} failed: {result.error}"))
            if not console.is_terminal and done % step == 0:
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
