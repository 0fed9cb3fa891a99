"""The requests for one answer: as much evidence as fits, what they took, and what there is to say about them.

Knows prompts and pieces; knows no statement and no verdict.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence

from assistant import prompts
from assistant.answering.condensing import condense
from assistant.answering.evidence_block import Piece, block, disarmed_line, fitting, fresh_marker
from assistant.errors import BudgetSpent, ContextTooLong, ModelCut
from assistant.llm import Message, Model, Reply, count_prompt

_SYSTEM = "answer_system"
_WHOLE = re.compile(r"[.!?:\]\"”»)}]\s*\Z")

OnDelta = Callable[[str], None] | None


class Asking:
    """Asks the model for one answer, from pieces given best first.

    `on_step` is told, in words for a person, what is asked for beside the answer; `stop` ends whatever is under way.
    """

    def __init__(
        self,
        question: str,
        kind: str,
        ranked: Sequence[Piece],
        model: Model,
        *,
        max_tokens: int,
        on_step: Callable[[str], None],
        stop: threading.Event,
    ) -> None:
        self.whole = tuple(ranked)
        self.sent: tuple[Piece, ...] = ()
        self.incomplete = ""
        self.notices: dict[str, None] = {}
        self.usage: Counter[str] = Counter()
        self.prompts: dict[str, str] = {}
        self.model = model
        self.on_step = on_step
        self.stop = stop
        self._ranked = self.whole
        self._condensed = False
        self._question = {"question": disarmed_line(question), "kind": kind}
        self._max_tokens = max_tokens

    def ask(self, name: str, on_delta: OnDelta = None, **more: str) -> str:
        """Return the reply to a prompt with as much evidence as fits; trim it once when it was still too long.

        `more` are the prompt's variables beside the question and the evidence. Raise a ModelError.
        """
        left = self.model.tokens_left
        window = self.model.context_window if left is None else min(self.model.context_window, left)
        try:
            return self._ask(name, window, on_delta, more)
        except ContextTooLong as error:
            smaller = min(window * 2 // 3, error.limit * 9 // 10 if error.limit else window)
            return self._ask(name, smaller, on_delta, more)

    def beside(self, system_name: str, name: str, *, max_tokens: int, **variables: str) -> str:
        """Return the reply to a request beside the answer, as far as it came. Raise a ModelError."""
        system, prompt = prompts.load(system_name), prompts.load(name)
        marker = fresh_marker(*variables.values())
        messages = [
            Message("system", system.render()),
            Message("user", prompt.render(marker=marker, **variables)),
        ]
        try:
            reply = self.model.reply(messages, max_tokens=max_tokens, stop=self.stop)
        except ModelCut as cut:
            if cut.reason == "stopped":
                raise
            reply = Reply(cut.text, cut.usage)
        self.prompts |= prompts.fingerprints(system, prompt)
        self.usage.update(reply.usage)
        return reply.text

    def _ask(self, name: str, window: int, on_delta: OnDelta, more: dict[str, str]) -> str:
        max_tokens = min(self._max_tokens, window // 3)
        messages = self._messages(name, window, max_tokens, more)
        try:
            reply = self.model.reply(messages, max_tokens=max_tokens, on_delta=on_delta, stop=self.stop)
        except ModelCut as cut:
            if cut.reason == "stopped" or not cut.text.strip():
                raise
            self.incomplete = cut.message
            reply = Reply(_whole_lines(cut.text), cut.usage)
        self.usage.update(reply.usage)
        self.notices.update(dict.fromkeys(reply.notices))
        return reply.text

    def _messages(self, name: str, window: int, max_tokens: int, more: dict[str, str]) -> list[Message]:
        system, prompt = prompts.load(_SYSTEM), prompts.load(name)
        self.prompts |= prompts.fingerprints(system, prompt)
        variables = {**self._question, **more}
        marker = fresh_marker(block(self.whole), *variables.values())  # one, for some have more tokens than others

        def messages(evidence: str) -> list[Message]:
            return [
                Message("system", system.render()),
                Message("user", prompt.render(marker=marker, evidence=evidence, **variables)),
            ]

        self._fit(window, window - max_tokens - count_prompt(self.model, messages("")))
        return messages(block(self.sent))

    def _fit(self, window: int, room: int) -> None:
        """Choose the pieces to send in `room` tokens; condense them first where few would fit."""
        self.sent = fitting(self._ranked, room, self.model.count_tokens)
        if not self._condensed and len(self.sent) * 2 < len(self.whole):
            self._condense(window, len(self.sent))
            self.sent = fitting(self._ranked, room, self.model.count_tokens)
        limit = "the model's window" if window == self.model.context_window else "what may be sent"
        if not self.sent and window == self.model.tokens_left:
            raise BudgetSpent(
                f"Not one passage fits what the budget leaves, {window} tokens.",
                "Raise FOOTNOTE_QUESTION_BUDGET or FOOTNOTE_DAY_BUDGET.",
            )
        if not self.sent:
            raise ContextTooLong(
                f"Not one passage fits the model's window of {window} tokens.", "Raise FOOTNOTE_CONTEXT_WINDOW."
            )
        if len(self.sent) < len(self._ranked):
            self.notices[f"{len(self.sent)} of the {len(self._ranked)} best passages fit {limit}."] = None

    def _condense(self, window: int, fit: int) -> None:
        """Have the model choose what matters in each piece, where that lets it see more pieces than fit whole."""
        self._condensed = True
        left = self.model.tokens_left
        self.on_step(f"{self.model.name} is choosing what matters in {len(self.whole)} passages")
        done = condense(
            self._question["question"],
            self.whole,
            self.model,
            least=fit + 1,
            budget=None if left is None else left - window,  # the answer itself must still be asked for
            stop=self.stop,
        )
        self.on_step(f"{self.model.name} is writing")
        self._ranked = done.pieces
        self.usage.update(done.usage)
        self.prompts |= done.prompts
        if done.judged:
            self.notices[
                f"The {len(self.whole)} best passages are too long for the model's window, so it first chose what "
                f"matters in {done.judged} of them."
            ] = None


def _whole_lines(text: str) -> str:
    """Return a reply that was cut off without the sentence that it broke off in."""
    if _WHOLE.search(text):
        return text
    ends = [match.end() for match in re.finditer(r"\n|[.!?][\"”]?(?=\s)|[\]\"”](?=\s)", text)]
    return text[: ends[-1]] if ends else ""
