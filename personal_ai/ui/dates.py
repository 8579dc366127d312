"""Times of the store (ISO 8601, UTC) as a person says them, in local time."""

from datetime import date, datetime

from personal_ai.ui.language import QT_TR_NOOP, tr

MONTHS = [
    *(QT_TR_NOOP("Jan"), QT_TR_NOOP("Feb"), QT_TR_NOOP("Mar"), QT_TR_NOOP("Apr"), QT_TR_NOOP("May"), QT_TR_NOOP("Jun")),
    *(QT_TR_NOOP("Jul"), QT_TR_NOOP("Aug"), QT_TR_NOOP("Sep"), QT_TR_NOOP("Oct"), QT_TR_NOOP("Nov"), QT_TR_NOOP("Dec")),
]
DAYS = [
    *(QT_TR_NOOP("Monday"), QT_TR_NOOP("Tuesday"), QT_TR_NOOP("Wednesday"), QT_TR_NOOP("Thursday")),
    *(QT_TR_NOOP("Friday"), QT_TR_NOOP("Saturday"), QT_TR_NOOP("Sunday")),
]


def local(stamp: str) -> datetime | None:
    """The local time of a stamp; None for one that is no time."""
    try:
        return datetime.fromisoformat(stamp).astimezone()
    except ValueError:
        return None


def day(stamp: str, today: date | None = None) -> str:
    """`12 May`, with the year where it is another one."""
    at = local(stamp)
    if at is None:
        return ""
    words = tr("{day} {month}") if at.year == (today or date.today()).year else tr("{day} {month} {year}")
    return words.format(day=at.day, month=tr(MONTHS[at.month - 1]), year=at.year)


def month(number: int, year: int) -> str:
    """`Mar 2025`."""
    return tr("{month} {year}").format(month=tr(MONTHS[number - 1]), year=year)


def clock(stamp: str) -> str:
    """`02:14`."""
    at = local(stamp)
    return f"{at:%H:%M}" if at else ""


def moment(stamp: str) -> str:
    """`12 May, 02:14`."""
    return tr("{day}, {time}").format(day=day(stamp), time=clock(stamp))


def said(stamp: str, today: date | None = None) -> str:
    """When something was said: the time if it was today, else the day."""
    at = local(stamp)
    return clock(stamp) if at and at.date() == (today or date.today()) else day(stamp, today)


def whole(stamp: str) -> str:
    """`Tuesday, 12 May 2026, 14:02`."""
    at = local(stamp)
    if at is None:
        return ""
    words = tr("{weekday}, {day} {month} {year}, {time}")
    return words.format(
        weekday=tr(DAYS[at.weekday()]), day=at.day, month=tr(MONTHS[at.month - 1]), year=at.year, time=clock(stamp)
    )


def group(stamp: str, today: date | None = None) -> str:
    """The heading a conversation stands under: Today, Yesterday, a weekday, or a month."""
    at, today = local(stamp), today or date.today()
    if at is None:
        return tr("Earlier")
    ago = (today - at.date()).days
    if ago <= 0:
        return tr("Today")
    if ago == 1:
        return tr("Yesterday")
    if ago < 7:
        return tr(DAYS[at.weekday()])
    return tr(MONTHS[at.month - 1]) if at.year == today.year else month(at.month, at.year)
