"""Nights gone through second by second, with a clock, a person and a machine of the test's own.

It does what the window does: asks `decide` every minute, and `must_stop` every second of a run. A run that makes way
keeps what it did and goes on from there.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from personal_ai.learning.schedule import decide, must_stop
from personal_ai.learning.watch import ASLEEP
from personal_ai.settings import Settings
from personal_ai.system import Memory, State

BERLIN = ZoneInfo("Europe/Berlin")
#: A machine that nothing speaks against.
QUIET = State(
    on_mains=True,
    battery=80.0,
    idle_seconds=7200.0,
    locked=False,
    lid_closed=False,
    full_screen=False,
    going_to_sleep=False,
    memory=Memory(16 << 30, 8 << 30),
    memory_pressure=0.0,
    free_disk=50 << 30,
)


@dataclass(frozen=True)
class Sees:
    """From here on the machine is seen otherwise. An `idle_seconds` goes on growing from what it is set to."""

    fields: dict[str, Any]


@dataclass(frozen=True)
class SetClock:
    """The clock on the wall is set by so much."""

    by: timedelta


@dataclass(frozen=True)
class Travel:
    """The wall shows the time of another zone."""

    zone: ZoneInfo


@dataclass(frozen=True)
class Sleeps:
    """The computer sleeps, or is off, for so long. Whoever runs is told before, unless the power just went."""

    long: timedelta
    told: bool = True


@dataclass(frozen=True)
class Choose:
    """The person changes settings."""

    fields: dict[str, Any]


Change = Sees | SetClock | Travel | Sleeps | Choose


@dataclass
class Run:
    """One run as the store knows it, and how much of it is done."""

    started: str
    state: str
    by: str
    budget: float
    done: float = 0.0


@dataclass
class Program:
    """What one window remembers of itself."""

    started_at: float | None = None
    stopped_at: float | None = None
    catching_up: bool = False


@dataclass
class World:
    """The clock, the machine, what was learned, and everything that was said."""

    begins: datetime
    settings: Settings = field(default_factory=Settings)
    zone: ZoneInfo = BERLIN
    #: Seconds that a run needs.
    work: float = 3600.0
    notes: int = 5
    programs: int = 1
    #: A run ends so.
    ends_as: str = "published"
    waiting_since: datetime | None = None
    state: State = QUIET
    steady: float = 0.0
    wall_shift: timedelta = timedelta()
    runs: list[Run] = field(default_factory=list)
    #: (seconds since the beginning, what happened, the sentence): "starts", "stops" or "ends".
    log: list[tuple[float, str, str]] = field(default_factory=list)
    said: str = ""

    def go(self, changes: list[tuple[datetime, Change]], until: datetime) -> None:
        """Let time pass, and what happens happen at its (true) time."""
        self._windows = [Program() for _ in range(self.programs)]
        self._working: Program | None = None
        queue = [((when - self.begins).total_seconds(), change) for when, change in changes]
        end = (until - self.begins).total_seconds()
        while self.steady < end:
            while queue and queue[0][0] <= self.steady:
                self._happens(queue.pop(0)[1])
            if self._working:
                self._second_of_a_run(self._working)
                step = 1.0
            else:
                self._minute()
                step = 1.0 if self._working else 60.0
            # What happens in between is not slept through.
            if queue:
                step = max(0.001, min(step, queue[0][0] - self.steady))
            self._pass(step)

    @property
    def wall(self) -> datetime:
        """What the clock on the wall shows."""
        now = self.begins.astimezone(UTC) + timedelta(seconds=self.steady) + self.wall_shift
        return now.astimezone(self.zone)

    def _pass(self, seconds: float, working: bool = True) -> None:
        self.steady += seconds
        idle = self.state.idle_seconds
        if idle is not None:
            self.state = replace(self.state, idle_seconds=idle + seconds)
        if self._working and working:
            self.runs[-1].done += seconds

    def _minute(self) -> None:
        for program in self._windows:
            last = self.runs[-1] if self.runs else None
            decision = decide(
                self.wall,
                self.settings,
                last,
                self.notes,
                self.state,
                waiting_since=self.waiting_since,
                seconds_since_run=_since(program.started_at, self.steady),
                seconds_since_stop=_since(program.stopped_at, self.steady),
            )
            self.said = decision.reason
            if decision.go and not self._working:
                self._begin(program, decision)

    def _begin(self, program: Program, decision: Any) -> None:
        last = self.runs[-1] if self.runs else None
        if last and last.state in ("paused", "running"):
            last.state = "running"
        else:
            started = self.wall.astimezone(UTC).isoformat()
            self.runs.append(Run(started, "running", "night", min(self.work, decision.minutes * 60)))
        program.started_at, program.catching_up, self._working = self.steady, decision.catching_up, program
        self.log.append((self.steady, "starts", decision.reason))

    def _second_of_a_run(self, program: Program) -> None:
        run = self.runs[-1]
        if run.done >= run.budget:
            run.state, self._working = self.ends_as, None
            self.log.append((self.steady, "ends", ""))
            return
        reason = must_stop(self.wall, self.settings, self.state, by="night", catching_up=program.catching_up)
        if reason:
            self._stop(reason)

    def _stop(self, reason: str) -> None:
        assert self._working
        self._working.stopped_at = self.steady
        self.runs[-1].state, self._working = "paused", None
        self.said = reason
        self.log.append((self.steady, "stops", reason))

    def _happens(self, change: Change) -> None:
        match change:
            case Sees(fields):
                self.state = replace(self.state, **fields)
            case SetClock(by):
                self.wall_shift += by
            case Travel(zone):
                self.zone = zone
            case Choose(fields):
                self.settings = msgspec.structs.replace(self.settings, **fields)
            case Sleeps(long, told):
                if told and self._working:
                    self._stop(ASLEEP)
                elif self._working:
                    # The power went: the record says that it runs, and a checkpoint of half a minute ago is there.
                    self.runs[-1].done = max(0.0, self.runs[-1].done - 30)
                    self._working = None
                if not told:
                    self._windows = [Program() for _ in self._windows]
                self._pass(long.total_seconds(), working=False)

    # ---- what a test asks ----

    def ended(self) -> list[datetime]:
        """When runs came to their end, by the true time in the zone where the person lives."""
        return [self._true(at) for at, what, _ in self.log if what == "ends"]

    def starts(self) -> int:
        """How often a run was begun or gone on with."""
        return sum(what == "starts" for _, what, _ in self.log)

    def stops(self) -> list[tuple[float, str]]:
        """When a run made way (seconds since the beginning), and what was said."""
        return [(at, reason) for at, what, reason in self.log if what == "stops"]

    def _true(self, at: float) -> datetime:
        return (self.begins.astimezone(UTC) + timedelta(seconds=at)).astimezone(BERLIN)


def _since(moment: float | None, now: float) -> float | None:
    return None if moment is None else now - moment
