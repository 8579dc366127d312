"""Nights beside a real message bus: what happens on the desktop stops a run in five seconds."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from personal_ai.learning.night import NightEnded
from personal_ai.learning.watch import ASLEEP
from personal_ai.messages import Progress
from personal_ai.settings import Settings
from personal_ai.store.nights import NightRow
from personal_ai.system import Machine
from personal_ai.worker import wait_until
from tests.desktop import Desktop, desktop
from tests.learning.house import House

AT_MOST = 5.0


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop for all tests of this file."""
    with desktop(tmp_path_factory.mktemp("bus")) as made:
        made.accept_inhibitors()
        yield made


@pytest.fixture
def house(bus: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Notes to learn at three in the morning, on a machine that is asked over the bus."""
    for name, value in bus.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DISPLAY", raising=False)
    for change in (lambda: bus.plug(True), lambda: bus.battery(80), lambda: bus.lid(False), lambda: bus.idle(7200)):
        change()
    bus.screen_kept_on(False)
    made = House(tmp_path / "home")
    made.moment = made.moment.astimezone().replace(hour=3, minute=0)
    made.word = "wait"
    machine = Machine(made.paths.home)
    made.look = machine.look
    for day in range(1, 13):
        made.add(day)
    yield made
    made.close()
    machine.close()


class Run:
    """A night at work on a thread of its own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.row: NightRow | None = None
        self.begun = threading.Event()
        self.thread = threading.Thread(target=self._work)
        self.thread.start()
        assert self.begun.wait(60)

    def _work(self) -> None:
        for event in self._house.night.learn(by="night"):
            if isinstance(event, Progress):
                self.begun.set()
            elif isinstance(event, NightEnded):
                self.row = event.night

    def seconds_until_it_ends(self) -> float:
        begin = time.monotonic()
        self.thread.join(60)
        return time.monotonic() - begin


HAPPENS: dict[str, tuple[Callable[[Desktop], Any], str, str]] = {
    "unplugged": (
        lambda bus: bus.plug(False),
        "Paused: your computer runs on battery (80 % left).",
        "Waiting: your computer runs on battery (80 % left).",
    ),
    "back": (
        lambda bus: bus.idle(0.2),
        "Paused: you are using your computer.",
        "Waiting: you are using your computer.",
    ),
    "lid closed": (
        lambda bus: bus.lid(True),
        "Paused: your computer's lid is closed.",
        "Waiting: your computer's lid is closed.",
    ),
    "a film begins": (
        lambda bus: bus.screen_kept_on(True),
        "Paused: a program fills your screen or keeps it on.",
        "Waiting: a program fills your screen or keeps it on.",
    ),
}


@pytest.mark.parametrize("what", HAPPENS)
def test_it_stops_within_five_seconds_says_why_and_goes_on_with_the_same_run(
    bus: Desktop, house: House, what: str
) -> None:
    happens, paused, waiting = HAPPENS[what]
    run = Run(house)
    happens(bus)
    assert run.seconds_until_it_ends() < AT_MOST
    assert run.row is not None
    assert (run.row.state, run.row.reason) == ("paused", paused)
    assert house.night.due().reason == waiting
    for change in (lambda: bus.plug(True), lambda: bus.lid(False), lambda: bus.idle(7200)):
        change()
    bus.screen_kept_on(False)
    assert house.night.due().reason == "Waiting: learning had to stop a moment ago."
    house.night._stopped_at = None
    assert house.night.due().go
    house.word = "accept"
    *_, end = house.night.learn(by="night")
    assert isinstance(end, NightEnded)
    assert (end.night.id, end.night.state) == (run.row.id, "published")
    assert not house.night.due().go


def test_before_the_computer_sleeps_the_checkpoint_is_written_and_only_then_it_sleeps(
    bus: Desktop, house: House
) -> None:
    run = Run(house)
    assert [held[:2] for held in bus.inhibitors()] == [("sleep", "Personal AI")]
    bus.sleep(True)
    assert run.seconds_until_it_ends() < AT_MOST
    assert run.row is not None
    assert (run.row.state, run.row.reason) == ("paused", ASLEEP)
    assert wait_until(lambda: bus.inhibitors() == [], 5)
    assert house.night.due().reason == "Waiting: your computer is going to sleep."
    bus.sleep(False)


def test_20_percent_are_not_enough_where_50_are_to_be_kept(bus: Desktop, house: House) -> None:
    house.settings = Settings(mains_only=False, battery_level=50)
    bus.plug(False)
    bus.battery(20)
    assert house.night.due().reason == "Waiting: your battery has 20 % left, and 50 % are to be kept."


def test_the_desktop_is_asked_to_stay_awake_on_mains_and_only_while_it_learns(bus: Desktop, house: House) -> None:
    bus.forget_calls()
    run = Run(house)
    assert wait_until(lambda: "Inhibit" in bus.calls(), 10)
    assert "Uninhibit" not in bus.calls()
    bus.plug(False)
    run.thread.join(60)
    assert wait_until(lambda: "Uninhibit" in bus.calls(), 10)


def test_on_battery_nobody_is_asked_to_stay_awake(bus: Desktop, house: House) -> None:
    house.settings = Settings(mains_only=False, battery_level=10)
    bus.plug(False)
    bus.forget_calls()
    run = Run(house)
    bus.idle(0.2)
    run.thread.join(60)
    assert "Inhibit" not in bus.calls()
