"""The frame: pages, keys, drops, and a name for everything one can press."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.ui.main_window import NAMES
from personal_ai.ui.message_parts import SourceCard
from personal_ai.ui.message_views import Answer, Question
from personal_ai.ui.overlay import Overlay
from tests.ui import fakes
from tests.ui.fakes import FakeServices


def test_pages_are_built_when_they_are_first_seen(qtbot: QtBot, program: Program) -> None:
    assert list(program.window._pages) == ["chat"]
    program.window.show_page("library")
    assert set(program.window._pages) == {"chat", "library"}
    assert program.window.chat_page.beside.isHidden()


def test_the_keyboard_reaches_every_page(qtbot: QtBot, program: Program) -> None:
    window = program.window
    window.activateWindow()
    for number, key in enumerate(("chat", "library", "learning", "models", "settings"), 1):
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        assert window.current == key
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.current == "chat"
    assert window.focusWidget() is window.chat_page.composer.edit
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.chat_page.beside.search


def drop(window: QWidget, paths: list[Path]) -> None:
    """Let files go over the window."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, left, none = QPoint(400, 300), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(where), Qt.DropAction.CopyAction, mime, left, none))


def test_a_drop_anywhere_lands_in_the_library(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    note = tmp_path / "bread.md"
    note.write_text("# Bread\n\nThe starter is called Boris.\n")
    drop(program.window, [note])
    assert program.window.current == "library"
    qtbot.waitUntil(lambda: program.services.library.counts().documents == 1, timeout=20_000)
    qtbot.waitUntil(lambda: program.window.library_page._count.text() == "1 note")


def test_a_screen_reader_finds_a_name_for_every_control_of_every_page(
    qtbot: QtBot, program: Program, services: FakeServices
) -> None:
    fakes.put_sample_notes(services, 5)
    fakes.put_conversations(services)
    fakes.put_nights(services)
    fakes.put_models(services)
    window = program.window
    window.show_page("models")
    qtbot.waitUntil(lambda: len(window.models_page._cards) == 3)
    for card in window.models_page._cards.values():
        card.open_defaults()
    window.models_page.personas.edit(None)
    walked = 0
    for key in NAMES:
        window.show_page(key)
        window.refresh()
        if key == "chat":
            window.chat_page.open_conversation(services.conversations.list()[0].id)
        for lay_over in (lambda: None, window.show_palette, window.show_keys):
            lay_over()
            controls = [made for made in window.findChildren(QWidget) if made.isVisible() and is_control(made)]
            walked += len(controls)
            assert [made for made in controls if not spoken_name(made)] == []
            for over in window.findChildren(Overlay):
                over.put_away()
    assert walked > 120


def is_control(widget: QWidget) -> bool:
    """Whether the keyboard or a click can do something there."""
    return isinstance(widget, QAbstractButton) or bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def spoken_name(widget: QWidget) -> str:
    """What a screen reader says."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name).strip() if found else ""


def test_the_window_is_no_larger_than_a_small_screen(qtbot: QtBot, program: Program) -> None:
    room = program.window.screen().availableSize()
    assert program.window.width() <= room.width() and program.window.height() <= room.height()
    # 1400 by 900 points of a screen at 200 %, less the frame of the window and a bar of the system's.
    assert program.window.minimumWidth() <= 700 and program.window.minimumHeight() <= 380


def test_a_window_as_small_as_it_gets_cuts_nothing_off(qtbot: QtBot, program: Program, services: FakeServices) -> None:
    fakes.put_sample_notes(services, 5)
    fakes.put_nights(services)
    program.window.resize(program.window.minimumSize())
    for key in ("chat", "library", "learning", "models", "settings"):
        program.window.show_page(key)
        page = program.window.page(key)
        for area in page.findChildren(QScrollArea):
            if area.isVisible() and area.widget():
                assert area.widget().minimumSizeHint().width() <= area.viewport().width(), (key, area)
        least = page.minimumSizeHint()
        assert least.width() <= page.width() and least.height() <= page.height(), (key, least)
        for button in page.findChildren(QAbstractButton):
            if button.isVisible() and button.text():
                assert button.width() >= min(button.sizeHint().width(), page.width() - 60), button.text()


def test_the_appearance_changes_everywhere_without_a_warning(
    qtbot: QtBot, program: Program, services: FakeServices
) -> None:
    fakes.put_sample_notes(services, 5)
    fakes.put_conversations(services)
    fakes.put_nights(services)
    for key in ("chat", "library", "learning", "models", "settings"):
        program.window.show_page(key)
    for scheme in ("dark", "contrast", "light"):
        program.look.choose(scheme)
        program.window.grab()


def test_the_window_reads_from_right_to_left_where_the_language_does(
    qtbot: QtBot, program: Program, services: FakeServices
) -> None:
    fakes.put_sample_notes(services, 5)
    page = program.window.chat_page
    page.open_conversation(fakes.put_conversations(services))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        qtbot.waitUntil(lambda: program.window._side.x() > page.x())
        answer, question = page.findChildren(Answer)[0], page.findChildren(Question)[0]
        # The person's words stand at the other side, and cards run the other way.
        assert question._bubble.x() < question.width() / 2
        first, second = answer._cards.findChildren(SourceCard)[:2]
        assert first.x() > second.x()
        for key in NAMES:
            program.window.show_page(key)
            program.window.grab()
    finally:
        application.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
