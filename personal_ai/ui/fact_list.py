"""The facts of one note as a list: question, answer, where it stands; the one in front can be edited in its place."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from personal_ai.ui import theme, widgets
from personal_ai.ui.composer import Edit
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.note_list import paint_ground
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme
from personal_ai.ui.widgets import BY_KEYBOARD

if TYPE_CHECKING:
    from personal_ai.learning.tonight import FactToLearn

Index = QModelIndex | QPersistentModelIndex
FACT = Qt.ItemDataRole.UserRole + 1
NO_PARENT = QModelIndex()
#: What the person chose, as a mark behind the question.
MARKS = {"as it is": "", "never": QT_TR_NOOP("Never"), "edit": QT_TR_NOOP("Your words")}
SPOKEN = {"as it is": "", "never": QT_TR_NOOP("Never learned. "), "edit": QT_TR_NOOP("In your words. ")}
#: Lines shown at most of a question, an answer, and the sentence behind them.
LINES = (3, 4, 2)
SIDE, ABOVE, MARK_WIDTH = 14, 11, 84


class FactModel(QAbstractListModel):
    """The facts of one note."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: Sequence[FactToLearn] = ()

    def show_facts(self, facts: "Sequence[FactToLearn]") -> None:
        """Show these."""
        self.beginResetModel()
        self.facts = facts
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:  # noqa: ARG002
        return len(self.facts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        fact = self.facts[index.row()]
        if role == FACT:
            return fact
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{tr(SPOKEN[fact.state])}{fact.question} {fact.answer}"
        return None


class FactList(QListView):
    """Up and down move, past either end too; Enter, E and N decide; Left goes back to the notes."""

    accepted = Signal(str)  # the key of a fact, as in those below
    refused = Signal(str)
    edited = Signal(str, str, str)  # key, question, answer
    moved_past = Signal(int)  # 1 behind the last one, -1 before the first
    left = Signal()

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self.setObjectName("facts")
        self.setAccessibleName(tr("Facts"))
        self.model_of_facts = FactModel()
        self.setModel(self.model_of_facts)
        self.setItemDelegate(_Delegate(look, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.ring = False
        self.editor: FactEditor | None = None
        self._edited = QPersistentModelIndex()
        # Whatever brings another fact to the front, nothing is edited behind it.
        self.selectionModel().currentChanged.connect(lambda index, _before: self._drop_editor(index))
        self.doubleClicked.connect(lambda _index: self.begin_edit())

    @property
    def fact(self) -> "FactToLearn | None":
        """The fact in front."""
        index = self.currentIndex()
        return index.data(FACT) if index.isValid() else None

    def show_facts(self, facts: "Sequence[FactToLearn]", key: str = "") -> None:
        """Show these, the one with this key in front, else the first."""
        self._drop_editor()
        self.model_of_facts.show_facts(facts)
        row = next((row for row, fact in enumerate(facts) if fact.key == key), 0)
        self.setCurrentIndex(self.model_of_facts.index(row))

    def step(self, by: int) -> None:
        """Move to the next fact, or the one before; past an end, say so."""
        row = self.currentIndex().row() + by
        if 0 <= row < self.model_of_facts.rowCount():
            self.setCurrentIndex(self.model_of_facts.index(row))
        else:
            self.moved_past.emit(by)

    # ---- deciding ----

    def accept(self) -> None:
        """Learn the fact in front as it is."""
        if fact := self.fact:
            self.accepted.emit(fact.key)

    def refuse(self) -> None:
        """Never learn the fact in front."""
        if fact := self.fact:
            self.refused.emit(fact.key)

    def begin_edit(self) -> None:
        """Write the fact in front anew, in its place."""
        fact = self.fact
        if fact is None or self.editor:
            return
        self.editor = FactEditor(fact.question, fact.answer)
        self.editor.saved.connect(lambda question, answer: self.edited.emit(fact.key, question, answer))
        self.editor.cancelled.connect(self.end_edit)
        # What grew is laid out once the field has its new height.
        self.editor.resized.connect(widgets.later(0, self.editor, self._lay_out).start)
        self._edited = QPersistentModelIndex(self.currentIndex())
        self.setIndexWidget(self.currentIndex(), self.editor)
        self._lay_out()
        self.editor.answer.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def end_edit(self) -> None:
        """Leave the fact as it was."""
        if self.editor:
            self._drop_editor()
            self._lay_out()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def edits(self, index: Index) -> bool:
        """Whether the fact at `index` is being edited."""
        return self.editor is not None and self._edited == index

    def _drop_editor(self, for_index: Index = NO_PARENT) -> None:
        if self.editor and not self.edits(for_index):
            self.editor.hide()
            self.editor = None
            # The view lets go of the widget by itself.
            self.setIndexWidget(self.model_of_facts.index(self._edited.row()), None)  # type: ignore[arg-type]
            self.scheduleDelayedItemsLayout()

    def _lay_out(self) -> None:
        self.doItemsLayout()
        self.scrollTo(self.currentIndex())
        self.viewport().update()

    # ---- the keyboard and the mouse ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.ring = True
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        acts: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Return: self.accept,
            Qt.Key.Key_Enter: self.accept,
            Qt.Key.Key_E: self.begin_edit,
            Qt.Key.Key_N: self.refuse,
            Qt.Key.Key_Up: lambda: self.step(-1),
            Qt.Key.Key_Down: lambda: self.step(1),
            Qt.Key.Key_Left: self.left.emit,
        }
        if plain and key in acts:
            acts[key]()
            self.viewport().update()
        elif plain and key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.ring = event.reason() in BY_KEYBOARD or self.ring
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.ring = False
        if self.editor and not self.editor.geometry().contains(event.position().toPoint()):
            self.end_edit()
        super().mousePressEvent(event)


class FactEditor(QFrame):
    """A question and its answer, to be written anew: saved with Enter, left with Esc."""

    saved = Signal(str, str)
    cancelled = Signal()
    resized = Signal()

    def __init__(self, question: str, answer: str) -> None:
        super().__init__()
        self.setObjectName("fact-editor")
        self.setProperty("role", "card")
        self.question = Edit(tr("Question"), tr("What is asked"))
        self.answer = Edit(tr("Answer"), tr("What is right"))
        self._error = widgets.label("", "error", "fact-error")
        self._error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDE, ABOVE, SIDE, ABOVE)
        column.setSpacing(4)
        for words, field, text in ((tr("Question"), self.question, question), (tr("Answer"), self.answer, answer)):
            field.setPlainText(text)
            field.moveCursor(field.textCursor().MoveOperation.End)
            field.sent.connect(self._save)
            column.addWidget(widgets.label(words, "eyebrow"))
            column.addWidget(_boxed(field))
        self.save = widgets.button(tr("Save  ·  Enter"), "primary", self._save, "save-fact")
        self.cancel = widgets.button(tr("Cancel  ·  Esc"), "", self.cancelled.emit, "cancel-fact")
        column.addWidget(self._error)
        column.addSpacing(4)
        column.addLayout(widgets.row(self.save, self.cancel, 1))

    def height_for(self, width: int) -> int:
        """How high it is at a width, in pixels: a sentence may need two lines."""
        layout = self.layout()
        assert layout
        return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()

    def refuse(self, sentence: str) -> None:
        """Say why these words cannot be learned."""
        self._error.setText(said(sentence))
        self._error.show()

    def _save(self) -> None:
        self.saved.emit(self.question.toPlainText(), self.answer.toPlainText())

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.resized.emit()
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)


