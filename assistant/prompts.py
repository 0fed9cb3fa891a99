"""The messages of prompts/, filled in strictly. Knows no question and no model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parents[1] / "prompts"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One file of prompts/: its name without the suffix, and its text with `$variables`."""

    name: str
    text: str

    @property
    def fingerprint(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    def render(self, **variables: str) -> str:
        """Fill in the variables, all and no others, else raise ValueError. What is filled in is not looked into."""
        template = Template(self.text)
        named = set(template.get_identifiers())
        if not template.is_valid() or named != set(variables):
            raise ValueError(f"prompts/{self.name}.md takes {sorted(named)}, not {sorted(variables)}")
        return template.substitute(variables)


@cache
def load(name: str) -> Prompt:
    """Read prompts/NAME.md; white space at its end is not sent."""
    return Prompt(name, (_FOLDER / f"{name}.md").read_text(encoding="utf-8").rstrip())


def fingerprints(*prompts: Prompt) -> dict[str, str]:
    """Return the fingerprint of each prompt by its name, as an answer keeps them."""
    return {prompt.name: prompt.fingerprint for prompt in prompts}
