"""A conversation with nothing in it: questions that the newest notes answer, or the one thing to do first."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from personal_ai.ui import background, theme, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr

if TYPE_CHECKING:
    from personal_ai.store.documents import DocumentRow

QUESTIONS = (
    QT_TR_NOOP("What does “{}” say?"),
    QT_TR_NOOP("What should I remember from “{}”?"),
    QT_TR_NOOP("Sum up “{}” in three sentences."),
)
#: Questions are looked for this long after the opening stands there, so that it is there at once; where that takes as
#: long as the second, others stand in. In milliseconds.
SOON, SLOW = 300, 1_500
#: Around the words of a card, and the least width of one, in pixels.
CARD_SIDE, CARD_TOP, LEAST = 16, 12, 160


class Opening(QWidget):
    """A conversation with nothing in it: three questions of the person's own, or the one thing to do first."""

    asked = Signal(str)
    add_asked = Signal()
    shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.INSIDE)
        self._shown: tuple[list[str], bool] | None = None

    def offer(self, questions: list[str], more_to_come: bool = False) -> None:
        """Show these questions; without any, and none to come, ask for notes."""
        if (questions, more_to_come) == self._shown:
            return
        self._shown = questions, more_to_come
        widgets.clear(self._column)
        self._column.addStretch(2)
        if questions or more_to_come:
            self._column.addWidget(widgets.label(tr("What would you like to know?"), "title"))
            self._column.addSpacing(theme.INSIDE)
            if not questions:
                # What stands there stays in its place when they come.
                place, words = QWidget(), widgets.label(" ")
                words.ensurePolished()
                card = words.fontMetrics().lineSpacing() + 2 * CARD_TOP
                place.setFixedHeight(len(QUESTIONS) * (card + theme.INSIDE) - theme.INSIDE)
                self._column.addWidget(place)
            for question in questions:
                made = QuestionCard(question, lambda question=question: self.asked.emit(question))
                self._column.addWidget(made)
        else:
            self._column.addWidget(widgets.label(tr("Begin with your own words"), "title"))
            sentence = tr("Drop notes or a whole folder anywhere on this window. They are read here and stay here.")
            self._column.addWidget(widgets.label(sentence))
            self._column.addSpacing(theme.INSIDE)
            self._column.addWidget(widgets.button(tr("Add notes…"), "primary", self.add_asked.emit, "add-notes"))
        self._column.addStretch(3)

    def is_pointed_at(self) -> bool:
        """Whether the pointer or the keyboard is on a question, which had better stay then."""
        return any(card.underMouse() or card.hasFocus() for card in self.findChildren(QuestionCard))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()


class Suggesting:
    """Looks for questions to begin with, off the window's thread and once for the same notes."""

    def __init__(
        self, opening: Opening, newest: "Callable[[], Sequence[DocumentRow]]", suggest: Callable[[], list[str]]
    ) -> None:
        """`newest` are the newest notes, `suggest` tells questions that they answer; it may take a second."""
        self._opening, self._newest, self._suggest = opening, newest, suggest
        #: The notes that it is about, what may always be asked about them, and what was found, None before it was.
        self._notes: list[tuple[int, bool, bool]] | None = None
        self._always: list[str] = []
        self._found: list[str] | None = None
        self._job: background.Job | None = None
        self._soon = widgets.later(SOON, opening, self._look)
        self._slow = widgets.later(SLOW, opening, lambda: self._opening.offer(self._always))
        opening.shown.connect(self._begin)

    def show(self) -> None:
        """Offer the questions that fit the newest notes, as soon as they are known."""
        rows = self._newest()
        notes = [(row.id, row.never_use, row.learnable) for row in rows]
        if notes != self._notes:
            self._notes, self._always = notes, opening_questions(rows)
            self._found = None if self._always else []
            self._opening.offer([], more_to_come=bool(self._always))
            self._slow.stop()
            if self._opening.isVisible():
                self._begin()
        elif self._found is not None:
            self._opening.offer(self._found)

    def _begin(self) -> None:
        if self._notes is not None and self._found is None and self._job is None and not self._soon.isActive():
            self._soon.start()
            self._slow.start()

    def _look(self) -> None:
        notes = self._notes

        def found(questions: list[str]) -> None:
            self._job = None
            self._on_found(notes, questions)

        self._job = job = background.call(self._suggest, found, lambda _sentence: found([]))
        self._opening.destroyed.connect(lambda: job.cancel(silent=True))

    def _on_found(self, notes: object, questions: list[str]) -> None:
        if notes != self._notes:
            # Others came meanwhile.
            self._begin()
            return
        self._slow.stop()
        self._found = [*questions, *self._always][: len(QUESTIONS)]
        if not self._opening.is_pointed_at():
            self._opening.offer(self._found)


class QuestionCard(QPushButton):
    """A question that can be asked by a click, on as many lines as it needs."""

    def __init__(self, question: str, then: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(question)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(lambda *_: then())
        self._words = widgets.label(question)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_SIDE, CARD_TOP, CARD_SIDE, CARD_TOP)
        column.addWidget(self._words)

    def sizeHint(self) -> QSize:
        letters = self._words.fontMetrics()
        wide = letters.horizontalAdvance(self._words.text()) + 2 * CARD_SIDE + 2
        return QSize(wide, letters.lineSpacing() + 2 * CARD_TOP)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), LEAST), self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        words = self._words.heightForWidth(width - 2 * CARD_SIDE)
        return max(words + 2 * CARD_TOP, self.sizeHint().height())


def opening_questions(newest: "Sequence[DocumentRow]") -> list[str]:
    """Three questions drawn from the newest notes that answers may use."""
    titles: list[str] = []
    for row in newest:
        if not row.never_use and row.title.strip() and row.title not in titles:
            titles.append(row.title)
        if len(titles) == len(QUESTIONS):
            break
    return [tr(form).format(title) for form, title in zip(QUESTIONS, titles, strict=False)]
