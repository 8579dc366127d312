"""Days are said in English, whatever language the system speaks."""

import re
from datetime import date
from pathlib import Path

from personal_ai import days

ROOT = Path(__file__).parents[1]


def test_a_day_is_said_in_english() -> None:
    assert days.in_words(date(2026, 3, 2)) == "2 March 2026"
    assert days.with_weekday(date(2026, 11, 29)) == "Sunday, 29 November 2026"


def test_nothing_names_a_day_or_a_month_in_the_language_of_the_system() -> None:
    named = re.compile(r"%[AaBb](?![a-z])")
    files = [path for path in (ROOT / "personal_ai").rglob("*.py") if "ui" not in path.parts]

    assert not [path.name for path in files if named.search(path.read_text(encoding="utf-8"))]
