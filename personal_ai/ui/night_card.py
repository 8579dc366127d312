"""One night in full: what it learned, what that changed, what it took, and the way back."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from personal_ai.ui import amounts, controls, dates, plots, theme, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.store.nights import NightRow

SYSTEMS = (
    ("base", QT_TR_NOOP("base")),
    ("base+notes", QT_TR_NOOP("with notes")),
    ("before", QT_TR_NOOP("before")),
    ("before+notes", QT_TR_NOOP("before, with notes")),
    ("adapter", QT_TR_NOOP("with adapter")),
    ("adapter+notes", QT_TR_NOOP("with both")),
)
#: What a night is held against, by the name that its proof gives it.
AGAINST = {
    "base": QT_TR_NOOP("“Before” is the model as it came."),
    "skill": QT_TR_NOOP("“Before” is the model with its reading skill, and nothing of yours learned."),
    "adapter": QT_TR_NOOP("“Before” is the night that was in use until then."),
}
#: What the answers to general questions were allowed to lose in the first nights, in nats a token.
FIRST_LIMIT = 0.10
#: What a full charge of a telephone takes, in watt-hours.
CHARGE = 15
STATES = {
    "running": QT_TR_NOOP("Learning"),
    "paused": QT_TR_NOOP("Paused"),
    "published": QT_TR_NOOP("Learned"),
    "refused": QT_TR_NOOP("Not used"),
    "cancelled": QT_TR_NOOP("Cancelled"),
    "failed": QT_TR_NOOP("Broke off"),
    "nothing": QT_TR_NOOP("Nothing to learn"),
}
TITLES_SHOWN, SAMPLES_SHOWN = 6, 3


class NightCard(QFrame):
    """The newest night that came to an end. `undo` is None where there is nothing to take back."""

    note_opened = Signal(str)  # the title of a note

    def __init__(self, look: Theme, row: "NightRow", undo: Callable[[], None] | None) -> None:
        super().__init__()
        self._look, self._row = look, row
        self.setProperty("role", "card")
        self.setObjectName("night-card")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(theme.INSIDE)
        column.addWidget(widgets.label(when_words(row), "eyebrow"))
        column.addWidget(widgets.label(said(row.reason), "heading"))
        learned = learned_words(row)
        if learned:
            column.addWidget(widgets.label(learned, "second"))
        for part in (self._build_replaced(), self._build_samples(), self._build_plots(), self._build_worse()):
            if part:
                column.addSpacing(theme.INSIDE)
                column.addWidget(part)
        self._details: QWidget | None = None
        self._open = False
        self._more = widgets.button(tr("Details"), "quiet", self._toggle, "night-details")
        takes = widgets.label(effort_words(row), "second", "night-effort")
        if row.report.get("energy"):
            takes.setToolTip(tr("A full charge of a telephone takes about {n} Wh").format(n=CHARGE))
        self._more.setVisible(bool(row.report.get("proof", {}).get("systems")))
        line = widgets.row(takes, self._more)
        if undo:
            line.addWidget(widgets.button(tr("Undo"), "", undo, "undo-night"))
        line.setStretch(0, 1)
        if takes.text() or undo or not self._more.isHidden():
            column.addSpacing(theme.INSIDE)
            column.addLayout(line)
        else:
            widgets.clear(line)
        self._column = column

    def _build_replaced(self) -> QWidget | None:
        pairs = [(str(old), str(new)) for old, new in self._row.report.get("replaced") or []]
        return Replaced(pairs) if pairs else None

    def _build_samples(self) -> QWidget | None:
        title, samples = samples_of(self._row)
        if not samples:
            return None
        box, column = _section(title, spacing=12)
        for sample in samples:
            column.addWidget(Sample(sample, self.note_opened.emit))
        return box

    def _build_plots(self) -> QWidget | None:
        made = plots_of(self._look, self._row.report)
        return plots.Plots(made) if made else None

    def _build_worse(self) -> QWidget | None:
        from personal_ai.learning.report import NOTHING_WORSE

        sentences = [line for line in self._row.report.get("proof", {}).get("worse") or [] if line != self._row.reason]
        if sentences == [NOTHING_WORSE]:
            return widgets.label(said(NOTHING_WORSE), "second")
        if not sentences:
            return None
        box, column = _section(tr("What got worse"))
        for sentence in sentences:
            column.addWidget(widgets.label(said(sentence), "second"))
        return box

    def _toggle(self) -> None:
        self._open = not self._open
        if self._details is None:
            self._details = Details(self._look, self._row)
            self._column.addWidget(self._details)
        self._details.setVisible(self._open)
        self._more.setText(tr("Hide details") if self._open else tr("Details"))


class Replaced(QWidget):
    """How many statements of older notes gave way to newer ones, and which."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        words = amounts.count_words(len(pairs), "replaced")
        self.more = widgets.button(f"{words} ▸", "link", self._toggle, "replaced")
        told = "\n".join(f"{_shortened(old, 80)} → {_shortened(new, 80)}" for old, new in pairs[:8])
        self.more.setToolTip(widgets.tip(told))
        self.more.setAccessibleDescription(told)
        self._words = words
        self.pairs = QWidget()
        self.pairs.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.more)
        column.addWidget(self.pairs)
        inside = QVBoxLayout(self.pairs)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.INSIDE)
        for old, new in pairs:
            pair = QVBoxLayout()
            pair.setSpacing(2)
            pair.addLayout(_labelled(tr("older"), old, "second"))
            pair.addLayout(_labelled(tr("newer"), new, ""))
            inside.addLayout(pair)

    def _toggle(self) -> None:
        self.pairs.setVisible(self.pairs.isHidden())
        self.more.setText(f"{self._words} {'▸' if self.pairs.isHidden() else '▾'}")


