"""Plan and evidence -> an answer that a language model writes; an answer that was cut off -> the same with its rest."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.answering import extractive
from assistant.answering.asking import Asking
from assistant.answering.attributing import Attribution
from assistant.answering.comparison import renumbered
from assistant.answering.evidence_block import Piece, disarmed_line, keyed, pieces
from assistant.answering.listing import name_left_out
from assistant.answering.reply import LONGEST, Claim, Reading, read_reply, readable
from assistant.answering.second_look import look_again
from assistant.answering.writing import Draft, described
from assistant.errors import ModelCut, ModelError, UsageError
from assistant.llm import Model
from assistant.sentences import split_sentences
from assistant.types import (
    NO_QUOTES,
    Answer,
    Citation,
    Delta,
    Evidence,
    Plan,
    Quotes,
    Statement,
    Step,
    Table,
    Unfinished,
)
from assistant.verification import shared_with
from assistant.words import fold
from vectorstore.embedding import Embedder
from vectorstore.library import Library

_ANSWER, _AGAIN, _CONTINUE = "answer", "answer_again", "answer_continue"


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
    unfinished: Unfinished | None = None
    quotes: Quotes = NO_QUOTES
    table: Table | None = None
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manner:
    """How a model is to write: its most tokens a reply, which statements it is asked about again, who is told of each
    step and of the draft as a person reads it, and what stops it."""

    max_tokens: int
    second_look: Literal["off", "doubtful", "all"]
    tell: Callable[[Step | Delta], None]
    stop: threading.Event


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
    plan: Plan, evidence: Evidence, library: Library, embedder: Embedder, model: Model, manner: Manner
) -> Written:
    """Have the model answer from the evidence, and check what it wrote.

    A request with its reply fits the model's window and what its budgets leave. Raise a ModelError when nothing usable
    comes.
    """
    papers = {hit.chunk.paper_id: library.paper(hit.chunk.paper_id) for hit in evidence.hits}
    ranked = pieces(plan, evidence, papers)
    asking = _asking(plan.standalone, plan.kind, ranked, model, manner)
    reading = read_reply(asking.ask(_ANSWER, _Readable(manner.tell)))
    if not reading.keyed and not reading.nothing and not asking.incomplete:
        reading = _second(asking, reading)
    claims = _worth_keeping(reading.claims)
    if not claims and (asking.incomplete or not reading.nothing):  # what was cut off may have gone on to answer
        message = asking.incomplete or "The model wrote nothing that could be read."
        raise ModelError(message, "Ask again, or set another model.")
    if not claims:
        statements, citations, *_ = extractive.abstention(plan, evidence, library)
        return Written(statements, citations, True, asking.prompts, dict(asking.usage), tuple(asking.notices))
    rest = Unfinished(plan.standalone, tuple(piece.chunk.chunk_id for piece in ranked))
    return _checked(reading, claims, asking, Draft(library), embedder, manner, rest)


def beside(written: Written, quoted: extractive.Outcome) -> Written:
    """Put the table of quotes beside the comparison that a model wrote."""
    if quoted.table is None:
        return written
    table, cited = renumbered(quoted.table, quoted.citations, len(written.citations))
    return replace(written, citations=(*written.citations, *cited), table=table)


def whole(written: Written, evidence: Evidence, library: Library) -> Written:
    """Name, after a list that a model wrote, the papers that it leaves out."""
    draft = Draft(library, list(written.statements), list(written.citations))
    name_left_out(evidence, draft)
    return replace(written, statements=tuple(draft.statements), doubtful=draft.doubtful)


def named(written: Written, library: Library) -> Written:
    """Name the paper that a model found by its title, ahead of what it wrote, where that does not."""
    sound = (statement for statement in written.statements if statement.verdict in {"supported", "partly"})
    number = next((statement.citations[0] for statement in sound if statement.citations), None)
    if number is None:
        return written
    paper_id = next(citation.paper_id for citation in written.citations if citation.number == number)
    paper = library.paper(paper_id)
    if any(fold(paper.title) in fold(statement.text) for statement in written.statements):
        return written
    return replace(written, statements=(Statement(described(paper), (number,), "quoted"), *written.statements))


def go_on(answer: Answer, library: Library, embedder: Embedder, model: Model, manner: Manner) -> Written:
    """Have the model write what is missing from an answer that was cut off; what it had written stays as it is.

    Raise UsageError when there is nothing to go on from, a ModelError when nothing usable comes.
    """
    rest = answer.unfinished
    chunks = library.chunks(rest.chunk_ids) if rest else []
    if rest is None or not chunks:
        raise UsageError("What that answer was written from is not in the library any more.", "Ask the question again.")
    ranked = keyed(chunks, {chunk.paper_id: library.paper(chunk.paper_id) for chunk in chunks})
    asking = _asking(rest.question, answer.kind, ranked, model, manner)
    kept = "\n".join(disarmed_line(statement.text) for statement in answer.statements)
    reading = read_reply(asking.ask(_CONTINUE, _Readable(manner.tell), written=kept))
    claims = _worth_keeping(reading.claims, answer.statements)
    if not claims and not reading.claims and not reading.nothing:
        raise ModelError(asking.incomplete or "The model wrote nothing that could be read.", "")
    draft = Draft(library, list(answer.statements), list(answer.citations))
    more = _checked(reading, claims, asking, draft, embedder, manner, rest)
    usage = Counter(answer.usage)
    usage.update(more.usage)
    return replace(
        more,
        prompts={**answer.prompts, **more.prompts},
        usage=dict(usage),
        notices=tuple(dict.fromkeys((*answer.notices, *more.notices))),
        quotes=Quotes(answer.quotes.given + more.quotes.given, answer.quotes.found + more.quotes.found),
        table=answer.table,
    )


class _Readable:
    """Gives on what a person reads of a reply while it comes, and only ever more of it."""

    def __init__(self, tell: Callable[[Delta], None]) -> None:
        self._tell = tell
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
            self._tell(Delta(shown[len(self._shown) :]))
            self._shown = shown


def _asking(question: str, kind: str, ranked: Sequence[Piece], model: Model, manner: Manner) -> Asking:
    return Asking(
        question,
        kind,
        ranked,
        model,
        max_tokens=manner.max_tokens,
        on_step=lambda s: manner.tell(Step(s)),
        stop=manner.stop,
    )


def _second(asking: Asking, first: Reading) -> Reading:
    """Ask once more for a reply that names its passages; without one the first stands."""
    try:
        second = read_reply(asking.ask(_AGAIN))
    except ModelCut as cut:
        if cut.reason == "stopped":
            raise
        second = Reading(())
    except ModelError:
        second = Reading(())
    if second.keyed or second.nothing or not first.claims:
        return second
    return first


def _checked(
    reading: Reading,
    claims: Sequence[Claim],
    asking: Asking,
    draft: Draft,
    embedder: Embedder,
    manner: Manner,
    rest: Unfinished,
) -> Written:
    """Write the claims down behind what the draft holds, each with its verdict."""
    kept = len(draft.statements)
    attribution = Attribution(asking.sent, draft, embedder)
    for claim in claims:
        attribution.add(claim)
    statements = draft.statements[:kept] + _looked_at(draft.statements[kept:], attribution, asking, manner)
    notices = dict(asking.notices)
    if attribution.unknown:
        unknown = ", ".join(attribution.unknown)
        notices[f"The model named passages that it was not given ({unknown}); they are left out."] = None
    if reading.shortened:
        notices["The model's reply was far too long; only its beginning is shown."] = None
    if not any(statement.verdict in {"supported", "partly"} for statement in statements):
        notices["Nothing that the model wrote was found in your papers."] = None
    return Written(
        tuple(statements),
        tuple(draft.citations),
        prompts=asking.prompts,
        usage=dict(asking.usage),
        notices=tuple(notices),
        incomplete=asking.incomplete,
        unfinished=rest if asking.incomplete else None,
        quotes=attribution.quotes,
    )


def _looked_at(
    statements: Sequence[Statement], attribution: Attribution, asking: Asking, manner: Manner
) -> list[Statement]:
    """Return the statements, with what the model says of them when it is to be asked again."""
    if manner.second_look == "off":
        return list(statements)
    try:
        looked = look_again(statements, attribution.verified, asking, manner.second_look)
    except ModelError as error:
        if isinstance(error, ModelCut) and error.reason == "stopped":
            raise
        asking.notices[f"The model could not be asked again about its statements. {error.sentences}"] = None
        return list(statements)
    return looked


def _worth_keeping(claims: Sequence[Claim], said: Sequence[Statement] = ()) -> list[Claim]:
    """Drop what is said twice, or was said before."""
    before = {fold(statement.text) for statement in said}
    kept = {fold(claim.text): claim for claim in reversed(claims)}
    return [claim for words, claim in reversed(kept.items()) if words and words not in before]
