"""Adding, finding, reading and deciding about notes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.documents.library import Added, AddFinished, Skip, Skipped
from personal_ai.errors import UserError
from personal_ai.ui import widgets
from personal_ai.ui.found import found_at, snippet, stem
from personal_ai.ui.import_card import end_words, progress_words
from personal_ai.ui.library_page import LibraryPage
from personal_ai.ui.note_list import ROW
from tests.ui import fakes
from tests.ui.fakes import FakeServices

BREAD = "# Bread\n\nThe rye starter is called Boris.\n\n## Jar\n\nBoris lives in the blue jar.\n"


@pytest.fixture
def page(program: Program) -> LibraryPage:
    """The library with two notes."""
    fakes.put_note(program.services, "bread.md", BREAD)
    fakes.put_note(program.services, "bicycle.txt", "The bicycle lock opens with 4711.", "Bicycle")
    program.window.show_page("library")
    return program.window.library_page


def titles(page: LibraryPage) -> list[str]:
    """What the list shows."""
    model = page.list.model()
    return [model.index(n, 0).data(ROW).title for n in range(model.rowCount())]


def test_the_list_shows_every_note_and_a_click_its_text(qtbot: QtBot, page: LibraryPage) -> None:
    assert sorted(titles(page)) == ["Bicycle", "Bread"]
    page.list.setCurrentIndex(page.list.model().index(titles(page).index("Bread"), 0))
    assert "Boris lives in the blue jar." in page.note.text.toPlainText()
    assert page.note._title.text() == "Bread"


def test_where_both_have_no_room_the_note_takes_the_place_of_the_list(qtbot: QtBot, page: LibraryPage) -> None:
    page.window().activateWindow()
    page.window().resize(page.window().minimumSize())
    qtbot.waitUntil(lambda: page.list.isVisible() != page._right.isVisible())
    if page.note.isVisible():
        page.note.back.click()
    index = page.list.model().index(titles(page).index("Bread"), 0)
    page.list.setCurrentIndex(index)  # as the arrows do
    assert page.list.isVisible()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert page.note.isVisible() and not page.list.isVisible()
    assert page.window().focusWidget() is page.note.text
    qtbot.mouseClick(page.note.back, Qt.MouseButton.LeftButton)
    assert page.list.isVisible() and not page.note.isVisible()
    page.window().resize(1000, 600)
    qtbot.waitUntil(lambda: page._right.isVisible() and page.list.isVisible())
    page.list.setCurrentIndex(page.list.model().index(titles(page).index("Bicycle"), 0))
    assert page.note.isVisible() and not page.note.back.isVisible()


def test_a_search_marks_what_it_found(qtbot: QtBot, page: LibraryPage) -> None:
    qtbot.keyClicks(page.search, "blue jar")
    qtbot.waitUntil(lambda: titles(page) == ["Bread"])
    page.list.setCurrentIndex(page.list.model().index(0, 0))
    assert page.note.text._marked != (0, 0)
    assert page.note.text.extraSelections()
    page.search.setText("zeppelin")
    qtbot.waitUntil(lambda: page._hint.text() == "No note holds these words.")
    page.search.clear()
    qtbot.waitUntil(lambda: len(titles(page)) == 2)


def test_down_in_the_search_goes_on_to_what_was_found(qtbot: QtBot, page: LibraryPage) -> None:
    page.window().activateWindow()
    page.search_here()
    qtbot.keyClicks(page.search, "blue jar")
    qtbot.waitUntil(lambda: titles(page) == ["Bread"])
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    assert page.window().focusWidget() is page.list
    assert page.note.isVisible() and page.note.row and page.note.row.title == "Bread"


def test_words_are_found_in_their_other_forms() -> None:
    assert found_at("Two bicycles, one Bicycle.", [stem("bicycle")]) == [(4, 8), (18, 7)]
    assert found_at("İstanbul and jar", [stem("jar")])
    assert snippet("x " * 200 + "needle in here", ["needle"]).startswith("…")


def test_decisions_about_a_note_are_kept(qtbot: QtBot, page: LibraryPage, services: FakeServices) -> None:
    id = services.documents.list()[0].id
    page.open_document(id)
    qtbot.mouseClick(page.note._learn, Qt.MouseButton.LeftButton)
    assert services.documents.get(id).never_learn
    qtbot.mouseClick(page.note._use, Qt.MouseButton.LeftButton)
    assert services.documents.get(id).never_use


def test_whose_words_a_note_is_can_be_said(page: LibraryPage, services: FakeServices, monkeypatch) -> None:
    id = services.documents.list()[0].id
    page.open_document(id)
    assert page.note._whose.accessibleName() == "Who wrote this: You wrote this"
    assert page.note._means.text() == "You wrote this: nights learn it, and answers look into it."
    offered: list[Any] = []
    monkeypatch.setattr(widgets, "menu_below", lambda _anchor, choices, _parent: offered.extend(choices))
    page.note._whose.click()
    assert [words for words, _ in offered] == ["You wrote this", "Sent to you", "From elsewhere"]
    offered[1][1]()
    assert services.documents.get(id).provenance == "sent"
    assert page.note._whose.text() == "Sent to you ▾"
    assert "Only your own words are learned." in page.note._means.text()
    index = page.list.model().index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"{index.data()}, sent to you"


def test_a_note_is_opened_by_its_title(page: LibraryPage) -> None:
    page.open_titled("Bread")
    assert page.note.row is not None
    assert page.note.row.title == "Bread"
    page.open_titled("Boats")
    assert page.banner.text == "The note “Boats” is no longer in your library."


def test_deleting_asks_in_place(qtbot: QtBot, page: LibraryPage, services: FakeServices) -> None:
    id = services.documents.list()[0].id
    page.open_document(id)
    qtbot.mouseClick(page.note._delete, Qt.MouseButton.LeftButton)
    assert services.documents.counts().documents == 2
    qtbot.mouseClick(page.findChild(QPushButton, "confirm-delete"), Qt.MouseButton.LeftButton)
    assert services.documents.counts().documents == 1
    assert len(titles(page)) == 1


@pytest.mark.parametrize("width", [300, 900])
def test_what_can_be_done_with_a_note_is_read_in_one_order(
    qtbot: QtBot, page: LibraryPage, services: FakeServices, width: int
) -> None:
    page.open_document(services.documents.list()[0].id)
    note = page.note
    note.setFixedWidth(width)
    chips = (note._whose, note._learn, note._use, note._delete)
    qtbot.waitUntil(lambda: (note._whose.y() == note._delete.y()) == (width == 900))
    places = [(chip.y(), chip.x()) for chip in chips]
    assert places == sorted(places)


def test_deleting_says_what_was_forgotten_with_it(
    qtbot: QtBot, page: LibraryPage, services: FakeServices, tmp_path: Path
) -> None:
    id = services.documents.list()[0].id
    (tmp_path / "adapter.gguf").write_bytes(b"learned from it")
    services.shelf.publish(tmp_path, base="toy", base_sha256="b" * 64, documents=[id])
    page.open_document(id)
    qtbot.mouseClick(page.note._delete, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.findChild(QPushButton, "confirm-delete"), Qt.MouseButton.LeftButton)
    assert "learned from this note is deleted with it" in page.banner.text
    assert services.shelf.list() == []


def test_a_note_that_is_gone_is_a_sentence(page: LibraryPage) -> None:
    page.open_document(999)
    assert page.banner.text


class Adding:
    """Gives a library's `add` the events of the test."""

    def __init__(self, page: LibraryPage, monkeypatch: pytest.MonkeyPatch, *events: Any) -> None:
        self.asked: list[list[Path]] = []

        def add(paths: list[Path]) -> Iterator[Any]:
            self.asked.append(paths)
            for event in events:
                if isinstance(event, Exception):
                    raise event
                yield event

        monkeypatch.setattr(page._library, "add", add)


