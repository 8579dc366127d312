"""Files and pictures on the line to type in: asked about alone, kept with the question, in no library."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.errors import UserError
from personal_ai.ui import background, pictures
from personal_ai.ui.attaching import Chip
from personal_ai.ui.chat_page import ChatPage
from personal_ai.ui.message_views import Question
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(program: Program) -> ChatPage:
    return program.window.chat_page


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(page: ChatPage, mime: QMimeData) -> None:
    where, left, none = QPoint(50, 20), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page.composer, QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, left, none))
    QApplication.sendEvent(page.composer, QDropEvent(QPointF(where), Qt.DropAction.CopyAction, mime, left, none))


def test_a_file_dropped_on_the_line_is_asked_about_alone(
    qtbot: QtBot, page: ChatPage, services: FakeServices, tmp_path: Path
) -> None:
    file = tmp_path / "lease.md"
    file.write_text("# Lease\n\nThe rent is 1,140 euros.\n")
    drop(page, files(file))
    assert page.attaching.busy
    assert not page.composer._can_send()
    qtbot.waitUntil(lambda: not page.attaching.busy, timeout=60_000)
    qtbot.keyClicks(page.composer.edit, "What is the rent?")
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert "1,140" in services.fake_session.beside[0].text
    assert services.library.counts().documents == 0
    assert page.composer.attached.isHidden()
    (row,) = services.conversations.messages(page.conversation_id or 0)[:1]
    (kept,) = services.conversations.attachments.of_message(row.id)
    assert (kept.kind, kept.name, kept.path) == ("file", "lease.md", str(file))
    question = page.findChildren(Question)[-1]
    assert question._attached.count() == 1


def test_a_pasted_picture_is_kept_with_the_question_and_said_to_be_unseen(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    image = QImage(3000, 1000, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    mime = QMimeData()
    mime.setImageData(image)
    page.composer.edit.insertFromMimeData(mime)
    qtbot.waitUntil(lambda: not page.attaching.busy, timeout=60_000)
    qtbot.keyClicks(page.composer.edit, "What is on it?")
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert "kept with your question" in page.banner.text
    (row,) = services.conversations.messages(page.conversation_id or 0)[:1]
    (kept,) = services.conversations.attachments.of_message(row.id)
    shown = pictures.small(services.conversations.attachments.data(kept.id))
    assert (shown.width(), kept.kind) == (pictures.SHOWN, "picture")


def test_nothing_is_said_of_a_picture_that_the_model_sees(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    services.fake_session.sees = True
    page.attaching.add_image(QImage(10, 10, QImage.Format.Format_RGB32))
    qtbot.waitUntil(lambda: not page.attaching.busy)
    qtbot.keyClicks(page.composer.edit, "What is on it?")
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert page.banner.text == ""


def test_what_is_clear_in_a_picture_is_kept_as_white() -> None:
    image = QImage(4, 4, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    image.setPixelColor(1, 1, Qt.GlobalColor.red)
    kept = QImage.fromData(pictures.kept(image))
    assert not kept.hasAlphaChannel()
    assert (kept.pixelColor(0, 0).name(), kept.pixelColor(1, 1).name()) == ("#ffffff", "#ff0000")


def test_what_is_attached_after_a_question_that_waits_is_kept_for_the_one_after(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.loaded.clear()
    for question in ("First?", "Second?"):
        qtbot.keyClicks(page.composer.edit, question)
        qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)
    page.attaching.add_image(QImage(10, 10, QImage.Format.Format_RGB32))
    qtbot.waitUntil(lambda: not page.attaching.busy)
    services.fake_session.loaded.set()
    qtbot.waitUntil(lambda: page._view.turns.count() == 4 and not page.composer._busy)
    assert page.attaching.holds
    rows = services.conversations.messages(page.conversation_id or 0)
    assert [services.conversations.attachments.of_message(row.id) for row in rows] == [[]] * 4


def test_what_cannot_be_read_is_said_and_taken_off(qtbot: QtBot, page: ChatPage, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    (tmp_path / "program.exe").write_bytes(b"MZ")
    for name in ("broken.png", "program.exe"):
        page.banner.clear()
        drop(page, files(tmp_path / name))
        qtbot.waitUntil(lambda: bool(page.banner.text), timeout=60_000)
        assert name in page.banner.text
        assert not page.attaching.holds


def test_an_attachment_is_taken_off(qtbot: QtBot, page: ChatPage) -> None:
    page.attaching.add_image(QImage(10, 10, QImage.Format.Format_RGB32))
    qtbot.waitUntil(lambda: not page.attaching.busy)
    page.findChildren(Chip)[0].layout().itemAt(1).widget().click()  # type: ignore[union-attr]
    assert not page.attaching.holds


def test_only_pictures_of_known_kinds_are_decoded() -> None:
    with pytest.raises(UserError):
        pictures.small(b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>")


def attach(qtbot: QtBot, page: ChatPage, tmp_path: Path) -> None:
    """Be about to ask about a file and a picture."""
    file = tmp_path / "lease.md"
    file.write_text("# Lease\n\nThe rent is 1,140 euros.\n")
    page.attaching.add([file])
    page.attaching.add_image(QImage(10, 10, QImage.Format.Format_RGB32))
    qtbot.waitUntil(lambda: not page.attaching.busy, timeout=60_000)
    qtbot.keyClicks(page.composer.edit, "What is the rent?")


def attach_and_send(qtbot: QtBot, page: ChatPage, tmp_path: Path) -> None:
    """Ask about a file and a picture."""
    attach(qtbot, page, tmp_path)
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)


def assert_all_came_back_and_can_be_sent(qtbot: QtBot, page: ChatPage, services: FakeServices, tmp_path: Path) -> None:
    assert page.composer.edit.toPlainText() == "What is the rent?"
    assert [chip.name for chip in page.attaching._chips] == ["lease.md", "Picture"]
    assert page._view.turns.messages() == []
    assert services.conversations.list() == []
    # What was read of it is there still, whatever became of the file.
    (tmp_path / "lease.md").unlink()
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert "1,140" in services.fake_session.beside[0].text
    (row,) = services.conversations.messages(page.conversation_id or 0)[:1]
    assert [kept.kind for kept in services.conversations.attachments.of_message(row.id)] == ["file", "picture"]
    assert not page.attaching.holds


def test_what_was_attached_comes_back_with_the_words_when_the_answer_cannot_begin(
    qtbot: QtBot, page: ChatPage, services: FakeServices, tmp_path: Path
) -> None:
    services.fake_session.refuses = "The model is gone."
    attach_and_send(qtbot, page, tmp_path)
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert page.banner.text == "The model is gone."
    services.fake_session.refuses = ""
    assert_all_came_back_and_can_be_sent(qtbot, page, services, tmp_path)


def test_what_was_attached_comes_back_when_the_person_stops_before_it_began(
    qtbot: QtBot, page: ChatPage, services: FakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = background.Job.start

    def start_stopped(job: background.Job) -> None:
        if job._on_event == page._on_event:
            job.cancel()
        start(job)

    attach(qtbot, page, tmp_path)
    monkeypatch.setattr(background.Job, "start", start_stopped)
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.composer._busy)
    monkeypatch.undo()
    assert_all_came_back_and_can_be_sent(qtbot, page, services, tmp_path)


def test_what_was_attached_stays_with_a_question_whose_answer_broke_off(
    qtbot: QtBot, page: ChatPage, services: FakeServices, tmp_path: Path
) -> None:
    services.fake_session.fails = "There is not enough memory."
    attach_and_send(qtbot, page, tmp_path)
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert not page.attaching.holds
    assert page.composer.edit.toPlainText() == ""
    assert page.findChildren(Question)[-1]._attached.count() == 2
