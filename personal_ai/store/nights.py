"""Every run of learning, by night or by hand, with how it ended and why."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import msgspec

from personal_ai.errors import UserError
from personal_ai.store.database import Database, stamp, utc_now

NightState = Literal["running", "paused", "published", "refused", "cancelled", "failed", "nothing"]
StartedBy = Literal["night", "hand"]


class NightRow(msgspec.Struct, frozen=True):
    """One run. `job` is its folder's name, `report` what report.json holds, `seconds` the time it worked."""

    id: int
    started: str
    ended: str | None
    state: NightState
    reason: str
    job: str
    adapter: int | None
    by: StartedBy
    tokens: int
    seconds: float
    notes: int
    report: dict[str, Any]


_NIGHT = "SELECT id, started, ended, state, reason, job, adapter, by, tokens, seconds, notes, report FROM nights"


class Nights:
    """The record of learning runs. Every change is one transaction."""

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now

    def start(self, job: str, by: StartedBy, notes: int, now: datetime | None = None) -> int:
        """Record that a run begins; return its id."""
        with self._db.transaction("beginning to learn") as connection:
            connection.execute(
                "INSERT INTO nights(started, state, job, by, notes) VALUES(?, 'running', ?, ?, ?)",
                (stamp(now or self._now()), job, by, notes),
            )
            return connection.last_insert_rowid()

    def finish(
        self,
        id: int,
        state: NightState,
        reason: str,
        *,
        adapter: int | None = None,
        tokens: int | None = None,
        seconds: float | None = None,
        notes: int | None = None,
        report: dict[str, Any] | None = None,
        now: datetime | None = None,
    ) -> None:
        """Record how a run ended. Raises UserError when it is unknown."""
        self._set(id, state, reason, adapter, tokens, seconds, notes, report, stamp(now or self._now()))

    def update(
        self,
        id: int,
        *,
        state: NightState | None = None,
        reason: str | None = None,
        adapter: int | None = None,
        tokens: int | None = None,
        seconds: float | None = None,
        notes: int | None = None,
        report: dict[str, Any] | None = None,
    ) -> None:
        """Change the given fields of a run; None leaves one as it is. Raises UserError when it is unknown."""
        self._set(id, state, reason, adapter, tokens, seconds, notes, report, None)

    def get(self, id: int) -> NightRow:
        """One run. Raises UserError when it is unknown."""
        rows = self._db.query(f"{_NIGHT} WHERE id = ?", (id,))
        if not rows:
            raise UserError(f"There is no record of night {id}.")
        return _night(rows[0])

    def last(self) -> NightRow | None:
        """The newest run, whatever became of it."""
        rows = self._db.query(f"{_NIGHT} ORDER BY id DESC LIMIT 1")
        return _night(rows[0]) if rows else None

    def last_done(self) -> NightRow | None:
        """The newest run that learned to its end: published or refused."""
        return next((row for row in self.list() if row.state in ("published", "refused")), None)

    def unfinished(self) -> NightRow | None:
        """The newest run that is running or paused: the one to go on with."""
        rows = self._db.query(f"{_NIGHT} WHERE state IN ('running', 'paused') ORDER BY id DESC LIMIT 1")
        return _night(rows[0]) if rows else None

    def _set(
        self,
        id: int,
        state: NightState | None,
        reason: str | None,
        adapter: int | None,
        tokens: int | None,
        seconds: float | None,
        notes: int | None,
        report: dict[str, Any] | None,
        ended: str | None,
    ) -> None:
        kept = None if report is None else msgspec.json.encode(report).decode()
        with self._db.transaction("recording a night") as connection:
            connection.execute(
                """UPDATE nights SET state = coalesce(?, state), reason = coalesce(?, reason),
                       adapter = coalesce(?, adapter), tokens = coalesce(?, tokens), seconds = coalesce(?, seconds),
                       notes = coalesce(?, notes), report = coalesce(?, report), ended = coalesce(?, ended)
                    WHERE id = ?""",
                (state, reason, adapter, tokens, seconds, notes, kept, ended, id),
            )
            if connection.changes() == 0:
                raise UserError(f"There is no record of night {id}.")

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self) -> list[NightRow]:
        """All runs, newest first."""
        return [_night(row) for row in self._db.query(f"{_NIGHT} ORDER BY id DESC")]


def _night(row: tuple[Any, ...]) -> NightRow:
    fields = list(row)
    fields[11] = msgspec.json.decode(row[11])
    return NightRow(*fields)
