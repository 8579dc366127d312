"""What the person teaches under the messages of a conversation: shown where it was taught, and said in a sentence."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from personal_ai.errors import UserError
from personal_ai.ui.language import tr
from personal_ai.ui.message_views import Answer
from personal_ai.ui.thread import Thread
from personal_ai.ui.widgets import Banner

if TYPE_CHECKING:
    from personal_ai.chat.session import ChatSession
    from personal_ai.settings import Settings
    from personal_ai.store.taught import Taught


class Lessons(QObject):
    """Thumbs, better answers and things to remember, on the page's `thread` and its `banner`."""

    stored = Signal()
    note_opened = Signal(int)  # document id

    def __init__(
        self,
        thread: Thread,
        banner: Banner,
        taught: "Taught",
        session: "Callable[[], ChatSession]",
        settings: "Callable[[], Settings]",
    ) -> None:
        super().__init__(banner)
        self._thread, self._banner, self._taught = thread, banner, taught
        self._session, self._settings = session, settings

    def thumb(self, message_id: int, up: bool) -> None:
        """Mark an answer as good or not; the same again takes it back."""
        lessons = {
            "up": tr("Marked as good; it learns from this {when}.").format(when=self._when()),
            "down": tr("Marked as not good; it learns from this {when}. A better answer teaches it more.").format(
                when=self._when()
            ),
        }
        self._teach(message_id, lambda session: lessons.get(session.thumb(message_id, up) or "", ""))

    def better(self, message_id: int, answer: str) -> None:
        """Keep a better answer in the place of one."""

        def teach(session: "ChatSession") -> str:
            session.teach(message_id, answer)
            return tr("It is learned {when}, and the conversation goes on from it.").format(when=self._when())

        self._teach(message_id, teach)

    def show(self, answer: Answer, lesson: str = "") -> None:
        """Show at an answer what was taught about it; `lesson` says what becomes of it."""
        rows = {row.kind: row for row in self._taught.of_message(answer.message_id)}
        better = rows["edit"].answer if "edit" in rows else ""
        answer.show_taught("up" if "up" in rows else "down" if "down" in rows else "", better, lesson)

    def remember(self, text: str) -> None:
        """Keep a text as a note of its own."""
        try:
            note = self._session().remember(text).document_id
        except UserError as error:
            self._banner.say(str(error), "error")
            return
        self.stored.emit()
        sentence = tr("Kept as a note: it is found from the next question on, and learned {when}.").format(
            when=self._when()
        )
        self._banner.say(sentence, action=tr("Open"), then=lambda: self.note_opened.emit(note))

    def _teach(self, message_id: int, teach: "Callable[[ChatSession], str]") -> None:
        """Let something be taught about an answer, and show what stands then and what becomes of it."""
        try:
            lesson = teach(self._session())
        except UserError as error:
            self._banner.say(str(error), "error")
            return
        answer = self._thread.find(message_id)
        if isinstance(answer, Answer):
            self.show(answer, lesson)
        self.stored.emit()

    def _when(self) -> str:
        return tr("tonight") if self._settings().nights else tr("the next time")
