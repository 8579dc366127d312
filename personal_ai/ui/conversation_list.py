"""Past conversations, with a search: pinned, in folders, by day, archived. It stands beside the chat."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from personal_ai.ui import amounts, dates, found, theme, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.store.conversation_index import Listed
    from personal_ai.store.conversations import Conversations

Index = QModelIndex | QPersistentModelIndex
ID = Qt.ItemDataRole.UserRole + 1
#: The words under a found title or in place of a heading's name; the name of a heading that opens and closes; whether
#: it is closed.
WORDS, FOLDS, SHUT = (Qt.ItemDataRole.UserRole + number for number in (2, 3, 4))
SPOKEN = Qt.ItemDataRole.AccessibleTextRole
HEADING, ITEM, FOUND = 26, 32, 64
ARCHIVE = QT_TR_NOOP("Archived")
UNNAMED = QT_TR_NOOP("New chat")
#: Behind every folder: the days.
FAR = 1_000_000_000


class ConversationList(QWidget):
    """Search on top, then what is pinned, folders, days, and the archive. A folder's heading opens and closes it."""

    opened = Signal(int)
    clicked = Signal()  # a chat, by the pointer
    new_asked = Signal()
    delete_asked = Signal(int, str)
    renamed = Signal(int, str)
    export_asked = Signal(list)  # of ids
    import_asked = Signal()

    def __init__(self, look: Theme, conversations: "Conversations") -> None:
        super().__init__()
        self._index = conversations.index
        self._current: int | None = None
        self._sought = ""
        #: Headings whose conversations are not shown.
        self._closed = {tr(ARCHIVE)}
        self.search = widgets.SearchField(look, tr("Search chats"), tr("Search conversations"))
        self._typed = widgets.later(150, self, self.refresh)
        self.search.textChanged.connect(lambda _text: self._typed.start())
        self.search.left_for_found.connect(self._on_left_for_found)
        self._none = widgets.label("", "second")
        self._none.setContentsMargins(12, 4, 0, 0)
        self._none.hide()
        self.view = _View(look)
        self.view.menu_asked.connect(self._on_menu)
        self.view.delete_asked.connect(self._ask_delete)
        self._model = QStandardItemModel(self)
        self._model.itemChanged.connect(self._on_item_changed)
        self.view.setModel(self._model)
        self.view.activated.connect(self._on_activated)
        self.view.clicked.connect(self._on_clicked)
        self._look = look
        self.new = widgets.button(tr("New chat"), "nav", self.new_asked.emit, "new-chat")
        self.new.setToolTip(widgets.tip(tr("New chat (Ctrl+N)")))
        self.new.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._draw)
        self._draw()
        self.more = widgets.IconButton(look, "more", tr("Import or export chats"), self._on_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        column.addWidget(self.new)
        column.addLayout(widgets.row(self.search, self.more, spacing=4))
        column.addWidget(self._none)
        column.addWidget(self.view, 1)
        self.refresh()

    def _draw(self) -> None:
        self.new.setIcon(self._look.icon("plus", "ink"))

    def refresh(self) -> None:
        """Read the list again."""
        if self.view.state() == QAbstractItemView.State.EditingState:
            return
        text = self.search.text().strip()
        bar, here = self.view.verticalScrollBar(), self.view.currentIndex()
        # What another search found begins at its top.
        place, self._sought = bar.value() if text == self._sought else 0, text
        at = [(role, here.data(role)) for role in (ID, FOLDS)] if self.view.hasFocus() else []
        self._model.blockSignals(True)
        self._model.clear()
        if text:
            self._add_found(text)
        else:
            self._add_all()
        self._model.blockSignals(False)
        self._model.layoutChanged.emit()
        self._none.setText(tr("No chat holds these words.") if text else tr("Your chats will stand here."))
        self._none.setVisible(self._model.rowCount() == 0)
        self.view.selectionModel().clear()
        if not any(self._go_to(role, wanted) for role, wanted in at):
            self._go_to(ID, self._current)
        self.view.doItemsLayout()
        bar.setValue(place)

    def _add_found(self, text: str) -> None:
        stems = [found.stem(word) for word in text.split()]
        for hit in self._index.find(text):
            item = _item(hit.conversation)
            item.setData(found.snippet(hit.text, stems) if hit.text else "", WORDS)
            self._model.appendRow(item)

    def _add_all(self) -> None:
        groups: dict[tuple[int, str], list[Listed]] = {}
        for number, row in enumerate(self._index.list()):
            if row.archived:
                key = (3 * FAR, tr(ARCHIVE))
            elif row.pinned:
                key = (0, tr("Pinned"))
            elif row.folder:
                key = (1, row.folder)
            else:
                # Days stand in the order in which they come.
                day = dates.group(row.updated)
                key = next((each for each in groups if each[0] >= FAR and each[1] == day), (FAR + number, day))
            groups.setdefault(key, []).append(row)
        for rank, name in sorted(groups, key=lambda key: (key[0], key[1].casefold())):
            rows = groups[rank, name]
            folds = rank in (1, 3 * FAR)
            shut = folds and name in self._closed
            self._model.appendRow(_heading(name, len(rows) if folds else 0, shut, rank == 1))
            for row in () if shut else rows:
                self._model.appendRow(_item(row))

    def mark(self, id: int | None) -> None:
        """Show which conversation is open; the keyboard stays where it is in the list, if nothing else was opened."""
        other, self._current = id != self._current, id
        if other or not self.view.hasFocus():
            self.view.selectionModel().clear()
            self._go_to(ID, id)

    def _find(self, role: int, wanted: object) -> QModelIndex | None:
        """The row that holds this now: another refresh makes other rows."""
        rows = (self._model.item(number) for number in range(self._model.rowCount()))
        return next((row.index() for row in rows if wanted is not None and row.data(role) == wanted), None)

    def _go_to(self, role: int, wanted: object) -> bool:
        index = self._find(role, wanted)
        if index is not None:
            self.view.setCurrentIndex(index)
        return index is not None

    def _edit(self, role: int, wanted: object) -> None:
        index = self._find(role, wanted)
        if index is not None:
            self.view.edit(index)

    def _on_activated(self, index: QModelIndex) -> None:
        id, folder = index.data(ID), index.data(FOLDS)
        if id is not None:
            self.opened.emit(id)
        elif folder:
            self._closed ^= {folder}
            self.refresh()

    def _on_left_for_found(self, by_enter: bool) -> None:
        """Down goes into the list; Enter opens the first chat that was found."""
        if self._typed.isActive():
            self._typed.stop()
            self.refresh()
        rows = (self._model.item(number).index() for number in range(self._model.rowCount()))
        first = next((index for index in rows if index.data(ID) is not None), None)
        if first is None:
            return
        if by_enter and self.search.text().strip():
            self._on_clicked(first)
        elif not by_enter:
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.view.setCurrentIndex(first)

    def _on_clicked(self, index: QModelIndex) -> None:
        # Opened, the list is made anew, and the index is of the one before.
        chat = index.data(ID) is not None
        self._on_activated(index)
        if chat:
            self.clicked.emit()

    def _on_item_changed(self, item: QStandardItem) -> None:
        name = " ".join(item.text().split())
        if item.data(ID) is not None and name:
            self.renamed.emit(item.data(ID), name)
        elif item.data(FOLDS) and name and name != item.data(FOLDS):
            self._change(lambda: self._index.rename_folder(item.data(FOLDS), name))

    def _change(self, change: Callable[[], None]) -> None:
        try:
            change()
        finally:
            # Not under the editor or the menu that asked for it.
            QTimer.singleShot(0, self.refresh)

    def _ask_delete(self, index: QModelIndex) -> None:
        self.delete_asked.emit(index.data(ID), index.data())

    def _on_more(self) -> None:
        choices: list[tuple[str, Callable[[], None]]] = [(tr("Import chats…"), lambda: self.import_asked.emit())]
        if everything := [row.id for row in self._index.list()]:
            choices.append((tr("Export all chats…"), lambda: self.export_asked.emit(everything)))
        widgets.menu_below(self.more, choices, self)

    def _on_menu(self, index: QModelIndex, where: QPoint) -> None:
        self._build_menu(index).popup(where)

    def _build_menu(self, index: QModelIndex) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def add(words: str, act: Callable[[], object], into: QMenu = menu) -> None:
            into.addAction(words).triggered.connect(lambda *_: act())

        if index.data(ID) is None:
            name = index.data(FOLDS)
            add(tr("Rename the folder"), lambda: self._edit(FOLDS, name))
            add(tr("Take the folder apart"), lambda: self._change(lambda: self._index.rename_folder(name, "")))
            return menu
        row = self._index.get(index.data(ID))
        add(tr("Rename"), lambda: self._edit(ID, row.id))
        if not row.archived:
            add(
                tr("Unpin") if row.pinned else tr("Pin"),
                lambda: self._change(lambda: self._index.pin(row.id, not row.pinned)),
            )
            into = menu.addMenu(tr("Move to folder"))
            for name in [each for each in self._index.folders() if each != row.folder]:
                add(name.replace("&", "&&"), lambda name=name: self._put_into(row.id, name), into)
            add(tr("New folder"), lambda: self._new_folder(row.id), into)
            if row.folder:
                add(tr("No folder"), lambda: self._put_into(row.id, ""), into)
        add(
            tr("Back to the list") if row.archived else tr("Archive"),
            lambda: self._change(lambda: self._index.archive(row.id, not row.archived)),
        )
        add(tr("Export…"), lambda: self.export_asked.emit([row.id]))
        add(tr("Delete"), lambda: self.delete_asked.emit(row.id, row.title or tr(UNNAMED)))
        return menu

    def _put_into(self, id: int, folder: str) -> None:
        self._change(lambda: self._index.put_into(id, folder))

    def _new_folder(self, id: int) -> None:
        """Make one, and let the person write its name where it stands."""
        taken = set(self._index.folders())
        name = next(
            each
            for n in range(1, 999)
            if (each := tr("New folder") if n == 1 else tr("New folder {n}").format(n=n)) not in taken
        )
        self._index.pin(id, False)
        self._put_into(id, name)
        QTimer.singleShot(0, lambda: self._edit(FOLDS, name))


def _heading(text: str, count: int, shut: bool, renames: bool) -> QStandardItem:
    item = QStandardItem(text)
    if not count:
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item
    item.setData(text, FOLDS)
    item.setData(f"{text} ({count})", WORDS)
    item.setData(shut, SHUT)
    state = tr("closed", "a folder") if shut else tr("open", "a folder")
    item.setData(tr(", ").join((text, amounts.count_words(count, "chat"), state)), SPOKEN)
    flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
    item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if renames else flags)
    return item


