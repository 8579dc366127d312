"""Formulas drawn into a document: each is one sign of the text, as wide and high as it needs to be."""

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from personal_ai.ui import tex, theme, widgets

#: The kind of text object, and what a formula keeps with its sign: how it is written, and whether it stands alone.
KIND = QTextFormat.ObjectTypes.UserObject.value + 1
SOURCE = QTextFormat.Property.UserProperty + 10
ALONE = QTextFormat.Property.UserProperty + 11
SIGN = "\ufffc"

Mark = Callable[[QPainter, float, float], None]


class Box:
    """Something with a size: `up` and `down` are from its base line, in pixels. `marks` draw it at a place."""

    def __init__(self, width: float = 0, up: float = 0, down: float = 0) -> None:
        self.width, self.up, self.down = width, up, down
        self.marks: list[tuple[float, float, Mark]] = []

    def put(self, other: "Box", x: float, y: float) -> None:
        """Take another one in, its base line `y` below this one's; the size follows."""
        self.marks += [(x + dx, y + dy, mark) for dx, dy, mark in other.marks]
        self.up, self.down = max(self.up, other.up - y), max(self.down, other.down + y)
        self.width = max(self.width, x + other.width)

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw it with its base line beginning at (x, y)."""
        for dx, dy, mark in self.marks:
            mark(painter, x + dx, y + dy)


def insert(cursor: QTextCursor, source: str, letters: QTextCharFormat, alone: bool) -> None:
    """Write a formula behind the cursor; one that cannot be drawn stands there as it is written.

    `alone` says that it has a line of its own, with room for what is above and below large signs.
    """
    try:
        box = layout(source, QFontMetricsF(letters.font()).height(), letters.font().pixelSize(), alone)
    except tex.Unreadable:
        plain = QTextCharFormat(letters)
        plain.setFont(theme.mono())
        cursor.insertText(source.strip(), plain)
        return
    form = QTextCharFormat(letters)
    form.setObjectType(KIND)
    form.setProperty(SOURCE, source)
    form.setProperty(ALONE, alone)
    fits = box.down <= QFontMetricsF(letters.font()).descent()
    align = QTextCharFormat.VerticalAlignment
    form.setVerticalAlignment(align.AlignBaseline if fits else align.AlignMiddle)
    form.setToolTip(widgets.tip(source.strip()))
    cursor.insertText(SIGN, form)


class Formulas(QPyTextObject):
    """Draws the formulas of one document."""

    def intrinsicSize(self, doc: QTextDocument, _position: int, form: QTextFormat) -> QSizeF:
        """How large the sign is: what is drawn, and what keeps its base line on that of the text."""
        box, scale = _fitted(doc, form)
        up, down = _around(form.toCharFormat(), box, scale)
        return QSizeF(box.width * scale + 2, up + down)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, _position: int, form: QTextFormat
    ) -> None:
        """Draw it."""
        box, scale = _fitted(doc, form)
        _, down = _around(form.toCharFormat(), box, scale)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(form.foreground().color())
        painter.translate(rect.left() + 1, rect.bottom() - down)
        painter.scale(scale, scale)
        box.draw(painter, 0, 0)
        painter.restore()


def _fitted(doc: QTextDocument, form: QTextFormat) -> tuple[Box, float]:
    font = form.toCharFormat().font()
    box = layout(str(form.property(SOURCE)), QFontMetricsF(font).height(), font.pixelSize(), bool(form.property(ALONE)))
    room = doc.textWidth() - 40
    # A formula wider than the column becomes smaller, down to what can still be read.
    return box, max(0.4, min(1.0, room / box.width)) if room > 0 and box.width else 1.0


def _around(form: QTextCharFormat, box: Box, scale: float) -> tuple[float, float]:
    """Room above and below the base line as Qt lays out a sign of this alignment."""
    metrics = QFontMetricsF(form.font())
    if form.verticalAlignment() == QTextCharFormat.VerticalAlignment.AlignBaseline:
        return box.up * scale, metrics.descent()
    half = metrics.xHeight() / 2
    # Letters reach a little beyond what they are measured to be.
    down = max(box.down, box.up - half) * scale + 2
    return down + half, down


@lru_cache(maxsize=256)
def layout(source: str, _height: float, size: int, alone: bool) -> Box:
    """Lay a formula out in letters of `size` pixels. Raises tex.Unreadable."""
    return _Setter(size, alone).set(tex.read(source))


class _Setter:
    """Sets nodes in letters of one size."""

    def __init__(self, size: float, alone: bool) -> None:
        self.size, self.alone = size, alone
        self._thin = max(1.0, size / 15)
        #: How high the middle of signs like + and − is above the base line.
        self._axis = QFontMetricsF(_font(size)).xHeight() / 2

    def smaller(self, share: float = 0.72) -> "_Setter":
        return _Setter(max(7.0, self.size * share), False)

    def set(self, node: tex.Node) -> Box:
        """Lay out one node."""
        match node:
            case tex.Letters():
                return self._letters(node)
            case tex.Room():
                return Box(node.width * self.size)
            case tex.Row():
                return self._row(node)
            case tex.Fraction():
                return self._fraction(node)
            case tex.Root():
                return self._root(node)
            case tex.Script():
                return self._script(node)
            case tex.Accent():
                return self._accent(node)
            case tex.Fence():
                return self._fence(node)
            case tex.Grid():
                return self._grid(node)

    def _letters(self, node: tex.Letters) -> Box:
        large = node.kind == "large"
        size = self.size * (1.7 if large and self.alone else 1.25 if large else 1)
        box = _text(node.text, _font(size, node.kind == "slanted", node.bold))
        if large:
            # Large signs stand around the middle line.
            moved, lower = Box(), (box.up - box.down) / 2 - self._axis
            moved.put(box, 0, lower)
            return moved
        return box

    def _row(self, node: tex.Row) -> Box:
        made, x = Box(), 0.0
        before = ""
        for number, item in enumerate(node.items):
            box = self.set(item)
            kind = item.kind if isinstance(item, tex.Letters) else ""
            base = item.base if isinstance(item, tex.Script) else item
            function = isinstance(base, tex.Letters) and base.kind in ("function", "large")
            # A sign in front is no operation: −1.
            first = number == 0 or before in ("relation", "operator", "(")
            room = {"relation": 0.28, "operator": 0.0 if first else 0.2}.get(kind, 0.0) * self.size
            x += room + (0.12 * self.size if function and number else 0)
            made.put(box, x, 0)
            x += box.width + room + (0.14 * self.size if function else 0)
            before = "(" if isinstance(item, tex.Letters) and item.text in "([{,|" else kind
        made.width = max(x, made.width)
        if not node.items:
            made.up = self.size * 0.5
        return made

    def _fraction(self, node: tex.Fraction) -> Box:
        inner = _Setter(self.size, False) if self.alone else self.smaller(0.78)
        above, below = inner.set(node.above), inner.set(node.below)
        gap, pad = self.size * 0.18, self.size * 0.12
        width = max(above.width, below.width) + 2 * pad
        made = Box(width)
        made.put(above, (width - above.width) / 2, -self._axis - gap - above.down)
        made.put(below, (width - below.width) / 2, -self._axis + gap + below.up)
        if node.line:
            made.marks.append((0, -self._axis, _line(width, 0, self._thin)))
        made.width = width + pad
        return made

    def _root(self, node: tex.Root) -> Box:
        body = self.set(node.body)
        degree = self.smaller(0.6).set(node.degree) if node.degree else Box()
        gap, sign = self.size * 0.14, self.size * 0.55
        left = max(0.0, degree.width - sign * 0.45)
        made = Box()
        made.put(body, left + sign, 0)
        top, bottom = -body.up - gap, max(body.down, 1.0)
        points = [(0, -self._axis), (sign * 0.3, -self._axis - 2), (sign * 0.55, bottom), (sign, top)]
        points += [(sign + body.width + 2, top)]
        made.marks.append((left, 0, _lines(points, self._thin)))
        made.up, made.width = max(made.up, -top + self._thin), left + sign + body.width + self.size * 0.12
        if node.degree:
            made.put(degree, 0, -self._axis - self.size * 0.3)
        return made

    def _script(self, node: tex.Script) -> Box:
        base = self.set(node.base)
        small = self.smaller()
        above = small.set(node.above) if node.above else None
        below = small.set(node.below) if node.below else None
        stacked = isinstance(node.base, tex.Letters) and node.base.limits and self.alone
        stacked = stacked or (isinstance(node.base, tex.Accent) and node.base.sign == "brace")
        if stacked:
            return self._stacked(base, above, below)
        made = Box()
        made.put(base, 0, 0)
        x, end = base.width + self.size * 0.04, base.width
        if above:
            lift = max(self.size * 0.36, base.up - above.up * 0.5)
            made.put(above, x, -lift)
            end = max(end, x + above.width)
        if below:
            drop = max(self.size * 0.18, base.down + below.up * 0.25)
            made.put(below, x, drop)
            end = max(end, x + below.width)
        made.width = end + self.size * 0.05
        return made

    def _stacked(self, base: Box, above: Box | None, below: Box | None) -> Box:
        gap = self.size * 0.14
        width = max(base.width, above.width if above else 0, below.width if below else 0)
        made = Box(width)
        made.put(base, (width - base.width) / 2, 0)
        if above:
            made.put(above, (width - above.width) / 2, -base.up - gap - above.down)
        if below:
            made.put(below, (width - below.width) / 2, base.down + gap + below.up)
        made.width = width
        return made

    def _accent(self, node: tex.Accent) -> Box:
        body, gap = self.set(node.body), self.size * 0.12
        made = Box()
        made.put(body, 0, 0)
        y = body.down + gap if node.under else -body.up - gap
        if node.sign == "line":
            mark = _line(body.width, 0, self._thin)
        elif node.sign == "brace":
            mark = _brace(body.width, self.size * (0.28 if node.under else -0.28), self._thin)
            gap += self.size * 0.3
        else:
            font = _font(self.size * 0.9)
            sign, ink = _text(node.sign, font), QFontMetricsF(font).tightBoundingRect(node.sign)
            # The lower end of the sign's own ink stands a little above what it is on.
            made.put(sign, (body.width - sign.width) / 2, -body.up - self.size * 0.08 - ink.bottom())
            made.width = body.width
            return made
        made.marks.append((0, y, mark))
        made.up, made.down = (body.up, body.down + 2 * gap) if node.under else (body.up + 2 * gap, body.down)
        return made

    def _fence(self, node: tex.Fence) -> Box:
        body = self.set(node.body)
        half = max(body.up - self._axis, body.down + self._axis, self.size * 0.5)
        made = Box()
        x = 0.0
        for sign in (node.left, None, node.right):
            if sign is None:
                made.put(body, x, 0)
                x += body.width
            elif sign:
                box = self._delimiter(sign, half)
                made.put(box, x, 0)
                x += box.width
        made.width = x
        return made

    def _delimiter(self, sign: str, half: float) -> Box:
        plain = _text(sign, _font(self.size))
        if half <= self.size * 0.62:
            return plain
        tall = QFontMetricsF(_font(self.size)).tightBoundingRect(sign)
        factor = 2 * half / max(tall.height(), 1.0)
        made = Box(plain.width * min(1.4, 1 + factor / 12), half + self._axis, half - self._axis)
        made.marks.append((0, 0, _stretched(sign, _font(self.size), factor, self._axis)))
        return made

    def _grid(self, node: tex.Grid) -> Box:
        inner = _Setter(self.size, False)
        cells = [[inner.set(cell) for cell in row] for row in node.rows] or [[Box()]]
        columns = max(len(row) for row in cells)
        widths = [max((row[n].width for row in cells if n < len(row)), default=0.0) for n in range(columns)]
        ups = [max([box.up for box in row] + [self.size * 0.7]) for row in cells]
        downs = [max([box.down for box in row] + [self.size * 0.25]) for row in cells]
        gap = self.size * 0.3
        height = sum(ups) + sum(downs) + gap * (len(cells) - 1)
        made, y = Box(), -self._axis - height / 2
        for row, up, down in zip(cells, ups, downs, strict=True):
            x = 0.0
            for number, box in enumerate(row):
                free = widths[number] - box.width
                side = node.align[number % len(node.align)]
                made.put(box, x + {"c": free / 2, "r": free, "l": 0.0}[side], y + up)
                x += widths[number] + self.size * (0.15 if node.align == "rl" and number % 2 == 0 else 0.8)
            y += up + down + gap
        made.width = sum(widths) + self.size * 0.8 * (columns - 1) if node.align != "rl" else made.width
        return made


def _font(size: float, slanted: bool = False, bold: bool = False) -> QFont:
    font = theme.sans()
    font.setPixelSize(max(1, round(size)))
    font.setItalic(slanted)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def _text(text: str, font: QFont) -> Box:
    metrics = QFontMetricsF(font)
    ink = metrics.tightBoundingRect(text) if text.strip() else QRectF()
    box = Box(metrics.horizontalAdvance(text), max(-ink.top(), 0), max(ink.bottom(), 0))

    def draw(painter: QPainter, x: float, y: float) -> None:
        painter.setFont(font)
        painter.drawText(QPointF(x, y), text)

    box.marks.append((0, 0, draw))
    return box


def _stretched(text: str, font: QFont, factor: float, axis: float) -> Mark:
    ink = QFontMetricsF(font).tightBoundingRect(text)
    middle = (ink.top() + ink.bottom()) / 2
    wider = min(1.4, 1 + factor / 12)

    def draw(painter: QPainter, x: float, y: float) -> None:
        painter.save()
        painter.translate(x, y - axis)
        painter.scale(wider, factor)
        painter.setFont(font)
        painter.drawText(QPointF(0, -middle), text)
        painter.restore()

    return draw


def _lines(points: list[tuple[float, float]], thick: float) -> Mark:
    def draw(painter: QPainter, x: float, y: float) -> None:
        painter.save()
        painter.setPen(QPen(QColor(painter.pen().color()), thick))
        painter.drawPolyline([QPointF(x + dx, y + dy) for dx, dy in points])
        painter.restore()

    return draw


def _line(dx: float, dy: float, thick: float) -> Mark:
    return _lines([(0, 0), (dx, dy)], thick)


def _brace(width: float, height: float, thick: float) -> Mark:
    middle = width / 2
    half = height / 2
    return _lines(
        [(0, 0), (2, half), (middle - 3, half), (middle, height), (middle + 3, half), (width - 2, half), (width, 0)],
        thick,
    )


def in_words(text: str, sources: list[str]) -> str:
    """A text whose formulas are signs, with each of them as it is written."""
    left = iter(sources)
    return "".join(f"${next(left, '')}$" if letter == SIGN else letter for letter in text)
