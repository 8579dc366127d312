"""What a question says of dates is understood on the day it is asked."""

from datetime import date

import pytest

from personal_ai.documents.dates import names

TODAY = date(2026, 5, 10)  # a Sunday


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what did we plant last March?", ["march 2026", "2026-03"]),
        ("the storm last october", ["october 2025", "2025-10"]),
        ("walks this May", ["may 2026", "2026-05"]),
        ("walks last May", ["may 2025", "2025-05"]),
        ("bills of february 2024", ["february 2024", "2024-02"]),
        ("diary entry of 4 october", ["2025-10-04", "4 october 2025"]),
        ("what happened on May 2nd", ["2026-05-02", "2 may 2026"]),
        ("on October 4th, 2023", ["2023-10-04", "4 october 2023"]),
        ("the post on 28.3.2026", ["2026-03-28", "28 march 2026"]),
        ("meeting 17/11/2025", ["2025-11-17", "17 november 2025"]),
        ("meeting 11/17/25", ["2025-11-17", "17 november 2025"]),
        ("2025-12-24", ["2025-12-24", "24 december 2025"]),
        ("how much did I practise last month", ["april 2026", "2026-04"]),
        ("what did I eat yesterday", ["2026-05-09", "9 may 2026"]),
        ("best book last year", ["2025"]),
        ("this spring", ["march 2026", "2026-03", "april 2026", "2026-04", "may 2026", "2026-05"]),
    ],
)
def test_a_date_is_understood(question: str, expected: list[str]) -> None:
    assert names(question, TODAY) == expected


def test_last_week_is_the_seven_days_before_monday() -> None:
    days = names("who sat there last week", TODAY)[::2]
    assert (days[0], days[-1], len(days)) == ("2026-04-27", "2026-05-03", 7)


@pytest.mark.parametrize(
    ("question", "today", "first"),
    [
        ("last summer", date(2026, 5, 10), "june 2025"),
        ("last summer", date(2026, 7, 1), "june 2025"),
        ("last summer", date(2026, 10, 1), "june 2026"),
        ("last winter", date(2026, 5, 10), "december 2025"),
        ("last winter", date(2026, 1, 10), "december 2024"),
        ("this winter", date(2026, 1, 10), "december 2025"),
    ],
)
def test_a_season_is_the_one_that_a_person_means(question: str, today: date, first: str) -> None:
    assert names(question, today)[0] == first


@pytest.mark.parametrize("question", ["may I lift it?", "march in C", "version 3.5", "room 42/7/99", "31.2.2026", ""])
def test_other_words_are_no_date(question: str) -> None:
    assert names(question, TODAY) == []
