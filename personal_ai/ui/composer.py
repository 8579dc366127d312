"""The line to type in: it grows to 8 lines, sends or stops, and says what an answer will lean on."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from personal_ai.ui import theme, widgets
from personal_ai.ui.controls import Meter
from personal_ai.ui.language import tr
from personal_ai.ui.theme import Theme

LINES = 8
REMEMBER = "/remember"
STRENGTHS = (0.25, 0.5, 0.75, 1.0)


class Composer(QWidget):
    """A rounded box with the text and one round button, and a row of chips under it."""

    sent = Signal(str)
    stopped = Signal()
    next_left = Signal()
    typing_began = Signal()
    notes_switched = Signal(bool)
    adapter_switched = Signal(bool)
    strength_chosen = Signal(float)
    persona_asked = Signal()
    attach_asked = Signal()
    files_given = Signal(list)  # of Path
    image_given = Signal(QImage)

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self._look = look
        self._busy = self._alone = self._reading = self._holding = False
        self.setAcceptDrops(True)
        self.edit = Edit(tr("Your question"), tr("Ask about anything you've written…"))
        self.edit.sent.connect(self._send)
        self.edit.pasted.connect(self._take)
        #: Shows what is attached to the next question.
        self.attached = QWidget()
        self.attach = widgets.IconButton(look, "attach", tr("Ask about a file…"), self.attach_asked.emit)
        self.edit.textChanged.connect(self._on_text_changed)
        self._box = QFrame()
        self._box.setObjectName("composer-box")
        self.edit.ring_changed.connect(self._show_ring)
        self.send = widgets.button("", "round", self._send, "send")
        self.send.setAccessibleName(tr("Send"))
        self.send.setToolTip(tr("Send (Enter)"))
        self.stop = widgets.button("", "round", self.stopped.emit, "stop")
        self.stop.setAccessibleName(tr("Stop"))
        self.stop.setToolTip(tr("Stop (Esc)"))
        self._next = widgets.Elided("", "second")
        self._waiting = QWidget()
        self._waiting.setLayout(
            widgets.row(
                self._next, widgets.IconButton(look, "close", tr("Take the next question back"), self.next_left.emit)
            )
        )
        self._waiting.hide()
        line = QHBoxLayout(self._box)
        line.setContentsMargins(13, 13, 13, 13)
        line.setSpacing(theme.INSIDE)
        line.addWidget(self.attach, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self.edit, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._waiting)
        column.addWidget(self.attached)
        column.addWidget(self._box)
        column.addLayout(self._build_chips())
        self.setFocusProxy(self.edit)
        look.changed.connect(self._draw)
        self._draw()
        self.show_busy(False)
        self.show_choices(notes=True, adapter=False, number=None, skill=False, strength=1.0)

    def _build_chips(self) -> QHBoxLayout:
        self.notes = widgets.button(tr("Notes"), "chip", name="use-notes")
        self.notes.setCheckable(True)
        self.notes.setToolTip(tr("Answers look into your notes first"))
        self.notes.toggled.connect(self.notes_switched)
        self.adapter = widgets.button(tr("Learned"), "chip", name="use-adapter")
        self.adapter.setCheckable(True)
        self.adapter.toggled.connect(self.adapter_switched)
        self.strength = widgets.button("100%", "chip", self._choose_strength, "strength")
        self.strength.setToolTip(tr("How strongly what was learned colours the answers"))
        self.persona = widgets.button("", "chip", self.persona_asked.emit, "persona")
        self.persona.setToolTip(tr("Who answers in this conversation"))
        self.persona.hide()
        self._hint = widgets.Elided("", "second")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.meter = Meter(self._look)
        chips = widgets.row(self.notes, self.adapter, self.strength, self.persona, self._hint, self.meter, spacing=6)
        chips.setStretch(4, 1)
        chips.setContentsMargins(8, 0, 12, 0)
        return chips

    # ---- what it shows ----

    def show_busy(self, busy: bool) -> None:
        """Offer to stop in place of sending."""
        self._busy = busy
        self.stop.setVisible(busy)
        self._on_text_changed()

    def show_reading(self, reading: bool, holding: bool) -> None:
        """Wait with sending while an attached file is being read. `holding`: something is attached."""
        self._reading, self._holding = reading, holding
        self._on_text_changed()

    def show_next(self, question: str) -> None:
        """Show the question that is asked when the answer has ended; none hides the line."""
        self._next.say(tr("Next: {question}").format(question=question))
        self._waiting.setVisible(bool(question))
        self._on_text_changed()

    def give_back(self, text: str) -> None:
        """Put words back to where they were typed, before what stands there by now."""
        now = self.edit.toPlainText()
        self.edit.setPlainText(f"{text}\n{now}" if now.strip() else text)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)

    def take_up(self, draft: str) -> None:
        """Show the words that were begun before in place of those that stand there."""
        if draft != self.edit.toPlainText():
            self.edit.setPlainText(draft)
            self.edit.moveCursor(QTextCursor.MoveOperation.End)

    def show_choices(self, *, notes: bool, adapter: bool, number: int | None, skill: bool, strength: float) -> None:
        """Show what an answer leans on; `number` is the adapter in use, None where nothing learned from notes is.

        `skill` says that the reading skill answers then.
        """
        for chip, on in ((self.notes, notes), (self.adapter, adapter)):
            chip.blockSignals(True)
            chip.setChecked(on)
            chip.blockSignals(False)
        self.notes.setText(tr("Notes on") if notes else tr("Notes off"))
        self.adapter.setVisible(number is not None or skill)
        if number is not None:
            self.adapter.setText(tr("Learned, night {night}").format(night=number) if adapter else tr("Learned off"))
            self.adapter.setToolTip(tr("Answers use what was learned at night"))
        else:
            self.adapter.setText(tr("Reading skill on") if adapter else tr("Reading skill off"))
            self.adapter.setToolTip(tr("It knows how to read notes; nothing learned from yours is in use"))
        self.strength.setVisible(number is not None and adapter)
        self.strength.setText(f"{strength:.0%}")
        self.strength.setAccessibleName(tr("Strength {share:.0%}").format(share=strength))
        self._alone = not notes
        self._show_hint()

    def show_persona(self, name: str, any_there: bool) -> None:
        """Show who answers, "" where it is nobody in particular; without any persona there is no chip."""
        self.persona.setVisible(any_there)
        self.persona.setText((name if len(name) <= 24 else f"{name[:23]}…") or tr("Persona"))
        self.persona.setAccessibleName(tr("Persona: {name}").format(name=name or tr("none")))

    def _show_hint(self) -> None:
        if remembered(self.edit.toPlainText()) is not None:
            self._hint.say(tr("Kept as a note, not asked"))
        else:
            self._hint.say(tr("Answers come from the model alone") if self._alone else "")

    def _draw(self) -> None:
        self.send.setIcon(self._look.icon("send", "on_accent"))
        self.stop.setIcon(self._look.icon("stop", "on_accent"))

    def _show_ring(self, ring: bool) -> None:
        widgets.restyle(self._box, ring=ring)

    # ---- what the person does ----

    def _on_text_changed(self) -> None:
        has_words = bool(self.edit.toPlainText().strip())
        self._show_hint()
        self.send.setEnabled(has_words and self._can_send())
        # While an answer comes, the next question can wait for its end.
        self.send.setVisible(not self._busy or (has_words and self._can_send()))
        if has_words:
            self.typing_began.emit()

    def _send(self) -> None:
        text = self.edit.toPlainText().strip()
        if text and self._can_send():
            self.edit.clear()
            self.sent.emit(text)

    def _can_send(self) -> bool:
        if self._reading or (self._busy and self._holding):
            return False
        return not self._busy or self._waiting.isHidden() or remembered(self.edit.toPlainText()) is not None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _paths(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()
            self._hint.say(tr("Drop to ask about it alone"))
            self._show_ring(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._show_hint()
        self._show_ring(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_hint()
        self._show_ring(False)
        event.acceptProposedAction()
        self._take(event.mimeData())

    def _take(self, given: QMimeData) -> None:
        if paths := _paths(given):
            self.files_given.emit(paths)
        elif given.hasImage():
            self.image_given.emit(QImage(given.imageData()))
        self.edit.setFocus()

    def _choose_strength(self) -> None:
        choices: list[tuple[str, Any]] = [(f"{s:.0%}", lambda s=s: self.strength_chosen.emit(s)) for s in STRENGTHS]
        widgets.menu_below(self.strength, choices, self)


def remembered(text: str) -> str | None:
    """What is to be kept of a line that begins with REMEMBER; None for any other line."""
    words = text.strip()
    if words != REMEMBER and not words.startswith((f"{REMEMBER} ", f"{REMEMBER}\n")):
        return None
    return words.removeprefix(REMEMBER).strip()


def _paths(given: QMimeData) -> list[Path]:
    """The files among what was dropped or pasted."""
    return [Path(url.toLocalFile()) for url in given.urls() if url.isLocalFile()]


class Edit(QPlainTextEdit):
    """Plain text that is as high as it needs to be."""

    sent = Signal()
    pasted = Signal(QMimeData)  # files, or a picture
    ring_changed = Signal(bool)

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.setObjectName("composer")
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setAcceptDrops(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or bool(_paths(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if _paths(source) or (source.hasImage() and not source.hasText()):
            self.pasted.emit(source)
        elif source.hasText():
            # Words alone: formats of another program stay there.
            self.insertPlainText(source.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
            return
        self.type(event)

    def type(self, event: QKeyEvent) -> None:
        """Take a key as text and nothing else."""
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_changed.emit(event.reason() in widgets.BY_KEYBOARD)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_changed.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        lines = max(1, int(self.document().size().height()))
        shown = min(lines, LINES)
        always, never = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(always if lines > LINES else never)
        height = shown * self.fontMetrics().lineSpacing() + 2
        if height != self.height():
            self.setFixedHeight(height)
