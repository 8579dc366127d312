"""The pieces that readers share."""

import pytest

from personal_ai.documents.readers.parsed import opening_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Monday, 5 March 2024\n\nRain.", "2024-03-05"),
        ("DATE: 1:56 pm on 8 May, 2023\nCaroline: Hi!", "2023-05-08"),
        ("Session 3\nOctober 13th, 2022\n", "2022-10-13"),
        ("Sitzung vom 8. Mai 2023\n\nText", "2023-05-08"),
        ("Diario, 3 de septiembre de 2021", "2021-09-03"),
        ("日记 2023年5月8日\n今天下雨。", "2023-05-08"),
        ("Meeting 2023-05-08\nAll were there.", "2023-05-08"),
        ("Le 22 avril 2023\n\nPluie.", "2023-04-22"),
        ("1er mai 2023", "2023-05-01"),
        ("sabato 22 aprile 2023", "2023-04-22"),
        ("22 kwietnia 2023", "2023-04-22"),
        ("22 апреля 2023 г.", "2023-04-22"),
        ("2023년 4월 22일", "2023-04-22"),
        ("Datum: 22.04.2023", "2023-04-22"),
        ("2023/04/22", "2023-04-22"),
        ("22/04/2023", "2023-04-22"),
        ("04/22/2023", "2023-04-22"),
    ],
)
def test_a_first_line_that_is_little_more_than_a_date_tells_the_day(text: str, day: str) -> None:
    assert opening_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "The contract was signed on 3 May 2019 by all of us in the old town hall.",
        "Notes\nfor\nthe\nboard\n3 May 2019",
        "31 February 2020",
        "In May we went to the lake.",
        "Version 4.11.2023.7",
        # The 4th of May or the 5th of April.
        "04/05/2023",
        "",
    ],
)
def test_other_texts_tell_no_day(text: str) -> None:
    assert opening_date(text) == ""
