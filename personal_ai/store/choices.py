"""What the person decided about examples that a night would learn."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from personal_ai.store.database import Database, stamp, utc_now

Choice = Literal["never", "edit"]


class ChoiceRow(msgspec.Struct, frozen=True):
    """A decision about the example of this key: never learn it, or learn it with this question and answer.

    `documents` are the notes that the example came from.
    """

    key: str
    choice: Choice
    question: str
    answer: str
    documents: list[int]
    created: str


_CHOICE = "SELECT key, choice, question, answer, documents, created FROM example_choices"


class Choices:
    """The decisions, one for each example; those about a deleted note's examples go with it."""

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now

    def set(
        self, key: str, choice: Choice, question: str = "", answer: str = "", *, documents: Iterable[int] = ()
    ) -> None:
        """Keep a decision; it takes the place of an earlier one about the same example."""
        kept = msgspec.json.encode(sorted({*documents})).decode()
        with self._db.transaction("saving your choice") as connection:
            connection.execute(
                """INSERT INTO example_choices(key, choice, question, answer, documents, created) VALUES(?,?,?,?,?,?)
                   ON CONFLICT(key) DO UPDATE SET choice = excluded.choice, question = excluded.question,
                       answer = excluded.answer, documents = excluded.documents, created = excluded.created""",
                (key, choice, question, answer, kept, stamp(self._now())),
            )

    def get(self, key: str) -> ChoiceRow | None:
        """The decision about one example; None where it may be learned as it is."""
        rows = self._db.query(f"{_CHOICE} WHERE key = ?", (key,))
        return _choice(rows[0]) if rows else None

    def clear(self, key: str) -> None:
        """Take a decision back; without one, nothing happens."""
        with self._db.transaction("saving your choice") as connection:
            connection.execute("DELETE FROM example_choices WHERE key = ?", (key,))

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self) -> list[ChoiceRow]:
        """All decisions, newest first."""
        return [_choice(row) for row in self._db.query(f"{_CHOICE} ORDER BY created DESC, key")]


def _choice(row: tuple[Any, ...]) -> ChoiceRow:
    fields = list(row)
    fields[4] = msgspec.json.decode(row[4])
    return ChoiceRow(*fields)
