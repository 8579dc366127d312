"""One document: what it is, what may be done with it, and its text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from personal_ai.ui import dates, theme, widgets
from personal_ai.ui.markdown_view import MarkdownView
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.store.documents import DocumentRow

WHOSE = {"mine": "You wrote this", "sent": "Sent to you", "elsewhere": "From elsewhere"}
MARKDOWN = ("md", "markdown", "mdown", "mkd")


class NoteView(QWidget):
    """Shows a document; says what the person decided about it."""

    whose_changed = Signal(int, str)  # document id, provenance
    flags_changed = Signal(int, bool, bool)  # document id, never learn, never use
    delete_confirmed = Signal(int)
    bring_back_asked = Signal(int)
    link_clicked = Signal(str)

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self.row: DocumentRow | None = None
        self._title = widgets.label("", "title", "document-title")
        self._about = widgets.label("", "second")
        self._whose = widgets.button("", "chip", self._choose_whose, "provenance")
        self._whose.setToolTip("Who wrote this")
        self._means = widgets.label("", "second", "document-means")
        self._learn = widgets.button("Never learn", "chip", self._on_flags, "never-learn")
        self._learn.setToolTip("Nights leave this note out")
        self._use = widgets.button("Never use", "chip", self._on_flags, "never-use")
        self._use.setToolTip("Answers do not look into this note")
        for chip in (self._learn, self._use):
            chip.setCheckable(True)
        self._back = widgets.button("Bring back", "primary", self._on_back, "bring-back")
        self._delete = widgets.button("Delete…", "quiet", self._ask, "delete-document")
        self._confirm_place = QVBoxLayout()
        self._confirm: widgets.Confirm | None = None
        self.text = MarkdownView(look, grows=False)
        self.text.setAccessibleName("The note's text")
        self.text.link_clicked.connect(self.link_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 2, theme.AROUND, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._title)
        column.addWidget(self._about)
        choices, flow = QWidget(), widgets.Flow(spacing=6)
        choices.setLayout(flow)
        for chip in (self._back, self._whose, self._learn, self._use):
            flow.addWidget(chip)
        line = widgets.row(choices, self._delete)
        line.setStretch(0, 1)
        line.setAlignment(self._delete, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)
        column.addWidget(self._means)
        column.addLayout(self._confirm_place)
        column.addWidget(widgets.rule())
        column.addWidget(self.text, 1)

    def show_document(self, row: "DocumentRow", text: str) -> None:
        """Show a document from its beginning."""
        same = self.row is not None and self.row.id == row.id and self.text.markdown == text
        self.row = row
        self._title.setText(row.title)
        self._about.setText(about(row))
        self._whose.setText(f"{WHOSE[row.provenance]} ▾")
        self._whose.setAccessibleName(f"Who wrote this: {WHOSE[row.provenance]}")
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
            choices = [(words, lambda whose=whose: self._on_whose(whose)) for whose, words in WHOSE.items()]
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
        question = (
            "Delete this note, what was learned from it, and the answers that quote it? "
            "The file itself stays where it is."
        )
        self._confirm = widgets.Confirm(question, "Delete", lambda: self.delete_confirmed.emit(id))
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
        return (
            f"Its file is gone since {dates.day(row.gone)}: it is not found, used or learned until you bring it back."
        )
    learned = "nights learn it" if row.learnable else "nights do not learn it"
    used = "answers do not look into it" if row.never_use else "answers look into it"
    why = "" if row.provenance == "mine" else " Only your own words are learned."
    return f"{WHOSE[row.provenance]}: {learned}, and {used}.{why}"


def about(row: "DocumentRow") -> str:
    """Where a document comes from, in a line."""
    parts = [row.path, dates.day(row.created), widgets.count_words(row.chunks, "passage"), widgets.size_words(row.size)]
    if row.version > 1:
        parts.append(f"version {row.version}")
    when = f", {dates.day(row.learned)}" if row.learned else ""
    parts.append(f"learned in night {row.learned_by}{when}" if row.learned_by is not None else "not learned yet")
    return " · ".join(part for part in parts if part)
