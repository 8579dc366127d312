"""Nights beside a real message bus: what happens on the desktop stops a run in five seconds."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from personal_ai.learning.night import NightEnded
from personal_ai.learning.watch import ASLEEP
from personal_ai.messages import Progress
from personal_ai.settings import Settings
from personal_ai.store.nights import NightRow
from personal_ai.system import Heat, Machine, Memory
from personal_ai.worker import wait_until
from tests.desktop import Desktop, desktop
from tests.learning.house import House

AT_MOST = 5.0
#: What the kernel tells and no bus: nothing of it speaks against learning.
COOL = {"heat": Heat(50.0), "free_disk": 50 << 30, "memory": Memory(16 << 30, 8 << 30), "memory_pressure": 0.0}


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop for all tests of this file."""
    with desktop(tmp_path_factory.mktemp("bus")) as made:
        made.accept_inhibitors()
        yield made


@pytest.fixture
def kernel() -> dict[str, Any]:
    """What the kernel tells of heat, memory and disk; for a test to change."""
    return {}


@pytest.fixture
def house(bus: Desktop, kernel: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
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
    kernel.update(COOL)
    made.look = lambda: replace(machine.look(), **kernel)
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
    assert goes_on(house) == run.row.id


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


KERNEL: dict[str, tuple[dict[str, Any], str, str]] = {
    "95 °C": (
        {"heat": Heat(95.0)},
        "Paused: your computer is hot (95 °C).",
        "Waiting: your computer is hot (95 °C).",
    ),
    "the disk is full": (
        {"free_disk": 100 << 20},
        "Paused: your disk is nearly full.",
        "Waiting: learning needs 2.1 GB of free disk, and 0.1 GB are left.",
    ),
    "other programs take the memory": (
        {"memory": Memory(16 << 30, 300 << 20)},
        "Paused: other programs need the memory.",
        "Waiting: other programs need the memory.",
    ),
}


@pytest.mark.parametrize("what", KERNEL)
def test_what_the_kernel_tells_stops_it_as_fast_and_the_same_run_goes_on(
    house: House, kernel: dict[str, Any], what: str
) -> None:
    seen, paused, waiting = KERNEL[what]
    run = Run(house)
    kernel.update(seen)
    assert run.seconds_until_it_ends() < AT_MOST
    assert run.row is not None
    assert (run.row.state, run.row.reason) == ("paused", paused)
    assert house.night.due().reason == waiting
    kernel.update(COOL)
    assert goes_on(house) == run.row.id


def goes_on(house: House) -> int:
    """Let the night begin again, and learn to its end; return which run that was."""
    house.night._stopped_at = None
    assert house.night.due().go
    house.word = "accept"
    *_, end = house.night.learn(by="night")
    assert isinstance(end, NightEnded)
    assert end.night.state == "published"
    assert not house.night.due().go
    return end.night.id


def test_a_battery_that_falls_below_what_is_to_be_kept_stops_it(bus: Desktop, house: House) -> None:
    house.settings = Settings(mains_only=False, battery_level=50)
    bus.plug(False)
    assert house.night.due().go
    run = Run(house)
    bus.battery(49)
    assert run.seconds_until_it_ends() < AT_MOST
    assert run.row is not None
    assert run.row.reason == "Paused: your battery has 49 % left, and 50 % are to be kept."
    bus.battery(52)
    assert house.night.due().reason == "Waiting: your battery has 52 % left, and 50 % are to be kept."
    bus.plug(True)
    assert goes_on(house) == run.row.id


def test_eight_hours_asleep_end_the_night_and_the_next_one_goes_on_with_the_same_run(
    bus: Desktop, house: House
) -> None:
    run = Run(house)
    bus.sleep(True)
    assert run.seconds_until_it_ends() < AT_MOST
    assert run.row is not None
    house.moment += timedelta(hours=8)
    bus.sleep(False)
    assert house.night.due().reason.endswith("after 01:00, when plugged in: the learning that was interrupted goes on.")
    house.moment += timedelta(hours=16)
    assert goes_on(house) == run.row.id


def test_a_closed_lid_with_another_screen_in_use_stops_nothing(bus: Desktop, house: House) -> None:
    bus.lid(True, docked=True)
    assert house.night.due().go
    bus.lid(True)
    assert house.night.due().reason == "Waiting: your computer's lid is closed."


def test_of_two_programs_one_learns_and_the_other_says_so(bus: Desktop, house: House) -> None:
    other = House(house.paths.home)
    other.moment, other.look = house.moment, house.look
    try:
        assert other.night.due().go
        run = Run(house)
        assert other.night.due().reason == "Waiting: another window or command is learning."
        bus.plug(False)
        assert run.seconds_until_it_ends() < AT_MOST
        assert run.row is not None
        bus.plug(True)
        # What the one had to leave the other goes on with, and then neither begins again.
        assert goes_on(other) == run.row.id
        assert not house.night.due().go
    finally:
        other.close()


def test_after_missed_nights_one_is_caught_up_by_day_when_the_person_is_long_gone(bus: Desktop, house: House) -> None:
    house.moment = (house.moment + timedelta(days=3)).replace(hour=10)
    bus.idle(60)
    assert house.night.due().reason == "Waiting to catch up on a missed night: you have just used your computer."
    bus.idle(1200)
    decision = house.night.due()
    assert decision.go and decision.catching_up
    goes_on(house)
