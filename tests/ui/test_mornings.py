"""After a night one notification, to the first who comes; and not again."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from personal_ai.settings import Settings
from personal_ai.system import State
from personal_ai.ui.mornings import Mornings

MORNING = datetime(2026, 5, 5, 8, tzinfo=UTC).astimezone().replace(hour=8).astimezone(UTC)


def night(id: int = 3, state: str = "published", by: str = "night", hours_ago: float = 5) -> Any:
    ended = (MORNING - timedelta(hours=hours_ago)).isoformat()
    return SimpleNamespace(id=id, state=state, by=by, ended=ended, reason="You gained four answers.")


class House:
    """A morning."""

    def __init__(self, *nights: Any, state: State, settings: Settings | None = None, now: datetime = MORNING) -> None:
        self.settings = settings or Settings()
        self.shown: list[tuple[str, str]] = []
        self.mornings = Mornings(
            lambda: list(nights),
            lambda: state,
            settings=lambda: self.settings,
            change_settings=self.change,
            show=lambda title, text: self.shown.append((title, text)),
            now=lambda: now,
        )

    def change(self, **fields: Any) -> Settings:
        self.settings = msgspec.structs.replace(self.settings, **fields)
        return self.settings

    def ask(self) -> list[tuple[str, str]]:
        self.mornings._tell(self.mornings.news())
        return self.shown


THERE, AWAY = State(idle_seconds=3.0), State(idle_seconds=900.0)


def test_the_first_who_comes_is_told_the_card_s_first_line_once() -> None:
    house = House(night(), state=THERE)
    assert house.ask() == [("Personal AI learned", "You gained four answers.")]
    assert house.settings.told_night == 3
    assert len(house.ask()) == 1


@pytest.mark.parametrize(
    ("nights", "state"),
    [
        ((), THERE),
        ((night(),), AWAY),
        ((night(),), State(idle_seconds=3.0, locked=True)),
        ((night(by="hand"),), THERE),
        ((night(state="paused"),), THERE),
        ((night(state="failed"),), THERE),
        ((night(hours_ago=30),), THERE),
    ],
)
def test_nobody_is_told_of_nothing(nights: tuple[Any, ...], state: State) -> None:
    house = House(*nights, state=state)
    assert house.ask() == [] and house.settings.told_night == 0


def test_a_night_that_is_not_used_is_told_as_such() -> None:
    assert House(night(state="refused"), state=THERE).ask()[0][0] == "Personal AI learned nothing new that helps"


def test_whoever_wants_no_notification_gets_none() -> None:
    assert House(night(), state=THERE, settings=Settings(tell_mornings=False)).ask() == []


def test_where_nobody_knows_who_is_there_it_is_told_by_day() -> None:
    assert House(night(), state=State()).ask()
    at_three = MORNING.astimezone().replace(hour=3).astimezone(UTC)
    assert not House(night(hours_ago=5.5), state=State(), now=at_three).ask()
