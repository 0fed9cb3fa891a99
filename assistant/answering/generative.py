"""Plan and evidence -> an answer that a language model writes, with each statement held against the passages it names.

The model's words are never taken for a paper's: what is cited is always a verbatim span of the evidence.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant import prompts
from assistant.answering import extractive
from assistant.answering.evidence_block import Piece, block, disarmed_line, fitting, fresh_marker, pieces
from assistant.answering.locating import Span, can_be_located, locate, nearest_sentence
from assistant.answering.reply import LONGEST, Claim, Reading, read_reply, readable
from assistant.answering.writing import Draft
from assistant.errors import ContextTooLong, ModelCut, ModelError
from assistant.llm import Message, Model, Reply, count_prompt
from assistant.sentences import split_sentences
from assistant.types import NO_QUOTES, Citation, Evidence, Plan, Quotes, Statement, Table, Verdict
from assistant.verification import Verified, long_enough, shared_with, verify
from assistant.words import fold
from vectorstore.embedding import Embedder
from vectorstore.library import Library

_SYSTEM, _ANSWER, _AGAIN = "answer_system", "answer", "answer_again"
_WHOLE = re.compile(r"[.!?:\]\"”»)}]\s*\Z")


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking a model: an answer's parts, and what there is to say about how it came about."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    abstained: bool = False
    prompts: Mapping[str, str] = field(default_factory=dict)
    usage: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    incomplete: str = ""
    quotes: Quotes = NO_QUOTES
    table: Table | None = None


def is_for_model(plan: Plan, evidence: Evidence, library: Library) -> bool:
    """Tell whether to ask a model: not for what the ledger knows, nor when no passage speaks to the question."""
    return plan.kind != "meta" and bool(evidence.hits) and extractive.speaks(plan, evidence, library)


def prepare(model: Model) -> threading.Thread:
    """Load what counting tokens and judging statements need beside the search, so that a first answer need not wait."""

    def load() -> None:
        model.count_tokens("a word")
        shared_with("A word.", "A word.")
        split_sentences("A sentence. Another.")

    thread = threading.Thread(target=load, name="preparing", daemon=True)
    thread.start()
    return thread


def write(
    plan: Plan,
    evidence: Evidence,
    library: Library,
    embedder: Embedder,
    model: Model,
    *,
    max_tokens: int,
    window: int | None = None,
    on_delta: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> Written:
    """Have the model answer from the evidence, and check what it wrote; `on_delta` gets the draft as a person reads it.

    `window` is the most tokens of a request and its reply, when less than the model's. Raise a ModelError when nothing
    usable comes.
    """
    asking = _Asking(
        plan, evidence, library, model, max_tokens, min(window or model.context_window, model.context_window)
    )
    reply = asking.ask(_ANSWER, _Draft(on_delta) if on_delta else None, stop)
    reading = read_reply(reply)
    if not reading.keyed and not reading.nothing and not asking.incomplete:
        reading = _second(asking, reading, stop)
    return _checked(reading, asking, plan, evidence, library, embedder)


class _Asking:
    """The requests for one answer: what was sent, what it took, and what is to be said about it."""

    def __init__(
        self, plan: Plan, evidence: Evidence, library: Library, model: Model, max_tokens: int, window: int
    ) -> None:
        papers = {hit.chunk.paper_id: library.paper(hit.chunk.paper_id) for hit in evidence.hits}
        self.ranked = pieces(plan, evidence, papers)
        self.sent: tuple[Piece, ...] = ()
        self.incomplete = ""
        self.notices: dict[str, None] = {}
        self.usage: Counter[str] = Counter()
        self.prompts: dict[str, str] = {}
        self._question = {"question": disarmed_line(plan.standalone), "kind": plan.kind}
        self._model = model
        self._max_tokens = min(max_tokens, window // 3)
        self._window = window

    def ask(self, name: str, on_delta: Callable[[str], None] | None, stop: threading.Event | None) -> str:
        """Return the reply to a prompt with as much evidence as fits; trim it once when it was still too long."""
        try:
            return self._ask(name, self._window, on_delta, stop)
        except ContextTooLong as error:
            smaller = min(self._window * 2 // 3, error.limit * 9 // 10 if error.limit else self._window)
            return self._ask(name, smaller, on_delta, stop)

    def _ask(self, name: str, window: int, on_delta: Callable[[str], None] | None, stop: threading.Event | None) -> str:
        messages = self._messages(name, window)
        try:
            reply = self._model.reply(messages, max_tokens=self._max_tokens, on_delta=on_delta, stop=stop)
        except ModelCut as cut:
            if cut.reason == "stopped" or not cut.text.strip():
                raise
            self.incomplete = cut.message
            reply = Reply(_whole_lines(cut.text), cut.usage)
        self.usage.update(reply.usage)
        self.notices.update(dict.fromkeys(reply.notices))
        return reply.text

    def _messages(self, name: str, window: int) -> list[Message]:
        system, prompt = prompts.load(_SYSTEM), prompts.load(name)
        self.prompts |= prompts.fingerprints(system, prompt)
        marker = fresh_marker(
            block(self.ranked), *self._question.values()
        )  # one, for some have more tokens than others

        def messages(evidence: str) -> list[Message]:
            return [
                Message("system", system.render()),
                Message("user", prompt.render(marker=marker, evidence=evidence, **self._question)),
            ]

        room = window - self._max_tokens - count_prompt(self._model, messages(""))
        self.sent = fitting(self.ranked, room, self._model.count_tokens)
        if not self.sent:
            raise ContextTooLong(
                f"Not one passage fits the model's window of {window} tokens.", "Raise FOOTNOTE_CONTEXT_WINDOW."
            )
        if len(self.sent) < len(self.ranked):
            self.notices[f"{len(self.sent)} of the {len(self.ranked)} best passages fit the model's window."] = None
        return messages(block(self.sent))


class _Draft:
    """Gives on what a person reads of a reply while it comes, and only ever more of it."""

    def __init__(self, on_delta: Callable[[str], None]) -> None:
        self._on_delta = on_delta
        self._reply = ""
        self._shown = ""
        self._seen = 0

    def __call__(self, piece: str) -> None:
        self._reply += piece
        length = len(self._reply)
        if (
            length > LONGEST or length - self._seen <= length // 100
        ):  # what is new is too little to look at it all again
            return
        self._seen = length
        shown = readable(self._reply)
        if len(shown) > len(self._shown) and shown.startswith(self._shown):
            self._on_delta(shown[len(self._shown) :])
            self._shown = shown


def _second(asking: _Asking, first: Reading, stop: threading.Event | None) -> Reading:
    """Ask once more for a reply that names its passages; without one the first stands."""
    try:
        second = read_reply(asking.ask(_AGAIN, None, stop))
    except ModelCut as cut:
        if cut.reason == "stopped":
            raise
        second = Reading(())
    except ModelError:
        second = Reading(())
    if second.keyed or second.nothing or not first.claims:
        return second
    return first


def _whole_lines(text: str) -> str:
    """Return a reply that was cut off without the sentence that it broke off in."""
    if _WHOLE.search(text):
        return text
    ends = [match.end() for match in re.finditer(r"\n|[.!?][\"”]?(?=\s)|[\]\"”](?=\s)", text)]
    return text[: ends[-1]] if ends else ""


def _checked(
    reading: Reading, asking: _Asking, plan: Plan, evidence: Evidence, library: Library, embedder: Embedder
) -> Written:
    claims = _worth_keeping(reading.claims)
    if not claims:
        if not reading.nothing:
            message = asking.incomplete or "The model wrote nothing that could be read."
            raise ModelError(message, "Ask again, or set another model.")
        statements, citations, *_ = extractive.abstention(plan, evidence, library)
        return Written(statements, citations, True, asking.prompts, dict(asking.usage), tuple(asking.notices))
    checking = _Checking(asking.sent, library, embedder)
    for claim in claims:
        checking.add(claim)
    notices = dict(asking.notices)
    if checking.unknown:
        notices[
            f"The model named passages that it was not given ({', '.join(checking.unknown)}); they are left out."
        ] = None
    if reading.shortened:
        notices["The model's reply was far too long; only its beginning is shown."] = None
    if not any(statement.verdict in {"supported", "partly"} for statement in checking.draft.statements):
        notices["Nothing that the model wrote was found in your papers."] = None
    if asking.incomplete:
        notices[f"This answer is incomplete: {asking.incomplete}"] = None
    draft = checking.draft
    return Written(
        tuple(draft.statements),
        tuple(draft.citations),
        prompts=asking.prompts,
        usage=dict(asking.usage),
        notices=tuple(notices),
        incomplete=asking.incomplete,
        quotes=checking.quotes,
    )


def _worth_keeping(claims: Sequence[Claim]) -> list[Claim]:
    """Drop what is said twice."""
    kept = {fold(claim.text): claim for claim in reversed(claims)}
    return [claim for words, claim in reversed(kept.items()) if words]


class _Checking:
    """Holds claims against the pieces that were sent, and writes them down with their citations and verdicts."""

    def __init__(self, sent: Sequence[Piece], library: Library, embedder: Embedder) -> None:
        self.draft = Draft(library)
        self.unknown: dict[str, None] = {}
        self._given = self._found = 0
        self._embedder = embedder
        self._pieces = {piece.key: piece for piece in sent}
        self._passages = {piece.key: f"{piece.head}.\n\n{piece.chunk.text}" for piece in sent}

    @property
    def quotes(self) -> Quotes:
        """How many quotes were given and found so far."""
        return Quotes(self._given, self._found)

    def add(self, claim: Claim) -> None:
        """Judge a claim and write it down."""
        named = [key for key in claim.keys if key in self._pieces]
        self.unknown.update(dict.fromkeys(key for key in claim.keys if key not in self._pieces))
        spans, missing = self._located(claim, named)
        verified = verify(claim.text, list(spans), self._passages, self._embedder)
        cited = [(self._pieces[key].chunk, *self._span(claim, key, spans)) for key in verified.cited]
        verdict, reason, code = _outcome(verified, claim, missing)
        self.draft.state(claim.text, cited, verdict, reason, code)

    def _located(self, claim: Claim, named: Sequence[str]) -> tuple[dict[str, Span | None], str]:
        """Return the pieces to cite, each with where its quote stands, and a quote that stands in none."""
        spans: dict[str, Span | None] = dict.fromkeys(named)
        elsewhere: set[str] = set()
        missing = ""
        for quote in claim.quotes:
            if not can_be_located(quote.words):
                continue
            self._given += 1
            order = dict.fromkeys(key for key in (quote.key, *named, *self._pieces) if key in self._pieces)
            place = next(((key, span) for key in order if (span := locate(quote.words, self._pieces[key]))), None)
            if place is None:
                missing = quote.words
                continue
            self._found += 1
            key, span = place
            if key not in named:
                elsewhere.add(quote.key or named[0] if named else "")
            spans[key] = spans.get(key) or span
        kept = {key: span for key, span in spans.items() if span or key not in elsewhere}
        return kept or spans, missing

    def _span(self, claim: Claim, key: str, spans: Mapping[str, Span | None]) -> Span:
        """Return what to quote of a piece: the words that the model quoted, else the sentence nearest to the claim."""
        piece = self._pieces[key]
        span = spans.get(key)
        chunk = piece.chunk.chunk
        if span and long_enough(piece.chunk.text[span[0] - chunk.start : span[1] - chunk.start]):
            return span
        return nearest_sentence(claim.text, piece, self._embedder)


def _outcome(verified: Verified, claim: Claim, missing: str) -> tuple[Verdict, str, str]:
    judgement = verified.judgement
    if judgement.verdict == "supported" and missing:
        short = missing if len(missing) <= 60 else missing[:57].rstrip() + "..."
        return "partly", f"The passage says this, but the model's quote “{short}” is in no passage.", "quote_not_found"
    if verified.mended and claim.keys:
        return judgement.verdict, "This passage says it; the one that the model named does not.", judgement.reason_code
    if verified.mended:
        return judgement.verdict, "This passage says it; the model named none.", judgement.reason_code
    if judgement.reason_code == "no_passage":
        return judgement.verdict, "The model named no passage for this, and none that was found says it.", "no_passage"
    return judgement.verdict, judgement.reason, judgement.reason_code
