"""What a model or a note says opens no socket and no file, and can always be drawn."""

import ctypes
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QUrl
from PySide6.QtGui import QAccessible, QAction, QGuiApplication, QHelpEvent, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from personal_ai.store.conversations import Source
from personal_ai.ui import links, watched_folders, widgets
from personal_ai.ui.browse import Browse, Place, Row
from personal_ai.ui.markdown_view import MarkdownView
from personal_ai.ui.markdown_writer import LINK
from personal_ai.ui.message_parts import SourceCard
from personal_ai.ui.night_card import Replaced
from personal_ai.ui.theme import Theme
from personal_ai.ui.widgets import Banner
from tests.ui import hostile

NAMES = list(hostile.texts(9, Path("/secret.txt")))
IN_OPEN = 0x20


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listener on loopback that nobody may come to."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        yield made


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A file, and where the system tells that it was opened, whoever in this process did."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\n")
    libc = ctypes.CDLL(None)
    told = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(told, bytes(secret), IN_OPEN) >= 0
    yield secret, told
    os.close(told)


def nothing_came(listener: socket.socket) -> bool:
    try:
        listener.accept()
    except BlockingIOError:
        return True
    return False


def was_opened(told: int) -> bool:
    try:
        return bool(os.read(told, 4096))
    except BlockingIOError:
        return False


def test_there_are_twenty_four() -> None:
    assert len(NAMES) == 24


@pytest.mark.skipif(sys.platform != "linux", reason="inotify tells of every file that is opened")
def test_the_watch_sees_what_it_should(watch: tuple[Path, int]) -> None:
    secret, told = watch
    assert not was_opened(told)
    secret.read_bytes()
    assert was_opened(told)


@pytest.mark.skipif(sys.platform != "linux", reason="inotify tells of every file that is opened")
@pytest.mark.parametrize(
    "grows", [pytest.param(True, id="answer"), pytest.param(False, id="note", marks=pytest.mark.slow)]
)
def test_hostile_texts_open_no_socket_and_no_file(
    qtbot: QtBot, look: Theme, listener: socket.socket, watch: tuple[Path, int], grows: bool
) -> None:
    secret, told = watch
    view, banner = MarkdownView(look, grows=grows), Banner(look)
    qtbot.addWidget(view)
    qtbot.addWidget(banner)
    view.resize(600, 400)
    view.show()
    for name, text in hostile.texts(listener.getsockname()[1], secret).items():
        view.show_text(text, sources=2)
        qtbot.waitUntil(lambda: view.whole, timeout=60_000)
        view.grab(view.rect().adjusted(0, 0, 0, 400 - view.height()))
        for address in addresses(view):
            with (
                qtbot.assertNotEmitted(view.source_clicked),
                qtbot.waitSignal(view.link_clicked, timeout=1000) as told_of,
            ):
                view.anchorClicked.emit(QUrl(address))
            links.ask(banner, told_of.args[0])
        assert not was_opened(told), name
        assert nothing_came(listener), name