def _boxed(field: Edit) -> QFrame:
    """A field with a frame that shows the focus."""
    box = QFrame()
    box.setObjectName("better-box")
    inside = QVBoxLayout(box)
    inside.setContentsMargins(12, 7, 8, 7)
    inside.addWidget(field)
    field.ring_changed.connect(lambda ring: widgets.restyle(box, ring=ring))
    return box


class _Delegate(QStyledItemDelegate):
    """The question with its mark, the answer, and the sentence that says so."""

    def __init__(self, look: Theme, view: FactList) -> None:
        super().__init__(view)
        self._look, self._view = look, view
        self._fonts = (theme.sans(), theme.bold(), theme.sans(theme.SMALL))
        self._cut: dict[tuple[str, int, int], list[str]] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        if self._view.editor and self._view.edits(index):
            return QSize(width, self._view.editor.height_for(width))
        parts = self._parts(index.data(FACT), width - 2 * SIDE)
        heights = [len(lines) * _height(font) for lines, font in zip(parts, self._fonts, strict=True)]
        return QSize(width, sum(heights) + 2 * ABOVE + 4 * bool(heights[2]))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if self._view.edits(index):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, state = option.rect, option.state  # type: ignore[attr-defined]
        paint_ground(painter, self._look, rect, state, self._view.ring and self._view.hasFocus())
        fact: FactToLearn = index.data(FACT)
        room = rect.adjusted(SIDE, ABOVE, -SIDE, -ABOVE)
        self._paint_mark(painter, room, fact.state)
        y = room.top()
        colors = ("ink", "ink", "second") if fact.state != "never" else ("second",) * 3
        for lines, font, color in zip(self._parts(fact, room.width()), self._fonts, colors, strict=True):
            struck = QFont(font)
            struck.setStrikeOut(fact.state == "never" and font is self._fonts[1])
            painter.setFont(struck)
            painter.setPen(self._look.color(color))
            if font is self._fonts[2] and lines:
                y += 4
            for line in lines:
                where = QRect(room.left(), y, room.width(), _height(font))
                painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, line)
                y += _height(font)
        painter.restore()

    def _paint_mark(self, painter: QPainter, room: QRect, state: str) -> None:
        painter.setFont(theme.bold(theme.SMALL))
        painter.setPen(self._look.color("accent" if state == "edit" else "error"))
        line = QRect(room.left(), room.top(), room.width(), _height(self._fonts[0]))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, tr(MARKS[state]))

    def _parts(self, fact: "FactToLearn", width: int) -> list[list[str]]:
        """The lines of question, answer and sentence."""
        texts = (fact.question, fact.answer, fact.sentence)
        # The mark stands at the right of the question.
        widths = (width - (MARK_WIDTH if MARKS[fact.state] else 0), width, width)
        return [self._lines(*each) for each in zip(texts, range(3), widths, strict=True)]

    def _lines(self, text: str, part: int, width: int) -> list[str]:
        key = (text, part, width)
        if key not in self._cut:
            if len(self._cut) > 5000:
                self._cut.clear()
            self._cut[key] = _cut(plain(" ".join(text.split())), self._fonts[part], width, LINES[part])
        return self._cut[key]


def plain(text: str) -> str:
    """A text without the marks of words in bold, which would only stand in the way of reading here."""
    return re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)


def _height(font: QFont) -> int:
    return round(QFontMetrics(font).height() * 1.3)


def _cut(text: str, font: QFont, width: int, most: int) -> list[str]:
    """Cut a text into lines of `width` pixels; when there are more than `most`, the last one ends in …"""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    lines: list[str] = []
    while text and (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 40))
        line.setPosition(QPointF(0, 0))
        start = line.textStart()
        if len(lines) == most - 1:
            lines.append(QFontMetrics(font).elidedText(text[start:], Qt.TextElideMode.ElideRight, max(width, 40)))
            break
        lines.append(text[start : start + line.textLength()].rstrip())
    layout.endLayout()
    return lines
