"""One document: what it is, what may be done with it, and its text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from personal_ai.ui import amounts, dates, theme, widgets
from personal_ai.ui.flow import Flow
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.markdown_view import SIDE, MarkdownView
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.store.documents import DocumentRow

WHOSE = {
    "mine": QT_TR_NOOP("You wrote this"),
    "sent": QT_TR_NOOP("Sent to you"),
    "elsewhere": QT_TR_NOOP("From elsewhere"),
}
MARKDOWN = ("md", "markdown", "mdown", "mkd")


class NoteView(QWidget):
    """Shows a document; says what the person decided about it."""

    whose_changed = Signal(int, str)  # document id, provenance
    flags_changed = Signal(int, bool, bool)  # document id, never learn, never use
    delete_confirmed = Signal(int)
    bring_back_asked = Signal(int)
    link_clicked = Signal(str)
    back_asked = Signal()

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self.row: DocumentRow | None = None
        #: Where there is no room for the list beside the note.
        self.back = widgets.button(tr("Back"), "quiet", self.back_asked.emit, "note-back")
        self.back.hide()
        self._title = widgets.label("", "title", "document-title")
        self._about = widgets.label("", "second")
        self._whose = widgets.button("", "chip", self._choose_whose, "provenance")
        self._whose.setToolTip(tr("Who wrote this"))
        self._means = widgets.label("", "second", "document-means")
        self._learn = widgets.button(tr("Never learn"), "chip", self._on_flags, "never-learn")
        self._learn.setToolTip(tr("Nights leave this note out"))
        self._use = widgets.button(tr("Never use"), "chip", self._on_flags, "never-use")
        self._use.setToolTip(tr("Answers do not look into this note"))
        for chip in (self._learn, self._use):
            chip.setCheckable(True)
        self._back = widgets.button(tr("Bring back"), "primary", self._on_back, "bring-back")
        self._delete = widgets.button(tr("Delete…"), "quiet", self._ask, "delete-document")
        self._confirm_place = QVBoxLayout()
        self._confirm: widgets.Confirm | None = None
        self.text = MarkdownView(look, grows=False)
        self.text.setAccessibleName(tr("The note's text"))
        self.text.link_clicked.connect(self.link_clicked)
        column = QVBoxLayout()
        # The text has its own room at its left, for the bar of a passage.
        column.setContentsMargins(SIDE, 2, 0, 0)
        column.setSpacing(theme.INSIDE)
        head = widgets.row(self._title, self.back)
        head.setStretch(0, 1)
        head.setAlignment(self.back, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self._about)
        choices, flow = QWidget(), Flow(spacing=6)
        choices.setLayout(flow)
        for choice in (self._back, self._whose, self._learn, self._use, self._delete):
            flow.addWidget(choice)
        column.addWidget(choices)
        column.addWidget(self._means)
        column.addLayout(self._confirm_place)
        column.addWidget(widgets.rule())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20 - SIDE, 0, theme.AROUND, 0)
        whole.setSpacing(0)
        whole.addLayout(column)
        whole.addWidget(self.text, 1)

    def show_document(self, row: "DocumentRow", text: str) -> None:
        """Show a document from its beginning."""
        same = self.row is not None and self.row.id == row.id and self.text.markdown == text
        self.row = row
        self._title.setText(row.title)
        self._about.setText(about(row))
        self._whose.setText(f"{tr(WHOSE[row.provenance])} ▾")
        self._whose.setAccessibleName(tr("Who wrote this: {whose}").format(whose=tr(WHOSE[row.provenance])))
        self._means.setText(means(row))
        self._back.setVisible(bool(row.gone))
        for chip in (self._whose, self._learn, self._use):
            chip.setVisible(not row.gone)
        self._learn.setChecked(row.never_learn)
        self._use.setChecked(row.never_use)
        if not same:
            self._drop_confirm()
            self.text.mark_words(())
            self.text.reveal(0, 0)
            markdown = row.format.lstrip(".").lower() in MARKDOWN
            self.text.show_text(text, plain=not markdown, known_title=row.title)

    def reveal(self, start: int, end: int, stems: Sequence[str] = ()) -> None:
        """Mark a passage, and the words beginning with one of the stems, and bring it into view."""
        self.text.mark_words(stems)
        self.text.reveal(start, end)

    def _on_back(self) -> None:
        if self.row:
            self.bring_back_asked.emit(self.row.id)

    def _choose_whose(self) -> None:
        if self.row:
            choices = [(tr(words), lambda whose=whose: self._on_whose(whose)) for whose, words in WHOSE.items()]
            widgets.menu_below(self._whose, choices, self)

    def _on_whose(self, whose: str) -> None:
        if self.row and whose != self.row.provenance:
            self.whose_changed.emit(self.row.id, whose)

    def _on_flags(self) -> None:
        if self.row:
            self.flags_changed.emit(self.row.id, self._learn.isChecked(), self._use.isChecked())

    def _ask(self) -> None:
        if self._confirm or not self.row:
            return
        id = self.row.id
        question = tr(
            "Delete this note, what was learned from it, and the answers that quote it? "
            "The file itself stays where it is."
        )
        self._confirm = widgets.Confirm(question, tr("Delete"), lambda: self.delete_confirmed.emit(id))
        self._confirm.yes.setObjectName("confirm-delete")
        self._confirm.destroyed.connect(self._forget_confirm)
        self._confirm_place.addWidget(self._confirm)

    def _forget_confirm(self) -> None:
        self._confirm = None

    def _drop_confirm(self) -> None:
        if self._confirm:
            self._confirm.close()


def means(row: "DocumentRow") -> str:
    """What it means whose words a document is, and what was decided about it."""
    if row.gone:
        sentence = tr("Its file is gone since {day}: it is not found, used or learned until you bring it back.")
        return sentence.format(day=dates.day(row.gone))
    learned = tr("nights learn it") if row.learnable else tr("nights do not learn it")
    used = tr("answers do not look into it") if row.never_use else tr("answers look into it")
    why = "" if row.provenance == "mine" else tr(" Only your own words are learned.")
    whose = tr(WHOSE[row.provenance])
    return tr("{whose}: {learned}, and {used}.").format(whose=whose, learned=learned, used=used) + why


def about(row: "DocumentRow") -> str:
    """Where a document comes from, in a line."""
    parts = [row.path, dates.day(row.created), amounts.count_words(row.chunks, "passage"), amounts.size_words(row.size)]
    if row.version > 1:
        parts.append(tr("version {n}").format(n=row.version))
    learned = tr("learned in night {night}, {day}") if row.learned else tr("learned in night {night}")
    learned = learned.format(night=row.learned_by, day=dates.day(row.learned or ""))
    parts.append(learned if row.learned_by is not None else tr("not learned yet"))
    # A line breaks between two of these, not between a number and its unit.
    whole = (part.replace(" ", "\u00a0") for part in parts[1:])
    return " · ".join(part for part in (row.path, *whole) if part)
