"""From the first window to the first answer about the person's own note, in the real window."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from personal_ai import app, paths
from personal_ai.documents.library import Added, AddFinished, Skip
from personal_ai.ui.first_run import FOUND, READING, FirstRun
from personal_ai.ui.message_views import Answer
from personal_ai.ui.opening import QuestionCard
from personal_ai.ui.theme import Theme
from tests.ui.fakes import FakeServices, put_note

NOTE = """# The van

The van is called Bertha. Bertha was bought on 3 March 2019 in Ghent.

She is insured until 12 May 2027, and the insurance costs 640 euros a year.

The garage is in Sint-Amandsberg, where Dirk looks after her.
"""


def press(qtbot: QtBot, screen: FirstRun, name: str) -> None:
    """Click what has this name."""
    button = screen.findChild(QPushButton, name)
    assert button and button.isVisible(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def words(screen: FirstRun) -> str:
    """All that can be read on it now."""
    return "\n".join(label.text() for label in screen.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def program(qtbot: QtBot, look: Theme, tmp_path: Path) -> Iterator[app.Program]:
    """The program on an empty data folder, its welcome in front."""
    services = FakeServices(paths.locate(tmp_path / "home"))
    services.change_settings(tray=False)
    program = app.Program(services, look)
    program.open()
    qtbot.waitExposed(program.window)
    yield program
    program.close()
    program.window.close()
    program.window.deleteLater()
    services.close()


def test_a_folder_becomes_a_question_and_the_question_an_answer(
    qtbot: QtBot, program: app.Program, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "van.md").write_text(NOTE)
    (tmp_path / "notes" / "broken.pdf").write_bytes(b"no PDF at all")
    screen = program.window.findChild(FirstRun)
    assert isinstance(screen, FirstRun)
    press(qtbot, screen, "welcome-next")
    assert "does not go online" in words(screen)
    press(qtbot, screen, "welcome-next")
    program._on_dropped([tmp_path / "notes"])  # as the folder's dialog does
    assert screen._words.currentIndex() == READING
    qtbot.waitUntil(lambda: screen._words.currentIndex() == FOUND, timeout=120_000)
    assert "1 note can be asked now" in words(screen)
    assert "1 file could not be read" in words(screen)
    cards = screen.findChildren(QuestionCard)
    assert cards
    question = cards[0].accessibleName()
    qtbot.mouseClick(cards[0], Qt.MouseButton.LeftButton)
    page = program.window.chat_page
    qtbot.waitUntil(lambda: bool(page.findChildren(Answer)), timeout=60_000)
    qtbot.waitUntil(lambda: bool(program.services.conversations.messages(1)), timeout=60_000)
    assert program.services.conversations.messages(1)[0].text == question
    assert program.services.settings.welcomed


def test_who_has_added_notes_by_a_command_is_asked_for_a_question_and_not_for_notes(
    qtbot: QtBot, look: Theme, tmp_path: Path
) -> None:
    services = FakeServices(paths.locate(tmp_path / "home"))
    services.change_settings(tray=False)
    put_note(services, "van.md", NOTE)
    program = app.Program(services, look)
    program.open()
    qtbot.waitExposed(program.window)
    assert program.window.findChild(FirstRun) is None and services.settings.welcomed
    page = program.window.chat_page
    qtbot.keyClicks(page.composer.edit, "What is the van called?")
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(services.conversations.list()))
    program.close()
    program.window.close()
    program.window.deleteLater()
    services.close()


def test_notes_that_come_while_the_welcome_is_open_lead_on_to_a_question(qtbot: QtBot, program: app.Program) -> None:
    screen = program.window.findChild(FirstRun)
    assert isinstance(screen, FirstRun)
    put_note(program.services, "van.md", NOTE)
    program._on_stored()  # as the clock does that looks for what other processes did
    qtbot.waitUntil(lambda: screen._words.currentIndex() == FOUND)
    assert "1 note can be asked now" in words(screen)
    put_note(program.services, "bread.md", "# Bread\n\nThe starter is called Boris.")
    program._on_stored()
    assert "2 notes can be asked now" in words(screen)


def one_note(paths: Sequence[Path]) -> Iterator[Any]:
    """Read one note."""
    yield AddFinished(documents=1, unchanged=0, skipped=[], seconds=0.1)


def nothing(paths: Sequence[Path]) -> Iterator[Any]:
    """Read nothing."""
    yield AddFinished(documents=0, unchanged=0, skipped=[Skip("/x/a.pdf", "“a.pdf” is locked.")], seconds=0.1)


def test_the_welcome_is_three_screens_and_the_samples_are_one_click(qtbot: QtBot, look: Theme, tmp_path: Path) -> None:
    asked: list[Sequence[Path]] = []

    def reading(paths: Sequence[Path]) -> Iterator[Any]:
        asked.append(paths)
        yield from one_note(paths)

    screen = FirstRun(reading, list, tmp_path)
    qtbot.addWidget(screen)
    screen.show()
    assert not screen._begin.isVisible()
    screen._next.click()
    screen._next.click()
    assert screen._begin.isVisible() and not screen._next.isVisible()
    press(qtbot, screen, "welcome-samples")
    qtbot.waitUntil(lambda: screen._words.currentIndex() == FOUND)
    assert asked == [[tmp_path]]


def test_where_nothing_can_be_read_it_says_why_and_asks_again(qtbot: QtBot, look: Theme, tmp_path: Path) -> None:
    screen = FirstRun(nothing, list, tmp_path)
    qtbot.addWidget(screen)
    screen.show()
    screen.begin([tmp_path])
    qtbot.waitUntil(lambda: "“a.pdf” is locked." in words(screen))
    press(qtbot, screen, "welcome-samples")


def test_without_a_question_to_offer_one_simply_begins(qtbot: QtBot, look: Theme, tmp_path: Path) -> None:
    screen = FirstRun(one_note, list, tmp_path)
    qtbot.addWidget(screen)
    screen.show()
    screen.begin([tmp_path])
    qtbot.waitUntil(lambda: screen._words.currentIndex() == FOUND)
    with qtbot.waitSignal(screen.finished) as finished:
        press(qtbot, screen, "welcome-other")
    assert finished.args == ["", []]


def test_who_does_not_wait_has_the_rest_read_behind_the_window(qtbot: QtBot, look: Theme, tmp_path: Path) -> None:
    def endless(paths: Sequence[Path]) -> Iterator[Any]:
        while True:
            time.sleep(0.01)
            yield Added("a.md", "A", 1, 1, 9)

    screen = FirstRun(endless, list, tmp_path)
    qtbot.addWidget(screen)
    screen.show()
    screen.begin([tmp_path / "notes"])
    qtbot.waitUntil(lambda: "1 of 9" in words(screen))
    with qtbot.waitSignal(screen.finished) as finished:
        press(qtbot, screen, "welcome-leave")
    assert finished.args == ["", [tmp_path / "notes"]]
