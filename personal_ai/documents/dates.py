"""When a question asks about: “last March”, “on 4 October”, “28.3.2026”, in the words that notes have for it."""

import calendar
import re
from datetime import date, timedelta

_MONTHS = [name.lower() for name in calendar.month_name]
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS) if name}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_NAMED = "|".join([*_MONTHS[1:], "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept?", "oct", "nov", "dec"])
_YEAR = r"(?:19|20)\d\d"
_ISO = re.compile(rf"\b({_YEAR})-(\d\d)-(\d\d)\b")
_NUMBERS = re.compile(rf"\b(\d\d?)[./](\d\d?)[./]({_YEAR}|\d\d)\b")
_ORDINAL = r"(\d\d?)(?:st|nd|rd|th)?"
_DAY = re.compile(rf"\b(?:{_ORDINAL}\.? (?:of )?({_NAMED})|({_NAMED}) {_ORDINAL})\b(?:,? ({_YEAR}))?")
_MONTH = re.compile(rf"\b(?:(last|this) ({_NAMED})|({_NAMED}) ({_YEAR}))\b")
_AGO = re.compile(r"\b(?:(last|this) (week|month|year|spring|summer|autumn|fall|winter)|(yesterday|today))\b")


def names(question: str, today: date) -> list[str]:
    """What notes call the days, months or years that a question means, as seen from `today`: “october 2025”.

    A month alone is no date: its name stands in the question already, and the year may be one to come.
    """
    text = question.lower()
    for pattern, read in ((_ISO, _iso), (_NUMBERS, _numbers), (_DAY, _named_day), (_MONTH, _named_month), (_AGO, _ago)):
        found = [name for match in pattern.finditer(text) for name in read(match, today)]
        if found:
            return found
    return []


def _iso(match: re.Match[str], _today: date) -> list[str]:
    return _one_day(int(match[1]), int(match[2]), int(match[3]))


def _numbers(match: re.Match[str], _today: date) -> list[str]:
    day, month, year = int(match[1]), int(match[2]), int(match[3])
    if month > 12:  # as Americans write it
        day, month = month, day
    return _one_day(year if year > 99 else 2000 + year, month, day)


def _named_day(match: re.Match[str], today: date) -> list[str]:
    day, month = int(match[1] or match[4]), _SHORT[(match[2] or match[3])[:3]]
    if match[5]:
        return _one_day(int(match[5]), month, day)
    return _one_day(today.year - ((month, day) > (today.month, today.day)), month, day)


def _named_month(match: re.Match[str], today: date) -> list[str]:
    month = _SHORT[(match[2] or match[3])[:3]]
    if match[4]:
        return _months(int(match[4]), month, 1)
    # “Last May”, said in May, is the one a year ago.
    begun = month < today.month if match[1] == "last" else month <= today.month
    return _months(today.year - (not begun), month, 1)


def _ago(match: re.Match[str], today: date) -> list[str]:
    if match[3]:
        return _days(today - timedelta(days=match[3] == "yesterday"), 1)
    back = match[1] == "last"
    if match[2] == "week":
        return _days(today - timedelta(days=today.weekday() + 7 * back), 7)
    if match[2] == "month":
        month = today.year * 12 + today.month - 1 - back
        return _months(month // 12, month % 12 + 1, 1)
    if match[2] == "year":
        return [str(today.year - back)]
    first = _SEASONS[match[2]]
    since = (today.month - first) % 12  # months since the season last began
    year = today.year - (first > today.month)
    # “Last summer”, said in autumn, is this year's; said in summer it is the one before.
    return _months(year - (back and since < 3), first, 3)


def _one_day(year: int, month: int, day: int) -> list[str]:
    try:
        return _days(date(year, month, day), 1)
    except ValueError:
        return []


def _days(first: date, count: int) -> list[str]:
    days = [first + timedelta(days=at) for at in range(count)]
    return [name for day in days for name in (day.isoformat(), f"{day.day} {_MONTHS[day.month]} {day.year}")]


def _months(year: int, month: int, count: int) -> list[str]:
    months = [divmod(year * 12 + month - 1 + at, 12) for at in range(count)]
    return [name for y, m in months for name in (f"{_MONTHS[m + 1]} {y}", f"{y}-{m + 1:02}")]
