"""A column that follows its end while that grows, until the person scrolls away from it."""

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from personal_ai.ui import theme, widgets
from personal_ai.ui.language import tr
from personal_ai.ui.theme import Theme

#: Pixels from the end that still count as at the end, and the longest way that is gone in a motion.
NEAR, FAR = 48, 2000


class Following(widgets.Column):
    """`gently` says whether a motion may show the way to the end: not while text streams in."""

    def __init__(self, look: Theme, gently: Callable[[], bool], spacing: int) -> None:
        super().__init__(spacing=spacing)
        self._look, self._gently = look, gently
        self.follow = True
        #: Whether what grows stands above: what is seen then stays where it is seen.
        self.grows_above = False
        self._high = 0
        self._motion = QPropertyAnimation(self.verticalScrollBar(), b"value", self)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(self._watch)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._on_range_changed)
        bar.actionTriggered.connect(lambda _action: self._on_person())
        bar.valueChanged.connect(lambda _value: self._watch())
        self.to_end = widgets.IconButton(look, "down", tr("To the newest message"), self.go_to_end)
        self.to_end.setParent(self)
        self.to_end.setObjectName("to-end")
        self.to_end.hide()

    def stay(self, place: int) -> None:
        """Stand at this place, whatever grows below it."""
        self._motion.stop()
        self.follow = self.grows_above = False
        self.verticalScrollBar().setValue(place)

    def go_to_end(self) -> None:
        """Show the end, and follow it from now on."""
        self.follow = True
        self._move_to(self.verticalScrollBar().maximum(), gently=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self.to_end.sizeHint()
        self.to_end.setGeometry((self.width() - size.width()) // 2, self.height() - size.height() - 8, *size.toTuple())

    def _on_person(self) -> None:
        self._motion.stop()
        self._watch()

    def _watch(self) -> None:
        if self._motion.state() == QPropertyAnimation.State.Running:
            # On the way to the end, nobody has left it.
            return
        bar = self.verticalScrollBar()
        self.follow = bar.value() >= bar.maximum() - NEAR
        self._offer_end()

    def _offer_end(self) -> None:
        bar = self.verticalScrollBar()
        self.to_end.raise_()
        self.to_end.setVisible(not self.follow and bar.maximum() - bar.value() > NEAR)

    def _on_range_changed(self, _low: int, high: int) -> None:
        if self.grows_above:
            self._motion.stop()
            bar = self.verticalScrollBar()
            bar.setValue(high if self.follow else bar.value() + high - self._high)
        elif self.follow:
            self._move_to(high, self._gently())
        self._high = high
        self._offer_end()

    def _move_to(self, high: int, gently: bool) -> None:
        bar = self.verticalScrollBar()
        if self._look.motion_ms and self.isVisible() and gently and high - bar.value() < FAR:
            self._motion.stop()
            self._motion.setDuration(self._look.motion_ms)
            self._motion.setEndValue(high)
            self._motion.start()
        else:
            self._motion.stop()
            bar.setValue(high)


def centred(widget: QWidget, top: int = 0) -> QWidget:
    """The widget in the middle, as wide as the column of text and a little more."""
    around = QWidget()
    line = QHBoxLayout(around)
    line.setContentsMargins(theme.AROUND, top, theme.AROUND, 12 if not top else 0)
    widget.setMaximumWidth(theme.COLUMN)
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
    line.addStretch(1)
    line.addWidget(widget, 1000)
    line.addStretch(1)
    return around
