"""Small pieces that several pages share: labels, buttons, cards, a page that scrolls, the banner, a question."""

import html
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from personal_ai.ui import theme
from personal_ai.ui.language import tr
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

#: The keyboard moved the focus, so a ring must show where it is.
BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)

# ---- words ------------------------------------------------------------------------------------------------------


def label(text: str = "", role: str = "", name: str = "", wrap: bool = True) -> QLabel:
    """Plain text in one of the roles of the stylesheet: title, heading, second, eyebrow, error, warning, or body."""
    made = QLabel(text)
    # A note's words may look like mark-up; they are never read as such.
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if name:
        made.setObjectName(name)
    return made


def tip(words: str) -> str:
    """Words as a tool tip shows them.

    Qt reads what looks like mark-up in a tool tip as such, with pictures from the disk and from other machines; so
    nothing of the words may, and the whole is mark-up of ours that keeps their lines.
    """
    return f"<span style='white-space:pre-wrap'>{html.escape(words)}</span>" if words else ""


class Elided(QLabel):
    """One line that ends in … when there is no room, its whole text in the tool tip."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if role:
            self.setProperty("role", role)
        self._whole = ""
        self.say(text)

    def say(self, text: str) -> None:
        """Show `text`."""
        self._whole = " ".join(text.split())
        self.setAccessibleName(self._whole)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 40))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(tip(self._whole) if shown != self._whole else "")
        # Else it is the tool tip, which is mark-up.
        self.setAccessibleDescription(self._whole)


# ---- buttons ----------------------------------------------------------------------------------------------------


def button(text: str, kind: str = "", on_click: Callable[[], object] | None = None, name: str = "") -> QPushButton:
    """One whose verb is its accessible name. Kinds: primary, danger, quiet, link, nav, round, chip, card, source."""
    made = QPushButton(text)
    if kind:
        made.setProperty("kind", kind)
    if name:
        made.setObjectName(name)
    # A click leaves the focus where the person types; the keyboard reaches every button.
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if on_click:
        made.clicked.connect(lambda *_: on_click())
    return made


class IconButton(QToolButton):
    """A button that is only an icon. Asleep, it shows nothing until the keyboard finds it or it is checked."""

    def __init__(
        self, look: Theme, icon: str, words: str, on_click: Callable[[], object] | None = None, role: str = "second"
    ) -> None:
        super().__init__()
        self._look, self._icon, self._role = look, icon, role
        self._asleep = False
        self._name(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(18, 18))
        if on_click:
            self.clicked.connect(lambda *_: on_click())
        look.changed.connect(self._draw)
        self._draw()

    def change(self, icon: str, words: str) -> None:
        """Become another button."""
        self._icon = icon
        self._name(words)
        self._draw()

    def _name(self, words: str) -> None:
        self.setToolTip(tip(words))
        self.setAccessibleName(words)
        self.setAccessibleDescription(words)

    def press(self, pressed: bool) -> None:
        """Show whether what it stands for is so; a click alone changes nothing."""
        self.setCheckable(True)
        self.setChecked(pressed)
        self._draw()

    def nextCheckState(self) -> None:
        """Leave it to `press`."""

    def sleep(self, asleep: bool) -> None:
        """Hide the picture, or show it."""
        self._asleep = asleep
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._asleep or self.hasFocus() or self.isChecked():
            super().paintEvent(event)

    def _draw(self) -> None:
        self.setIcon(self._look.icon(self._icon, "accent" if self.isChecked() else self._role))


def menu_below(anchor: QWidget, choices: list[tuple[str, Callable[[], None]]], parent: QWidget | None = None) -> QMenu:
    """Open a menu under `anchor`. It closes by itself and runs no loop of its own."""
    menu = QMenu(parent or anchor)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for text, act in choices:
        menu.addAction(text).triggered.connect(lambda _checked=False, act=act: act())
    menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
    return menu


class SearchField(QLineEdit):
    """A line to search with, and a way to empty it."""

    #: Down or Enter was pressed: the keyboard goes on to what was found.
    left_for_found = Signal(bool)  # whether by Enter

    def __init__(self, look: Theme, hint: str, name: str) -> None:
        super().__init__()
        self._look = look
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self._empty = self.addAction(look.icon("close"), QLineEdit.ActionPosition.TrailingPosition)
        self._empty.setToolTip(tr("Clear the search"))
        self._empty.triggered.connect(self.clear)
        self._empty.setVisible(False)
        self.textChanged.connect(lambda text: self._empty.setVisible(bool(text)))
        look.changed.connect(self._draw)

    def _draw(self) -> None:
        self._empty.setIcon(self._look.icon("close"))

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.text()
        ):
            # Else the page's own Esc, which stops an answer, would take it.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter or event.key() == Qt.Key.Key_Down:
            self.left_for_found.emit(enter)
        super().keyPressEvent(event)


# ---- frames -----------------------------------------------------------------------------------------------------


def card(*children: QWidget, spacing: int = theme.INSIDE, margin: int = theme.BETWEEN) -> QFrame:
    """A quiet rounded box around its children, from top to bottom."""
    frame = QFrame()
    frame.setProperty("role", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(margin, margin, margin, margin)
    column.setSpacing(spacing)
    for child in children:
        column.addWidget(child)
    return frame


def rule() -> QFrame:
    """A thin line."""
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def row(*children: QWidget | int, spacing: int = theme.INSIDE) -> QHBoxLayout:
    """Children from left to right; a number is a stretch."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for child in children:
        if isinstance(child, int):
            made.addStretch(child)
        else:
            made.addWidget(child)
    return made


