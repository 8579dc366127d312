"""What was said in the conversation in front, or the opening where nothing was said yet."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal

from personal_ai.errors import UserError
from personal_ai.ui import links, widgets
from personal_ai.ui.attaching import shown_with
from personal_ai.ui.following import Following
from personal_ai.ui.language import tr
from personal_ai.ui.lessons import Lessons
from personal_ai.ui.message_parts import made_words, mind, speed_words
from personal_ai.ui.message_views import Answer, Question
from personal_ai.ui.opening import Opening
from personal_ai.ui.theme import Theme
from personal_ai.ui.thread import Thread

if TYPE_CHECKING:
    from personal_ai.store.conversations import Conversations, MessageRow

#: So many messages are drawn when a conversation is opened, and on request so many before.
NEWEST, EARLIER = 24, 60
#: So many of them at once, which is to be felt by nobody; the others come above them, some in each turn of the events.
AT_ONCE, IN_A_TURN = 6, 2
#: So long after the last of them all have their places, in milliseconds: they are laid out in turns of their own.
LAID_OUT = 150


class ConversationView(Following):
    """Builds the messages from what is stored, and tells what the person wants of them."""

    question_chosen = Signal(str)
    add_asked = Signal()
    source_opened = Signal(int, int, int)  # document id, first and last character of the passage
    file_passage_asked = Signal(str, str)  # path, what was read there
    version_chosen = Signal(int)  # message id, as in all that follow
    changed_asked = Signal(int, str)  # a question in other words
    again_asked = Signal(int)
    more_asked = Signal(int)
    compare_asked = Signal(int)
    titled = Signal(str)  # what the conversation is called
    mind_known = Signal(float)  # how much of what the model can hold in mind is taken

    def __init__(
        self,
        look: Theme,
        conversations: "Conversations",
        thread: Thread,
        lessons: Lessons,
        banner: widgets.Banner,
        gently: Callable[[], bool],
    ) -> None:
        super().__init__(look, gently, spacing=20)
        self._look, self._conversations, self._lessons, self._banner = look, conversations, lessons, banner
        self._id: int | None = None
        self._title = ""
        #: The answer that is being written; it waits out of sight while its conversation is not in front.
        self.live: Answer | None = None
        self.opening = Opening()
        self.opening.asked.connect(self.question_chosen)
        self.opening.add_asked.connect(self.add_asked)
        self.turns = thread
        self.turns.setSpacing(20)
        #: What is still to be drawn above what stands here.
        self._above: list[MessageRow] = []
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._draw_some)
        self.earlier = widgets.button(tr("Show earlier messages"), "quiet", self.show_earlier)
        self.earlier.hide()
        body = self.body
        body.setContentsMargins(12, 4, 12, 0)
        body.addWidget(self.opening, 1)
        body.addWidget(self.earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        body.addLayout(self.turns)
        body.addStretch(1)

    # ---- what it shows ----

    def show_conversation(self, id: int | None) -> None:
        """Show what is stored of a conversation, from its end; None: nothing is yet."""
        self._empty()
        self.be(id)
        rows = self._conversations.messages(id) if id is not None else []
        self.earlier.setVisible(len(rows) > NEWEST)
        self.follow = True
        for row in rows[-AT_ONCE:]:
            self._add_stored(row)
        self.show_versions()
        self._show_mind(rows)
        self._above = list(rows[-NEWEST:-AT_ONCE])
        if self._above:
            self.grows_above = True
            self._next.start(0)

    def _draw_some(self) -> None:
        if not self._above:
            self.grows_above = False
            return
        for row in reversed(self._above[-IN_A_TURN:]):
            self._add_stored(row, 0)
        del self._above[-IN_A_TURN:]
        if not self._above:
            self._be_whole()
        self._next.start(0 if self._above else LAID_OUT)

    def _be_whole(self) -> None:
        """Draw at once what is still to be drawn, and show with each message what belongs to all of them."""
        while self._above:
            self._add_stored(self._above.pop(), 0)
        self.turns.order_from(self.earlier)
        self.show_versions()
        self._show_mind(self._conversations.messages(self._id) if self._id is not None else [])

    def stay(self, place: int) -> None:
        """Stand at this place of all that is here, whatever grows below it."""
        if self._above:
            self._be_whole()
        super().stay(place)

    def be(self, id: int | None) -> None:
        """What stands here is stored under this id."""
        self._id = id
        self.say_title()

    def say_title(self) -> None:
        """Tell what the conversation is called, where that is new; "" where nothing was said yet."""
        try:
            title = "" if self._id is None else self._conversations.get(self._id).title
        except UserError:
            title = ""
        if title != self._title:
            self._title = title
            self.titled.emit(title)

    def show_earlier(self) -> None:
        """Show the messages before the first one on the page."""
        assert self._id is not None
        if self._above:
            self._be_whole()
        self.follow = self.grows_above = False
        rows = self._conversations.messages(self._id)
        drawn = {view.message_id for view in self.turns.messages()}
        above = next((number for number, row in enumerate(rows) if row.id in drawn), len(rows))
        for place, row in enumerate(rows[max(0, above - EARLIER) : above]):
            self._add_stored(row, place)
        self.turns.order_from(self.earlier)
        self.earlier.setVisible(above > EARLIER)
        self.show_versions()
        self._show_mind(rows)

    def show_opening(self, on: bool) -> None:
        """Show the opening in the place of messages."""
        self.opening.setVisible(on)
        # The opening stands in the middle; a conversation begins at the top.
        self.body.setStretch(self.body.count() - 1, 0 if on else 1)

    def show_versions(self) -> None:
        """Show at each message its versions."""
        if self._id is not None:
            self.turns.offer_versions(self._conversations.branches.versions(self._id))

    def show_end(self, answer: Answer) -> None:
        """Show how an answer ended, and what the model has in mind by now."""
        if self._id is not None and self.holds(answer):
            self._show_mind(self._conversations.messages(self._id))
        try:
            self._show_way_on(answer, self._conversations.message(answer.message_id))
        except UserError:
            answer.show_more(False)

    def holds(self, answer: Answer | None) -> bool:
        """Whether this answer stands on the page."""
        return answer is not None and self.turns.indexOf(answer) >= 0

    def put_aside(self, answer: Answer) -> None:
        """Take an answer off the page that is still being written."""
        self.turns.removeWidget(answer)
        answer.hide()

    # ---- messages ----

    def add_question(self, text: str, message_id: int = 0, place: int = -1, created: str = "") -> None:
        """Put a question on the page; 0: it is not stored yet."""
        question = Question(self._look, text, message_id, created)
        if message_id:
            question.show_attached(shown_with(self._conversations.attachments, message_id))
        question.remember_asked.connect(self._lessons.remember)
        question.changed.connect(self.changed_asked)
        question.versions.chosen.connect(self.version_chosen)
        self.turns.insertWidget(place, question)

    def add_answer(self, message_id: int, place: int = -1, created: str = "") -> Answer:
        """Put an answer without words on the page."""
        answer = Answer(self._look, message_id, created)
        answer.source_opened.connect(self.source_opened)
        answer.link_clicked.connect(lambda address: links.ask(self._banner, address))
        answer.again_asked.connect(self.again_asked)
        answer.more_asked.connect(self.more_asked)
        answer.versions.chosen.connect(self.version_chosen)
        answer.thumbed.connect(self._lessons.thumb)
        answer.taught.connect(self._lessons.better)
        answer.remember_asked.connect(self._lessons.remember)
        answer.compare_asked.connect(self.compare_asked)
        answer.file_passage_asked.connect(self.file_passage_asked)
        answer.made_asked.connect(lambda: self._show_made(answer))
        self.turns.insertWidget(place, answer)
        return answer

    def _add_stored(self, row: "MessageRow", place: int = -1) -> None:
        if row.role == "user":
            self.add_question(row.text, row.id, place, row.created)
        elif self.live and row.id == self.live.message_id:
            self.turns.insertWidget(place, self.live)
            self.live.show()
        else:
            answer = self.add_answer(row.id, place, row.created)
            answer.show_stored(row.text, row.sources, row.state)
            self._show_way_on(answer, row)
            self._lessons.show(answer)

    def _empty(self) -> None:
        self._next.stop()
        self._above, self.grows_above = [], False
        if self.live:
            self.put_aside(self.live)
        self.turns.mark_forgotten(None, "")
        widgets.clear(self.turns)

    def _show_way_on(self, answer: Answer, row: "MessageRow") -> None:
        from personal_ai.chat import asking

        answer.show_more(asking.can_proceed(row))
        answer.show_speed(speed_words(row))

    def _show_mind(self, rows: "Sequence[MessageRow]") -> None:
        share, first_kept, summary = mind(rows)
        self.mind_known.emit(share)
        self.turns.mark_forgotten(first_kept, summary)

    def _show_made(self, answer: Answer) -> None:
        try:
            answer.show_made(made_words(self._conversations.message(answer.message_id)))
        except UserError as error:
            self._banner.say(str(error), "error")
