"""The conversation and the line to type in."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from personal_ai import messages
from personal_ai.errors import UserError
from personal_ai.ui import background, widgets
from personal_ai.ui.attaching import UNSEEN, Attaching, say_passage, shown_with
from personal_ai.ui.casting import Casting
from personal_ai.ui.comparing import Comparer
from personal_ai.ui.composer import Composer, remembered
from personal_ai.ui.conversation_list import ConversationList
from personal_ai.ui.conversation_view import ConversationView
from personal_ai.ui.discarding import Discarding
from personal_ai.ui.following import centred
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.lessons import Lessons
from personal_ai.ui.message_parts import Versions
from personal_ai.ui.message_views import Answer
from personal_ai.ui.opening import Suggesting
from personal_ai.ui.switching import Switching
from personal_ai.ui.theme import Theme
from personal_ai.ui.thread import Thread

if TYPE_CHECKING:
    from personal_ai.chat.session import ChatSession
    from personal_ai.documents.beside import Beside
    from personal_ai.documents.search import Hit
    from personal_ai.settings import Settings
    from personal_ai.store.adapters import AdapterRow
    from personal_ai.store.conversations import Conversations
    from personal_ai.store.documents import DocumentRow
    from personal_ai.store.personas import Personas
    from personal_ai.store.taught import Taught

#: In the place of a conversation's id: the one in front.
FRONT = -1
BUSY = QT_TR_NOOP("An answer is still being written. Stop it, or wait for its end.")


class ChatPage(QWidget):
    """One conversation at a time. `beside` is the list of all of them, for the sidebar."""

    source_opened = Signal(int, int, int)  # document id, first and last character of the passage
    add_asked = Signal()
    file_wanted = Signal(list)  # of Path: to be put into the library
    stored = Signal()  # something was taught
    titled = Signal(str)  # what the conversation in front is called, "" where nothing was said yet

    def __init__(
        self,
        look: Theme,
        *,
        conversations: "Conversations",
        taught: "Taught",
        personas: "Personas",
        session: "Callable[[], ChatSession]",
        newest: "Callable[[], Sequence[DocumentRow]]",
        suggest: Callable[[], list[str]],
        settings: "Callable[[], Settings]",
        change_settings: "Callable[..., Settings]",
        adapter: "Callable[[], AdapterRow | None]",
        skill: Callable[[], bool],
        strength: Callable[[], float],
        set_strength: Callable[[float], None],
        adapters: Callable[[], tuple[list[int], bool, float]],
        read_beside: "Callable[[Path], Beside]",
        search_beside: "Callable[[list[Beside], str, int], Sequence[Hit]]",
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._look = look
        self._conversations, self._session = conversations, session
        self.conversation_id: int | None = None
        self._job: background.Job | None = None
        # Where the answer belongs that is being written: the person may look elsewhere meanwhile.
        self._live_conversation: int | None = None
        self._going_on = False
        #: The question that is being answered as it was typed, "" where it is stored already.
        self._asked = ""
        #: A question that waits for the answer's end, and its conversation; that of the answer where it is the same.
        self._next: tuple[str, int | None, bool] | None = None
        self._warmed = False
        #: Questions that were begun and not sent, by their conversation.
        self._drafts: dict[int | None, str] = {}
        self.banner = widgets.Banner(look)
        self.beside = ConversationList(look, conversations)
        self.composer = Composer(look)
        self._casting = Casting(self.composer, personas, conversations, lambda: self.conversation_id)
        self._switching = Switching(
            self.composer,
            conversations,
            lambda: self.conversation_id,
            settings,
            change_settings,
            adapter,
            skill,
            strength,
            set_strength,
        )
        self.attaching = Attaching(look, self.composer.attached, read_beside, search_beside)
        self._discarding = Discarding(self.banner, conversations)
        self._comparer = Comparer(self, look, conversations, session, adapters)
        thread = Thread()
        self._lessons = Lessons(thread, self.banner, taught, session, settings)
        self._view = ConversationView(
            look, conversations, thread, self._lessons, self.banner, lambda: self._job is None
        )
        self._suggesting = Suggesting(self._view.opening, newest, suggest)
        self.setFocusProxy(self.composer.edit)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in ((centred(self.banner, top=12), 0), (self._view, 1), (centred(self.composer), 0)):
            column.addWidget(part, stretch)

    def _connect(self) -> None:
        self.beside.opened.connect(self.open_conversation)
        # Who clicks a chat goes on with it; the keyboard stays in the list.
        self.beside.clicked.connect(self.composer.setFocus)
        self.beside.new_asked.connect(self.start_conversation)
        self.beside.renamed.connect(self._on_renamed)
        self.beside.delete_asked.connect(self._on_delete_asked)
        self.composer.sent.connect(self._on_sent)
        self.composer.stopped.connect(self.stop)
        self.composer.next_left.connect(self._give_next_back)
        self.composer.typing_began.connect(self._warm)
        self.composer.attach_asked.connect(self.attaching.choose)
        self.composer.files_given.connect(self.attaching.add)
        self.composer.image_given.connect(self.attaching.add_image)
        self.attaching.changed.connect(self._on_attached)
        self._casting.chosen.connect(self._switching.show)
        self._discarding.brought_back.connect(self._on_back)
        self._comparer.decided.connect(self._on_decided)
        for part in (self.attaching, self._switching, self._casting, self._comparer):
            part.failed.connect(lambda sentence: self.banner.say(sentence, "error"))
        self._lessons.stored.connect(self.stored)
        self._lessons.note_opened.connect(lambda note: self.source_opened.emit(note, 0, 0))
        self._view.question_chosen.connect(self.ask)
        self._view.add_asked.connect(self.add_asked)
        self._view.source_opened.connect(self.source_opened)
        self._view.file_passage_asked.connect(self._on_file_passage)
        self._view.version_chosen.connect(self._on_version)
        self._view.changed_asked.connect(self.ask_otherwise)
        self._view.again_asked.connect(self.regenerate)
        self._view.more_asked.connect(self.proceed)
        self._view.compare_asked.connect(self.compare)
        self._view.titled.connect(self.titled)
        self._view.mind_known.connect(self.composer.meter.show_share)
        QShortcut(QKeySequence("Esc"), self, self.stop)

    # ---- the page ----

    def refresh(self) -> None:
        """Read the list of conversations, the choices and the newest notes again."""
        self.beside.refresh()
        self._switching.show()
        self._casting.show()
        self._view.say_title()
        empty = self._view.turns.count() == 0
        self._view.show_opening(empty)
        if empty:
            self._suggesting.show()

    def search_here(self) -> None:
        """Put the cursor into the search over conversations."""
        self.beside.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.beside.search.selectAll()

    def start_conversation(self) -> None:
        """Begin with an empty page. Nothing is stored before the first question."""
        self._show_conversation(None)
        self.composer.setFocus()

    def open_conversation(self, id: int) -> None:
        """Show a conversation of before."""
        if id != self.conversation_id:
            self._show_conversation(id)

    def _show_conversation(self, id: int | None) -> None:
        if id != self.conversation_id:
            self._keep_draft(id)
        self.conversation_id = id
        self._view.show_conversation(id)
        self.beside.mark(id)
        self.refresh()

    def _keep_draft(self, other: int | None) -> None:
        """Leave half a question with its conversation, and take up that of another one."""
        if draft := self.composer.edit.toPlainText():
            self._drafts[self.conversation_id] = draft
        self.composer.take_up(self._drafts.pop(other, ""))

    def _on_version(self, message_id: int) -> None:
        if self._job and self._live_conversation == self.conversation_id:
            self.banner.say(tr(BUSY))
            return
        place = self._view.verticalScrollBar().value()
        focus = QApplication.focusWidget()
        by_keyboard = focus is not None and isinstance(focus.parent(), Versions)
        try:
            self._conversations.branches.show(message_id)
        except UserError as error:
            self.banner.say(str(error), "error")
            return
        self._show_conversation(self.conversation_id)
        self._view.stay(place)
        shown = self._view.turns.find(message_id)
        if shown and by_keyboard:
            shown.versions.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take what is typed as a question, wherever on the page the last click was."""
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        if event.text().isprintable() and event.text().strip() and not event.modifiers() & held:
            self.composer.setFocus()
            self.composer.edit.type(event)
            return
        super().keyPressEvent(event)

    # ---- asking ----

    def _on_attached(self) -> None:
        self.composer.show_reading(self.attaching.busy, self.attaching.holds)

    def _on_file_passage(self, path: str, text: str) -> None:
        say_passage(self.banner, Path(path), text, lambda: self.file_wanted.emit([Path(path)]))

    def _on_sent(self, text: str) -> None:
        kept = remembered(text)
        if kept is None:
            self.ask(text)
        else:
            self._lessons.remember(kept)

    def ask(self, question: str) -> None:
        """Ask in the conversation in front; while an answer is written, as soon as it has ended."""
        if self._job:
            if self._next is None:
                self._next = question, self.conversation_id, self._in_front
                self.composer.show_next(question)
            return
        self._ask(question, self.conversation_id)

    def _ask(self, question: str, conversation_id: int | None, waited: bool = False) -> None:
        self.banner.clear()
        if conversation_id == self.conversation_id:
            self._view.show_opening(False)
            self._view.add_question(question)
        self._asked = question
        # Whatever is attached by now came after a question that waited.
        attached, look_into = ([], None) if waited else self.attaching.take()
        switches = persona = None
        if conversation_id is None:
            switches, persona = self._casting.for_new(self._switching.for_new())
        self._begin_answer(
            lambda: self._session().ask(
                question,
                conversation_id,
                switches=switches,
                persona=persona,
                attached=attached,
                look_into=look_into,
            ),
            conversation_id=conversation_id,
        )

    def _give_next_back(self) -> None:
        if self._next:
            text, *_ = self._next
            self._next = None
            self.composer.show_next("")
            self.composer.give_back(text)
            self.composer.edit.setFocus()

    def _ask_next(self, ended: int | None) -> None:
        if self._next and not self._job:
            text, conversation_id, same = self._next
            self._next = None
            self.composer.show_next("")
            self._ask(text, ended if same else conversation_id, waited=True)

    def regenerate(self, message_id: int) -> None:
        """Let an answer be written again; the old one stays beside it."""
        if self._job:
            self.banner.say(tr(BUSY))
            return
        self.banner.clear()
        self._asked = ""
        self._view.turns.drop_from(message_id)
        self._begin_answer(lambda: self._session().regenerate(message_id))

    def ask_otherwise(self, message_id: int, question: str) -> None:
        """Ask a question of before in other words; the old one stays beside it."""
        if self._job:
            self.banner.say(tr(BUSY))
            return
        self.banner.clear()
        self._asked = question
        self._view.turns.drop_from(message_id)
        self._view.add_question(question)
        self._begin_answer(lambda: self._session().edit(message_id, question))

    def proceed(self, message_id: int) -> None:
        """Let an answer go on where it was cut off."""
        answer = self._view.turns.find(message_id)
        if self._job or not isinstance(answer, Answer):
            return
        self.banner.clear()
        self._asked = ""
        answer.go_on()
        self._begin_answer(lambda: self._session().proceed(message_id), answer)

    @property
    def _in_front(self) -> bool:
        """Whether the answer that is being written stands on the page: two chats that are not stored yet look alike."""
        return self._view.holds(self._view.live)

    def _begin_answer(
        self, start: Callable[[], Any], going_on: Answer | None = None, conversation_id: int | None = FRONT
    ) -> None:
        # An idle model is dropped; who types again has it loaded again.
        self._warmed = False
        self._live_conversation = self.conversation_id if conversation_id == FRONT else conversation_id
        self._view.live, self._going_on = going_on or self._view.add_answer(0), going_on is not None
        if not going_on:
            self._view.live.begin(0)
        if self._live_conversation != self.conversation_id:
            self._view.put_aside(self._view.live)
        self.composer.show_busy(True)
        self._view.follow = True
        try:
            events = start()
        except UserError as error:
            self._on_failed(str(error))
            return
        self._job = background.run(events, self._on_event, self._on_done, self._on_failed)

    def stop(self) -> None:
        """Stop the answer; what came stays."""
        if self._job and self._view.live:
            # The first reaches the worker even while nothing comes from it, the second ends what has not begun.
            self._session().stop()
            self._job.cancel()
            if not self._view.live.text:
                self._view.live.say(tr("Stopping…"))

    def _on_event(self, event: Any) -> None:
        from personal_ai.chat import events

        live = self._view.live
        if live is None:
            return
        if isinstance(event, messages.Text):
            live.append(event.text)
        elif isinstance(event, events.AskStarted):
            self._on_started(event.conversation_id, event.message_id)
            if event.blind:
                self.banner.say(tr(UNSEEN))
        elif isinstance(event, events.Sources):
            live.show_sources(event.sources)
        elif isinstance(event, events.WorkerRestarted):
            live.restart(event.begun)
            self.banner.say(event.sentence, "warning")
        elif isinstance(event, events.Answer):
            live.end("stopped" if event.reason == "cancelled" else "done", event.answer)
            self._view.show_end(live)

    def _on_started(self, conversation_id: int, message_id: int) -> None:
        assert self._view.live
        self.attaching.stored()
        front = self._in_front
        if front:
            self.conversation_id = conversation_id
            self._view.be(conversation_id)
        self._live_conversation = conversation_id
        if not self._going_on:
            row = self._conversations.message(message_id)
            self._view.live.begin(message_id, row.created)
            if row.parent and front:
                asked = self._conversations.message(row.parent)
                attached = shown_with(self._conversations.attachments, asked.id)
                self._view.turns.know_question(asked.id, asked.created, attached)
        if front:
            self._view.show_versions()
        elif self.conversation_id == conversation_id:
            # The person went away and came back before it began: only now is there something to show.
            self._show_conversation(conversation_id)
        self.beside.refresh()
        self.beside.mark(self.conversation_id)

    def _on_done(self, _result: Any) -> None:
        cancelled = self._job is not None and self._job.cancelled
        if self._view.live and cancelled:
            if self._view.live.message_id:
                self._show_stopped(self._view.live)
            else:
                self._restore()
        self._end_answer(ask_next=not cancelled)

    def _show_stopped(self, live: Answer) -> None:
        """Show what was kept: the worker may have said a few words more before it heard."""
        try:
            live.end("stopped", self._conversations.message(live.message_id).text)
        except UserError:
            live.end("stopped")
        self._view.show_end(live)

    def _on_failed(self, sentence: str) -> None:
        if self._view.live:
            self._view.live.end("failed")
            self._view.live.say(tr("This answer broke off.") if self._view.live.text else tr("No answer came."))
            if self._view.live.message_id:
                self._view.show_end(self._view.live)
            else:
                self._restore()
        self.banner.say(sentence, "error")
        self._end_answer()

    def _restore(self) -> None:
        """Nothing was begun or stored: show what is, and give back the words and what was attached."""
        self._give_next_back()
        if self._asked:
            self.composer.give_back(self._asked)
        self.attaching.give_back()
        if self._in_front:
            self._view.live = None
            self._show_conversation(self.conversation_id)

    def _end_answer(self, ask_next: bool = False) -> None:
        ended = self._live_conversation
        if self._view.live and not self._in_front:
            self._view.live.deleteLater()
        self._job = self._view.live = None
        self.composer.show_busy(False)
        self.beside.refresh()
        if ask_next:
            self._ask_next(ended)
        else:
            self._give_next_back()

    def _warm(self) -> None:
        if not self._warmed:
            # The model is read while the person still types.
            self._warmed = True
            background.call(lambda: self._session().warm(), lambda _result: None, self._on_not_warm)

    def _on_not_warm(self, sentence: str) -> None:
        self._warmed = False
        self.banner.say(sentence, "error")

    # ---- the list, and what leads away ----

    def _on_renamed(self, id: int, title: str) -> None:
        self._conversations.rename(id, title)
        self._view.say_title()

    def _on_delete_asked(self, id: int, title: str) -> None:
        if self._job and id == self._live_conversation:
            self.stop()
        self._discarding.discard(id, title, lambda: self._on_gone(id))

    def _on_gone(self, id: int) -> None:
        if id == self.conversation_id:
            self.start_conversation()
        self.beside.refresh()

    def _on_back(self, id: int) -> None:
        self.beside.refresh()
        self.open_conversation(id)

    # ---- comparing ----

    def compare(self, message_id: int | None = None) -> None:
        """Answer a question in two ways side by side; without an id, that of the last answer in front."""
        answers = [view for view in self._view.turns.messages() if isinstance(view, Answer) and view.message_id]
        if self._job:
            self.banner.say(tr(BUSY))
        elif message_id is None and not answers:
            self.banner.say(tr("There is no answer to compare yet. Ask something first."))
        else:
            self._comparer.open(message_id or answers[-1].message_id)

    def _on_decided(self, sentence: str) -> None:
        self._show_conversation(self.conversation_id)
        if sentence:
            self.banner.say(sentence)
            self.stored.emit()
