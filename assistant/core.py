"""The Assistant wires the parts: a library, an embedder, and the way from a question to a checked answer."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import takewhile
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from assistant import citations, comparisons, planning, planning_tables, retrieval
from assistant.answering import extractive, generative
from assistant.answering.background import as_it_comes
from assistant.answering.generative import Manner, Written
from assistant.drafts import sentences_to_check
from assistant.drafts.answering import answer_draft
from assistant.errors import ModelCut, ModelError, UsageError
from assistant.exporting import answer_to_markdown
from assistant.exporting_conversations import ConversationForm, export
from assistant.failures import Failures
from assistant.follow_ups import follow_ups
from assistant.llm import Model, for_question, open_model
from assistant.llm.address import OPENAI_URL, is_this_machine
from assistant.paper_map import Place, lay_out
from assistant.rewriting import Rewritten, rewrite
from assistant.sameness import Apart
from assistant.settings import Settings
from assistant.types import (
    Answer,
    Coverage,
    Delta,
    Excerpt,
    IngestProgress,
    IngestReport,
    Passage,
    Plan,
    Step,
    Turn,
)
from assistant.words import counted, fold
from vectorstore.conversations import Conversation
from vectorstore.embedding import OPENAI_PREFIX, Embedder, open_embedder
from vectorstore.errors import PaperNotFound
from vectorstore.library import Library
from vectorstore.records import Filters, Hit, Paper, StoredSource
from vectorstore.reranking import Reranker
from vectorstore.search import papers_like, search, search_papers

LONGEST_QUESTION = 4_000  # characters
REMEMBERED = 12  # turns of a conversation that a question is asked in the light of


class Assistant:
    """Questions and papers over one library.

    With `owner`, the name by which other processes know this one, it may write and holds the library's lock; without,
    it reads beside whoever does. Answers are written by `model`, or by the one that the settings name; without, they
    are quotes. Passages are embedded by `embedder` in place of the settings' one, and their order is that of `reranker`
    where there is one (docs/retrieval.md). Safe to use from several threads.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        owner: str | None = None,
        model: Model | None = None,
        embedder: Embedder | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self.settings = settings
        self.model = model or open_model(settings)
        key = settings.openai_api_key
        self.embedder = embedder or open_embedder(
            settings.embedder, api_key=key.get_secret_value() if key else None, base_url=settings.embedding_base_url
        )
        self.library = Library.open(
            settings.library, embedder=self.embedder.name, dimensions=self.embedder.dimensions, owner=owner
        )
        self.library.reranker = reranker
        self.failures = Failures(settings.library)
        self.apart = Apart(settings.library)
        self._map: tuple[str, tuple[Place, ...]] = ("", ())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def use(self, settings: Settings, model: Model | None) -> None:
        """Answer by other settings from the next question on; the library and its embedder stay as they were opened."""
        self.settings, self.model = settings.model_copy(update={"library": self.settings.library}), model

    def close(self) -> None:
        """Give the library back."""
        self.library.close()

    @property
    def embedding_host(self) -> str:
        """The host that texts are sent to for their vectors; empty where they stay on this machine."""
        url = self.settings.embedding_base_url or OPENAI_URL
        if not self.settings.embedder.startswith(OPENAI_PREFIX) or is_this_machine(url):
            return ""
        return urlsplit(url).hostname or ""

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        progress: Callable[[IngestProgress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        """Read files and folders into the library; the report says what became of each, and failures are kept."""
        from assistant.ingestion import ingest

        report = ingest(paths, self.library, self.embedder, progress=progress, stop=stop)
        taken = [one.path for one in (*report.added, *report.updated, *report.attached)]
        self.failures.settle([*taken, *(one.path for one in report.skipped)], report.failed)
        return report

    def remove(self, names: Sequence[str]) -> tuple[Paper, ...]:
        """Move papers into the bin, named as `Library.find` understands it; all names are looked up before any goes."""
        return self.library.remove(self._ids(names))

    def restore(self, names: Sequence[str] = ()) -> tuple[Paper, ...]:
        """Take papers out of the bin, by paper_id, file name or title; all of the last removal where none is named."""
        removed = self.library.removed()
        if not removed:
            raise PaperNotFound("Nothing lies in the bin.", "What is removed stays there for 30 days.")
        if not names:
            return self.library.restore([removed[0].removal])
        wanted = []
        for name in names:
            found = [one.paper_id for one in removed if name in (one.paper_id, one.title, *one.names)]
            if not found:
                raise PaperNotFound(
                    f"Nothing in the bin is called {name!r}.", "`footnote restore --list` shows what lies there."
                )
            wanted += found
        return self.library.restore(wanted)

    def tag(self, names: Sequence[str], add: Sequence[str] = (), remove: Sequence[str] = ()) -> tuple[Paper, ...]:
        """Put tags on papers and take tags off them; give the papers as they are then."""
        ids = self._ids(names)
        for tag in add:
            self.library.tag(ids, tag)
        for tag in remove:
            self.library.untag(ids, tag)
        return tuple(map(self.library.paper, ids))

    def edit(self, name: str, **fields: Any) -> Paper:
        """Put a paper's metadata right, over whatever its sources say; None takes an edit back."""
        return self.library.edit(self.library.find(name).paper_id, **fields)

    def merge(self, names: Sequence[str]) -> Paper:
        """Make one paper of several."""
        ids = self._ids(names)
        if len(set(ids)) < 2:
            raise UsageError("It takes two papers to make one of them.", "Name another.")
        return self.library.merge(ids)

    def separate(self, name: str, file: str) -> Paper:
        """Make a paper of its own of what a file says of a paper."""
        paper = self.library.find(name)
        source = next((source for source in paper.sources if source.name == file), None)
        if source is None or len(paper.sources) < 2:
            files = ", ".join(source.name for source in paper.sources)
            raise UsageError(f"{file} is not one of several files of this paper.", f"Its files: {files}.")
        return self.library.separate(source.source_id, file)

    def _ids(self, names: Sequence[str]) -> list[str]:
        return [self.library.find(name).paper_id for name in names]

    def papers(self, filters: Filters = Filters()) -> list[Paper]:
        """Return the papers that pass the filters, by title, with a note where another's text opens the same."""
        alike = self.library.alike()
        return [
            _noted(paper, alike[paper.paper_id]) if paper.paper_id in alike else paper
            for paper in self.library.papers(filters)
        ]

    def look_alike(self) -> list[tuple[Paper, Paper]]:
        """Return the pairs of papers that may be one: their texts open the same, and nobody said that they are two."""
        apart = self.apart.pairs()
        held = {paper.paper_id: paper for paper in self.library.papers()}
        pairs = {
            (min(paper_id, other.paper_id), max(paper_id, other.paper_id))
            for paper_id, others in self.library.alike().items()
            for other in others
        }
        return [(held[one], held[other]) for one, other in sorted(pairs - apart) if one in held and other in held]

    def map(self) -> tuple[Place, ...]:
        """Place the papers on a map of their embeddings; the same library gives the same map."""
        fingerprint = self.library.fingerprint
        known, places = self._map
        if known != fingerprint:
            places = lay_out(*self.library.paper_vectors())
            self._map = (fingerprint, places)
        return places

    def like(self, paper_id: str, top: int) -> list[Paper]:
        """Return the papers that are most like one by their vectors, the likest first."""
        return papers_like(self.library, paper_id, top=top)

    def search(
        self, query: str, *, top: int = 10, by: Literal["chunk", "paper"] = "chunk", filters: Filters = Filters()
    ) -> list[Hit]:
        """Return the best chunks for a query, or each paper once by its best chunk."""
        find = search_papers if by == "paper" else search
        return find(self.library, self.embedder, query, top=top, filters=filters)

    def ask(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        filters: Filters = Filters(),
        *,
        keep: bool = True,
        conversation_id: str | None = None,
    ) -> Answer:
        """Answer a question; `keep` stores the answer, so that it can be shown again."""
        for event in self.stream(question, turns, filters, keep=keep, conversation_id=conversation_id):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its Answer")

    def stream(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        filters: Filters = Filters(),
        *,
        keep: bool = True,
        conversation_id: str | None = None,
        instead_of: str = "",
        stop: threading.Event | None = None,
    ) -> Iterator[Step | Delta | Answer]:
        """Answer a question while it is being worked on; the checked Answer comes last and replaces the draft.

        A question in a conversation is asked in the light of the turns stored there, and becomes the next of them;
        a `conversation_id` that is not known yet begins a conversation. With `instead_of`, the id of an answer there,
        the question takes the place of that answer's turn and of those after it, once its own answer is stored.
        Once `stop` is set, no model writes any more, and there may be no Answer.
        """
        sentences = sentences_to_check(question)
        question = _checked(question)
        stop = stop or threading.Event()
        if sentences:
            for event in answer_draft(question, sentences, self.library, self.embedder, filters, stop):
                if keep and isinstance(event, Answer):
                    self._keep(event, conversation_id, instead_of)
                yield event
            return
        clock = _Clock()
        if conversation_id and not turns:
            before = takewhile(lambda one: one.answer_id != instead_of, self.conversation(conversation_id))
            turns = [turn_of(answer) for answer in before][-REMEMBERED:]
        model = self._model_for_question()
        if model:
            generative.prepare(model)
        plan, rewritten = self._plan(question, turns, filters, model, stop)
        clock.lap("plan")
        answer = yield from self._answer(plan, rewritten, model, stop, clock)
        if keep:
            self._keep(answer, conversation_id, instead_of)
        yield answer

    def resume(self, answer_id: str, *, stop: threading.Event | None = None) -> Iterator[Step | Delta | Answer]:
        """Have the model go on with a stored answer that was cut off.

        The Answer comes last; it has the same id and takes the other's place. Where the model fails again, it says why,
        and what there was is kept.
        """
        answer = self._stored(answer_id)
        if not answer.unfinished:
            raise UsageError("That answer is not one that can be taken up.", "Ask the question again.")
        if not self.model:
            raise UsageError("No model is set that could go on with the answer.", "Set FOOTNOTE_MODEL.")
        model = for_question(self.model, self.settings, spent=sum(answer.usage.values()))
        yield Delta("\n\n".join(statement.text for statement in answer.statements) + "\n\n")
        yield Step(f"{model.name} goes on writing")
        try:
            written = yield from self._write(
                lambda manner: generative.go_on(answer, self.library, self.embedder, model, manner),
                stop or threading.Event(),
            )
            answer = replace(
                answer,
                **{field.name: getattr(written, field.name) for field in fields(written)},
                engine=", ".join(dict.fromkeys((answer.engine, model.name))),
            )
        except ModelError as error:
            if isinstance(error, ModelCut) and error.reason == "stopped":
                raise
            answer = replace(answer, incomplete=error.sentences)
        self.library.conversations.store_anew(
            answer_id, answer.text, document=citations.answer_to_document(answer), text_ids=_cited_texts(answer)
        )
        yield answer

    def compare(self, names: Sequence[str], on: Sequence[str] = ()) -> Answer:
        """Compare two or more papers, named as `Library.find` understands it, on the aspects listed, else on the parts
        that every paper has; the answer is stored."""
        papers = tuple(dict.fromkeys(self.library.find(name) for name in names))
        return self._answer_now(planning_tables.comparison(papers, on))

    def stream_comparison(
        self,
        paper_ids: Sequence[str] = (),
        on: Sequence[str] = (),
        *,
        question: str = "",
        before: str = "",
        stop: threading.Event | None = None,
    ) -> Iterator[Step | Answer]:
        """Compare papers as a question asks, else the ones chosen on the aspects chosen; the stored Answer comes last.

        `before` is the answer_id of a comparison whose cells are taken over, so that only what is new is looked for.
        Once `stop` is set, there may be no Answer.
        """
        clock = _Clock()
        earlier = self.comparison(before) if before else None
        if question:
            wanted = comparisons.asked(_checked(question), earlier, self.library, self.embedder)
        else:
            wanted = comparisons.chosen(paper_ids, on, earlier.table if earlier else None, self.library)
        clock.lap("plan")
        answer = yield from comparisons.compared(
            wanted, earlier, self.library, self.embedder, stop or threading.Event()
        )
        if answer:
            clock.lap("answer")
            answer = replace(answer, timings=clock.laps)
            self._keep(answer, None)
            yield answer

    def comparison(self, answer_id: str) -> Answer:
        """Return a stored comparison."""
        answer = self._stored(answer_id)
        if answer.table is None:
            raise UsageError("That answer is no comparison.", "Choose papers to compare.")
        return answer

    def summarize(self, name: str) -> Answer:
        """Summarise a paper, named as `Library.find` understands it; the answer is stored."""
        return self._answer_now(planning_tables.summary(self.library.find(name)))

    def _model_for_question(self) -> Model | None:
        model, settings = self.model, self.settings
        return for_question(model, settings) if model else None

    def stream_summary(self, name: str, *, stop: threading.Event | None = None) -> Iterator[Step | Delta | Answer]:
        """Summarise a paper while it is being worked on; the stored Answer comes last."""
        return self._stream_planned(planning_tables.summary(self.library.find(name)), stop or threading.Event())

    def summary(self, paper_id: str) -> Answer | None:
        """Return the summary of a paper that was stored last, None where there is none."""
        for answer, _ in self.citing(paper_id):
            if answer.kind == "summary" and cited_papers(answer) == (paper_id,):
                return answer
        return None

    def citing(self, paper_id: str) -> Iterator[tuple[Answer, str | None]]:
        """Give the stored answers that cite a paper, the last first, each with the id of its conversation if any."""
        for found in self.library.conversations.citing(paper_id):
            yield citations.answer_from_document(found.document), found.conversation_id

    def _answer_now(self, plan: Plan) -> Answer:
        """Answer what is planned already."""
        *_, answer = self._stream_planned(plan, threading.Event())
        assert isinstance(answer, Answer)
        return answer

    def _stream_planned(self, plan: Plan, stop: threading.Event) -> Iterator[Step | Delta | Answer]:
        model = self._model_for_question()
        answer = yield from self._answer(plan, Rewritten(), model, stop, _Clock())
        self._keep(answer, None)
        yield answer

    def _answer(
        self, plan: Plan, rewritten: Rewritten, model: Model | None, stop: threading.Event, clock: _Clock
    ) -> Generator[Step | Delta, None, Answer]:
        """Find the evidence for a plan and answer from it: by the model where there is one, else with quotes."""
        papers, _ = self.library.count()
        yield Step(f"looking through {counted(papers, 'paper')}")
        evidence = retrieval.retrieve(plan, self.library, self.embedder)
        clock.lap("retrieve")
        passages, speak = len(evidence.hits), len({hit.chunk.paper_id for hit in evidence.hits})
        yield Step(f"reading {counted(passages, 'passage')} from {counted(speak, 'paper')}")
        engine, problem, written = "extractive", rewritten.problem, None
        if model and not problem and generative.is_for_model(plan, evidence, self.library):
            yield Step(f"{model.name} is writing")
            try:
                written = yield from self._write(
                    lambda manner: generative.write(plan, evidence, self.library, self.embedder, model, manner), stop
                )
                engine = model.name
            except ModelError as error:
                if isinstance(error, ModelCut) and error.reason == "stopped":
                    raise
                problem = error.sentences
                yield Delta("\n\n")
        if written is None:
            written = _quoted(extractive.answer(plan, evidence, self.library, self.embedder))
            for statement in written.statements:
                yield Delta(statement.marked + "\n\n")
        elif plan.kind == "compare" and not written.abstained:
            written = generative.beside(written, extractive.answer(plan, evidence, self.library, self.embedder))
        elif plan.kind == "list" and not written.abstained:
            written = generative.whole(written, evidence, self.library)
        elif plan.kind == "find" and not written.abstained:
            written = generative.named(written, self.library)
        notice = (f"{model.name} did not answer, so these are quotes. {problem}",) if model and problem else ()
        clock.lap("answer")
        return Answer(
            answer_id=uuid.uuid4().hex,
            question=plan.question,
            kind=plan.kind,
            statements=written.statements,
            citations=written.citations,
            abstained=written.abstained,
            engine=engine,
            coverage=Coverage(evidence.looked_at, evidence.speak),
            prompts={**rewritten.prompts, **written.prompts},
            library=self.library.fingerprint,
            usage=_sum(rewritten.usage, written.usage),
            timings=clock.laps,
            notices=notice + written.notices,
            incomplete=written.incomplete,
            unfinished=written.unfinished,
            quotes=written.quotes,
            table=written.table,
            doubtful=written.doubtful,
        )

    def _plan(
        self, question: str, turns: Sequence[Turn], filters: Filters, model: Model | None, stop: threading.Event
    ) -> tuple[Plan, Rewritten]:
        """Plan a question; a follow-up is first made to stand alone, by the model where there is one, else by rules."""
        by_rules = planning.plan(question, turns, self.library, filters)
        if not (model and turns) or by_rules.grows:
            return by_rules, Rewritten()
        rewritten = rewrite(question, turns, self.library, model, stop)
        if fold(rewritten.question) in {"", fold(question)}:  # nothing gained: the rules may know more
            return by_rules, rewritten
        plan = planning.plan(rewritten.question, (), self.library, filters)
        if by_rules.carried and not plan.papers:  # the model left out what the rules know of
            plan = replace(plan, papers=by_rules.papers, carried=True)
        if plan.filters == filters:
            plan = replace(plan, filters=by_rules.filters)
        return replace(plan, question=by_rules.question), rewritten

    def _write(
        self, writing: Callable[[Manner], Written], stop: threading.Event
    ) -> Generator[Step | Delta, None, Written]:
        """Have a model write; its draft comes as it is written."""

        def work(tell: Callable[[Step | Delta], None]) -> Written:
            return writing(Manner(self.settings.max_tokens, self.settings.second_look, tell, stop))

        pieces = as_it_comes(work, stop)
        try:
            while True:
                yield next(pieces)
        except StopIteration as end:
            written: Written = end.value
            return written
        finally:
            pieces.close()

    def _keep(self, answer: Answer, conversation_id: str | None, instead_of: str = "") -> None:
        document = citations.answer_to_document(answer)
        text_ids = _cited_texts(answer)
        if conversation_id is None:
            self.library.store_answer(answer.answer_id, document, text_ids)
        else:
            self.library.conversations.add_turn(
                conversation_id,
                answer.question,
                answer.text,
                answer_id=answer.answer_id,
                document=document,
                text_ids=text_ids,
                instead_of=instead_of,
            )

    def converse(self, questions: Sequence[str], filters: Filters = Filters(), *, keep: bool = True) -> Answer:
        """Answer the last of several questions in the light of those before it."""
        turns: list[Turn] = []
        for question in questions[:-1]:
            answer = self.ask(question, turns, filters, keep=False)
            turns.append(turn_of(answer))
        return self.ask(questions[-1], turns, filters, keep=keep)

    def conversations(self, query: str = "") -> list[Conversation]:
        """Return the stored conversations that hold every word of a query, the last asked first."""
        return self.library.conversations.holding(query)

    def conversation(self, conversation_id: str) -> list[Answer]:
        """Return the answers of a stored conversation, first to last; none where there is no such conversation."""
        turns = self.library.conversations.turns(conversation_id)
        return [citations.answer_from_document(turn.document) for turn in turns]

    def rename_conversation(self, conversation_id: str, title: str) -> None:
        """Call a stored conversation otherwise."""
        self.library.conversations.rename(conversation_id, title)

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a stored conversation with its answers."""
        self.library.conversations.delete(conversation_id)

    def follow_ups(self, answer: Answer) -> tuple[str, ...]:
        """Suggest up to three questions that go on from an answer, each of which this library can answer."""
        return follow_ups(answer, self.library)

    def markdown(self, answer_id: str) -> str:
        """Return a stored answer as a Markdown page, with its footnotes."""
        return answer_to_markdown(self._stored(answer_id), self.library)

    def export_conversation(self, conversation_id: str, form: ConversationForm) -> str:
        """Return a stored conversation as the text of a file. Raises ConversationNotFound."""
        title = self.library.conversations.named(conversation_id).title
        return export(title, self.conversation(conversation_id), form, self.library)

    def import_conversation(self, data: bytes) -> Conversation:
        """Store a conversation that another Footnote shared, with its passages; one that is there already stays as it
        is. Raises UsageError for whatever is no such file."""
        from assistant.sharing import conversation_from_file

        shared = conversation_from_file(data, self.library)
        self.library.conversations.add_shared(shared.conversation_id, shared.title, shared.turns, shared.texts)
        return self.library.conversations.named(shared.conversation_id)

    def passage(self, answer_id: str, number: int, *, boxes: bool = True) -> Passage:
        """Return a citation of a stored answer in its context; its boxes on a PDF's pages take the longest to find."""
        for citation in self._stored(answer_id).citations:
            if citation.number == number:
                return citations.passage(citation, self.library, boxes=boxes)
        raise UsageError(f"That answer has no footnote {number}.")

    def _stored(self, answer_id: str) -> Answer:
        document = self.library.answer(answer_id)
        if document is None:
            raise UsageError("There is no such answer in this library.", "Ask the question again.")
        return citations.answer_from_document(document)

    def page_picture(self, text_id: str, page: int, width: int) -> bytes:
        """Return a page of the PDF that a text was read from, as PNG, `width` pixels wide."""
        from assistant.reading.pdf import page_picture

        return page_picture(self.original(text_id)[0], page, width)

    def original(self, text_id: str) -> tuple[Path, StoredSource]:
        """Return the library's own copy of the file that a text was read from, with what is known of the file."""
        source = self.library.source_of_text(text_id)
        path = self.library.original(source.content_hash)
        if path is None:
            raise UsageError("That file is not in the library any more.", "Ingest it again.")
        return path, source

    def excerpt(self, text_id: str, place: int, *, after: bool) -> Excerpt:
        """Return what stands before or after a place of a text."""
        return citations.excerpt(text_id, place, self.library, after=after)


def _sum(*usages: Mapping[str, int]) -> dict[str, int]:
    """Return the tokens of several requests together."""
    return {name: sum(usage.get(name, 0) for usage in usages) for usage in usages for name in usage}


def _cited_texts(answer: Answer) -> set[str]:
    return {citation.text_id for citation in answer.citations}


def turn_of(answer: Answer) -> Turn:
    """Return an answer as the turn that later questions are asked in the light of."""
    return Turn(answer.question, answer.text, cited_papers(answer), answer.table)


def _quoted(outcome: extractive.Outcome) -> Written:
    return Written(
        outcome.statements, outcome.citations, outcome.abstained, table=outcome.table, doubtful=outcome.doubtful
    )


def _noted(paper: Paper, others: Sequence[Paper]) -> Paper:
    if not others:
        return paper
    notes = tuple(
        f"Its text opens word for word as that of “{other.title}”; one of the two may stand under the wrong title."
        for other in others
    )
    return replace(paper, metadata=replace(paper.metadata, notes=(*paper.metadata.notes, *notes)))


def cited_papers(answer: Answer) -> tuple[str, ...]:
    """Return the ids of the papers an answer cites, each once, in order; none for an answer that abstained."""
    return () if answer.abstained else tuple(dict.fromkeys(citation.paper_id for citation in answer.citations))


def _checked(question: str) -> str:
    question = " ".join(question.encode("utf-8", "replace").decode("utf-8").split())  # lone surrogates go
    if not question:
        raise UsageError("The question is empty.", "Type a question about your papers.")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(f"The question has {len(question)} characters; {LONGEST_QUESTION} is the most.", "Shorten it.")
    return question


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 4)
        self._last = now
