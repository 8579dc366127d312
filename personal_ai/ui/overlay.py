"""What lies over the window for a moment: the command palette, and the sheet of all keys."""

from collections.abc import Callable, Sequence

import msgspec
import shiboken6
from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from personal_ai.ui import theme, widgets
from personal_ai.ui.language import tr
from personal_ai.ui.theme import Theme

#: The height of a command in the palette, in pixels, and how many are seen at once.
ROW, AT_ONCE = 34, 9
#: Over and under a card, where the window is high enough, and the least; what a card is beside what scrolls in it.
OVER, LEAST_OVER, HEAD = 60, 16, 96


class Command(msgspec.Struct, frozen=True):
    """Something that can be done from anywhere; `keys` as Qt writes them, "" where it has none."""

    words: str
    keys: str
    act: Callable[[], object]


class Overlay(QWidget):
    """A card in the middle of a dimmed window. Esc and a click beside it put it away."""

    def __init__(self, window: QWidget, look: Theme, name: str, width: int) -> None:
        super().__init__(window)
        self._look, self._window = look, window
        self._before = window.focusWidget()
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.card = widgets.card(margin=18)
        self.card.setObjectName("overlay-card")
        self.card.setMaximumWidth(theme.zoomed(width))
        column = self.card.layout()
        assert isinstance(column, QVBoxLayout)
        self.column = column
        self._around = QHBoxLayout(self)
        self._around.addStretch(1)
        self._around.addWidget(self.card, 1000, Qt.AlignmentFlag.AlignTop)
        self._around.addStretch(1)
        window.installEventFilter(self)
        self.hide()

    def open_on(self, first: QWidget) -> None:
        """Show it, the keyboard on `first`."""
        self.cover()
        self.show()
        self.raise_()
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def cover(self) -> None:
        """Lie over the whole window, as large as that is now."""
        over = self._over
        self._around.setContentsMargins(theme.AROUND, over, theme.AROUND, over)
        self.setGeometry(self._window.rect())

    @property
    def _over(self) -> int:
        """What is left free over the card and under it; in a low window the card needs the room more."""
        return min(OVER, max(LEAST_OVER, self._window.height() // 20))

    def room(self) -> int:
        """How high what scrolls in the card may be, in pixels."""
        return self._window.height() - 2 * self._over - theme.zoomed(HEAD)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.cover()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        # Else a page below would take the key: Esc stops an answer there.
        override = QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and (event.type(), event.key()) == (override, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        shade = QColor("#000000")
        shade.setAlpha(120 if self._look.tokens.dark else 70)
        QPainter(self).fillRect(self.rect(), shade)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.put_away()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        # The keyboard stays on the card: what lies below cannot be seen.
        every = [made for made in self.findChildren(QWidget) if made.focusPolicy() & Qt.FocusPolicy.TabFocus]
        inside = [made for made in every if made.isVisible() and made.isEnabled()]
        if inside:
            at = inside.index(self.focusWidget()) if self.focusWidget() in inside else -1
            inside[(at + (1 if forward else -1)) % len(inside)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def put_away(self) -> None:
        """Close, and give the keyboard back to where it was."""
        self.close()
        # A refresh of the page below may have taken away what had it.
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus()


class Palette(Overlay):
    """Type what should happen, choose with the arrows, Enter does it."""

    def __init__(self, window: QWidget, look: Theme, commands: Sequence[Command]) -> None:
        super().__init__(window, look, tr("All commands"), 520)
        self._commands = commands
        self.field = _Field()
        self.field.setAccessibleName(tr("What should happen"))
        self.field.setPlaceholderText(tr("What should happen? Type a few letters"))
        self.list = QListWidget()
        self.list.setObjectName("commands")
        self.list.setAccessibleName(tr("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.column.addWidget(self.field)
        self.column.addWidget(self.list)
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self._do)
        self.field.moved.connect(self._move)
        self.list.itemClicked.connect(lambda _item: self._do())
        self._fill("")
        self.open_on(self.field)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        for command in matching(self._commands, typed):
            item = QListWidgetItem(command.words)
            item.setSizeHint(QSize(0, theme.zoomed(ROW)))
            item.setData(Qt.ItemDataRole.UserRole, self._commands.index(command))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{command.words}, {key_words(command.keys)}")
            self.list.addItem(item)
            keys = widgets.label(key_words(command.keys), "second", wrap=False)
            line = widgets.row(1, keys)
            line.setContentsMargins(0, 0, 10, 0)
            beside = QWidget()
            beside.setLayout(line)
            beside.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self.list.setItemWidget(item, beside)
        self.list.setCurrentRow(0)
        self._fit()

    def cover(self) -> None:
        super().cover()
        self._fit()

    def _fit(self) -> None:
        at_once = min(AT_ONCE, max(self.room() // theme.zoomed(ROW), 2))
        self.list.setFixedHeight(theme.zoomed(ROW) * min(max(self.list.count(), 1), at_once) + 2)

    def _move(self, step: int) -> None:
        if self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())

    def _do(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        command = self._commands[item.data(Qt.ItemDataRole.UserRole)]
        self.put_away()
        command.act()


class _Field(QLineEdit):
    """A line whose arrows up and down choose in the list below it."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step:
            self.moved.emit(step)
            return
        super().keyPressEvent(event)


class ShortcutSheet(Overlay):
    """All keys, in two columns."""

    def __init__(self, window: QWidget, look: Theme, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__(window, look, tr("Keys"), 680)
        close = widgets.IconButton(look, "close", tr("Close"), self.put_away)
        head = widgets.row(widgets.label(tr("Keys"), "title"), 1, close)
        self.column.addLayout(head)
        self._keys = QWidget()
        self._keys.setObjectName("column")
        grid = QGridLayout(self._keys)
        grid.setContentsMargins(0, 0, theme.INSIDE, 0)
        grid.setHorizontalSpacing(theme.AROUND)
        grid.setVerticalSpacing(theme.INSIDE)
        half = (len(keys) + 1) // 2
        for number, (what, key) in enumerate(keys):
            row, side = number % half, number // half
            said = widgets.label(key, "second", wrap=False)
            grid.addWidget(widgets.label(what), row, 2 * side)
            grid.addWidget(said, row, 2 * side + 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._keys)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.column.addWidget(self._scroll)
        self.open_on(close)

    def cover(self) -> None:
        super().cover()
        wide = min(self.card.maximumWidth(), self._window.width() - 2 * theme.AROUND) - 3 * theme.BETWEEN
        whole = max(self._keys.heightForWidth(wide), self._keys.sizeHint().height())
        self._keys.setMinimumHeight(whole)
        self._scroll.setFixedHeight(min(whole, self.room()))


def key_words(keys: str) -> str:
    """Keys as this system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def matching(commands: Sequence[Command], typed: str) -> list[Command]:
    """Commands that hold every word that was typed, those first that begin with it."""
    words = typed.lower().split()
    found = [command for command in commands if all(word in command.words.lower() for word in words)]
    return sorted(found, key=lambda command: not command.words.lower().startswith(typed.strip().lower()))
