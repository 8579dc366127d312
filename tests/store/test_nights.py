"""The record of learning runs."""

from datetime import UTC, datetime

import pytest

from personal_ai.errors import UserError
from personal_ai.store.database import Database
from personal_ai.store.nights import Nights


def test_a_night_is_recorded_from_start_to_end(database: Database) -> None:
    nights = Nights(database, now=lambda: datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert nights.last() is None
    id = nights.start("1", "night", 12)
    assert nights.unfinished() == nights.last()
    nights.update(id, state="paused", tokens=1000, seconds=2.5)
    assert nights.unfinished() is not None
    nights.finish(id, "published", "It helped.", adapter=4, report={"loss": [[1, 2.5]]})
    assert nights.unfinished() is None
    night = nights.get(id)
    assert (night.state, night.reason, night.adapter, night.tokens, night.seconds, night.notes, night.by) == (
        *("published", "It helped.", 4, 1000, 2.5),
        *(12, "night"),
    )
    assert night.started == night.ended == "2025-01-02T03:04:05.000Z"
    assert night.report == {"loss": [[1, 2.5]]}


def test_nights_come_newest_first(database: Database) -> None:
    nights = Nights(database)
    first, second = nights.start("1", "hand", 1), nights.start("2", "night", 1)
    assert [night.id for night in nights.list()] == [second, first]
    assert nights.last() == nights.get(second)


def test_an_unknown_night_is_a_sentence(database: Database) -> None:
    with pytest.raises(UserError, match="no record of night 7"):
        Nights(database).finish(7, "failed", "")
