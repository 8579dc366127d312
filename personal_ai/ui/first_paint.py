"""What waits until a window is seen: nothing else of a start may delay that."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

#: Some desktops paint no window that lies under others; what waits is done all the same, in milliseconds.
AT_THE_LATEST = 1_000


class FirstPaint(QObject):
    """Calls `then` once, when `widget` has been painted for the first time."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then: Callable[[], None] | None = then
        widget.installEventFilter(self)
        QTimer.singleShot(AT_THE_LATEST, self, self._do)

    def eventFilter(self, widget: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            widget.removeEventFilter(self)
            # Not now: it is about to be painted, and then to be put on the screen.
            QTimer.singleShot(0, self, self._do)
        return False

    def _do(self) -> None:
        then, self._then = self._then, None
        if then:
            then()
