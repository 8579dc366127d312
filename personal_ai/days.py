"""Days in English words, whatever language the system speaks: Qt lets Python name months and weekdays in that one."""

from datetime import date

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def in_words(day: date) -> str:
    """`2 March 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def with_weekday(day: date) -> str:
    """`Monday, 2 March 2026`."""
    return f"{WEEKDAYS[day.weekday()]}, {in_words(day)}"
