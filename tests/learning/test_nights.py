"""Whole nights, gone through second by second: one run each, the right reason shown, nothing lost."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from personal_ai.learning.watch import ASLEEP
from personal_ai.settings import Settings
from personal_ai.system import Heat, Memory
from tests.learning.nights import BERLIN, Change, Choose, Sees, SetClock, Sleeps, Travel, World

HOUR = timedelta(hours=1)
ON_BATTERY = Settings(mains_only=False, battery_level=50)
FROM_TWO = Settings(quiet_from=2, quiet_until=6)
EVENING = Settings(quiet_from=22, quiet_until=6)
AT_NOON = datetime(2026, 5, 4, 12, tzinfo=BERLIN)


def sees(**fields: Any) -> Sees:
    return Sees(fields)


BACK, GONE = sees(idle_seconds=0.0), sees(idle_seconds=1800.0)
UNPLUGGED, PLUGGED = sees(on_mains=False, battery=78.0), sees(on_mains=True)
COOL, HOT = sees(heat=Heat(60.0)), sees(heat=Heat(95.0))
FULL, FREE = sees(free_disk=100 << 20), sees(free_disk=50 << 30)


@dataclass(frozen=True)
class Case:
    """What happens from 20:00 on 4 May 2026 on, and what comes of it; times are "day hour:minute"."""

    name: str
    happens: list[tuple[str, Change]] = field(default_factory=list)
    #: When runs come to their end.
    ends: tuple[str, ...] = ()
    #: What is said when a run makes way, in order.
    stops: tuple[str, ...] = ()
    #: What stands in the sidebar at the end.
    says: str | None = None
    until: str = "5 12:00"
    begins: str = "2026-05-04 20:00"
    #: How often a run is begun or gone on with at most.
    most_starts: int | None = None
    more: dict[str, Any] = field(default_factory=dict)


def there_for(day: int, hour: int, minutes: int) -> list[tuple[str, Change]]:
    """Somebody uses the computer for so long."""
    return [(f"{day} {hour:02d}:{minute:02d}", BACK) for minute in range(minutes)]


BATTERY = "Paused: your computer runs on battery (78 % left)."
USING = "Paused: you are using your computer."
LID = "Paused: your computer's lid is closed."
FILM = "Paused: a program fills your screen or keeps it on."
TOMORROW = "Tonight after 01:00, when plugged in: 5 new notes."

CASES = [
    Case("an ordinary night", ends=("5 02:00",), says=TOMORROW),
    Case("three nights", ends=("5 02:00", "6 02:00", "7 02:00"), until="7 12:00"),
    # ---- the plug ----
    Case("unplugged and plugged in again", [("5 01:20", UNPLUGGED), ("5 02:00", PLUGGED)], ("5 02:40",), (BATTERY,)),
    Case(
        "unplugged until morning",
        [("5 01:20", UNPLUGGED)],
        (),
        (BATTERY,),
        until="5 05:00",
        says="Waiting: your computer runs on battery (78 % left).",
    ),
    Case(
        "never plugged in",
        [("4 21:00", UNPLUGGED)],
        until="5 05:00",
        says="Waiting: your computer runs on battery (78 % left).",
    ),
    Case("plugged in at three", [("4 21:00", UNPLUGGED), ("5 03:00", PLUGGED)], ("5 04:00",)),
    Case(
        "a loose plug",
        [(f"5 01:{m:02d}:{s:02d}", (UNPLUGGED, PLUGGED)[s // 20 % 2]) for m in range(10, 20) for s in (0, 20, 40)]
        + [("5 01:20", PLUGGED)],
        ("5 02:10",),
        (BATTERY,) * 4,
        most_starts=5,
    ),
    Case("an unknown plug", [("4 21:00", sees(on_mains=None, battery=None))], ("5 02:00",)),
    # ---- the battery ----
    Case("on battery, allowed", [("4 21:00", UNPLUGGED)], ("5 02:00",), more={"settings": ON_BATTERY}),
    Case(
        "20 % left, not allowed",
        [("4 21:00", sees(on_mains=False, battery=20.0))],
        until="5 05:00",
        says="Waiting: your computer runs on battery (20 % left).",
    ),
    Case(
        "20 % left, 50 to be kept",
        [("4 21:00", sees(on_mains=False, battery=20.0))],
        until="5 05:00",
        more={"settings": ON_BATTERY},
        says="Waiting: your battery has 20 % left, and 50 % are to be kept.",
    ),
    Case(
        "the battery falls below what is to be kept",
        [("5 00:00", UNPLUGGED), ("5 01:30", sees(battery=49.0)), ("5 02:30", PLUGGED)],
        ("5 03:00",),
        ("Paused: your battery has 49 % left, and 50 % are to be kept.",),
        more={"settings": ON_BATTERY},
    ),
    Case(
        "a battery that wavers around what is to be kept",
        [("5 00:00", UNPLUGGED), *[(f"5 01:{m:02d}", sees(battery=(49.0, 51.0)[m % 2])) for m in range(10, 50)]],
        (),
        ("Paused: your battery has 49 % left, and 50 % are to be kept.",),
        until="5 02:00",
        more={"settings": ON_BATTERY},
    ),
    # ---- the person ----
    Case("back at half past one for ten minutes", there_for(5, 1, 60)[30:40], ("5 02:14",), (USING,)),
    Case("there until two", [*there_for(5, 0, 60), *there_for(5, 1, 60)], ("5 03:04",), says=TOMORROW),
    Case(
        "there all night",
        [e for h in range(1, 6) for e in there_for(5, h, 60)],
        until="5 05:30",
        says="Waiting: you are using your computer.",
    ),
    Case(
        "a glance every half hour",
        [(f"5 {h:02d}:{m}", BACK) for h in range(1, 5) for m in (20, 50)],
        ("5 02:10",),
        (USING,) * 2,
    ),
    Case("nobody knows whether somebody is there", [("4 21:00", sees(idle_seconds=None))], ("5 02:00",)),
    Case("locked and gone for a minute", [("5 00:58", BACK), ("5 00:59", sees(locked=True))], ("5 02:00",)),
    # ---- the lid and the screen ----
    Case(
        "the lid closed and opened again",
        [("5 01:20", sees(lid_closed=True)), ("5 02:00", sees(lid_closed=False)), ("5 02:00", BACK)],
        ("5 02:45",),
        (LID,),
    ),
    Case(
        "the lid closed all night",
        [("4 23:00", sees(lid_closed=True))],
        until="5 05:00",
        says="Waiting: your computer's lid is closed.",
    ),
    Case(
        "a film until half past two",
        [("5 00:30", sees(full_screen=True)), ("5 02:30", sees(full_screen=False))],
        ("5 03:30",),
    ),
    Case(
        "a film begins",
        [("5 01:20", sees(full_screen=True)), ("5 02:20", sees(full_screen=False))],
        ("5 03:00",),
        (FILM,),
    ),
    Case("a film goes on behind the lock", [("5 00:30", sees(full_screen=True, locked=True))], ("5 02:00",)),
    # ---- sleep ----
    Case(
        "asleep for eight hours in the middle",
        [("5 01:20", Sleeps(8 * HOUR))],
        ("6 01:40",),
        (ASLEEP,),
        until="6 12:00",
    ),
    Case(
        "asleep from before the night until after it",
        [("5 00:30", Sleeps(8 * HOUR)), *there_for(5, 8, 60)],
        ("5 10:14",),
        more={"waiting_since": AT_NOON},
    ),
    Case("asleep for ten minutes", [("5 01:20", Sleeps(HOUR / 6))], ("5 02:10",), (ASLEEP,)),
    Case("the power goes in the middle, for half an hour", [("5 01:20", Sleeps(HOUR / 2, told=False))], ("5 02:31",)),
    Case("the power goes until noon", [("5 01:20", Sleeps(11 * HOUR, told=False))], ("6 01:41",), until="6 12:00"),
    Case(
        "about to sleep",
        [("5 00:59", sees(going_to_sleep=True))],
        until="5 01:30",
        says="Waiting: your computer is going to sleep.",
    ),
    # ---- the clock ----
    Case("set back a day after the run", [("5 02:30", SetClock(-24 * HOUR))], ("5 02:00", "7 02:00"), until="7 12:00"),
    Case("set back a day in the middle of the run", [("5 01:30", SetClock(-24 * HOUR))], ("5 02:00",), until="6 00:30"),
    Case(
        "set ten years ahead for an hour",
        [("5 02:30", SetClock(timedelta(3652))), ("5 03:30", SetClock(timedelta(-3652)))],
        ("5 02:00",),
    ),
    Case(
        "set to 1970 for an hour",
        [("5 02:30", SetClock(timedelta(-20578))), ("5 03:30", SetClock(timedelta(20578)))],
        ("5 02:00",),
    ),
    Case("set a day ahead after the run", [("5 02:30", SetClock(24 * HOUR))], ("5 02:00",), until="5 06:00"),
    Case(
        "flown to New York after the run",
        [("5 02:30", Travel(ZoneInfo("America/New_York")))],
        ("5 02:00",),
        until="5 07:30",
    ),
    Case(
        "the hour that is skipped in spring, from two",
        ends=("29 04:00",),
        begins="2026-03-28 20:00",
        until="29 12:00",
        more={"settings": FROM_TWO},
    ),
    Case(
        "the hour that is skipped in spring, in the run",
        ends=("29 03:00",),
        begins="2026-03-28 20:00",
        until="29 12:00",
    ),
    Case(
        "the hour that comes twice in autumn, from two",
        ends=("25 02:00+1",),
        begins="2026-10-24 20:00",
        until="25 12:00",
        more={"settings": FROM_TWO},
    ),
    Case("the hour that comes twice in autumn", ends=("25 02:00",), begins="2026-10-24 20:00", until="25 12:00"),
    # ---- the machine ----
    Case(
        "95 °C, and cool again",
        [("5 01:20", HOT), ("5 02:00", COOL)],
        ("5 02:40",),
        ("Paused: your computer is hot (95 °C).",),
    ),
    Case(
        "95 °C, and then only a little cooler",
        [("5 01:20", HOT), ("5 01:30", sees(heat=Heat(80.0)))],
        (),
        ("Paused: your computer is hot (95 °C).",),
        until="5 05:00",
        says="Waiting: your computer is hot (80 °C).",
    ),
    Case(
        "72 °C where 70 is the machine's own limit",
        [("5 01:20", sees(heat=Heat(72.0, 70.0))), ("5 02:00", COOL)],
        ("5 02:40",),
        ("Paused: your computer is hot (72 °C).",),
    ),
    Case(
        "the disk is full before",
        [("5 00:00", FULL)],
        until="5 05:00",
        says="Waiting: learning needs 2.1 GB of free disk, and 0.1 GB are left.",
    ),
    Case(
        "the disk fills up, and has room again",
        [("5 01:20", FULL), ("5 02:00", FREE)],
        ("5 02:40",),
        ("Paused: your disk is nearly full.",),
    ),
    Case(
        "other programs take the memory",
        [("5 01:20", sees(memory=Memory(16 << 30, 300 << 20))), ("5 02:00", sees(memory=Memory(16 << 30, 8 << 30)))],
        ("5 02:40",),
        ("Paused: other programs need the memory.",),
    ),
    Case(
        "programs wait for memory",
        [("5 01:20", sees(memory_pressure=40.0)), ("5 02:00", sees(memory_pressure=0.0))],
        ("5 02:40",),
        ("Paused: other programs need the memory.",),
    ),
    # ---- missed nights, and one run in each ----
    Case("off for a night", [("4 23:00", Sleeps(11 * HOUR))], ("5 11:00",), more={"waiting_since": AT_NOON}),
    Case(
        "off for four nights",
        [("4 23:00", Sleeps(83 * HOUR))],
        ("8 11:00", "9 02:00"),
        until="9 12:00",
        more={"waiting_since": AT_NOON},
    ),
    Case(
        "off for a night, and there all day",
        [("4 23:00", Sleeps(11 * HOUR)), *[e for h in range(10, 24) for e in there_for(5, h, 60)]],
        ("6 02:00",),
        until="6 12:00",
        more={"waiting_since": AT_NOON},
    ),
    Case(
        "off until shortly before the next night",
        [("4 23:00", Sleeps(23.5 * HOUR))],
        ("6 02:00",),
        until="6 12:00",
        more={"waiting_since": AT_NOON},
    ),
    Case("two programs", ends=("5 02:00",), more={"programs": 2}),
    Case(
        "two programs, and a clock set back a day",
        [("5 02:30", SetClock(-24 * HOUR))],
        ("5 02:00",),
        until="6 00:30",
        more={"programs": 2},
    ),
    Case("a night that fails", ends=("5 02:00",), more={"ends_as": "failed"}),
    Case("a night that did not help", ends=("5 02:00",), more={"ends_as": "refused"}),
    Case(
        "the last hour of the quiet hours",
        [*[e for h in range(1, 5) for e in there_for(5, h, 60)]],
        ("5 06:00",),
        until="5 12:00",
    ),
    Case("nothing new", says="Nothing to learn yet: add some notes.", more={"notes": 0}),
    Case("nights switched off", [("4 21:00", Choose({"nights": False}))], says="Learning at night is switched off."),
    Case("quiet hours across midnight", ends=("4 23:00", "5 23:00"), until="6 12:00", more={"settings": EVENING}),
]


def moment(begins: datetime, text: str) -> datetime:
    """A time in the month of the beginning; "+1" is the second of two that the wall shows alike."""
    text, _, again = text.partition("+")
    day, clock = text.split()
    hour, minute, *second = map(int, clock.split(":"))
    return begins.replace(
        day=int(day), hour=hour, minute=minute, second=second[0] if second else 0, fold=int(again or 0)
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_one_run_a_night_with_the_right_reason_and_nothing_lost(case: Case) -> None:
    begins = datetime.fromisoformat(case.begins).replace(tzinfo=BERLIN)
    happens = sorted(((moment(begins, when), change) for when, change in case.happens), key=lambda each: each[0])
    world = World(begins, **case.more)
    world.go(happens, moment(begins, case.until))
    assert tuple(reason for _, reason in world.stops()) == case.stops
    wanted = [moment(begins, text) for text in case.ends]
    assert len(world.ended()) == len(wanted), world.log
    for is_, wants in zip(world.ended(), wanted, strict=True):
        assert abs((is_ - wants).total_seconds()) < 90 and is_.fold == wants.fold, (is_, world.log)
    if case.says is not None:
        assert world.said == case.says
    if case.most_starts:
        assert world.starts() <= case.most_starts
    # Each run did all of its work, however often it had to make way.
    assert all(run.done >= run.budget for run in world.runs if run.state not in ("paused", "running"))
    happened = [(when - begins).total_seconds() for when, _ in happens]
    for at, _ in world.stops():
        assert min(at - before for before in happened if before <= at) <= 5


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)
