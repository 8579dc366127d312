"""Markdown as a document one can read and select, drawn block by block; nothing is loaded from anywhere.

While text streams in, only the last block of the source is parsed and drawn again. Mark-up is built with text formats,
never as HTML, so what a model or a note says cannot become a picture, a style or a request.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QRectF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QTextBrowser, QTextEdit

from personal_ai.ui import formula, theme
from personal_ai.ui.found import found_at
from personal_ai.ui.language import tr
from personal_ai.ui.markdown_blocks import Unit, closes, open_fence, units
from personal_ai.ui.markdown_grounds import CODE_FOOT, Grounds
from personal_ai.ui.markdown_writer import CODE, KIND, LINK, Writer, block_format
from personal_ai.ui.theme import Theme

#: A document longer than this is shown as plain text: parsing would hold up the window.
PLAIN_FROM = 200_000
MOST_MARKS = 500
#: A view that grows shows this much of a text at once, in characters and in lines; the rest follows on a click.
AT_ONCE, LINES_AT_ONCE = 30_000, 300
#: How much is drawn before other things may happen (see Unit.weight); what is left follows at once. Some 20 ms.
TURN = 600
#: Between two times that growing text is drawn there is so many times the time that it took, at most so many ms.
REST, LONGEST_REST = 4, 400
#: Characters of plain text that are drawn at once.
PLAIN_PART = 6_000
#: Room at both sides of a document that scrolls, in pixels: a marked passage has its bar there.
SIDE = 14


@dataclass(frozen=True)
class Open:
    """Where what may still change begins: in the source, in the document, and in the list of codes.

    `continues` and `number`: it goes on with a list that begins before, with this number where it has any.
    """

    source: int = 0
    document: int = 0
    codes: int = 0
    continues: bool = False
    number: int = 0


@dataclass(frozen=True)
class Span:
    """A block of the source (`start` to `end`, in characters) and where it stands in the document."""

    start: int
    end: int
    first: int
    last: int


class MarkdownView(QTextBrowser):
    """A read-only document. With `grows` it is as high as its text; else it scrolls."""

    link_clicked = Signal(str)
    source_clicked = Signal(int)  # 1 is the first source

    def __init__(self, look: Theme, *, grows: bool = True) -> None:
        super().__init__()
        self._look, self._grows = look, grows
        self._source = ""
        self._plain = False
        self._sources = 0
        self._spans: list[Span] = []
        self._codes: list[str] = []
        self._open = self._base = self._anchor = Open()
        #: What waits to be drawn, and up to where a growing block of code was drawn behind its marker.
        self._waiting: Iterator[tuple[Unit, bool]] | None = None
        self._fence: tuple[str, int] = ("", 0)
        self._pages = 1
        self._took = 0.0
        #: How far the numbers of a list that is read again from its middle are ahead of what is read.
        self._ahead = 0
        self._grounds = Grounds(self.document(), look, 0 if grows else SIDE)
        self._streaming = False
        self._marked: tuple[int, int] = (0, 0)
        self._stems: Sequence[str] = ()
        self._known_title = ""
        self._redraw = QTimer(self, singleShot=True, interval=0)
        self._redraw.timeout.connect(self._on_pieces_waited)
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._draw_some)
        self.document().contentsChanged.connect(self._grounds.forget)
        self.document().documentLayout().documentSizeChanged.connect(self._grounds.forget)
        self._prepare()
        look.changed.connect(self._draw_all)

    def _prepare(self) -> None:
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAcceptDrops(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(22)
        self.document().setDefaultFont(theme.sans())
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.anchorClicked.connect(self._on_anchor)
        self._formulas = formula.Formulas(self)
        self.document().documentLayout().registerHandler(formula.KIND, self._formulas)
        if self._grows:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    # ---- what it shows ----

    @property
    def markdown(self) -> str:
        """The Markdown on show."""
        return self._source

    def show_text(self, source: str, *, sources: int = 0, plain: bool = False, known_title: str = "") -> None:
        """Show a whole text. `[1]` to `[sources]` become links; `plain` shows it as it is.

        A first heading that only says `known_title` again is left out.
        """
        self._known_title = known_title
        self._source, self._sources, self._streaming, self._pages = source, sources, False, 1
        self._plain = plain or len(source) > PLAIN_FROM
        self._draw_all()

    def begin(self, sources: int = 0) -> None:
        """Be empty and ready for pieces."""
        self._source, self._sources, self._streaming, self._plain = "", sources, True, False
        self._pages = 1
        self._draw_all()

    def resume(self) -> None:
        """Be ready for more pieces behind what is on show."""
        self._streaming = True
        self._draw_all()

    def append(self, piece: str) -> None:
        """Add the next piece. Several pieces of one turn of the event loop are drawn once."""
        self._source += piece
        if not self._redraw.isActive():
            self._redraw.start(min(int(self._took * 1000) * REST, LONGEST_REST))

    def finish(self) -> None:
        """No more pieces come: draw the last block for good."""
        if self._streaming or self._redraw.isActive():
            self._streaming = False
            self._redraw.stop()
            self._draw_open()

    def show_sources(self, number: int) -> None:
        """From now on `[1]` to `[number]` are links."""
        self._sources = number

    def mark_words(self, stems: Sequence[str]) -> None:
        """Mark every word that begins with one of these, in the text on show and in the next."""
        self._stems = stems
        self._mark()

    def reveal(self, start: int, end: int) -> None:
        """Mark the blocks that hold these characters of the source and scroll to the first."""
        self._marked = (start, end)
        self._scroll_to_marked()

    def _scroll_to_marked(self) -> None:
        self.viewport().update()
        place = self._marked_area()
        if place is not None:
            self.verticalScrollBar().setValue(int(place.top()) - theme.AROUND)

    @property
    def whole(self) -> bool:
        """Whether all that is to be seen was drawn: of long texts the rest follows at once."""
        return self._waiting is None and not self._redraw.isActive()

    # ---- drawing ----

    def _draw_all(self) -> None:
        self.clear()
        self.document().setDefaultFont(theme.sans())
        if not self._grows:
            frame = self.document().rootFrame().frameFormat()
            frame.setLeftMargin(SIDE)
            frame.setRightMargin(SIDE)
            frame.setTopMargin(12)
            frame.setBottomMargin(theme.AROUND)
            self.document().rootFrame().setFrameFormat(frame)
        self._spans.clear()
        self._codes.clear()
        self._open, self._fence = Open(), ("", 0)
        self._draw_open()
        # Writing left the cursor at the end, and a view that changes its size scrolls to its cursor.
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _limit(self) -> int:
        """Up to where the source is shown, in characters."""
        if not self._grows:
            return len(self._source)
        place = min(AT_ONCE * self._pages, len(self._source))
        if self._source.count("\n", 0, place) > LINES_AT_ONCE * self._pages:
            place = -1
            for _ in range(LINES_AT_ONCE * self._pages):
                place = self._source.find("\n", place + 1)
        return place

    def _on_pieces_waited(self) -> None:
        if self._waiting is None:
            self._draw_open()
        else:
            # What is being drawn comes to its end first; else a long block would never stand there whole.
            self._redraw.start(LONGEST_REST // 10)

    def _draw_open(self) -> None:
        """Draw what may have changed: as much as time allows at once, the rest in the next turns."""
        self._rest.stop()
        limit = self._limit()
        if self._streaming and self._fence[0] and self._waiting is None and self._append_code(limit):
            return
        self._fence = ("", 0)
        base = self._open
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.setPosition(base.document)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        del self._codes[base.codes :]
        self._spans = [span for span in self._spans if span.start < base.source]
        found = self._plain_units(limit) if self._plain else units(self._source[base.source : limit])
        self._waiting = _with_last(found)
        self._draw_waiting(cursor, base, base)

    def _draw_some(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self._draw_waiting(cursor, self._base, self._anchor)

    def _draw_waiting(self, cursor: QTextCursor, base: Open, anchor: Open) -> None:
        """Draw units behind the cursor until there is none left, or no time. Ends the cursor's edit block."""
        assert self._waiting is not None
        begun, room = time.perf_counter(), TURN
        writer = Writer(cursor, self._look, self._codes, self._sources)
        for unit, last in self._waiting:
            place = base.source + unit.again
            if unit.again == 0 and base.continues and not unit.continues:
                self._ahead = base.number - unit.number
                unit = unit.go_on(base.number)
            elif unit.continues:
                unit = unit.go_on(unit.number + self._ahead)
            else:
                self._ahead = 0
            if place != anchor.source:
                anchor = Open(place, cursor.position(), len(self._codes), unit.continues, unit.number)
            self._draw_unit(writer, cursor, unit, base.source, finished=not (last and self._streaming))
            room -= unit.weight if unit.tokens else TURN
            if room <= 0 and not last:
                self._base, self._anchor = base, anchor
                self._rest.start()
                break
        else:
            self._waiting = None
            if self._streaming:
                self._open = anchor
                self._know_fence()
            else:
                self._offer_rest(writer, cursor)
        cursor.endEditBlock()
        self._took = time.perf_counter() - begun
        if self._waiting is None and not self._streaming:
            self._mark()
            if self._marked[1] and not self._grows:
                self._scroll_to_marked()

    def _draw_unit(self, writer: Writer, cursor: QTextCursor, unit: Unit, base: int, finished: bool) -> None:
        start = base + unit.start
        if self._plain:
            first = cursor.position()
            if not first:
                cursor.setBlockFormat(block_format())
            cursor.insertText(self._source[unit.start : unit.end], self._ink())
        else:
            fresh = cursor.position() == 0 and cursor.atBlockStart()
            first = writer.begin_block(fresh, unit.continues, unit.whole)
            if start > 0 or not self._says_title(unit):
                writer.write(unit.tokens, finished)
        self._spans.append(Span(start, base + unit.end, first, cursor.position()))

    def _plain_units(self, limit: int) -> Iterator[Unit]:
        place = 0
        while place < limit:
            end = self._source.find("\n", min(place + PLAIN_PART, limit), limit) + 1 or limit
            yield Unit((), place, end, place)
            place = end

    def _know_fence(self) -> None:
        """Remember a block of code that grows at the end: more of it can be written without reading it again."""
        marker = open_fence(self._source[self._open.source :])
        self._fence = (marker, len(self._source.rstrip("\n"))) if marker else ("", 0)

    def _append_code(self, limit: int) -> bool:
        """Write what came into the block of code that grows at the end; False where it may have come to its end."""
        marker, drawn = self._fence
        piece = self._source[drawn:limit]
        line = self._source.rfind("\n", 0, drawn) + 1
        ends = any(closes(each + marker, marker) for each in self._source[line:limit].split("\n"))
        if ends or "\r" in piece or "\0" in piece or len(self._source) > limit:
            return False
        piece = piece.rstrip("\n")
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        Writer(cursor, self._look, self._codes, self._sources).append_code(piece)
        cursor.endEditBlock()
        self._codes[-1] += piece
        self._fence = (marker, drawn + len(piece))
        return True

    def _offer_rest(self, writer: Writer, cursor: QTextCursor) -> None:
        left = len(self._source) - self._limit()
        if left > 0:
            writer.begin_block(fresh=cursor.position() == 0)
            writer.write_link(tr("Show more of this text ({n:,} characters are left)").format(n=left), "more:")

    def _says_title(self, unit: Unit) -> bool:
        title, tokens = " ".join(self._known_title.split()), unit.tokens
        return bool(title) and tokens[0].type == "heading_open" and " ".join(tokens[1].content.split()) == title

    def _ink(self) -> QTextCharFormat:
        letters = QTextCharFormat()
        letters.setFont(theme.sans())
        letters.setForeground(self._look.color("ink"))
        return letters

    def _mark(self) -> None:
        """Give the found words their ground."""
        marks = []
        text = self.toPlainText() if self._stems else ""
        for first, length in found_at(text, self._stems)[:MOST_MARKS]:
            mark = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(first)
            cursor.setPosition(first + length, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor = cursor  # type: ignore[attr-defined]
            t = self._look.tokens
            mark.format.setBackground(QColor(theme.mix(t.bubble, t.accent, 0.3)))  # type: ignore[attr-defined]
            marks.append(mark)
        self.setExtraSelections(marks)

    def _marked_area(self) -> QRectF | None:
        """Where the passage to be revealed stands, in the document."""
        start, end = self._marked
        spans = [span for span in self._spans if span.start < end and span.end > start]
        if not spans:
            return None
        first, last = (start, end) if self._plain else (spans[0].first, spans[-1].last)
        layout, block = self.document().documentLayout(), self.document().findBlock(first)
        if not self._plain and first:
            # A span begins where the block before it ends.
            block = block.next()
        area = QRectF()
        while block.isValid() and block.position() <= max(last - 1, first):
            area = area.united(layout.blockBoundingRect(block))
            block = block.next()
        return area

    def selected_words(self) -> str:
        """What is selected, on several lines where it is; formulas as they are written."""
        cursor = self.textCursor()
        # In a selection, the end of a block is a character of its own.
        text = cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")
        sources: list[str] = []
        if formula.SIGN in text:
            for place in range(cursor.selectionStart(), cursor.selectionEnd()):
                if self.document().characterAt(place) == formula.SIGN:
                    at = QTextCursor(self.document())
                    at.setPosition(place + 1)
                    sources.append(str(at.charFormat().property(formula.SOURCE)))
        return formula.in_words(text, sources)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy plain words: what lands in another program brings no formats, links or pictures along."""
        made = QMimeData()
        made.setText(self.selected_words())
        return made

    # ---- Qt ----

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:
        """Load nothing: not a picture, not a style, not from the disk and not from elsewhere."""
        return QByteArray()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._build_menu(event.pos()).popup(event.globalPos())

    def _build_menu(self, at: QPoint) -> QMenu:
        """Qt's own; a link's address is copied as it is written."""
        scrolled = QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        menu = self.createStandardContextMenu(at + scrolled)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.findChild(QAction, "link-copy")
        if copy is not None:
            address = self.anchorAt(at)
            copy.triggered.disconnect()
            copy.triggered.connect(lambda *_: QGuiApplication.clipboard().setText(address.removeprefix(LINK)))
            copy.setEnabled(address.startswith(LINK))
        return menu

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._grows:
            event.ignore()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grounds.forget()
        if self._grows:
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(200, 24) if self._grows else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 24)

    def _fit(self) -> None:
        last = self.document().lastBlock().blockFormat()
        room = CODE_FOOT if last.hasProperty(KIND) and last.intProperty(KIND) == CODE else 0
        height = int(self.document().size().height()) + 1 + room
        if height != self.height():
            self.setFixedHeight(height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -self.verticalScrollBar().value())
        seen = QRectF(event.rect()).translated(0, self.verticalScrollBar().value())
        self._grounds.paint(painter, seen, self.viewport().width(), self._marked_area())
        painter.end()
        super().paintEvent(event)

    def _on_anchor(self, link: QUrl) -> None:
        text = link.toString()
        if text.startswith("source:"):
            self.source_clicked.emit(int(text.removeprefix("source:")))
        elif text == "more:":
            self._pages += 1
            self._draw_all()
        elif text.startswith("copy:"):
            QGuiApplication.clipboard().setText(self._codes[int(text.removeprefix("copy:"))])
        else:
            self.link_clicked.emit(text.removeprefix(LINK))


def _with_last(found: Iterator[Unit]) -> Iterator[tuple[Unit, bool]]:
    """Each unit, and whether it is the last one."""
    for unit, after in pairwise(chain(found, (None,))):
        if unit is not None:
            yield unit, after is None