def tip_shown(on: QWidget, at: QPoint) -> QLabel:
    """The tool tip that the pointer finds there."""
    QApplication.sendEvent(on, QHelpEvent(QEvent.Type.ToolTip, at, on.mapToGlobal(at)))
    (tip,) = [each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel") and each.isVisible()]
    assert isinstance(tip, QLabel)
    return tip


@pytest.mark.skipif(sys.platform != "linux", reason="inotify tells of every file that is opened")
def test_what_looks_like_mark_up_in_a_tool_tip_is_words_and_opens_no_file(
    qtbot: QtBot, look: Theme, watch: tuple[Path, int]
) -> None:
    secret, told = watch
    words = f"<img src='{secret.as_uri()}'> & <b>so on</b>"
    elided = widgets.Elided(words)
    elided.resize(60, 20)
    button = widgets.IconButton(look, "close", "Close")
    button.change("close", words)
    view = MarkdownView(look)
    view.resize(600, 100)
    view.show_text(f"$<img src='{secret.as_uri()}'>$")
    browse = Browse(look)
    browse._add(Row("here", Place(folder=words)))
    carriers = [
        elided,
        button,
        widgets.IconButton(look, "close", words),
        SourceCard(look, 1, Source("a.md", 1, 1, words, "", "The passage.", 0, 1, ""), lambda: None),
        Replaced([(words, words)]).more,
        watched_folders._Line(None, words)._name,  # type: ignore[arg-type]
        browse.lines[Place(folder=words)],
        view.viewport(),
    ]
    for window in {carrier.window() for carrier in carriers}:
        qtbot.addWidget(window)
    for carrier in carriers:
        tip = tip_shown(carrier, QPoint(20, 12))
        tip.grab()
        assert not was_opened(told), carrier
        read = QTextDocument()
        read.setHtml(tip.text())
        assert "<img" in read.toPlainText(), carrier
        spoken = QAccessible.queryAccessibleInterface(carrier)
        assert spoken is None or "<span" not in spoken.text(QAccessible.Text.Description), carrier
        tip.close()


def test_a_tool_tip_keeps_its_lines(qtbot: QtBot) -> None:
    read = QTextDocument()
    read.setHtml(widgets.tip("one\n  two"))
    assert read.toPlainText() == "one\n  two"
    assert widgets.tip("") == ""


def addresses(view: MarkdownView) -> set[str]:
    """The links of a document that lead out of it, some of them."""
    found: set[str] = set()
    block = view.document().begin()
    while block.isValid() and len(found) < 20:
        pieces = block.begin()
        while not pieces.atEnd():
            address = pieces.fragment().charFormat().anchorHref()
            if address.startswith(LINK):
                found.add(address)
            pieces += 1
        block = block.next()
    return found


def test_a_link_that_is_written_like_ours_is_one_of_the_text(qtbot: QtBot, look: Theme) -> None:
    view = MarkdownView(look)
    qtbot.addWidget(view)
    view.show_text("[a](copy:0) [b](source:1) [c](more:) [d](https://a.example/?q=1#x)\n\n```\nrm -r\n```\n", sources=2)
    QGuiApplication.clipboard().setText("mine")
    leads = []
    view.link_clicked.connect(leads.append)
    with qtbot.assertNotEmitted(view.source_clicked):
        for address in sorted(addresses(view)):
            view.anchorClicked.emit(QUrl(address))
    assert leads == ["copy:0", "https://a.example/?q=1#x", "more:", "source:1"]
    assert QGuiApplication.clipboard().text() == "mine"


def test_the_address_of_a_link_is_copied_as_it_is_written(qtbot: QtBot, look: Theme) -> None:
    view = MarkdownView(look)
    qtbot.addWidget(view)
    view.resize(400, 100)
    view.show_text("[address](https://a.example/)")
    view.show()
    at = QPoint(10, 10)
    assert view.anchorAt(at)
    action = view._build_menu(at).findChild(QAction, "link-copy")
    assert isinstance(action, QAction)
    action.trigger()
    assert QGuiApplication.clipboard().text() == "https://a.example/"


def test_a_long_answer_shows_its_beginning_and_more_on_a_click(qtbot: QtBot, look: Theme) -> None:
    view = MarkdownView(look)
    qtbot.addWidget(view)
    view.show_text("\n".join(f"- item {n}" for n in range(1000)))
    qtbot.waitUntil(lambda: view.whole)
    assert "item 299" in view.toPlainText()
    assert "item 600" not in view.toPlainText()
    assert "Show more" in view.toPlainText()
    view.anchorClicked.emit(QUrl("more:"))
    qtbot.waitUntil(lambda: view.whole)
    assert "item 599" in view.toPlainText()


@pytest.mark.parametrize("lines", [5, 900])
def test_growing_code_is_the_same_as_whole_code(qtbot: QtBot, look: Theme, lines: int) -> None:
    text = "```python\n" + "\n".join(f"x{n} = 'a'\n" for n in range(lines)) + "```\n\nAnd so on."
    view = MarkdownView(look, grows=False)
    qtbot.addWidget(view)
    view.show_text(text)
    qtbot.waitUntil(lambda: view.whole)
    whole = view.document().toPlainText()
    view.begin()
    for start in range(0, len(text), max(7, len(text) // 60)):
        view.append(text[start : start + max(7, len(text) // 60)])
        if view._waiting is None:
            view._draw_open()
    view.finish()
    qtbot.waitUntil(lambda: view.whole)
    assert view.document().toPlainText() == whole
    view.anchorClicked.emit(QUrl("copy:0"))
    assert view._codes[0].startswith("x0 = 'a'")
    assert view._codes[0].endswith(f"x{lines - 1} = 'a'")


def test_a_long_ordered_list_keeps_its_numbers_while_it_grows(qtbot: QtBot, look: Theme) -> None:
    view = MarkdownView(look)
    qtbot.addWidget(view)
    view.begin()
    for number in range(1, 101):
        view.append(f"1. item {number}\n")
        view._draw_open()
    view.finish()
    qtbot.waitUntil(lambda: view.whole)
    last = view.document().lastBlock()
    made = last.textList()
    assert made is not None
    assert made.itemText(last) == "100."


def test_a_table_that_is_long_comes_in_parts_with_all_its_rows(qtbot: QtBot, look: Theme) -> None:
    view = MarkdownView(look, grows=False)
    qtbot.addWidget(view)
    view.show_text("| a | b |\n|---|---|\n" + "".join(f"| r{n} | v{n} |\n" for n in range(400)))
    qtbot.waitUntil(lambda: view.whole)
    text = view.toPlainText()
    assert all(f"r{n}\nv{n}" in text for n in range(0, 150))
