"""One model: what it is, what it takes here, and what is chosen for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from personal_ai.ui import amounts, controls, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.sentences import said

if TYPE_CHECKING:
    from personal_ai.chat.trying import Speed
    from personal_ai.learning.forecasting import Teachable
    from personal_ai.models.catalogue import ModelEntry
    from personal_ai.settings import ModelChoices, Settings
    from personal_ai.system import Memory

CONTEXTS = (2048, 4096, 8192, 16384, 32768)
LENGTHS = (256, 512, 1024, 2048, 4096)
#: How freely a model picks its words, in hundredths.
FREEDOMS = (
    (0, QT_TR_NOOP("0 · the likeliest")),
    (30, QT_TR_NOOP("0.3 · steady")),
    (70, QT_TR_NOOP("0.7 · lively")),
    (100, QT_TR_NOOP("1.0 · free")),
)
LICENSES = {
    "apache-2.0": "Apache 2.0",
    "mit": "MIT",
    "gemma": QT_TR_NOOP("Gemma licence"),
    "llama3.2": QT_TR_NOOP("Llama 3.2 licence"),
    "llama3.1": QT_TR_NOOP("Llama 3.1 licence"),
    "cc-by-nc-4.0": QT_TR_NOOP("CC BY-NC 4.0, not for business"),
}


class Known(msgspec.Struct, frozen=True):
    """A model and what this machine is to it."""

    entry: "ModelEntry"
    speed: "Speed | None"
    teaching: "Teachable"


class ModelCard(QFrame):
    """One model that is here. `choose` keeps what is chosen for it."""

    def __init__(
        self,
        known: Known,
        settings: "Settings",
        memory: "Memory",
        *,
        use: Callable[[str], None],
        measure: Callable[[str], None],
        choose: "Callable[[str, ModelChoices], None]",
        remove: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.setProperty("role", "card")
        entry = known.entry
        self._known, self._choices, self._choose, self._remove = known, settings.choices(entry.name), choose, remove
        current = entry.name == settings.model
        name = model_name(entry)
        head = widgets.row(widgets.Elided(name, "heading"))
        head.setStretch(0, 1)
        if current:
            head.addWidget(widgets.label(tr("in use"), "second", wrap=False))
        else:
            made = widgets.button(tr("Use"), "", lambda: use(entry.name), f"use-{entry.name}")
            made.setAccessibleName(tr("Use {name}").format(name=name))
            head.addWidget(made)
        column = QVBoxLayout()
        column.setContentsMargins(18, 14, 18, 0)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(widgets.label(model_words(entry), "second"))
        column.addSpacing(3)
        tight, words = chat_words(known, self._choices.context, memory)
        column.addWidget(_fact(tr("Chats"), words, tight))
        column.addWidget(_fact(tr("Learns"), learn_words(known), not known.teaching.can))
        self._panel = self._build_panel(settings)
        self._panel.hide()
        self._asking = QVBoxLayout()
        self._asking.setContentsMargins(9, 0, 9, 0)
        # The words of quiet buttons stand under the words above; their grounds reach a little further.
        foot = QVBoxLayout()
        foot.setContentsMargins(9, 5, 9, 10)
        foot.setSpacing(5)
        foot.addLayout(self._build_buttons(name, current, measure))
        foot.addWidget(self._panel)
        foot.addLayout(self._asking)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(column)
        whole.addLayout(foot)

    def _build_buttons(self, name: str, current: bool, measure: Callable[[str], None]) -> QHBoxLayout:
        entry = self._known.entry
        again = tr("Measure again") if self._known.speed and self._known.speed.measured else tr("Measure speed")
        self.defaults = widgets.button(tr("Defaults"), "quiet", self._toggle, f"defaults-{entry.name}")
        self.defaults.setCheckable(True)
        self.defaults.setAccessibleName(tr("Defaults of {name}").format(name=name))
        self.measure = widgets.button(again, "quiet", lambda: measure(entry.name), f"measure-{entry.name}")
        self.measure.setAccessibleName(tr("{what} of {name}").format(what=again, name=name))
        row = widgets.row(self.defaults, self.measure, 1, spacing=4)
        if not entry.built_in and not current:
            made = widgets.button(tr("Remove"), "quiet", self._ask_remove, f"remove-{entry.name}")
            made.setAccessibleName(tr("Remove {name}").format(name=name))
            row.addWidget(made)
        return row

    def _build_panel(self, settings: "Settings") -> QWidget:
        entry, chosen = self._known.entry, self._choices
        lengths = [(context, tr("{n:,} tokens").format(n=context)) for context in contexts(entry, chosen.context)]
        context = controls.Picker(tr("Longest conversation"), lengths, chosen.context)
        context.chosen.connect(lambda value: self._change(context=value))
        free = round(100 * (settings.temperature if chosen.temperature is None else chosen.temperature))
        freedom = controls.Picker(tr("How freely it answers"), freedoms(free), free)
        freedom.chosen.connect(lambda value: self._change(temperature=value / 100))
        longest = chosen.max_tokens or settings.max_tokens
        answers = [(length, tr("{n:,} tokens").format(n=length)) for length in sorted({*LENGTHS, longest})]
        length = controls.Picker(tr("Longest answer"), answers, longest)
        length.chosen.connect(lambda value: self._change(max_tokens=value))
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(9, 4, 9, 8)
        column.setSpacing(8)
        for words, picker in (
            (tr("How freely it picks its words"), freedom),
            (tr("The longest answer"), length),
            (tr("How much of a conversation it has in mind; more takes more memory"), context),
        ):
            line = widgets.row(widgets.label(words, "second"), picker, spacing=16)
            line.setStretch(0, 1)
            column.addLayout(line)
        return panel

    def _toggle(self) -> None:
        self._panel.setVisible(self.defaults.isChecked())

    def open_defaults(self) -> None:
        """Show what is chosen for it."""
        self.defaults.setChecked(True)
        self._toggle()

    @property
    def opened(self) -> bool:
        """Whether its defaults are on show."""
        return self.defaults.isChecked()

    def _change(self, **fields: float | int) -> None:
        self._choices = msgspec.structs.replace(self._choices, **fields)
        self._choose(self._known.entry.name, self._choices)

    def _ask_remove(self) -> None:
        if self._asking.count() == 0:
            name = self._known.entry.name
            size = amounts.size_words(self._known.entry.size)
            question = tr("Remove “{name}” ({size}) from Personal AI? The file that you added it from stays.").format(
                name=name, size=size
            )
            self._asking.addWidget(widgets.Confirm(question, tr("Remove"), lambda: self._remove(name)))


def _fact(what: str, words: str, warn: bool) -> QWidget:
    line = widgets.row(spacing=10)
    name = widgets.label(what, "eyebrow", wrap=False)
    name.setMinimumWidth(54)
    line.addWidget(name)
    line.addWidget(widgets.label(words, "warning" if warn else "second"), 1)
    around = QWidget()
    around.setLayout(line)
    return around


# ---- in words ---------------------------------------------------------------------------------------------------


def model_name(entry: "ModelEntry") -> str:
    """What a model is called on the page."""
    return tr("Built-in model") if entry.built_in else entry.name


def model_words(entry: "ModelEntry") -> str:
    """What a model is, in a line."""
    many = entry.parameters
    count = tr("{n:.1f} billion").format(n=many / 1e9) if many >= 1e9 else tr("{n:.0f} million").format(n=many / 1e6)
    license = tr(LICENSES.get(entry.license.lower(), entry.license)) or tr("its file names no licence")
    size = amounts.size_words(entry.size)
    count = tr("{count} parameters").format(count=count)
    words = [entry.family, count, entry.quantisation, size, license, *([tr("sees pictures")] if entry.sees else [])]
    return " · ".join(words)


def chat_words(known: Known, context: int, memory: "Memory") -> tuple[bool, str]:
    """Whether it is too large or tight here, and what chatting with it takes, in a line."""
    takes = known.entry.needs.memory(min(context, known.entry.context or context))
    words = [tr("with about {n:.1f} GB of memory").format(n=takes / 1e9)]
    tight = False
    if memory.total and takes > memory.total * 0.95:
        sentence = tr("it would take about {takes:.1f} GB, and there are {there:.1f} GB")
        words, tight = [sentence.format(takes=takes / 1e9, there=memory.total / 1e9)], True
    elif memory.available and takes > memory.available:
        words[0] += tr(", and {n:.1f} GB are free now: close other programs first").format(n=memory.available / 1e9)
        tight = True
    if known.speed and known.speed.tokens_per_second:
        words.append(speed_words(known.speed))
    else:
        words.append(tr("speed not measured yet"))
    return tight, " · ".join(words)


def speed_words(speed: "Speed") -> str:
    """How fast it talks, in words."""
    how = tr("measured") if speed.measured else tr("computed")
    return tr("{rate} tokens a second here ({how})").format(rate=amounts.rate_words(speed.tokens_per_second), how=how)


def learn_words(known: Known) -> str:
    """Whether a night can teach it here, in a line."""
    entry, teaching = known.entry, known.teaching
    if not entry.learns:
        return tr("not yet: {why}").format(why=said(entry.lacks))
    if not teaching.can:
        return said(teaching.sentence)
    words = tr("with about {n:.1f} GB of memory").format(n=teaching.memory_mb / 1000)
    if not teaching.tokens:
        return " · ".join((words, tr("speed not measured yet")))
    how = tr("measured") if teaching.measured else tr("computed")
    pace = tr("{rate:,.0f} tokens a second, {tokens:,} a night ({how})")
    return f"{words} · {pace.format(rate=teaching.tokens_per_second, tokens=teaching.tokens, how=how)}"


def contexts(entry: "ModelEntry", chosen: int) -> list[int]:
    """The lengths of a conversation that may be chosen for a model, in tokens."""
    most = entry.context or max(CONTEXTS)
    return sorted({length for length in CONTEXTS if length <= most} | {min(chosen, most)} | {min(most, CONTEXTS[0])})


def freedoms(chosen: int) -> list[tuple[int, str]]:
    """How freely a model may pick its words; a number from elsewhere is offered too."""
    offered = {value: tr(words) for value, words in FREEDOMS}
    return sorted({**{chosen: f"{chosen / 100:g}"}, **offered}.items())
