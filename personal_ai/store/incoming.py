"""Conversations of other programs come in: unseen while they come, shown all together, or none of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

import apsw

from personal_ai.messages import ConversationRead, Said
from personal_ai.store.database import Database, stamp, utc_now

Taken = Literal["new", "longer", "known"]


class Incoming:
    """One file on its way in. `take`, then `show` or `drop`: neither changes what was there before `show` does."""

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now
        self._new: list[int] = []
        #: What was said since a conversation was taken in before: (conversation, the message it follows, turns).
        self._longer: list[tuple[int, int | None, Sequence[Said]]] = []

    def take(self, conversations: Sequence[ConversationRead], title: Callable[[str], str]) -> list[Taken]:
        """Keep these, unseen; of each tell whether it is new, went on since it was taken in before, or is known.

        `title` makes one of a first message, for a conversation that has none.
        """
        with self._db.transaction("taking in your chats") as connection:
            return [self._take(connection, each, title) for each in conversations]

    def show(self) -> None:
        """Show all that was taken: from now on it is the person's like any other conversation."""
        with self._db.transaction("taking in your chats") as connection:
            for conversation, last, said in self._longer:
                if not connection.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation,)).fetchall():
                    continue  # it was deleted meanwhile
                self._say(connection, conversation, last, said)
                connection.execute(
                    "UPDATE conversations SET updated = max(updated, ?) WHERE id = ?",
                    (said[-1].created or stamp(self._now()), conversation),
                )
            connection.executemany("UPDATE conversations SET hidden = '' WHERE id = ?", [(id,) for id in self._new])

    def drop(self) -> None:
        """Forget all that was taken."""
        with self._db.transaction("leaving out chats") as connection:
            connection.executemany("DELETE FROM conversations WHERE id = ?", [(id,) for id in self._new])
        self._new, self._longer = [], []

    def _take(self, connection: apsw.Connection, read: ConversationRead, title: Callable[[str], str]) -> Taken:
        rows: list[Any] = connection.execute(
            "SELECT id, hidden FROM conversations WHERE key = ?", (read.key,)
        ).fetchall()
        if rows and rows[0][1] == "trash":
            # It was deleted here, and is wanted again.
            connection.execute("UPDATE conversations SET key = key || ' ' || id WHERE id = ?", (rows[0][0],))
        elif rows:
            return self._go_on(connection, rows[0][0], read)
        now = stamp(self._now())
        first = next((said.created for said in read.said if said.created), "")
        last = next((said.created for said in reversed(read.said) if said.created), "")
        created = read.created or first or now
        asked = next((said.text for said in read.said if said.role == "user"), read.said[0].text)
        connection.execute(
            """INSERT INTO conversations(title, created, updated, folder, pinned, archived, key, hidden)
               VALUES(?,?,?,?,?,?,?,'import')""",
            (
                read.title or title(asked),
                created,
                read.updated or last or created,
                read.folder,
                read.pinned,
                read.archived,
                read.key,
            ),
        )
        id = connection.last_insert_rowid()
        self._new.append(id)
        self._say(connection, id, None, read.said, created)
        return "new"

    def _go_on(self, connection: apsw.Connection, id: int, read: ConversationRead) -> Taken:
        """Only what was added at the end of one that nobody changed here is new."""
        known: list[Any] = connection.execute(
            "SELECT id, text FROM messages WHERE conversation_id = ? ORDER BY id", (id,)
        ).fetchall()
        fresh = read.said[len(known) :]
        if not fresh or [text for _, text in known] != [said.text for said in read.said[: len(known)]]:
            return "known"
        if id not in self._new and id not in [each[0] for each in self._longer]:
            self._longer.append((id, known[-1][0] if known else None, fresh))
            return "longer"
        return "known"

    def _say(
        self, connection: apsw.Connection, id: int, last: int | None, said: Sequence[Said], created: str = ""
    ) -> None:
        moment = created or stamp(self._now())
        for each in said:
            moment = each.created or moment
            connection.execute(
                "INSERT INTO messages(conversation_id, role, text, created, model, parent) VALUES(?,?,?,?,?,?)",
                (id, each.role, each.text, moment, each.model, last),
            )
            last = connection.last_insert_rowid()
        connection.execute("UPDATE conversations SET head = ? WHERE id = ?", (last, id))
