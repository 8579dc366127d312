"""The window before the window, where the notes are locked: it asks for the password."""

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from personal_ai.ui import background, theme, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.lock_card import password_field
from personal_ai.ui.sentences import said

NO_NIGHT = QT_TR_NOOP("While they are locked nothing is learned at night. The recovery code opens them, too.")


class Unlock(QWidget):
    """Ends with what `enter` returned (`opened`), or by being closed (`left`)."""

    opened = Signal(object)
    left = Signal()

    def __init__(self, enter: Callable[[str], Iterator[Any]], kept: Callable[[], Iterator[Any]] | None = None) -> None:
        """`enter(password)` opens the notes, step by step; `kept` does, where the system's keyring has the key."""
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle("Personal AI")
        self.setFixedWidth(theme.zoomed(460))
        self._enter, self._done = enter, False
        self.password = password_field(tr("Password"), "unlock-password")
        self.password.returnPressed.connect(self._on_open)
        self._said = widgets.label("", "warning", "unlock-said")
        self._said.hide()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(tr("Opening"))
        self.open = widgets.button(tr("Open"), "primary", self._on_open, "unlock-open")
        close = widgets.button(tr("Close Personal AI"), "quiet", self.close, "unlock-leave")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.AROUND, theme.AROUND, theme.AROUND, theme.AROUND)
        column.setSpacing(theme.BETWEEN)
        column.addWidget(widgets.label(tr("Your notes are locked"), "title"))
        column.addWidget(self.password)
        column.addWidget(self._said)
        column.addWidget(self._bar)
        column.addWidget(widgets.label(tr(NO_NIGHT), "second"))
        column.addLayout(widgets.row(close, 1, self.open))
        self._work(kept() if kept else None)

    def _on_open(self) -> None:
        if self.open.isEnabled() and self.password.text():
            self._work(self._enter(self.password.text()))

    def _work(self, steps: Iterator[Any] | None) -> None:
        self._show_working(steps is not None)
        if steps is not None:
            background.run(steps, self._on_step, self._on_opened, self._on_failed)

    def _show_working(self, working: bool) -> None:
        self.open.setEnabled(not working)
        self.password.setEnabled(not working)
        self._bar.setVisible(working)
        if working:
            self._said.hide()
        else:
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_step(self, step: Any) -> None:
        # Only where a crash cut a change short.
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)

    def _on_opened(self, room: Any) -> None:
        self._done = True
        self.hide()
        self.opened.emit(room)

    def _on_failed(self, sentence: str) -> None:
        self._said.setText(said(sentence))
        self._said.show()
        self.password.selectAll()
        self._show_working(False)
        self.adjustSize()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if not self._done:
            self._done = True
            self.left.emit()
