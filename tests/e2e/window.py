"""Hands and eyes for a real window: drop, type, press, read."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QWidget

from personal_ai.app import Program
from personal_ai.ui.message_views import Answer


class Driver:
    """A person in front of a program's window."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.window = program.window
        self.asked = False

    def drop(self, paths: Sequence[Path]) -> None:
        """Drag files over the window and let go."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        where, left, none = QPoint(300, 300), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, left, none)
        QApplication.sendEvent(self.window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.window, QDropEvent(QPointF(where), Qt.DropAction.CopyAction, mime, left, none))

    def press(self, name: str) -> None:
        """Press a button by its name."""
        button = self.find(QPushButton, name)
        assert button.isEnabled(), f"{name} cannot be pressed"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def ask(self, question: str) -> None:
        """Go to the chat, type a question and send it."""
        self.press("nav-chat")
        edit = self.find(QPlainTextEdit, "composer")
        edit.setFocus()
        QTest.keyClicks(edit, question)
        self.press("send")
        self.asked = True

    def answers(self) -> list[Answer]:
        """List the answers on the page, the oldest first."""
        return self.window.chat_page.findChildren(Answer)

    def answer_text(self) -> str:
        """Read the newest answer."""
        answers = self.answers()
        return answers[-1].text if answers else ""

    def busy(self) -> bool:
        """Whether an answer is being written: the composer offers to stop."""
        return self.window.chat_page.composer.stop.isVisible()

    def find(self, kind: type, name: str):
        """Find a widget by its name; it must be there."""
        found: QWidget | None = self.window.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found
