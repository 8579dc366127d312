"""How an import goes: count, rate, time left, and at the end what was skipped and why."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout

from personal_ai.ui import widgets
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
        self._bar.setAccessibleName("Import")
        self._stop = widgets.button("Stop", "quiet", self.cancel_asked.emit)
        self._why = widgets.button("Show what was skipped", "quiet", self._toggle)
        self._close = widgets.IconButton(look, "close", "Close", self.hide)
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
        self._words.setText("Looking for notes…")
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
        self._why.setText("Show what was skipped")
        widgets.clear(self._skipped)
        for skip in skipped[:SHOWN]:
            self._skipped.addWidget(widgets.label(skip_words(skip.path, skip.reason), "second"))
        if len(skipped) > SHOWN:
            self._skipped.addWidget(widgets.label(f"and {len(skipped) - SHOWN:,} more", "second"))

    def _show(self, working: bool) -> None:
        self._bar.setVisible(working)
        self._stop.setVisible(working)
        self._close.setVisible(not working)
        self._why.hide()
        self._list.hide()
        self.show()

    def _toggle(self) -> None:
        self._list.setVisible(self._list.isHidden())
        self._why.setText("Show what was skipped" if self._list.isHidden() else "Hide")


def skip_words(path: str, reason: str) -> str:
    """A file that was left out, and why; most reasons name it themselves."""
    name = Path(path).name
    return reason if name in reason else f"{name}: {reason}"


def progress_words(done: int, total: int, seconds: float) -> str:
    """Count, rate and, once it can be told, the time left."""
    words = f"Reading {min(done + 1, total):,} of {total:,}"
    if done and seconds > 0.5:
        rate = done / seconds
        words += f" · {rate:,.0f} a second" if rate >= 1 else f" · {rate * 60:,.0f} a minute"
        if seconds >= ETA_FROM:
            words += f" · about {widgets.duration_words((total - done) / rate)} left"
    return words


def end_words(added: int, unchanged: int, skipped: int, seconds: float) -> str:
    """What an import came to."""
    parts = [f"Added {widgets.count_words(added, 'note')} in {widgets.duration_words(seconds)}"] if added else []
    if unchanged:
        parts.append(f"{unchanged:,} {'was' if unchanged == 1 else 'were'} here already")
    if skipped:
        parts.append(f"{skipped:,} skipped")
    return " · ".join(parts) or "There was nothing new to read."
