"""Parts of a message: the card of a source, the versions of a question or an answer, a question asked anew."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from personal_ai.ui import amounts, dates, theme, widgets
from personal_ai.ui.language import tr
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.store.conversations import MessageRow, Source

#: Three cards stand side by side in a column of text.
CARD_WIDTH = 226
CARD_SIDE, CARD_TOP = 12, 8
# A rule, or what stands between the head of a table and its rows.
_RULE = re.compile(r"[-*_=|:+\s]*")
_MARK = re.compile(r"\*\*|~~|`")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
# Two letters of one word, of a script that writes spaces.
_LATIN = re.compile(r"[^\s\u2e80-\U0010ffff]{2}")


class SourceCard(QPushButton):
    """One source: its number, title and date, and the beginning of the passage. A click opens the note there."""

    def __init__(self, look: Theme, number: int, source: "Source", then: Callable[[], None]) -> None:
        from personal_ai.store.withdrawing import DELETED

        super().__init__()
        self.setProperty("kind", "source")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda *_: then())
        day = dates.day(source.created)
        title = said(source.title) if source.title == DELETED else source.title
        where = f"{title}: {source.heading}" if source.heading else title
        passage = _beginning(source) or tr("This note was deleted.")
        self.setAccessibleName(
            (tr("Source {number}: {where}, {day}") if day else tr("Source {number}: {where}")).format(
                number=number, where=where, day=day
            )
        )
        self.setAccessibleDescription(passage)
        self.setToolTip(widgets.tip(where))
        self._title, self._day, self._passage = f"{number}  {title}", day, passage
        self._lines = [self._line(""), self._line("second")]
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_SIDE, CARD_TOP, CARD_SIDE, CARD_TOP)
        column.setSpacing(2)
        for line in self._lines:
            column.addWidget(line)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """Show as much as there is room for, in letters of the size that is chosen now."""
        letters = theme.sans(theme.SMALL)
        small, room = QFontMetrics(letters), CARD_WIDTH - 2 * CARD_SIDE
        title, passage = self._title, self._passage
        if self._day and small.horizontalAdvance(f"{title} · {self._day}") <= room:
            title = f"{title} · {self._day}"
        elif self._day:
            # What the note is called says more than its day.
            passage = f"{self._day} · {passage}"
        title = small.elidedText(title, Qt.TextElideMode.ElideRight, room)
        shown = _on_two_lines(passage, small, room)
        for line, text in zip(self._lines, (title, shown), strict=True):
            line.setFont(letters)
            line.setText(text)
        self._lines[1].setFixedHeight(2 * small.lineSpacing() + 2)
        self.updateGeometry()

    def _line(self, role: str) -> QLabel:
        made = widgets.label("", role, wrap=False)
        made.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return made

    def sizeHint(self) -> QSize:
        line = QFontMetrics(theme.sans(theme.SMALL)).lineSpacing()
        return QSize(CARD_WIDTH, 3 * line + 2 * CARD_TOP + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def _on_two_lines(text: str, letters: QFontMetrics, room: int) -> str:
    """As much of a text as two lines hold, this wide in pixels; the second ends in … where there is more."""
    end = bisect_right(range(len(text) + 1), room, key=lambda count: letters.horizontalAdvance(text[:count])) - 1
    if end < len(text) and _LATIN.match(text, max(end - 1, 0)):
        # Words stay whole, in scripts that have spaces between them.
        end = text.rfind(" ", 0, end) + 1 or end
    first, rest = text[:end].rstrip(), text[end:].lstrip()
    return f"{first}\n{letters.elidedText(rest, Qt.TextElideMode.ElideRight, room)}" if rest else first


def _beginning(source: "Source") -> str:
    """A passage on one line, without marks; a heading that only says the title again tells nothing."""
    lines = [_plain(line) for line in source.text.splitlines()]
    while lines and lines[0] in ("", source.title):
        del lines[0]
    return " ".join(" ".join(lines).split())


def _plain(line: str) -> str:
    """A line of Markdown as it reads: the cells of a table, no rules, no marks of emphasis, links by their words."""
    line = line.strip().lstrip("#>").strip()
    if _RULE.fullmatch(line):
        return ""
    if line.startswith("|"):
        line = " · ".join(cell for part in line.split("|") if (cell := part.strip()))
    return _LINK.sub(r"\1", _MARK.sub("", line))


class When(QLabel):
    """When a message was said: its place is kept, its words are to be seen where one looks closer."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "second")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._stamp = ""
        self._asleep = True

    def know(self, stamp: str) -> None:
        """It was said then (ISO 8601, UTC)."""
        self._stamp = stamp
        self.setText(dates.said(stamp))
        whole = dates.whole(stamp)
        self.setToolTip(widgets.tip(whole))
        self.setAccessibleName(tr("Said on {when}").format(when=whole) if whole else "")
        # Else it is the tool tip, which is mark-up.
        self.setAccessibleDescription(whole)

    def sleep(self, asleep: bool) -> None:
        """Hide the words, or show them; what was today may be yesterday by now."""
        self._asleep = asleep
        if not asleep:
            self.setText(dates.said(self._stamp))
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        # Half a date would tell another one.
        if not self._asleep and self.width() >= self.sizeHint().width():
            super().paintEvent(event)


