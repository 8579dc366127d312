"""Words changed where they stand: a better answer, or a question asked otherwise."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from personal_ai.ui import theme, widgets
from personal_ai.ui.composer import Edit
from personal_ai.ui.language import tr

ESCAPE = Qt.Key.Key_Escape


class BetterAnswer(QWidget):
    """A box with words as they stand, to be changed; saved with Ctrl+Enter, left with Esc."""

    saved = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        text: str,
        name: str = "",
        hint: str = "",
        verb: str = "",
    ) -> None:
        """`name`, `hint` and `verb` are those of a better answer where they are not given."""
        super().__init__()
        verb = verb or tr("Save")
        self.edit = _Words(text, name or tr("Your better answer"), hint or tr("How it should have been answered"))
        self.edit.sent.connect(self._save)
        self.edit.left.connect(self.cancelled)
        self.edit.ring_changed.connect(self._show_ring)
        self._box = QFrame()
        self._box.setObjectName("better-box")
        inside = QVBoxLayout(self._box)
        inside.setContentsMargins(16, 12, 12, 12)
        inside.addWidget(self.edit)
        self.save = widgets.button(verb, "primary", self._save, "save-better")
        self.save.setToolTip(f"{verb} (Ctrl+Enter)")
        self.cancel = widgets.button(tr("Cancel"), "", self.cancelled.emit, "cancel-better")
        self.cancel.setToolTip(tr("Cancel (Esc)"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._box)
        column.addLayout(widgets.row(self.save, self.cancel, 1))
        self.setFocusProxy(self.edit)

    def _save(self) -> None:
        self.saved.emit(self.edit.toPlainText())

    def _show_ring(self, ring: bool) -> None:
        widgets.restyle(self._box, ring=ring)


class _Words(Edit):
    """Enter begins a new line here."""

    left = Signal()

    def __init__(self, text: str, name: str, hint: str) -> None:
        super().__init__(name, hint)
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == ESCAPE:
            # Else the page's own Esc, which stops an answer, would take it.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == ESCAPE:
            self.left.emit()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sent.emit()
        else:
            self.type(event)
