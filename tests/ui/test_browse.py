"""Folders, kinds and months narrow the list; what is out of sight is not read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.documents.watching import FolderState
from personal_ai.ui.browse import ASIDE, EVERYTHING, SHOWN, Place
from personal_ai.ui.month_strip import every_month, month_words
from personal_ai.ui.note_list import PAGE, ROW, NoteModel
from tests.ui import fakes
from tests.ui.fakes import FakeServices


def test_only_what_is_in_sight_is_read() -> None:
    asked: list[int] = []

    def fetch(ids: Sequence[int]) -> dict[int, Any]:
        asked.extend(ids)
        return {id: f"note {id}" for id in ids}

    model = NoteModel(fetch)
    model.show_ids(list(range(100_000, 0, -1)))
    assert model.rowCount() == 100_000
    assert model.index(70_000).data(ROW) == "note 30000"
    assert model.index(70_001).data(ROW) == "note 29999"
    assert len(asked) == PAGE
    assert model.find(30_000) == 70_000
    model.show_ids(list(range(100_000, 0, -1)))
    model.row(70_000)
    assert len(asked) == 2 * PAGE


def test_the_list_is_narrowed_by_folder_kind_and_month(
    qtbot: QtBot, program: Program, services: FakeServices, tmp_path: Path
) -> None:
    for name, text in (("a/one.md", "# One"), ("a/two.txt", "Two"), ("b/three.md", "# Three")):
        fakes.put_note(services, str(tmp_path / name), f"{text}\n\nwords", Path(name).stem.capitalize())
    program.window.show_page("library")
    page = program.window.library_page
    place = Place(folder=str(tmp_path / "a"))
    assert [line.count for line in page.browse.lines.values()] == [3, 2, 1]
    page.browse.choose(place)
    assert page.list.model().rowCount() == 2
    assert page._count.text() == "2 of 3 notes"
    program._on_watched(FolderState(place.folder, "reading", 0, 5, 50, 10.0))
    assert "Reading 6 of 50" in page.browse.lines[place].accessibleName()
    (month,) = page.strip._counts
    page.strip._choose(month)
    assert page.list.model().rowCount() == 2
    page.browse.choose(EVERYTHING)
    services.library.files.set_aside([str(tmp_path / "b" / "three.md")])
    page.refresh()
    assert page.list.model().rowCount() == 2
    page.browse.choose(ASIDE)
    page.list.setCurrentIndex(page.list.model().index(0, 0))
    assert page.note._means.text().startswith("Its file is gone since")
    qtbot.mouseClick(page.note.findChild(QPushButton, "bring-back"), Qt.MouseButton.LeftButton)
    assert services.library.set_aside() == []
    assert page.browse.place == EVERYTHING
    assert page.list.model().rowCount() == 3


def test_folders_that_are_only_counted_do_not_build_the_column_anew(
    qtbot: QtBot, program: Program, services: FakeServices, tmp_path: Path
) -> None:
    def add(number: int) -> None:
        fakes.put_note(services, str(tmp_path / f"{number:03}" / "one.md"), "# One\n\nwords", f"One {number}")
        page.refresh()

    program.window.show_page("library")
    page = program.window.library_page
    for number in range(SHOWN + 2):
        add(number)
    (more,) = page.browse._more
    assert more.text() == "and 2 more folders"
    line = page.browse.lines[EVERYTHING]
    add(SHOWN + 2)
    assert page.browse._more == [more]
    assert more.text() == "and 3 more folders"
    assert page.browse.lines[EVERYTHING] is line
    assert line.count == SHOWN + 3


def test_a_note_in_the_list_is_not_there_to_be_edited_or_dragged() -> None:
    model = NoteModel()
    model.show_ids([3, 1])
    flags = model.index(0).flags()
    assert flags & Qt.ItemFlag.ItemIsSelectable
    assert not flags & (Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled)


def test_the_strip_has_every_month_between() -> None:
    assert every_month(["2024-11", "2025-02"]) == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert every_month([]) == []
    assert every_month(["2024-11", "9999-01"]) == ["2024-11"]
    assert month_words("2025-03") == "Mar 2025"
