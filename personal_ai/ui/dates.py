"""Times of the store (ISO 8601, UTC) as a person says them, in local time."""

from datetime import date, datetime

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def local(stamp: str) -> datetime | None:
    """The local time of a stamp; None for one that is no time."""
    try:
        return datetime.fromisoformat(stamp).astimezone()
    except ValueError:
        return None


def day(stamp: str, today: date | None = None) -> str:
    """`12 May`, with the year where it is another one."""
    moment = local(stamp)
    if moment is None:
        return ""
    words = f"{moment.day} {MONTHS[moment.month - 1]}"
    return words if moment.year == (today or date.today()).year else f"{words} {moment.year}"


def clock(stamp: str) -> str:
    """`02:14`."""
    moment = local(stamp)
    return f"{moment:%H:%M}" if moment else ""


def group(stamp: str, today: date | None = None) -> str:
    """The heading a conversation stands under: Today, Yesterday, a weekday, or a month."""
    moment, today = local(stamp), today or date.today()
    if moment is None:
        return "Earlier"
    ago = (today - moment.date()).days
    if ago <= 0:
        return "Today"
    if ago == 1:
        return "Yesterday"
    if ago < 7:
        return DAYS[moment.weekday()]
    month = MONTHS[moment.month - 1]
    return month if moment.year == today.year else f"{month} {moment.year}"
