"""The night's clock: quiet hours, summer time, missed nights, clocks that jump, and every reason as a true sentence."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personal_ai.learning import schedule
from personal_ai.learning.schedule import Decision, decide, must_stop, next_start, night_of, quiet_end
from personal_ai.settings import Settings
from personal_ai.system import Heat, Memory, State

BERLIN = ZoneInfo("Europe/Berlin")
AWAY = 3600.0
USUAL = Settings()
EVENING = Settings(quiet_from=22, quiet_until=6)


@dataclass(frozen=True)
class Night:
    started: str
    state: str = "published"
    by: str = "night"


def at(text: str, zone: Any = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def run(text: str, state: str = "published", by: str = "night", fold: int = 0) -> Night:
    return Night(at(text, fold=fold).astimezone(UTC).isoformat().replace("+00:00", "Z"), state, by)


def ask(
    now: str | datetime,
    last: Night | None = None,
    *,
    choices: Settings = USUAL,
    notes: int = 14,
    waiting_since: datetime | None = None,
    seconds_since_run: float | None = None,
    seconds_since_stop: float | None = None,
    **state: Any,
) -> Decision:
    moment = at(now) if isinstance(now, str) else now
    return decide(
        moment,
        choices,
        last,
        notes,
        seen(**state),
        waiting_since=waiting_since,
        seconds_since_run=seconds_since_run,
        seconds_since_stop=seconds_since_stop,
    )


def seen(mains: bool | None = True, idle: float | None = AWAY, disk: int | None = None, **more: Any) -> State:
    return State(on_mains=mains, idle_seconds=idle, free_disk=disk, **more)


# ---- the ordinary night -----------------------------------------------------------------------------------------


def test_learns_in_the_quiet_hours_when_nothing_hinders():
    answer = ask("2026-05-05 02:00")
    assert answer.go and answer.reason == "Learning now: 14 new notes."
    assert answer.minutes == 240 and not answer.catching_up


def test_says_by_day_what_the_night_will_bring():
    answer = ask("2026-05-05 15:00")
    assert not answer.go
    assert answer.reason == "Tonight after 01:00, when plugged in: 14 new notes."
    assert answer.next == at("2026-05-06 01:00")


def test_says_nothing_of_the_plug_when_battery_is_allowed():
    answer = ask("2026-05-05 15:00", choices=Settings(mains_only=False), notes=1)
    assert answer.reason == "Tonight after 01:00: 1 new note."


def test_begins_at_the_very_minute_and_not_before():
    assert not ask("2026-05-05 00:59").go
    assert ask("2026-05-05 01:00").go
    assert not ask("2026-05-05 06:00").go


def test_quiet_hours_across_midnight_are_one_night():
    assert ask("2026-05-05 23:00", choices=EVENING).go
    assert ask("2026-05-06 03:00", choices=EVENING).go
    assert not ask("2026-05-05 12:00", choices=EVENING).go
    assert night_of(at("2026-05-05 23:00"), EVENING) == night_of(at("2026-05-06 03:00"), EVENING) == date(2026, 5, 5)
    assert not ask("2026-05-06 03:00", run("2026-05-05 22:10"), choices=EVENING).go
    assert ask("2026-05-06 22:00", run("2026-05-05 22:10"), choices=EVENING).go


def test_the_same_hour_twice_makes_every_hour_quiet():
    always = Settings(quiet_from=3, quiet_until=3)
    assert ask("2026-05-05 15:00", choices=always).go
    answer = ask("2026-05-05 15:00", run("2026-05-05 03:00"), choices=always)
    assert not answer.go and answer.reason.startswith("Tomorrow after 03:00")


def test_quiet_hours_by_day_are_not_called_tonight():
    noon = Settings(quiet_from=12, quiet_until=14)
    assert ask("2026-05-05 09:00", choices=noon).reason.startswith("Today after 12:00")
    assert ask("2026-05-05 15:00", choices=noon).reason.startswith("Tomorrow after 12:00")


def test_takes_no_longer_than_the_quiet_hours_or_the_settings_allow():
    assert ask("2026-05-05 05:00").minutes == 60
    assert ask("2026-05-05 01:00", choices=Settings(night_minutes=30)).minutes == 30


def test_does_not_begin_for_the_last_minutes():
    answer = ask("2026-05-05 05:55")
    assert not answer.go and answer.reason.startswith("Tomorrow after 01:00") and answer.next == at("2026-05-06 01:00")


def test_nights_can_be_switched_off():
    answer = ask("2026-05-05 02:00", choices=Settings(nights=False))
    assert answer == Decision(False, "Learning at night is switched off.")


# ---- nothing new ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "last", "sentence"),
    [
        ("2026-05-05 12:00", None, "Nothing to learn yet: add some notes."),
        ("2026-05-05 12:00", run("2026-05-05 01:30"), "Nothing new to learn since last night."),
        ("2026-05-05 12:00", run("2026-05-05 09:05", by="hand"), "Nothing new to learn since 09:05 today."),
        ("2026-05-05 12:00", run("2026-04-03 01:30"), "Nothing new to learn since 3 April."),
        ("2026-05-05 12:00", run("2025-12-24 01:30"), "Nothing new to learn since 24 December 2025."),
        ("2026-05-05 12:00", run("2026-05-06 01:30"), "Nothing new to learn."),
    ],
)
def test_nothing_new_is_said_truthfully(now: str, last: Night | None, sentence: str):
    answer = ask(now, last, notes=0)
    assert not answer.go and answer.reason == sentence and answer.next is None


# ---- one run a night --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["published", "refused", "failed", "cancelled"])
def test_one_run_a_night_however_it_ended(state: str):
    answer = ask("2026-05-05 03:00", run("2026-05-05 01:10", state))
    assert not answer.go and answer.reason == "Tomorrow after 01:00, when plugged in: 14 new notes."
    assert ask("2026-05-06 01:00", run("2026-05-05 01:10", state)).go


@pytest.mark.parametrize("state", ["paused", "running"])
def test_an_interrupted_night_goes_on_even_with_nothing_new(state: str):
    answer = ask("2026-05-05 03:00", run("2026-05-05 01:10", state), notes=0)
    assert answer.go and answer.reason == "Learning goes on where it stopped."


def test_a_night_that_found_nothing_may_look_again():
    assert ask("2026-05-05 03:00", run("2026-05-05 01:10", "nothing")).go


def test_a_run_by_hand_counts_only_when_it_came_to_something():
    assert not ask("2026-05-05 03:00", run("2026-05-05 01:10", "published", "hand")).go
    assert ask("2026-05-05 03:00", run("2026-05-05 01:10", "cancelled", "hand")).go
    assert ask("2026-05-05 01:00", run("2026-05-05 00:10", "published", "hand")).go


# ---- what holds it up -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"mains": False}, "Waiting: your computer runs on battery."),
        ({"idle": 3.0}, "Waiting: you are using your computer."),
        ({"idle": 200.0}, "Waiting: you have just used your computer."),
        ({"heat": Heat(80.0)}, "Waiting: your computer is hot (80 °C)."),
        ({"memory_pressure": 12.0}, "Waiting: other programs need the memory."),
        ({"mains": False, "battery": 63.4}, "Waiting: your computer runs on battery (63 % left)."),
        ({"lid_closed": True}, "Waiting: your computer's lid is closed."),
        ({"full_screen": True}, "Waiting: a program fills your screen or keeps it on."),
        ({"going_to_sleep": True}, "Waiting: your computer is going to sleep."),
        ({"seconds_since_stop": 30.0}, "Waiting: learning had to stop a moment ago."),
        ({"idle": 50.0, "locked": True}, "Waiting: you have just used your computer."),
        ({"memory": Memory(16 << 30, 1 << 30)}, "Waiting: other programs need the memory."),
        ({"disk": 10**9}, "Waiting: learning needs 2.1 GB of free disk, and 1.0 GB are left."),
    ],
)
def test_waits_in_the_quiet_hours_and_says_why(state: dict[str, Any], sentence: str):
    answer = ask("2026-05-05 02:00", **state)
    assert not answer.go and answer.reason == sentence and answer.next == at("2026-05-05 02:00")


def test_battery_is_no_hindrance_where_the_person_allows_it():
    allowed = Settings(mains_only=False)
    assert ask("2026-05-05 02:00", choices=allowed, mains=False).go
    assert ask("2026-05-05 02:00", choices=allowed, mains=False, battery=60.0).go


def test_on_battery_it_learns_only_above_what_is_to_be_kept():
    allowed = Settings(mains_only=False, battery_level=40)
    answer = ask("2026-05-05 02:00", choices=allowed, mains=False, battery=42.0)
    assert answer.reason == "Waiting: your battery has 42 % left, and 40 % are to be kept."
    assert ask("2026-05-05 02:00", choices=allowed, mains=False, battery=45.0).go
    full = Settings(mains_only=False, battery_level=100)
    assert ask("2026-05-05 02:00", choices=full, mains=False, battery=100.0).go


def test_whoever_locked_the_screen_is_away_after_a_minute():
    assert ask("2026-05-05 02:00", idle=70.0, locked=True).go
    assert ask("2026-05-05 10:00", idle=None, locked=True, waiting_since=LONG_AGO).go
    assert ask("2026-05-05 02:00", full_screen=True, locked=True).go


def test_a_machine_that_holds_back_earlier_is_left_alone_earlier():
    assert ask("2026-05-05 02:00", heat=Heat(62.0, most=70.0)).reason == "Waiting: your computer is hot (62 °C)."
    assert ask("2026-05-05 02:00", heat=Heat(62.0)).go


def test_it_begins_again_two_minutes_after_it_had_to_stop():
    assert ask("2026-05-05 02:00", seconds_since_stop=121.0).go


def test_what_is_unknown_never_holds_a_night_up():
    assert ask("2026-05-05 02:00", mains=None, idle=None, disk=None, heat=None, memory=None).go
    assert ask("2026-05-05 02:00", memory=Memory(0, 0)).go


# ---- missed nights ----------------------------------------------------------------------------------------------

LONG_AGO = at("2026-05-01 12:00")


def test_a_missed_night_is_caught_up_when_the_person_is_away():
    answer = ask("2026-05-05 10:00", run("2026-05-03 01:10"), waiting_since=LONG_AGO)
    assert answer.go and answer.catching_up and answer.reason == "Catching up on a missed night: 14 new notes."


def test_catching_up_waits_for_a_longer_absence_and_says_so():
    answer = ask("2026-05-05 10:00", idle=10 * 60.0, waiting_since=LONG_AGO)
    assert not answer.go
    assert answer.reason == "Waiting to catch up on a missed night: you have just used your computer."
    assert answer.next == at("2026-05-06 01:00")


def test_no_catching_up_where_nobody_knows_whether_the_person_is_away():
    assert not ask("2026-05-05 10:00", idle=None, waiting_since=LONG_AGO).go


def test_notes_that_came_after_the_night_wait_for_the_next_one():
    assert not ask("2026-05-05 10:00", waiting_since=at("2026-05-05 08:00")).go
    assert not ask("2026-05-05 10:00", waiting_since=None).go


def test_a_missed_night_is_caught_up_once():
    again = ask("2026-05-05 14:00", run("2026-05-05 10:00"), waiting_since=LONG_AGO)
    assert not again.go and again.reason.startswith("Tonight after 01:00")
    assert ask("2026-05-06 01:00", run("2026-05-05 10:00")).go


def test_no_catching_up_shortly_before_the_next_night():
    assert not ask("2026-05-05 22:30", waiting_since=LONG_AGO).go


def test_a_job_that_was_interrupted_nights_ago_is_caught_up_and_one_of_last_night_waits():
    assert ask("2026-05-05 10:00", run("2026-05-03 05:00", "paused"), notes=0).go
    answer = ask("2026-05-05 10:00", run("2026-05-05 05:00", "paused"), notes=0)
    assert not answer.go
    assert answer.reason == "Tonight after 01:00, when plugged in: the learning that was interrupted goes on."


# ---- summer time, travel, and clocks that jump ------------------------------------------------------------------


def test_the_repeated_hour_in_autumn_brings_no_second_run():
    # On 25 October 2026, 03:00 becomes 02:00 again in Berlin.
    choices = Settings(quiet_from=2, quiet_until=6)
    first = run("2026-10-25 02:30", fold=0)
    assert not ask(at("2026-10-25 02:30", fold=1), first, choices=choices).go
    assert not ask(at("2026-10-25 05:00"), first, choices=choices).go
    assert ask(at("2026-10-26 02:00"), first, choices=choices).go


def test_the_repeated_hour_brings_no_second_run_under_a_fixed_offset_either():
    # datetime.now().astimezone() knows only the offset of now, so the run seems to lie an hour earlier than it did.
    first = run("2026-10-25 01:30")
    winter = timezone(timedelta(hours=1))
    assert not ask(at("2026-10-25 02:10", winter), first).go
    assert not ask(at("2026-10-25 03:00", winter), first).go


def test_the_skipped_hour_in_spring_still_has_a_night():
    # On 29 March 2026, 02:00 becomes 03:00 in Berlin: a night that begins at 2 begins at 3.
    choices = Settings(quiet_from=2, quiet_until=6)
    assert not ask("2026-03-29 01:59", choices=choices).go
    answer = ask("2026-03-29 03:00", choices=choices)
    assert answer.go and answer.minutes == 180


def test_a_night_that_is_an_hour_longer_is_counted_in_real_minutes():
    choices = Settings(quiet_from=2, quiet_until=6, night_minutes=999)
    assert ask(at("2026-10-25 02:00", fold=0), choices=choices).minutes == 300


@pytest.fixture
def lives_in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system's zone is Berlin's."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows keeps its zone to itself")
@pytest.mark.usefixtures("lives_in_berlin")
@pytest.mark.parametrize(("night", "minutes"), [("2026-03-29", 240), ("2026-10-25", 360), ("2026-05-05", 300)])
def test_before_the_clocks_change_the_rest_of_the_night_is_counted_in_real_minutes(night: str, minutes: int):
    # As the program tells the time: with the offset of now, which is another one an hour later.
    now = at(f"{night} 01:00").astimezone(UTC).astimezone()
    assert isinstance(now.tzinfo, timezone) and f"{now:%H:%M}" == "01:00"
    assert ask(now, choices=Settings(quiet_from=1, quiet_until=6, night_minutes=999)).minutes == minutes


@pytest.mark.parametrize("back", [timedelta(minutes=20), timedelta(hours=5), timedelta(hours=24)])
def test_a_clock_set_back_brings_no_second_run(back: timedelta):
    assert not ask(at("2026-05-05 02:00") - back, run("2026-05-05 01:10")).go


def test_a_clock_that_was_years_ahead_does_not_stop_learning_for_years():
    assert ask("2026-05-05 02:00", run("2036-05-05 01:10")).go


def test_a_steady_clock_sees_through_any_setting_of_the_other():
    for now in ("2036-05-05 02:00", "2026-05-07 02:00", "1970-01-02 02:00"):
        assert ask(now, run("2026-05-05 01:10")).go
        assert not ask(now, run("2026-05-05 01:10"), seconds_since_run=1800.0).go
    assert ask("2026-05-06 01:10", run("2026-05-05 01:10"), seconds_since_run=86_400.0).go


def test_two_clocks_that_agree_leave_the_night_to_the_wall():
    # A run by hand in the evening, or one that caught up in the afternoon, does not delay the night.
    assert ask("2026-05-05 01:00", run("2026-05-04 23:00", by="hand"), seconds_since_run=7200.0).go
    assert ask("2026-05-05 22:00", run("2026-05-05 16:00"), choices=EVENING, seconds_since_run=21_600.0).go


def test_a_frozen_clock_brings_one_run():
    assert not ask("2026-05-05 02:00", run("2026-05-05 02:00")).go


# ---- stopping ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "state", "sentence"),
    [
        ("03:00", {}, None),
        ("03:00", {"mains": False}, "Paused: your computer runs on battery."),
        ("03:00", {"idle": 2.0}, "Paused: you are using your computer."),
        ("03:00", {"idle": None, "mains": None}, None),
        ("06:00", {}, "Paused: the quiet hours are over."),
        ("14:00", {"catching_up": True}, None),
        ("14:00", {"catching_up": True, "idle": 2.0}, "Paused: you are using your computer."),
        ("03:00", {"heat": Heat(90.0)}, "Paused: your computer is hot (90 °C)."),
        ("03:00", {"heat": Heat(80.0)}, None),
        ("03:00", {"lid_closed": True}, "Paused: your computer's lid is closed."),
        ("03:00", {"full_screen": True}, "Paused: a program fills your screen or keeps it on."),
        ("03:00", {"memory_pressure": 15.0}, None),
        ("03:00", {"memory_pressure": 25.0}, "Paused: other programs need the memory."),
        ("14:00", {"by": "hand", "lid_closed": True, "full_screen": True}, None),
        ("03:00", {"disk": 10**6}, "Paused: your disk is nearly full."),
        ("03:00", {"memory": Memory(16 << 30, 1 << 28)}, "Paused: other programs need the memory."),
        ("14:00", {"by": "hand", "idle": 0.0, "mains": False}, None),
        ("14:00", {"by": "hand", "heat": Heat(90.0)}, "Paused: your computer is hot (90 °C)."),
    ],
)
def test_stops_for_the_person_and_for_the_machine(now: str, state: dict[str, Any], sentence: str | None):
    whose = {key: state.pop(key) for key in ("by", "catching_up") if key in state}
    assert must_stop(at(f"2026-05-05 {now}"), USUAL, seen(**state), **whose) == sentence


def test_on_battery_it_goes_on_down_to_what_is_to_be_kept():
    allowed = Settings(mains_only=False, battery_level=40)
    now = at("2026-05-05 03:00")
    assert must_stop(now, allowed, seen(mains=False, battery=40.0)) is None
    reason = must_stop(now, allowed, seen(mains=False, battery=39.0))
    assert reason == "Paused: your battery has 39 % left, and 40 % are to be kept."


def test_what_may_begin_need_not_stop_at_once():
    for minute in range(0, 300, 7):
        now = at("2026-05-05 01:00") + timedelta(minutes=minute)
        state = seen(idle=schedule.IDLE_AT_NIGHT, disk=schedule.DISK_NEEDED)
        if decide(now, USUAL, None, 1, state).go:
            assert must_stop(now, USUAL, state) is None


# ---- always -----------------------------------------------------------------------------------------------------

zones = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")]
)
hours = st.integers(0, 23)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31))
nights = st.none() | st.builds(
    lambda moment, state, by: Night(moment.replace(tzinfo=UTC).isoformat(), state, by),
    moments,
    st.sampled_from(["running", "paused", "published", "refused", "cancelled", "failed", "nothing"]),
    st.sampled_from(["night", "hand"]),
)


@settings(deadline=None)
@given(moments, zones, hours, hours)
def test_a_moment_lies_in_exactly_one_night(moment: datetime, zone: ZoneInfo, begin: int, end: int):
    now, choices = moment.replace(tzinfo=zone), Settings(quiet_from=begin, quiet_until=end)
    start = next_start(now, choices)
    assert start.hour == begin and night_of(start, choices) == start.date()
    assert start.replace(tzinfo=None) > moment
    assert night_of(now, choices) == start.date() - timedelta(days=1)
    until = quiet_end(now, choices)
    assert until is None or (until.hour == end and moment < until.replace(tzinfo=None) <= start.replace(tzinfo=None))


@settings(deadline=None)
@given(
    moments, zones, hours, hours, nights, st.integers(0, 3), st.none() | st.booleans(),
    st.none() | st.floats(0, 1e5), st.none() | st.integers(0, 10**11), st.none() | moments,
)  # fmt: skip
def test_every_decision_is_one_whole_sentence_and_agrees_with_itself(
    moment: datetime,
    zone: ZoneInfo,
    begin: int,
    end: int,
    last: Night | None,
    notes: int,
    mains: bool | None,
    idle: float | None,
    disk: int | None,
    since: datetime | None,
):
    now, choices = moment.replace(tzinfo=zone), Settings(quiet_from=begin, quiet_until=end)
    waiting = since.replace(tzinfo=UTC) if since else None
    state = seen(mains, idle, disk)
    answer = decide(now, choices, last, notes, state, waiting_since=waiting)
    assert answer.reason.endswith(".") and answer.reason[0].isupper() and "\n" not in answer.reason
    assert "None" not in answer.reason and ". " not in answer.reason
    assert answer.go == (answer.minutes > 0)
    if answer.go:
        assert mains is not False and (idle is None or idle >= schedule.IDLE_AT_NIGHT)
        assert notes > 0 or (last is not None and last.state in ("running", "paused"))
        assert answer.catching_up == (quiet_end(now, choices) is None)
        assert must_stop(now, choices, state, catching_up=answer.catching_up) is None
    if answer.next:
        assert answer.next.replace(tzinfo=None) >= moment


@settings(max_examples=40, deadline=None)
@given(zones, hours, st.integers(1, 12), moments, st.lists(st.booleans(), min_size=40, max_size=40), st.integers(1, 90))
def test_a_simulated_week_has_at_most_one_run_a_night_and_no_night_without_reason(
    zone: ZoneInfo, begin: int, length: int, start: datetime, away: list[bool], minutes: int
):
    """Walk a week in steps of a quarter of an hour; a run takes `minutes`."""
    choices = Settings(quiet_from=begin, quiet_until=(begin + length) % 24)
    clock, last, runs, runs_began, busy_until = start.replace(tzinfo=UTC), None, [], [], None
    for step in range(7 * 24 * 4):
        clock += timedelta(minutes=15)
        now = clock.astimezone(zone)
        if busy_until and clock < busy_until:
            continue
        idle = AWAY if away[step // 6 % 40] else 0.0
        answer = decide(now, choices, last, 5, seen(idle=idle), waiting_since=start.replace(tzinfo=UTC))
        if answer.go:
            last, busy_until = Night(clock.isoformat()), clock + timedelta(minutes=minutes)
            runs.append(night_of(now, choices))
            runs_began.append(clock.isoformat())
        elif quiet_end(now, choices) and away[step // 6 % 40] and night_of(now, choices) not in runs:
            end = quiet_end(now, choices)
            nearly_over = end is not None and end.astimezone(UTC) - clock < schedule.WORTHWHILE
            assert nearly_over or clock - datetime.fromisoformat(runs_began[-1]) < schedule.SAME_NIGHT
    assert len(runs) == len(set(runs))
