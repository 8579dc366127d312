"""What a screen reader hears of an answer that grows."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from personal_ai.ui.announcing import Announcer, announce, spoken


def heard(text: str, size: int) -> list[str]:
    told: list[str] = []
    announcer = Announcer(told.append)
    for start in range(0, len(text), size):
        announcer.add(text[start : start + size])
    announcer.finish()
    return told


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_whole_sentences_are_told_once_and_without_mark_up(size: int) -> None:
    text = "Your rent is **£1,140.50** [1]. See [the letter](https://a.org/x).\n\n- one\n- two\n\nEnd"
    whole = " ".join(heard(text, size))
    assert whole == "Your rent is £1,140.50 . See the letter. one two End"
    if size < 1000:
        assert heard(text, size)[0] == "Your rent is £1,140.50 ."


def test_code_is_told_as_a_whole() -> None:
    told = heard("So:\n\n```python\nx = 1. \ny = 2. \n```\n\nDone.", 3)
    assert told == ["So:", "Code: x = 1. y = 2.", "Done."]


def test_nothing_is_not_told() -> None:
    assert heard("\n\n \n", 1) == []
    assert spoken("***") == ""


def test_an_announcement_without_a_screen_reader_does_no_harm(qtbot: QtBot) -> None:
    label = QLabel("x")
    qtbot.addWidget(label)
    announce(label, "Hello.")
