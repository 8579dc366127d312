"""One message on the page: the person's words in a bubble, an answer as plain text with its sources."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from personal_ai.ui import amounts, theme, widgets
from personal_ai.ui.announcing import Announcer, announce
from personal_ai.ui.better_answer import BetterAnswer
from personal_ai.ui.flow import Flow
from personal_ai.ui.language import tr
from personal_ai.ui.markdown_view import MarkdownView
from personal_ai.ui.message_parts import SourceCard, Versions, When
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.store.conversations import Source

PADDING = 16


class Question(widgets.Hover):
    """What the person asked."""

    remember_asked = Signal(str)
    changed = Signal(int, str)  # message id, the question in other words

    def __init__(self, look: Theme, text: str, message_id: int = 0, created: str = "") -> None:
        super().__init__()
        self.text, self.message_id = text, message_id
        self.editor: BetterAnswer | None = None
        self._words = widgets.label(text)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setAccessibleName(tr("You asked: {question}").format(question=text))
        self._bubble = bubble = QFrame()
        bubble.setObjectName("bubble")
        inside = QHBoxLayout(bubble)
        inside.setContentsMargins(PADDING, 10, PADDING, 10)
        inside.addWidget(self._words)
        self.keep = widgets.IconButton(look, "keep", tr("Remember this"), self._on_keep)
        self.copy = widgets.IconButton(look, "copy", tr("Copy this question"), self._on_copy)
        self._copied = widgets.later(1500, self, lambda: self.copy.change("copy", tr("Copy this question")))
        self.other = widgets.IconButton(look, "pencil", tr("Ask in other words…"), self.begin_other)
        self.versions = Versions()
        self.when = When()
        self._quiet = (self.when, self.keep, self.copy, self.other)
        self.hovered.connect(self._on_hovered)
        self._on_hovered(False)
        self.know(message_id, created)
        line = widgets.row(1, *self._quiet, bubble, spacing=2)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(line)
        self._attached = QVBoxLayout()
        self._column.addLayout(self._attached)
        self._column.addWidget(self.versions, 0, Qt.AlignmentFlag.AlignRight)

    def know(self, message_id: int, created: str) -> None:
        """Be the message of this id, said then; before it is stored it cannot be asked otherwise."""
        self.message_id = message_id
        self.when.know(created)
        self.other.setVisible(bool(message_id))

    def show_attached(self, attached: Sequence[QWidget]) -> None:
        """Show what is attached to it."""
        for each in attached:
            self._attached.addWidget(each, 0, Qt.AlignmentFlag.AlignRight)

    def begin_other(self) -> None:
        """Let the person change the question where it stands."""
        if self.editor is None:
            self.editor = BetterAnswer(self.text, tr("Your question in other words"), tr("Your question"), tr("Ask"))
            self.editor.saved.connect(self._on_saved)
            self.editor.cancelled.connect(self.end_other)
            self._column.insertWidget(0, self.editor)
            for part in (self._bubble, *self._quiet):
                part.hide()
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def end_other(self) -> None:
        """Leave the question as it is."""
        if self.editor is not None:
            self._column.removeWidget(self.editor)
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
            for part in (self._bubble, *self._quiet):
                part.show()
            self.other.setFocus()

    def _on_saved(self, text: str) -> None:
        if text.strip() and text.strip() != self.text:
            self.changed.emit(self.message_id, text.strip())
        else:
            self.end_other()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self.copy.change("check", tr("Copied"))
        self._copied.start()

    def _on_hovered(self, hovered: bool) -> None:
        for action in self._quiet:
            action.sleep(not hovered)

    def _on_keep(self) -> None:
        self.remember_asked.emit(self._words.selectedText() or self.text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = sum(part.sizeHint().width() + 2 for part in self._quiet)
        widest = max(0.6 * self.width(), min(0.8 * self.width(), self.width() - beside))
        widest = int(widest) - 2 * PADDING - theme.INSIDE
        room = QRect(0, 0, max(widest, 80), 100_000)
        flags = Qt.TextFlag.TextWordWrap.value
        # A very long word would be cut; the label breaks it where it must.
        needed = QFontMetrics(theme.sans()).boundingRect(room, flags, self.text).width() + 2
        self._words.setFixedWidth(min(needed, widest))


class Answer(widgets.Hover):
    """What was answered: the text, a note on its state, the sources, and actions that keep quiet."""

    source_opened = Signal(int, int, int)
    link_clicked = Signal(str)
    again_asked = Signal(int)
    more_asked = Signal(int)
    thumbed = Signal(int, bool)  # message id, up
    taught = Signal(int, str)  # message id, the better answer
    remember_asked = Signal(str)
    made_asked = Signal()
    compare_asked = Signal(int)  # message id
    file_passage_asked = Signal(str, str)  # path, what was read there

    def __init__(self, look: Theme, message_id: int = 0, created: str = "") -> None:
        super().__init__()
        self._look = look
        self.message_id = 0
        self._sources: list[Source] = []
        self._own = self._better = self._took = self._said = ""
        self.editor: BetterAnswer | None = None
        self.view = MarkdownView(look)
        self.view.setAccessibleName(tr("Answer"))
        self._announcer = Announcer(lambda words: announce(self.view, words))
        self.view.source_clicked.connect(self._open_source)
        self.view.link_clicked.connect(self.link_clicked)
        self._note = widgets.label("", "second")
        self._note.hide()
        self.more = widgets.button(tr("Continue"), "link", lambda: self.more_asked.emit(self.message_id), "continue")
        self.more.setAccessibleName(tr("Continue this answer where it ends"))
        self.more.hide()
        self._lesson = widgets.label("", "second", "lesson")
        self._lesson.hide()
        self._made = widgets.label("", "second", "made")
        self._made.hide()
        self._cards = QWidget()
        self._flow = Flow()
        self._cards.setLayout(self._flow)
        self._cards.hide()
        self._copy = widgets.IconButton(look, "copy", tr("Copy this answer"), self._on_copy)
        self._again = widgets.IconButton(
            look, "again", tr("Answer again"), lambda: self.again_asked.emit(self.message_id)
        )
        self._copied = widgets.later(1500, self, lambda: self._copy.change("copy", tr("Copy this answer")))
        self.good = widgets.IconButton(
            look, "good", tr("Good answer"), lambda: self.thumbed.emit(self.message_id, True)
        )
        self.bad = widgets.IconButton(
            look, "bad", tr("Not a good answer"), lambda: self.thumbed.emit(self.message_id, False)
        )
        self.better = widgets.IconButton(look, "pencil", tr("Better answer…"), self.begin_better)
        self.keep = widgets.IconButton(look, "keep", tr("Remember the selected words"), self._on_keep)
        self.made = widgets.IconButton(look, "info", tr("How was this made?"), self._on_made)
        self.compare = widgets.IconButton(
            look, "compare", tr("Compare two ways to answer…"), lambda: self.compare_asked.emit(self.message_id)
        )
        self._quiet = (
            self._copy, self._again, self.compare, self.good, self.bad, self.better, self.made, self.keep,
        )  # fmt: skip
        self.versions = Versions()
        self._speed = widgets.Elided("", "second")
        self._speed.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.when = When()
        self.when.setContentsMargins(theme.INSIDE, 0, 0, 0)
        actions = widgets.row(self.versions, *self._quiet, self._speed, self.when, spacing=2)
        actions.setStretch(len(self._quiet) + 1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.view, self._note, self.more, self._lesson, self._made, self._cards):
            column.addWidget(part)
        column.addLayout(actions)
        self._column = column
        self.hovered.connect(self._on_hovered)
        self.view.selectionChanged.connect(self._on_selected)
        self._on_hovered(False)
        self._show_teaching(False)
        self._be(message_id, created)

    def _be(self, message_id: int, created: str) -> None:
        self.message_id = message_id
        self.setObjectName(f"answer-{message_id}")
        self.when.know(created)
        self.view.setAccessibleDescription(self.when.accessibleName())

    # ---- what it shows ----

    @property
    def text(self) -> str:
        """The answer's source so far, as it was said."""
        return self._said or self.view.markdown

    def toPlainText(self) -> str:
        """The answer as it reads, without mark-up."""
        return self.view.toPlainText()

    def begin(self, message_id: int, created: str = "") -> None:
        """An answer is on its way; before it is stored nobody knows since when."""
        self._be(message_id, created)
        self._said = ""
        self.view.begin()
        self.say(tr("Looking into your notes…"))
        self._rest()

    def go_on(self) -> None:
        """More of the answer is on its way, behind what stands there."""
        self._said = ""
        self.view.resume()
        self.say(tr("Going on…"))
        self._rest()

    def restart(self, begun: str) -> None:
        """What came is void but for `begun`."""
        self._said = ""
        self.view.begin(len(self._sources))
        if begun:
            self.view.append(begun)

    def _rest(self) -> None:
        self._again.setEnabled(False)
        self.more.hide()
        self._show_teaching(False)

    def show_sources(self, sources: "list[Source]") -> None:
        """Show what the answer leans on."""
        self._sources = sources
        widgets.clear(self._flow)
        for number, source in enumerate(sources, 1):
            self._flow.addWidget(
                SourceCard(self._look, number, source, lambda number=number: self._open_source(number))
            )
        self._cards.setVisible(bool(sources))
        self.view.show_sources(len(sources))
        if not self.text:
            passages = amounts.count_words(len(sources), "passage")
            self.say(tr("Reading {passages}…").format(passages=passages) if sources else tr("Thinking…"))

    def append(self, piece: str) -> None:
        """The next piece came."""
        if not self._note.isHidden():
            self._note.hide()
            self.view.show()
        self.view.append(piece)
        self._announcer.add(piece)

    def end(self, state: str, text: str | None = None) -> None:
        """No more comes. States: done, stopped, failed."""
        self._announcer.finish()
        self._put(self.text if text is None else text)
        self._own = self.text
        self._again.setEnabled(True)
        self._show_teaching(bool(self.text.strip()))
        notes = {"stopped": tr("Stopped."), "failed": tr("This answer broke off.")}
        self.say(notes.get(state, "" if self.text.strip() else tr("The model had nothing to say.")))

    def show_stored(self, text: str, sources: "list[Source]", state: str) -> None:
        """Show an answer of before."""
        self.show_sources(sources)
        self.end(state, text)

    def _put(self, text: str, own: bool = False) -> None:
        """Show a whole text, without the marks of sources that do not say so; the person's `own` words stay."""
        from personal_ai.chat import citations
        from personal_ai.store.withdrawing import WITHDRAWN

        passages = [f"{source.title}\n{source.heading}\n{source.text}" for source in self._sources]
        shown = text if own else citations.checked(text, passages)
        if text == WITHDRAWN:
            shown = said(text)
        self._said = text
        if shown != self.view.markdown:
            self.view.show_text(shown, sources=len(self._sources))
        else:
            self.view.finish()

    def show_more(self, on: bool) -> None:
        """Offer to continue an answer that was cut off."""
        self.more.setVisible(on and not self._better)
        if on and self._note.isHidden():
            self.say(tr("This answer was cut off because it became too long."))

    def show_speed(self, words: str) -> None:
        """How long it took, for those who look closer."""
        self._took = words

    def show_taught(self, thumb: str, better: str, lesson: str = "") -> None:
        """Show what was taught about it: "up", "down" or no thumb, and the person's own answer in its place.

        `lesson` says in a sentence what becomes of it.
        """
        self._close_editor()
        self._better = better
        self.more.setVisible(self.more.isVisibleTo(self) and not better)
        shown = better or self._own
        if shown != self.text:
            self._put(shown, own=bool(better))
        self.good.press(thumb == "up")
        self.bad.press(thumb == "down")
        self._show_teaching(bool(self._own.strip()))
        words = " ".join(part for part in (tr("Your answer.") if better else "", lesson) if part)
        self._lesson.setText(words)
        self._lesson.setVisible(bool(words))

    def show_made(self, words: str) -> None:
        """Say how the answer was made; no words hide it."""
        self._made.setText(words)
        self._made.setVisible(bool(words))
        self.made.press(bool(words))

    def _show_teaching(self, on: bool) -> None:
        for about_the_model in (self.good, self.bad, self.made):
            # What the person wrote themselves needs no thumb of theirs.
            about_the_model.setVisible(on and not self._better)
        if not on or self._better:
            self.show_made("")
        self.better.setVisible(on)
        self.compare.setVisible(on)
        self._on_selected()

    def say(self, note: str) -> None:
        """A quiet line under the text; nothing hides it."""
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.view.setVisible(bool(self.text.strip()) or not note)

    # ---- what the person does ----

    def _open_source(self, number: int) -> None:
        if 1 <= number <= len(self._sources):
            source = self._sources[number - 1]
            if not source.document_id:
                self.file_passage_asked.emit(source.document, source.text)
                return
            self.source_opened.emit(source.document_id, source.start, source.end)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self._copy.change("check", tr("Copied"))
        self._copied.start()

    def _on_made(self) -> None:
        if self._made.text():
            self.show_made("")
        else:
            self.made_asked.emit()

    def _on_hovered(self, hovered: bool) -> None:
        for action in self._quiet:
            action.sleep(not hovered)
        self.when.sleep(not hovered)
        self._speed.say(self._took if hovered else "")

    def _on_selected(self) -> None:
        self.keep.setVisible(self.view.textCursor().hasSelection() and not self.view.isHidden())

    def _on_keep(self) -> None:
        self.remember_asked.emit(self.view.selected_words())

    def begin_better(self) -> None:
        """Let the person change the answer where it stands."""
        if self.editor is None:
            self.editor = BetterAnswer(self.text)
            self.editor.saved.connect(lambda text: self.taught.emit(self.message_id, text))
            self.editor.cancelled.connect(self._close_editor)
            self._column.insertWidget(0, self.editor)
            self.view.hide()
            self._on_selected()
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _close_editor(self) -> None:
        if self.editor is not None:
            had_focus = self.editor.edit.hasFocus()
            self._column.removeWidget(self.editor)
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
            self.view.show()
            self._on_selected()
            if had_focus:
                self.better.setFocus()
