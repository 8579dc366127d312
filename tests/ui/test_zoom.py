"""Letters of the largest size are cut nowhere: what is painted grows with them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.store.conversations import Source
from personal_ai.ui import theme
from personal_ai.ui.flow import Flow
from personal_ai.ui.message_parts import SourceCard
from personal_ai.ui.note_list import NoteModel
from personal_ai.ui.plots import Curve, Group, Lines, Measured
from personal_ai.ui.theme import Theme
from personal_ai.ui.tonight_page import Line, _Notes
from tests.ui import fakes
from tests.ui.fakes import FakeServices

LARGEST = 1.6


class Watching(QPainter):
    """Paints, and keeps where words came to stand and how high their letters are."""

    def __init__(self, on: QPixmap) -> None:
        super().__init__(on)
        self.words: list[tuple[QRect, int]] = []

    def drawText(self, *what: Any) -> Any:  # noqa: N802
        where = what[0]
        self.words.append((where.toRect() if isinstance(where, QRectF) else where, self.fontMetrics().height()))
        return super().drawText(*what)


@pytest.fixture
def watching(look: Theme) -> Iterator[Callable[[], Watching]]:
    """A painter that watches, with the letters as large as they get."""
    look.zoom(LARGEST)
    paper, made = QPixmap(900, 900), []

    def begin() -> Watching:
        made.append(Watching(paper))
        return made[-1]

    yield begin
    for painter in made:
        painter.end()


def nothing_is_cut(words: list[tuple[QRect, int]], height: int) -> None:
    """Each line of words has room for its letters, inside what it is painted on."""
    assert words
    assert all(where.height() >= letters and where.bottom() < height for where, letters in words), words


def rows_are_whole(view: QAbstractItemView, painter: Watching) -> None:
    model, delegate = view.model(), view.itemDelegate()
    for number in range(model.rowCount()):
        index, option = model.index(number, 0), QStyleOptionViewItem()
        height = delegate.sizeHint(option, index).height()
        option.rect = QRect(0, 0, 400, height)  # type: ignore[attr-defined]
        painter.words.clear()
        delegate.paint(painter, option, index)
        nothing_is_cut(painter.words, height)


def test_rows_of_chats_and_notes_are_whole(
    qtbot: QtBot, program: Program, services: FakeServices, watching: Callable[[], Watching]
) -> None:
    fakes.put_conversations(services)
    fakes.put_note(services, "rent.md", "# Rent\n\nThe rent is due on the third.")
    painter = watching()
    chats = program.window.chat_page.beside
    chats.refresh()
    rows_are_whole(chats.view, painter)
    chats.search.setText("Lisbon")
    chats.refresh()
    rows_are_whole(chats.view, painter)
    program.window.show_page("library")
    library = program.window.library_page
    qtbot.waitUntil(lambda: library.list.model().rowCount() > 0)
    rows_are_whole(library.list, painter)


def test_rows_of_what_is_learned_tonight_are_whole(qtbot: QtBot, look: Theme, watching: Callable[[], Watching]) -> None:
    model = NoteModel()
    notes = _Notes(look, model)
    qtbot.addWidget(notes)
    model.show_rows([Line(1, "Rent", "9 facts · 2 never")])
    rows_are_whole(notes, watching())


def test_plots_are_whole(qtbot: QtBot, look: Theme, watching: Callable[[], Watching]) -> None:
    look.zoom(1.0)
    lines = [Measured(name, 0.5, 0.4, 0.6, "50 %") for name in ("before", "now")]
    made = [
        Lines(look, "With your notes", "Words.", [Group("Answers", lines, 1.0), Group("Words", lines, 1.0)]),
        Curve(look, "While learning", "Words.", "Surprise", [(1, 3.0), (2, 1.0)]),
    ]
    look.zoom(LARGEST)
    for plot in made:
        qtbot.addWidget(plot)
        painter = watching()
        painter.setFont(theme.sans(theme.SMALL))
        plot.draw(painter)
        nothing_is_cut(painter.words, plot.height() + 1)
        painter.end()


def test_a_card_of_a_source_grows_while_it_is_seen(qtbot: QtBot, look: Theme) -> None:
    source = Source("a.md", 1, 1, "Trip to Lisbon", "", "Pack the green coat and the charger. " * 4, 0, 1, "")
    card = SourceCard(look, 1, source, lambda: None)
    place = QWidget()
    place.setLayout(Flow())
    place.layout().addWidget(card)  # type: ignore[union-attr]
    qtbot.addWidget(place)
    place.resize(600, 300)
    place.show()
    look.zoom(LARGEST)
    small = QFontMetrics(theme.sans(theme.SMALL))
    qtbot.waitUntil(lambda: card.height() == card.sizeHint().height())
    title, passage = card._lines
    assert title.height() >= small.height()
    assert passage.height() >= 2 * small.lineSpacing()
    assert passage.geometry().bottom() < card.height()
    assert title.font().pixelSize() == theme.zoomed(theme.SMALL)
