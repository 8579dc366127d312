"""Chats are thrown away with a way back, and deleted for good when the next one goes or at the next start."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from personal_ai.ui import background
from personal_ai.ui.language import tr
from personal_ai.ui.widgets import Banner

if TYPE_CHECKING:
    from personal_ai.store.conversations import Conversations


class Discarding(QObject):
    """Deletes behind the window; `brought_back` names a chat whose deletion was undone."""

    brought_back = Signal(int)

    def __init__(self, banner: Banner, conversations: "Conversations") -> None:
        super().__init__(banner)
        self._banner, self._conversations = banner, conversations

    def discard(self, id: int, title: str, then: Callable[[], None]) -> None:
        """Throw a chat away, call `then` once it is out of sight, and offer the way back."""
        earlier = self._conversations.index.thrown_away()
        self._conversations.index.throw_away(id)
        background.call(
            lambda: [self._conversations.delete(each) for each in earlier],
            lambda _gone: None,
            lambda sentence: self._banner.say(sentence, "error"),
        )
        then()
        self._banner.say(
            tr("Deleted the chat “{title}”.").format(title=title), "info", tr("Undo"), lambda: self._take_back(id)
        )

    def _take_back(self, id: int) -> None:
        self._conversations.index.take_back(id)
        self.brought_back.emit(id)
