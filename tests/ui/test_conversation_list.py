"""The list of conversations: pinned ones, folders, days, the archive, and what a search found."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.ui.conversation_list import FOLDS, ID, WORDS, ConversationList
from tests.ui import fakes
from tests.ui.fakes import FakeServices


@pytest.fixture
def shown(program: Program, services: FakeServices) -> ConversationList:
    """The list beside a chat page with some conversations."""
    fakes.put_conversations(services)
    program.window.refresh()
    return program.window.chat_page.beside


def texts(shown: ConversationList) -> list[str]:
    return [shown._model.item(n).data(WORDS) or shown._model.item(n).text() for n in range(shown._model.rowCount())]


def choose(qtbot: QtBot, shown: ConversationList, title: str, *words: str) -> None:
    """Take a choice of the menu of the row with this title."""
    row = next(n for n in range(shown._model.rowCount()) if shown._model.item(n).text() == title)
    menu: QObject = shown._build_menu(shown._model.item(row).index())
    for word in words:
        assert isinstance(menu, QMenu)
        action = next(each for each in menu.actions() if each.text() == word)
        menu = action.menu() or action
    assert isinstance(menu, QAction)
    menu.trigger()
    qtbot.wait(5)


def test_a_pin_a_folder_and_the_archive_sort_the_list(
    qtbot: QtBot, shown: ConversationList, services: FakeServices
) -> None:
    first, second, third = (row.title for row in services.conversations.list()[:3])
    choose(qtbot, shown, first, "Pin")
    assert texts(shown)[:2] == ["Pinned", first]
    choose(qtbot, shown, second, "Move to folder", "New folder")
    qtbot.waitUntil(lambda: shown.view.state() == shown.view.State.EditingState)
    (editor,) = [
        each for each in shown.view.viewport().children() if each.metaObject().className() == "QExpandingLineEdit"
    ]
    editor.setText("Home")  # type: ignore[attr-defined]
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.conversations.index.folders() == ["Home"])
    qtbot.waitUntil(lambda: texts(shown)[:4] == ["Pinned", first, "Home (1)", second])
    choose(qtbot, shown, third, "Archive")
    assert texts(shown)[-1] == "Archived (1)"
    last = shown._model.item(shown._model.rowCount() - 1)
    assert last.data(FOLDS)
    shown._on_activated(last.index())
    assert texts(shown)[-1] == third
    choose(qtbot, shown, third, "Back to the list")
    assert "Archived (1)" not in texts(shown)
    choose(qtbot, shown, "Home", "Take the folder apart")
    assert services.conversations.index.folders() == []


def test_a_menu_means_the_chat_it_was_opened_on(qtbot: QtBot, shown: ConversationList, services: FakeServices) -> None:
    chat = services.conversations.list()[0]

    def action(words: str) -> QAction:
        row = next(n for n in range(shown._model.rowCount()) if shown._model.item(n).data(ID) == chat.id)
        menu = shown._build_menu(shown._model.item(row).index())
        # Meanwhile an answer ended, and the list was read again.
        shown.refresh()
        return next(each for each in menu.actions() if each.text() == words)

    with qtbot.waitSignal(shown.delete_asked) as asked:
        action("Delete").trigger()
    assert asked.args == [chat.id, chat.title]
    services.conversations.index.take_back(chat.id)
    shown.refresh()
    action("Rename").trigger()
    qtbot.waitUntil(lambda: shown.view.state() == shown.view.State.EditingState)
    (editor,) = [each for each in shown.view.viewport().children() if isinstance(each, QLineEdit)]
    assert editor.text() == chat.title


def test_reading_the_list_again_moves_neither_the_keyboard_nor_the_place(
    qtbot: QtBot, program: Program, services: FakeServices
) -> None:
    ids = [services.conversations.create(f"Chat {number}") for number in range(60)]
    program.window.activateWindow()
    page, shown = program.window.chat_page, program.window.chat_page.beside
    page.open_conversation(ids[-1])
    shown.view.setFocus()
    for _ in range(50):
        qtbot.keyClick(shown.view, Qt.Key.Key_Down)
    here, place = shown.view.currentIndex().data(ID), shown.view.verticalScrollBar().value()
    assert here != ids[-1] and place > 0
    shown.refresh()
    shown.mark(ids[-1])
    assert (shown.view.currentIndex().data(ID), shown.view.verticalScrollBar().value()) == (here, place)
    page.composer.setFocus()
    shown.refresh()
    assert (shown.view.currentIndex().data(ID), shown.view.verticalScrollBar().value()) == (ids[-1], place)
    shown.search.setText("Chat")
    shown.refresh()
    assert shown.view.verticalScrollBar().value() == 0


def test_a_search_shows_the_words_where_they_were_said(shown: ConversationList, services: FakeServices) -> None:
    id = services.conversations.create("Birds")
    services.conversations.add_message(id, "user", "Where does the heron stand?")
    shown.search.setText("heron")
    shown.refresh()
    (item,) = [shown._model.item(n) for n in range(shown._model.rowCount())]
    assert (item.data(ID), item.text(), item.data(WORDS)) == (id, "Birds", "Where does the heron stand?")
    shown.search.setText("nothingofthekind")
    shown.refresh()
    assert shown._none.text() == "No chat holds these words."


def test_chats_go_out_and_come_in(qtbot: QtBot, program: Program, services: FakeServices, tmp_path: Path) -> None:
    fakes.put_conversations(services)
    page, file = program.window.chat_page, tmp_path / "all.json"
    program.pages.export_chats([row.id for row in services.conversations.list()], file)
    qtbot.waitUntil(lambda: "Wrote" in page.banner.text)
    program.pages.import_chats([file])
    qtbot.waitUntil(lambda: "were known" in page.banner.text, timeout=20_000)
    file.write_bytes(b"[{")
    program.pages.import_chats([file])
    qtbot.waitUntil(lambda: "not whole" in page.banner.text, timeout=20_000)
