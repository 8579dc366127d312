"""A column that follows its end while that grows, until the person scrolls away from it."""

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QPropertyAnimation
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from personal_ai.ui import theme, widgets
from personal_ai.ui.theme import Theme

#: Pixels from the end that still count as at the end, and the longest way that is gone in a motion.
NEAR, FAR = 48, 2000


class Following(widgets.Column):
    """`gently` says whether a motion may show the way to the end: not while text streams in."""

    def __init__(self, look: Theme, gently: Callable[[], bool], spacing: int) -> None:
        super().__init__(spacing=spacing)
        self._look, self._gently = look, gently
        self.follow = True
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._on_range_changed)
        bar.actionTriggered.connect(lambda _action: self._watch())
        bar.valueChanged.connect(lambda _value: self._watch())

    def stay(self, place: int) -> None:
        """Stand at this place, whatever grows below it."""
        self.follow = False
        self.verticalScrollBar().setValue(place)

    def _watch(self) -> None:
        bar = self.verticalScrollBar()
        self.follow = bar.value() >= bar.maximum() - NEAR

    def _on_range_changed(self, _low: int, high: int) -> None:
        if not self.follow:
            return
        bar = self.verticalScrollBar()
        if self._look.motion_ms and self.isVisible() and self._gently() and high - bar.value() < FAR:
            self._motion = QPropertyAnimation(bar, b"value", self)
            self._motion.setDuration(self._look.motion_ms)
            self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
            self._motion.setEndValue(high)
            self._motion.start(QPropertyAnimation.DeletionPolicy.KeepWhenStopped)
        else:
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
