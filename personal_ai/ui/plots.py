"""Three small pictures of a night: what the notes gave, what was kept of the rest, and how learning went."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from personal_ai.ui import theme
from personal_ai.ui.theme import Theme

#: In pixels, with letters as designed; all of these grow with them.
HEIGHT, LINE, GAP, LEAST_WIDTH = 150, 20, 4, 130
#: Room for the name of a line, and for its value.
NAME, VALUE = 52, 44
#: Between two plots, in pixels.
BETWEEN = 20
MIDDLE_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
MIDDLE_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class Measured:
    """A line of a plot: a mean with its interval where there is one, and the value in words."""

    name: str
    mean: float
    low: float
    high: float
    words: str
    strong: bool = False


@dataclass(frozen=True)
class Group:
    """Lines on one scale from 0 to `most`, under one caption. `limit` is what none may pass; None: there is none."""

    caption: str
    lines: Sequence[Measured]
    most: float
    limit: float | None = None


class Plot(QWidget):
    """A picture with a title; `words` say the same to those who do not see it, and to the pointer."""

    def __init__(self, look: Theme, title: str, words: str) -> None:
        super().__init__()
        self._look, self._title = look, title
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setMinimumWidth(theme.zoomed(LEAST_WIDTH))
        self.setFixedHeight(theme.zoomed(HEIGHT))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, theme.zoomed(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.bold(theme.SMALL))
        painter.setPen(self._look.color("ink"))
        painter.drawText(self._line(0), MIDDLE_LEFT, self._title)
        painter.setFont(theme.sans(theme.SMALL))
        self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Paint what is below the title."""

    def _line(self, top: float) -> QRectF:
        return QRectF(0, top, self.width(), theme.zoomed(LINE))

    def _say(self, painter: QPainter, where: QRectF, words: str, role: str = "second", right: bool = False) -> None:
        painter.setPen(self._look.color(role))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(where.width()) + 1)
        painter.drawText(where, MIDDLE_RIGHT if right else MIDDLE_LEFT, shown)


class Plots(QWidget):
    """Plots beside each other where there is room for them, else below each other."""

    def __init__(self, plots: Sequence[Plot]) -> None:
        super().__init__()
        self._plots, self._columns = plots, 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(BETWEEN)
        self._arrange(len(plots))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.zoomed(LEAST_WIDTH), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit = (self.width() + BETWEEN) // (theme.zoomed(LEAST_WIDTH) + BETWEEN)
        self._arrange(min(max(fit, 1), len(self._plots)))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, plot in enumerate(self._plots):
            self._grid.addWidget(plot, number // columns, number % columns)
        for column in range(len(self._plots)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)


class Lines(Plot):
    """Groups of lines: a bar from zero, its interval on top, and where there is a limit a mark at it."""

    def __init__(self, look: Theme, title: str, words: str, groups: Sequence[Group]) -> None:
        super().__init__(look, title, words)
        self._groups = groups

    def draw(self, painter: QPainter) -> None:
        step, gap = theme.zoomed(LINE), theme.zoomed(GAP)
        top = float(step + gap)
        for group in self._groups:
            self._say(painter, self._line(top), group.caption)
            for line in group.lines:
                top += step
                self._draw_line(painter, group, line, top)
            top += step + gap

    def _draw_line(self, painter: QPainter, group: Group, line: Measured, top: float) -> None:
        role = "ink" if line.strong else "second"
        high, name, value = theme.zoomed(LINE), theme.zoomed(NAME), theme.zoomed(VALUE)
        self._say(painter, QRectF(0, top, name - 6, high), line.name, role)
        self._say(painter, QRectF(self.width() - value, top, value, high), line.words, role, right=True)
        room = QRectF(name, top + high / 2 - 3, max(self.width() - name - value - 6, 8), 6)
        t = self._look.tokens

        def at(value: float) -> float:
            return room.left() + room.width() * min(max(value / group.most, 0.0), 1.0)

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.track))
        painter.drawRoundedRect(room, 3, 3)
        broken = group.limit is not None and line.mean > group.limit
        color = t.error if broken else t.accent if line.strong else theme.mix(t.accent, t.track, 0.45)
        if line.mean > 0:
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(room.left(), room.top(), max(at(line.mean) - room.left(), 6), 6), 3, 3)
        middle = room.center().y()
        if line.high > line.low:
            painter.setPen(QPen(QColor(t.ink if line.strong else t.second), 1.5))
            low, high = at(line.low), at(line.high)
            painter.drawLine(QPointF(low, middle), QPointF(high, middle))
            for end in (low, high):
                painter.drawLine(QPointF(end, middle - 4), QPointF(end, middle + 4))
        if group.limit is not None:
            painter.setPen(QPen(QColor(t.warning), 2))
            painter.drawLine(QPointF(at(group.limit), middle - 7), QPointF(at(group.limit), middle + 7))


class Curve(Plot):
    """A line through points (step, value), from left to right, its first and last value in words."""

    def __init__(
        self, look: Theme, title: str, words: str, caption: str, points: Sequence[tuple[float, float]]
    ) -> None:
        super().__init__(look, title, words)
        self._caption, self._points = caption, points

    def draw(self, painter: QPainter) -> None:
        step = theme.zoomed(LINE)
        self._say(painter, self._line(step + theme.zoomed(GAP)), self._caption)
        values = [value for _, value in self._points]
        high, low = max(values), min(0.0, *values)
        room = QRectF(2, 2 * step + 14, self.width() - 4, self.height() - 3 * step - 20)
        painter.setPen(QPen(self._look.color("line"), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        first, last = self._points[0][0], self._points[-1][0]
        wide, tall = max(last - first, 1e-9), max(high - low, 1e-9)
        line = QPolygonF(
            [
                QPointF(
                    room.left() + room.width() * (at - first) / wide,
                    room.bottom() - room.height() * (value - low) / tall,
                )
                for at, value in self._points
            ]
        )
        painter.setPen(QPen(self._look.color("accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(line)
        below = self._line(self.height() - step)
        self._say(painter, below, f"{values[0]:.2f}")
        self._say(painter, below, f"{values[-1]:.2f}", "ink", right=True)