def _item(row: "Listed") -> QStandardItem:
    item = QStandardItem(row.title or tr(UNNAMED))
    item.setData(row.id, ID)
    item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsEditable)
    return item


class _View(QListView):
    menu_asked = Signal(QModelIndex, QPoint)
    delete_asked = Signal(QModelIndex)

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self.setObjectName("conversations")
        self.setAccessibleName(tr("Conversations"))
        self.setItemDelegate(_Delegate(look, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_context)
        self.viewport().setAutoFillBackground(False)
        # In a low window the page needs the room more.
        self.setMinimumHeight(48)

    def _on_context(self, where: QPoint) -> None:
        index = self.indexAt(where)
        editable = bool(index.flags() & Qt.ItemFlag.ItemIsEditable)
        if index.isValid() and (index.data(ID) is not None or editable):
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
        if index.data(ID) is None:
            return QSize(100, theme.zoomed(HEADING))
        return QSize(100, theme.zoomed(FOUND if index.data(WORDS) else ITEM))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, t = option.rect, self._look.tokens  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ID) is None:
            painter.setFont(theme.bold(12))
            painter.setPen(QColor(t.second))
            folds = index.data(FOLDS) is not None
            words = index.data(WORDS) if folds else str(index.data())
            room = rect.adjusted(28 if folds else 12, 4, -8, 0)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
            if folds:
                icon = self._look.icon("right" if index.data(SHUT) else "down")
                icon.paint(painter, QRect(rect.left() + 10, rect.center().y() - 5, 14, 14))
                self._paint_ring(painter, rect, option.state)  # type: ignore[attr-defined]
        else:
            self._paint_item(painter, rect, option.state, str(index.data()), index.data(WORDS) or "")  # type: ignore[attr-defined]
        painter.restore()

    def _paint_ring(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_Selected and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(self._look.tokens.accent))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 8, 8)

    def _paint_item(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, title: str, below: str) -> None:
        t = self._look.tokens
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        box = rect.adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or hovered:
            if chosen:
                # Seen where the grounds are alike, too.
                painter.setPen(QColor(t.edge))
            painter.setBrush(QColor(t.raised if chosen else t.hover))
            painter.drawRoundedRect(box, 8, 8)
        self._paint_ring(painter, rect, state)
        if below:
            painter.setFont(theme.sans(12))
            painter.setPen(QColor(t.second))
            painter.drawText(
                rect.adjusted(12, theme.zoomed(28), -10, -theme.zoomed(4)),
                Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop,
                below,
            )
            rect = QRect(rect.left(), rect.top(), rect.width(), theme.zoomed(ITEM))
        room = rect.adjusted(12, 0, -30 if hovered else -10, 0)
        painter.setFont(theme.sans(14))
        painter.setPen(QColor(t.ink))
        words = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        if hovered:
            self._look.icon("more").paint(painter, self._dots(rect))

    @staticmethod
    def _dots(rect: QRect) -> QRect:
        return QRect(rect.right() - 26, rect.top() + (theme.zoomed(ITEM) - 18) // 2, 18, 18)

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
