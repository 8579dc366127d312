"""Calendars (.ics): a document a month."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from personal_ai.documents.readers import html
from personal_ai.documents.readers.content_lines import Field, entries
from personal_ai.documents.readers.parsed import (
    Outline,
    Parsed,
    clean_title,
    day_words,
    is_person,
    month_words,
    name_title,
    within_budget,
)
from personal_ai.errors import UserError

_WHEN = re.compile(r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?\d\d)?(Z?))?")
_LASTS = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:\d{1,8}S)?)?")
_WEEKDAYS: dict[str, str] = dict(
    zip(
        ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
        (day_words(date(2024, 1, at)).split(",")[0] for at in range(1, 8)),
        strict=True,
    )
)
_WHICH = {"": "", "1": "first ", "2": "second ", "3": "third ", "4": "fourth ", "5": "fifth ", "-1": "last "}
# Several programs keep descriptions as they show them in a browser.
_MARKED = re.compile(r"(?i)<(?:br|p|div|span|a|b|i|u|ul|ol|li|html|strong|em)(?:\s[^<>]{0,500})?/?>")
_OFTEN = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


_STATES = {"CANCELLED": " (cancelled)", "COMPLETED": " (done)"}


class _Event(NamedTuple):
    day: date | None
    text: str
    own: bool


def read(path: Path, names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    """Read a calendar; invitations of others are not the person's own. Raises UserError for a file without dates."""
    months: dict[str, list[_Event]] = {}
    named = ""
    for head, fields in entries(path, "VEVENT", "VTODO", "VJOURNAL"):
        named = named or clean_title(_first(head, "X-WR-CALNAME"))
        event = _event(fields, names)
        if event:
            months.setdefault(f"{event.day:%Y-%m}" if event.day else "undated", []).append(event)
    if not months:
        raise UserError(f"“{path.name}” holds no dates that can be read, so it was left out.")
    for month, events in months.items():
        yield partial(_month, named or name_title(path), month, events, path)


def _month(calendar: str, month: str, events: list[_Event], path: Path) -> Parsed:
    outline = Outline()
    day: date | None = None
    for event in sorted(events, key=lambda event: (event.day or date.min, event.text)):
        if event.day and event.day != day:
            outline.heading(day_words(event.day), 2)
            day = event.day
        outline.paragraph(event.text, own=event.own)
    return Parsed(
        title=f"{calendar}, {month_words(events[0].day)}" if events[0].day else calendar,
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
        created=f"{month}-01" if events[0].day else "",
        member=month,
        own=outline.own,
        provenance="mine" if outline.own else "sent",
    )


def _event(fields: list[Field], names: Collection[str]) -> _Event | None:
    title = " ".join(_first(fields, "SUMMARY").split())
    note = _first(fields, "DESCRIPTION")
    if not title and not note:
        return None
    if _MARKED.search(note):
        note = html.outline(note).text().strip()
    start = _moment(fields, "DTSTART", "DUE")
    end = _moment(fields, "DTEND") or _after(start, _first(fields, "DURATION"))
    state = _first(fields, "STATUS")
    organiser = next((field for field in fields if field.name == "ORGANIZER"), None)
    people = [_person(field) for field in fields if field.name == "ATTENDEE"]
    told = [
        f"{_hours(start, end)}{title}".strip() + (_STATES.get(state.upper(), "")),
        _last_day(start, end),
        _labelled("Where", _first(fields, "LOCATION")),
        _labelled("Invited by", _person(organiser) if organiser else ""),
        _labelled("With", ", ".join(people[:30])),
        _labelled("Due", _day(_moment(fields, "DUE")) if _first(fields, "DTSTART") else ""),
        _labelled("Repeats", _repeats(_first(fields, "RRULE"))),
        _labelled("Also on", _days(fields, "RDATE")),
        _labelled("Not on", _days(fields, "EXDATE")),
        _labelled("About", _first(fields, "CATEGORIES")),
        note,
    ]
    own = organiser is None or any(is_person(who, names) for who in (_person(organiser), _address(organiser)))
    day = start.date() if isinstance(start, datetime) else start
    return _Event(day, "\n".join(line for line in told if line), own)


def _moment(fields: list[Field], *names: str) -> date | datetime | None:
    """When an event is, in the calendar's own time or the computer's; None where that cannot be told."""
    found = next((_WHEN.search(field.value) for name in names for field in fields if field.name == name), None)
    return _read_moment(found) if found else None


def _read_moment(found: re.Match[str]) -> date | datetime | None:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if not found[4]:
            return day
        moment = datetime(day.year, day.month, day.day, int(found[4]), int(found[5]))
        # Without its zone, so that it can be set beside times that never had one.
        return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=None) if found[6] else moment
    except (ValueError, OverflowError, OSError):
        return None


def _after(start: date | None, lasts: str) -> date | datetime | None:
    """When an event ends that tells how long it is."""
    found = _LASTS.fullmatch(lasts)
    if start is None or found is None:
        return None
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
    try:
        return start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


def _days(fields: list[Field], name: str) -> str:
    found = [each for field in fields if field.name == name for each in _WHEN.finditer(field.value)]
    return ", ".join(dict.fromkeys(_day(_read_moment(each)) for each in found[:30]))


def _day(when: date | None) -> str:
    return f"{when:%Y-%m-%d}" if when else ""


def _hours(start: date | None, end: date | None) -> str:
    if not isinstance(start, datetime):
        return ""
    until = f"–{end:%H:%M}" if isinstance(end, datetime) and end.date() == start.date() and end > start else ""
    return f"{start:%H:%M}{until} "


def _last_day(start: date | None, end: date | None) -> str:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return f"Until {day_words(end)}, {end:%H:%M}" if end.date() > start.date() else ""
    if start is None or end is None or isinstance(start, datetime) or isinstance(end, datetime):
        return ""
    # The end of whole days is the first day that is free again.
    return f"Until {day_words(date.fromordinal(end.toordinal() - 1))}" if (end - start).days > 1 else ""


def _labelled(label: str, value: str) -> str:
    return f"{label}: {' '.join(value.split())}" if value.strip() else ""


def _repeats(rule: str) -> str:
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    often = _OFTEN.get(parts.get("FREQ", ""))
    if not often:
        return ""
    step = parts.get("INTERVAL", "1")
    last = _WHEN.match(parts.get("UNTIL", ""))
    until = f" until {last[1]}-{last[2]}-{last[3]}" if last else ""
    times = f", {parts['COUNT']} times" if parts.get("COUNT", "").isdecimal() else ""
    found = [re.fullmatch(r"\+?(-?\d{0,2})(\w\w)", each) for each in parts.get("BYDAY", "").split(",")]
    days = [_WHICH.get(each[1], "") + _WEEKDAYS[each[2]] for each in found if each and each[2] in _WEEKDAYS]
    on = f" on {', '.join(days)}" if days else ""
    return (f"every {often}" if step == "1" else f"every {step} {often}s") + on + times + until


def _person(field: Field) -> str:
    return field.parameters.get("CN", "") or _address(field)


def _address(field: Field) -> str:
    return re.sub(r"(?i)^mailto:", "", field.value.strip())


def _first(fields: list[Field], name: str) -> str:
    return next((field.text for field in fields if field.name == name and field.text), "")
