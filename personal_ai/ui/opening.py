"""A conversation with nothing in it: three questions about the newest notes, or the one thing to do first."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QVBoxLayout, QWidget

from personal_ai.ui import theme, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr

if TYPE_CHECKING:
    from personal_ai.store.documents import DocumentRow

QUESTIONS = (
    QT_TR_NOOP("What does “{}” say?"),
    QT_TR_NOOP("What should I remember from “{}”?"),
    QT_TR_NOOP("Sum up “{}” in three sentences."),
)


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
                self._column.addWidget(self._card(question, lambda question=question: self.asked.emit(question)))
        else:
            self._column.addWidget(widgets.label(tr("Begin with your own words"), "title"))
            sentence = tr("Drop notes or a whole folder anywhere on this window. They are read here and stay here.")
            self._column.addWidget(widgets.label(sentence))
            self._column.addSpacing(theme.INSIDE)
            self._column.addWidget(widgets.button(tr("Add notes…"), "primary", self.add_asked.emit, "add-notes"))
        self._column.addStretch(3)

    def _card(self, question: str, then: Callable[[], None]) -> QWidget:
        metrics = QFontMetrics(theme.sans())
        shown = metrics.elidedText(question, Qt.TextElideMode.ElideRight, 560)
        made = widgets.button(shown.replace("&", "&&"), "card", then)
        made.setAccessibleName(question)
        return made


def opening_questions(newest: "Sequence[DocumentRow]") -> list[str]:
    """Three questions drawn from the newest notes that answers may use."""
    titles: list[str] = []
    for row in newest:
        if not row.never_use and row.title.strip() and row.title not in titles:
            titles.append(row.title)
        if len(titles) == len(QUESTIONS):
            break
    return [tr(form).format(title) for form, title in zip(QUESTIONS, titles, strict=False)]
