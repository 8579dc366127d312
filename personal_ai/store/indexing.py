"""Passages enter the full-text index, are filed under another title, and leave it."""

from collections.abc import Iterable, Sequence
from typing import Any

import apsw
import msgspec

from personal_ai.store import terms

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
# How much of the index is written anew in one go, in pages of about 4 kB.
_PAGES = 256
#: The parts that the index consists of, and about how many pages each has: a search looks into all of them.
PARTS = "SELECT segid, count(*) FROM search_idx GROUP BY segid"
_INSERT = "INSERT INTO search(rowid, title, heading, text) VALUES(?,?,?,?)"


def title_terms(title: str, created: str, path: str) -> str:
    """What a document is found by beside its text: title, date, and the names of its file and folders."""
    return f"{indexed(f'{title} {_date_words(created)}')} {' '.join(terms.place_terms(path))}"


def indexed(text: str) -> str:
    """Text as the index holds it: terms with a blank between two."""
    return " ".join(terms.index_terms(text))


def enter(connection: apsw.Connection, ids: Sequence[int]) -> None:
    """Put the passages of documents into the index, which must not be there."""
    for id, told in _titles(connection, ids):
        rows: list[tuple[Any, ...]] = connection.execute(
            "SELECT id, heading, text FROM chunks WHERE document_id = ? AND found = 1", (id,)
        ).fetchall()
        connection.executemany(_INSERT, ((row[0], told, indexed(row[1]), indexed(row[2])) for row in rows))


def retitle(connection: apsw.Connection, ids: Sequence[int]) -> None:
    """File documents under the title, date and path that they have now."""
    kept: list[tuple[int, str, str, str]] = []
    for id, told in _titles(connection, ids):
        rows: list[tuple[Any, ...]] = connection.execute(
            "SELECT s.rowid, s.heading, s.text FROM chunks c JOIN search s ON s.rowid = c.id WHERE c.document_id = ?",
            (id,),
        ).fetchall()
        kept += [(row[0], told, row[1], row[2]) for row in rows]
    leave(connection, ids)
    connection.executemany(_INSERT, kept)


def leave(connection: apsw.Connection, ids: Sequence[int]) -> None:
    """Take documents out of the index, quickly: their words stay in its file until it is written anew."""
    if not ids:
        return
    # To delete without a trace takes sixty times as long, and here nothing is meant to be forgotten.
    connection.execute("INSERT INTO search(search, rank) VALUES('secure-delete', 0)")
    _delete(connection, ids)
    # The index does by itself what it was told before only where a savepoint begins.
    connection.execute("SAVEPOINT written")
    connection.execute("RELEASE written")
    connection.execute("INSERT INTO search(search, rank) VALUES('secure-delete', 1)")
    connection.execute("UPDATE documents SET traces = 1 WHERE id IN (SELECT value FROM json_each(?))", (_json(ids),))


def leave_without_trace(connection: apsw.Connection, ids: Sequence[int]) -> None:
    """Take documents out of the index so that none of their words stays in its file."""
    _delete(connection, ids)
    left = connection.execute(
        "SELECT 1 FROM documents WHERE traces = 1 AND id IN (SELECT value FROM json_each(?)) LIMIT 1", (_json(ids),)
    ).fetchall()
    if left:
        connection.execute("INSERT INTO search(search) VALUES('optimize')")
        connection.execute("UPDATE documents SET traces = 0 WHERE traces = 1")


def join(connection: apsw.Connection, begin: bool) -> bool:
    """Go on joining the parts of the index into one, or `begin` to; return whether there is more to do."""
    before = connection.total_changes()
    connection.execute("INSERT INTO search(search, rank) VALUES('merge', ?)", (-_PAGES if begin else _PAGES,))
    # As the manual of FTS5 says: fewer than two changes mean that there was nothing to join.
    return connection.total_changes() - before >= 2


def _delete(connection: apsw.Connection, ids: Sequence[int]) -> None:
    connection.execute(
        """DELETE FROM search WHERE rowid IN (
               SELECT id FROM chunks WHERE document_id IN (SELECT value FROM json_each(?)))""",
        (_json(ids),),
    )


def _titles(connection: apsw.Connection, ids: Iterable[int]) -> list[tuple[int, str]]:
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT id, title, created, path FROM documents WHERE id IN (SELECT value FROM json_each(?))", (_json(ids),)
    ).fetchall()
    return [(row[0], title_terms(*row[1:])) for row in rows]


def _date_words(created: str) -> str:
    """A date as a person asks for it: the day's numbers and the month's name."""
    try:
        return f"{created[:10]} {_MONTHS[int(created[5:7]) - 1]}"
    except (ValueError, IndexError):
        return f"{created[:10]} "


def _json(ids: Iterable[int]) -> str:
    return msgspec.json.encode(list(ids)).decode()
