"""How much there is by month: a slim strip of bars, of which one can be chosen."""

from collections.abc import Iterable, Mapping
from datetime import date

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from personal_ai.ui import amounts, dates, theme, widgets
from personal_ai.ui.language import tr
from personal_ai.ui.theme import Theme

HEIGHT, LETTERS = 44, 16
NARROWEST, WIDEST = 4, 26


class MonthStrip(QWidget):
    """A bar for each month, the newest at the right; the years stand below. Empty months show their place."""

    chosen = Signal(str)  # “2025-03”, or "" for any

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self.setObjectName("month-strip")
        self._look = look
        self._counts: Mapping[str, int] = {}
        self._months: list[str] = []
        self.month = ""
        self._hovered: str | None = None
        self._ring = self._left_out = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name()
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT - LETTERS + theme.zoomed(LETTERS))

    def show_months(self, counts: Mapping[str, int], range_: Iterable[str], month: str = "") -> None:
        """Show how many there are of each month, from the first to the last of `range_`; `month` is chosen."""
        self._counts, self.month = counts, month
        self._months = every_month(range_)
        self._name()
        self._show_or_not()
        self.update()

    def leave_out(self, left_out: bool) -> None:
        """Give way: the page is so low that the list needs the room."""
        self._left_out = left_out
        self._show_or_not()

    def _show_or_not(self) -> None:
        self.setVisible(len(self._months) > 1 and not self._left_out)

    def _name(self) -> None:
        words = month_words(self.month) if self.month else tr("any month")
        self.setAccessibleName(tr("Notes by month: {month} is chosen").format(month=words))

    # ---- places ----

    def _shown(self) -> list[str]:
        """The months that there is room for."""
        room = max(1, (self.width() - 4) // NARROWEST)
        return self._months[-room:]

    def _width(self) -> float:
        return min(WIDEST, (self.width() - 4) / max(1, len(self._shown())))

    def _at(self, x: float) -> str | None:
        number = int((x - 2) // self._width())
        shown = self._shown()
        return shown[number] if 0 <= number < len(shown) and x >= 2 else None

    # ---- the person ----

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        month = self._at(event.position().x())
        if month != self._hovered:
            self._hovered = month
            self.update()
            if month:
                words = f"{month_words(month)}: {amounts.count_words(self._counts.get(month, 0), 'note')}"
                QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def leaveEvent(self, _event: QEvent) -> None:
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        month = self._at(event.position().x())
        if month:
            self._choose("" if month == self.month or not self._counts.get(month) else month)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        full = [month for month in self._shown() if self._counts.get(month)]
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self.month:
            self._choose("")
        elif step and full:
            at = full.index(self.month) + step if self.month in full else (0 if step > 0 else len(full) - 1)
            self._choose(full[min(max(at, 0), len(full) - 1)])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in widgets.BY_KEYBOARD
        super().focusInEvent(event)

    def _choose(self, month: str) -> None:
        if month != self.month:
            self.month = month
            self._name()
            self.update()
            self.chosen.emit(month)

    # ---- the picture ----

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t, width, shown = self._look.tokens, self._width(), self._shown()
        foot = self.height() - theme.zoomed(LETTERS)
        most = max((self._counts.get(month, 0) for month in shown), default=1)
        painter.setFont(theme.sans(11))
        free = 0.0
        for number, month in enumerate(shown):
            left, count = 2 + number * width, self._counts.get(month, 0)
            # The root, so that one rich month leaves the others visible.
            tall = max(3.0, (foot - 4) * (count / most) ** 0.5) if count else 1.5
            bar = QRectF(left + 0.5, foot - tall, max(width - (2 if width > 6 else 1), 1.5), tall)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._shade(month, count)))
            painter.drawRoundedRect(bar, min(2.0, bar.width() / 2), min(2.0, bar.width() / 2))
            year = month[:4]
            long = painter.fontMetrics().horizontalAdvance(year)
            # The last one ends where the strip does.
            begin = min(left, self.width() - long - 1.0)
            if (month.endswith("-01") or number == 0) and begin >= free:
                painter.setPen(QColor(t.second))
                painter.drawText(QRectF(begin, foot + 1, 60, theme.zoomed(LETTERS)), Qt.AlignmentFlag.AlignLeft, year)
                free = begin + long + 10
        if self._ring and self.hasFocus():
            painter.setPen(QPen(QColor(t.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _shade(self, month: str, count: int) -> str:
        t = self._look.tokens
        if not count:
            return t.line
        if month == self.month:
            return t.accent
        if month == self._hovered:
            return theme.mix(t.accent, t.page, 0.2)
        return theme.mix(t.accent, t.page, 0.68 if self.month else 0.45)


def every_month(months: Iterable[str]) -> list[str]:
    """All months from the first to the last of these."""
    # A file may be dated far in the future, and would leave no room for all the others.
    latest = f"{date.today().year + 1}-12"
    months = list(months)
    told = [month for month in months if month <= latest] or months
    if not told:
        return []
    (year, month), (last, end) = (map(int, key.split("-")) for key in (min(told), max(told)))
    found = []
    while (year, month) <= (last, end) and len(found) < 2400:
        found.append(f"{year:04}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def month_words(month: str) -> str:
    """“Mar 2025”."""
    return dates.month(int(month[5:7]), int(month[:4]))
