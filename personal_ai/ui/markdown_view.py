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
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextLength,
    QTextListFormat,
    QTextTableFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QTextEdit

from personal_ai.ui import theme
from personal_ai.ui.found import found_at
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from markdown_it.token import Token

KIND = QTextFormat.Property.UserProperty + 1
GROUP = QTextFormat.Property.UserProperty + 2
CODE, QUOTE, RULE = 1, 2, 3
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
        cursor.setBlockFormat(_block())
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


def top_blocks(source: str) -> "Iterator[tuple[Sequence[Token], int, int]]":
    """Parse Markdown and yield its outermost blocks, each with the characters of the source it stands for."""
    tokens = _parser().parse(source)
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    begin, depth = 0, 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            first, last = tokens[begin].map or [0, 0]
            yield tokens[begin : index + 1], starts[first], min(starts[min(last, len(starts) - 1)], len(source))
            begin = index + 1


_parsers: list[Any] = []


def _parser() -> Any:
    if not _parsers:
        from markdown_it import MarkdownIt  # with the first text, not with the window

        # HTML stays text. "linkify" is off: it needs another package, and links are written out anyway.
        _parsers.append(MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]))
    return _parsers[0]


def _block(above: float = 0, below: float = 0, left: float = 0) -> QTextBlockFormat:
    form = QTextBlockFormat()
    form.setTopMargin(above)
    form.setBottomMargin(below)
    form.setLeftMargin(left)
    form.setLineHeight(126, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return form


class Writer:
    """Writes the tokens of one outermost block behind the cursor."""

    def __init__(self, cursor: QTextCursor, look: Theme, codes: list[str], sources: int) -> None:
        self._cursor, self._look, self._codes, self._sources = cursor, look, codes, sources
        self._fresh = False
        self._quote = 0
        self._lists: list[Any] = []
        self._group = cursor.position() + 1

    def begin_block(self, fresh: bool) -> int:
        """Get ready for the next outermost block. `fresh`: the document is empty, its first line is used."""
        self._fresh = fresh
        self._first = fresh
        return self._cursor.position()

    def write(self, tokens: "Sequence[Token]", finished: bool) -> None:
        """Write a block. `finished`: it will not change any more, so colours of code are worth their time."""
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "table_open":
                index = self._write_table(tokens, index)
            else:
                self._write_token(token, tokens[index - 1] if index else None, finished)
            index += 1

    def _write_token(self, token: "Token", before: "Token | None", finished: bool) -> None:
        match token.type:
            case "inline":
                self._start_text(before)
                self._inline(token.children or [], self._letters(before))
            case "fence" | "code_block":
                self._write_code(token.content.rstrip("\n"), token.info.strip().split(" ")[0], finished)
            case "hr":
                self._rule()
            case "blockquote_open":
                self._quote += 1
                self._group += 1
            case "blockquote_close":
                self._quote -= 1
            case "bullet_list_open" | "ordered_list_open":
                self._open_list(token)
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._lists[-1]["item"] = True
            case _:
                pass

    # ---- blocks ----

    def _new(self, form: QTextBlockFormat) -> None:
        if self._fresh:
            self._fresh = False
            self._cursor.setBlockFormat(form)
        else:
            self._cursor.insertBlock(form, QTextCharFormat())
            if self._cursor.currentList():
                self._cursor.currentList().remove(self._cursor.block())
                self._cursor.setBlockFormat(form)

    def _gap(self, space: float) -> float:
        first, self._first = self._first, False
        return 0 if first else space

    def _start_text(self, before: "Token | None") -> None:
        heading = before is not None and before.type == "heading_open"
        form = _block(self._gap(20 if heading else 12), 2 if heading else 0)
        if self._lists:
            self._start_item(form)
            return
        if self._quote:
            form.setLeftMargin(16 * self._quote)
            form.setProperty(KIND, QUOTE)
            form.setProperty(GROUP, self._group)
        self._new(form)

    def _start_item(self, form: QTextBlockFormat) -> None:
        current = self._lists[-1]
        top = 10 if len(self._lists) == 1 and current["first"] else 4
        form.setTopMargin(self._gap(top) if form.topMargin() else 0)
        if not current["item"]:
            form.setIndent(len(self._lists))
            self._new(form)
            return
        self._new(form)
        if current["list"] is None:
            current["list"] = self._cursor.createList(current["format"])
        else:
            current["list"].add(self._cursor.block())
        current["item"] = current["first"] = False

    def _open_list(self, token: "Token") -> None:
        form = QTextListFormat()
        form.setIndent(len(self._lists) + 1)
        if token.type == "ordered_list_open":
            form.setStyle(QTextListFormat.Style.ListDecimal)
            form.setStart(int(token.attrs.get("start", 1)))
        else:
            form.setStyle(QTextListFormat.Style.ListDisc)
        self._lists.append({"format": form, "list": None, "item": False, "first": True})

    def _rule(self) -> None:
        self._group += 1
        form = _block(self._gap(14), 8)
        form.setProperty(KIND, RULE)
        form.setProperty(GROUP, self._group)
        self._new(form)
        tiny = QTextCharFormat()
        tiny.setFont(theme.sans(4))
        self._cursor.insertText(" ", tiny)

    def _write_code(self, code: str, language: str, finished: bool) -> None:
        self._group += 1
        self._codes.append(code)
        head = self._code_block(self._gap(22), 4)
        head.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._new(head)
        quiet = self._quiet()
        self._cursor.insertText(f"{language}   " if language else "", quiet)
        link = QTextCharFormat(quiet)
        link.setAnchor(True)
        link.setAnchorHref(f"copy:{len(self._codes) - 1}")
        link.setForeground(self._look.color("accent"))
        self._cursor.insertText("Copy", link)
        plain = QTextCharFormat()
        plain.setFont(theme.mono())
        plain.setForeground(self._look.color("ink"))
        self._new(self._code_block(0, 0))
        for text, form in self._coloured(code, language, plain) if finished else [(code, plain)]:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._new(self._code_block(0, 0))
                self._cursor.insertText(line, form)
        last = self._cursor.blockFormat()
        last.setBottomMargin(16)
        self._cursor.setBlockFormat(last)

    def _code_block(self, above: float, below: float) -> QTextBlockFormat:
        form = _block(above, below, 14)
        form.setRightMargin(14)
        form.setProperty(KIND, CODE)
        form.setProperty(GROUP, self._group)
        return form

    def _coloured(self, code: str, language: str, plain: QTextCharFormat) -> Iterator[tuple[str, QTextCharFormat]]:
        from pygments import lex
        from pygments.lexers import get_lexer_by_name
        from pygments.token import Token as Kind
        from pygments.util import ClassNotFound

        try:
            lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
        except ClassNotFound:
            yield code, plain
            return
        roles = (
            (Kind.Comment, "second"),
            (Kind.Keyword, "accent"),
            (Kind.Literal.String, "warning"),
            (Kind.Literal.Number, "warning"),
            (Kind.Name.Function, "accent"),
        )
        t = self._look.tokens
        for kind, text in lex(code, lexer):
            form = QTextCharFormat(plain)
            role = next((role for group, role in roles if kind in group), "")
            if role == "warning":
                form.setForeground(QColor(theme.mix(t.warning, t.ink, 0.2)))
            elif role:
                form.setForeground(self._look.color(role))
            yield text, form

    def _write_table(self, tokens: "Sequence[Token]", index: int) -> int:
        rows: list[list[tuple[Token, bool]]] = []
        head = False
        while tokens[index].type != "table_close":
            token = tokens[index]
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("thead_open", "thead_close"):
                head = token.type == "thead_open"
            elif token.type == "inline":
                rows[-1].append((token, head))
            index += 1
        self._table(rows)
        return index

    def _table(self, rows: "list[list[tuple[Token, bool]]]") -> None:
        columns = max(len(row) for row in rows)
        # Qt keeps an empty line before a table: it is made as low as a line can be.
        low = _block(self._gap(6))
        low.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        self._new(low)
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderBrush(self._look.color("line"))
        form.setBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderCollapse(True)
        form.setCellPadding(6)
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        table = self._cursor.insertTable(len(rows), columns, form)
        for y, row in enumerate(rows):
            for x, (token, head) in enumerate(row):
                letters = self._plain()
                if head:
                    letters.setFont(theme.bold())
                inner = Writer(table.cellAt(y, x).firstCursorPosition(), self._look, self._codes, self._sources)
                inner._inline(token.children or [], letters)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._cursor.setBlockFormat(low)
        self._cursor.setBlockCharFormat(self._plain())

    # ---- letters ----

    def _plain(self) -> QTextCharFormat:
        letters = QTextCharFormat()
        letters.setFont(theme.sans())
        letters.setForeground(self._look.color("second" if self._quote else "ink"))
        return letters

    def _quiet(self) -> QTextCharFormat:
        letters = QTextCharFormat()
        letters.setFont(theme.sans(theme.SMALL))
        letters.setForeground(self._look.color("second"))
        return letters

    def _letters(self, before: "Token | None") -> QTextCharFormat:
        letters = self._plain()
        if before is not None and before.type == "heading_open":
            letters.setFont(theme.bold({"h1": 18, "h2": 16}.get(before.tag, theme.BODY)))
        return letters

    def _inline(self, children: "Sequence[Token]", base: QTextCharFormat) -> None:
        letters = [base]
        for child in children:
            match child.type:
                case "text":
                    self._text(child.content, letters[-1])
                case "code_inline":
                    form = QTextCharFormat(letters[-1])
                    form.setFont(theme.mono())
                    form.setBackground(self._look.color("side"))
                    self._cursor.insertText(child.content, form)
                case "softbreak":
                    self._cursor.insertText(" ", letters[-1])
                case "hardbreak":
                    self._cursor.insertText("\u2028", letters[-1])
                case "image":
                    # A picture would have to be fetched from somewhere; its words are enough.
                    self._cursor.insertText(f"[picture: {child.content or 'without words'}]", letters[-1])
                case "strong_open" | "em_open" | "s_open" | "link_open":
                    letters.append(self._opened(child, letters[-1]))
                case "strong_close" | "em_close" | "s_close" | "link_close":
                    letters.pop()
                case _:
                    self._cursor.insertText(child.content, letters[-1])

    def _opened(self, token: "Token", outer: QTextCharFormat) -> QTextCharFormat:
        form = QTextCharFormat(outer)
        match token.type:
            case "strong_open":
                form.setFontWeight(600)
            case "em_open":
                form.setFontItalic(True)
            case "s_open":
                form.setFontStrikeOut(True)
            case _:
                form.setAnchor(True)
                form.setAnchorHref(str(token.attrs.get("href", "")))
                form.setForeground(self._look.color("accent"))
                form.setFontUnderline(True)
        return form

    def _text(self, text: str, form: QTextCharFormat) -> None:
        """Write words; `[2]` becomes a link to the second source where there is one."""
        rest = text
        while "[" in rest:
            before, _, after = rest.partition("[")
            number, closed, beyond = after.partition("]")
            if closed and number.isascii() and number.isdigit() and 1 <= int(number) <= self._sources:
                self._cursor.insertText(before, form)
                link = QTextCharFormat(form)
                link.setAnchor(True)
                link.setAnchorHref(f"source:{number}")
                link.setForeground(self._look.color("accent"))
                self._cursor.insertText(f"[{number}]", link)
                rest = beyond
            else:
                self._cursor.insertText(before + "[", form)
                rest = after
        self._cursor.insertText(rest, form)
