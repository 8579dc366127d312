"""What was attached to questions: the names of files that were asked about, and pictures as they were sent."""

from typing import Literal

import msgspec

from personal_ai.errors import UserError
from personal_ai.store.database import Database

AttachmentKind = Literal["file", "picture"]


class AttachmentRow(msgspec.Struct, frozen=True):
    """One attachment without its content. Of a file `path` is where it lay; `size` is in bytes."""

    id: int
    message_id: int
    kind: AttachmentKind
    name: str
    path: str
    size: int


class NewAttachment(msgspec.Struct, frozen=True):
    """One that is not stored yet. `data` is a picture's own bytes, PNG or JPEG; of a file nothing is kept."""

    kind: AttachmentKind
    name: str
    path: str
    size: int
    data: bytes = b""


_ATTACHMENT = "SELECT a.id, a.message_id, a.kind, a.name, a.path, a.size FROM attachments a"


class Attachments:
    """They go with their message."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, message_id: int, attached: list[NewAttachment]) -> None:
        """Keep what is attached to a question."""
        if not attached:
            return
        with self._db.transaction("keeping what you attached") as connection:
            for each in attached:
                connection.execute(
                    "INSERT INTO attachments(message_id, kind, name, path, size, data) VALUES(?,?,?,?,?,?)",
                    (message_id, each.kind, each.name, each.path, each.size, each.data),
                )

    def copy(self, source: int, target: int) -> None:
        """Attach what is attached to one message to another one."""
        with self._db.transaction("keeping what you attached") as connection:
            connection.execute(
                """INSERT INTO attachments(message_id, kind, name, path, size, data)
                   SELECT ?, kind, name, path, size, data FROM attachments WHERE message_id = ? ORDER BY id""",
                (target, source),
            )

    def of_message(self, message_id: int) -> list[AttachmentRow]:
        """What is attached to one question."""
        rows = self._db.query(f"{_ATTACHMENT} WHERE a.message_id = ? ORDER BY a.id", (message_id,))
        return [AttachmentRow(*row) for row in rows]

    def of_conversation(self, conversation_id: int) -> dict[int, list[AttachmentRow]]:
        """What is attached in a conversation, by message."""
        found: dict[int, list[AttachmentRow]] = {}
        wanted = f"{_ATTACHMENT} JOIN messages m ON m.id = a.message_id WHERE m.conversation_id = ? ORDER BY a.id"
        for row in self._db.query(wanted, (conversation_id,)):
            found.setdefault(row[1], []).append(AttachmentRow(*row))
        return found

    def data(self, id: int) -> bytes:
        """A picture's bytes. Raises UserError when it is gone."""
        rows = self._db.query("SELECT data FROM attachments WHERE id = ?", (id,))
        if not rows:
            raise UserError("This picture was deleted with its conversation.")
        return rows[0][0]
