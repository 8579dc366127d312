"""Documents, or the passages a search found in them, as a list that stays quick with very many."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from personal_ai.ui import dates, theme
from personal_ai.ui.found import found_at, snippet, stem
from personal_ai.ui.language import tr
from personal_ai.ui.note_view import WHOSE
from personal_ai.ui.theme import Theme
from personal_ai.ui.widgets import BY_KEYBOARD

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole + 1
#: So many documents are read at once, and so many are kept.
PAGE, KEPT_ROWS = 64, 4096


class NoteModel(QStringListModel):
    """Hits of a search, or documents by their ids, of which only those in sight are read.

    The view asks for the number of rows once for each row: a list of so many empty strings answers it, not Python.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], dict[int, Any]] = lambda _ids: {}) -> None:
        super().__init__()
        self._fetch = fetch
        #: Hits of a search; None while documents are shown.
        self._hits: Sequence[Any] | None = None
        self._ids: Sequence[int] = ()
        self._read: dict[int, Any] = {}
        self.words: list[str] = []

    def show_rows(self, rows: Sequence[Any], words: Sequence[str] = ()) -> None:
        """Show these; `words` are marked where they stand."""
        self._hits, self.words = rows, [stem(word) for word in words]
        self.setStringList([""] * len(rows))

    def show_ids(self, ids: Sequence[int]) -> None:
        """Show these documents; what was read of them before is read again when it is seen."""
        if self._hits is None and self._ids == ids:
            self._read.clear()
            if ids:
                self.dataChanged.emit(self.index(0), self.index(len(ids) - 1))
            return
        self._hits, self._ids, self.words = None, ids, []
        self._read.clear()
        self.setStringList([""] * len(ids))

    def row(self, number: int) -> Any:
        """The document or hit in this row; None for one that is gone since."""
        if self._hits is not None:
            return self._hits[number]
        id = self._ids[number]
        if id not in self._read:
            if len(self._read) > KEPT_ROWS:
                self._read.clear()
            begin = number - number % PAGE
            wanted = self._ids[begin : begin + PAGE]
            self._read |= dict.fromkeys(wanted) | self._fetch(wanted)
        return self._read[id]

    def flags(self, index: Index) -> Qt.ItemFlag:
        return QAbstractListModel.flags(self, index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (ROW, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return None
        row = self.row(index.row())
        if role == ROW or row is None:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr(", ").join(
                [row.title, *([tr(WHOSE[row.provenance]).lower()] if hasattr(row, "provenance") else [])]
            )
        return row.title

    def find(self, document_id: int) -> int | None:
        """The row of a document, None where it is not in the list."""
        ids = self._ids if self._hits is None else [id_of(row) for row in self._hits]
        return ids.index(document_id) if document_id in ids else None


def id_of(row: Any) -> int:
    """The document a row is, or belongs to."""
    return row.document_id if hasattr(row, "document_id") else row.id


class NoteList(QListView):
    """The list itself."""

    def __init__(self, look: Theme, model: NoteModel) -> None:
        super().__init__()
        self.setObjectName("documents")
        self.setAccessibleName(tr("Documents"))
        self.setModel(model)
        self.setItemDelegate(_Delegate(look, model, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.ring = False
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.ring = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.ring = True
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.ring = False
        super().mousePressEvent(event)


def paint_ground(painter: QPainter, look: Theme, rect: QRect, state: QStyle.StateFlag, ring: bool) -> None:
    """Paint the ground of a row that is in front or under the pointer, with a `ring` when the keyboard is there."""
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(QPen(look.color("accent"), 2) if chosen and ring else Qt.PenStyle.NoPen)
        painter.setBrush(look.color("bubble" if chosen else "side"))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), theme.CARD_RADIUS, theme.CARD_RADIUS)


class _Delegate(QStyledItemDelegate):
    """Title and date, then the first line or the found passage."""

    def __init__(self, look: Theme, model: NoteModel, view: NoteList) -> None:
        super().__init__(view)
        self._look, self._model, self._view = look, model, view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, theme.zoomed(84 if self._model.words else 64))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, state = option.rect, option.state  # type: ignore[attr-defined]
        paint_ground(painter, self._look, rect, state, self._view.ring and self._view.hasFocus())
        row = index.data(ROW)
        if row is None:
            painter.restore()
            return
        room = rect.adjusted(12, theme.zoomed(9), -12, -theme.zoomed(9))
        top = QRect(room.left(), room.top(), room.width(), theme.zoomed(22))
        left = self._paint_right(painter, top, row)
        painter.setFont(theme.bold())
        painter.setPen(self._look.color("ink"))
        top.setWidth(left - top.left() - 8)
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideRight, top.width())
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter, title)
        below = room.adjusted(0, theme.zoomed(24), 0, 0)
        if hasattr(row, "document_id"):
            self._paint_found(painter, below, snippet(row.text, self._model.words))
        else:
            self._paint_first_line(painter, below, row)
        painter.restore()

    def _paint_right(self, painter: QPainter, line: QRect, row: Any) -> int:
        """Paint the date and the learned mark at the right end; return where they begin."""
        painter.setFont(theme.sans(theme.SMALL))
        painter.setPen(self._look.color("second"))
        day = dates.day(row.created)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, day)
        left = line.right() - painter.fontMetrics().horizontalAdvance(day)
        if getattr(row, "learned_by", None) is not None:
            side = theme.zoomed(16)
            left -= side + 6
            where = QRect(left, line.top() + (line.height() - side) // 2, side, side)
            self._look.icon("leaf", "accent", side).paint(painter, where)
        if hasattr(row, "provenance"):
            left -= 16
            self._paint_dot(painter, QPointF(left + 5, line.center().y() + 1), own=row.provenance == "mine")
        return left

    def _paint_dot(self, painter: QPainter, middle: QPointF, own: bool) -> None:
        """Paint whose words a note is: a full dot for the person's own, a ring for all others."""
        painter.setPen(QPen(self._look.color("accent" if own else "second"), 1.5))
        painter.setBrush(self._look.color("accent") if own else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, 3.0, 3.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_first_line(self, painter: QPainter, rect: QRect, row: Any) -> None:
        painter.setFont(theme.sans(theme.SMALL))
        painter.setPen(self._look.color("second"))
        marks = [
            words for on, words in ((row.never_use, tr("Never used")), (row.never_learn, tr("Never learned"))) if on
        ]
        if row.provenance != "mine":
            marks.insert(0, tr(WHOSE[row.provenance]))
        text = " · ".join([*marks, row.first_line])
        line = QRect(rect.left(), rect.top(), rect.width(), theme.zoomed(20))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_found(self, painter: QPainter, rect: QRect, text: str) -> None:
        layout = QTextLayout(text, theme.sans(theme.SMALL))
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        ranges = []
        for start, length in found_at(text, self._model.words):
            mark = QTextLayout.FormatRange()
            mark.start, mark.length = start, length  # type: ignore[attr-defined]
            letters = QTextCharFormat()
            letters.setForeground(self._look.color("ink"))
            letters.setFontWeight(600)
            letters.setBackground(QColor(theme.mix(self._look.tokens.bubble, self._look.tokens.accent, 0.18)))
            mark.format = letters  # type: ignore[attr-defined]
            ranges.append(mark)
        layout.setFormats(ranges)
        layout.beginLayout()
        y = 0.0
        for _ in range(2):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(rect.width())
            line.setPosition(QPointF(0, y))
            y += theme.zoomed(20)
        layout.endLayout()
        painter.setPen(self._look.color("second"))
        layout.draw(painter, QPointF(rect.topLeft()))
