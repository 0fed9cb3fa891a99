"""What a test needs to run the command line: what a run left behind, and the texts of two small papers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

LAMP = "The lamp paper. We measure lamps. A red lamp draws 40 watts in our laboratory. Blue lamps draw 12 watts."
RIVER = "The river paper. We study rivers. The Lumo river carries 350 cubic metres of water a second in spring."


class Run:
    """What one run of the command line left behind."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Run]
