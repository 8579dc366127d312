"""How an import goes: count, rate, time left, and at the end what was skipped and why."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout

from personal_ai.ui import amounts, widgets
from personal_ai.ui.language import tr
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

#: Nobody can tell how long it takes before this many seconds are over.
ETA_FROM = 3.0
SHOWN = 12


class ImportCard(QFrame):
    """One import, from its first file to its last word."""

    cancel_asked = Signal()

    def __init__(self, look: Theme, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName("import-card")
        self._clock, self._began = clock, 0.0
        self._words = widgets.label("", name="import-words")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Import"))
        self._stop = widgets.button(tr("Stop"), "quiet", self.cancel_asked.emit)
        self._why = widgets.button(tr("Show what was skipped"), "quiet", self._toggle)
        self._close = widgets.IconButton(look, "close", tr("Close"), self.hide)
        self._skipped = QVBoxLayout()
        self._skipped.setSpacing(4)
        self._skipped.setContentsMargins(0, 0, 0, 6)
        self._list = QFrame()
        self._list.setLayout(self._skipped)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 10, 10)
        column.setSpacing(8)
        line = widgets.row(self._words, self._why, self._stop, self._close)
        line.setStretch(0, 1)
        column.addLayout(line)
        column.addWidget(self._bar)
        column.addWidget(self._list)
        self.hide()

    def begin(self) -> None:
        """An import starts."""
        self._began = self._clock()
        self._words.setText(tr("Looking for notes…"))
        self._bar.setRange(0, 0)
        self._show(working=True)

    def progress(self, done: int, total: int) -> None:
        """So many of so many files are read."""
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        self._words.setText(progress_words(done, total, self._clock() - self._began))

    def end(self, words: str, skipped: Sequence[Any] = ()) -> None:
        """It is over; `skipped` carries `path` and `reason` of each file that was left out."""
        self._words.setText(words)
        self._show(working=False)
        self._why.setVisible(bool(skipped))
        self._why.setText(tr("Show what was skipped"))
        widgets.clear(self._skipped)
        for skip in skipped[:SHOWN]:
            self._skipped.addWidget(widgets.label(skip_words(skip.path, skip.reason), "second"))
        if len(skipped) > SHOWN:
            self._skipped.addWidget(widgets.label(tr("and {n:,} more").format(n=len(skipped) - SHOWN), "second"))

    def _show(self, working: bool) -> None:
        self._bar.setVisible(working)
        self._stop.setVisible(working)
        self._close.setVisible(not working)
        self._why.hide()
        self._list.hide()
        self.show()

    def _toggle(self) -> None:
        self._list.setVisible(self._list.isHidden())
        self._why.setText(tr("Show what was skipped") if self._list.isHidden() else tr("Hide"))


def skip_words(path: str, reason: str) -> str:
    """A file that was left out, and why; most reasons name it themselves."""
    name = Path(path).name
    return said(reason) if name in reason else f"{name}: {said(reason)}"


def progress_words(done: int, total: int, seconds: float) -> str:
    """Count, rate and, once it can be told, the time left."""
    words = tr("Reading {n:,} of {total:,}").format(n=min(done + 1, total), total=total)
    if done and seconds > 0.5:
        rate = done / seconds
        pace = (tr("{n:,.0f} a second"), rate) if rate >= 1 else (tr("{n:,.0f} a minute"), rate * 60)
        words += f" · {pace[0].format(n=pace[1])}"
        if seconds >= ETA_FROM:
            left = tr("about {time} left").format(time=amounts.duration_words((total - done) / rate))
            words += f" · {left}"
    return words


def end_words(added: int, unchanged: int, skipped: int, seconds: float) -> str:
    """What an import came to."""
    parts: list[str] = []
    if added:
        notes, time = amounts.count_words(added, "note"), amounts.duration_words(seconds)
        parts.append(tr("Added {notes} in {time}").format(notes=notes, time=time))
    if unchanged:
        words = tr("{n:,} was here already") if unchanged == 1 else tr("{n:,} were here already")
        parts.append(words.format(n=unchanged))
    if skipped:
        parts.append(tr("{n:,} skipped").format(n=skipped))
    return " · ".join(parts) or tr("There was nothing new to read.")
