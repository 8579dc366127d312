"""Files and pictures on the line to type in: asked about alone, kept with the question, in no library."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.errors import UserError
from personal_ai.ui import pictures
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
    qtbot.waitUntil(lambda: page._thread.count() == 4 and not page.composer._busy)
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
