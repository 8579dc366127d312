"""Which messages of a conversation are shown: every message follows one, and several may follow the same."""

from personal_ai.errors import UserError
from personal_ai.store.database import Database

#: The ids of the messages from the first to ?1, by the message that each one follows.
PATH = """
    WITH RECURSIVE path(id, parent) AS (
        SELECT id, parent FROM messages WHERE id = ?1
        UNION ALL
        SELECT m.id, m.parent FROM messages m JOIN path ON m.id = path.parent)
"""


class Branches:
    """The versions of questions and answers. Nothing is ever removed: another version is only shown instead."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def head(self, conversation_id: int) -> int | None:
        """The last message of the branch that is shown; None where there is none yet."""
        rows = self._db.query(
            """SELECT coalesce((SELECT m.id FROM messages m WHERE m.id = c.head AND m.conversation_id = c.id),
                               (SELECT max(m.id) FROM messages m WHERE m.conversation_id = c.id))
                 FROM conversations c WHERE c.id = ?""",
            (conversation_id,),
        )
        return rows[0][0] if rows else None

    def versions(self, conversation_id: int) -> dict[int, list[int]]:
        """Of each message that has other versions all of them, oldest first; itself is among them."""
        rows = self._db.query(
            "SELECT parent, id FROM messages WHERE conversation_id = ? ORDER BY id", (conversation_id,)
        )
        followers: dict[int | None, list[int]] = {}
        for parent, id in rows:
            followers.setdefault(parent, []).append(id)
        return {id: ids for ids in followers.values() if len(ids) > 1 for id in ids}

    def followers(self, message_id: int) -> list[int]:
        """The messages that follow this one directly, oldest first."""
        return [row[0] for row in self._db.query("SELECT id FROM messages WHERE parent = ? ORDER BY id", (message_id,))]

    def show(self, message_id: int) -> None:
        """Show this version, and after it what was written last behind it. Raises UserError when it is gone."""
        rows = self._db.query(
            """WITH RECURSIVE below(id) AS (
                   SELECT id FROM messages WHERE id = ?1
                   UNION ALL
                   SELECT m.id FROM messages m JOIN below ON m.parent = below.id
                    WHERE m.conversation_id = (SELECT conversation_id FROM messages WHERE id = ?1))
               SELECT max(id) FROM below""",
            (message_id,),
        )
        if rows[0][0] is None:
            raise UserError("This message was deleted with its conversation.")
        with self._db.transaction("choosing a version") as connection:
            connection.execute(
                "UPDATE conversations SET head = ? WHERE id = (SELECT conversation_id FROM messages WHERE id = ?)",
                (rows[0][0], message_id),
            )
