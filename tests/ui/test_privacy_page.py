"""What is kept is shown, taken along and deleted."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.privacy import erasing_work
from personal_ai.ui.between import Between
from personal_ai.ui.privacy_page import PrivacyPage
from tests.ui.fakes import FakeServices, put_sample_notes


@pytest.fixture
def page(qtbot: QtBot, program: Program, services: FakeServices) -> PrivacyPage:
    """The page, what is where already on it."""
    put_sample_notes(services, 4)
    program.window.show_page("settings")
    program.window.settings_page.show_privacy()
    page = program.window.settings_page.privacy
    assert page
    qtbot.waitUntil(lambda: "Together" in words(page))
    return page


def words(page: PrivacyPage) -> str:
    """All that stands on it."""
    return "\n".join(label.text() for label in page.findChildren(QLabel))


def test_it_says_what_lies_where_and_that_no_connection_is_held(qtbot: QtBot, page: PrivacyPage) -> None:
    for title in ("Notes and chats", "What was learned", "Backups", "Models you added", "Records"):
        assert title in words(page)
    # Three workers are started to be asked.
    qtbot.waitUntil(lambda: "no network connections" in words(page), timeout=120_000)


def test_everything_goes_into_a_folder(qtbot: QtBot, page: PrivacyPage, tmp_path: Path) -> None:
    page.export(tmp_path / "out")
    assert not page.to_folder.isVisible()
    qtbot.waitUntil(lambda: page.to_folder.isVisible())
    assert "Exported 4 notes, 0 chats and 0 adapters" in words(page)
    assert (tmp_path / "out" / "README.txt").exists()


def test_a_place_that_is_taken_is_a_sentence(qtbot: QtBot, page: PrivacyPage, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_text("mine")
    page.export(tmp_path / "all.zip")
    qtbot.waitUntil(lambda: "is there already" in page.banner.text)
    assert page.to_zip.isVisible()


def test_only_the_typed_words_delete(qtbot: QtBot, page: PrivacyPage, program: Program) -> None:
    page.typed.setText("delete")
    assert not page.erase.isEnabled()
    qtbot.keyClick(page.typed, Qt.Key.Key_Return)
    assert program.afterwards is None
    page.typed.setText("Delete everything")
    qtbot.mouseClick(page.erase, Qt.MouseButton.LeftButton)
    assert program.afterwards is not None
    assert not program.window.isVisible()


def test_what_was_deleted_is_said_and_the_program_starts_fresh(
    qtbot: QtBot, look, services: FakeServices, tmp_path: Path
) -> None:
    put_sample_notes(services, 4)
    services.close()
    work = erasing_work(services.paths)
    window = Between(work.title, work.run(), work.words, work.go_on)
    qtbot.addWidget(window)
    window.show()
    window.close()
    assert window.isVisible()  # not before it is done
    qtbot.waitUntil(lambda: window.go_on.isEnabled())
    assert window.sentence.startswith("Everything is deleted")
    assert not services.paths.database.exists()
    with qtbot.waitSignal(window.ended) as ended:
        qtbot.mouseClick(window.go_on, Qt.MouseButton.LeftButton)
    assert ended.args == [True]


def test_back_leads_to_the_settings(qtbot: QtBot, page: PrivacyPage, program: Program) -> None:
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert program.window.settings_page.open_privacy.isVisible()
