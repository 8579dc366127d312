"""Controls of our own: a switch, a choice of a few, a picker of many, and a bar that shows a share."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from personal_ai.ui import theme
from personal_ai.ui.flow import Flow
from personal_ai.ui.language import tr
from personal_ai.ui.theme import Theme
from personal_ai.ui.widgets import button, menu_below

#: Between the words of a choice, in pixels.
CHIPS = 4


class Switch(QAbstractButton):
    """On or off."""

    def __init__(self, look: Theme, words: str, on: bool = False) -> None:
        super().__init__()
        self._look = look
        self.setCheckable(True)
        self.setChecked(on)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    def show_on(self, on: bool) -> None:
        """Show what is so; nothing is switched by it."""
        self.blockSignals(True)
        self.setChecked(on)
        self.blockSignals(False)

    def sizeHint(self) -> QSize:
        return QSize(44, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(3, 3, 38, 22)
        if self.hasFocus():
            painter.setPen(QPen(self._look.color("ink" if self.isChecked() else "accent"), 2))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        t = self._look.tokens
        off = theme.mix(t.line, t.second, 0.35)
        painter.setBrush(QColor(t.accent if self.isChecked() else off))
        painter.drawRoundedRect(track, 11, 11)
        painter.setPen(Qt.PenStyle.NoPen)
        off = theme.mix(t.ink, t.second, 0.3) if t.dark else t.raised
        painter.setBrush(QColor(t.on_accent if self.isChecked() else off))
        painter.drawEllipse(QRectF(22 if self.isChecked() else 6, 6, 16, 16))


class Choice(QWidget):
    """A few words of which one is chosen."""

    chosen = Signal(str)

    def __init__(self, options: list[tuple[str, str]], value: str) -> None:
        super().__init__()
        # On one line where there is room for it.
        self._row = Flow(spacing=CHIPS)
        self.setLayout(self._row)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._buttons: dict[str, QPushButton] = {}
        for key, text in options:
            made = button(text, "chip", lambda key=key: self._choose(key))
            made.setCheckable(True)
            self._buttons[key] = made
            self._row.addWidget(made)
        self.show_value(value)

    def sizeHint(self) -> QSize:
        hints = [made.sizeHint() for made in self._buttons.values()]
        wide = sum(hint.width() for hint in hints) + CHIPS * (len(hints) - 1)
        return QSize(wide, max(hint.height() for hint in hints))

    def show_value(self, value: str) -> None:
        """Mark `value` as the chosen one."""
        for key, made in self._buttons.items():
            made.setChecked(key == value)

    def _choose(self, key: str) -> None:
        self.show_value(key)
        self.chosen.emit(key)


class Picker(QPushButton):
    """A button that says what is chosen and offers the rest below it."""

    chosen = Signal(int)

    def __init__(self, name: str, options: list[tuple[int, str]], value: int) -> None:
        super().__init__()
        self._name, self._options = name, options
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(84)
        self.clicked.connect(self._on_clicked)
        self.show_value(value)

    def offer(self, options: list[tuple[int, str]], value: int) -> None:
        """Offer these, of which `value` is chosen."""
        self._options = options
        self.show_value(value)

    def show_value(self, value: int) -> None:
        """Say that `value` is chosen."""
        text = dict(self._options).get(value, str(value))
        self.setText(text)
        self.setAccessibleName(f"{self._name}: {text}")

    def _on_clicked(self) -> None:
        menu_below(self, [(text, lambda value=value: self._choose(value)) for value, text in self._options], self)

    def _choose(self, value: int) -> None:
        self.show_value(value)
        self.chosen.emit(value)


class Meter(QWidget):
    """A small ring that fills: how much of what a model can hold in mind is taken."""

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self._look, self._share = look, 0.0
        self.setFixedSize(18, 18)
        self.hide()
        look.changed.connect(self.update)

    def show_share(self, share: float) -> None:
        """Be filled to `share` (0 to 1); 0 hides it."""
        self._share = min(max(share, 0.0), 1.0)
        words = tr("This chat takes {share:.0%} of what the model can hold in mind at once").format(share=self._share)
        self.setAccessibleName(words)
        self.setToolTip(
            words if self._share < 0.8 else tr("{words}. Then its oldest questions leave.").format(words=words)
        )
        self.setVisible(share > 0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(3, 3, 12, 12)
        painter.setPen(QPen(self._look.color("track"), 2.5))
        painter.drawEllipse(ring)
        painter.setPen(QPen(self._look.color("accent" if self._share < 0.8 else "warning"), 2.5))
        painter.drawArc(ring, 90 * 16, -round(360 * 16 * self._share))


class Bar(QWidget):
    """One measured thing: its name, a bar from 0 to 1, its value in words."""

    def __init__(self, look: Theme, name: str, share: float, words: str, strong: bool = False) -> None:
        super().__init__()
        self._look, self._name, self._share, self._words, self._strong = look, name, share, words, strong
        self.setFixedHeight(theme.zoomed(26))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{name}: {words}")
        look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t, height = self._look.tokens, self.height()
        left, right = theme.zoomed(140), theme.zoomed(64)
        small = theme.bold(theme.SMALL) if self._strong else theme.sans(theme.SMALL)
        painter.setFont(small)
        painter.setPen(QColor(t.ink if self._strong else t.second))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(0, 0, left - 8, height), middle | Qt.AlignmentFlag.AlignLeft, self._name)
        painter.drawText(
            QRect(self.width() - right + 8, 0, right - 8, height), middle | Qt.AlignmentFlag.AlignRight, self._words
        )
        room = QRectF(left, height / 2 - 4, max(self.width() - left - right, 8), 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.track))
        painter.drawRoundedRect(room, 4, 4)
        filled = QRectF(room)
        filled.setWidth(max(8.0, room.width() * min(max(self._share, 0.0), 1.0)))
        painter.setBrush(QColor(t.accent if self._strong else theme.mix(t.accent, t.track, 0.45)))
        painter.drawRoundedRect(filled, 4, 4)
