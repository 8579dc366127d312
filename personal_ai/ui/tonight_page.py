"""What it will learn tonight: the facts by note, to be left as they are, written anew, or never learned."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QSplitter, QStackedWidget, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from personal_ai.errors import UserError
from personal_ai.ui import amounts, background, theme, widgets
from personal_ai.ui.fact_list import FactList
from personal_ai.ui.flow import Flow
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.note_list import ROW, Index, NoteList, NoteModel, paint_ground
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.learning.tonight import FactToLearn, NoteToLearn, Tonight

ABOUT = QT_TR_NOOP("About one in ten is set aside in the night, to prove that the others were learned.")
MIDDLE = Qt.AlignmentFlag.AlignVCenter
READING, NOTHING, NONE, FACTS = range(4)


@dataclass(frozen=True)
class Line:
    """A note in the list on the left; what was taught in the chat has the id 0."""

    id: int
    title: str
    facts: str


class TonightPage(QWidget):
    """The notes on the left, the facts of one on the right, and what may be done with the one in front."""

    back_asked = Signal()
    note_opened = Signal(int)  # document id

    def __init__(self, look: Theme, tonight: "Callable[[], Tonight]") -> None:
        super().__init__()
        self.setObjectName("page")
        self._tonight = tonight
        self._all: list[NoteToLearn] | None = None
        self._shown: list[NoteToLearn] = []
        self._listing: background.Job | None = None
        self._again = False
        self.banner = widgets.Banner(look)
        self.search = widgets.SearchField(look, tr("Search what it will learn"), tr("Search the facts"))
        self.search.setObjectName("tonight-search")
        self._typed = widgets.later(150, self, self._show)
        self._model = NoteModel()
        self.notes = _Notes(look, self._model)
        self.facts = FactList(look)
        self._title = widgets.Elided("", "heading")
        self._title.setObjectName("tonight-note")
        self._open = widgets.button(tr("Open the note"), "link", self._on_open, "open-note")
        self._about = widgets.label("", "second", "tonight-about")
        self.keep = widgets.button(tr("As it is  ·  Enter"), "chip", self.facts.accept, "accept-fact")
        self.edit = widgets.button(tr("Edit  ·  E"), "chip", self.facts.begin_edit, "edit-fact")
        self.never = widgets.button(tr("Never  ·  N"), "chip", self.facts.refuse, "never-fact")
        self._front = QStackedWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        back = widgets.button(tr("Back  ·  Esc"), "quiet", self.back_asked.emit, "tonight-back")
        top = widgets.row(widgets.label(tr("What it will learn tonight"), "title", wrap=False), 1, back)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.notes)
        split.addWidget(self._build_right())
        split.setSizes([280, 600])
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 3)
        self._front.addWidget(widgets.middle(widgets.label(tr("Reading your notes…"), "second", "tonight-reading")))
        self._front.addWidget(
            widgets.middle(
                widgets.label(tr("Nothing to learn yet"), "title", wrap=False),
                widgets.label(
                    tr("Add notes of your own with a few sentences in them; what it takes from them stands here.")
                ),
            )
        )
        self._front.addWidget(widgets.middle(widgets.label(tr("No fact holds these words."), "second", "tonight-none")))
        self._front.addWidget(split)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.AROUND, 18, 0, 0)
        column.setSpacing(12)
        head = QVBoxLayout()
        head.setContentsMargins(0, 0, theme.AROUND, 0)
        head.setSpacing(12)
        head.addWidget(self.banner)
        head.addLayout(top)
        head.addWidget(self._about)
        head.addWidget(self.search)
        column.addLayout(head)
        column.addWidget(self._front, 1)

    def _build_right(self) -> QWidget:
        right = QWidget()
        right.setMinimumWidth(280)
        self.notes.setMinimumWidth(150)
        title = widgets.row(self._title, self._open)
        title.setStretch(0, 1)
        title.setContentsMargins(14, 0, 12, 0)
        # Another language may need more than one line.
        choices, flow = QWidget(), Flow()
        choices.setLayout(flow)
        for chip in (self.keep, self.edit, self.never):
            flow.addWidget(chip)
        keys = widgets.row(choices)
        keys.setContentsMargins(14, 0, 12, 12)
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 12, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(title)
        column.addWidget(self.facts, 1)
        column.addWidget(widgets.rule())
        column.addLayout(keys)
        return right

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._typed.start())
        self.search.returnPressed.connect(lambda: self.facts.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.notes.selectionModel().currentChanged.connect(lambda index, _before: self._on_note(index))
        self.notes.entered_facts.connect(lambda: self.facts.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.facts.left.connect(lambda: self.notes.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.facts.moved_past.connect(self._on_moved_past)
        self.facts.accepted.connect(lambda key: self._decide(lambda: self._tonight().accept(key)))
        self.facts.refused.connect(lambda key: self._decide(lambda: self._tonight().never(key)))
        self.facts.edited.connect(self._on_edited)

    # ---- the page ----

    def refresh(self) -> None:
        """Read the list again, unless a fact is being edited."""
        if self.facts.editor:
            return
        if self._listing:
            self._again = True
            return
        if self._all is None:
            self._show_front(READING)
        self._listing = background.call(lambda: self._tonight().list(), self._on_listed, self._on_failed)

    def search_here(self) -> None:
        """Put the cursor into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_listed(self, notes: "list[NoteToLearn]") -> None:
        self._listing = None
        notes = [note if note.document else msgspec.structs.replace(note, title=said(note.title)) for note in notes]
        begins = self._all is None
        if notes != self._all and not self.facts.editor:
            self._all = notes
            self._show()
        if begins and self.isVisible() and not self.search.hasFocus():
            self.facts.setFocus()
        if self._again:
            self._again = False
            self.refresh()

    def _on_failed(self, sentence: str) -> None:
        self._listing = None
        self.banner.say(sentence, "error")

    def _show(self) -> None:
        """Show what holds the words of the search, the same fact in front as before."""
        self._typed.stop()
        note, fact = self._note(), self.facts.fact
        self._shown = [found for each in self._all or () if (found := _holding(each, self.search.text()))]
        facts = _facts_words([fact for note in self._all or () for fact in note.facts])
        self._about.setText(tr("{facts}. {about}").format(facts=facts, about=tr(ABOUT)))
        scroll = self.notes.verticalScrollBar().value()
        # Else the selection would pass over the first note, and the facts with it.
        self.notes.selectionModel().blockSignals(True)
        self._model.show_rows([_line(each) for each in self._shown])
        row = self._model.find(note.document or 0) if note else None
        self.notes.setCurrentIndex(self._model.index(row or 0))
        self.notes.selectionModel().blockSignals(False)
        self.notes.verticalScrollBar().setValue(scroll)
        self._show_note(fact.key if fact else "")
        self._show_front(FACTS if self._shown else NONE if self._all else NOTHING)

    def _show_front(self, front: int) -> None:
        self._front.setCurrentIndex(front)
        for part in (self.search, self._about):
            part.setVisible(front in (NONE, FACTS))

    def _note(self) -> "NoteToLearn | None":
        """The note in front."""
        row = self.notes.currentIndex().row()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _show_note(self, key: str = "") -> None:
        note = self._note()
        scroll = self.facts.verticalScrollBar().value()
        self.facts.show_facts(note.facts if note else [], key)
        if key:
            self.facts.verticalScrollBar().setValue(scroll)
            self.facts.scrollTo(self.facts.currentIndex())
        self._title.say(note.title if note else "")
        self._open.setVisible(bool(note and note.document))
        for button in (self.keep, self.edit, self.never):
            button.setEnabled(note is not None)

    # ---- what the person does ----

    def _on_note(self, index: QModelIndex) -> None:
        if index.isValid():
            self._show_note()

    def _on_moved_past(self, by: int) -> None:
        row = self.notes.currentIndex().row() + by
        if 0 <= row < len(self._shown):
            self.notes.setCurrentIndex(self._model.index(row))
            if by < 0 and (facts := self._shown[row].facts):
                self.facts.show_facts(facts, facts[-1].key)

    def _decide(self, act: Callable[[], None]) -> None:
        try:
            act()
        except UserError as error:
            self.banner.say(str(error), "error")
        else:
            self.facts.step(1)
        self.refresh()

    def _on_edited(self, key: str, question: str, answer: str) -> None:
        try:
            self._tonight().edit(key, question, answer)
        except UserError as error:
            if self.facts.editor:
                self.facts.editor.refuse(str(error))
            return
        self.facts.end_edit()
        self.refresh()

    def _on_open(self) -> None:
        note = self._note()
        if note and note.document:
            self.note_opened.emit(note.document)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back_asked.emit()
        else:
            super().keyPressEvent(event)


