"""The window's pages: each is built when it is first shown, and gets of the services what it needs."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from personal_ai import system
from personal_ai.services import Services
from personal_ai.ui import chat_files
from personal_ai.ui.learner import Learner
from personal_ai.ui.main_window import MainWindow
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.documents.watching import FolderState
    from personal_ai.ui.watched_folders import WatchedFolders

#: Among so many of the newest notes a new chat looks for questions to offer.
NEWEST = 40


class Pages(QObject):
    """The window, what its pages are built of, and the ways from one to another."""

    stored = Signal()
    settings_changed = Signal()
    adapter_changed = Signal()
    nights_changed = Signal()
    files_wanted = Signal(list)  # of Path: to be read, or models to be added
    left_for = Signal(object)  # privacy.Afterwards: what is to be done with the data closed

    def __init__(self, services: Services, look: Theme, learner: Learner) -> None:
        super().__init__()
        self._services, self._look, self._learner = services, look, learner
        #: How each folder that stays current is doing, by its path.
        self.folder_states: dict[str, FolderState] = {}
        self.window = MainWindow(look, self._builders())

    # ---- each page ----

    def _builders(self) -> dict[str, Callable[[], QWidget]]:
        return {
            "chat": self._build_chat,
            "library": self._build_library,
            "learning": self._build_learning,
            "models": self._build_models,
            "settings": self._build_settings,
        }

    def _build_chat(self) -> QWidget:
        from personal_ai.ui.chat_page import ChatPage

        services = self._services
        page = ChatPage(
            self._look,
            conversations=services.conversations,
            taught=services.taught_rows,
            personas=services.personas,
            session=lambda: services.session,
            newest=lambda: services.documents.newest(NEWEST),
            suggest=services.first_questions,
            settings=lambda: services.settings,
            change_settings=services.change_settings,
            adapter=lambda: services.shelf.current(),
            skill=services.only_reads,
            strength=lambda: services.shelf.strength(),
            set_strength=self._set_strength,
            adapters=self._adapters_to_compare,
            read_beside=services.read_beside,
            search_beside=services.search_beside,
        )
        page.source_opened.connect(self.open_source)
        page.stored.connect(self.stored)
        page.file_wanted.connect(self.files_wanted)
        page.add_asked.connect(lambda: self.show_library_and(lambda library: library.choose_files()))
        page.beside.import_asked.connect(lambda: chat_files.ask_what_to_import(page, self.import_chats))
        page.beside.export_asked.connect(self._on_export_asked)
        return page

    def _adapters_to_compare(self) -> tuple[list[int], bool, float]:
        """The nights that fit the model in use, whether what it uses was learned, and how strongly."""
        services, base = self._services, self._services.model().sha256
        nights = [row.number for row in services.shelf.list() if row.base_sha256 == base]
        return nights, bool(services.adapters_in_use()), services.shelf.strength()

    def _on_export_asked(self, ids: list[int]) -> None:
        rows = [self._services.conversations.index.get(id) for id in ids]
        chat_files.ask_where_to_export(self.window.chat_page, rows, lambda path: self.export_chats(ids, path))

    def export_chats(self, ids: list[int], path: Path) -> None:
        """Write these conversations to a file."""
        chat_files.export_chats(self._services.conversations, ids, path, self.window.say)

    def import_chats(self, paths: list[Path]) -> None:
        """Take in conversations of other programs."""
        self._importing = chat_files.import_chats(self._services.importing, paths, self.window.say, self.stored.emit)

    def _build_library(self) -> QWidget:
        from personal_ai.ui.library_page import LibraryPage

        page = LibraryPage(self._look, self._services.library, self._build_folders())
        page.changed.connect(self.stored)
        return page

    def _build_folders(self) -> "WatchedFolders":
        from personal_ai.ui.watched_folders import WatchedFolders

        return WatchedFolders(lambda: self._services.watching, lambda: self.folder_states)

    def _build_learning(self) -> QWidget:
        from personal_ai.ui.learning_page import LearningPage

        services = self._services
        page = LearningPage(
            self._look,
            night=lambda: services.night,
            tonight=lambda: services.tonight,
            learner=self._learner,
            shelf=lambda: services.shelf,
            skill=services.only_reads,
            addon=lambda: services.addon,
            settings=lambda: services.settings,
            change_settings=services.change_settings,
        )
        page.adapter_changed.connect(self.adapter_changed)
        page.nights_changed.connect(self.nights_changed)
        page.note_opened.connect(self.open_note)
        page.document_opened.connect(lambda id: self.open_source(id, 0, 0))
        return page

    def _build_settings(self) -> QWidget:
        from personal_ai.licences import shipped
        from personal_ai.privacy import Privacy, erasing_work
        from personal_ai.ui.settings_page import SettingsPage

        services = self._services
        page = SettingsPage(
            self._look,
            privacy=Privacy(services),
            licences=shipped,
            updating=lambda: services.updating,
            settings=lambda: services.settings,
            change_settings=services.change_settings,
            folders=self._build_folders(),
            at_login=services.at_login,
            night_timer=services.night_timer,
        )
        page.erase_asked.connect(lambda: self.left_for.emit(erasing_work(services.paths)))
        page.lock_asked.connect(self.left_for)
        page.settings_changed.connect(self.settings_changed)
        page.shortcuts_asked.connect(self.window.show_keys)
        return page

    def _build_models(self) -> QWidget:
        from personal_ai.learning import forecasting
        from personal_ai.ui.models_page import ModelsPage

        services = self._services
        page = ModelsPage(
            self._look,
            catalogue=lambda: services.catalogue,
            trying=lambda: services.trying,
            forecasting=lambda: services.forecasting,
            teaching=forecasting.memory_outlook,
            memory=system.memory,
            personas=services.personas,
            settings=lambda: services.settings,
            change_settings=services.change_settings,
        )
        page.model_changed.connect(self.adapter_changed)
        page.personas_changed.connect(lambda: self.window.chat_page.refresh())
        return page

    def _set_strength(self, strength: float) -> None:
        current = self._services.shelf.current()
        if current:
            self._services.shelf.set_strength(current.number, strength)
            self.adapter_changed.emit()

    # ---- from one to another ----

    def show_library_and(self, act: Callable[[Any], None]) -> None:
        """Bring the library to the front and do something there."""
        self.window.show_page("library")
        act(self.window.library_page)

    def show_models_and(self, act: Callable[[Any], object]) -> None:
        """Bring the models to the front and do something there."""
        self.window.show_page("models")
        act(self.window.models_page)

    def open_source(self, document_id: int, start: int, end: int) -> None:
        """Open a note at a passage."""
        self.show_library_and(lambda library: library.open_document(document_id, start, end))

    def open_note(self, title: str) -> None:
        """Open the note of this title."""
        self.show_library_and(lambda library: library.open_titled(title))
