"""The list of conversations: folders, pins, the archive, what was thrown away, and a search over everything said."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from personal_ai.errors import UserError
from personal_ai.store import terms
from personal_ai.store.database import Database

#: So many of the newest messages that hold the words are looked at: a word that is everywhere tells nothing.
_NEWEST = 300
#: One letter begins every tenth word: it waits for the next.
_ONE_LETTER = re.compile(r"(?:^|\s)[a-zA-Z]$")
LONGEST_FOLDER = 60

_LISTED = """
    SELECT c.id, c.title, c.created, c.updated, c.folder, c.pinned, c.archived, c.key FROM conversations c
"""


class Listed(msgspec.Struct, frozen=True):
    """A conversation as the list shows it; `folder` is "" where it lies in none.

    `key` is its name in whatever file it lies, so that none is taken in twice.
    """

    id: int
    title: str
    created: str
    updated: str
    folder: str
    pinned: bool
    archived: bool
    key: str


class Found(msgspec.Struct, frozen=True):
    """A conversation that a search found: by its newest message with the words, or (`message_id` 0) by its title."""

    conversation: Listed
    message_id: int
    text: str


class ConversationIndex:
    """Lists, finds and sorts conversations. Every change is one transaction.

    What was thrown away is hidden until it comes back or is deleted for good, and what is on its way in until all of
    it has come (see Conversations.empty_trash).
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    # ---- finding ------------------------------------------------------------------------------------------------

    def find(self, text: str, limit: int = 100) -> list[Found]:
        """Conversations, archived ones too, with all words in one message or in their title; last used first.

        The last word may be only begun. Of a word that is nearly everywhere, the newest messages with it count.
        """
        match = terms.all_of(_ONE_LETTER.sub("", text))
        if not match:
            return []
        where: dict[int, int] = dict.fromkeys(self._titled(match), 0)
        where |= {conversation: message for message, conversation in reversed(self._saying(match))}
        rows = self._db.query(
            f"""{_LISTED} WHERE c.id IN (SELECT value FROM json_each(?)) AND c.hidden = ''
                ORDER BY c.updated DESC, c.id DESC LIMIT ?""",
            (_json(list(where)), limit),
        )
        said = dict(
            self._db.query(
                "SELECT id, text FROM messages WHERE id IN (SELECT value FROM json_each(?))",
                (_json([where[row[0]] for row in rows]),),
            )
        )
        return [Found(_listed(row), where[row[0]], said.get(where[row[0]], "")) for row in rows]

    def _titled(self, match: str) -> list[int]:
        return [row[0] for row in self._db.query("SELECT rowid FROM title_search WHERE title_search MATCH ?", (match,))]

    def _saying(self, match: str) -> list[tuple[int, int]]:
        """(message, conversation) of the newest messages that match, newest first."""
        return self._db.query(  # type: ignore[return-value]
            """SELECT m.id, m.conversation_id FROM messages m JOIN (
                   SELECT rowid AS id FROM message_search WHERE message_search MATCH ? ORDER BY rowid DESC LIMIT ?
               ) found ON found.id = m.id ORDER BY m.id DESC""",
            (match, _NEWEST),
        )

    def folders(self) -> list[str]:
        """The names of all folders with a conversation in them, in the order of the alphabet."""
        rows = self._db.query("SELECT DISTINCT folder FROM conversations WHERE folder <> '' AND hidden = ''")
        return sorted((row[0] for row in rows), key=terms.fold)

    def get(self, id: int) -> Listed:
        """A conversation by its id. Raises UserError when it is gone."""
        rows = self._db.query(f"{_LISTED} WHERE c.id = ? AND c.hidden = ''", (id,))
        if not rows:
            raise UserError("This conversation was deleted. Begin a new one.")
        return _listed(rows[0])

    # ---- changing -----------------------------------------------------------------------------------------------

    def pin(self, id: int, pinned: bool) -> None:
        """Keep a conversation at the top, or no longer. Raises UserError when it is gone."""
        self._change(id, "pinned = ?", pinned)

    def put_into(self, id: int, folder: str) -> None:
        """Put a conversation into a folder, "" for none. Raises UserError when it is gone."""
        self._change(id, "folder = ?", _folder_name(folder))

    def rename_folder(self, old: str, new: str) -> None:
        """Call a folder otherwise; "" takes it apart, and a name that exists makes one of both."""
        with self._db.transaction("renaming a folder") as connection:
            connection.execute("UPDATE conversations SET folder = ? WHERE folder = ?", (_folder_name(new), old))

    def archive(self, id: int, archived: bool) -> None:
        """Put a conversation away, where a search still finds it, or back. Raises UserError when it is gone."""
        self._change(id, "archived = ?", archived)

    def throw_away(self, id: int) -> None:
        """Take a conversation out of sight: it can come back by `take_back`. Raises UserError when it is gone."""
        self._change(id, "hidden = ?", "trash")

    def take_back(self, id: int) -> None:
        """Put what was thrown away where it was. Raises UserError when it is gone for good."""
        with self._db.transaction("taking back a chat") as connection:
            connection.execute("UPDATE conversations SET hidden = '' WHERE id = ? AND hidden = 'trash'", (id,))
            if connection.changes() == 0:
                raise UserError("This chat was deleted for good already.")

    def thrown_away(self) -> Sequence[int]:
        """The conversations that were thrown away and can still come back."""
        return [row[0] for row in self._db.query("SELECT id FROM conversations WHERE hidden = 'trash'")]

    def _change(self, id: int, what: str, value: Any) -> None:
        with self._db.transaction("sorting your chats") as connection:
            connection.execute(f"UPDATE conversations SET {what} WHERE id = ? AND hidden = ''", (value, id))
            if connection.changes() == 0:
                raise UserError("This conversation was deleted. Begin a new one.")

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self) -> list[Listed]:
        """All conversations, last used first, archived ones too."""
        rows = self._db.query(f"{_LISTED} WHERE c.hidden = '' ORDER BY c.updated DESC, c.id DESC")
        return [_listed(row) for row in rows]


def _folder_name(text: str) -> str:
    return " ".join(text.split())[:LONGEST_FOLDER]


def _listed(row: tuple[Any, ...]) -> Listed:
    id, title, created, updated, folder, pinned, archived, key = row
    return Listed(id, title, created, updated, folder, bool(pinned), bool(archived), key)


def _json(values: list[int]) -> str:
    return msgspec.json.encode(values).decode()