def two_lines(title: str | QWidget, sentence: str | QWidget, control: QWidget | QLayout) -> QHBoxLayout:
    """A title over a sentence, and at the right what it is about."""
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(label(title) if isinstance(title, str) else title)
    words.addWidget(label(sentence, "second") if isinstance(sentence, str) else sentence)
    line = row(spacing=theme.BETWEEN)
    line.addLayout(words, 1)
    if isinstance(control, QWidget):
        line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    else:
        line.addLayout(control)
    return line


def section(body: QVBoxLayout, title: str, spacing: int) -> QVBoxLayout:
    """Add a card under a small title to a page; return what is inside it."""
    body.addSpacing(theme.INSIDE)
    body.addWidget(label(title, "eyebrow"))
    frame = card(spacing=spacing, margin=18)
    body.addWidget(frame)
    inside = frame.layout()
    assert isinstance(inside, QVBoxLayout)
    return inside


def middle(*parts: QWidget) -> QWidget:
    """What stands in the middle of a page that is empty: parts one under the other, as wide as is read with ease."""
    inner = QWidget()
    inner.setMaximumWidth(theme.zoomed(460))
    inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.INSIDE)
    for part in parts:
        if isinstance(part, QLabel):
            # With a place of its own in the layout, words on several lines would be cut.
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        else:
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
    line = row(1, inner, 1)
    line.setStretch(1, 1000)
    place = QWidget()
    whole = QVBoxLayout(place)
    whole.addStretch(2)
    whole.addLayout(line)
    whole.addStretch(3)
    return place


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the stylesheet asks for, and let it look again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget:
            widget.hide()
            widget.deleteLater()
        elif inner:
            clear(inner)


class Column(QScrollArea):
    """A page that scrolls: one column, at most 720 wide, in the middle."""

    def __init__(self, width: int = theme.COLUMN, spacing: int = theme.BETWEEN) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QWidget()
        outer.setObjectName("column")
        around = QHBoxLayout(outer)
        around.setContentsMargins(theme.AROUND, theme.AROUND, theme.AROUND, theme.AROUND)
        inner = QWidget()
        inner.setMaximumWidth(width)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        around.addStretch(1)
        around.addWidget(inner, 1000)
        around.addStretch(1)
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(spacing)
        self.setWidget(outer)


class Banner(QFrame):
    """One quiet sentence at the top of a page, with the way out and a way to put it away."""

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._look, self._kind = look, "info"
        self._picture = QLabel()
        self._picture.setFixedSize(20, 20)
        self._sentence = label(name="banner-sentence")
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = button("", "quiet")
        self._action.clicked.connect(self._on_action)
        self._action.hide()
        self._then: Callable[[], object] | None = None
        line = row(self._picture, self._sentence, self._action, IconButton(look, "close", tr("Close"), self.clear))
        line.setContentsMargins(14, 7, 8, 7)
        line.setStretch(1, 1)
        self.setLayout(line)
        look.changed.connect(self._draw)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence on show, or nothing."""
        return self._sentence.text() if not self.isHidden() else ""

    def say(
        self, sentence: str, kind: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence. Kinds: info, warning, error. `action` is the verb of a button that calls `then`."""
        self._kind, self._then = kind, then
        sentence = said(sentence)
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._draw()
        self.show()

    def clear(self) -> None:
        """Put the sentence away."""
        self.hide()

    def _on_action(self) -> None:
        then = self._then
        self.clear()
        if then:
            then()

    def _draw(self) -> None:
        icon, role = {"info": ("info", "accent"), "warning": ("warning", "warning"), "error": ("warning", "error")}[
            self._kind
        ]
        self._picture.setPixmap(self._look.icon(icon, role).pixmap(18, 18))


class Confirm(QWidget):
    """A question in the place of the button that asked for it: no window pops up."""

    def __init__(self, question: str, verb: str, then: Callable[[], None], keep: str = "") -> None:
        super().__init__()
        self._then = then
        words = label(question, "second")
        self.yes = button(verb, "danger", self._on_yes)
        line = row(words, self.yes, button(keep or tr("Keep"), "", self.close))
        line.setStretch(0, 1)
        self.setLayout(line)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def _on_yes(self) -> None:
        self.close()
        self._then()


class Hover(QWidget):
    """Tells when the pointer or the keyboard is on it or inside it."""

    hovered = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._pointer = self._keyboard = False
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._pointer = True
        self.hovered.emit(True)

    def leaveEvent(self, event) -> None:
        super().leaveEvent(event)
        self._pointer = False
        self.hovered.emit(self._keyboard)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        # What a click can give the focus to may have it from the pointer, which has left since.
        inside = now is not None and not now.focusPolicy() & Qt.FocusPolicy.ClickFocus and self.isAncestorOf(now)
        if inside != self._keyboard:
            self._keyboard = inside
            self.hovered.emit(inside or self._pointer)


def later(milliseconds: int, parent: QWidget, then: Callable[[], None]) -> QTimer:
    """A timer that calls `then` once, after the last `start()` grew old: for typing that should come to rest first."""
    timer = QTimer(parent, singleShot=True, interval=milliseconds)
    timer.timeout.connect(then)
    return timer
