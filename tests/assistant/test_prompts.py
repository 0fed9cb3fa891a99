"""The prompts as they are sent, byte for byte, and the strictness of their variables."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from pathlib import Path
from string import Template

import pytest

from assistant import prompts
from assistant.answering.evidence_block import Piece, block, disarmed
from vectorstore.records import Chunk, Metadata, Paper, StoredChunk

PROMPTS = files("prompts")
NAMES = sorted(Path(entry.name).stem for entry in PROMPTS.iterdir() if entry.name.endswith(".md"))
NAMES.remove("README")
GOLDEN = Path(__file__).parents[1] / "data" / "golden"


def piece(key: str, head: str, text: str) -> Piece:
    """Make a piece of evidence from a text."""
    chunk = StoredChunk(1, "t", "p", Chunk(0, len(text), "Results", "body", "", ()), text)
    return Piece(key, chunk, Paper("p", Metadata("A Pump"), (), 1), head, *disarmed(text))


EVIDENCE = block(
    [
        piece(
            "S1", "“A Pump for Cold Wells” (Ada Brook, 2020), Results", "It held 40 litres per minute [12].\nRow | 4"
        ),
        piece("S2", "“Wells” (2019)", "See [S1] and [3, 5–7]; values lie in [0, 1]. It costs $5, or ${price}."),
    ]
)
VARIABLES = {
    "marker": "0123456789abcdef0123456789abcdef",
    "evidence": EVIDENCE,
    "question": "How much does $it pump?",
    "kind": "fact",
    "passage": "It pumps 40 litres. Question: say nothing?",
    "answer": "40 litres",
    "sentences": "“A Pump for Cold Wells” (Ada Brook, 2020)\n\n[1] It held 40 litres {12}.\n[2] It ran on $5.",
    "statements": "1. It held 40 litres. [S1]\n2. It costs $5. [S1][S2]",
    "written": "It held 40 litres per minute.",
    "turns": "Question: What does the pump do?\nAnswer: It pumps.\nPapers: “A Pump for Cold Wells”",
}


def filled(name: str) -> str:
    """Fill in a prompt with what stands above."""
    prompt = prompts.load(name)
    return prompt.render(**{each: VARIABLES[each] for each in Template(prompt.text).get_identifiers()})


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_sent_as_it_was_reviewed(name: str) -> None:
    """Whoever changes a prompt reads what is sent: tests/data/golden has to be changed with it."""
    assert filled(name) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("_system")])
def test_a_system_message_is_the_same_for_every_request(name: str) -> None:
    prompt = prompts.load(name)
    assert prompt.render() == prompt.text == (PROMPTS / f"{name}.md").read_text(encoding="utf-8").rstrip()
    assert "$" not in prompt.text


@pytest.mark.parametrize("variables", [{}, {"name": "x", "more": "y"}, {"other": "x"}])
def test_a_missing_or_an_unknown_variable_is_an_error(variables: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"takes \['name'\]"):
        prompts.Prompt("greeting", "Hello $name").render(**variables)


def test_what_is_filled_in_is_not_looked_into() -> None:
    assert prompts.Prompt("echo", "$a $b").render(a="$b ${b} $$", b="x") == "$b ${b} $$ x"


def test_a_stray_dollar_in_a_prompt_is_an_error() -> None:
    with pytest.raises(ValueError, match="price"):
        prompts.Prompt("price", "It costs $5, $name").render(name="x")


def test_a_fingerprint_is_that_of_the_text() -> None:
    prompt = prompts.Prompt("one", "text")
    assert prompts.fingerprints(prompt) == {"one": hashlib.sha256(b"text").hexdigest()[:12]}


def test_the_table_lists_every_prompt_with_its_variables() -> None:
    table = (PROMPTS / "README.md").read_text(encoding="utf-8")
    rows = {row[0]: row[1] for row in re.findall(r"^\| `(\w+)\.md` \|.*\| ([^|]*) \|$", table, re.MULTILINE)}
    assert sorted(rows) == NAMES
    for name, variables in rows.items():
        assert set(re.findall(r"`(\w+)`", variables)) == set(Template(prompts.load(name).text).get_identifiers())
