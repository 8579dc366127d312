"""What the person taught in the chat: thumbs, better answers, things to remember."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from personal_ai.errors import UserError
from personal_ai.store.database import Database, stamp, utc_now

TaughtKind = Literal["up", "down", "edit", "remember", "prefer"]
THUMBS: tuple[TaughtKind, ...] = ("up", "down")


class TaughtRow(msgspec.Struct, frozen=True):
    """One thing taught: `answer` is what is right, `rejected` what was said and is not; either may be empty.

    Of the kind "prefer", `answer` is only better than `rejected`: the person chose it beside the other.

    `chunks` are the passages that the answer had before it. `message_id` and `conversation_id` are None once these are
    deleted; `document_id` is the note that a thing to remember became. What is `never` is kept and not learned.
    """

    id: int
    kind: TaughtKind
    question: str
    answer: str
    rejected: str
    conversation_id: int | None
    message_id: int | None
    document_id: int | None
    chunks: list[int]
    created: str
    never: bool


_TAUGHT = """
    SELECT id, kind, question, answer, rejected, conversation_id, message_id, document_id, chunks, created, never
      FROM taught
"""


class Taught:
    """The record of what was taught. Every change is one transaction.

    A deleted conversation takes its thumbs and preferences along and leaves better answers. A deleted note takes along
    what was to be remembered with it, and what was taught from its passages is marked as never to be learned.
    """

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now

    def add(
        self,
        kind: TaughtKind,
        question: str,
        answer: str,
        *,
        rejected: str = "",
        conversation_id: int | None = None,
        message_id: int | None = None,
        document_id: int | None = None,
        chunks: Sequence[int] = (),
        instead_of: Sequence[TaughtKind] = (),
    ) -> TaughtRow:
        """Keep one thing; what is of the kinds `instead_of` and belongs to the same message goes."""
        with self._db.transaction("keeping what you taught") as connection:
            self._remove(message_id, instead_of)
            connection.execute(
                """INSERT INTO taught(kind, question, answer, rejected, conversation_id, message_id, document_id,
                                      chunks, created) VALUES(?,?,?,?,?,?,?,?,?)""",
                (
                    kind,
                    question,
                    answer,
                    rejected,
                    conversation_id,
                    message_id,
                    document_id,
                    msgspec.json.encode([*chunks]).decode(),
                    stamp(self._now()),
                ),
            )
            return self.get(connection.last_insert_rowid())

    def get(self, id: int) -> TaughtRow:
        """One thing by its id. Raises UserError when it is gone."""
        rows = self._db.query(f"{_TAUGHT} WHERE id = ?", (id,))
        if not rows:
            raise UserError("This was taken back already.")
        return _taught(rows[0])

    def of_message(self, message_id: int) -> list[TaughtRow]:
        """What was taught about one answer, oldest first."""
        return [_taught(row) for row in self._db.query(f"{_TAUGHT} WHERE message_id = ? ORDER BY id", (message_id,))]

    def of_conversation(self, conversation_id: int) -> list[TaughtRow]:
        """What was taught about the answers of one conversation, oldest first."""
        rows = self._db.query(f"{_TAUGHT} WHERE conversation_id = ? ORDER BY id", (conversation_id,))
        return [_taught(row) for row in rows]

    def of_document(self, document_id: int) -> TaughtRow | None:
        """What was to be remembered with this note."""
        rows = self._db.query(f"{_TAUGHT} WHERE document_id = ? AND kind = 'remember'", (document_id,))
        return _taught(rows[0]) if rows else None

    def take_back(self, message_id: int, kinds: Sequence[TaughtKind]) -> None:
        """Remove what was taught about an answer, of these kinds."""
        with self._db.transaction("taking back what you taught"):
            self._remove(message_id, kinds)

    def remove(self, id: int) -> None:
        """Remove one thing; the note that it became stays. Raises UserError when it is gone."""
        self.get(id)
        with self._db.transaction("taking back what you taught") as connection:
            connection.execute("DELETE FROM taught WHERE id = ?", (id,))

    def set_never(self, id: int, never: bool) -> None:
        """Say that a thing is kept and never learned, or learned again. Raises UserError when it is gone."""
        self.get(id)
        with self._db.transaction("saving your choice") as connection:
            connection.execute("UPDATE taught SET never = ? WHERE id = ?", (never, id))

    def rewrite(self, id: int, question: str, answer: str) -> None:
        """Put another question and answer into a thing; it is a better answer then. Raises UserError when it is gone.

        Of an answer with a thumb up that gets another one, the old is kept as what is not right.
        """
        row = self.get(id)
        rejected = row.answer if row.kind == "up" and row.answer != answer else row.rejected
        with self._db.transaction("saving your words") as connection:
            connection.execute(
                "UPDATE taught SET kind = 'edit', question = ?, answer = ?, rejected = ? WHERE id = ?",
                (question, answer, rejected, id),
            )

    def _remove(self, message_id: int | None, kinds: Sequence[TaughtKind]) -> None:
        if message_id is not None and kinds:
            self._db.read().execute(
                "DELETE FROM taught WHERE message_id = ? AND kind IN (SELECT value FROM json_each(?))",
                (message_id, msgspec.json.encode([*kinds]).decode()),
            )

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self, *, never: bool = True) -> list[TaughtRow]:
        """Everything taught, newest first, on wish without what is never to be learned."""
        where = "" if never else "WHERE never = 0"
        return [_taught(row) for row in self._db.query(f"{_TAUGHT} {where} ORDER BY id DESC")]


def _taught(row: tuple[Any, ...]) -> TaughtRow:
    fields = list(row)
    fields[8] = msgspec.json.decode(row[8])
    fields[10] = bool(row[10])
    return TaughtRow(*fields)
