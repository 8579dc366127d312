"""Writes Markdown into a document with text formats, block by block. HTML stays text, pictures become words."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextLength,
    QTextListFormat,
    QTextTableFormat,
)

from personal_ai.ui import formula, theme
from personal_ai.ui.language import tr
from personal_ai.ui.markdown_blocks import parser
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from markdown_it.token import Token

#: What lies under a block (one of the three below), and which blocks share one ground.
KIND = QTextFormat.Property.UserProperty + 1
GROUP = QTextFormat.Property.UserProperty + 2
CODE, QUOTE, RULE = 1, 2, 3
#: Before the address of every link that the text itself has; without it stands what is the program's own.
LINK = "link:"


def warm() -> None:
    """Load what reads Markdown and colours code, before the first text has to wait for it. Any thread may call it."""
    from pygments.lexers import get_lexer_by_name

    parser().parse("A *word*.")
    get_lexer_by_name("python")


def block_format(above: float = 0, below: float = 0, left: float = 0) -> QTextBlockFormat:
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
        self._fresh = self._first = self._continues = False
        self._whole = ""
        self._quote = 0
        self._lists: list[Any] = []
        self._group = cursor.position() + 1

    def begin_block(self, fresh: bool, continues: bool = False, whole: str = "") -> int:
        """Get ready for the next unit. `fresh`: the document is empty, its first line is used.

        `continues`: it goes on with the block before. `whole` is all of the code that it is a part of.
        """
        self._fresh = fresh
        self._first = fresh or continues
        self._continues, self._whole = continues, whole
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

    def write_link(self, words: str, target: str) -> None:
        """Write a line that is a link of the program's own."""
        self._new(block_format(self._gap(12)))
        self._cursor.insertText(words, self._link(self._plain(), target))

    def _link(self, letters: QTextCharFormat, target: str) -> QTextCharFormat:
        link = QTextCharFormat(letters)
        link.setAnchor(True)
        link.setAnchorHref(target)
        link.setForeground(self._look.color("accent"))
        return link

    def _write_token(self, token: "Token", before: "Token | None", finished: bool) -> None:
        match token.type:
            case "inline":
                self._start_text(before)
                self._inline(token.children or [], self._letters(before))
            case "fence" | "code_block":
                self._write_code(token.content.rstrip("\n"), token.info.strip().split(" ")[0], finished)
            case "formula_block":
                self._write_formula(token)
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
        form = block_format(self._gap(20 if heading else 12), 2 if heading else 0)
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

    def _write_formula(self, token: "Token") -> None:
        form = block_format(self._gap(12), 4)
        form.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        if self._lists:
            form.setIndent(len(self._lists))
        self._new(form)
        formula.insert(self._cursor, token.content, self._plain(), alone=True)
        self._cursor.insertText(token.meta.get("end", ""), self._plain())

    def _rule(self) -> None:
        self._group += 1
        form = block_format(self._gap(14), 8)
        form.setProperty(KIND, RULE)
        form.setProperty(GROUP, self._group)
        self._new(form)
        tiny = QTextCharFormat()
        tiny.setFont(theme.sans(4))
        self._cursor.insertText(" ", tiny)

    def _write_code(self, code: str, language: str, finished: bool) -> None:
        if self._continues:
            self._unfinish_code()
        else:
            self._group += 1
            self._codes.append(self._whole or code)
            self._write_code_head(language)
        plain = self.code_letters()
        # Every line becomes a block in the form of the one before it.
        for text, form in self._coloured(code, language, plain) if finished else [(code, plain)]:
            self._cursor.insertText(text, form)
        last = self._cursor.blockFormat()
        last.setBottomMargin(16)
        self._cursor.setBlockFormat(last)

    def append_code(self, piece: str) -> None:
        """Write more of the code that stands at the end of the document."""
        self._unfinish_code(begin=False)
        self._cursor.insertText(piece, self.code_letters())
        last = self._cursor.blockFormat()
        last.setBottomMargin(16)
        self._cursor.setBlockFormat(last)

    def _write_code_head(self, language: str) -> None:
        head = self._code_block(self._gap(22), 4)
        head.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._new(head)
        quiet = self._quiet()
        self._cursor.insertText(f"{language[:40]}   " if language else "", quiet)
        link = QTextCharFormat(quiet)
        link.setAnchor(True)
        link.setAnchorHref(f"copy:{len(self._codes) - 1}")
        link.setForeground(self._look.color("accent"))
        self._cursor.insertText(tr("Copy"), link)
        self._new(self._code_block(0, 0))

    def _unfinish_code(self, begin: bool = True) -> None:
        """Go on in the code that stands at the end of the document, on a line of its own if `begin`."""
        last = self._cursor.blockFormat()
        last.setBottomMargin(0)
        self._cursor.setBlockFormat(last)
        self._group = last.intProperty(GROUP) or self._group
        if begin:
            self._new(self._code_block(0, 0))

    def code_letters(self) -> QTextCharFormat:
        """How code is written where nothing colours it."""
        plain = QTextCharFormat()
        plain.setFont(theme.mono())
        plain.setForeground(self._look.color("ink"))
        return plain

    def _code_block(self, above: float, below: float) -> QTextBlockFormat:
        form = block_format(above, below, 14)
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
        head, even = False, bool(tokens[index].meta.get("even"))
        while tokens[index].type != "table_close":
            token = tokens[index]
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("thead_open", "thead_close"):
                head = token.type == "thead_open"
            elif token.type == "inline":
                rows[-1].append((token, head))
            index += 1
        self._table(rows, even)
        return index

    def _table(self, rows: "list[list[tuple[Token, bool]]]", even: bool) -> None:
        columns = max(len(row) for row in rows)
        # Qt keeps an empty line before a table: it is made as low as a line can be.
        low = block_format(self._gap(6))
        low.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        self._new(low)
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderBrush(self._look.color("line"))
        form.setBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderCollapse(True)
        form.setCellPadding(6)
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        if even:
            # Parts of one table agree on their columns, and what is in them need not be measured.
            form.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, 100 / columns)] * columns)
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
                case "formula":
                    formula.insert(self._cursor, child.content, letters[-1], child.meta["alone"])
                case "softbreak":
                    self._cursor.insertText(" ", letters[-1])
                case "hardbreak":
                    self._cursor.insertText("\u2028", letters[-1])
                case "image":
                    # A picture would have to be fetched from somewhere; its words are enough.
                    picture = tr("[picture: {words}]").format(words=child.content or tr("without words"))
                    self._cursor.insertText(picture, letters[-1])
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
                # Else a note's own link could press what is ours: copy code, open a source.
                href = str(token.attrs.get("href", ""))
                form.setAnchorHref(LINK + href if href else "")
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
