"""The small window of what is done while the data is closed: how far it is, and at the end what came of it."""

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from personal_ai.ui import background, theme, widgets
from personal_ai.ui.language import tr
from personal_ai.ui.sentences import said


class Between(QWidget):
    """One piece of work from its first event to what the person answers to its end. It is not closed before."""

    #: Whether the program goes on.
    ended = Signal(bool)

    def __init__(
        self, title: str, work: Iterator[Any], words: Callable[[Any], str], go_on: str = "", end: str = ""
    ) -> None:
        """`words` says what an event means; those of the last one stay where there is no `end`.

        `go_on` is the verb for what comes after.
        """
        super().__init__()
        title, go_on = said(title), said(go_on)
        self.setObjectName("page")
        self.setWindowTitle("Personal AI")
        self.setFixedWidth(theme.zoomed(500))
        self._tell, self._said_at_end, self._done = words, end, False
        self._words = widgets.label("", name="between-words")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(title)
        self.go_on = widgets.button(go_on or tr("Go on"), "primary", lambda: self._end(True), "between-go-on")
        self.leave = widgets.button(tr("Close Personal AI"), "", lambda: self._end(False), "between-leave")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.AROUND, theme.AROUND, theme.AROUND, theme.AROUND)
        column.setSpacing(theme.BETWEEN)
        column.addWidget(widgets.label(title, "title"))
        column.addWidget(self._words)
        column.addWidget(self._bar)
        column.addLayout(widgets.row(1, self.leave, self.go_on))
        for made in (self.go_on, self.leave):
            made.setEnabled(False)
        self._job = background.run(work, self._on_event, self._on_done, self._on_failed)

    @property
    def sentence(self) -> str:
        """What it says now."""
        return self._words.text()

    def _on_event(self, event: Any) -> None:
        self._words.setText(said(self._tell(event)))

    def _on_done(self, _result: Any) -> None:
        if self._said_at_end:
            self._words.setText(said(self._said_at_end))
        self._on_end()

    def _on_failed(self, sentence: str) -> None:
        self._words.setText(said(sentence))
        self._on_end()

    def _on_end(self) -> None:
        self._done = True
        self._bar.hide()
        for made in (self.go_on, self.leave):
            made.setEnabled(True)
        self.go_on.setFocus()

    def _end(self, go_on: bool) -> None:
        self._done = True
        self.hide()
        self.ended.emit(go_on)

    def closeEvent(self, event: QCloseEvent) -> None:
        # Half of it would be neither the old nor the new.
        if not self._done:
            event.ignore()
            return
        super().closeEvent(event)
        self.ended.emit(False)
