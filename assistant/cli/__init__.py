"""The command `footnote`; a module for each family of commands."""

from __future__ import annotations

import os
import sys

import typer

from assistant.cli import changes, comparison, drafts, evaluation, exports, library, questions, upkeep
from assistant.cli.shell import DONE, REFUSED, plain, print_json, say
from vectorstore.errors import FootnoteError

app = typer.Typer(
    help="Answers from your own papers, with a footnote on every sentence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    library.ingest,
    library.remove,
    library.papers,
    changes.tag,
    changes.edit,
    changes.merge,
    changes.separate,
    changes.restore,
    questions.search,
    questions.ask,
    comparison.compare,
    comparison.summarize,
    drafts.verify,
    exports.export,
    upkeep.rebuild,
    upkeep.doctor,
    upkeep.serve,
):
    app.command()(command)
app.command("eval")(evaluation.evaluate)


def main() -> None:
    """Run the command line: a named error is a sentence and exit status 2, never a traceback."""
    try:
        code = app(standalone_mode=False)
    except FootnoteError as error:
        code = _refuse(error.code, error.message, error.hint)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if format_message := getattr(error, "format_message", None):  # click's own errors of usage
            code = _refuse("usage", format_message(), "See footnote --help.")
        else:
            code = _refuse(
                "internal",
                f"Something went wrong inside Footnote: {type(error).__name__}: {error}",
                "Please report this.",
            )
    sys.exit(code or DONE)


def _refuse(code: str, message: str, hint: str) -> int:
    if "--json" in sys.argv[1:]:
        print_json({"error": {"code": code, "message": message, "hint": hint}})
    else:
        say(plain(FootnoteError(message, hint).sentences))
    return REFUSED
