"""Twelve tasks by the keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.ui.comparing import Comparing
from personal_ai.ui.message_views import Answer
from personal_ai.ui.overlay import Palette
from tests.ui import fakes
from tests.ui.fakes import FakeServices

CTRL, SHIFT, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier(0)


class Keys:
    """A person without a mouse."""

    def __init__(self, qtbot: QtBot, program: Program) -> None:
        self.qtbot, self.program, self.window = qtbot, program, program.window
        self.window.activateWindow()
        self.window.chat_page.composer.edit.setFocus()

    @property
    def focus(self) -> QWidget:
        """Where the keyboard is."""
        found = self.window.focusWidget()
        assert found
        return found

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """One key, where the keyboard is."""
        self.qtbot.keyClick(self.focus, key, modifier)

    def type(self, words: str) -> None:
        """Letters, where the keyboard is."""
        self.qtbot.keyClicks(self.focus, words)

    def to(self, name: str, step: Qt.Key = Qt.Key.Key_Tab) -> None:
        """Tab until the control of this name has the keyboard."""
        for _ in range(250):
            if spoken(self.focus).startswith(name):
                return
            self.press(step, SHIFT if step == Qt.Key.Key_Backtab else NONE)
        raise AssertionError(f"Tab never comes to “{name}”")

    def ask(self, question: str) -> None:
        """Ask, and wait for the answer."""
        self.press(Qt.Key.Key_N, CTRL)
        self.type(question)
        self.press(Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: not self.window.chat_page.composer._busy)

    def command(self, words: str) -> None:
        """By the palette."""
        self.press(Qt.Key.Key_P, CTRL | SHIFT)
        self.qtbot.waitUntil(lambda: self.window.findChild(Palette) is not None)
        self.type(words)
        self.press(Qt.Key.Key_Return)


def spoken(widget: QWidget) -> str:
    """What a screen reader says."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name) if found else ""


@pytest.fixture
def keys(qtbot: QtBot, program: Program, services: FakeServices) -> Keys:
    for name in ("one", "two"):
        fakes.put_note(services, f"{name}.md", f"# Note {name}\n\nSome words about {name}.")
    program.window.refresh()
    return Keys(qtbot, program)


def answers(keys: Keys) -> list[Answer]:
    return [view for view in keys.window.chat_page._view.turns.messages() if isinstance(view, Answer)]


def test_1_a_question_is_asked_and_answered(keys: Keys) -> None:
    keys.ask("When is the rent due?")
    assert answers(keys)[-1].text == fakes.ANSWER


def test_2_an_answer_is_stopped(keys: Keys, services: FakeServices) -> None:
    services.fake_session.pause = 0.05
    keys.type("Tell me all.")
    keys.press(Qt.Key.Key_Return)
    keys.qtbot.waitUntil(lambda: bool(answers(keys)) and len(answers(keys)[-1].text) > 10)
    keys.press(Qt.Key.Key_Escape)
    keys.qtbot.waitUntil(lambda: not keys.window.chat_page.composer._busy)
    assert answers(keys)[-1].text != fakes.ANSWER


def test_3_an_answer_is_copied(keys: Keys) -> None:
    keys.ask("When?")
    keys.to("Copy this answer", Qt.Key.Key_Backtab)
    keys.press(Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == fakes.ANSWER


def test_4_an_answer_gets_a_thumb_up(keys: Keys, services: FakeServices) -> None:
    keys.ask("When?")
    keys.to("Good answer", Qt.Key.Key_Backtab)
    keys.press(Qt.Key.Key_Space)
    assert [row.kind for row in services.taught_rows.list()] == ["up"]


def test_5_an_answer_is_written_again_and_the_old_one_shown(keys: Keys) -> None:
    keys.ask("When?")
    first = answers(keys)[-1].message_id
    keys.to("Answer again", Qt.Key.Key_Backtab)
    keys.press(Qt.Key.Key_Space)
    keys.qtbot.waitUntil(lambda: answers(keys)[-1].message_id not in (0, first))
    keys.qtbot.waitUntil(lambda: not keys.window.chat_page.composer._busy)
    keys.window.chat_page.composer.edit.setFocus()
    keys.to("Show version 1", Qt.Key.Key_Backtab)
    keys.press(Qt.Key.Key_Space)
    assert answers(keys)[-1].message_id == first


def test_6_a_source_is_opened_in_the_library(keys: Keys) -> None:
    keys.ask("When?")
    keys.to("Source 1", Qt.Key.Key_Backtab)
    keys.press(Qt.Key.Key_Space)
    assert keys.window.current == "library"


def test_7_a_better_answer_is_written(keys: Keys, services: FakeServices) -> None:
    keys.ask("When?")
    keys.to("Better answer", Qt.Key.Key_Backtab)
    keys.press(Qt.Key.Key_Space)
    keys.press(Qt.Key.Key_A, CTRL)
    keys.type("On the third.")
    keys.press(Qt.Key.Key_Return, CTRL)
    assert services.taught_rows.list()[0].answer == "On the third."


def test_8_the_notes_are_switched_off_for_a_chat(keys: Keys, services: FakeServices) -> None:
    keys.ask("When?")
    keys.to("Notes on")
    keys.press(Qt.Key.Key_Space)
    id = keys.window.chat_page.conversation_id
    assert id
    assert services.conversations.switches(id).notes is False


def test_9_a_chat_is_found_and_opened(keys: Keys) -> None:
    keys.ask("When is the rent due?")
    wanted = keys.window.chat_page.conversation_id
    keys.ask("Something else entirely")
    keys.press(Qt.Key.Key_K, CTRL)
    keys.type("rent")
    keys.qtbot.wait(400)
    keys.press(Qt.Key.Key_Tab)
    for _ in range(6):
        if keys.window.chat_page.conversation_id == wanted:
            break
        keys.press(Qt.Key.Key_Down)
        keys.press(Qt.Key.Key_Return)
    assert keys.window.chat_page.conversation_id == wanted


def test_10_two_ways_to_answer_are_compared(keys: Keys, services: FakeServices) -> None:
    keys.ask("When?")
    keys.command("compare")
    keys.qtbot.waitUntil(lambda: keys.window.findChild(Comparing) is not None)
    made = keys.window.findChild(Comparing)
    assert made
    keys.press(Qt.Key.Key_Space)
    keys.qtbot.waitUntil(lambda: made._done)
    keys.to("The right one is better")
    keys.press(Qt.Key.Key_Space)
    keys.press(Qt.Key.Key_Escape)
    assert services.taught_rows.list()[0].kind == "prefer"


def test_11_the_appearance_is_changed(keys: Keys, services: FakeServices) -> None:
    keys.command("appearance: dark")
    assert services.settings.theme == "dark"
    keys.command("appearance: light")


def test_12_something_is_remembered_and_found_in_the_library(keys: Keys, services: FakeServices) -> None:
    keys.type("/remember The key hangs behind the clock.")
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_2, CTRL)
    assert keys.window.current == "library"
    keys.press(Qt.Key.Key_K, CTRL)
    keys.type("clock")
    assert QApplication.focusWidget() is not None
    assert [row.title for row in services.library.list("clock")]
