"""Each choice is kept at once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.ui.settings_page import SettingsPage, night_lengths
from personal_ai.ui.theme import DARK, LIGHT
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


def test_a_length_from_elsewhere_is_offered_too() -> None:
    assert (45, "45 min") in night_lengths(45)
    assert (240, "4 h") in night_lengths(45)
