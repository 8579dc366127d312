"""The small icon that stays while the window is closed, so that nights can happen."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from personal_ai.ui import theme
from personal_ai.ui.language import tr

#: How long a notification stays, where the desktop lets programs say so, in milliseconds.
SHOWN_MS = 15_000


class Tray(QObject):
    """Open, learn now, quit; and a word now and then, which `on_told` follows up when it is clicked."""

    def __init__(
        self,
        on_open: Callable[[], None],
        on_learn: Callable[[], None],
        on_quit: Callable[[], None],
        on_told: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._icon = QSystemTrayIcon(theme.application_icon())
        self._menu = QMenu()
        self._menu.addAction(tr("Open Personal AI")).triggered.connect(lambda *_: on_open())
        self._menu.addAction(tr("Learn now")).triggered.connect(lambda *_: on_learn())
        self._menu.addSeparator()
        self._menu.addAction(tr("Quit")).triggered.connect(lambda *_: on_quit())
        self._icon.setContextMenu(self._menu)
        self._icon.setToolTip("Personal AI")
        self._icon.activated.connect(lambda reason: self._on_activated(reason, on_open))
        self._icon.messageClicked.connect(lambda: on_told())
        self._icon.show()

    @staticmethod
    def available() -> bool:
        """Whether this desktop shows such icons."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def say(self, sentence: str) -> None:
        """Show a sentence beside the icon, and what the pointer finds on it."""
        self._icon.setToolTip(f"Personal AI\n{sentence}")

    def tell(self, title: str, text: str) -> None:
        """Let the desktop show a notification."""
        self._icon.showMessage(title, text, theme.application_icon(), SHOWN_MS)

    def hide(self) -> None:
        """Take the icon away."""
        self._icon.hide()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason, on_open: Callable[[], None]) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            on_open()