class Sample(QWidget):
    """A question, what was answered before and what is now, and what the note says."""

    def __init__(self, sample: dict[str, Any], opened: Callable[[str], None]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(widgets.label(str(sample.get("question", "")), "heading"))
        column.addLayout(_labelled(tr("before"), str(sample.get("before", "")), "second"))
        column.addLayout(_labelled(tr("now"), str(sample.get("after", "")), ""))
        title, gold = str(sample.get("note") or ""), str(sample.get("gold") or "")
        if not (title or gold):
            return
        line = _labelled(tr("note"), gold or "…", "second")
        if title:
            shown = widgets.button(_shortened(title, 40).replace("&", "&&"), "link", lambda: opened(title), "open-note")
            shown.setToolTip(tr("Open this note"))
            shown.setAccessibleName(tr("Open the note “{title}”").format(title=title))
            line.addWidget(shown, 0, Qt.AlignmentFlag.AlignTop)
            for number in (0, 1):
                # On one line with the link, which has a ring around it.
                line.itemAt(number).widget().setContentsMargins(0, 2, 0, 0)
        column.addLayout(line)


class Details(QWidget):
    """The systems side by side and the proof in words, for those who ask."""

    def __init__(self, look: Theme, row: "NightRow") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.INSIDE, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(widgets.rule())
        proof = row.report.get("proof", {})
        shares = shares_of(proof)
        questions = amounts.count_words(int(proof.get("questions", 0)), "question")
        column.addWidget(
            widgets.label(
                tr("How sure each is of the right words, over {questions} set aside beforehand").format(
                    questions=questions
                ),
                "second",
            )
        )
        for key, name in SYSTEMS:
            if key in shares:
                best = key == max(shares, key=lambda k: shares[k])
                column.addWidget(controls.Bar(look, tr(name), shares[key], f"{shares[key]:.0%}", best))
        told = {row.reason, *(proof.get("worse") or [])}
        for line in (*proof_words(row.report), tr(AGAINST.get(proof.get("against", ""), ""))):
            if line and line not in told:
                column.addWidget(widgets.label(said(line), "second"))


# ---- small parts ------------------------------------------------------------------------------------------------


def _section(title: str, spacing: int = 2) -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    column.addWidget(widgets.label(title, "eyebrow"))
    return box, column


def _labelled(name: str, text: str, role: str) -> Any:
    key = widgets.label(name, "second", wrap=False)
    key.setFixedWidth(theme.zoomed(52))
    # On one line with larger words.
    key.setContentsMargins(0, 0 if role else 2, 0, 0)
    key.setAlignment(Qt.AlignmentFlag.AlignTop)
    value: QLabel = widgets.label(_shortened(text) or tr("no answer"), role)
    value.setAlignment(Qt.AlignmentFlag.AlignTop)
    line = widgets.row(key, value)
    line.setStretch(1, 1)
    return line


def _shortened(text: str, limit: int = 220) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[:limit].rsplit(" ", 1)[0] + "…"


# ---- a night in pictures ----------------------------------------------------------------------------------------


def plots_of(look: Theme, report: dict[str, Any]) -> list[plots.Plot]:
    """With notes before and after, what was kept of the rest, and the loss; each where it was measured."""
    proof = report.get("proof", {})
    made = [_notes_plot(look, proof), _general_plot(look, proof.get("general") or {})]
    points = [(float(step), float(loss)) for step, loss in report.get("loss") or []]
    if len(points) > 1:
        first, last = points[0][1], points[-1][1]
        words = tr(
            "While learning, surprise went from {first:.2f} to {last:.2f} nats a token in {steps:,.0f} steps."
        ).format(first=first, last=last, steps=points[-1][0])
        made.append(plots.Curve(look, tr("While learning"), words, tr("Surprise, step by step"), points))
    return [plot for plot in made if plot]


def _notes_plot(look: Theme, proof: dict[str, Any]) -> plots.Plot | None:
    systems = proof.get("systems") or {}
    before, after = systems.get("before+notes") or systems.get("base+notes"), systems.get("adapter+notes")
    if not before or not after:
        return None
    old, new = _range(before.get("nll")), _range(after.get("nll"))
    groups, words = [], []
    if old and new:
        groups.append(_pair(tr("Surprise, less is better"), old, new, "{:.2f}", 1.1 * max(old[2], new[2], 1e-9)))
        words.append(
            tr("surprise at the right answers went from {old} to {new} nats a token; less is better").format(
                old=_told(old), new=_told(new)
            )
        )
    old, new = _range(before.get("contains_interval")), _range(after.get("contains_interval"))
    if old and new:
        groups.append(_pair(tr("Right answers"), old, new, "{:.0%}", 1.0))
        words.append(tr("right answers went from {old:.0%} to {new:.0%}").format(old=old[0], new=new[0]))
    if not groups:
        return None
    sentence = tr("With your notes at hand, {words}.").format(words=tr(", and ").join(words))
    return plots.Lines(look, tr("With your notes"), sentence, groups)


def _general_plot(look: Theme, general: dict[str, Any]) -> plots.Plot | None:
    from personal_ai.learning import report

    moved, rise, first = _range(general.get("kl")), _range(general.get("nll_rise")), general.get("rise")
    groups, words = [], []
    if moved:
        groups.append(
            _limited(tr("Moved, at most {limit:.2f}").format(limit=report.KL), moved, f"{moved[0]:.3f}", report.KL)
        )
        words.append(
            tr("its answers moved {moved:.3f} nats a token ({limit:.2f} is allowed)").format(
                moved=moved[0], limit=report.KL
            )
        )
    if rise:
        limit = report.NLL_RISE
        groups.append(_limited(tr("Worse, at most {limit:.0%}").format(limit=limit), rise, f"{rise[0]:+.1%}", limit))
        words.append(
            tr("good answers became {rise:+.1%} less likely ({limit:+.0%} is allowed)").format(
                rise=rise[0], limit=limit
            )
        )
    if not groups and isinstance(first, int | float):
        groups.append(
            _limited(
                tr("Worse, at most {limit:.2f}").format(limit=FIRST_LIMIT),
                (first, first, first),
                f"{first:+.3f}",
                FIRST_LIMIT,
            )
        )
        words.append(
            tr("its answers became {rise:+.3f} nats a token less likely ({limit:.2f} is allowed)").format(
                rise=first, limit=FIRST_LIMIT
            )
        )
    if not groups:
        return None
    return plots.Lines(
        look, tr("General ability"), tr("On general questions, {words}.").format(words=tr(", and ").join(words)), groups
    )


Range = tuple[float, float, float]


def _range(found: Any) -> Range | None:
    """Mean, low and high of an interval; a lone number is its own interval."""
    if isinstance(found, int | float):
        return float(found), float(found), float(found)
    if not isinstance(found, dict) or "mean" not in found:
        return None
    mean = float(found["mean"])
    return mean, float(found.get("low", mean)), float(found.get("high", mean))


def _told(found: Range) -> str:
    mean, low, high = found
    return (
        tr("{mean:.2f} ({low:.2f} to {high:.2f})").format(mean=mean, low=low, high=high)
        if high > low
        else f"{mean:.2f}"
    )


def _pair(caption: str, old: Range, new: Range, form: str, most: float) -> plots.Group:
    lines = (
        plots.Measured(tr("before"), *old, form.format(old[0])),
        plots.Measured(tr("now"), *new, form.format(new[0]), strong=True),
    )
    return plots.Group(caption, lines, most)


def _limited(caption: str, found: Range, words: str, limit: float) -> plots.Group:
    line = plots.Measured(tr("now"), *found, words, strong=True)
    return plots.Group(caption, (line,), max(1.5 * limit, 1.1 * found[2]), limit)


# ---- a night in words -------------------------------------------------------------------------------------------


def samples_of(row: "NightRow") -> tuple[str, list[dict[str, Any]]]:
    """What to say over the samples, and up to three: those that it could not answer before, where there are any."""
    samples = row.report.get("samples") or row.report.get("proof", {}).get("samples") or []
    fresh = [sample for sample in samples if sample.get("new")]
    if fresh:
        can = (
            tr("It can answer now and could not before")
            if row.state == "published"
            else tr("It would answer now and could not before")
        )
        return can, fresh[:SAMPLES_SHOWN]
    return tr("Asked before and after"), samples[:SAMPLES_SHOWN]


def shares_of(proof: dict[str, Any]) -> dict[str, float]:
    """How likely each system finds a token of the right answer, 0 to 1: e to the power of minus its mean NLL."""
    systems = dict(proof.get("systems") or {})
    if proof.get("against") == "base":
        # The same thing by another name.
        systems = {key: figures for key, figures in systems.items() if not key.startswith("before")}
    shares = {}
    for key, figures in systems.items():
        nll = figures.get("nll")
        mean = nll.get("mean") if isinstance(nll, dict) else nll
        if isinstance(mean, int | float):
            shares[key] = math.exp(-max(mean, 0.0))
    return shares


def when_words(row: "NightRow") -> str:
    """`Last learned 24 Nov, 02:14 · night 3`."""
    stamp = row.ended or row.started
    words = tr("{day}, {time}").format(day=dates.group(stamp), time=dates.clock(stamp))
    if dates.group(stamp) not in (tr("Today"), tr("Yesterday")):
        words = dates.moment(stamp)
    night = tr("night {number}").format(number=row.adapter)
    return f"{words} · {night}" if row.adapter is not None else words


def learned_words(row: "NightRow") -> str:
    """Which notes it learned, a few by name."""
    titles = [str(title) for title in row.report.get("learned") or []]
    if not titles:
        return ""
    named = tr(", ", "between titles").join(f"“{title}”" for title in titles[:TITLES_SHOWN])
    more = len(titles) - TITLES_SHOWN
    return (tr("From {titles} and {n:,} more") if more > 0 else tr("From {titles}")).format(titles=named, n=more)


def effort_words(row: "NightRow") -> str:
    """What it took."""
    parts = []
    if row.seconds:
        parts.append(amounts.duration_words(row.seconds))
    if row.tokens:
        parts.append(tr("{n:,} tokens").format(n=row.tokens))
    speed = row.report.get("tokens_per_second") or (row.tokens / row.seconds if row.seconds and row.tokens else 0)
    if speed:
        parts.append(tr("{n:,.0f} a second").format(n=speed))
    energy = row.report.get("energy")
    if energy:
        watt_hours = f"{energy['wh']:.1f}" if energy["wh"] < 10 else f"{energy['wh']:.0f}"
        known = tr("{n} Wh from the battery") if energy.get("by") == "battery" else "{n} Wh"
        parts.append(
            known.format(n=watt_hours) if energy["measured"] else tr("about {n} Wh, estimated").format(n=watt_hours)
        )
    return " · ".join(parts)


def proof_words(report: dict[str, Any]) -> list[str]:
    """The proof in sentences, as they were written on its day."""
    return [str(line) for line in report.get("words") or [report.get("proof", {}).get("reason", "")] if line]
