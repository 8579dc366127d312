"""When the night may learn, and why it waits: pure functions of the clock, the settings and the machine's state.

A *night* is one stretch of quiet hours and is known by the local date on which it begins. What is done after it and
before the next one begins (catching up in the afternoon) still belongs to it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

from personal_ai import days
from personal_ai.settings import Settings
from personal_ai.system import State

#: Seconds away from the keyboard. By day it takes longer: one who reads or watches something is not to be disturbed.
IDLE_AT_NIGHT = 5 * 60.0
IDLE_BY_DAY = 15 * 60.0
#: Whoever locked the screen has gone.
IDLE_WHEN_LOCKED = 60.0
#: Input less than this many seconds ago means that the person came back.
CAME_BACK = 30.0
#: Learning begins when the processor is so many degrees below what is too hot, and then goes on up to that.
COOLER = 10.0
#: On battery, where that is allowed, learning begins so many percent above the level at which it stops.
CHARGED = 5.0
#: After a stop it is left alone for so many seconds, so that a loose plug does not make it begin every minute.
SETTLED = 120.0
#: An adapter being built, its checkpoints and its copy on the shelf, and a gibibyte for everybody else: bytes.
DISK_NEEDED = 2 * 1024**3
#: The least share of memory that must be free.
MEMORY_FREE_TO_START, MEMORY_FREE_TO_GO_ON = 0.15, 0.05
#: Nor may programs wait for memory for a larger share of the time, in percent.
PRESSURE_TO_START, PRESSURE_TO_GO_ON = 10.0, 20.0
#: It is not worth beginning for less time than this.
WORTHWHILE = timedelta(minutes=10)
#: A missed night is not caught up when the next one is this near.
NIGHT_IS_NEAR = timedelta(hours=3)
#: A change of time zone or of summer time moves a run across the beginning of a night by an hour or two.
SAME_NIGHT = timedelta(hours=3)
#: The clock on the wall and one that nobody can set disagree by more than this.
CLOCK_WAS_SET = timedelta(minutes=10)
#: A run that seems to lie further ahead than this was written down while the clock was wrong.
CLOCK_WAS_WRONG = timedelta(hours=36)


class LastNight(Protocol):
    """What is known of the last run (a `store.nights.NightRow`)."""

    @property
    def started(self) -> str:
        """ISO 8601, UTC."""
        ...

    @property
    def state(self) -> str:
        """How it ended, see `store.nights`."""
        ...

    @property
    def by(self) -> str:
        """Who began it: "night" or "hand"."""
        ...


@dataclass(frozen=True)
class Decision:
    """Whether to learn now, the reason in one true sentence, and when the clock alone allows it next (None: never)."""

    go: bool
    reason: str
    next: datetime | None = None
    #: How long it may take, in minutes: the rest of the quiet hours, at most what the settings allow.
    minutes: float = 0.0
    #: It makes up for a missed night, so the end of the quiet hours does not stop it.
    catching_up: bool = False
    #: It is time, and something holds it up that may pass.
    waits: bool = False


def decide(
    now: datetime,
    settings: Settings,
    last_night: LastNight | None,
    new_notes: int,
    state: State,
    *,
    waiting_since: datetime | None = None,
    seconds_since_run: float | None = None,
    seconds_since_stop: float | None = None,
    disk_needed: int = DISK_NEEDED,
) -> Decision:
    """Say whether to learn now, and why or why not.

    `now` is aware local time, `last_night` the newest run of any kind. `waiting_since` is when the oldest new note was
    added (aware): a night counts as missed only if the note was there by then. `seconds_since_run` comes from a clock
    that nobody can set (`system.steady_seconds`) and counts from the start of the last run in this process,
    `seconds_since_stop` from when a run had to make way. What is unknown of the machine's state never holds a night up;
    by day, unknown idleness does.
    """
    if not settings.nights:
        return Decision(False, "Learning at night is switched off.")
    unfinished = last_night is not None and last_night.state in ("running", "paused")
    if new_notes <= 0 and not unfinished:
        return Decision(False, _nothing_new(now, settings, last_night))
    following = next_start(now, settings)
    later = Decision(False, _tonight(now, following, settings, new_notes, unfinished), following)
    if _done(now, settings, last_night, seconds_since_run):
        return later
    end = quiet_end(now, settings)
    catching_up = end is None
    left = _time_until(now, end or following)
    if left < (NIGHT_IS_NEAR if catching_up else WORTHWHILE):
        return later
    unseen = state.idle_seconds is None and not state.locked
    if catching_up and (unseen or not _missed(now, settings, last_night, waiting_since)):
        return later
    hindrance = _hindrance(settings, state, catching_up, disk_needed)
    if hindrance is None and seconds_since_stop is not None and seconds_since_stop < SETTLED:
        hindrance = "learning had to stop a moment ago"
    if hindrance is not None:
        waiting = f"Waiting to catch up on a missed night: {hindrance}." if catching_up else f"Waiting: {hindrance}."
        return Decision(False, waiting, following if catching_up else now, catching_up=catching_up, waits=True)
    return Decision(
        go=True,
        reason=_going(new_notes, unfinished, catching_up),
        next=now,
        minutes=min(float(settings.night_minutes), left / timedelta(minutes=1)),
        catching_up=catching_up,
    )


def must_stop(
    now: datetime, settings: Settings, state: State, *, by: str = "night", catching_up: bool = False
) -> str | None:
    """Give the reason to pause a run that is under way, as a sentence, or None to let it go on.

    A run begun by hand is the person's own wish: only heat, a full disk and a lack of memory stop it.
    """
    reason = _person_comes_first(settings, state) if by == "night" else None
    if reason is None and by == "night" and not catching_up and quiet_end(now, settings) is None:
        reason = "the quiet hours are over"
    if reason is None and (heat := state.heat) and heat.degrees >= heat.most:
        reason = f"your computer is hot ({heat.degrees:.0f} °C)"
    if reason is None and state.free_disk is not None and state.free_disk < DISK_NEEDED // 8:
        reason = "your disk is nearly full"
    if reason is None and _short_of_memory(state, MEMORY_FREE_TO_GO_ON, PRESSURE_TO_GO_ON):
        reason = "other programs need the memory"
    return reason and f"Paused: {reason}."


def _person_comes_first(settings: Settings, state: State) -> str | None:
    if reason := _on_battery(settings, state, more=0.0):
        return reason
    if state.idle_seconds is not None and state.idle_seconds < CAME_BACK:
        return "you are using your computer"
    return _wants_rest(state)


def waits_for_room(free_disk: int) -> bool:
    """Whether a disk is so full that the night waits: what was paused for that begins again by itself, and not before.

    Where the disk has room and refuses all the same (a quota), it would refuse again a minute later.
    """
    return free_disk < DISK_NEEDED


# ---- nights on the local clock ----------------------------------------------------------------------------------
# Hours are added to the clock on the wall (same tzinfo): "until 6" means that on any night of the year. How long
# something takes is counted in UTC.


def night_of(moment: datetime, settings: Settings) -> date:
    """Name the night that local `moment` belongs to: the one that began last."""
    return _last_start(moment, settings).date()


def quiet_end(moment: datetime, settings: Settings) -> datetime | None:
    """Give the end of the quiet hours that local `moment` lies in, None outside of them."""
    end = _last_start(moment, settings) + _length(settings)
    return end if moment.replace(tzinfo=None) < end.replace(tzinfo=None) else None


def next_start(moment: datetime, settings: Settings) -> datetime:
    """Give the beginning of the first quiet hours after local `moment`."""
    return _last_start(moment, settings) + timedelta(days=1)


def _last_start(moment: datetime, settings: Settings) -> datetime:
    start = moment.replace(hour=settings.quiet_from % 24, minute=0, second=0, microsecond=0, fold=0)
    return start if start.replace(tzinfo=None) <= moment.replace(tzinfo=None) else start - timedelta(days=1)


def _time_between(first: datetime, second: datetime) -> timedelta:
    # Python subtracts two times of one zone as the wall shows them, an hour wrong on two nights of the year.
    return second.astimezone(UTC) - first.astimezone(UTC)


def _time_until(now: datetime, then: datetime) -> timedelta:
    """How long it is until the wall shows `then`, which was reckoned from `now`."""
    if isinstance(now.tzinfo, timezone) and now.utcoffset() == now.astimezone().utcoffset():
        # `datetime.astimezone()` knows only the offset of now; before a change of the clocks `then` has another one.
        return then.replace(tzinfo=None).astimezone(UTC) - now.astimezone(UTC)
    return _time_between(now, then)


def _length(settings: Settings) -> timedelta:
    # The same hour twice means that every hour is quiet.
    return timedelta(hours=(settings.quiet_until - settings.quiet_from) % 24 or 24)


def _done(now: datetime, settings: Settings, last: LastNight | None, seconds_since_run: float | None) -> bool:
    """Whether this night has had its run."""
    if last is None or not _counts(last):
        return False
    started = _local(last, now)
    since = _time_between(started, now)
    if seconds_since_run is not None and last.by == "night":
        # The clock on the wall may have been set, back or years ahead; then only the steady one says what a night is.
        steady = timedelta(seconds=seconds_since_run)
        if abs(since - steady) > CLOCK_WAS_SET and steady < min(_length(settings), timedelta(hours=12)):
            return True
    if since < -CLOCK_WAS_WRONG:
        return False
    return night_of(started, settings) >= night_of(now, settings) or (last.by == "night" and since < SAME_NIGHT)


def _counts(last: LastNight) -> bool:
    # A night that was paused goes on; one that found nothing costs nothing. A try by hand that came to nothing says
    # nothing about the night, but a night that failed must not fail again every minute until morning.
    if last.by == "night":
        return last.state in ("published", "refused", "cancelled", "failed")
    return last.state in ("published", "refused")


def _missed(now: datetime, settings: Settings, last: LastNight | None, waiting_since: datetime | None) -> bool:
    """Whether the night that is over should have learned and did not even begin."""
    start = _last_start(now, settings)
    if last is not None and last.state in ("running", "paused"):
        return _local(last, now) < start
    return waiting_since is not None and waiting_since.astimezone(now.tzinfo) < start


def _local(last: LastNight, now: datetime) -> datetime:
    return datetime.fromisoformat(last.started).astimezone(now.tzinfo)


# ---- what holds it up, and how it is said -----------------------------------------------------------------------


def _hindrance(settings: Settings, state: State, by_day: bool, disk_needed: int) -> str | None:
    reason = _on_battery(settings, state, more=CHARGED) or _still_there(state, by_day) or _wants_rest(state)
    if reason:
        return reason
    if state.free_disk is not None and state.free_disk < disk_needed:
        return f"learning needs {disk_needed / 1e9:.1f} GB of free disk, and {state.free_disk / 1e9:.1f} GB are left"
    if (heat := state.heat) and heat.degrees >= heat.most - COOLER:
        return f"your computer is hot ({heat.degrees:.0f} °C)"
    if _short_of_memory(state, MEMORY_FREE_TO_START, PRESSURE_TO_START):
        return "other programs need the memory"
    return None


def _on_battery(settings: Settings, state: State, more: float) -> str | None:
    if state.on_mains is not False:
        return None
    if settings.mains_only and state.battery is not None:
        return f"your computer runs on battery ({state.battery:.0f} % left)"
    if settings.mains_only:
        return "your computer runs on battery"
    if state.battery is not None and state.battery < min(100.0, settings.battery_level + more):
        return f"your battery has {state.battery:.0f} % left, and {settings.battery_level} % are to be kept"
    return None


def _still_there(state: State, by_day: bool) -> str | None:
    idle = state.idle_seconds
    if idle is None:
        return None
    enough = IDLE_WHEN_LOCKED if state.locked else IDLE_BY_DAY if by_day else IDLE_AT_NIGHT
    if idle >= enough:
        return None
    return "you are using your computer" if idle < CAME_BACK else "you have just used your computer"


def _wants_rest(state: State) -> str | None:
    if state.going_to_sleep:
        return "your computer is going to sleep"
    if state.lid_closed:
        return "your computer's lid is closed"
    if state.full_screen and not state.locked:
        return "a program fills your screen or keeps it on"
    return None


def _short_of_memory(state: State, least: float, most_pressure: float) -> bool:
    memory, pressure = state.memory, state.memory_pressure
    scarce = memory is not None and memory.available < memory.total * least
    return scarce or (pressure is not None and pressure > most_pressure)


def _going(new_notes: int, unfinished: bool, catching_up: bool) -> str:
    if unfinished:
        return "Learning goes on where it stopped."
    return f"{'Catching up on a missed night' if catching_up else 'Learning now'}: {_notes(new_notes)}."


def _tonight(now: datetime, start: datetime, settings: Settings, new_notes: int, unfinished: bool) -> str:
    # In the small hours "tonight" is the night that is going on, so the next one needs another word.
    in_quiet_hours = quiet_end(now, settings) is not None
    day = "Tomorrow" if in_quiet_hours and start.date() > now.date() else "Tonight"
    if _length(settings) == timedelta(hours=24) or 6 <= start.hour < 18:
        day = "Tomorrow" if start.date() > now.date() else "Today"
    what = "the learning that was interrupted goes on" if unfinished else _notes(new_notes)
    if settings.mains_only:
        return f"{day} after {start:%H:%M}, when plugged in: {what}."
    return f"{day} after {start:%H:%M}: {what}."


def _nothing_new(now: datetime, settings: Settings, last: LastNight | None) -> str:
    if last is None:
        return "Nothing to learn yet: add some notes."
    started = _local(last, now)
    if last.by == "night" and night_of(started, settings) == night_of(now, settings):
        return "Nothing new to learn since last night."
    if started > now:
        return "Nothing new to learn."
    if started.date() == now.date():
        return f"Nothing new to learn since {started:%H:%M} today."
    month = days.MONTHS[started.month - 1]
    if started.year == now.year:
        return f"Nothing new to learn since {started.day} {month}."
    return f"Nothing new to learn since {started.day} {month} {started.year}."


def _notes(count: int) -> str:
    return "1 new note" if count == 1 else f"{count} new notes"