def test_an_import_says_what_was_skipped_and_why(qtbot: QtBot, page: LibraryPage, monkeypatch) -> None:
    skip = Skip("/x/scan.pdf", "“scan.pdf” is locked with a password.")
    Adding(
        page,
        monkeypatch,
        Added("/x/a.md", "A", 7, 1, 2),
        Skipped(skip.path, skip.reason, 2, 2),
        AddFinished(1, 0, [skip], 0.5),
    )
    with qtbot.waitSignal(page.changed):
        page.add([Path("/x")])
    assert page.imports._words.text() == "Added 1 note in 1 s · 1 skipped"
    page.imports._why.click()
    assert skip.reason in [made.text() for made in page.imports.findChildren(QLabel) if made.isVisible()]


def test_a_single_bad_file_is_a_sentence_in_the_banner(qtbot: QtBot, page: LibraryPage, monkeypatch) -> None:
    skip = Skip("/x/empty.txt", "“empty.txt” is empty.")
    Adding(page, monkeypatch, Skipped(skip.path, skip.reason, 1, 1), AddFinished(0, 0, [skip], 0.1))
    with qtbot.waitSignal(page.changed):
        page.add([Path("/x/empty.txt")])
    assert page.banner.text == "“empty.txt” is empty."
    assert page.imports.isHidden()


def test_a_full_disk_is_a_sentence_in_the_banner(qtbot: QtBot, page: LibraryPage, monkeypatch) -> None:
    Adding(page, monkeypatch, UserError("The disk is full."))
    with qtbot.waitSignal(page.changed):
        page.add([Path("/x")])
    assert page.banner.text == "The disk is full."


def test_a_second_drop_waits_its_turn(qtbot: QtBot, page: LibraryPage, monkeypatch) -> None:
    adding = Adding(page, monkeypatch, AddFinished(1, 0, [], 0.1))
    page.add([Path("/one")])
    page.add([Path("/two")])
    qtbot.waitUntil(lambda: len(adding.asked) == 2 and page._job is None)
    assert adding.asked == [[Path("/one")], [Path("/two")]]


def test_progress_has_count_rate_and_after_three_seconds_the_time_left() -> None:
    assert progress_words(0, 60, 0.1) == "Reading 1 of 60"
    assert progress_words(20, 60, 2.0) == "Reading 21 of 60 · 10 a second"
    assert progress_words(40, 60, 4.0) == "Reading 41 of 60 · 10 a second · about 2 s left"
    assert end_words(0, 2, 0, 1) == "2 were here already"
    assert end_words(0, 0, 0, 1) == "There was nothing new to read."


def test_an_empty_library_says_what_to_do(program: Program) -> None:
    program.window.show_page("library")
    page = program.window.library_page
    assert page._nothing.isVisible()
    assert page.search.isHidden()
