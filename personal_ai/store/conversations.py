"""Conversations and their messages."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Literal

import apsw
import msgspec

from personal_ai.errors import UserError
from personal_ai.store import branches
from personal_ai.store.attachments import Attachments
from personal_ai.store.branches import Branches
from personal_ai.store.conversation_index import ConversationIndex
from personal_ai.store.database import Database, stamp, utc_now

Role = Literal["user", "assistant", "system"]
MessageState = Literal["done", "stopped", "failed", "streaming"]
#: In the place of an adapter's number (the first is 1): the reading skill answered, and nothing learned from notes.
READING_SKILL = 0


class Source(msgspec.Struct, frozen=True):
    """A passage that an answer leaned on, as it was then: `start` and `end` are characters of the document's text."""

    document: str
    document_id: int
    chunk_id: int
    title: str
    heading: str
    text: str
    start: int
    end: int
    created: str


class Made(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an answer was made, as far as it is known: older ones lack it.

    `strength` is the adapter's; `reason` is why it ended, as in messages.Finished; `asked_notes` says that the notes
    were looked into, whether something was found or not. `seconds` count from the question to the end.
    """

    strength: float | None = None
    asked_notes: bool | None = None
    tokens: int = 0
    first_token_seconds: float = 0.0
    tokens_per_second: float = 0.0
    seconds: float = 0.0
    reason: str = ""
    #: Tokens that the model held in mind at the end, and how many it can. 0: not known.
    held: int = 0
    room: int = 0
    #: How many of the oldest answered questions it no longer had in mind, and what they were summed up to.
    dropped: int = 0
    summary: str = ""


class Switches(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one conversation chose otherwise than the settings; None is as these say. `strength` is the adapter's."""

    notes: bool | None = None
    adapter: bool | None = None
    strength: float | None = None


class ConversationRow(msgspec.Struct, frozen=True):
    """A conversation without its messages; `messages` is how many there are."""

    id: int
    title: str
    created: str
    updated: str
    messages: int


class MessageRow(msgspec.Struct, frozen=True):
    """One question or answer. `adapter` is the number that answered (None: the bare model), or READING_SKILL.

    `parent` is the message that it follows, None for a first one.
    """

    id: int
    conversation_id: int
    role: Role
    text: str
    created: str
    sources: list[Source]
    adapter: int | None
    model: str
    seed: int
    state: MessageState
    parent: int | None = None
    made: Made = Made()


_CONVERSATION = """
    SELECT c.id, c.title, c.created, c.updated, (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id)
      FROM conversations c
"""
_MESSAGE = """
    SELECT id, conversation_id, role, text, created, sources, adapter, model, seed, state, parent, made FROM messages
"""


class Conversations:
    """What was asked and answered. Every change is one transaction."""

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now
        self.branches = Branches(db)
        self.attachments = Attachments(db)
        self.index = ConversationIndex(db)
        self.states = db.states

    def create(self, title: str = "") -> int:
        """Begin a conversation, named by rule until somebody names it; return its id."""
        moment = stamp(self._now())
        with self._db.transaction("beginning a conversation") as connection:
            connection.execute(
                "INSERT INTO conversations(title, created, updated, named) VALUES(?,?,?,'rule')",
                (title, moment, moment),
            )
            return connection.last_insert_rowid()

    def get(self, id: int) -> ConversationRow:
        """A conversation by its id. Raises UserError when it is gone."""
        rows = self._db.query(f"{_CONVERSATION} WHERE c.id = ?", (id,))
        if not rows:
            raise UserError("This conversation was deleted. Begin a new one.")
        return ConversationRow(*rows[0])

    def rename(self, id: int, title: str) -> None:
        """Give a conversation the title that the person wants. Raises UserError when it is gone."""
        self.get(id)
        with self._db.transaction("renaming a conversation") as connection:
            connection.execute("UPDATE conversations SET title = ?, named = 'person' WHERE id = ?", (title, id))

    def is_unnamed(self, id: int) -> bool:
        """Whether a conversation has the title that it got by rule, from its first question."""
        return bool(
            self._db.query("SELECT 1 FROM conversations WHERE id = ? AND named = 'rule' AND hidden = ''", (id,))
        )

    def name(self, id: int, title: str) -> bool:
        """Give a conversation the title that a model made, unless it was named by now; return whether it got it."""
        with self._db.transaction("naming a conversation") as connection:
            connection.execute(
                "UPDATE conversations SET title = ?, named = 'model' WHERE id = ? AND named = 'rule' AND hidden = ''",
                (title, id),
            )
            return connection.changes() > 0

    def delete(self, id: int) -> None:
        """Remove a conversation and its messages for good. Raises UserError when it is gone already.

        Thumbs and preferences given in it go with it. Better answers that the person wrote, and what they asked to
        remember, stay. Until every copy of the file has let go of it, an empty one stays among what was thrown away:
        what a crash cuts short, `empty_trash` takes to its end.
        """
        self.get(id)
        with self._db.states.forgetting(id), self._db.transaction("deleting a conversation") as connection:
            _empty(connection, id)
        self._db.forget_pages()
        self._db.forget_in_backups("SELECT id FROM conversations WHERE id = ?", str(id), _delete)
        with self._db.transaction("deleting a conversation") as connection:
            _delete(connection, [id])

    def messages(self, id: int) -> list[MessageRow]:
        """The messages of a conversation in the versions that are shown, oldest first."""
        head = self.branches.head(id)
        return [] if head is None else self.path(head)

    def path(self, id: int) -> list[MessageRow]:
        """A message and all that it follows, oldest first; none when it is gone."""
        wanted = f"{branches.PATH} {_MESSAGE} WHERE id IN (SELECT id FROM path) ORDER BY id"
        return [_message(row) for row in self._db.query(wanted, (id,))]

    def every_message(self, id: int) -> list[MessageRow]:
        """The messages of a conversation in all their versions, oldest first."""
        return [_message(row) for row in self._db.query(f"{_MESSAGE} WHERE conversation_id = ? ORDER BY id", (id,))]

    def message(self, id: int) -> MessageRow:
        """One message by its id. Raises UserError when it is gone."""
        rows = self._db.query(f"{_MESSAGE} WHERE id = ?", (id,))
        if not rows:
            raise UserError("This message was deleted with its conversation.")
        return _message(rows[0])

    def add_message(
        self,
        conversation_id: int,
        role: Role,
        text: str,
        *,
        sources: Sequence[Source] = (),
        adapter: int | None = None,
        model: str = "",
        seed: int = 0,
        state: MessageState = "done",
        made: Made | None = None,
        after: int | msgspec.UnsetType | None = msgspec.UNSET,
    ) -> int:
        """Append a message; return its id. It and what it follows are shown from now on.

        It follows the last message shown, or the message `after` (None: it begins the conversation) as another version.
        Raises UserError when the conversation is gone.
        """
        self.get(conversation_id)
        moment = stamp(self._now())
        with self._db.transaction("saving a message") as connection:
            connection.execute(
                """INSERT INTO messages(conversation_id, role, text, created, sources, adapter, model, seed, state,
                                        parent, made) VALUES(?,?,?,?,?,?,?,?,?,?,?)""",
                (
                    conversation_id,
                    role,
                    text,
                    moment,
                    _sources(sources),
                    adapter,
                    model,
                    seed,
                    state,
                    self.branches.head(conversation_id) if after is msgspec.UNSET else after,
                    _json(made or Made()),
                ),
            )
            id = connection.last_insert_rowid()
            connection.execute(
                "UPDATE conversations SET updated = ?, head = ? WHERE id = ?", (moment, id, conversation_id)
            )
            return id

    def as_one(self) -> AbstractContextManager[object]:
        """Whatever the block changes is stored together, or none of it."""
        return self._db.transaction("saving a message")

    def update_message(
        self,
        id: int,
        *,
        text: str | None = None,
        state: MessageState | None = None,
        sources: Sequence[Source] | None = None,
        adapter: int | None = None,
        model: str | None = None,
        seed: int | None = None,
        made: Made | None = None,
    ) -> None:
        """Change the given fields of a message; None leaves one as it is. Raises UserError when it is gone."""
        kept = None if sources is None else _sources(sources)
        with self._db.transaction("saving a message") as connection:
            connection.execute(
                """UPDATE messages SET text = coalesce(?, text), state = coalesce(?, state),
                       sources = coalesce(?, sources), adapter = coalesce(?, adapter), model = coalesce(?, model),
                       seed = coalesce(?, seed), made = coalesce(?, made) WHERE id = ?""",
                (text, state, kept, adapter, model, seed, None if made is None else _json(made), id),
            )
            if connection.changes() == 0:
                raise UserError("This message was deleted with its conversation.")

    def switches(self, id: int) -> Switches:
        """What a conversation chose otherwise than the settings. Raises UserError when it is gone."""
        rows = self._db.query("SELECT switches FROM conversations WHERE id = ?", (id,))
        if not rows:
            raise UserError("This conversation was deleted. Begin a new one.")
        return msgspec.json.decode(rows[0][0], type=Switches)

    def switch(self, id: int, switches: Switches) -> None:
        """Let a conversation choose otherwise than the settings. Raises UserError when it is gone."""
        with self._db.transaction("saving your choice") as connection:
            connection.execute("UPDATE conversations SET switches = ? WHERE id = ?", (_json(switches), id))
            if connection.changes() == 0:
                raise UserError("This conversation was deleted. Begin a new one.")

    def recover(self) -> int:
        """Mark answers that were cut off by a crash as stopped; return how many. For start-up only."""
        with self._db.transaction("tidying up after the last start") as connection:
            connection.execute("UPDATE messages SET state = 'stopped' WHERE state = 'streaming'")
            return connection.changes()

    def empty_trash(self) -> None:
        """Delete for good what was thrown away, and what an import left that did not come to its end. For start-up."""
        for (id,) in self._db.query("SELECT id FROM conversations WHERE hidden <> ''"):
            self.delete(id)

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self) -> list[ConversationRow]:
        """Conversations, last used first. (store/conversation_index.py finds and sorts them.)"""
        rows = self._db.query(f"{_CONVERSATION} WHERE c.hidden = '' ORDER BY c.updated DESC, c.id DESC")
        return [ConversationRow(*row) for row in rows]


def _sources(sources: Sequence[Source]) -> str:
    return _json(list(sources))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _empty(connection: apsw.Connection, id: int) -> None:
    """Leave nothing of a conversation but that it is to be deleted."""
    connection.execute("DELETE FROM taught WHERE conversation_id = ? AND kind IN ('up', 'down', 'prefer')", (id,))
    connection.execute("DELETE FROM messages WHERE conversation_id = ?", (id,))
    connection.execute("UPDATE conversations SET hidden = 'trash', title = '', folder = '' WHERE id = ?", (id,))


def _delete(connection: apsw.Connection, ids: list[int]) -> None:
    for id in ids:
        _empty(connection, id)
        connection.execute("DELETE FROM conversations WHERE id = ?", (id,))


def _message(row: tuple[Any, ...]) -> MessageRow:
    fields = list(row)
    fields[5] = msgspec.json.decode(row[5], type=list[Source])
    fields[11] = msgspec.json.decode(row[11], type=Made)
    return MessageRow(*fields)
