"""Adapters that were trained, and which documents each has learned."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from personal_ai.errors import UserError
from personal_ai.store.database import Database, stamp, utc_now

AdapterState = Literal["kept", "removed"]


class AdapterRow(msgspec.Struct, frozen=True):
    """One adapter. `size` is in bytes, `notes` is how many documents it learned, `parent` the adapter it grew from."""

    number: int
    base: str
    base_sha256: str
    created: str
    size: int
    notes: int
    proof: dict[str, Any]
    state: AdapterState
    parent: int | None


class Forgotten(msgspec.Struct, frozen=True):
    """What went with deleted notes: the adapters that had learned them, and the one in use from now on (None: none)."""

    dropped: list[int]
    now: int | None


_ADAPTER = "SELECT number, base, base_sha256, created, size, notes, proof, state, parent FROM adapters"


class Adapters:
    """The record of all adapters, removed ones included, so that no number is used twice."""

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now

    def next_number(self) -> int:
        """One more than any adapter ever had."""
        return self._db.query("SELECT coalesce(max(number), 0) + 1 FROM adapters")[0][0]

    def add(
        self,
        number: int,
        base: str,
        base_sha256: str,
        size: int,
        *,
        notes: int = 0,
        proof: dict[str, Any] | None = None,
        parent: int | None = None,
        created: str = "",
        documents: Iterable[int] = (),
    ) -> None:
        """Record an adapter and what it learned. Adding a number again replaces its record."""
        with self._db.transaction("recording an adapter") as connection:
            connection.execute(
                """INSERT INTO adapters(number, base, base_sha256, created, size, notes, proof, state, parent)
                   VALUES(?,?,?,?,?,?,?,'kept',?)
                   ON CONFLICT(number) DO UPDATE SET base = excluded.base, base_sha256 = excluded.base_sha256,
                       created = excluded.created, size = excluded.size, notes = excluded.notes, proof = excluded.proof,
                       state = excluded.state, parent = excluded.parent""",
                (
                    number,
                    base,
                    base_sha256,
                    created or stamp(self._now()),
                    size,
                    notes,
                    msgspec.json.encode(proof or {}).decode(),
                    parent,
                ),
            )
            self.put_documents(number, documents)

    def get(self, number: int) -> AdapterRow:
        """One adapter. Raises UserError when there never was one of this number."""
        rows = self._db.query(f"{_ADAPTER} WHERE number = ?", (number,))
        if not rows:
            raise UserError(f"There is no adapter {number}. “personal-ai adapters” lists the ones there are.")
        return _adapter(rows[0])

    def set_state(self, number: int, state: AdapterState) -> None:
        """Mark an adapter as kept or removed. Raises UserError when it is unknown."""
        self.get(number)
        with self._db.transaction("recording an adapter") as connection:
            connection.execute("UPDATE adapters SET state = ? WHERE number = ?", (state, number))

    def set_proof(self, number: int, proof: dict[str, Any]) -> None:
        """Replace what was measured about an adapter. Raises UserError when it is unknown."""
        self.get(number)
        with self._db.transaction("recording an adapter") as connection:
            connection.execute(
                "UPDATE adapters SET proof = ? WHERE number = ?", (msgspec.json.encode(proof).decode(), number)
            )

    def documents(self, number: int) -> list[int]:
        """Ids of the documents that an adapter learned; some may have been deleted since."""
        rows = self._db.query(
            "SELECT document_id FROM adapter_documents WHERE adapter = ? ORDER BY document_id", (number,)
        )
        return [row[0] for row in rows]

    def put_documents(self, number: int, ids: Iterable[int]) -> None:
        """Record that an adapter learned these documents."""
        with self._db.transaction("recording an adapter") as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO adapter_documents(adapter, document_id) VALUES(?,?)",
                [(number, id) for id in ids],
            )

    def that_learned(self, documents: Iterable[int]) -> list[int]:
        """Numbers of the kept adapters that learned any of these documents."""
        rows = self._db.query(
            """SELECT DISTINCT number FROM adapters JOIN adapter_documents ON adapter = number
                WHERE state = 'kept' AND document_id IN (SELECT value FROM json_each(?)) ORDER BY number""",
            (msgspec.json.encode([*documents]).decode(),),
        )
        return [row[0] for row in rows]

    def that_learned_deleted(self) -> set[int]:
        """Numbers of the adapters, removed ones included, that learned a document which was deleted since."""
        rows = self._db.query(
            "SELECT DISTINCT adapter FROM forgotten f CROSS JOIN adapter_documents ad ON ad.document_id = f.document_id"
        )
        return {row[0] for row in rows}

    def any_deleted(self, documents: Iterable[int]) -> bool:
        """Whether any of these documents was deleted."""
        return bool(
            self._db.query(
                "SELECT 1 FROM forgotten WHERE document_id IN (SELECT value FROM json_each(?)) LIMIT 1",
                (msgspec.json.encode([*documents]).decode(),),
            )
        )

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self, *, removed: bool = True) -> list[AdapterRow]:
        """All adapters, newest first, on wish without the removed ones."""
        where = "" if removed else "WHERE state = 'kept'"
        return [_adapter(row) for row in self._db.query(f"{_ADAPTER} {where} ORDER BY number DESC")]


def _adapter(row: tuple[Any, ...]) -> AdapterRow:
    fields = list(row)
    fields[6] = msgspec.json.decode(row[6])
    return AdapterRow(*fields)
