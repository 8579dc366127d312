"""The person's notes: search over everything, the list, the note itself."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from personal_ai.errors import UserError
from personal_ai.paths import RESOURCES
from personal_ai.ui import amounts, background, links, theme, widgets
from personal_ai.ui.browse import ASIDE, EVERYTHING, Browse
from personal_ai.ui.import_card import ImportCard, end_words
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.month_strip import MonthStrip
from personal_ai.ui.note_list import ROW, NoteList, NoteModel, id_of
from personal_ai.ui.note_view import NoteView
from personal_ai.ui.theme import Theme
from personal_ai.ui.watched_folders import WatchedFolders

if TYPE_CHECKING:
    from personal_ai.documents.library import Library
    from personal_ai.documents.overview import Overview
    from personal_ai.documents.watching import FolderState
    from personal_ai.store.documents import Provenance

HITS = 50
#: With more notes than this, what reads all of them is done off the window's thread.
MANY = 2000
#: From this width on, in pixels, folders and kinds have a column of their own.
WIDE = 770
#: Below this width, in pixels, the list and the note have the place one after the other; below this height there is
#: none for the strip.
NARROW, LOW = 570, 420
SET_ASIDE = QT_TR_NOOP(
    "The files of these notes were deleted or moved away. They are not found, used or learned until you bring them "
    "back; what was learned from them before stays until you delete them."
)


class LibraryPage(QWidget):
    """Everything that was read, found again."""

    changed = Signal()

    def __init__(self, look: Theme, library: "Library", folders: WatchedFolders) -> None:
        super().__init__()
        self.setObjectName("page")
        self._library = library
        self._folders = folders
        folders.setParent(self)
        folders.hide()
        self._looking: background.Job | None = None
        self._look_again = False
        self._overview: Overview | None = None
        self._aside: list[int] = []
        self._adding: list[Path] = []
        self._job: background.Job | None = None
        self._waiting: list[list[Path]] = []
        self._searching: background.Job | None = None
        self.banner = widgets.Banner(look)
        self.imports = ImportCard(look)
        self.search = widgets.SearchField(look, tr("Search everything you have written"), tr("Search your notes"))
        self.search.setObjectName("library-search")
        self._typed = widgets.later(150, self, self._search)
        self._telling = widgets.later(50, self, self._tell_progress)
        self._progress = (0, 0)
        self._count = widgets.label("", "second", wrap=False)
        self._model = NoteModel(library.rows)
        self.browse = Browse(look)
        self.strip = MonthStrip(look)
        self._where = widgets.button(tr("All notes ▾"), "chip", self._choose_place, "browse-menu")
        self._bring_back = widgets.button(tr("Bring all back"), "", self._on_bring_all_back, "bring-all-back")
        self.list = NoteList(look, self._model)
        self.note = NoteView(look)
        self._hint = widgets.label("", "second", "library-hint")
        self._nothing = self._build_nothing()
        self._middle = QStackedWidget()
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        files = widgets.button(tr("Add files…"), "", self.choose_files, "add-files")
        folder = widgets.button(tr("Add folder…"), "", self.choose_folder, "add-folder")
        top = widgets.row(widgets.label(tr("Library"), "title", wrap=False), self._count, 1, files, folder)
        self._right = QStackedWidget()
        self._right.addWidget(widgets.middle(widgets.label(tr("Choose a note to read it."), "second")))
        self._right.addWidget(self.note)
        left = self._left = self._lay_out_list()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        self.browse.setMinimumWidth(172)
        left.setMinimumWidth(200)
        self._right.setMinimumWidth(340)
        for number, (part, stretch) in enumerate(((self.browse, 0), (left, 2), (self._right, 3))):
            split.addWidget(part)
            split.setStretchFactor(number, stretch)
        split.setSizes([176, 300, 395])
        self._middle.addWidget(self._nothing)
        self._middle.addWidget(split)
        self._head, head = QWidget(), QVBoxLayout()
        self._head.setLayout(head)
        head.setContentsMargins(0, 0, theme.AROUND, 0)
        head.setSpacing(12)
        head.addLayout(top)
        for part in (self.search, self.imports, self.strip):
            head.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.AROUND, 18, 0, 0)
        column.setSpacing(12)
        banner = widgets.row(self.banner)
        banner.setContentsMargins(0, 0, theme.AROUND, 0)
        column.addLayout(banner)
        column.addWidget(self._head)
        column.addWidget(self._middle, 1)

    def _lay_out_list(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self._where, self._hint, self._bring_back):
            line = widgets.row(part, *(() if part is self._hint else (1,)))
            line.setContentsMargins(12, 0, 12, 0)
            column.addLayout(line)
        column.addWidget(self.list, 1)
        self._bring_back.hide()
        self._where.hide()
        return left

    def _build_nothing(self) -> QWidget:
        words = tr(
            "Drop notes or a folder anywhere on this window: texts, PDF, Office files, books, web pages or mail."
        )
        return widgets.middle(
            widgets.label(tr("Nothing here yet"), "title", wrap=False),
            widgets.label(words),
            widgets.button(tr("Add a folder…"), "primary", self.choose_folder),
            widgets.button(tr("Keep a folder current…"), "quiet", self._folders.choose),
        )

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._typed.start())
        self.search.left_for_found.connect(lambda _by_enter: self._on_left_for_found())
        self.browse.chosen.connect(lambda _place: self._narrow())
        self.browse.keep_asked.connect(self._folders.choose)
        self.strip.chosen.connect(lambda _month: self._show_list())
        self._folders.failed.connect(lambda sentence: self.banner.say(sentence, "warning"))
        self._folders.chosen.connect(self.refresh)
        self.note.bring_back_asked.connect(self._on_bring_back)
        self.imports.cancel_asked.connect(self._stop_import)
        self.list.selectionModel().currentChanged.connect(lambda index, _before: self._on_passed(index))
        self.list.clicked.connect(self._on_chosen)
        self.list.activated.connect(self._on_chosen)
        self.note.back_asked.connect(self._on_back)
        self._right.currentChanged.connect(lambda _place: self._fit_panes())
        self.note.whose_changed.connect(self._on_whose)
        self.note.flags_changed.connect(self._on_flags)
        self.note.delete_confirmed.connect(self._on_delete)
        self.note.link_clicked.connect(lambda address: links.ask(self.banner, address))

    # ---- the page ----

    def refresh(self) -> None:
        """Read again what there is, and the note in front."""
        if self._looking:
            self._look_again = True
        elif self._library.documents.count() > MANY:
            self._looking = background.call(self._look, self._on_looked, self._on_looking_failed)
        else:
            self._on_looked(self._look())

    def _look(self) -> "tuple[Overview, list[int]]":
        return self._library.overview(), [row.id for row in self._library.set_aside()]

    def _on_looking_failed(self, sentence: str) -> None:
        self._looking = None
        self.banner.say(sentence, "error")

    def _on_looked(self, found: "tuple[Overview, list[int]]") -> None:
        self._looking = None
        self._overview, self._aside = found
        any_ = bool(self._overview.entries or self._aside)
        self._middle.setCurrentIndex(1 if any_ else 0)
        self.search.setVisible(any_)
        self.setFocusProxy(self.list if any_ else None)  # type: ignore[arg-type]
        if self.browse.place == ASIDE and not self._aside:
            self.browse.place = EVERYTHING
        self.browse.show_overview(self._overview, len(self._aside))
        self.browse.show_states(self._folders.states())
        self._narrow()
        if self.note.row and self._right.currentIndex() == 1:
            self._show(self.note.row.id, quietly=True)
        if self._look_again:
            self._look_again = False
            self.refresh()

    def show_folder_state(self, state: "FolderState") -> None:
        """Tell how a folder that stays current is doing now."""
        self._folders.show_state(state)
        self.browse.show_states(self._folders.states())

    # ---- narrowing ----

    def _narrow(self) -> None:
        """Show what lies in the chosen place."""
        if self._overview is None:
            return
        place = self.browse.place
        self._where.setText(f"{self.browse.words()} ▾")
        months = {} if place.aside else self._overview.months(place.folder, place.kind)
        self.strip.show_months(months, self._overview.months(), self.strip.month if self.strip.month in months else "")
        self._show_list()

    def _show_list(self) -> None:
        if self.search.text().strip():
            self._search()
        else:
            self._show_ids()

    def _show_ids(self) -> None:
        if self._overview is None:
            return  # it is being read; `_on_looked` comes back here
        place, month = self.browse.place, self.strip.month
        ids = self._aside if place.aside else self._overview.ids(place.folder, place.kind, month)
        scroll = self.list.verticalScrollBar().value()
        self._model.show_ids(ids)
        self.list.verticalScrollBar().setValue(scroll)
        total = len(self._overview.entries)
        count = amounts.count_words(total, "note")
        some = tr("{n:,} of {notes}").format(n=len(ids), notes=count) if len(ids) < total else count
        self._count.setText(tr("{n:,} set aside").format(n=len(ids)) if place.aside else some if total else "")
        self._hint.setText(tr(SET_ASIDE) if place.aside else "")
        self._hint.setVisible(place.aside)
        self._bring_back.setVisible(place.aside)
        if self.note.row and self._right.currentIndex() == 1:
            self._mark(self.note.row.id)

    def _choose_place(self) -> None:
        choices = [(words, lambda place=place: self.browse.choose(place)) for words, place in self.browse.choices()]
        widgets.menu_below(self._where, choices, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= theme.zoomed(WIDE)
        self.browse.setVisible(wide)
        self._where.setVisible(not wide)
        self.strip.leave_out(self.height() < theme.zoomed(LOW))
        self._fit_panes()

    @property
    def _one_pane(self) -> bool:
        """Whether there is room for the list or for the note, and not for both."""
        return self.width() < theme.zoomed(NARROW)

    def _fit_panes(self) -> None:
        one, reads = self._one_pane, self._right.currentWidget() is self.note
        if one and reads and self.list.hasFocus():
            self.note.text.setFocus()
        self._left.setVisible(not (one and reads))
        self._right.setVisible(reads or not one)
        self._head.setVisible(not (one and reads))
        self.note.back.setVisible(one)

    def _on_back(self) -> None:
        self._right.setCurrentIndex(0)
        self.list.setFocus()

    def search_here(self) -> None:
        """Put the cursor into the search."""
        if self._one_pane:
            self._on_back()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def open_document(self, id: int, start: int = 0, end: int = 0) -> None:
        """Show a document, the passage from `start` to `end` marked."""
        if self._show(id):
            self.search.clear()
            if self._model.find(id) is None and self.browse.place != EVERYTHING:
                self.browse.choose(EVERYTHING)
            self._mark(id)
            if end > start:
                self.note.reveal(start, end)

    def open_titled(self, title: str) -> None:
        """Show the document of this title, the newest where several have it."""
        found = self._library.documents.titled(title)
        if found:
            self.open_document(found.id)
        else:
            self.banner.say(tr("The note “{title}” is no longer in your library.").format(title=title), "warning")

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

    def _on_passed(self, index: QModelIndex) -> None:
        # Where the note would take the place of the list, the arrows go through the list first.
        if not self._one_pane:
            self._on_chosen(index)

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
            self._show_ids()
            return
        self._searching = background.call(
            lambda: self._library.search(query, HITS), lambda hits: self._on_found(query, hits), self._on_failed
        )

    def _on_left_for_found(self) -> None:
        if self._model.rowCount():
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.list.setCurrentIndex(self._model.index(0))

    def _on_found(self, query: str, hits: list[Any]) -> None:
        self._searching = None
        self._show_rows(hits, query.split())

    def _show_rows(self, rows: list[Any], words: list[str]) -> None:
        self._model.show_rows(rows, words)
        self.list.verticalScrollBar().setValue(0)
        self._hint.setText("" if rows else tr("No note holds these words."))
        self._hint.setVisible(not rows)
        self._bring_back.hide()

    def _on_failed(self, sentence: str) -> None:
        self._searching = None
        self.banner.say(sentence, "error")

    # ---- adding ----

    def choose_files(self) -> None:
        """Let the person pick files."""
        self._choose(QFileDialog.FileMode.ExistingFiles, tr("Add files"))

    def choose_folder(self) -> None:
        """Let the person pick a folder."""
        self._choose(QFileDialog.FileMode.Directory, tr("Add a folder"))

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
        self._adding = paths
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
            # Files that did not change come by the thousand.
            self._progress = event.done, event.total
            if not self._telling.isActive():
                self._telling.start()
        else:
            self._telling.stop()
            self._on_import_finished(event)

    def _tell_progress(self) -> None:
        if self._job:
            self.imports.progress(*self._progress)

    def _on_import_finished(self, event: Any) -> None:
        if not event.documents and not event.unchanged and len(event.skipped) == 1:
            self.banner.say(event.skipped[0].reason, "warning")
            self.imports.hide()
            return
        self._offer_to_keep()
        words = end_words(event.documents, event.unchanged, len(event.skipped), event.seconds)
        self.imports.end(words, event.skipped)

    def _offer_to_keep(self) -> None:
        """A folder that was read may stay current."""
        folder = self._adding[0]
        known = folder.is_relative_to(RESOURCES) or self._folders.holds(folder)
        if len(self._adding) > 1 or known or not folder.is_dir():
            return
        sentence = tr("What is new or changed in “{folder}” can be read by itself from now on.").format(
            folder=folder.name
        )
        self.banner.say(sentence, "info", tr("Keep it current"), lambda: self._folders.add(folder))

    def _on_import_done(self, _result: Any) -> None:
        if self._job and self._job.cancelled:
            self.imports.end(tr("Stopped. What was read so far stays."))
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
        if self._library.documents.count() > MANY:
            # In a large library it takes its time to leave no trace.
            background.call(lambda: self._library.delete(id), self._on_deleted, self._on_not_deleted)
            return
        try:
            gone = self._library.delete(id)
        except UserError as error:
            self._on_not_deleted(str(error))
            return
        self._on_deleted(gone)

    def _on_not_deleted(self, sentence: str) -> None:
        self.banner.say(sentence, "error")
        self.changed.emit()

    def _on_deleted(self, gone: Any) -> None:
        if gone.dropped:
            instead = (
                tr("adapter {number} is used").format(number=gone.now)
                if gone.now is not None
                else tr("no adapter is used")
            )
            sentence = tr("What was learned from this note is deleted with it; {instead} from now on.")
            self.banner.say(sentence.format(instead=instead))
        self.changed.emit()

    def _on_bring_back(self, id: int) -> None:
        self._try(lambda: self._library.bring_back([id]))

    def _on_bring_all_back(self) -> None:
        self._try(lambda: self._library.bring_back(self._aside))

    def _try(self, change: Callable[[], object]) -> None:
        try:
            change()
        except UserError as error:
            self.banner.say(str(error), "error")
        self.changed.emit()
