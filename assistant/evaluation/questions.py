"""A set of questions with what a right answer holds, read from JSON lines. Knows no engine and no score."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter, ValidationError

from assistant.evaluation.lines import BadLine, numbered_lines, text_of

Kind = Literal["fact", "find", "list", "meta", "compare", "summary", "followup", "unanswerable"]
Text = Annotated[str, Field(min_length=1)]
Pages = tuple[Annotated[int, Field(ge=1)], ...]


@dataclass(frozen=True, slots=True)
class KeyFact:
    """One thing that an answer should state, in one of several wordings, citing its paper (on one of the pages)."""

    any: Text | tuple[Text, ...]
    paper: str | None = None
    page: Pages = ()


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question with what its answer is scored by.

    `turns` are asked in their order and the last one's answer is scored. `answers` are accepted wordings of one answer,
    `answers_all` must all stand in it. `papers` are to be cited, `papers_also_ok` and `papers_optional` may be: titles,
    or names of files. `page` is where the answer stands.
    """

    id: str
    type: Kind
    turns: tuple[Text, ...]
    answers: tuple[Text, ...] = ()
    answers_all: tuple[Text | tuple[Text, ...], ...] = ()
    key_facts: tuple[KeyFact, ...] = ()
    papers: tuple[Text, ...] = ()
    papers_also_ok: tuple[Text, ...] = ()
    papers_optional: tuple[Text, ...] = ()
    page: Pages = ()

    @property
    def asked(self) -> str:
        """The turns in one line."""
        return " / ".join(self.turns)


def read_questions(paths: Sequence[Path]) -> tuple[list[KnownQuestion], list[BadLine]]:
    """Read question sets; the lines that are no question come back beside them, each with what is wrong."""
    questions: dict[str, KnownQuestion] = {}
    bad: list[BadLine] = []
    for path in paths:
        for number, line in numbered_lines(path):
            try:
                question = _question(text_of(line), f"{path.stem}:{number}")
                if question.id in questions:
                    raise ValueError(f'the id "{question.id}" stands on an earlier line too')
                questions[question.id] = question
            except ValueError as error:
                bad.append(BadLine(str(path), number, str(error)))
    return list(questions.values()), bad


def _question(line: str, default_id: str) -> KnownQuestion:
    try:
        record = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"it is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise ValueError("it is not a JSON object")
    if record.get("type") not in get_args(Kind):
        raise ValueError(f'"type" is none of {", ".join(get_args(Kind))}')
    if record.get("turns") is None:
        record["turns"] = [record["question"]] if record.get("question") else []
    record.setdefault("id", default_id)
    try:
        question = _READER.validate_python({key: value for key, value in record.items() if value is not None})
    except ValidationError as error:
        raise ValueError("; ".join(_wrong(each) for each in error.errors(include_url=False))) from None
    if not question.turns:
        raise ValueError('it has neither "question" nor "turns"')
    if question.type != "unanswerable" and not (
        question.answers or question.answers_all or question.key_facts or question.papers
    ):
        raise ValueError('nothing to score by: it has none of "answers", "answers_all", "key_facts" and "papers"')
    return question


_READER = TypeAdapter(KnownQuestion)


def _wrong(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"] if not str(part).startswith(("constrained", "tuple[")))
    return f'"{where}": {error["msg"][0].lower()}{error["msg"][1:]}'
