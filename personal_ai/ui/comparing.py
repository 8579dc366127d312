"""One question answered in two ways side by side, blind when wanted; the choice is learned from."""

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from personal_ai import messages
from personal_ai.errors import UserError
from personal_ai.ui import amounts, background, theme, widgets
from personal_ai.ui.controls import Picker, Switch
from personal_ai.ui.language import tr
from personal_ai.ui.markdown_view import MarkdownView
from personal_ai.ui.overlay import Overlay
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.chat.asking import Way
    from personal_ai.chat.session import ChatSession
    from personal_ai.store.conversations import Conversations, MessageRow

NOTHING, IN_USE = -1, 0
STRENGTHS = (25, 50, 75, 100, 150)
#: What of the card is beside the two texts, over its head, in pixels.
AROUND_TEXTS = 160
#: In a lower card the question is left out: it stands in the chat.
LOW = 280


class Comparing(Overlay):
    """Two ways to answer, chosen at the top; their answers; and which of them is better.

    `nights` are the numbers of what can be used beside what is in use; `learned` says whether anything is in use.
    """

    decided = Signal(str)  # what becomes of the choice, in a sentence; "" where there was none

    def __init__(
        self,
        window: QWidget,
        look: Theme,
        session: "Callable[[], ChatSession]",
        message_id: int,
        question: str,
        ways: "tuple[Way, Way]",
        learned: bool,
        nights: Sequence[int],
        strength: float = 1.0,
        swap: Callable[[], bool] = lambda: random.random() < 0.5,
    ) -> None:
        super().__init__(window, look, tr("Compare two ways to answer"), 1040)
        self._session, self._message_id, self._swap = session, message_id, swap
        self._job: background.Job | None = None
        self._ids = [0, 0]
        self._done = False
        self.close_button = widgets.IconButton(look, "close", tr("Close"), self.put_away)
        self.column.addLayout(
            widgets.row(widgets.label(tr("Compare two ways to answer"), "title", wrap=False), 1, self.close_button)
        )
        asked = self._asked = widgets.Elided(question)
        asked.setAccessibleName(tr("The question: {question}").format(question=question))
        self.column.addWidget(asked)
        self.sides = [
            Side(look, name, way, learned, nights, strength)
            for name, way in zip((tr("Left"), tr("Right")), ways, strict=True)
        ]
        self.column.addLayout(widgets.row(*self.sides, spacing=theme.BETWEEN))
        for number, side in enumerate(self.sides):
            side.better.clicked.connect(lambda *_, number=number: self._choose(number))
        self.blind = Switch(look, tr("Blind: do not tell which is which before the choice"))
        self._say = widgets.label("", "second")
        self.start = widgets.button(tr("Answer both"), "primary", self._start, "compare-start")
        blind = widgets.label(tr("Blind"), "second", wrap=False)
        blind.setToolTip(tr("It tells which is which after your choice"))
        foot = widgets.row(self.blind, blind, self._say, self.start)
        foot.insertSpacing(2, theme.BETWEEN)
        foot.setStretch(3, 1)
        self.column.addLayout(foot)
        self.open_on(self.start)

    def cover(self) -> None:
        super().cover()
        self._asked.setVisible(self.room() > theme.zoomed(LOW))
        for side in self.sides:
            side.view.setFixedHeight(max(60, self.room() - theme.zoomed(AROUND_TEXTS)))

    # ---- answering ----

    def _start(self) -> None:
        if self._job:
            self._session().stop()
            self._job.cancel()
            return
        if self.sides[0].way() == self.sides[1].way():
            self._tell(tr("Both ways are the same. Change one of them."))
            return
        if self.blind.isChecked() and self._swap():
            left, right = (side.way() for side in self.sides)
            self.sides[0].choose(right)
            self.sides[1].choose(left)
        self._ids, self._done = [0, 0], False
        for side in self.sides:
            side.begin(self.blind.isChecked())
        self.start.setText(tr("Stop"))
        self._tell("")
        events = self._session().compare(self._message_id, (self.sides[0].way(), self.sides[1].way()))
        self._job = background.run(events, self._on_event, self._on_done, self._on_failed)

    def _on_event(self, event: Any) -> None:
        from personal_ai.chat import events

        place, what = event
        side = self.sides[place]
        if isinstance(what, events.AskStarted):
            self._ids[place] = what.message_id
        elif isinstance(what, messages.Text):
            side.view.append(what.text)
        elif isinstance(what, events.WorkerRestarted):
            side.view.begin()
        elif isinstance(what, events.Answer):
            side.view.finish()
            side.took = tr("{tokens} tokens, {rate} a second").format(
                tokens=what.tokens, rate=amounts.rate_words(what.tokens_per_second)
            )

    def _on_done(self, _result: Any) -> None:
        cancelled = self._job is not None and self._job.cancelled
        self._end()
        if not cancelled:
            self._done = True
            for side in self.sides:
                side.better.setEnabled(True)
            self.sides[0].better.setFocus()
            self._tell(tr("Which one is better? Both are kept as versions of the answer."))

    def _on_failed(self, sentence: str) -> None:
        self._end()
        self._tell(sentence)

    def _end(self) -> None:
        self._job = None
        self.start.setText(tr("Answer both"))
        for side in self.sides:
            side.view.finish()
        if not self.blind.isChecked():
            self._reveal()

    def _reveal(self) -> None:
        for side in self.sides:
            side.reveal()

    # ---- choosing ----

    def _choose(self, number: int) -> None:
        if not self._done:
            return
        try:
            self._session().prefer(self._ids[number], self._ids[1 - number])
        except UserError as error:
            self._tell(str(error))
            return
        self._reveal()
        for place, side in enumerate(self.sides):
            side.better.setEnabled(False)
            side.better.setText(tr("Your choice") if place == number else tr("This one is better"))
        self.close_button.setFocus()
        self._tell(tr("Kept. It stands in the chat now, and is learned from."))
        self.decided.emit(tr("The answer you preferred stands here now, and is learned from."))

    def _tell(self, sentence: str) -> None:
        sentence = said(sentence)
        self._say.setText(sentence)
        self._say.setAccessibleName(sentence)

    def put_away(self) -> None:
        if self._job:
            self._session().stop()
            self._job.cancel(silent=True)
            self._job = None
        self.decided.emit("")
        super().put_away()


