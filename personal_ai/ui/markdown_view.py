"""Markdown as a document one can read and select, drawn block by block; nothing is loaded from anywhere.

While text streams in, only the last block of the source is parsed and drawn again. Mark-up is built with text formats,
never as HTML, so what a model or a note says cannot become a picture, a style or a request.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QTextEdit

from personal_ai.ui import theme
from personal_ai.ui.found import found_at
from personal_ai.ui.markdown_writer import CODE, GROUP, KIND, QUOTE, Writer, block_format, top_blocks
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from markdown_it.token import Token

#: A document longer than this is shown as plain text: parsing would hold up the window.
PLAIN_FROM = 200_000
MOST_MARKS = 500
CODE_HEAD, CODE_FOOT = 8, 10
#: Room at both sides of a document that scrolls, in pixels: a marked passage has its bar there.
SIDE = 14


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
        # Where the block that may still change begins: in the source, and in the document.
        self._open_source = self._open_document = 0
        self._open_codes = 0
        self._streaming = False
        self._marked: tuple[int, int] = (0, 0)
        self._stems: Sequence[str] = ()
        self._known_title = ""
        self._redraw = QTimer(self, singleShot=True, interval=0)
        self._redraw.timeout.connect(self._draw_open)
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
        self._source, self._sources, self._streaming = source, sources, False
        self._plain = plain or len(source) > PLAIN_FROM
        self._draw_all()

    def begin(self, sources: int = 0) -> None:
        """Be empty and ready for pieces."""
        self._source, self._sources, self._streaming, self._plain = "", sources, True, False
        self._draw_all()

    def resume(self) -> None:
        """Be ready for more pieces behind what is on show."""
        self._streaming = True
        self._draw_all()

    def append(self, piece: str) -> None:
        """Add the next piece. Several pieces of one turn of the event loop are drawn once."""
        self._source += piece
        if not self._redraw.isActive():
            self._redraw.start()

    def finish(self) -> None:
        """No more pieces come: draw the last block for good."""
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
        self.viewport().update()
        place = self._marked_area()
        if place is not None:
            self.verticalScrollBar().setValue(int(place.top()) - theme.AROUND)

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
        self._open_source = self._open_document = self._open_codes = 0
        if self._plain:
            self._draw_plain()
        else:
            self._draw_open()
        self._mark()
        # Writing left the cursor at the end, and a view that changes its size scrolls to its cursor.
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _draw_plain(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.setBlockFormat(block_format())
        cursor.insertText(self._source, self._ink())
        self._spans.append(Span(0, len(self._source), 0, cursor.position()))

    def _draw_open(self) -> None:
        source = self._source[self._open_source :]
        blocks = list(top_blocks(source))
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.setPosition(self._open_document)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        del self._codes[self._open_codes :]
        base = self._open_source
        self._spans = [span for span in self._spans if span.start < base]
        writer = Writer(cursor, self._look, self._codes, self._sources)
        for index, (tokens, start, end) in enumerate(blocks):
            last = index == len(blocks) - 1
            if last and self._streaming:
                self._open_source, self._open_document = base + start, cursor.position()
                self._open_codes = len(self._codes)
            first = writer.begin_block(fresh=cursor.position() == 0 and cursor.atBlockStart())
            if base + start > 0 or not self._says_title(tokens):
                writer.write(tokens, finished=not (last and self._streaming))
            self._spans.append(Span(base + start, base + end, first, cursor.position()))
        cursor.endEditBlock()

    def _says_title(self, tokens: "Sequence[Token]") -> bool:
        title = " ".join(self._known_title.split())
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

    # ---- Qt ----

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:
        """Load nothing: not a picture, not a style, not from the disk and not from elsewhere."""
        return QByteArray()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._grows:
            event.ignore()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
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
        marked = self._marked_area()
        if marked is not None:
            self._paint_mark(painter, marked)
        for kind, area in self._grounds():
            self._paint_ground(painter, kind, area)
        painter.end()
        super().paintEvent(event)

    def _paint_mark(self, painter: QPainter, area: QRectF) -> None:
        area = QRectF(0, area.top() - 5, self.viewport().width(), area.height() + 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("bubble"))
        painter.drawRoundedRect(area, 6, 6)
        painter.setBrush(self._look.color("accent"))
        painter.drawRoundedRect(QRectF(0, area.top(), 3, area.height()), 1.5, 1.5)

    def _paint_ground(self, painter: QPainter, kind: int, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if kind == CODE:
            painter.setBrush(self._look.color("side"))
            painter.drawRoundedRect(area, theme.CARD_RADIUS, theme.CARD_RADIUS)
        elif kind == QUOTE:
            painter.setBrush(self._look.color("line"))
            painter.drawRoundedRect(QRectF(area.left(), area.top(), 3, area.height()), 1.5, 1.5)
        else:
            painter.setBrush(self._look.color("line"))
            painter.drawRect(QRectF(area.left(), area.center().y(), area.width(), 1))

    def _grounds(self) -> Iterator[tuple[int, QRectF]]:
        """What lies under the text: one area for each run of blocks of one group."""
        layout, block = self.document().documentLayout(), self.document().begin()
        group, kind, area = 0, 0, QRectF()
        while block.isValid():
            here = block.blockFormat()
            its_group = here.intProperty(GROUP) if here.hasProperty(GROUP) else 0
            if its_group != group and group:
                yield kind, self._room(kind, area)
            if its_group != group:
                area = QRectF()
            if its_group:
                kind = here.intProperty(KIND)
                area = area.united(layout.blockBoundingRect(block))
            group = its_group
            block = block.next()
        if group:
            yield kind, self._room(kind, area)

    def _room(self, kind: int, area: QRectF) -> QRectF:
        if kind == CODE:
            area = area.adjusted(0, -CODE_HEAD, 0, CODE_FOOT)
        side = 0 if self._grows else SIDE
        area.setLeft(side)
        area.setWidth(self.viewport().width() - 2 * side)
        return area

    def _on_anchor(self, link: QUrl) -> None:
        text = link.toString()
        if text.startswith("source:"):
            self.source_clicked.emit(int(text.removeprefix("source:")))
        elif text.startswith("copy:"):
            QGuiApplication.clipboard().setText(self._codes[int(text.removeprefix("copy:"))])
        else:
            self.link_clicked.emit(text)
