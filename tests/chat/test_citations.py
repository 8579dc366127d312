"""Marks of sources that nothing stands behind go; those that do stay."""

import pytest

from personal_ai.chat.citations import checked

BUDGET = "Budget\n\nrent 1140 (paid 4 Mar)\nThe key hangs behind the clock."
LETTER = "Letter to Tom Baker\n\nThe rent is due on the 3rd of each month, in Lisbon."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In March you paid £1,140 [1].", "In March you paid £1,140 [1]."),
        ("In March you paid £1,150 [1].", "In March you paid £1,150."),
        ("It is due on the **3rd** [2]. You paid 999 [1].", "It is due on the **3rd** [2]. You paid 999."),
        ("You wrote to Tom [2], not to Anna [2].", "You wrote to Tom, not to Anna."),
        ("You wrote to Tom. [2] And so on.", "You wrote to Tom. [2] And so on."),
        ("It says “behind the clock” [1].", "It says “behind the clock” [1]."),
        ("It says “under the mat” [1].", "It says “under the mat”."),
        ("You paid 1140 on the 3rd [1][2].", "You paid 1140 on the 3rd [1][2]."),
        ("the key hangs there [1]", "the key hangs there [1]"),
        ("nothing of the kind at all [2]", "nothing of the kind at all"),
        ("Out of range [7].", "Out of range."),
        ("Code `a[1]` and\n```\nx[9]\n```", "Code `a[1]` and\n```\nx[9]\n```"),
        ("The version 1.140 is not 1140 [1].", "The version 1.140 is not 1140."),
        ("No marks here.", "No marks here."),
        ("", ""),
    ],
)
def test_a_mark_stays_where_its_passage_says_so(text: str, expected: str) -> None:
    assert checked(text, [BUDGET, LETTER]) == expected


def test_without_marks_or_passages_nothing_changes_but_the_marks() -> None:
    assert checked("It is so [1].", []) == "It is so."
    long = "word " * 20_000 + "[1]"
    assert checked(long, ["word"]) == long
