"""Answers that say what stood in a deleted note alone: their words go with it.

An answer is given many notes and may have used none of them. So it goes only where it says a thing that no other note
says and that the person did not write: a word, or five in a row; or where it cites the note by its number.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import apsw
import msgspec

from personal_ai.store import terms

#: What stands in the place of a deleted note's title, and of an answer that quoted it.
DELETED = "A deleted note"
WITHDRAWN = "This answer said what stood in a note that you deleted, so its words are gone."
#: So many words in a row are no chance.
RUN = 5


def withdraw(connection: apsw.Connection, documents: Sequence[int]) -> None:
    """Take the words out of answers that quote these documents, which have left the index and are still stored.

    Looked at are the conversations in which one of them was given to an answer.
    """
    wanted = set(documents)
    cited = {id: numbers for id, _, numbers in _citing(connection, wanted)}
    if not cited:
        return
    talks = sorted({talk for _, talk, _ in _citing(connection, wanted)})
    said = _Said(connection, documents)
    rows = _rows(
        connection,
        """SELECT id, role, text FROM messages WHERE conversation_id IN (SELECT value FROM json_each(?))""",
        talks,
    )
    own = {term for _, role, text in rows if role == "user" for term in terms.index_terms(text)}
    for id, role, text in rows:
        marks = any(f"[{number}]" in text for number in cited.get(id, ()))
        if role != "user" and text != WITHDRAWN and (marks or said.in_words(text, own)):
            connection.execute("UPDATE messages SET text = ? WHERE id = ?", (WITHDRAWN, id))
    _withdraw_teaching(connection, said, own, talks, documents)


def _citing(connection: apsw.Connection, documents: set[int]) -> list[tuple[int, int, list[int]]]:
    """Of each answer that was given one of the documents its id, its conversation, and by which numbers."""
    found: list[tuple[int, int, list[int]]] = []
    for id, talk, kept in _rows(connection, "SELECT id, conversation_id, sources FROM messages WHERE sources <> '[]'"):
        sources: list[dict[str, Any]] = msgspec.json.decode(kept)
        numbers = [at for at, source in enumerate(sources, 1) if source.get("document_id") in documents]
        if numbers:
            found.append((id, talk, numbers))
    return found


class _Said:
    """What stands in some documents and in no other."""

    def __init__(self, connection: apsw.Connection, documents: Sequence[int]) -> None:
        texts = _rows(
            connection,
            """SELECT d.title || char(10) || t.text FROM documents d JOIN texts t ON t.document_id = d.id
                WHERE d.id IN (SELECT value FROM json_each(?))""",
            documents,
        )
        self._connection = connection
        written = [terms.index_terms(text) for (text,) in texts]
        self._runs = {run for words in written for run in _runs(words)}
        words = sorted({term for words in written for term in words})
        known = _rows(connection, "SELECT term FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))", words)
        self._alone = set(words) - {term for (term,) in known}

    def in_words(self, text: str, own: set[str]) -> bool:
        """Whether a text says it, but for words that are the person's `own`."""
        words = terms.index_terms(text)
        if not (self._alone - own).isdisjoint(words):
            return True
        return any(run in self._runs and not self._stands_elsewhere(run) for run in set(_runs(words)))

    def _stands_elsewhere(self, run: tuple[str, ...]) -> bool:
        phrase = '"' + " ".join(run) + '"'
        return bool(self._connection.execute("SELECT 1 FROM search WHERE search MATCH ? LIMIT 1", (phrase,)).fetchall())


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(islice(words, start, None) for start in range(RUN)), strict=False))


def _withdraw_teaching(
    connection: apsw.Connection, said: _Said, own: set[str], talks: list[int], documents: Sequence[int]
) -> None:
    """Thumbs and preferences about such answers go; a better answer of the person's stays without the worse one."""
    rows = _rows(
        connection,
        """SELECT id, kind, answer, rejected FROM taught
            WHERE conversation_id IN (SELECT value FROM json_each(?1)) OR EXISTS (
                  SELECT 1 FROM json_each(taught.chunks) cited JOIN chunks c ON c.id = cited.value
                   WHERE c.document_id IN (SELECT value FROM json_each(?2)))""",
        talks,
        documents,
    )
    for id, kind, answer, rejected in rows:
        if kind in ("up", "down", "prefer") and (said.in_words(answer, own) or said.in_words(rejected, own)):
            connection.execute("DELETE FROM taught WHERE id = ?", (id,))
        elif said.in_words(rejected, own):
            connection.execute("UPDATE taught SET rejected = '' WHERE id = ?", (id,))


def _rows(connection: apsw.Connection, sql: str, *lists: Sequence[Any]) -> list[tuple[Any, ...]]:
    return connection.execute(sql, tuple(msgspec.json.encode(list(each)).decode() for each in lists)).fetchall()