class Versions(QWidget):
    """`‹ 2/3 ›`: which version of a message is on show, and the ways to the others."""

    chosen = Signal(int)  # message id

    def __init__(self) -> None:
        super().__init__()
        self._ids: list[int] = []
        self._at = 0
        self.earlier = widgets.button("‹", "step", lambda: self._go(-1))
        self.later = widgets.button("›", "step", lambda: self._go(1))
        self._words = widgets.label("", "second", wrap=False)
        self.setLayout(widgets.row(self.earlier, self._words, self.later, spacing=2))
        self.hide()

    def offer(self, ids: list[int], shown: int) -> None:
        """Show which of these versions is on show; with one alone there is nothing to choose."""
        self._ids = ids if shown in ids else []
        self._at = self._ids.index(shown) if self._ids else 0
        count = len(self._ids)
        self._words.setText(f"{self._at + 1}/{count}")
        self._words.setAccessibleName(tr("Version {n} of {count}").format(n=self._at + 1, count=count))
        self.earlier.setAccessibleName(tr("Show version {n} of {count}").format(n=self._at, count=count))
        self.later.setAccessibleName(tr("Show version {n} of {count}").format(n=self._at + 2, count=count))
        self.earlier.setEnabled(self._at > 0)
        self.later.setEnabled(self._at + 1 < count)
        self.setVisible(count > 1)

    def take_focus(self) -> None:
        """Let the keyboard be where it can go on to the next version."""
        way = self.later if self.later.isEnabled() else self.earlier
        way.setFocus(Qt.FocusReason.TabFocusReason)

    def _go(self, step: int) -> None:
        if 0 <= self._at + step < len(self._ids):
            self.chosen.emit(self._ids[self._at + step])


def made_words(row: "MessageRow") -> str:
    """How an answer was made, in a sentence or two."""
    from personal_ai.store.conversations import READING_SKILL

    model = tr("The built-in model") if row.model == "built-in" else tr("The model “{name}”").format(name=row.model)
    passages = amounts.count_words(len(row.sources), "passage")
    if row.sources and not row.sources[0].document_id:
        notes = tr("from {passages} of the file that you gave").format(passages=passages)
    elif row.sources:
        notes = tr("from {passages} of your notes").format(passages=passages)
    elif row.made.asked_notes:
        notes = tr("without your notes, where nothing was found that fits")
    else:
        notes = tr("without your notes")
    if row.adapter is None:
        learned = tr("nothing learned")
    elif row.adapter == READING_SKILL:
        learned = tr("its reading skill alone")
    else:
        at = "" if row.made.strength is None else tr(", at {strength:.0%} strength").format(strength=row.made.strength)
        learned = tr("what night {night} learned{at}").format(night=row.adapter, at=at)
    sentence = tr("{model} wrote this {notes}, with {learned}.").format(model=model, notes=notes, learned=learned)
    return " ".join(filter(None, (sentence, speed_words(row))))


def speed_words(row: "MessageRow") -> str:
    """How long an answer took and how fast it came; nothing where that is not known."""
    made = row.made
    if not made.tokens:
        return ""
    words = tr("{tokens} tokens in {seconds:.1f} s").format(tokens=made.tokens, seconds=made.seconds)
    if made.first_token_seconds:
        words += tr(", the first after {seconds:.1f} s").format(seconds=made.first_token_seconds)
    whole = tr("{words}, {rate} a second.") if made.tokens_per_second else tr("{words}.")
    return whole.format(words=words, rate=amounts.rate_words(made.tokens_per_second))


def mind(rows: "Sequence[MessageRow]") -> tuple[float, int | None, str]:
    """How much of what the model can hold in mind a conversation takes (0: not known), and what left it.

    The id of the first question that the newest answer still knew, None where it knew all, and the summary of the rest.
    """
    from personal_ai.chat.history import answered_pairs

    if not rows or rows[-1].role != "assistant" or not rows[-1].made.room:
        return 0.0, None, ""
    made = rows[-1].made
    pairs = answered_pairs(rows)
    first = pairs[made.dropped][0].id if 0 < made.dropped < len(pairs) else None
    return made.held / made.room, first, made.summary
