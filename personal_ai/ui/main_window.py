"""The window: the sidebar, one page at a time, and whatever is dropped anywhere on it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from PySide6.QtCore import QByteArray, QEasingCurve, QPropertyAnimation, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from personal_ai.ui import theme, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.overlay import Command, Overlay, Palette, ShortcutSheet, key_words
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.ui.chat_page import ChatPage
    from personal_ai.ui.learning_page import LearningPage
    from personal_ai.ui.library_page import LibraryPage
    from personal_ai.ui.models_page import ModelsPage
    from personal_ai.ui.settings_page import SettingsPage

NAMES = {
    "chat": QT_TR_NOOP("Chat"),
    "library": QT_TR_NOOP("Library"),
    "learning": QT_TR_NOOP("Learning"),
    "models": QT_TR_NOOP("Models"),
    "settings": QT_TR_NOOP("Settings"),
}
#: Keys that belong to one place, for the sheet of all keys.
MORE_KEYS = (
    (QT_TR_NOOP("Send"), "Return"),
    (QT_TR_NOOP("A new line in a question"), "Shift+Return"),
    (QT_TR_NOOP("Stop an answer, close what lies on top"), "Esc"),
    (QT_TR_NOOP("To the next control, and back"), "Tab"),
    (QT_TR_NOOP("Press the control that has the ring"), "Space"),
)


#: How large the window begins, and how small it may become, where the screen has that much room, in pixels.
FIRST, LEAST = QSize(1040, 720), QSize(660, 360)
#: What of the screen's height the frame around the window takes, about.
FRAME = 40
#: The share of a narrow window that the sidebar takes, and how narrow it becomes at most, in pixels.
SIDE_SHARE, LEAST_SIDE = 0.24, 172
#: What the window is called, and how much of a conversation's title stands before it, in letters.
PROGRAM, TITLE = "Personal AI", 60
#: In a lower window the sidebar leaves out what stands elsewhere too, in pixels.
LOW = 460


class Page(Protocol):
    """What the window asks of a page."""

    banner: widgets.Banner

    def refresh(self) -> None:
        """Read again what is shown: something was stored."""

    def search_here(self) -> None:
        """Put the cursor where one searches."""


class MainWindow(QMainWindow):
    """The sidebar and the five pages. `builders` makes each page when it is first shown."""

    files_dropped = Signal(list)  # of Path
    zoom_asked = Signal(float)
    closing = Signal()

    def __init__(self, look: Theme, builders: dict[str, Callable[[], QWidget]]) -> None:
        super().__init__()
        self._look, self._builders = look, builders
        self._pages: dict[str, QWidget] = {}
        self._stale: set[str] = set()
        self.hide_on_close = False
        self._low: bool | None = None
        #: Whether it was ever on the screen.
        self.seen = False
        self.current = ""
        #: What the conversation in front is called.
        self._title = ""
        self.setWindowTitle(PROGRAM)
        room = self.screen().availableSize() - QSize(0, FRAME)
        self.setMinimumSize(LEAST.boundedTo(room))
        self.resize(FIRST.boundedTo(room))
        self.setAcceptDrops(True)
        self._stack = QStackedWidget()
        self._buttons = QButtonGroup(self)
        self._beside = QVBoxLayout()
        self.sentence = widgets.label("", "second", "sidebar-sentence")
        shell = QWidget()
        shell.setObjectName("page")
        across = QHBoxLayout(shell)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self._build_sidebar())
        across.addWidget(self._stack, 1)
        self._shell = QStackedWidget()
        self._shell.addWidget(shell)
        self.setCentralWidget(self._shell)
        self._drop_hint = DropHint(self)
        self._commands = self._own_commands()
        self._bind_keys()
        look.changed.connect(self._fit_side)

    # ---- parts ----

    def _build_sidebar(self) -> QWidget:
        side = self._side = QWidget()
        side.setObjectName("sidebar")
        column = self._column = QVBoxLayout(side)
        column.setContentsMargins(12, 18, 12, 14)
        for key, words in NAMES.items():
            made = widgets.button(tr(words), "nav", lambda key=key: self.show_page(key), f"nav-{key}")
            made.setCheckable(True)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._buttons.addButton(made)
            column.addWidget(made)
        # A widget of its own keeps the sentence at the bottom where a page puts nothing beside itself.
        beside = QWidget()
        beside.setLayout(self._beside)
        self._beside.setContentsMargins(0, 14, 0, 0)
        column.addWidget(beside, 1)
        # Under the words of the buttons above it.
        self.sentence.setContentsMargins(12, 0, 0, 0)
        column.addWidget(self.sentence)
        return side

    def _fit_side(self) -> None:
        """Give the sidebar its room; in a small window the page and the chats need it more."""
        least = max(theme.zoomed(LEAST_SIDE), self._side.minimumSizeHint().width())
        self._side.setFixedWidth(min(theme.zoomed(theme.SIDEBAR), max(round(self.width() * SIDE_SHARE), least)))
        low = self.height() < theme.zoomed(LOW)
        if low != self._low:
            # Only then: it has everything laid out anew.
            self._low = low
            self.sentence.setVisible(not low)
            self._column.setSpacing(0 if low else 4)

    def place(self) -> str:
        """Where the window stands and how large it is, to be stored."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def stand_at(self, place: str) -> None:
        """Stand where it stood; Qt keeps it on a screen and no larger than that, whatever the screens are by now."""
        if place:
            self.restoreGeometry(QByteArray.fromBase64(place.encode()))

    def _own_commands(self) -> list[Command]:
        pages = [
            Command(tr("Go to {page}").format(page=tr(words)), f"Ctrl+{number}", lambda key=key: self.show_page(key))
            for number, (key, words) in enumerate(NAMES.items(), 1)
        ]
        return [
            Command(tr("New chat"), "Ctrl+N", self._on_new_chat),
            Command(tr("Search on this page"), "Ctrl+K", self._on_find),
            *pages,
            Command(tr("All commands"), "Ctrl+Shift+P", self.show_palette),
            Command(tr("All keys"), "F1", self.show_keys),
            Command(tr("Larger text"), "Ctrl++", lambda: self.zoom_asked.emit(0.1)),
            Command(tr("Smaller text"), "Ctrl+-", lambda: self.zoom_asked.emit(-0.1)),
            Command(tr("Text at its normal size"), "Ctrl+0", lambda: self.zoom_asked.emit(0.0)),
            Command(tr("Close the window"), "Ctrl+W", self.close),
        ]

    def _bind_keys(self) -> None:
        for command in self._commands:
            QShortcut(QKeySequence(command.keys), self, command.act)
        # Where + stands above =, and for who looks for help where other programs have it.
        QShortcut(QKeySequence("Ctrl+="), self, lambda: self.zoom_asked.emit(0.1))
        QShortcut(QKeySequence("Ctrl+/"), self, self.show_keys)
        # As nearly every other program has it.
        QShortcut(QKeySequence("Ctrl+F"), self, self._on_find)

    def add_commands(self, commands: Sequence[Command]) -> None:
        """Offer more in the palette; those have no keys of their own."""
        self._commands += commands

    def show_palette(self) -> None:
        """Offer everything that can be done from anywhere."""
        self._lay_over(lambda: Palette(self, self._look, self._commands))

    def show_keys(self) -> None:
        """Show all keys."""
        keys = [(command.words, key_words(command.keys)) for command in self._commands if command.keys]
        more = [(tr(words), key_words(key)) for words, key in MORE_KEYS]
        self._lay_over(lambda: ShortcutSheet(self, self._look, [*keys, *more]))

    def _lay_over(self, build: Callable[[], QWidget]) -> None:
        # One at a time, and none over the welcome. One that was just put away is still there and not in the way.
        if not any(over.isVisible() for over in self.findChildren(Overlay)) and self._shell.currentIndex() == 0:
            build()

    # ---- pages ----

    def page(self, key: str) -> QWidget:
        """The page of this name, built if nobody has seen it yet."""
        if key not in self._pages:
            made = self._builders[key]()
            made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self._pages[key] = made
            if hasattr(made, "titled"):
                made.titled.connect(self._on_titled)  # type: ignore[attr-defined]
            self._stack.addWidget(made)
            beside = getattr(made, "beside", None)
            if beside is not None:
                self._beside.addWidget(beside, 1)
        return self._pages[key]

    def pages_that(self, can: str) -> list[Any]:
        """The pages built so far that can do this."""
        return [page for page in self._pages.values() if hasattr(page, can)]

    @property
    def chat_page(self) -> "ChatPage":
        """The conversation."""
        return cast("ChatPage", self.page("chat"))

    @property
    def library_page(self) -> "LibraryPage":
        """The notes."""
        return cast("LibraryPage", self.page("library"))

    @property
    def learning_page(self) -> "LearningPage":
        """The nights."""
        return cast("LearningPage", self.page("learning"))

    @property
    def models_page(self) -> "ModelsPage":
        """The models and the personas."""
        return cast("ModelsPage", self.page("models"))

    @property
    def settings_page(self) -> "SettingsPage":
        """The choices."""
        return cast("SettingsPage", self.page("settings"))

    def show_page(self, key: str) -> None:
        """Bring a page to the front."""
        if key == self.current:
            return
        before = self._stack.currentWidget() if self.isVisible() and self.current else None
        picture = before.grab() if before and self._look.motion_ms else None
        page = self.page(key)
        self.current = key
        if key in self._stale:
            self._stale.discard(key)
            cast(Page, page).refresh()
        self._stack.setCurrentWidget(page)
        self._say_title()
        for name, made in self._pages.items():
            beside = getattr(made, "beside", None)
            if beside is not None:
                beside.setVisible(name == key)
        self.findChild(QWidget, f"nav-{key}").setChecked(True)  # type: ignore[union-attr]
        # Else the first button would take the keyboard, and show a ring that nobody asked for.
        page.setFocus()
        if picture is not None:
            Fading(self._stack, picture, self._look.motion_ms)

    def _on_titled(self, title: str) -> None:
        self._title = " ".join(title.split())
        self._say_title()

    def _say_title(self) -> None:
        """Name what is in front, as the list of open windows shows it: the conversation, or the page."""
        words = tr(NAMES[self.current]) if self.current not in ("", "chat") else self._title
        if len(words) > TITLE:
            words = f"{words[: TITLE - 1].rstrip()}…"
        # Qt would take “[*]” for a place to mark what is not saved.
        self.setWindowTitle(f"{words} - {PROGRAM}".replace("[*]", "[*][*]") if words else PROGRAM)

    def refresh(self) -> None:
        """Read again what is shown; pages out of sight follow when they come back."""
        self._stale = {key for key in self._pages if key != self.current}
        if self.current:
            cast(Page, self.page(self.current)).refresh()

    def say(self, sentence: str, kind: str = "info", action: str = "", then: Callable[[], None] | None = None) -> None:
        """Show a sentence at the top of the page in front."""
        cast(Page, self.page(self.current or "chat")).banner.say(sentence, kind, action, then)

    def show_over(self, screen: QWidget) -> None:
        """Cover everything with one screen, until `uncover`."""
        self._shell.addWidget(screen)
        self._shell.setCurrentWidget(screen)

    def uncover(self) -> None:
        """Let go of the covering screen."""
        screen = self._shell.currentWidget()
        if screen and self._shell.indexOf(screen) > 0:
            self._shell.setCurrentIndex(0)
            self._shell.removeWidget(screen)
            screen.deleteLater()

    def bring_forward(self) -> None:
        """Be the window in front."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # ---- what the person does ----

    def _on_new_chat(self) -> None:
        self.show_page("chat")
        self.chat_page.start_conversation()

    def _on_find(self) -> None:
        cast(Page, self.page(self.current)).search_here()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            models = any(url.fileName().lower().endswith(".gguf") for url in event.mimeData().urls())
            self._drop_hint.setText(tr("Drop to add this model") if models else tr("Drop to add to your library"))
            self._drop_hint.cover(self)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()
        if self._drop_hint.isVisible():
            self._drop_hint.cover(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.hide_on_close:
            event.ignore()
            self.hide()
            return
        super().closeEvent(event)
        self.closing.emit()


class DropHint(QLabel):
    """What a file over the window sees."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Drop to add to your library"), parent)
        self.setObjectName("drop-hint")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, window: QWidget) -> None:
        """Lie over the whole window."""
        self.setGeometry(window.rect().adjusted(12, 12, -12, -12))
        self.show()
        self.raise_()


class Fading(QLabel):
    """The page that was, going away."""

    def __init__(self, parent: QWidget, picture, milliseconds: int) -> None:
        super().__init__(parent)
        self.setPixmap(picture)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        self._motion = QPropertyAnimation(effect, b"opacity", self)
        self._motion.setDuration(milliseconds)
        self._motion.setStartValue(1.0)
        self._motion.setEndValue(0.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(self.deleteLater)
        self.resize(parent.size())
        self.show()
        self._motion.start()
