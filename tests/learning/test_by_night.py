"""A night without a window: it waits for what may pass, learns once, and ends."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from personal_ai.learning import by_night
from personal_ai.learning.by_night import Waits
from personal_ai.learning.night import NightEnded
from personal_ai.learning.schedule import Decision

GO = Decision(True, "Learning now: 2 new notes.", minutes=60)
BUSY = Decision(False, "Waiting: you are using your computer.", waits=True)
BATTERY = Decision(False, "Waiting: your computer runs on battery.", waits=True)
TOMORROW = Decision(False, "Tonight after 01:00: 2 new notes.")


class Night:
    """Answers as it is told, in order."""

    def __init__(self, decisions: list[Decision], ends: list[str]) -> None:
        self.decisions, self.ends, self.learned = decisions, ends, 0

    def due(self) -> Decision:
        return self.decisions.pop(0)

    def learn(self, minutes: float | None = None, by: str = "hand") -> Iterator[Any]:
        assert by == "night" and minutes is None
        self.learned += 1
        yield NightEnded(SimpleNamespace(state=self.ends.pop(0)))  # type: ignore[arg-type]


def through(night: Night, minutes: int = 99, once: bool = False, called_off: bool = False) -> list[Any]:
    waited: list[bool] = []

    def wait(seconds: float, begun: bool) -> bool:
        if seconds == 0.0:
            # Only asked, before it learns.
            assert begun
            return not called_off
        assert seconds == by_night.EVERY
        waited.append(begun)
        return len(waited) <= minutes

    return list(by_night.through(lambda: night, wait, once=once))


def test_it_says_each_reason_once_waits_and_learns() -> None:
    night = Night([BUSY, BUSY, BATTERY, GO], ["published"])
    *waits, end = through(night)
    assert waits == [Waits(BUSY.reason, False), Waits(BATTERY.reason, False)]
    assert isinstance(end, NightEnded) and night.learned == 1


def test_a_run_that_made_way_is_gone_on_with() -> None:
    night = Night([GO, BUSY, GO], ["paused", "refused"])
    assert [type(event) for event in through(night)] == [NightEnded, Waits, NightEnded]


def test_where_there_is_nothing_to_wait_for_it_ends_with_the_reason() -> None:
    assert through(Night([TOMORROW], [])) == [Waits(TOMORROW.reason, True)]


def test_once_waits_for_nothing() -> None:
    assert through(Night([BUSY], []), once=True) == [Waits(BUSY.reason, True)]
    night = Night([GO], ["paused"])
    assert len(through(night, once=True)) == 1 and night.learned == 1


def test_whoever_ends_the_waiting_gets_the_last_reason() -> None:
    assert through(Night([BUSY, BUSY], []), minutes=1) == [Waits(BUSY.reason, False), Waits(BUSY.reason, True)]


def test_whoever_ends_it_while_it_looks_gets_no_night() -> None:
    night = Night([GO], [])
    assert through(night, called_off=True) == [Waits(by_night.CALLED_OFF, True)] and night.learned == 0
