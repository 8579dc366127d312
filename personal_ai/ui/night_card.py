"""One night in full: what it learned, what that changed, what it took, and the way back."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from personal_ai.ui import controls, dates, theme, widgets
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.store.nights import NightRow

SYSTEMS = (
    ("base", "base"),
    ("base+notes", "with notes"),
    ("adapter", "with adapter"),
    ("adapter+notes", "with both"),
)
STATES = {
    "running": "Learning",
    "paused": "Paused",
    "published": "Learned",
    "refused": "Not used",
    "cancelled": "Cancelled",
    "failed": "Broke off",
    "nothing": "Nothing to learn",
}
TITLES_SHOWN, SAMPLES_SHOWN = 6, 3


class NightCard(QFrame):
    """The newest night that came to an end. `undo` is None where there is nothing to take back."""

    def __init__(self, look: Theme, row: "NightRow", undo: Callable[[], None] | None) -> None:
        super().__init__()
        self._look, self._row = look, row
        self.setProperty("role", "card")
        self.setObjectName("night-card")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(theme.INSIDE)
        column.addWidget(widgets.label(when_words(row), "eyebrow"))
        column.addWidget(widgets.label(row.reason, "heading"))
        learned = learned_words(row)
        if learned:
            column.addWidget(widgets.label(learned, "second"))
        for part in (self._build_bars(), self._build_samples()):
            if part:
                column.addSpacing(theme.INSIDE)
                column.addWidget(part)
        self._details: QWidget | None = None
        self._open = False
        self._more = widgets.button("Details", "quiet", self._toggle, "night-details")
        takes = widgets.label(effort_words(row), "second")
        self._more.setVisible(bool(row.report.get("loss") or row.report.get("proof", {}).get("systems")))
        line = widgets.row(takes, self._more)
        if undo:
            line.addWidget(widgets.button("Undo", "", undo, "undo-night"))
        line.setStretch(0, 1)
        if takes.text() or undo or not self._more.isHidden():
            column.addSpacing(theme.INSIDE)
            column.addLayout(line)
        else:
            widgets.clear(line)
        self._column = column

    def _build_bars(self) -> QWidget | None:
        proof = self._row.report.get("proof", {})
        shares = shares_of(proof)
        if not shares:
            return None
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        questions = widgets.count_words(int(proof.get("questions", 0)), "question")
        column.addWidget(
            widgets.label(f"How sure each is of the right words, over {questions} set aside beforehand", "second")
        )
        for key, name in SYSTEMS:
            if key in shares:
                best = key == max(shares, key=lambda k: shares[k])
                column.addWidget(controls.Bar(self._look, name, shares[key], f"{shares[key]:.0%}", best))
        return box

    def _build_samples(self) -> QWidget | None:
        report = self._row.report
        samples = (report.get("samples") or report.get("proof", {}).get("samples") or [])[:SAMPLES_SHOWN]
        if not samples:
            return None
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for sample in samples:
            column.addWidget(_sample(sample))
        return box

    def _toggle(self) -> None:
        self._open = not self._open
        if self._details is None:
            self._details = Details(self._look, self._row)
            self._column.addWidget(self._details)
        self._details.setVisible(self._open)
        self._more.setText("Hide details" if self._open else "Details")


class Details(QWidget):
    """The loss curve and the proof in words, for those who ask."""

    def __init__(self, look: Theme, row: "NightRow") -> None:
        super().__init__()
        self._look = look
        self._loss = [(float(step), float(loss)) for step, loss in row.report.get("loss") or []]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, theme.INSIDE, 0, 0)
        self._column.setSpacing(theme.INSIDE)
        self._column.addWidget(widgets.rule())
        self._curve: QWidget | None = None
        if len(self._loss) > 1:
            self._column.addWidget(widgets.label("Surprise while learning (nats a token), step by step", "second"))
            self._draw()
            look.changed.connect(self._draw)
        for line in proof_words(row.report.get("proof", {})):
            self._column.addWidget(widgets.label(line, "second"))

    def _draw(self) -> None:
        curve = loss_curve(self._look, self._loss)
        if self._curve:
            self._column.replaceWidget(self._curve, curve)
            self._curve.deleteLater()
        else:
            self._column.addWidget(curve)
        self._curve = curve


def loss_curve(look: Theme, points: list[tuple[float, float]]) -> QWidget:
    """A quiet line chart of (step, loss)."""
    import pyqtgraph  # half a second that only Details needs

    t = look.tokens
    plot = pyqtgraph.PlotWidget(background=t.side)
    plot.setFixedHeight(160)
    plot.setMouseEnabled(False, False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setFrameShape(QFrame.Shape.NoFrame)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setAccessibleName(f"Loss went from {points[0][1]:.2f} to {points[-1][1]:.2f}")
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(t.line)
        axis.setTextPen(t.second)
        axis.setTickFont(theme.sans(11))
        axis.setStyle(tickLength=0)
    steps, losses = zip(*points, strict=True)
    plot.getViewBox().setXRange(steps[0], steps[-1], 0.01)
    plot.plot(steps, losses, pen=pyqtgraph.mkPen(t.accent, width=2), antialias=True)
    plot.viewport().installEventFilter(_let_scroll_through(plot))
    return plot


def _let_scroll_through(plot: Any) -> Any:
    """A filter that leaves the wheel to the page."""
    from PySide6.QtCore import QEvent, QObject

    class WheelToPage(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Wheel:
                event.ignore()
                return True
            return False

    return WheelToPage(plot)


def _sample(sample: dict[str, Any]) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(widgets.label(str(sample.get("question", "")), "heading"))
    column.addLayout(_labelled("before", str(sample.get("before", "")), "second"))
    column.addLayout(_labelled("now", str(sample.get("after", "")), ""))
    return box


def _labelled(name: str, text: str, role: str) -> Any:
    key = widgets.label(name, "second", wrap=False)
    key.setFixedWidth(52)
    key.setAlignment(Qt.AlignmentFlag.AlignTop)
    value: QLabel = widgets.label(_shortened(text) or "no answer", role)
    line = widgets.row(key, value)
    line.setStretch(1, 1)
    return line


def _shortened(text: str, limit: int = 220) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[:limit].rsplit(" ", 1)[0] + "…"


# ---- a night in words -------------------------------------------------------------------------------------------


def shares_of(proof: dict[str, Any]) -> dict[str, float]:
    """How likely each system finds a token of the right answer, 0 to 1: e to the power of minus its mean NLL."""
    shares = {}
    for key, figures in (proof.get("systems") or {}).items():
        nll = figures.get("nll")
        mean = nll.get("mean") if isinstance(nll, dict) else nll
        if isinstance(mean, int | float):
            shares[key] = math.exp(-max(mean, 0.0))
    return shares


def when_words(row: "NightRow") -> str:
    """`Last learned 24 Nov, 02:14 · night 3`."""
    stamp = row.ended or row.started
    words = f"{dates.group(stamp)}, {dates.clock(stamp)}"
    if dates.group(stamp) not in ("Today", "Yesterday"):
        words = f"{dates.day(stamp)}, {dates.clock(stamp)}"
    return f"{words} · night {row.adapter}" if row.adapter is not None else words


def learned_words(row: "NightRow") -> str:
    """Which notes it learned, a few by name."""
    titles = [str(title) for title in row.report.get("learned") or []]
    if not titles:
        return ""
    named = ", ".join(f"“{title}”" for title in titles[:TITLES_SHOWN])
    more = len(titles) - TITLES_SHOWN
    return f"From {named}" + (f" and {more:,} more" if more > 0 else "")


def effort_words(row: "NightRow") -> str:
    """What it took."""
    parts = []
    if row.seconds:
        parts.append(widgets.duration_words(row.seconds))
    if row.tokens:
        parts.append(f"{row.tokens:,} tokens")
    speed = row.report.get("tokens_per_second") or (row.tokens / row.seconds if row.seconds and row.tokens else 0)
    if speed:
        parts.append(f"{speed:,.0f} a second")
    return " · ".join(parts)


def proof_words(proof: dict[str, Any]) -> list[str]:
    """The proof in sentences."""
    if not proof.get("systems"):
        return []
    from personal_ai.learning import report

    return report.words(proof)