class Comparer(QObject):
    """Opens a comparison for an answer of the conversation in front.

    `adapters` gives the numbers of the nights that fit the model in use, whether anything learned is in use, and its
    strength.
    """

    decided = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        page: QWidget,
        look: Theme,
        conversations: "Conversations",
        session: "Callable[[], ChatSession]",
        adapters: Callable[[], tuple[list[int], bool, float]],
    ) -> None:
        super().__init__(page)
        self._page, self._look, self._conversations = page, look, conversations
        self._session, self._adapters = session, adapters

    def open(self, message_id: int) -> None:
        """Lay the comparison over the window, beginning with the way of this answer and one other."""

        def read() -> Any:
            return self._conversations.path(message_id)[-2:], self._adapters()

        # Adapter files are checked before they count as usable, and a large one takes longer than a frame.
        background.call(read, self._on_read, self.failed.emit)

    def _on_read(self, found: "tuple[list[MessageRow], tuple[list[int], bool, float]]") -> None:
        from personal_ai.chat.asking import Way

        rows, (nights, learned, strength) = found
        if len(rows) < 2 or rows[1].role != "assistant":
            self.failed.emit(tr("Only an answer can be compared. Ask something first."))
            return
        answer = rows[1]
        notes = answer.made.asked_notes is not False
        night = answer.adapter if answer.adapter in nights else None
        first = Way(notes, answer.adapter is not None and learned, answer.made.strength, night)
        other = Way(notes, not first.adapter, strength) if learned else Way(not notes, False)
        made = Comparing(
            self._page.window(), self._look, self._session, answer.id, rows[0].text, (first, other), learned, nights,
            strength,
        )  # fmt: skip
        made.decided.connect(self.decided)


