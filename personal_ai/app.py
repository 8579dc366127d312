"""The window's program: its objects, the tray, the clock of the night, what other processes change, and bugs."""

import logging
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from personal_ai import paths as places
from personal_ai import system
from personal_ai.errors import UserError, way
from personal_ai.pages import Pages
from personal_ai.services import Services
from personal_ai.ui import background, markdown_writer, theme
from personal_ai.ui.door import ALREADY_OPEN, Door
from personal_ai.ui.first_paint import FirstPaint
from personal_ai.ui.language import tr
from personal_ai.ui.learner import Learner
from personal_ai.ui.mornings import Mornings
from personal_ai.ui.overlay import Command
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme
from personal_ai.ui.tray import Tray

if TYPE_CHECKING:
    from personal_ai.learning.schedule import Decision
    from personal_ai.privacy import Afterwards
    from personal_ai.ui.first_run import FirstRun

logger = logging.getLogger(__name__)

EVERY_MINUTE, EVERY_TWO_SECONDS = 60_000, 2_000
#: The model is loaded this long after the window stands there, in milliseconds: nothing of it delays the window.
WARM_AFTER = 1_500
#: How long the end waits for a night to write its checkpoint, in seconds.
PATIENCE = 20.0


def build_application() -> QApplication:
    """Make the one QApplication of this process, or take the one there is."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("personal-ai")
    application.setApplicationDisplayName("Personal AI")
    application.setDesktopFileName("personal-ai")
    application.setWindowIcon(theme.application_icon())
    background.prepare()
    return application


class Program(QObject):
    """The window with its services, the tray, and the clock of the night."""

    def __init__(self, services: Services, look: Theme) -> None:
        super().__init__()
        self.services, self.look = services, look
        settings = services.settings
        look.zoom(settings.zoom)
        look.choose(settings.theme)
        # The data is opened first: if it is damaged, no window shows what is not there.
        services.conversations.recover()
        self._version = services.database.data_version()
        self._files = self._file_times()
        self.learner = Learner(lambda: services.night)
        self.pages = Pages(services, look, self.learner)
        self.window = self.pages.window
        self.window.stand_at(settings.window)
        self._tray: Tray | None = None
        self._welcome: FirstRun | None = None
        self._closed = self._stands = False
        #: What is to be done once all is closed; the window opens anew behind it.
        self.afterwards: Afterwards | None = None
        self._door = Door(services.paths, self._on_knock)
        self._asking_clock: background.Job | None = None
        self._watching: background.Job | None = None
        self._mornings = Mornings(
            services.night_rows.list,
            services.machine.look,
            settings=lambda: services.settings,
            change_settings=services.change_settings,
            show=self._tell_of_night,
            now=services.now,
        )
        #: A run by hand that had to make way for sleep goes on when the computer is awake again.
        self._goes_on = False
        self._minute = QTimer(self, interval=EVERY_MINUTE)
        self._poll = QTimer(self, interval=EVERY_TWO_SECONDS)
        self._hook = sys.excepthook
        self._connect()

    def _commands(self) -> list[Command]:
        """What can be done from anywhere, beside what the window itself offers."""
        window = self.window
        look = [
            (tr("As the system"), "system"),
            (tr("Light"), "light"),
            (tr("Dark"), "dark"),
            (tr("High contrast"), "contrast"),
        ]
        return [
            Command(tr("Add files…"), "", lambda: self.pages.show_library_and(lambda library: library.choose_files())),
            Command(
                tr("Add a folder…"), "", lambda: self.pages.show_library_and(lambda library: library.choose_folder())
            ),
            Command(tr("Add a model…"), "", lambda: self.pages.show_models_and(lambda models: models.choose_model())),
            Command(
                tr("New persona…"), "", lambda: self.pages.show_models_and(lambda models: models.personas.edit(None))
            ),
            Command(
                tr("Ask about a file…"), "", lambda: (window.show_page("chat"), window.chat_page.attaching.choose())
            ),
            Command(
                tr("Compare two ways to answer…"), "", lambda: (window.show_page("chat"), window.chat_page.compare())
            ),
            Command(tr("Learn now"), "", lambda: (window.show_page("learning"), self.learner.learn())),
            *(
                Command(
                    tr("Appearance: {words}").format(words=words), "", lambda choice=choice: self._on_appearance(choice)
                )
                for words, choice in look
            ),
            Command(tr("Privacy"), "", lambda: (window.show_page("settings"), window.settings_page.show_privacy())),
            *([Command(tr("Lock now"), "", self._lock)] if self.services.room else []),
            Command(tr("Quit Personal AI"), "", self.quit),
        ]

    def _connect(self) -> None:
        self.window.files_dropped.connect(self._on_dropped)
        self.pages.files_wanted.connect(self._on_dropped)
        self.pages.stored.connect(self._on_stored)
        self.pages.settings_changed.connect(self._on_settings_changed)
        self.pages.adapter_changed.connect(self._use_newest_adapter)
        self.pages.nights_changed.connect(self._ask_clock)
        self.pages.left_for.connect(self.leave_for)
        self.window.closing.connect(self.quit)
        self.window.zoom_asked.connect(self._on_zoom)
        self.window.add_commands(self._commands())
        self.learner.started.connect(self._say_status)
        self.learner.progressed.connect(lambda _progress: self._say_status())
        self.learner.ended.connect(self._on_night_ended)
        self.learner.failed.connect(self._on_night_failed)
        self._minute.timeout.connect(self._ask_clock)
        self._minute.timeout.connect(self._let_chat_rest)
        self._minute.timeout.connect(self._mornings.ask)
        # After login the desktop's place for icons may come later than we do.
        self._minute.timeout.connect(self._keep_tray)
        self._poll.timeout.connect(self._look_for_changes)
        sys.excepthook = self._on_bug

    def open(self, in_tray: bool = False) -> None:
        """Show the window, on an empty data folder the welcome first, and start the clocks. `in_tray` shows nothing."""
        self.window.show_page("chat")
        if not self.services.settings.welcomed:
            if self._has_begun():
                self.services.change_settings(welcomed=True)
            else:
                self._show_welcome()
        self.window.setVisible(not in_tray)
        if in_tray:
            QTimer.singleShot(0, self._after_first_paint)
        else:
            FirstPaint(self.window, self._after_first_paint)

    def _after_first_paint(self) -> None:
        if self._closed:
            return
        self._keep_tray()
        self._minute.start()
        self._poll.start()
        self._watch_folders()
        background.call(lambda: self.services.library.unfinished(), self._go_on_importing, logger.warning)
        # Text that is removed without a trace takes its time.
        background.call(self.services.conversations.empty_trash, lambda _done: None, logger.warning)
        background.call(self.services.renew_starts, lambda _done: None, logger.warning)
        background.call(lambda: self.services.shelf.problem(), self._on_problem, self._on_adapter_refused)
        background.call(markdown_writer.warm, lambda _done: None, logger.warning)
        # The last: building the night takes long, and what is asked for meanwhile waits for it.
        self._ask_clock()
        QTimer.singleShot(WARM_AFTER, self, self._keep_standing)
        if self.services.settings.welcomed and self.window.isVisible():
            QTimer.singleShot(WARM_AFTER, self, self._load_model)

    def _keep_standing(self) -> None:
        """Have collections pass over what the window is made of, until it is closed."""
        if not self._closed:
            background.freeze()
            self._stands = True

    def _load_model(self) -> None:
        """Have the model ready before the first question; whatever is wrong with it is told when one is asked."""
        if not self._closed:
            background.call(lambda: self.services.session.warm(), lambda _done: None, logger.info)

    # ---- folders that stay current ----

    def _watch_folders(self) -> None:
        if not self._closed and not (self._watching and self._watching.alive):
            self._watching = background.run(
                self.services.watching.watch(), self._on_watched, lambda _done: None, self._on_watching_failed
            )

    def _on_watched(self, event: Any) -> None:
        if hasattr(event, "state"):
            self.pages.folder_states[event.path] = event
            for page in self.window.pages_that("show_folder_state"):
                page.show_folder_state(event)
        else:
            self._on_stored()

    def _on_watching_failed(self, sentence: str) -> None:
        """Most likely the disk is full: what was taken over stays, and some time later it goes on."""
        self.window.say(sentence, "error")
        QTimer.singleShot(EVERY_MINUTE, self, self._watch_folders)

    def _go_on_importing(self, paths: list[Path]) -> None:
        if paths:
            names = f"“{paths[0].name}”" if len(paths) == 1 else tr("{n} files and folders").format(n=len(paths))
            self.window.library_page.add(paths)
            self.window.say(tr("Reading {names} goes on where it stopped.").format(names=names))

    def _let_chat_rest(self) -> None:
        background.call(
            lambda: self.services.session.rest(system.memory().available), lambda _done: None, logger.warning
        )

    def close(self) -> None:
        """End everything in order: a night writes its checkpoint, jobs stop, workers end, the database is closed."""
        if self._closed:
            return
        self._closed = True
        self._keep_place()
        # Nothing of the window may ask for data that is about to be closed.
        for timer in (*self.findChildren(QTimer), *self.window.findChildren(QTimer)):
            timer.stop()
        self._door.close()
        if self._tray:
            self._tray.hide()
        if self.learner.busy and self.learner.ending != "cancelling":
            # Before the jobs are stopped: to stop a night's job alone would cancel the night.
            self.services.night.close()
        if self._watching:
            self.services.watching.stop()
        background.finish(PATIENCE)
        if self._stands:
            background.thaw()
        self.services.close()
        sys.excepthook = self._hook

    def _keep_place(self) -> None:
        """Have the window stand the next time where it stands now."""
        place = self.window.place()
        if self.window.seen and place != self.services.settings.window:
            try:
                self.services.change_settings(window=place)
            except UserError as error:
                logger.warning("where the window stands is not kept: %s", way(error))

    def quit(self) -> None:
        """Leave, tray or not."""
        self.window.hide()
        QApplication.quit()

    def _lock(self) -> None:
        from personal_ai.privacy import Afterwards

        self.leave_for(Afterwards("Locked"))

    def leave_for(self, work: "Afterwards") -> None:
        """Close everything, do this, and open again."""
        self.afterwards = work
        self.quit()

    # ---- the window and its pages ----

    def _has_begun(self) -> bool:
        """Whether notes or chats are here already: a command put them there, or a folder that stays current."""
        return bool(self.services.documents.count() or self.services.conversations.list())

    def _show_welcome(self) -> None:
        from personal_ai.ui.first_run import FirstRun

        services = self.services
        samples = places.RESOURCES / "sample_notes"
        screen = FirstRun(lambda paths: services.library.add(list(paths)), services.first_questions, samples)
        screen.started.connect(self._load_model)
        screen.finished.connect(self._on_welcomed)
        self._welcome = screen
        self.window.show_over(screen)

    def _on_welcomed(self, question: str, unread: list[Path]) -> None:
        self.services.change_settings(welcomed=True)
        self._welcome = None
        self.window.uncover()
        self._on_stored()
        if unread:
            # What was read by then is known, and goes fast.
            self._on_dropped(unread)
        elif question:
            self.window.show_page("chat")
            self.window.chat_page.ask(question)

    def _on_dropped(self, files: list[Path]) -> None:
        models = [file for file in files if file.suffix.lower() == ".gguf" and file.is_file()]
        if rest := [file for file in files if file not in models]:
            if self._welcome:
                self._welcome.begin(rest)
                return
            self.pages.show_library_and(lambda library: library.add(rest))
        if models:
            self.pages.show_models_and(lambda page: page.add_model(models[0]))
        if len(models) > 1:
            self.window.say(tr("Models are added one at a time. Drop the others when this one is here."), "warning")

    def _on_zoom(self, step: float) -> None:
        self.look.zoom(self.look.zoom_factor + step if step else 1.0)
        self.services.change_settings(zoom=self.look.zoom_factor)

    def _on_appearance(self, choice: str) -> None:
        self.services.change_settings(theme=choice)
        self._on_settings_changed()
        self.window.refresh()

    def _on_settings_changed(self) -> None:
        self.look.zoom(self.services.settings.zoom)
        self.look.choose(self.services.settings.theme)
        self._keep_tray()
        self._ask_clock()
        self.window.chat_page.refresh()

    def _on_knock(self) -> None:
        self.window.bring_forward()
        self.window.say(tr(ALREADY_OPEN))

    def _keep_tray(self) -> None:
        wanted = self.services.settings.tray and Tray.available()
        if wanted and self._tray is None:
            self._tray = Tray(self.window.bring_forward, self.learner.learn, self.quit, self._show_night)
        elif not wanted and self._tray is not None:
            self._tray.hide()
            self._tray = None
        self.window.hide_on_close = self._tray is not None
        QApplication.setQuitOnLastWindowClosed(self._tray is None)

    def _look_for_changes(self) -> None:
        """See what another process did: the command line works while the window is open."""
        version, files = self.services.database.data_version(), self._file_times()
        if version == self._version and files == self._files:
            return
        elsewhere = files != self._files
        self.services.watching.look()
        self._version, self._files = version, files
        self._on_stored()
        if elsewhere:
            self.look.choose(self.services.settings.theme)
            self._use_newest_adapter()

    def _file_times(self) -> list[int]:
        """When the choices and the pointer to the adapter in use were last written, in nanoseconds."""
        files = (self.services.paths.settings, self.services.paths.adapters / "CURRENT")
        return [file.stat().st_mtime_ns if file.exists() else 0 for file in files]

    def _on_stored(self) -> None:
        self._version = self.services.database.data_version()
        if self._welcome and (notes := self.services.documents.count()):
            self._welcome.notes_came(notes)
        self.window.refresh()
        self._say_status()

    # ---- the night ----

    def _ask_clock(self) -> None:
        if self._goes_on and not self.learner.busy:
            self._goes_on = False
            self.learner.learn()
        # A run that is under way is watched by the night itself.
        if self._asking_clock is None and not self.learner.busy:
            # The night is built off the window's thread too: importing it takes longer than a frame.
            self._asking_clock = background.call(
                lambda: self.services.night.due(), self._on_clock, self._on_clock_failed
            )

    def _on_clock(self, decision: "Decision") -> None:
        self._asking_clock = None
        if decision.go and not self.learner.busy:
            self.learner.learn(by="night")
        self._say_status()

    def _on_clock_failed(self, sentence: str) -> None:
        self._asking_clock = None
        logger.warning("the clock of the night could not be asked: %s", sentence)

    def _say_status(self) -> None:
        if self.learner.busy:
            self._tell(self._learning_words())
        else:
            background.call(lambda: self.services.night.status(), self._on_status, self._on_clock_failed)

    def _on_status(self, sentence: str) -> None:
        # A run that began while the answer was on its way knows better.
        if not self.learner.busy:
            self._tell(sentence)

    def _learning_words(self) -> str:
        if self.learner.ending:
            pausing = self.learner.ending == "pausing"
            return tr("Stopping, once the checkpoint is written.") if pausing else tr("Stopping.")
        last = self.learner.last
        return tr("Learning: {share:.0%}").format(share=last.fraction) if last else tr("Learning: getting ready")

    def _tell(self, sentence: str) -> None:
        sentence = said(sentence)
        self.window.sentence.setText(sentence)
        if self._tray:
            self._tray.say(sentence)

    def _tell_of_night(self, title: str, text: str) -> None:
        from personal_ai.system.notify import notify

        if self.window.isActiveWindow():
            self.window.say(f"{title}: {text}", action=tr("Show"), then=self._show_night)
        elif self._tray:
            self._tray.tell(title, text)
        else:
            background.call(lambda: notify(title, text), lambda _taken: None, logger.warning)

    def _show_night(self) -> None:
        self.window.bring_forward()
        self.window.show_page("learning")

    def _on_night_ended(self, row: Any) -> None:
        from personal_ai.learning.watch import ASLEEP

        self._goes_on = row is not None and row.reason == ASLEEP and self.learner.by == "hand"
        if row is not None and row.state == "published":
            self._use_newest_adapter()
        self._on_stored()

    def _on_night_failed(self, sentence: str) -> None:
        self.window.say(sentence, "error")
        self._on_stored()

    # ---- the adapter in the running chat ----

    def _use_newest_adapter(self) -> None:
        background.call(
            lambda: self.services.session.refresh_adapters(), self._on_adapter_live, self._on_adapter_refused
        )

    def _on_adapter_live(self, _in_use: Any) -> None:
        self.window.chat_page.refresh()

    def _on_problem(self, sentence: str | None) -> None:
        if sentence:
            self.window.say(sentence, "warning")

    def _on_adapter_refused(self, sentence: str) -> None:
        self.window.say(sentence, "warning")

    # ---- what nobody foresaw ----

    def _on_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            self.quit()
            return
        if isinstance(error, UserError):
            self.window.say(str(error), "error")
            return
        logger.error("a bug: %s", way(error))
        self._hook(kind, error, trace)
        self.window.say(background.bug_sentence(error), "error")
