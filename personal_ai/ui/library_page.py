"""The person's notes: search over everything, the list, the note itself."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from personal_ai.errors import UserError
from personal_ai.ui import background, theme, widgets
from personal_ai.ui.import_card import ImportCard, end_words
from personal_ai.ui.note_list import ROW, NoteList, NoteModel, id_of
from personal_ai.ui.note_view import NoteView
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.documents.library import Library
    from personal_ai.store.documents import Provenance

HITS = 50


class LibraryPage(QWidget):
    """Everything that was read, found again."""

    changed = Signal()

    def __init__(self, look: Theme, library: "Library") -> None:
        super().__init__()
        self.setObjectName("page")
        self._library = library
        self._job: background.Job | None = None
        self._waiting: list[list[Path]] = []
        self._searching: background.Job | None = None
        self.banner = widgets.Banner(look)
        self.imports = ImportCard(look)
        self.search = widgets.SearchField(look, "Search everything you have written", "Search your notes")
        self.search.setObjectName("library-search")
        self._typed = widgets.later(150, self, self._search)
        self._count = widgets.label("", "second", wrap=False)
        self._model = NoteModel()
        self.list = NoteList(look, self._model)
        self.note = NoteView(look)
        self._hint = widgets.label("", "second", "library-hint")
        self._nothing = self._build_nothing()
        self._middle = QStackedWidget()
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        files = widgets.button("Add files…", "", self.choose_files, "add-files")
        folder = widgets.button("Add folder…", "", self.choose_folder, "add-folder")
        top = widgets.row(widgets.label("Library", "title", wrap=False), self._count, 1, files, folder)
        left = QWidget()
        left_column = QVBoxLayout(left)
        left_column.setContentsMargins(0, 0, 0, 0)
        left_column.addWidget(self._hint)
        left_column.addWidget(self.list, 1)
        self._right = QStackedWidget()
        self._right.addWidget(_middle_of_nowhere("Choose a note to read it."))
        self._right.addWidget(self.note)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        left.setMinimumWidth(200)
        self._right.setMinimumWidth(340)
        split.addWidget(left)
        split.addWidget(self._right)
        split.setSizes([380, 500])
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        self._middle.addWidget(self._nothing)
        self._middle.addWidget(split)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.AROUND, 18, 0, 0)
        column.setSpacing(12)
        for part in (self.banner, top, self.search, self.imports):
            column.addLayout(_with_margin(part))
        column.addWidget(self._middle, 1)

    def _build_nothing(self) -> QWidget:
        place = QWidget()
        column = QVBoxLayout(place)
        column.setSpacing(theme.INSIDE)
        column.addStretch(2)
        for part in (
            widgets.label("Nothing here yet", "title", wrap=False),
            widgets.label(
                "Drop notes or a folder anywhere on this window: texts, PDF, Office files, books, web pages or mail."
            ),
            widgets.button("Add a folder…", "primary", self.choose_folder),
        ):
            if hasattr(part, "setAlignment"):
                part.setAlignment(Qt.AlignmentFlag.AlignCenter)  # type: ignore[union-attr]
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return place

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._typed.start())
        self.imports.cancel_asked.connect(self._stop_import)
        self.list.selectionModel().currentChanged.connect(lambda index, _before: self._on_chosen(index))
        self.list.clicked.connect(self._on_chosen)
        self.note.whose_changed.connect(self._on_whose)
        self.note.flags_changed.connect(self._on_flags)
        self.note.delete_confirmed.connect(self._on_delete)
        self.note.link_clicked.connect(self._on_link)

    # ---- the page ----

    def refresh(self) -> None:
        """Read the list again, and the note in front."""
        counts = self._library.counts()
        self._count.setText(widgets.count_words(counts.documents, "note") if counts.documents else "")
        self._middle.setCurrentIndex(1 if counts.documents else 0)
        self.search.setVisible(counts.documents > 0)
        self.setFocusProxy(self.list if counts.documents else None)  # type: ignore[arg-type]
        self._search()
        if self.note.row and self._right.currentIndex() == 1:
            self._show(self.note.row.id, quietly=True)

    def search_here(self) -> None:
        """Put the cursor into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def open_document(self, id: int, start: int = 0, end: int = 0) -> None:
        """Show a document, the passage from `start` to `end` marked."""
        if self._show(id):
            self.search.clear()
            self._mark(id)
            if end > start:
                self.note.reveal(start, end)

    def open_titled(self, title: str) -> None:
        """Show the document of this title, the newest where several have it."""
        found = [row for row in self._library.list() if row.title == title]
        if found:
            self.open_document(max(found, key=lambda row: row.created).id)
        else:
            self.banner.say(f"The note “{title}” is no longer in your library.", "warning")

    def _show(self, id: int, quietly: bool = False) -> bool:
        try:
            self.note.show_document(self._library.get(id), self._library.text(id))
        except UserError as error:
            self._right.setCurrentIndex(0)
            if not quietly:
                self.banner.say(str(error), "warning")
            return False
        self._right.setCurrentIndex(1)
        return True

    def _on_chosen(self, index: QModelIndex) -> None:
        row = index.data(ROW) if index.isValid() else None
        if row is not None and self._show(id_of(row)) and hasattr(row, "document_id"):
            self.note.reveal(row.start, row.end, self._model.words)

    def _mark(self, id: int) -> None:
        """Show in the list which document is in front."""
        number = self._model.find(id)
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        if number is None:
            selection.clear()
        else:
            self.list.setCurrentIndex(self._model.index(number))
            self.list.scrollTo(self._model.index(number))
        selection.blockSignals(False)
        self.list.viewport().update()

    # ---- searching ----

    def _search(self) -> None:
        self._typed.stop()
        query = self.search.text().strip()
        if self._searching:
            self._searching.cancel(silent=True)
            self._searching = None
        if not query:
            self._show_rows(self._library.list(), [])
            return
        self._searching = background.call(
            lambda: self._library.search(query, HITS), lambda hits: self._on_found(query, hits), self._on_failed
        )

    def _on_found(self, query: str, hits: list[Any]) -> None:
        self._searching = None
        self._show_rows(hits, query.split())

    def _show_rows(self, rows: list[Any], words: list[str]) -> None:
        scroll = self.list.verticalScrollBar().value()
        self._model.show_rows(rows, words)
        self.list.verticalScrollBar().setValue(scroll if not words else 0)
        self._hint.setText("" if rows or not words else "No note holds these words.")
        self._hint.setVisible(bool(self._hint.text()))
        if self.note.row and self._right.currentIndex() == 1 and not words:
            self._mark(self.note.row.id)

    def _on_failed(self, sentence: str) -> None:
        self._searching = None
        self.banner.say(sentence, "error")

    # ---- adding ----

    def choose_files(self) -> None:
        """Let the person pick files."""
        self._choose(QFileDialog.FileMode.ExistingFiles, "Add files")

    def choose_folder(self) -> None:
        """Let the person pick a folder."""
        self._choose(QFileDialog.FileMode.Directory, "Add a folder")

    def _choose(self, mode: QFileDialog.FileMode, title: str) -> None:
        dialog = QFileDialog(self, title, str(Path.home()))
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        dialog.open()

    def add(self, paths: list[Path]) -> None:
        """Read files and folders into the library; what comes while an import runs waits its turn."""
        if self._job:
            self._waiting.append(paths)
            return
        self.banner.clear()
        self.imports.begin()
        self._job = background.run(
            self._library.add(paths), self._on_import_event, self._on_import_done, self._on_import_failed
        )

    def _stop_import(self) -> None:
        self._waiting.clear()
        if self._job:
            self._job.cancel()
        self._library.give_up()

    def _on_import_event(self, event: Any) -> None:
        if hasattr(event, "total"):
            self.imports.progress(event.done, event.total)
        else:
            self._on_import_finished(event)

    def _on_import_finished(self, event: Any) -> None:
        if not event.documents and not event.unchanged and len(event.skipped) == 1:
            self.banner.say(event.skipped[0].reason, "warning")
            self.imports.hide()
            return
        words = end_words(event.documents, event.unchanged, len(event.skipped), event.seconds)
        self.imports.end(words, event.skipped)

    def _on_import_done(self, _result: Any) -> None:
        if self._job and self._job.cancelled:
            self.imports.end("Stopped. What was read so far stays.")
        self._next_import()

    def _on_import_failed(self, sentence: str) -> None:
        self.imports.hide()
        self.banner.say(sentence, "error")
        self._next_import()

    def _next_import(self) -> None:
        self._job = None
        self.changed.emit()
        if self._waiting:
            self.add(self._waiting.pop(0))

    # ---- deciding ----

    def _on_flags(self, id: int, never_learn: bool, never_use: bool) -> None:
        self._try(lambda: self._library.set_flags(id, never_learn=never_learn, never_use=never_use))

    def _on_whose(self, id: int, whose: "Provenance") -> None:
        self._try(lambda: self._library.set_provenance(id, whose))

    def _on_delete(self, id: int) -> None:
        self._right.setCurrentIndex(0)
        self.note.row = None
        self._try(lambda: self._delete(id))

    def _delete(self, id: int) -> None:
        gone = self._library.delete(id)
        if gone.dropped:
            instead = f"adapter {gone.now} is used" if gone.now is not None else "no adapter is used"
            self.banner.say(f"What was learned from this note is deleted with it; {instead} from now on.")

    def _try(self, change: Callable[[], object]) -> None:
        try:
            change()
        except UserError as error:
            self.banner.say(str(error), "error")
        self.changed.emit()

    def _on_link(self, address: str) -> None:
        self.banner.say(f"This link leads out of your notes, to {address}")


def _middle_of_nowhere(words: str) -> QWidget:
    place = QWidget()
    column = QVBoxLayout(place)
    hint = widgets.label(words, "second")
    hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
    column.addWidget(hint)
    return place


def _with_margin(part: Any) -> QHBoxLayout:
    line = part if isinstance(part, QHBoxLayout) else widgets.row(part)
    line.setContentsMargins(0, 0, theme.AROUND, 0)
    return line