class Side(QFrame):
    """One way to answer, chosen by chips, and its answer."""

    def __init__(
        self, look: Theme, name: str, way: "Way", learned: bool, nights: Sequence[int], strength: float
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.took, self._blind = "", False
        self.notes = widgets.button(tr("Notes"), "chip")
        self.notes.setCheckable(True)
        self.notes.toggled.connect(self._name_chips)
        choices = [(NOTHING, tr("Nothing learned")), *([(IN_USE, tr("Learned, in use"))] if learned else [])]
        choices += [(night, tr("Learned, night {night}").format(night=night)) for night in nights]
        self._usual = strength
        self._learned = _Chosen(tr("{side}, what was learned").format(side=name), choices, NOTHING)
        percents = sorted({*STRENGTHS, round(strength * 100), round((way.strength or 1) * 100)})
        self._strength = _Chosen(
            tr("{side}, strength").format(side=name), [(percent, f"{percent}%") for percent in percents], 100
        )
        self._learned.chosen.connect(self._name_chips)
        self._chips = QWidget()
        self._chips.setLayout(widgets.row(self.notes, self._learned, self._strength, 1, spacing=6))
        self._words = widgets.Elided("", "second")
        self._words.hide()
        self.view = MarkdownView(look, grows=False)
        self.view.setAccessibleName(tr("{side} answer").format(side=name))
        self.better = widgets.button(tr("This one is better"), "")
        self.better.setAccessibleName(tr("The {side} one is better").format(side=name.lower()))
        self.better.setEnabled(False)
        box = widgets.card(self.view, margin=4)
        box.setProperty("role", "sheet")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        for part in (self._chips, self._words, box):
            column.addWidget(part)
        column.addLayout(widgets.row(self.better, 1))
        self.choose(way)

    def choose(self, way: "Way") -> None:
        """Have this way chosen; what is not there to be chosen counts as nothing learned."""
        self.notes.setChecked(way.notes)
        wanted = NOTHING if not way.adapter else IN_USE if way.night is None else way.night
        self._learned.show_value(wanted if self._learned.offers(wanted) else NOTHING)
        self._strength.show_value(round((self._usual if way.strength is None else way.strength) * 100))
        self._name_chips()

    def way(self) -> "Way":
        """What is chosen."""
        from personal_ai.chat.asking import Way

        night = self._learned.value
        strength = self._strength.value / 100
        return Way(
            notes=self.notes.isChecked(),
            adapter=night != NOTHING,
            strength=None if night == NOTHING else strength,
            night=night if night > 0 else None,
        )

    def shown(self) -> str:
        """What is chosen, in words."""
        words = [
            tr("with your notes") if self.notes.isChecked() else tr("without your notes"),
            self._learned.text().lower(),
        ]
        if self._learned.value != NOTHING:
            words.append(tr("at {percent}%").format(percent=self._strength.value))
        return tr(", ").join(words)

    def begin(self, blind: bool) -> None:
        """Be ready for an answer."""
        self.view.begin()
        self.took, self._blind = "", blind
        self.better.setEnabled(False)
        self.better.setText(tr("This one is better"))
        self._chips.setVisible(not blind)
        self._words.say(tr("An answer. Which way it was made is told after your choice."))
        self._words.setVisible(blind)

    def reveal(self) -> None:
        """Say how the answer was made; where the chips stood over it all the time, only what it took."""
        if not self._blind:
            self._words.say(tr("{words}.").format(words=self.took) if self.took else "")
            self._words.setVisible(bool(self.took))
            return
        sentence = tr("Made {how}: {took}.") if self.took else tr("Made {how}.")
        self._words.say(sentence.format(how=self.shown(), took=self.took))
        self._words.show()
        self._chips.show()

    def _name_chips(self, *_: object) -> None:
        self.notes.setText(tr("Notes on") if self.notes.isChecked() else tr("Notes off"))
        self._strength.setVisible(self._learned.value != NOTHING)


class _Chosen(Picker):
    """A picker that looks like a chip and remembers what is chosen."""

    def __init__(self, name: str, options: list[tuple[int, str]], value: int) -> None:
        self.value = value
        super().__init__(name, options, value)
        self.setProperty("kind", "chip")
        self.setMinimumWidth(0)

    def show_value(self, value: int) -> None:
        """Say and remember that `value` is chosen."""
        self.value = value
        super().show_value(value)

    def offers(self, value: int) -> bool:
        """Whether this can be chosen."""
        return value in dict(self._options)
