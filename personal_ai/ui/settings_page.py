"""The person's choices: each one a sentence of what it changes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

import personal_ai
from personal_ai.bundle import SUFFIX
from personal_ai.errors import UserError
from personal_ai.ui import background, controls, language, theme, widgets
from personal_ai.ui.flow import Flow
from personal_ai.ui.language import tr
from personal_ai.ui.licences_page import LicencesPage
from personal_ai.ui.privacy_page import Privacy, PrivacyPage
from personal_ai.ui.theme import Theme
from personal_ai.ui.watched_folders import WatchedFolders

if TYPE_CHECKING:
    from personal_ai.documents.watching import FolderState
    from personal_ai.licences import Licence
    from personal_ai.settings import Settings
    from personal_ai.system.login import AtLogin
    from personal_ai.system.timer import NightTimer
    from personal_ai.updating import Updating


class SettingsPage(QWidget):
    """Nights, notes, privacy, appearance, about."""

    settings_changed = Signal()
    shortcuts_asked = Signal()
    erase_asked = Signal()
    lock_asked = Signal(object)

    def __init__(
        self,
        look: Theme,
        *,
        privacy: Privacy,
        licences: "Callable[[], list[Licence]]",
        updating: "Callable[[], Updating]",
        settings: "Callable[[], Settings]",
        change_settings: "Callable[..., Settings]",
        folders: WatchedFolders,
        at_login: "AtLogin",
        night_timer: "NightTimer",
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.folders = folders
        self._look, self._privacy = look, privacy
        self._licences, self._updating = licences, updating
        self._update: background.Job | None = None
        self._at_login, self._timer = at_login, night_timer
        self._settings, self._change_settings = settings, change_settings
        #: By the name of the setting.
        self._switches: dict[str, controls.Switch] = {}
        self._hours: dict[str, controls.Picker] = {}
        #: So many changes of the system's timer are on their way.
        self._turning = 0
        self._banner = widgets.Banner(look)
        self.privacy: PrivacyPage | None = None
        scroll = widgets.Column(spacing=theme.INSIDE)
        self._body = scroll.body
        self._body.addWidget(self._banner)
        self._body.addWidget(widgets.label(tr("Settings"), "title"))
        self._build_nights()
        self._build_notes()
        self._build_folders()
        self._build_privacy()
        self._build_appearance()
        self._build_about()
        self._body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._front = QStackedWidget()
        self._front.addWidget(scroll)
        column.addWidget(self._front)
        self.refresh()

    # ---- sections ----

    def _section(self, title: str) -> QVBoxLayout:
        return widgets.section(self._body, title, spacing=14)

    def _build_nights(self) -> None:
        card, settings = self._section(tr("Nights")), self._settings()
        card.addLayout(
            self._switch("nights", tr("Learn at night"), tr("Your notes are learned by themselves in the quiet hours."))
        )
        hours = widgets.row(
            self._hour("quiet_from", tr("From")),
            widgets.label(tr("to"), "second", wrap=False),
            self._hour("quiet_until", tr("Until")),
        )
        card.addLayout(widgets.two_lines(tr("Quiet hours"), tr("Learning starts and stops within these hours."), hours))
        self._longest = controls.Picker(
            tr("Longest night"), night_lengths(settings.night_minutes), settings.night_minutes
        )
        self._longest.chosen.connect(lambda value: self._change(night_minutes=value))
        card.addLayout(
            widgets.two_lines(tr("Longest night"), tr("A night ends after this time at the latest."), self._longest)
        )
        card.addLayout(
            self._switch(
                "mains_only", tr("Only while plugged in"), tr("On battery the night waits, and says so in the sidebar.")
            )
        )
        self._battery = controls.Picker(
            tr("Battery to keep"), battery_levels(settings.battery_level), settings.battery_level
        )
        self._battery.setObjectName("setting-battery_level")
        self._battery.chosen.connect(lambda value: self._change(battery_level=value))
        sentence = tr("Where it may learn on battery, it stops when only this much is left.")
        card.addLayout(widgets.two_lines(tr("Battery to keep"), sentence, self._battery))
        card.addLayout(
            self._switch(
                "tell_mornings", tr("Tell me in the morning"), tr("One notification says what the night came to.")
            )
        )
        card.addLayout(
            self._switch(
                "tray",
                tr("Keep running when the window is closed"),
                tr("A small icon stays, so that nights can happen."),
            )
        )
        self._build_by_itself(card)

    def _build_by_itself(self, card: QVBoxLayout) -> None:
        """What the system itself starts: asked of it, not kept in the settings."""
        self._login = controls.Switch(self._look, tr("Start with your computer"), self._at_login.on())
        self._login.setObjectName("start-at-login")
        self._login.toggled.connect(self._on_login)
        sentence = tr("It starts out of sight when you log in, so that nights need nobody.")
        login, timer = QWidget(), QWidget()
        login.setLayout(widgets.two_lines(tr("Start with your computer"), sentence, self._login))
        self._by_timer = controls.Switch(self._look, tr("Nights without the window"), self._timer.on())
        self._by_timer.setObjectName("night-timer")
        self._by_timer.toggled.connect(self._on_timer)
        sentence = tr("When Personal AI is not running, your system starts it for the night, and it ends by itself.")
        timer.setLayout(widgets.two_lines(tr("Nights without the window"), sentence, self._by_timer))
        for row, available in ((login, self._at_login.available), (timer, self._timer.available)):
            inside = row.layout()
            assert inside is not None
            inside.setContentsMargins(0, 0, 0, 0)
            card.addWidget(row)
            row.hide()
            background.call(available, row.setVisible, self._on_failed)

    def _on_login(self, on: bool) -> None:
        try:
            self._at_login.turn(on)
        except UserError as error:
            self._on_failed(str(error))
            self._show_choices()
            return
        if on:
            # Without an icon nobody would see that it runs.
            self._change(tray=True)
        self._show_choices()

    def _on_timer(self, on: bool) -> None:
        hour = self._settings().quiet_from
        self._turning += 1
        background.call(lambda: self._timer.turn(on, hour), lambda _done: self._on_turned(), self._on_turned)

    def _on_turned(self, failed: str = "") -> None:
        self._turning -= 1
        self._show_choices()
        if failed:
            self._on_failed(failed)

    def _build_notes(self) -> None:
        card = self._section(tr("Notes"))
        names = QLineEdit(", ".join(self._settings().names))
        names.setObjectName("setting-names")
        names.setAccessibleName(tr("Names you go by"))
        names.setPlaceholderText(tr("Ida Holm, ida@example.org"))
        names.setMinimumWidth(200)
        names.editingFinished.connect(lambda: self._on_names(names.text()))
        sentence = tr(
            "Your names and addresses in mail and chats, with commas between. What they wrote is learned as yours. "
            "Add a file again to apply it to what is here."
        )
        card.addLayout(widgets.two_lines(tr("Names you go by"), sentence, names))
        passed = QLineEdit(", ".join(self._settings().passed_over))
        passed.setObjectName("setting-passed-over")
        passed.setAccessibleName(tr("Passed over in folders"))
        passed.setPlaceholderText(tr("*.log, drafts, archive/2019"))
        passed.setMinimumWidth(200)
        passed.editingFinished.connect(lambda: self._on_passed_over(passed.text()))
        sentence = tr(
            "Names of files and folders that are not read, with commas between. Hidden ones, what programs keep beside "
            "your files, and what Obsidian leaves out are passed over anyway."
        )
        card.addLayout(widgets.two_lines(tr("Passed over in folders"), sentence, passed))

    def _build_folders(self) -> None:
        card = self._section(tr("Folders that stay current"))
        card.addWidget(self.folders)
        self.folders.failed.connect(lambda sentence: self.banner.say(sentence, "error"))

    def show_folder_state(self, state: "FolderState") -> None:
        """Tell how a folder that stays current is doing now."""
        self.folders.show_state(state)

    def _on_passed_over(self, typed: str) -> None:
        patterns = [" ".join(pattern.split()) for pattern in _parts(typed) if pattern.strip()]
        if patterns != self._settings().passed_over:
            self._change(passed_over=patterns)

    def _on_names(self, typed: str) -> None:
        names = [" ".join(name.split()) for name in _parts(typed) if name.strip()]
        if names != self._settings().names:
            self._change(names=names)

    def _build_privacy(self) -> None:
        card = self._section(tr("Privacy"))
        sentence = tr("What is kept where, take everything along, lock with a password, delete everything.")
        self.open_privacy = widgets.button(tr("Open privacy"), "", self.show_privacy, "open-privacy")
        card.addLayout(widgets.two_lines(tr("Nothing leaves this machine"), sentence, self.open_privacy))

    def _build_appearance(self) -> None:
        card = self._section(tr("Appearance"))
        options = [
            ("system", tr("As the system")),
            ("light", tr("Light")),
            ("dark", tr("Dark")),
            ("contrast", tr("High contrast")),
        ]
        self._theme = controls.Choice(options, self._settings().theme)
        self._theme.chosen.connect(lambda value: self._change(theme=value))
        card.addLayout(widgets.two_lines(tr("Light or dark"), tr("How the window looks."), self._theme))
        names = {
            key: name if language.can_show(key) else language.ENGLISH_NAMES[key] for key, name in language.NAMES.items()
        }
        languages = [("system", tr("As the system")), *names.items()]
        self._language = controls.Choice(languages, self._settings().language)
        self._language.chosen.connect(lambda value: self._change(language=value))
        sentence = tr("What the window speaks, from its next start on.")
        card.addLayout(widgets.two_lines(tr("Language"), sentence, self._language))
        sizes = [(size, f"{size}%") for size in range(80, 170, 10)]
        self._zoom = controls.Picker(tr("Text size"), sizes, round(100 * self._settings().zoom))
        self._zoom.setObjectName("setting-zoom")
        self._zoom.chosen.connect(lambda value: self._change(zoom=value / 100))
        card.addLayout(widgets.two_lines(tr("Text size"), tr("Ctrl and + or - change it on any page."), self._zoom))
        show = widgets.button(tr("Show all keys"), "", self.shortcuts_asked.emit, "show-keys")
        card.addLayout(widgets.two_lines(tr("Keys"), tr("Everything can be done without a mouse."), show))

    def _build_about(self) -> None:
        card = self._section(tr("About"))
        card.addWidget(widgets.label(f"Personal AI {personal_ai.__version__}", "heading"))
        card.addWidget(
            widgets.label(
                tr(
                    "Free software under the Apache License 2.0. It stands on llama.cpp, PyTorch, PEFT, SQLite and Qt; "
                    "letters: Inter and JetBrains Mono. The built-in model is SmolLM2 by Hugging Face."
                ),
                "second",
            )
        )
        self.open_licences = widgets.button(tr("What it is made of"), "", self._show_licences, "open-licences")
        self.update_now = widgets.button(tr("Update from a file…"), "", self._on_choose_update, "update")
        self.update_now.setToolTip(tr("Your notes are copied first, and this version stays beside the new one"))
        self.go_back = widgets.button(tr("Go back a version"), "quiet", self._on_go_back, "go-back")
        buttons = Flow()
        for made in (self.open_licences, self.update_now, self.go_back):
            buttons.addWidget(made)
        card.addLayout(buttons)
        self.open_licences.setVisible(bool(self._licences()))
        self.update_now.setVisible(self._updating().possible)
        self.go_back.setVisible(self._updating().earlier is not None)

    # ---- one setting ----

    def _switch(self, field: str, title: str, sentence: str) -> Any:
        switch = controls.Switch(self._look, title, bool(getattr(self._settings(), field)))
        switch.setObjectName(f"setting-{field}")
        switch.toggled.connect(lambda on: self._change(**{field: on}))
        self._switches[field] = switch
        return widgets.two_lines(title, sentence, switch)

    def _hour(self, field: str, name: str) -> controls.Picker:
        hours = [(hour, f"{hour:02d}:00") for hour in range(24)]
        picker = controls.Picker(name, hours, getattr(self._settings(), field))
        picker.setObjectName(f"setting-{field}")
        picker.chosen.connect(lambda value: self._change(**{field: value}))
        self._hours[field] = picker
        return picker

    def _on_failed(self, sentence: str) -> None:
        self.banner.say(sentence, "error")

    def _change(self, **fields: Any) -> None:
        try:
            changed = self._change_settings(**fields)
        except UserError as error:
            self.banner.say(str(error), "error")
            self._show_choices()
            return
        self._battery.setEnabled(not changed.mains_only)
        if "quiet_from" in fields:
            background.call(lambda: self._timer.move(changed.quiet_from), lambda _done: None, self._on_failed)
        self.settings_changed.emit()

    # ---- the page ----

    def refresh(self) -> None:
        """Look again at the choices and at what lies where."""
        self._show_choices()
        self.folders.refresh()
        if self.privacy and self._front.currentWidget() is self.privacy:
            self.privacy.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Nights are paused on their own page, too.
        self._show_choices()

    def _show_choices(self) -> None:
        """Let every control stand as what it stands for, whoever changed it."""
        settings = self._settings()
        for field, switch in self._switches.items():
            switch.show_on(bool(getattr(settings, field)))
        for field, picker in self._hours.items():
            picker.show_value(getattr(settings, field))
        self._longest.offer(night_lengths(settings.night_minutes), settings.night_minutes)
        self._battery.offer(battery_levels(settings.battery_level), settings.battery_level)
        self._battery.setEnabled(not settings.mains_only)
        self._theme.show_value(settings.theme)
        self._language.show_value(settings.language)
        self._zoom.show_value(round(100 * settings.zoom))
        self._login.show_on(self._at_login.on())
        if not self._turning:
            self._by_timer.show_on(self._timer.on())

    @property
    def banner(self) -> widgets.Banner:
        """Where a sentence is seen: on what is in front."""
        return self.privacy.banner if self.privacy and self._front.currentWidget() is self.privacy else self._banner

    def show_privacy(self) -> None:
        """Bring the privacy page to the front."""
        if self.privacy is None:
            self.privacy = PrivacyPage(self._look, self._privacy)
            self.privacy.back_asked.connect(self._on_back)
            self.privacy.erase_asked.connect(self.erase_asked)
            self.privacy.lock.asked.connect(self.lock_asked)
            self._front.addWidget(self.privacy)
        self._front.setCurrentWidget(self.privacy)
        self.privacy.setFocus()
        self.privacy.refresh()

    def _on_back(self) -> None:
        self._front.setCurrentIndex(0)
        self.open_privacy.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_licences(self) -> None:
        page = LicencesPage(self._licences())
        page.back_asked.connect(lambda: self._leave_licences(page))
        self._front.addWidget(page)
        self._front.setCurrentWidget(page)
        page.setFocus()

    def _leave_licences(self, page: LicencesPage) -> None:
        self._front.setCurrentIndex(0)
        self._front.removeWidget(page)
        page.deleteLater()
        self.open_licences.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- another version ----

    def _on_choose_update(self) -> None:
        dialog = QFileDialog(self, tr("Update Personal AI"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"Personal AI (*{SUFFIX})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.install_update(Path(name)))
        dialog.open()

    def install_update(self, file: Path) -> None:
        """Install the version in a signed file; what went wrong is a sentence on the banner."""
        if self._update is None:
            self.update_now.setEnabled(False)
            self.banner.say(tr("Checking the file and copying your notes, then unpacking. This takes about a minute."))
            work = self._updating().install(file)
            self._update = background.run(work, self._on_update, lambda _done: self._end_update(), self._on_no_update)

    def _on_update(self, event: Any) -> None:
        if version := getattr(event, "version", ""):
            self.banner.say(
                tr("Version {version} is installed. It opens when you start Personal AI the next time.").format(
                    version=version
                )
            )

    def _on_no_update(self, sentence: str) -> None:
        self._end_update()
        self.banner.say(sentence, "error")

    def _end_update(self) -> None:
        self._update = None
        self.update_now.setEnabled(True)
        self.go_back.setVisible(self._updating().earlier is not None)

    def _on_go_back(self) -> None:
        background.call(
            lambda: self._updating().go_back().version,
            lambda version: self.banner.say(
                tr("Version {version} opens when you start Personal AI the next time.").format(version=version)
            ),
            lambda sentence: self.banner.say(sentence, "error"),
        )

    def search_here(self) -> None:
        """There is nothing to search here; the first setting takes the keyboard."""
        first = self.findChild(QAbstractButton, "setting-nights")
        if first:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _parts(typed: str) -> list[str]:
    """What stands between commas, those of Chinese too."""
    return typed.replace("，", ",").split(",")


def battery_levels(chosen: int) -> list[tuple[int, str]]:
    """How much of the battery may be kept, in percent and in words."""
    return [(level, f"{level}%") for level in sorted({20, 30, 40, 50, 60, 70, 80, chosen})]


def night_lengths(chosen: int) -> list[tuple[int, str]]:
    """How long a night may be, in minutes and in words; a length from elsewhere is offered too."""
    lengths = sorted({15, 30, 60, 120, 180, 240, 360, 480, chosen})
    return [(m, tr("{n} h").format(n=m // 60) if m % 60 == 0 else tr("{n} min").format(n=m)) for m in lengths]
