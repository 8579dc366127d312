"""Past conversations by day, with a search: it stands in the sidebar while Chat is in front."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from personal_ai.ui import dates, theme, widgets
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.store.conversations import Conversations

Index = QModelIndex | QPersistentModelIndex
ID = Qt.ItemDataRole.UserRole + 1
HEADING, ITEM = 26, 32


class ConversationList(QWidget):
    """Search on top, then conversations under the day they were last used."""

    opened = Signal(int)
    new_asked = Signal()
    delete_asked = Signal(int, str)
    renamed = Signal(int, str)

    def __init__(self, look: Theme, conversations: "Conversations") -> None:
        super().__init__()
        self._conversations = conversations
        self._current: int | None = None
        self.search = widgets.SearchField(look, "Search chats", "Search conversations")
        self._typed = widgets.later(150, self, self.refresh)
        self.search.textChanged.connect(lambda _text: self._typed.start())
        self._none = widgets.label("", "second")
        self._none.hide()
        self.view = _View(look)
        self.view.menu_asked.connect(self._on_menu)
        self.view.delete_asked.connect(self._ask_delete)
        self._model = QStandardItemModel(self)
        self._model.itemChanged.connect(self._on_item_changed)
        self.view.setModel(self._model)
        self.view.activated.connect(self._on_activated)
        self.view.clicked.connect(self._on_activated)
        new = widgets.IconButton(look, "plus", "New chat (Ctrl+N)", self.new_asked.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        top = widgets.row(self.search, new, spacing=4)
        column.addLayout(top)
        column.addWidget(self._none)
        column.addWidget(self.view, 1)
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        if self.view.state() == QAbstractItemView.State.EditingState:
            return
        text = self.search.text()
        rows = self._conversations.list(text)
        self._model.blockSignals(True)
        self._model.clear()
        heading = ""
        for row in rows:
            group = dates.group(row.updated)
            if group != heading:
                heading = group
                self._model.appendRow(_heading(group))
            self._model.appendRow(_item(row.id, row.title))
        self._model.blockSignals(False)
        self._model.layoutChanged.emit()
        self._none.setText("No chat holds these words." if text.strip() else "Your chats will stand here.")
        self._none.setVisible(not rows)
        self.mark(self._current)

    def mark(self, id: int | None) -> None:
        """Show which conversation is open."""
        self._current = id
        self.view.selectionModel().clear()
        for number in range(self._model.rowCount()):
            if id is not None and self._model.item(number).data(ID) == id:
                self.view.setCurrentIndex(self._model.item(number).index())

    def _on_activated(self, index: QModelIndex) -> None:
        id = index.data(ID)
        if id is not None:
            self.opened.emit(id)

    def _on_item_changed(self, item: QStandardItem) -> None:
        title = item.text().strip()
        if item.data(ID) is not None and title:
            self.renamed.emit(item.data(ID), title)

    def _ask_delete(self, index: QModelIndex) -> None:
        self.delete_asked.emit(index.data(ID), index.data())

    def _on_menu(self, index: QModelIndex, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        kept = QPersistentModelIndex(index)
        menu.addAction("Rename").triggered.connect(lambda *_: self.view.edit(QModelIndex(kept)))  # type: ignore[call-overload]
        menu.addAction("Delete…").triggered.connect(lambda *_: self._ask_delete(QModelIndex(kept)))  # type: ignore[call-overload]
        menu.popup(where)


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item


def _item(id: int, title: str) -> QStandardItem:
    item = QStandardItem(title or "New chat")
    item.setData(id, ID)
    item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsEditable)
    return item


class _View(QListView):
    menu_asked = Signal(QModelIndex, QPoint)
    delete_asked = Signal(QModelIndex)

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self.setObjectName("conversations")
        self.setAccessibleName("Conversations")
        self.setItemDelegate(_Delegate(look, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_context)
        self.viewport().setAutoFillBackground(False)

    def _on_context(self, where: QPoint) -> None:
        index = self.indexAt(where)
        if index.isValid() and index.data(ID) is not None:
            self.menu_asked.emit(index, self.viewport().mapToGlobal(where))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentIndex().data(ID) is not None:
            self.delete_asked.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Theme, view: _View) -> None:
        super().__init__(view)
        self._look, self._view = look, view

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, HEADING if index.data(ID) is None else ITEM)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, t = option.rect, self._look.tokens  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ID) is None:
            painter.setFont(theme.bold(12))
            painter.setPen(QColor(t.second))
            painter.drawText(rect.adjusted(12, 4, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        else:
            self._paint_item(painter, rect, option.state, str(index.data()))  # type: ignore[attr-defined]
        painter.restore()

    def _paint_item(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, title: str) -> None:
        t = self._look.tokens
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        box = rect.adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or hovered:
            painter.setBrush(QColor(t.raised if chosen else t.hover))
            painter.drawRoundedRect(box, 8, 8)
        if chosen and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(t.accent))
            painter.drawRoundedRect(box, 8, 8)
        room = rect.adjusted(12, 0, -30 if hovered else -10, 0)
        painter.setFont(theme.sans(14))
        painter.setPen(QColor(t.ink))
        words = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        if hovered:
            self._look.icon("more").paint(painter, self._dots(rect))

    @staticmethod
    def _dots(rect: QRect) -> QRect:
        return QRect(rect.right() - 26, rect.top() + 7, 18, 18)

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and index.data(ID) is not None:
            where = event.position().toPoint()  # type: ignore[attr-defined]
            rect = option.rect  # type: ignore[attr-defined]
            if self._dots(rect).adjusted(-4, -7, 8, 7).contains(where):
                self._view.menu_asked.emit(QModelIndex(index), self._view.viewport().mapToGlobal(rect.bottomLeft()))  # type: ignore[call-overload]
                return True
        return super().editorEvent(event, model, option, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        editor.setGeometry(option.rect)  # type: ignore[attr-defined]
