"""A conversation with nothing in it: three questions about the newest notes, or the one thing to do first."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from personal_ai.ui import theme, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr

if TYPE_CHECKING:
    from personal_ai.store.documents import DocumentRow

QUESTIONS = (
    QT_TR_NOOP("What does “{}” say?"),
    QT_TR_NOOP("What should I remember from “{}”?"),
    QT_TR_NOOP("Sum up “{}” in three sentences."),
)
#: Around the words of a card, and the least width of one, in pixels.
CARD_SIDE, CARD_TOP, LEAST = 16, 12, 160


class Opening(QWidget):
    """A conversation with nothing in it: three questions of the person's own, or the one thing to do first."""

    asked = Signal(str)
    add_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.INSIDE)
        self._shown: list[str] | None = None

    def offer(self, questions: list[str]) -> None:
        """Show these questions; without any, ask for notes."""
        if questions == self._shown:
            return
        self._shown = questions
        widgets.clear(self._column)
        self._column.addStretch(2)
        if questions:
            self._column.addWidget(widgets.label(tr("What would you like to know?"), "title"))
            self._column.addSpacing(theme.INSIDE)
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
