"""Conversations in the ledger: questions in their order, each with its stored answer. Knows no paper and no page."""

from __future__ import annotations

import json
import sqlite3
import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from vectorstore import storing
from vectorstore.errors import ConversationNotFound, LibraryError
from vectorstore.identity import fold
from vectorstore.ledger import Ledger
from vectorstore.rows import storable

LONGEST_TITLE = 80  # characters

# `:words` is a JSON list; each must stand in the title or in a turn.
_HOLDING = """
    SELECT conversation_id, title, created, changed,
        (SELECT count(*) FROM turns WHERE turns.conversation_id = conversations.conversation_id) AS turns
    FROM conversations
    WHERE NOT EXISTS (
        SELECT 1 FROM json_each(:words) AS word
        WHERE NOT instr(conversations.folded, word.value) AND NOT EXISTS (
            SELECT 1 FROM turns
            WHERE turns.conversation_id = conversations.conversation_id AND instr(turns.folded, word.value)
        )
    )
    ORDER BY changed DESC, rowid DESC"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stored conversation: how it is called, when it began and was last asked something, and its number of turns."""

    conversation_id: str
    title: str
    created: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class CitingAnswer:
    """A stored answer that cites a text of a paper, and the conversation it stands in, where it stands in one."""

    answer_id: str
    document: str
    conversation_id: str | None


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question as it was asked, and its answer byte for byte as it was stored."""

    question: str
    answer_id: str
    document: str


class Conversations:
    """The conversations of one library. Thread-safe; a process that only reads the papers may keep them too."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add_turn(
        self,
        conversation_id: str,
        question: str,
        text: str,
        *,
        answer_id: str,
        document: str,
        text_ids: Collection[str],
        instead_of: str = "",
    ) -> None:
        """Store an answer as `Library.store_answer` does and its turn with it, in one transaction.

        `text` is the answer's text, to be searched. The first turn begins the conversation and gives it its title.
        The turn of the answer `instead_of`, and all turns after it, go out in the same transaction; raises
        ConversationNotFound when the conversation has no such turn.
        """
        question, now = storable(question), datetime.now(UTC).timestamp()
        title = shortened(question)
        with self._ledger.writing(content=False) as connection:
            replaced = _take_out(connection, conversation_id, instead_of, title) if instead_of else []
            connection.execute(
                """INSERT INTO conversations(conversation_id, title, folded, created, changed)
                VALUES (:id, :title, :folded, :now, :now)
                ON CONFLICT (conversation_id) DO UPDATE SET changed = :now""",
                {"id": conversation_id, "title": title, "folded": fold(title), "now": now},
            )
            storing.insert_answer(connection, answer_id, document, text_ids)
            connection.execute(
                """INSERT INTO turns(conversation_id, position, question, folded, answer_id)
                SELECT :id, count(*), :question, :folded, :answer FROM turns WHERE conversation_id = :id""",
                {
                    "id": conversation_id,
                    "question": question,
                    "folded": fold(f"{question} {text}"),
                    "answer": answer_id,
                },
            )
            storing.delete_answers(connection, replaced)

    def store_anew(self, answer_id: str, text: str, *, document: str, text_ids: Collection[str]) -> None:
        """Store an answer in place of the one of its id, also where that is a turn of a conversation."""
        with self._ledger.writing(content=False) as connection:
            storing.insert_answer(connection, answer_id, document, text_ids)
            for turn in connection.execute("SELECT rowid, question FROM turns WHERE answer_id = ?", (answer_id,)):
                connection.execute(
                    "UPDATE turns SET folded = ? WHERE rowid = ?", (fold(f"{turn['question']} {text}"), turn["rowid"])
                )

    def holding(self, query: str = "") -> list[Conversation]:
        """Give the conversations whose title, questions and answers hold every word of a query, the latest first."""
        with self._ledger.reading() as connection:
            rows = connection.execute(_HOLDING, {"words": json.dumps(fold(query).split())})
            return [_from_row(row) for row in rows]

    def turns(self, conversation_id: str) -> list[StoredTurn]:
        """Give the turns of a conversation, first to last; none where there is no such conversation."""
        with self._ledger.reading() as connection:
            rows = connection.execute(
                """SELECT question, answer_id, document FROM turns JOIN answers USING (answer_id)
                WHERE conversation_id = ? ORDER BY position""",
                (conversation_id,),
            )
            return [StoredTurn(*row) for row in rows]

    def citing(self, paper_id: str) -> list[CitingAnswer]:
        """Give the answers that cite a paper, the last stored first."""
        with self._ledger.reading() as connection:
            rows = connection.execute(
                """SELECT answer_id, document, (SELECT conversation_id FROM turns
                WHERE turns.answer_id = answers.answer_id) AS conversation_id FROM answers WHERE answer_id IN
                (SELECT answer_id FROM cited_texts JOIN sources USING (text_key) WHERE paper_id = ?)
                ORDER BY answers.rowid DESC""",
                (paper_id,),
            )
            return [CitingAnswer(*row) for row in rows]

    def rename(self, conversation_id: str, title: str) -> None:
        """Call a conversation otherwise. Raises ConversationNotFound; LibraryError for a title that says nothing."""
        title = shortened(storable(title))
        if not title:
            raise LibraryError("A conversation needs a title.", "Type some words.")
        with self._ledger.writing(content=False) as connection:
            changed = connection.execute(
                "UPDATE conversations SET title = ?, folded = ? WHERE conversation_id = ?",
                (title, fold(title), conversation_id),
            )
            if not changed.rowcount:
                raise _not_found()

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation with its answers, and the old texts that only these cited.

        Raises ConversationNotFound.
        """
        with self._ledger.writing(content=False) as connection:
            answers = connection.execute("SELECT answer_id FROM turns WHERE conversation_id = ?", (conversation_id,))
            answer_ids = [row["answer_id"] for row in answers]
            deleted = connection.execute("DELETE FROM conversations WHERE conversation_id = ?", (conversation_id,))
            if not deleted.rowcount:
                raise _not_found()
            storing.delete_answers(connection, answer_ids)


def _take_out(connection: sqlite3.Connection, conversation_id: str, answer_id: str, title: str) -> list[str]:
    """Take out the turn with an answer and all turns after it; give their answers' ids, which are to be deleted.

    A conversation that is called by its first question is called by `title` once that goes.
    """
    first = connection.execute(
        "SELECT position, question FROM turns WHERE conversation_id = ? AND answer_id = ?", (conversation_id, answer_id)
    ).fetchone()
    if first is None:
        raise ConversationNotFound("That question is not in the conversation any more.", "Ask it as a new one.")
    since = "FROM turns WHERE conversation_id = ? AND position >= ?", (conversation_id, first["position"])
    answers = [row["answer_id"] for row in connection.execute(f"SELECT answer_id {since[0]}", since[1])]
    connection.execute(f"DELETE {since[0]}", since[1])
    if first["position"] == 0:
        connection.execute(
            "UPDATE conversations SET title = ?, folded = ? WHERE conversation_id = ? AND title = ?",
            (title, fold(title), conversation_id, shortened(first["question"])),
        )
    return answers


def shortened(title: str) -> str:
    """Put a title into one line of at most 80 characters, cut after a word where there is one."""
    line = " ".join(title.split())
    if len(line) <= LONGEST_TITLE:
        return line
    short = textwrap.shorten(line, LONGEST_TITLE, placeholder="…")
    return short if len(short) > LONGEST_TITLE // 2 else f"{line[: LONGEST_TITLE - 1]}…"


def _from_row(row: sqlite3.Row) -> Conversation:
    created, changed = (datetime.fromtimestamp(row[name], UTC) for name in ("created", "changed"))
    return Conversation(row["conversation_id"], row["title"], created, changed, row["turns"])


def _not_found() -> ConversationNotFound:
    return ConversationNotFound("There is no such conversation any more.", "Begin a new one.")
