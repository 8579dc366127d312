"""The nights: what comes next, what the last one changed, all of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from personal_ai.errors import UserError
from personal_ai.messages import Progress
from personal_ai.ui import amounts, background, dates, theme, widgets
from personal_ai.ui.addon_card import AddonCard
from personal_ai.ui.flow import Flow
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.learner import Learner
from personal_ai.ui.night_card import STATES, NightCard
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme
from personal_ai.ui.tonight_page import TonightPage

if TYPE_CHECKING:
    from personal_ai.adapters.shelf import Shelf
    from personal_ai.addon import Addon
    from personal_ai.learning.night import Night, Plan
    from personal_ai.learning.tonight import Tonight
    from personal_ai.settings import Settings
    from personal_ai.store.nights import NightRow

PHASES = {
    "loading": QT_TR_NOOP("Loading the model"),
    "checking": QT_TR_NOOP("Checking that learning and chat see the same model"),
    "examples": QT_TR_NOOP("Making examples from your notes"),
    "training": QT_TR_NOOP("Learning your notes"),
    "exporting": QT_TR_NOOP("Writing down what was learned"),
    "proving": QT_TR_NOOP("Proving that it helps"),
    "publishing": QT_TR_NOOP("Putting it to use"),
}
ETA_FROM = 3.0
NIGHTS_SHOWN = 30


class LearningPage(QWidget):
    """One true sentence, the newest morning, and the nights before."""

    adapter_changed = Signal()
    nights_changed = Signal()
    note_opened = Signal(str)  # the title of a note
    document_opened = Signal(int)  # the id of one

    def __init__(
        self,
        look: Theme,
        *,
        night: "Callable[[], Night]",
        tonight: "Callable[[], Tonight]",
        learner: Learner,
        shelf: "Callable[[], Shelf]",
        skill: Callable[[], bool],
        addon: "Callable[[], Addon]",
        settings: "Callable[[], Settings]",
        change_settings: "Callable[..., Settings]",
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._look, self._night, self._learner, self._shelf = look, night, learner, shelf
        self._settings, self._change_settings = settings, change_settings
        self._tonight, self._skill = tonight, skill
        self._banner = widgets.Banner(look)
        self._sentence = widgets.label("", "title", "learning-sentence")
        self._plan = widgets.label("", "second", "learning-plan")
        self._known = widgets.label("", "second", "learning-known")
        self._known.hide()
        self.learn = widgets.button(tr("Learn now"), "primary", self._on_learn, "learn-now")
        self.nights = widgets.button(tr("Pause nights"), "", self._on_nights, "pause-nights")
        self.look_through = widgets.button(tr("What it will learn tonight"), "", self._on_look_through, "look-through")
        self.tonight: TonightPage | None = None
        self.work = Work(learner)
        self.addon = AddonCard(addon, lambda sentence, kind: self.banner.say(sentence, kind))
        self.addon.looked.connect(self._show_work)
        self.addon.installed.connect(self.refresh)
        self.addon.installed.connect(self.nights_changed)
        self._morning = QVBoxLayout()
        self._morning.setSpacing(theme.BETWEEN)
        self._timeline = QVBoxLayout()
        self._timeline.setSpacing(0)
        self._shown: Any = None
        scroll = widgets.Column(spacing=theme.BETWEEN)
        body = scroll.body
        body.addWidget(self._banner)
        body.addWidget(self._sentence)
        body.addWidget(self._plan)
        body.addWidget(self._known)
        # Large letters need more than one line.
        buttons = Flow()
        for made in (self.learn, self.nights, self.look_through):
            buttons.addWidget(made)
        body.addLayout(buttons)
        body.addWidget(self.addon)
        body.addWidget(self.work)
        body.addLayout(self._morning)
        body.addLayout(self._timeline)
        body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._front = QStackedWidget()
        self._front.addWidget(scroll)
        column.addWidget(self._front)
        learner.started.connect(self._show_work)
        learner.progressed.connect(lambda _progress: self._show_work())
        learner.ended.connect(self._on_ended)
        learner.failed.connect(self._on_failed)
        self.refresh()

    # ---- the page ----

    @property
    def banner(self) -> widgets.Banner:
        """Where a sentence is seen: on what is in front."""
        return self.tonight.banner if self.tonight and self._front.currentIndex() == 1 else self._banner

    def refresh(self) -> None:
        """Read the nights again."""
        self._show_work()
        self.nights.setText(tr("Pause nights") if self._settings().nights else tr("Resume nights"))
        current = self._shelf().current()
        number = current.number if current else None
        rows = self._night().nights()
        # Drawing is only worth it when something changed: a poll may call every two seconds.
        shown = (number, [(row.id, row.state, row.adapter, row.ended) for row in rows])
        if shown != self._shown:
            self._shown = shown
            self._show_morning(rows, number)
            self._show_timeline(rows, number)
        background.call(self._skill, self._show_known, self._on_failed)
        self.addon.refresh()
        if not self._learner.busy:
            background.call(self._night().status, self._show_status, self._on_failed)
            background.call(self._night().plan, self._show_plan, lambda sentence: self._plan.setText(said(sentence)))
        if self.tonight and self._front.currentIndex() == 1:
            self.tonight.refresh()

    def search_here(self) -> None:
        """Search what it will learn, where that is in front; among nights the first button takes the keyboard."""
        if self.tonight and self._front.currentIndex() == 1:
            self.tonight.search_here()
            return
        self.learn.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_status(self, sentence: str) -> None:
        self._sentence.setText(said(sentence))

    def _show_plan(self, plan: "Plan") -> None:
        sentence = said(plan.sentence)
        self._plan.setText(
            tr("Now: {plan}").format(plan=f"{sentence[:1].lower()}{sentence[1:]}") if plan.notes else sentence
        )
        self._plan.setVisible(sentence != self._sentence.text() and not self.addon.missing)
        self.learn.setEnabled(plan.notes > 0 and not self._learner.busy)

    def _show_known(self, skill: bool) -> None:
        yours = (
            tr("uses nothing that it learned from yours") if self._shelf().list() else tr("has not learned yours yet")
        )
        self._known.setText(tr("Knows how to read notes · {yours}").format(yours=yours))
        self._known.setVisible(skill)

    def _show_work(self) -> None:
        busy = self._learner.busy
        self.work.setVisible(busy)
        self.learn.setVisible(not busy and not self.addon.missing)
        self.nights.setVisible(not busy)
        self._plan.setVisible(not busy and bool(self._plan.text()) and not self.addon.missing)
        if busy:
            self._sentence.setText(tr("Learning your notes"))
            self.work.refresh()

    def _show_morning(self, rows: "list[NightRow]", current: int | None) -> None:
        widgets.clear(self._morning)
        newest = next((row for row in rows if row.state in ("published", "refused", "failed")), None)
        in_use = next((row for row in rows if row.adapter is not None and row.adapter == current), None)
        if newest is not None and newest is not in_use:
            self._add_card(newest, None)
        if in_use is not None:
            # Whatever came after it, what is in use can be looked at and taken back.
            self._add_card(in_use, self._on_undo)

    def _add_card(self, row: "NightRow", undo: Callable[[], None] | None) -> None:
        card = NightCard(self._look, row, undo)
        card.note_opened.connect(self.note_opened)
        self._morning.addWidget(card)

    def _show_timeline(self, rows: "list[NightRow]", current: int | None) -> None:
        widgets.clear(self._timeline)
        if not rows:
            sentence = tr("No night yet. After the first one, what it learned and what that changed stands here.")
            self._timeline.addWidget(widgets.label(sentence, "second"))
            return
        self._timeline.addSpacing(theme.INSIDE)
        self._timeline.addWidget(widgets.label(tr("Nights"), "heading"))
        self._timeline.addSpacing(4)
        kept = {row.number for row in self._shelf().list()}
        for row in rows[:NIGHTS_SHOWN]:
            self._timeline.addWidget(widgets.rule())
            self._timeline.addWidget(NightLine(row, current, row.adapter in kept, self._on_use))

    # ---- what the person does ----

    def _on_look_through(self) -> None:
        if self.tonight is None:
            self.tonight = TonightPage(self._look, self._tonight)
            self.tonight.back_asked.connect(self._on_back)
            self.tonight.note_opened.connect(self.document_opened)
            self._front.addWidget(self.tonight)
        self._front.setCurrentIndex(1)
        self.setFocusProxy(self.tonight.facts)
        self.tonight.facts.setFocus()
        self.tonight.refresh()

    def _on_back(self) -> None:
        self._front.setCurrentIndex(0)
        self.setFocusProxy(None)  # type: ignore[arg-type]
        self.look_through.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def _on_learn(self) -> None:
        self.banner.clear()
        self._learner.learn(by="hand")

    def _on_nights(self) -> None:
        self._change_settings(nights=not self._settings().nights)
        self.refresh()
        self.nights_changed.emit()

    def _on_undo(self) -> None:
        self._change_adapter(lambda: self._shelf().rollback())

    def _on_use(self, number: int) -> None:
        self._change_adapter(lambda: self._shelf().use(number))

    def _change_adapter(self, change: Callable[[], Any]) -> None:
        try:
            change()
        except UserError as error:
            self.banner.say(str(error), "error")
            return
        self.refresh()
        self.adapter_changed.emit()
        current = self._shelf().current()
        self.banner.say(
            tr("Answers now use night {night}.").format(night=current.number)
            if current
            else tr("Answers now use nothing learned from your notes.")
        )

    def _on_ended(self, _row: Any) -> None:
        self.refresh()

    def _on_failed(self, sentence: str) -> None:
        self.banner.say(sentence, "error")
        self._show_work()
        if not self._learner.busy and self._sentence.text() == tr("Learning your notes"):
            self._sentence.setText(tr("Learning broke off"))


class Work(QFrame):
    """A night at work: what it does, how far it is, and the two ways to stop it."""

    def __init__(self, learner: Learner) -> None:
        super().__init__()
        self._learner = learner
        self.setProperty("role", "card")
        self._phase = widgets.label("", "heading", "learning-phase")
        self._figures = widgets.label("", "second", "learning-figures")
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Learning"))
        self.pause = widgets.button(tr("Pause"), "", learner.pause, "pause-learning")
        self.pause.setToolTip(tr("Keeps what was done so far; learning goes on from there"))
        self.cancel = widgets.button(tr("Cancel"), "quiet", learner.cancel, "cancel-learning")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        top = widgets.row(self._phase, self.pause, self.cancel)
        top.setStretch(0, 1)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addWidget(self._figures)

    def refresh(self) -> None:
        """Show where the learner is."""
        last, ending = self._learner.last, self._learner.ending
        self.pause.setEnabled(not ending)
        self.cancel.setEnabled(ending != "cancelling")
        if ending:
            self._phase.setText(tr("Writing a checkpoint, then stopping…") if ending == "pausing" else tr("Stopping…"))
        else:
            self._phase.setText(tr(PHASES[last.phase]) if last else tr("Getting ready"))
        self._bar.setValue(round(last.fraction * 1000) if last else 0)
        self._figures.setText(figure_words(last) if last else tr("The first figures come in a moment."))


def figure_words(progress: Progress) -> str:
    """How far, how fast, how long."""
    parts = [f"{progress.fraction:.0%}"]
    if progress.tokens_per_second:
        parts.append(tr("{rate:,.0f} tokens a second").format(rate=progress.tokens_per_second))
    if progress.eta_seconds is not None and progress.elapsed_seconds >= ETA_FROM:
        parts.append(tr("about {time} left").format(time=amounts.duration_words(progress.eta_seconds)))
    return " · ".join(parts)


def _room(least: int, letters: int, *words: str) -> int:
    """The width in pixels that holds the longest of these words."""
    measure = QFontMetrics(theme.sans(letters)).horizontalAdvance
    return max(theme.zoomed(least), *(measure(each) + 2 for each in words))


class NightLine(QWidget):
    """A night in one line."""

    def __init__(self, row: "NightRow", current: int | None, kept: bool, use: Callable[[int], None]) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        when = widgets.label(dates.moment(row.started), "second", wrap=False)
        when.setFixedWidth(_room(116, theme.SMALL, when.text()))
        state = widgets.label(tr(STATES.get(row.state, row.state)), wrap=False)
        state.setFixedWidth(_room(88, theme.BODY, *map(tr, STATES.values())))
        what = widgets.Elided(self._words(row), "second")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(theme.INSIDE)
        line.addWidget(when)
        line.addWidget(state)
        line.addWidget(what, 1)
        if row.adapter is not None and row.adapter == current:
            line.addWidget(widgets.label(tr("in use"), "second", wrap=False))
        elif row.adapter is not None and kept:
            number = row.adapter
            line.addWidget(widgets.button(tr("Use"), "quiet", lambda: use(number), f"use-{number}"))
        self.setMinimumHeight(42)

    @staticmethod
    def _words(row: "NightRow") -> str:
        parts = [tr("night {number}").format(number=row.adapter)] if row.adapter is not None else []
        if row.notes:
            parts.append(amounts.count_words(row.notes, "note"))
        if row.seconds:
            parts.append(amounts.duration_words(row.seconds))
        if row.state not in ("published", "running") and row.reason:
            parts.append(said(row.reason))
        return " · ".join(parts)
