"""The person's choices: each one a sentence of what it changes."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QVBoxLayout, QWidget

import personal_ai
from personal_ai.errors import UserError
from personal_ai.ui import background, controls, theme, widgets
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.paths import Paths
    from personal_ai.settings import Settings


class SettingsPage(QWidget):
    """Nights, notes, privacy, appearance, about."""

    settings_changed = Signal()
    shortcuts_asked = Signal()

    def __init__(
        self,
        look: Theme,
        *,
        paths: "Paths",
        settings: "Callable[[], Settings]",
        change_settings: "Callable[..., Settings]",
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._look, self._paths = look, paths
        self._settings, self._change_settings = settings, change_settings
        self.banner = widgets.Banner(look)
        self._places = QVBoxLayout()
        self._places.setSpacing(6)
        scroll = widgets.Column(spacing=theme.INSIDE)
        self._body = scroll.body
        self._body.addWidget(self.banner)
        self._body.addWidget(widgets.label("Settings", "title"))
        self._build_nights()
        self._build_notes()
        self._build_privacy()
        self._build_appearance()
        self._build_about()
        self._body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        self.refresh()

    # ---- sections ----

    def _section(self, title: str) -> QVBoxLayout:
        self._body.addSpacing(theme.INSIDE)
        self._body.addWidget(widgets.label(title, "eyebrow"))
        frame = widgets.card(spacing=14, margin=18)
        self._body.addWidget(frame)
        inside = frame.layout()
        assert isinstance(inside, QVBoxLayout)
        return inside

    def _build_nights(self) -> None:
        card, settings = self._section("Nights"), self._settings()
        card.addLayout(
            self._switch("nights", "Learn at night", "Your notes are learned by themselves in the quiet hours.")
        )
        hours = widgets.row(
            self._hour("quiet_from", "From"),
            widgets.label("to", "second", wrap=False),
            self._hour("quiet_until", "Until"),
        )
        card.addLayout(_setting("Quiet hours", "Learning starts and stops within these hours.", hours))
        minutes = controls.Picker("Longest night", night_lengths(settings.night_minutes), settings.night_minutes)
        minutes.chosen.connect(lambda value: self._change(night_minutes=value))
        card.addLayout(_setting("Longest night", "A night ends after this time at the latest.", minutes))
        card.addLayout(
            self._switch(
                "mains_only", "Only while plugged in", "On battery the night waits, and says so in the sidebar."
            )
        )
        card.addLayout(
            self._switch(
                "tray", "Keep running when the window is closed", "A small icon stays, so that nights can happen."
            )
        )

    def _build_notes(self) -> None:
        card = self._section("Notes")
        names = QLineEdit(", ".join(self._settings().names))
        names.setObjectName("setting-names")
        names.setAccessibleName("Names you go by")
        names.setPlaceholderText("Ida Holm, ida@example.org")
        names.setMinimumWidth(260)
        names.editingFinished.connect(lambda: self._on_names(names.text()))
        sentence = (
            "Your names and addresses in mail and chats, with commas between. What they wrote is learned as yours. "
            "Add a file again to apply it to what is here."
        )
        card.addLayout(_setting("Names you go by", sentence, names))

    def _on_names(self, typed: str) -> None:
        names = [" ".join(name.split()) for name in typed.split(",") if name.strip()]
        if names != self._settings().names:
            self._change(names=names)

    def _build_privacy(self) -> None:
        card = self._section("Privacy")
        card.addWidget(
            widgets.label("Nothing leaves this machine: no account, no server, and no part of Personal AI goes online.")
        )
        card.addLayout(self._places)
        card.addLayout(widgets.row(widgets.button("Show the folder", "", self._open_folder), 1))

    def _build_appearance(self) -> None:
        card = self._section("Appearance")
        options = [("system", "As the system"), ("light", "Light"), ("dark", "Dark")]
        self._theme = controls.Choice(options, self._settings().theme)
        self._theme.chosen.connect(lambda value: self._change(theme=value))
        card.addLayout(_setting("Light or dark", "How the window looks.", self._theme))
        sizes = [(size, f"{size} %") for size in range(80, 170, 10)]
        self._zoom = controls.Picker("Size of letters", sizes, round(100 * self._settings().zoom))
        self._zoom.setObjectName("setting-zoom")
        self._zoom.chosen.connect(lambda value: self._change(zoom=value / 100))
        card.addLayout(_setting("Size of letters", "Ctrl and + or - change it on any page.", self._zoom))
        show = widgets.button("Show all keys", "", self.shortcuts_asked.emit, "show-keys")
        card.addLayout(_setting("Keys", "Everything can be done without a mouse.", show))

    def _build_about(self) -> None:
        card = self._section("About")
        card.addWidget(widgets.label(f"Personal AI {personal_ai.__version__}", "heading"))
        card.addWidget(
            widgets.label(
                "Free software under the Apache License 2.0. It stands on llama.cpp, PyTorch, PEFT, SQLite and Qt; "
                "letters: Inter and JetBrains Mono. The built-in model is SmolLM2 by Hugging Face.",
                "second",
            )
        )

    # ---- one setting ----

    def _switch(self, field: str, title: str, sentence: str) -> Any:
        switch = controls.Switch(self._look, title, bool(getattr(self._settings(), field)))
        switch.setObjectName(f"setting-{field}")
        switch.toggled.connect(lambda on: self._change(**{field: on}))
        return _setting(title, sentence, switch)

    def _hour(self, field: str, name: str) -> controls.Picker:
        hours = [(hour, f"{hour:02d}:00") for hour in range(24)]
        picker = controls.Picker(name, hours, getattr(self._settings(), field))
        picker.setObjectName(f"setting-{field}")
        picker.chosen.connect(lambda value: self._change(**{field: value}))
        return picker

    def _change(self, **fields: Any) -> None:
        try:
            self._change_settings(**fields)
        except UserError as error:
            self.banner.say(str(error), "error")
            return
        self.settings_changed.emit()

    # ---- the page ----

    def refresh(self) -> None:
        """Look again at the choices and at what lies where."""
        self._theme.show_value(self._settings().theme)
        self._zoom.show_value(round(100 * self._settings().zoom))
        background.call(lambda: places(self._paths), self._show_places, self._on_failed)

    def search_here(self) -> None:
        """There is nothing to search here; the first setting takes the keyboard."""
        first = self.findChild(QAbstractButton, "setting-nights")
        if first:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_places(self, found: "list[tuple[str, str, int]]") -> None:
        widgets.clear(self._places)
        for what, path, size in found:
            name, where = widgets.label(what, wrap=False), widgets.Elided(path, "second")
            name.setFixedWidth(theme.zoomed(170))
            line = widgets.row(name, where, widgets.label(widgets.size_words(size), "second", wrap=False))
            line.setStretch(1, 1)
            self._places.addLayout(line)

    # ---- what the person does ----

    def _on_failed(self, sentence: str) -> None:
        self.banner.say(sentence, "error")

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._paths.home)))


def _setting(title: str, sentence: str, control: Any) -> Any:
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(widgets.label(title))
    words.addWidget(widgets.label(sentence, "second"))
    line = widgets.row(spacing=theme.BETWEEN)
    line.addLayout(words, 1)
    if isinstance(control, QWidget):
        line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    else:
        line.addLayout(control)
    return line


def night_lengths(chosen: int) -> list[tuple[int, str]]:
    """How long a night may be, in minutes and in words; a length from elsewhere is offered too."""
    lengths = sorted({15, 30, 60, 120, 180, 240, 360, 480, chosen})
    return [(m, f"{m // 60} h" if m % 60 == 0 else f"{m} min") for m in lengths]


def places(paths: "Paths") -> list[tuple[str, str, int]]:
    """What lies where, and how large it is: (what, path, bytes)."""
    return [
        ("Notes and chats", str(paths.database), _size(paths.database)),
        ("What was learned", str(paths.adapters), _size(paths.adapters)),
        ("Models you added", str(paths.models), _size(paths.models)),
        ("Unfinished nights", str(paths.jobs), _size(paths.jobs)),
        ("Backups", str(paths.backups), _size(paths.backups)),
    ]


def _size(path: Path) -> int:
    if not path.is_dir():
        files = [path, *path.parent.glob(f"{path.name}-*")]
        return sum(file.stat().st_size for file in files if file.exists())
    total = 0
    for folder, _folders, names in os.walk(path):
        for name in names:
            file = Path(folder) / name
            total += file.lstat().st_size if file.exists() else 0
    return total
