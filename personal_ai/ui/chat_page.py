"""The conversation and the line to type in."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from personal_ai import messages
from personal_ai.errors import UserError
from personal_ai.ui import background, theme, widgets
from personal_ai.ui.casting import Casting
from personal_ai.ui.composer import Composer, remembered
from personal_ai.ui.conversation_list import ConversationList
from personal_ai.ui.message_views import Answer, Opening, Question
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.chat.session import ChatSession
    from personal_ai.settings import Settings
    from personal_ai.store.adapters import AdapterRow
    from personal_ai.store.conversations import Conversations, MessageRow
    from personal_ai.store.documents import DocumentRow
    from personal_ai.store.personas import Personas
    from personal_ai.store.taught import Taught

#: So many messages are drawn at once; the ones before them follow on request.
AT_ONCE = 40
QUESTIONS = (
    "What does “{}” say?",
    "What should I remember from “{}”?",
    "Sum up “{}” in three sentences.",
)


class ChatPage(QWidget):
    """One conversation at a time. `beside` is the list of all of them, for the sidebar."""

    source_opened = Signal(int, int, int)  # document id, first and last character of the passage
    add_asked = Signal()
    stored = Signal()  # something was taught

    def __init__(
        self,
        look: Theme,
        *,
        conversations: "Conversations",
        taught: "Taught",
        personas: "Personas",
        session: "Callable[[], ChatSession]",
        newest: "Callable[[], Sequence[DocumentRow]]",
        settings: "Callable[[], Settings]",
        change_settings: "Callable[..., Settings]",
        adapter: "Callable[[], AdapterRow | None]",
        skill: Callable[[], bool],
        strength: Callable[[], float],
        set_strength: Callable[[float], None],
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._look = look
        self._conversations, self._session, self._newest = conversations, session, newest
        self._taught = taught
        self._settings, self._change_settings = settings, change_settings
        self._adapter, self._skill = adapter, skill
        self._strength, self._set_strength = strength, set_strength
        self.conversation_id: int | None = None
        self._job: background.Job | None = None
        # The answer that is being written, and where it belongs: the person may look elsewhere meanwhile.
        self._live: Answer | None = None
        self._live_conversation: int | None = None
        self._warmed = False
        self._follow = True
        self.banner = widgets.Banner(look)
        self.beside = ConversationList(look, conversations)
        self.composer = Composer(look)
        self._casting = Casting(self.composer, personas, conversations, lambda: self.conversation_id)
        self._opening = Opening()
        self._scroll = widgets.Column(spacing=20)
        self._thread = QVBoxLayout()
        self._thread.setSpacing(20)
        self._earlier = widgets.button("Show earlier messages", "quiet", self._show_all)
        self._earlier.hide()
        self.setFocusProxy(self.composer.edit)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        body = self._scroll.body
        body.setContentsMargins(12, 4, 12, 0)
        body.addWidget(self._opening, 1)
        body.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        body.addLayout(self._thread)
        body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in ((_centred(self.banner, top=12), 0), (self._scroll, 1), (_centred(self.composer), 0)):
            column.addWidget(part, stretch)

    def _connect(self) -> None:
        self.beside.opened.connect(self.open_conversation)
        self.beside.new_asked.connect(self.start_conversation)
        self.beside.renamed.connect(self._on_renamed)
        self.beside.delete_asked.connect(self._on_delete_asked)
        self.composer.sent.connect(self._on_sent)
        self.composer.stopped.connect(self.stop)
        self.composer.typing_began.connect(self._warm)
        self.composer.notes_switched.connect(lambda on: self._choose(use_notes=on))
        self.composer.adapter_switched.connect(lambda on: self._choose(use_adapter=on))
        self.composer.strength_chosen.connect(self._on_strength)
        self._casting.failed.connect(lambda sentence: self.banner.say(sentence, "error"))
        self._opening.asked.connect(self.ask)
        self._opening.add_asked.connect(self.add_asked)
        bar = self._scroll.verticalScrollBar()
        bar.rangeChanged.connect(self._on_range_changed)
        bar.actionTriggered.connect(lambda _action: self._watch_scrolling())
        self._scroll.verticalScrollBar().valueChanged.connect(lambda _value: self._watch_scrolling())
        QShortcut(QKeySequence("Esc"), self, self.stop)

    # ---- the page ----

    def refresh(self) -> None:
        """Read the list of conversations, the choices and the newest notes again."""
        self.beside.refresh()
        self._show_choices()
        self._casting.show()
        empty = self._thread.count() == 0
        self._show_opening(empty)
        if empty:
            self._opening.offer(opening_questions(self._newest()))

    def search_here(self) -> None:
        """Put the cursor into the search over conversations."""
        self.beside.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.beside.search.selectAll()

    def _show_opening(self, on: bool) -> None:
        self._opening.setVisible(on)
        body = self._scroll.body
        # The opening stands in the middle; a conversation begins at the top.
        body.setStretch(body.count() - 1, 0 if on else 1)

    def start_conversation(self) -> None:
        """Begin with an empty page. Nothing is stored before the first question."""
        self._show_conversation(None)
        self.composer.setFocus()

    def open_conversation(self, id: int) -> None:
        """Show a conversation of before."""
        if id != self.conversation_id:
            self._show_conversation(id)

    def _show_conversation(self, id: int | None) -> None:
        self.conversation_id = id
        self._empty_thread()
        rows = self._conversations.messages(id) if id is not None else []
        self._earlier.setVisible(len(rows) > AT_ONCE)
        self._follow = True
        for row in rows[-AT_ONCE:]:
            self._add_stored(row)
        self.beside.mark(id)
        self.refresh()

    def _show_all(self) -> None:
        assert self.conversation_id is not None
        self._earlier.hide()
        self._empty_thread()
        self._follow = False
        for row in self._conversations.messages(self.conversation_id):
            self._add_stored(row)

    def _empty_thread(self) -> None:
        if self._live:
            # It is still being written; it waits out of sight until its conversation is opened again.
            self._thread.removeWidget(self._live)
            self._live.hide()
        widgets.clear(self._thread)

    def _add_stored(self, row: "MessageRow") -> None:
        if row.role == "user":
            self._add_question(row.text)
        elif self._live and row.id == self._live.message_id:
            self._thread.addWidget(self._live)
            self._live.show()
        else:
            answer = self._new_answer(row.id)
            answer.show_stored(row.text, row.sources, row.state)
            self._show_taught(answer)

    def _add_question(self, text: str) -> None:
        question = Question(self._look, text)
        question.remember_asked.connect(self.remember)
        self._thread.addWidget(question)

    def _new_answer(self, message_id: int) -> Answer:
        answer = Answer(self._look, message_id)
        answer.source_opened.connect(self.source_opened)
        answer.link_clicked.connect(self._on_link)
        answer.again_asked.connect(self.regenerate)
        answer.thumbed.connect(self._on_thumbed)
        answer.taught.connect(self._on_taught)
        answer.remember_asked.connect(self.remember)
        answer.made_asked.connect(lambda: self._show_made(answer))
        self._thread.addWidget(answer)
        return answer

    def _show_made(self, answer: Answer) -> None:
        try:
            answer.show_made(made_words(self._conversations.message(answer.message_id)))
        except UserError as error:
            self.banner.say(str(error), "error")

    # ---- asking ----

    def _on_sent(self, text: str) -> None:
        kept = remembered(text)
        if kept is None:
            self.ask(text)
        else:
            self.remember(kept)

    def ask(self, question: str) -> None:
        """Ask in the conversation in front."""
        if self._job:
            return
        self.banner.clear()
        self._show_opening(False)
        self._add_question(question)
        from personal_ai.store.conversations import Switches

        switches = persona = None
        if self.conversation_id is None:
            switches, persona = self._casting.for_new(Switches())
        self._begin_answer(
            lambda: self._session().ask(question, self.conversation_id, switches=switches, persona=persona)
        )

    def regenerate(self, message_id: int) -> None:
        """Let an answer be written again."""
        if self._job:
            return
        self.banner.clear()
        self._drop_answers_from(message_id)
        self._begin_answer(lambda: self._session().regenerate(message_id))

    def _drop_answers_from(self, message_id: int) -> None:
        for index in reversed(range(self._thread.count())):
            item = self._thread.itemAt(index)
            widget = item.widget() if item else None
            if widget is None:
                continue
            self._thread.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
            if isinstance(widget, Answer) and widget.message_id == message_id:
                return

    def _begin_answer(self, start: Callable[[], Any]) -> None:
        self._live = self._new_answer(0)
        self._live.begin(0)
        self._live_conversation = self.conversation_id
        self.composer.show_busy(True)
        self._follow = True
        try:
            events = start()
        except UserError as error:
            self._on_failed(str(error))
            return
        self._job = background.run(events, self._on_event, self._on_done, self._on_failed)

    def stop(self) -> None:
        """Stop the answer; what came stays."""
        if self._job and self._live:
            # The first reaches the worker even while nothing comes from it, the second ends what has not begun.
            self._session().stop()
            self._job.cancel()
            if not self._live.text:
                self._live.say("Stopping…")

    def _on_event(self, event: Any) -> None:
        from personal_ai.chat import events

        live = self._live
        if live is None:
            return
        if isinstance(event, messages.Text):
            live.append(event.text)
        elif isinstance(event, events.AskStarted):
            self._on_started(event.conversation_id, event.message_id)
        elif isinstance(event, events.Sources):
            live.show_sources(event.sources)
        elif isinstance(event, events.WorkerRestarted):
            live.begin(live.message_id)
            self.banner.say(event.sentence, "warning")
        elif isinstance(event, events.Answer):
            live.end("stopped" if event.reason == "cancelled" else "done", event.answer)

    def _on_started(self, conversation_id: int, message_id: int) -> None:
        assert self._live
        if self.conversation_id == self._live_conversation:
            self.conversation_id = conversation_id
        self._live_conversation = conversation_id
        self._live.begin(message_id)
        self.beside.refresh()
        self.beside.mark(self.conversation_id)

    def _on_done(self, _result: Any) -> None:
        cancelled = self._job is not None and self._job.cancelled
        if self._live and cancelled:
            self._show_stopped(self._live)
        self._end_answer()

    def _show_stopped(self, live: Answer) -> None:
        """Show what was kept: the worker may have said a few words more before it heard."""
        try:
            live.end("stopped", self._conversations.message(live.message_id).text)
        except UserError:
            live.end("stopped")

    def _on_failed(self, sentence: str) -> None:
        if self._live:
            self._live.end("failed")
            self._live.say("This answer broke off." if self._live.text else "No answer came.")
        self.banner.say(sentence, "error")
        self._end_answer()

    def _end_answer(self) -> None:
        elsewhere = self._live is not None and self.conversation_id != self._live_conversation
        if self._live and elsewhere:
            self._live.deleteLater()
        self._job = self._live = None
        self.composer.show_busy(False)
        self.beside.refresh()

    def _warm(self) -> None:
        if not self._warmed:
            # The model is read while the person still types.
            self._warmed = True
            background.call(lambda: self._session().warm(), lambda _result: None, self._on_not_warm)

    def _on_not_warm(self, sentence: str) -> None:
        self._warmed = False
        self.banner.say(sentence, "error")

    # ---- teaching ----

    def _on_thumbed(self, message_id: int, up: bool) -> None:
        lessons = {
            "up": f"Marked as good; it learns from this {self._when()}.",
            "down": f"Marked as not good; it learns from this {self._when()}. A better answer teaches it more.",
        }
        self._teach(message_id, lambda session: lessons.get(session.thumb(message_id, up) or "", ""))

    def _on_taught(self, message_id: int, better: str) -> None:
        def teach(session: "ChatSession") -> str:
            session.teach(message_id, better)
            return f"It is learned {self._when()}, and the conversation goes on from it."

        self._teach(message_id, teach)

    def _teach(self, message_id: int, teach: "Callable[[ChatSession], str]") -> None:
        """Let something be taught about an answer, and show what stands then and what becomes of it."""
        try:
            lesson = teach(self._session())
        except UserError as error:
            self.banner.say(str(error), "error")
            return
        for index in range(self._thread.count()):
            item = self._thread.itemAt(index)
            answer = item.widget() if item else None
            if isinstance(answer, Answer) and answer.message_id == message_id:
                self._show_taught(answer, lesson)
        self.stored.emit()

    def _show_taught(self, answer: Answer, lesson: str = "") -> None:
        rows = {row.kind: row for row in self._taught.of_message(answer.message_id)}
        better = rows["edit"].answer if "edit" in rows else ""
        answer.show_taught("up" if "up" in rows else "down" if "down" in rows else "", better, lesson)

    def remember(self, text: str) -> None:
        """Keep a text as a note of its own."""
        try:
            note = self._session().remember(text).document_id
        except UserError as error:
            self.banner.say(str(error), "error")
            return
        self.stored.emit()
        sentence = f"Kept as a note: it is found from the next question on, and learned {self._when()}."
        self.banner.say(sentence, action="Open", then=lambda: self.source_opened.emit(note, 0, 0))

    def _when(self) -> str:
        return "tonight" if self._settings().nights else "the next time"

    # ---- choices ----

    def _show_choices(self) -> None:
        # An adapter file is checked before it counts as in use, and a large one takes longer than a frame.
        background.call(
            lambda: (self._settings(), self._adapter(), self._skill(), self._strength()),
            self._on_choices,
            self._on_choices_failed,
        )

    def _on_choices(self, found: "tuple[Settings, AdapterRow | None, bool, float]") -> None:
        settings, row, skill, strength = found
        self.composer.show_choices(
            notes=settings.use_notes,
            adapter=settings.use_adapter,
            # The skill answers where what was learned is for another model.
            number=row.number if row and not skill else None,
            skill=skill,
            strength=strength,
        )

    def _on_choices_failed(self, sentence: str) -> None:
        self.banner.say(sentence, "error")

    def _choose(self, **fields: Any) -> None:
        self._change_settings(**fields)
        self._show_choices()

    def _on_strength(self, strength: float) -> None:
        self._set_strength(strength)
        self._show_choices()

    def _on_link(self, address: str) -> None:
        # A link is only words until the person has seen where it leads.
        if address.split(":")[0].lower() not in ("http", "https", "mailto"):
            self.banner.say(f"This link leads to “{address}”, which Personal AI does not open.")
            return
        self.banner.say(
            f"This link leads out of Personal AI, to {address}",
            action="Open in browser",
            then=lambda: QDesktopServices.openUrl(QUrl(address)),
        )

    def _on_renamed(self, id: int, title: str) -> None:
        self._conversations.rename(id, title)

    def _on_delete_asked(self, id: int, title: str) -> None:
        self.banner.say(
            f"Delete the chat “{title}” for good?", "warning", "Delete", lambda: self._delete_conversation(id)
        )

    def _delete_conversation(self, id: int) -> None:
        if self._job and id == self._live_conversation:
            self.stop()
        self._conversations.delete(id)
        if id == self.conversation_id:
            self.start_conversation()
        self.beside.refresh()

    # ---- scrolling ----

    def _watch_scrolling(self) -> None:
        bar = self._scroll.verticalScrollBar()
        self._follow = bar.value() >= bar.maximum() - 48

    def _on_range_changed(self, _low: int, high: int) -> None:
        if not self._follow:
            return
        bar = self._scroll.verticalScrollBar()
        if self._look.motion_ms and self.isVisible() and not self._job and high - bar.value() < 2000:
            self._motion = QPropertyAnimation(bar, b"value", self)
            self._motion.setDuration(self._look.motion_ms)
            self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
            self._motion.setEndValue(high)
            self._motion.start(QPropertyAnimation.DeletionPolicy.KeepWhenStopped)
        else:
            bar.setValue(high)


def _centred(widget: QWidget, top: int = 0) -> QWidget:
    """The widget in the middle, as wide as the column of text and a little more."""
    around = QWidget()
    line = QHBoxLayout(around)
    line.setContentsMargins(theme.AROUND, top, theme.AROUND, 12 if not top else 0)
    widget.setMaximumWidth(theme.COLUMN)
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
    line.addStretch(1)
    line.addWidget(widget, 1000)
    line.addStretch(1)
    return around


def made_words(row: "MessageRow") -> str:
    """How an answer was made, in one sentence."""
    from personal_ai.store.conversations import READING_SKILL

    model = "The built-in model" if row.model == "built-in" else f"The model “{row.model}”"
    passages = widgets.count_words(len(row.sources), "passage")
    notes = f"from {passages} of your notes" if row.sources else "without your notes"
    if row.adapter is None:
        learned = "nothing learned"
    elif row.adapter == READING_SKILL:
        learned = "its reading skill alone"
    else:
        learned = f"what night {row.adapter} learned"
    return f"{model} wrote this {notes}, with {learned}."


def opening_questions(newest: "Sequence[DocumentRow]") -> list[str]:
    """Three questions drawn from the newest notes that answers may use."""
    titles: list[str] = []
    for row in newest:
        if not row.never_use and row.title.strip() and row.title not in titles:
            titles.append(row.title)
        if len(titles) == len(QUESTIONS):
            break
    return [form.format(title) for form, title in zip(QUESTIONS, titles, strict=False)]