class _Notes(NoteList):
    """Enter and Right lead to the facts of the note in front."""

    entered_facts = Signal()

    def __init__(self, look: Theme, model: NoteModel) -> None:
        super().__init__(look, model)
        self.setObjectName("notes-to-learn")
        self.setAccessibleName(tr("Notes"))
        self.setItemDelegate(_TwoLines(look, self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.entered_facts.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class _TwoLines(QStyledItemDelegate):
    """The title of a note, and how many facts it has."""

    def __init__(self, look: Theme, view: _Notes) -> None:
        super().__init__(view)
        self._look, self._view = look, view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(180, theme.zoomed(60))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, state = option.rect, option.state  # type: ignore[attr-defined]
        paint_ground(painter, self._look, rect, state, self._view.ring and self._view.hasFocus())
        line: Line = index.data(ROW)
        room = rect.adjusted(12, theme.zoomed(8), -12, -theme.zoomed(8))
        small = theme.sans(theme.SMALL)
        for text, font, color, y in (
            (line.title, theme.bold(), "ink", 0),
            (line.facts, small, "second", theme.zoomed(23)),
        ):
            painter.setFont(font)
            painter.setPen(self._look.color(color))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(QRect(room.left(), room.top() + y, room.width(), theme.zoomed(21)), MIDDLE, shown)
        painter.restore()


def _line(note: "NoteToLearn") -> Line:
    return Line(note.document or 0, note.title, _facts_words(note.facts))


def _facts_words(facts: "list[FactToLearn]") -> str:
    """`9 facts · 2 never · 1 in your words`."""
    never, own = (sum(fact.state == state for fact in facts) for state in ("never", "edit"))
    words = [amounts.count_words(len(facts), "fact")]
    words += [tr("{n:,} never").format(n=never)] if never else []
    words += [tr("{n:,} in your words").format(n=own)] if own else []
    return " · ".join(words)


def _holding(note: "NoteToLearn", search: str) -> "NoteToLearn | None":
    """The note with those of its facts that hold all the words; None where none does."""
    words = search.casefold().split()
    facts = [f for f in note.facts if _holds(f"{note.title} {f.question} {f.answer} {f.sentence}", words)]
    return msgspec.structs.replace(note, facts=facts) if facts else None


def _holds(text: str, words: list[str]) -> bool:
    text = text.casefold()
    return all(word in text for word in words)
