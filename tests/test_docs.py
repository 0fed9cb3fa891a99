"""The documentation keeps in step with the program: every command, option, setting, benchmark and link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from assistant.cli import app
from assistant.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path
    for folder, pattern in (
        (ROOT, "*.md"),
        (ROOT / "docs", "**/*.md"),
        (ROOT / "benchmarks", "*.md"),
        (ROOT / "prompts", "*.md"),
    )
    for path in folder.glob(pattern)
)


def _text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def _rows(text: str) -> list[list[str]]:
    """Return the cells of all table rows of a page."""
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("| ")
    ]


def _commands() -> dict[str, list[str]]:
    """Return the program's commands, each with its long options."""
    group = typer.main.get_command(app)
    return {
        name: [
            option
            for parameter in command.params
            for option in (*parameter.opts, *parameter.secondary_opts)
            if option[:2] == "--"
        ]
        for name, command in group.commands.items()  # type: ignore[attr-defined]
    }


def _documented_commands() -> set[str]:
    return set(re.findall(r"^\| `footnote (\w+)", _text("README.md"), re.MULTILINE))


def test_every_command_is_in_the_readme_and_no_other() -> None:
    assert _documented_commands() == set(_commands())


@pytest.mark.parametrize("command", sorted(_commands()))
def test_every_option_of_a_command_is_in_the_readme(command: str) -> None:
    """The options that all commands share are said once; one of `--x/--no-x` is enough."""
    (row,) = [line for line in _text("README.md").splitlines() if line.startswith(f"| `footnote {command}")]
    shared = "Every command takes `--library DIR` and `--json`"
    assert shared in " ".join(_text("README.md").split())
    for option in set(_commands()[command]) - {"--library", "--json", "--help", "--browser"}:
        assert re.search(rf"`{option}\b", row), f"{option} of footnote {command} is not in the README's table"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_variable_and_default(name: str) -> None:
    (row,) = [row for row in _rows(_text("docs/configuration.md")) if row[0].strip("| ") == f"`{name}`"]
    assert f"`FOOTNOTE_{name.upper()}`" in row[1]
    default = Settings.model_fields[name].default
    if isinstance(default, bool):
        assert row[2] == str(default).lower()
    elif isinstance(default, int | str):
        assert row[2].strip("`") == str(default)


def test_no_setting_is_documented_that_does_not_exist() -> None:
    documented = re.findall(r"^\| `(\w+)` \| `FOOTNOTE_", _text("docs/configuration.md"), re.MULTILINE)
    assert set(documented) == set(Settings.model_fields)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", ["README.md", "docs/evaluation.md", "docs/security.md", "docs/architecture.md"])
def test_files_named_in_backticks_exist(page: str) -> None:
    """A path is named from the project's folder, with its folder or a suffix of code."""
    for name in re.findall(
        r"`((?:assistant|vectorstore|benchmarks|tests|docs|prompts|examples)/[\w./*]*)`", _text(page)
    ):
        assert list(ROOT.glob(name.rstrip("/"))), f"{page} names {name}"


def test_every_benchmark_is_in_the_table_of_benchmarks() -> None:
    listed = set(re.findall(r"benchmarks/(\w+)\.py", _text("benchmarks/README.md")))
    assert {path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py")} <= listed


def test_every_benchmark_that_is_listed_exists() -> None:
    listed = re.findall(r"benchmarks/(\w+)\.py", _text("benchmarks/README.md"))
    assert [name for name in listed if not (ROOT / "benchmarks" / f"{name}.py").exists()] == []


def test_every_decision_is_in_the_list_of_decisions() -> None:
    listed = _text("docs/decisions/README.md")
    assert all(path.name in listed for path in (ROOT / "docs" / "decisions").glob("0*.md"))


def test_every_prompt_is_in_the_table_of_prompts() -> None:
    table = {row[0].strip("|` ") for row in _rows(_text("prompts/README.md"))}
    prompts = {
        path.name for path in (ROOT / "prompts").iterdir() if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert prompts - {"README.md"} <= table


def test_the_readme_gives_the_commands_that_the_makefile_has() -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    named = {
        name
        for page in ("README.md", "CONTRIBUTING.md")
        for name in re.findall(r"\bmake ((?:[a-z]+ ?)+)[`\n]", _text(page))
    }
    assert {word for words in named for word in words.split()} <= targets
