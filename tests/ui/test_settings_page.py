"""Each choice is kept at once."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.errors import UserError
from personal_ai.licences import Licence
from personal_ai.system.login import AtLogin
from personal_ai.system.timer import NightTimer
from personal_ai.ui import language
from personal_ai.ui.controls import Picker, Switch
from personal_ai.ui.licences_page import LicencesPage
from personal_ai.ui.settings_page import SettingsPage, night_lengths
from personal_ai.ui.theme import DARK, LIGHT
from personal_ai.updating import Updating
from tests import signed_files
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(program: Program) -> SettingsPage:
    """The settings."""
    program.window.show_page("settings")
    return program.window.settings_page


def test_switches_and_hours_are_kept_at_once(qtbot: QtBot, page: SettingsPage, services: FakeServices) -> None:
    switch = page.findChild(QAbstractButton, "setting-mains_only")
    assert isinstance(switch, QAbstractButton)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert services.settings.mains_only is False
    page.findChild(QAbstractButton, "setting-quiet_from").chosen.emit(23)  # type: ignore[union-attr]
    assert services.settings.quiet_from == 23


def switch_of(page: SettingsPage, name: str) -> Switch:
    """The switch of a setting."""
    found = page.findChild(Switch, name)
    assert isinstance(found, Switch)
    return found


def test_the_page_shows_what_was_chosen_elsewhere(
    qtbot: QtBot, page: SettingsPage, program: Program, services: FakeServices
) -> None:
    assert switch_of(page, "setting-nights").isChecked()
    program.window.show_page("learning")
    program.window.learning_page.nights.click()
    program.window.show_page("settings")
    assert not switch_of(page, "setting-nights").isChecked()
    services.change_settings(quiet_from=3, quiet_until=4, night_minutes=45, mains_only=False, battery_level=55)
    page.refresh()
    words = {picker.accessibleName() for picker in page.findChildren(Picker)}
    assert words >= {"From: 03:00", "Until: 04:00", "Longest night: 45 min", "Battery to keep: 55%"}
    assert not switch_of(page, "setting-mains_only").isChecked()
    assert services.settings.nights is False


def test_a_choice_that_could_not_be_kept_is_shown_as_it_is(
    qtbot: QtBot, page: SettingsPage, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise UserError("The disk is full.")

    monkeypatch.setattr(page, "_change_settings", refuse)
    tray = switch_of(page, "setting-tray")
    was = tray.isChecked()
    tray.click()
    assert tray.isChecked() is was
    from_ = page.findChild(Picker, "setting-quiet_from")
    assert isinstance(from_, Picker)
    before = from_.text()
    from_._choose((services.settings.quiet_from + 1) % 24)
    assert from_.text() == before
    assert page.banner.text == "The disk is full."
    monkeypatch.setattr(AtLogin, "turn", refuse)
    monkeypatch.setattr(NightTimer, "turn", refuse)
    for name in ("start-at-login", "night-timer"):
        switch = switch_of(page, name)
        page.banner.clear()
        switch.click()
        qtbot.waitUntil(lambda: page.banner.text == "The disk is full.")
        assert not switch.isChecked()


def test_names_are_kept_one_by_one(qtbot: QtBot, page: SettingsPage, services: FakeServices) -> None:
    names = page.findChild(QLineEdit, "setting-names")
    assert isinstance(names, QLineEdit)
    names.setText(" Ida  Holm,, ida@example.org ")
    names.editingFinished.emit()
    assert services.settings.names == ["Ida Holm", "ida@example.org"]
    names.clear()
    names.editingFinished.emit()
    assert services.settings.names == []


def test_the_appearance_changes_at_once(qtbot: QtBot, page: SettingsPage, program: Program) -> None:
    page._theme._choose("dark")
    assert program.look.tokens is DARK
    page._theme._choose("light")
    assert program.look.tokens is LIGHT


def test_a_language_that_cannot_be_written_here_has_its_english_name(
    services: FakeServices, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    for can, name in ((True, "简体中文"), (False, "Chinese (simplified)")):
        monkeypatch.setattr(language, "can_show", lambda _key, can=can: can)
        program.window._pages.pop("settings", None)
        page = program.window.settings_page
        assert page._language._buttons["zh_CN"].text() == name


def test_a_length_from_elsewhere_is_offered_too() -> None:
    assert (45, "45 min") in night_lengths(45)
    assert (240, "4 h") in night_lengths(45)


# ---- what it is made of, and another version ---------------------------------------------------------------------


def test_privacy_comes_to_the_front_from_the_licences_too(page: SettingsPage) -> None:
    page._licences = lambda: [Licence("numpy", "2.1", "BSD-3-Clause", "app", "Redistribution …")]
    page._show_licences()

    page.show_privacy()

    assert page._front.currentWidget() is page.privacy
    assert page.privacy and page.banner is page.privacy.banner


def test_from_source_about_offers_no_licences_and_no_update(page: SettingsPage) -> None:
    assert page.open_licences.isHidden()
    assert page.update_now.isHidden()
    assert page.go_back.isHidden()


def test_every_part_is_shown_with_its_licence(page: SettingsPage) -> None:
    parts = [
        Licence("Qt", "6.11", "LGPL-3.0-only", "app", "the words"),
        Licence("torch", "2.13", "BSD", "learning", "x"),
    ]
    page._licences = lambda: parts
    page._show_licences()
    shown = page.findChild(LicencesPage)
    assert isinstance(shown, LicencesPage)
    assert "LGPL-3.0-only" in shown.words.toPlainText()
    shown.list.setCurrentRow(1)
    assert "Comes with the learning add-on" in shown.words.toPlainText()
    shown.back_asked.emit()
    assert page._front.currentIndex() == 0


def test_an_update_is_installed_and_can_be_gone_back_on(
    qtbot: QtBot, page: SettingsPage, services: FakeServices, tmp_path: Path
) -> None:
    program = tmp_path / "opt" / "versions" / "0.1.0"
    program.mkdir(parents=True)
    (tmp_path / "opt" / "current").symlink_to("versions/0.1.0")
    services._built["updating"] = Updating(program, services.database.back_up, "0.1.0", signed_files.PUBLIC)
    page.install_update(tmp_path / "nothing.personal-ai")
    qtbot.waitUntil(lambda: "nothing.personal-ai" in page.banner.text)
    file = signed_files.write(tmp_path / "new.personal-ai", {"personal-ai": b"new"}, "app", version="0.2.0")
    page.install_update(file)
    qtbot.waitUntil(lambda: "Version 0.2.0 is installed" in page.banner.text)
    assert len(list(services.paths.backups.glob("personal-v*.db"))) == 1
    qtbot.waitUntil(lambda: not page.go_back.isHidden())
    page._on_go_back()
    qtbot.waitUntil(lambda: "Version 0.1.0 opens" in page.banner.text)


def test_a_folder_stays_current_while_the_window_is_open(
    qtbot: QtBot, program: Program, services: FakeServices, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "boat.md").write_text("# Boat\n\nThe boat leaks.")
    program.window.show_page("settings")
    folders = program.window.settings_page.folders
    folders.add(notes)
    line = folders._lines[str(notes)]
    qtbot.waitUntil(lambda: line._words.text() == "Current · 1 file.", timeout=120_000)
    assert [row.title for row in services.library.list()] == ["Boat"]
    line._pause.click()
    qtbot.waitUntil(lambda: line._words.text().startswith("Paused"), timeout=60_000)
    assert line._pause.text() == "Resume"
    folders.add(notes / "none")
    assert "There is no folder" in program.window.settings_page.banner.text
    folders.change(lambda watching: watching.remove(notes))
    assert folders._lines == {}
    assert services.library.counts().documents == 1


def test_what_is_to_be_kept_of_the_battery_counts_where_battery_is_allowed(
    qtbot: QtBot, page: SettingsPage, services: FakeServices
) -> None:
    level, switch = (
        page.findChild(Picker, "setting-battery_level"),
        page.findChild(QAbstractButton, "setting-mains_only"),
    )
    assert isinstance(level, Picker) and isinstance(switch, QAbstractButton)
    assert not level.isEnabled()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert level.isEnabled()
    level.chosen.emit(30)
    assert services.settings.battery_level == 30


def test_it_starts_with_the_computer_only_when_asked_and_then_with_an_icon(
    qtbot: QtBot, page: SettingsPage, services: FakeServices
) -> None:
    switch = page.findChild(QAbstractButton, "start-at-login")
    assert isinstance(switch, QAbstractButton)
    qtbot.waitUntil(switch.isVisible)
    assert not services.at_login.on()
    switch.click()
    assert services.at_login.on() and services.settings.tray
    assert switch_of(page, "setting-tray").isChecked()
    switch.click()
    assert not services.at_login.on()


def test_the_system_s_timer_follows_the_quiet_hours(qtbot: QtBot, page: SettingsPage, services: FakeServices) -> None:
    switch = page.findChild(QAbstractButton, "night-timer")
    assert isinstance(switch, QAbstractButton)
    qtbot.waitUntil(switch.isVisible)
    switch.click()
    qtbot.waitUntil(services.night_timer.on)
    file = services.paths.home / ".config/systemd/user/personal-ai-night.timer"
    page.findChild(QAbstractButton, "setting-quiet_from").chosen.emit(4)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: "04:00:00" in file.read_text())
