"""The command palette and the sheet of keys."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.ui.overlay import LEAST_OVER, Command, Overlay, Palette, ShortcutSheet, matching


def only(program: Program) -> Overlay | None:
    found = [made for made in program.window.findChildren(Overlay) if made.isVisible()]
    assert len(found) < 2
    return found[0] if found else None


def test_a_command_is_found_by_its_words_and_done(qtbot: QtBot, program: Program) -> None:
    program.window.activateWindow()
    qtbot.keyClick(
        program.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    palette = only(program)
    assert isinstance(palette, Palette)
    qtbot.keyClicks(palette.field, "go to")
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert program.window.current == "library"
    assert only(program) is None


def test_a_command_that_lays_something_over_the_window_does_so_from_the_palette(qtbot: QtBot, program: Program) -> None:
    program.window.show_palette()
    palette = only(program)
    assert isinstance(palette, Palette)
    qtbot.keyClicks(palette.field, "all keys")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert isinstance(only(program), ShortcutSheet)


def test_in_a_low_window_what_lies_over_it_scrolls(qtbot: QtBot, program: Program) -> None:
    program.window.resize(program.window.minimumSize())
    for lay_over in (program.window.show_palette, program.window.show_keys):
        lay_over()
        over = only(program)
        assert over and over.card.sizeHint().height() <= program.window.height() - 2 * LEAST_OVER
        over.put_away()


def test_esc_puts_it_away_and_the_keyboard_is_where_it_was(qtbot: QtBot, program: Program) -> None:
    program.window.activateWindow()
    edit = program.window.chat_page.composer.edit
    edit.setFocus()
    program.window.show_palette()
    palette = only(program)
    assert isinstance(palette, Palette)
    qtbot.keyClicks(palette.field, "nothing like that")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert only(program) is palette
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert only(program) is None
    assert program.window.focusWidget() is edit


def test_it_is_put_away_where_what_had_the_keyboard_is_gone(qtbot: QtBot, program: Program) -> None:
    program.window.activateWindow()
    field = QLineEdit(program.window)
    field.show()
    field.setFocus()
    assert program.window.focusWidget() is field
    program.window.show_palette()
    palette = only(program)
    assert isinstance(palette, Palette)
    shiboken6.delete(field)
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert only(program) is None


def test_one_lies_over_the_window_at_a_time_and_none_over_the_welcome(qtbot: QtBot, program: Program) -> None:
    program.window.show_keys()
    program.window.show_palette()
    sheet = only(program)
    assert isinstance(sheet, ShortcutSheet)
    sheet.put_away()
    program._show_welcome()
    program.window.show_palette()
    assert only(program) is None


def test_the_sheet_tells_every_key_that_is_bound(qtbot: QtBot, program: Program) -> None:
    program.window.show_keys()
    sheet = only(program)
    assert sheet
    told = {made.text() for made in sheet.findChildren(QLabel)}
    assert {command.words for command in program.window._commands if command.keys} <= told


def test_tab_stays_on_the_card(qtbot: QtBot, program: Program) -> None:
    program.window.activateWindow()
    program.window.show_palette()
    palette = only(program)
    assert isinstance(palette, Palette)
    for _ in range(3):
        qtbot.keyClick(palette.field, Qt.Key.Key_Tab)
        assert palette.isAncestorOf(program.window.focusWidget())


def test_what_begins_with_the_words_comes_first() -> None:
    commands = [Command(words, "", list) for words in ("Add a new note", "New chat", "Close")]
    assert [command.words for command in matching(commands, " new ")] == ["New chat", "Add a new note"]
    assert [command.words for command in matching(commands, "note add")] == ["Add a new note"]


def test_letters_grow_and_shrink_and_are_kept(qtbot: QtBot, program: Program) -> None:
    program.window.activateWindow()
    before = program.window.fontMetrics().height()
    for _ in range(3):
        qtbot.keyClick(program.window, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert program.services.settings.zoom == 1.3
    assert program.window.fontMetrics().height() > before
    qtbot.keyClick(program.window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert program.services.settings.zoom == 1.2
    for _ in range(9):
        program.window.zoom_asked.emit(0.1)
    assert program.services.settings.zoom == program.look.zoom_factor == 1.6
    qtbot.keyClick(program.window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert program.services.settings.zoom == program.look.zoom_factor == 1.0
