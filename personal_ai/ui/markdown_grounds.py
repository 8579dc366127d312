"""What lies under the text of a document: the ground of code, the bar of a quote, a rule, a passage that is marked."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QTextDocument

from personal_ai.ui import theme
from personal_ai.ui.markdown_writer import CODE, GROUP, KIND, QUOTE
from personal_ai.ui.theme import Theme

#: Room over the text of a block of code, and under it, in pixels.
CODE_HEAD, CODE_FOOT = 8, 10


class Grounds:
    """The grounds of a document, found once and kept until `forget`. `side` is the room at both sides, in pixels."""

    def __init__(self, document: QTextDocument, look: Theme, side: int) -> None:
        self._document, self._look, self._side = document, look, side
        self._areas: list[tuple[int, QRectF]] | None = None

    def forget(self) -> None:
        """The text changed, or the room that it has."""
        self._areas = None

    def paint(self, painter: QPainter, seen: QRectF, width: int, marked: QRectF | None) -> None:
        """Paint those that are `seen`, in a place that is `width` pixels wide, and under them the `marked` passage."""
        if marked is not None:
            self._paint_mark(painter, marked, width)
        if self._areas is None:
            self._areas = list(self._find())
        for kind, area in self._areas:
            ground = self._widened(kind, area, width)
            if ground.intersects(seen):
                self._paint_ground(painter, kind, ground)

    def _paint_mark(self, painter: QPainter, area: QRectF, width: int) -> None:
        area = QRectF(0, area.top() - 5, width, area.height() + 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("bubble"))
        painter.drawRoundedRect(area, 6, 6)
        painter.setBrush(self._look.color("accent"))
        painter.drawRoundedRect(QRectF(0, area.top(), 3, area.height()), 1.5, 1.5)

    def _paint_ground(self, painter: QPainter, kind: int, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if kind == CODE:
            painter.setPen(self._look.color("edge"))
            painter.setBrush(self._look.color("side"))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), theme.CARD_RADIUS, theme.CARD_RADIUS)
        elif kind == QUOTE:
            painter.setBrush(self._look.color("line"))
            painter.drawRoundedRect(QRectF(area.left(), area.top(), 3, area.height()), 1.5, 1.5)
        else:
            painter.setBrush(self._look.color("line"))
            painter.drawRect(QRectF(area.left(), area.center().y(), area.width(), 1))

    def _find(self) -> Iterator[tuple[int, QRectF]]:
        """One area for each run of blocks of one group, with its kind."""
        layout, block = self._document.documentLayout(), self._document.begin()
        group, kind, area = 0, 0, QRectF()
        while block.isValid():
            here = block.blockFormat()
            its_group = here.intProperty(GROUP) if here.hasProperty(GROUP) else 0
            if its_group != group and group:
                yield kind, area
            if its_group != group:
                area = QRectF()
            if its_group:
                kind = here.intProperty(KIND)
                area = area.united(layout.blockBoundingRect(block))
            group = its_group
            block = block.next()
        if group:
            yield kind, area

    def _widened(self, kind: int, area: QRectF, width: int) -> QRectF:
        """An area from side to side, with the room that code has over and under it."""
        top, foot = (CODE_HEAD, CODE_FOOT) if kind == CODE else (0, 0)
        return QRectF(self._side, area.top() - top, width - 2 * self._side, area.height() + top + foot)
