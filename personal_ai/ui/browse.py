"""What the list of notes is narrowed by: all, a folder, a kind, or what is set aside."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from personal_ai.ui import amounts, theme, widgets
from personal_ai.ui.import_card import progress_words
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.documents.overview import Folder, Overview
    from personal_ai.documents.watching import FolderState

#: So many folders of one folder are listed.
SHOWN = 40
#: So many folders inside each other are shown.
DEEPEST = 6
KEEP = QT_TR_NOOP("Keep a folder current…")
MORE = QT_TR_NOOP("and {n:,} more folders")


class Place(NamedTuple):
    """What the list shows: everything, a folder, a kind, or what is set aside."""

    folder: str = ""
    kind: str = ""
    aside: bool = False


EVERYTHING, ASIDE = Place(), Place(aside=True)


class Row(NamedTuple):
    """One line of the column: a place, or with none a heading; for MORE, `notes` is how many folders."""

    words: str
    place: Place | None = None
    notes: int = 0
    depth: int = 0
    chosen: bool = False


class Browse(QScrollArea):
    """Folders and kinds, each with how many notes it holds; folders that stay current tell how they are doing."""

    chosen = Signal(object)  # Place
    keep_asked = Signal()

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self._look = look
        self._overview: Overview | None = None
        self._aside = 0
        self.place = EVERYTHING
        self._states: dict[str, FolderState] = {}
        self.lines: dict[Place, Line] = {}
        self._shape: list[Row] = []
        self._more: list[QLabel] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("column")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 8, 12)
        self._column.setSpacing(1)
        self.setWidget(inner)

    def show_overview(self, overview: "Overview", aside: int) -> None:
        """Show what there is now; `aside` notes are set aside."""
        self._overview, self._aside = overview, aside
        self._build()

    def show_states(self, states: "dict[str, FolderState]") -> None:
        """Tell how the folders that stay current are doing."""
        self._states = dict(states)
        for place, line in self.lines.items():
            line.show_state(states.get(place.folder) if place.folder else None)

    def choices(self) -> "list[tuple[str, Place]]":
        """All of it in words, for a menu."""
        return [(f"{line.words} ({line.count:,})", place) for place, line in self.lines.items()]

    def choose(self, place: Place) -> None:
        """Narrow the list by this."""
        if place != self.place:
            self.place = place
            self._build()
            self.chosen.emit(place)

    def words(self) -> str:
        """What is chosen."""
        line = self.lines.get(self.place)
        return line.words if line else tr("All notes")

    # ---- building ----

    def _build(self) -> None:
        rows = self._rows() if self._overview else []
        shape = [row._replace(notes=0) for row in rows]
        if shape == self._shape:
            for row in rows:
                if row.place:
                    self.lines[row.place].show_count(row.notes)
            for shown, row in zip(
                self._more, (row for row in rows if row.place is None and row.words == MORE), strict=True
            ):
                shown.setText(tr(MORE).format(n=row.notes))
            return
        self._shape = shape
        focused = next((place for place, line in self.lines.items() if line.hasFocus()), None)
        widgets.clear(self._column)
        self.lines, self._more = {}, []
        for row in rows:
            self._add(row)
        self._column.addStretch(1)
        if focused is not None and focused in self.lines:
            self.lines[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def _rows(self) -> "list[Row]":
        """What stands in the column, from top to bottom."""
        assert self._overview
        rows = [self._row(EVERYTHING, tr("All notes"), len(self._overview.entries))]
        if folders := self._overview.folders():
            rows += [Row(tr("Folders")), *self._folder_rows(folders, 0)]
        rows.append(Row(KEEP))
        kinds = self._overview.kinds()
        if len(kinds) > 1:
            rows += [Row(tr("Kinds")), *(self._row(Place(kind=kind), said(kind), count) for kind, count in kinds)]
        if self._aside:
            rows += [Row(tr("Gone from their folders")), self._row(ASIDE, tr("Set aside"), self._aside)]
        return rows

    def _folder_rows(self, folders: "Sequence[Folder]", depth: int) -> "Iterator[Row]":
        assert self._overview
        for folder in folders[:SHOWN]:
            yield self._row(Place(folder=folder.path), folder.name, folder.notes, depth)
            if depth < DEEPEST and (self.place.folder + os.sep).startswith(folder.path.rstrip(os.sep) + os.sep):
                yield from self._folder_rows(self._overview.folders(folder.path), depth + 1)
        if len(folders) > SHOWN:
            yield Row(MORE, notes=len(folders) - SHOWN)

    def _row(self, place: Place, words: str, count: int, depth: int = 0) -> "Row":
        return Row(words, place, count, depth, place == self.place)

    def _add(self, row: "Row") -> None:
        if row.place is not None:
            place = row.place
            line = Line(self._look, row.words, row.notes, row.depth, row.chosen)
            line.clicked.connect(lambda: self.choose(place))
            line.show_state(self._states.get(place.folder) if place.folder else None)
            line.setToolTip(widgets.tip(place.folder))
            line.setAccessibleDescription(place.folder)
            self.lines[place] = line
            self._column.addWidget(line)
        elif row.words == KEEP:
            self._column.addSpacing(4)
            keep = widgets.button(tr(KEEP), "link", self.keep_asked.emit, "browse-keep")
            self._column.addLayout(widgets.row(keep, 1))
        else:
            words = tr(MORE).format(n=row.notes) if row.words == MORE else row.words
            shown = widgets.label(words, "eyebrow", wrap=False)
            self._column.addSpacing(12)
            self._column.addWidget(shown)
            if row.words == MORE:
                self._more.append(shown)


class Line(QWidget):
    """One place, with how many notes it holds."""

    clicked = Signal()

    def __init__(self, look: Theme, words: str, count: int, depth: int, chosen: bool) -> None:
        super().__init__()
        self._look, self.words, self.count, self._depth, self._chosen = look, words, count, depth, chosen
        self._below, self._dot = "", ""
        self._hovered = self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name()

    def show_count(self, count: int) -> None:
        """Tell how many notes it holds now."""
        if count != self.count:
            self.count = count
            self._name()
            self.update()

    def show_state(self, state: "FolderState | None") -> None:
        """Tell how a folder that stays current is doing; None for any other place."""
        below, dot = "", ""
        if state is not None:
            dot = {"current": "accent", "away": "warning", "emptied": "warning"}.get(state.state, "second")
            if state.state == "reading":
                below = progress_words(state.done, state.total, state.seconds)
            elif state.state != "current":
                below = {
                    "looking": tr("Looking what changed…"),
                    "paused": tr("Paused"),
                    "away": tr("Not there now"),
                }.get(state.state, tr("Empty now"))
        if (below, dot) != (self._below, self._dot):
            tall = bool(below) != bool(self._below)
            self._below, self._dot = below, dot
            self._name()
            if tall:
                self.updateGeometry()
            self.update()

    def _name(self) -> None:
        state = f", {self._below}" if self._below else tr(", stays current") if self._dot else ""
        chosen = tr(", chosen") if self._chosen else ""
        self.setAccessibleName(f"{self.words}: {amounts.count_words(self.count, 'note')}{state}{chosen}")

    def sizeHint(self) -> QSize:
        return QSize(150, theme.zoomed(48 if self._below else 30))

    # ---- the person ----

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self._ring = False
        self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def enterEvent(self, _event) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, _event) -> None:
        self._hovered = False
        self.update()

    # ---- the picture ----

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = self._look.tokens
        ring = self._ring and self.hasFocus()
        if self._chosen or self._hovered or ring:
            painter.setPen(QPen(QColor(t.accent), 2) if ring else Qt.PenStyle.NoPen)
            ground = t.bubble if self._chosen else t.side if self._hovered else t.page
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        room = QRect(10 + 12 * self._depth, 0, self.width() - 18 - 12 * self._depth, theme.zoomed(30))
        painter.setFont(theme.sans(theme.SMALL))
        painter.setPen(QColor(t.second))
        number = f"{self.count:,}"
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, number)
        room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(number) - 8)
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(t, self._dot)))
            painter.drawEllipse(QPointF(room.left() + 3, room.center().y() + 0.5), 3, 3)
            room.setLeft(room.left() + 12)
        painter.setFont(theme.bold(14) if self._chosen else theme.sans(14))
        painter.setPen(QColor(t.ink))
        shown = painter.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle, shown)
        if self._below:
            painter.setFont(theme.sans(12))
            painter.setPen(QColor(t.second))
            under = QRect(room.left(), theme.zoomed(25), self.width() - room.left() - 8, theme.zoomed(20))
            below = painter.fontMetrics().elidedText(self._below, Qt.TextElideMode.ElideRight, under.width())
            painter.drawText(under, middle, below)
