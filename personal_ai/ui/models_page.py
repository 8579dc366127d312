"""The models that are here, what each takes on this machine, where better ones are, and the personas."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from personal_ai.errors import UserError
from personal_ai.models.free import FREE_MODELS, FreeModel
from personal_ai.ui import amounts, background, theme, widgets
from personal_ai.ui.flow import Flow
from personal_ai.ui.language import tr
from personal_ai.ui.model_card import Known, ModelCard, model_name, speed_words
from personal_ai.ui.personas import PersonasView
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.chat.trying import Speed, Trying
    from personal_ai.learning.forecasting import Forecasting, Teachable
    from personal_ai.models.catalogue import Catalogue, ModelEntry
    from personal_ai.settings import ModelChoices, Settings
    from personal_ai.store.personas import Personas
    from personal_ai.system import Memory


class ModelsPage(QWidget):
    """Models and personas."""

    model_changed = Signal()
    personas_changed = Signal()

    def __init__(
        self,
        look: Theme,
        *,
        catalogue: "Callable[[], Catalogue]",
        trying: "Callable[[], Trying]",
        forecasting: "Callable[[], Forecasting]",
        teaching: "Callable[[ModelEntry, int], Teachable]",
        memory: "Callable[[], Memory]",
        personas: "Personas",
        settings: "Callable[[], Settings]",
        change_settings: "Callable[..., Settings]",
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._catalogue, self._trying, self._memory = catalogue, trying, memory
        self._forecasting, self._teaching = forecasting, teaching
        self._settings, self._change_settings = settings, change_settings
        self._working: background.Job | None = None
        self._listing: background.Job | None = None
        self._once_more = False
        self._shown: Any = None
        #: What a measurement said about teaching, by the model's name; it goes with this window.
        self._forecast: dict[str, Teachable] = {}
        self._cards: dict[str, ModelCard] = {}
        self.banner = widgets.Banner(look)
        self.add = widgets.button(tr("Add a model file…"), "primary", self.choose_model, "add-model")
        self.look_ahead = widgets.button(tr("Measure learning…"), "", self._look_ahead, "measure-learning")
        self._machine = widgets.label("", "second")
        self._here, self._free = QVBoxLayout(), QVBoxLayout()
        self.personas = PersonasView(personas, self.banner)
        self.personas.changed.connect(self.personas_changed)
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        scroll = widgets.Column(spacing=theme.INSIDE)
        body = scroll.body
        body.addWidget(self.banner)
        body.addWidget(widgets.label(tr("Models"), "title"))
        body.addWidget(self._machine)
        # Large letters and another language need more than one line.
        buttons = Flow()
        for made in (self.add, self.look_ahead):
            buttons.addWidget(made)
        body.addLayout(buttons)
        body.addSpacing(theme.INSIDE)
        self._here.setSpacing(10)
        body.addLayout(self._here)
        body.addSpacing(theme.BETWEEN)
        body.addWidget(widgets.label(tr("Personas"), "title"))
        body.addWidget(self.personas)
        body.addSpacing(theme.BETWEEN)
        body.addWidget(widgets.label(tr("Good free models"), "title"))
        body.addWidget(
            widgets.label(
                tr(
                    "Personal AI fetches nothing by itself. Get a file whose name ends in Q4_K_M.gguf with your "
                    "browser, and drop it onto this window. Sizes are about those of such a file; speeds are computed "
                    "from what was measured here."
                ),
                "second",
            )
        )
        self._free.setSpacing(0)
        free = widgets.card(margin=18)
        free.layout().addLayout(self._free)  # type: ignore[union-attr]
        body.addWidget(free)
        body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    # ---- the page ----

    def refresh(self) -> None:
        """Look again at the models, this machine and the personas."""
        if self._listing is None:
            self._listing = background.call(self._find, self._on_found, self._on_not_found)
        else:
            # What changed meanwhile may be missing in what is being found.
            self._once_more = True
        self.personas.refresh()

    def search_here(self) -> None:
        """There is nothing to search here; the first thing to do takes the keyboard."""
        self.add.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _find(self) -> "tuple[list[Known], Memory]":
        entries, memory = self._catalogue().list(), self._memory()
        speeds = self._trying().speeds(entries)
        return [
            Known(entry, speeds.get(entry.name), self._forecast.get(entry.name) or self._teaching(entry, memory.total))
            for entry in entries
        ], memory

    def _on_found(self, found: "tuple[list[Known], Memory]") -> None:
        self._end_listing()
        models, memory = found
        settings = self._settings()
        shown = (settings.model, settings.model_choices, models, round(memory.available / 1e8))
        if shown == self._shown:
            return
        self._shown = shown
        self._machine.setText(machine_words(memory))
        self.personas.offer([known.entry for known in models])
        self._show_models(models, settings, memory)
        self._show_free(models, memory)

    def _on_not_found(self, sentence: str) -> None:
        self._end_listing()
        self.banner.say(sentence, "error")

    def _end_listing(self) -> None:
        again, self._listing, self._once_more = self._once_more, None, False
        if again:
            self.refresh()

    def _show_models(self, models: Sequence[Known], settings: "Settings", memory: "Memory") -> None:
        opened = {name for name, card in self._cards.items() if card.opened}
        widgets.clear(self._here)
        self._cards = {}
        for known in models:
            card = ModelCard(
                known,
                settings,
                memory,
                use=self.use,
                measure=self._measure,
                choose=self._choose,
                remove=self._remove,
            )
            if known.entry.name in opened:
                card.open_defaults()
            self._cards[known.entry.name] = card
            self._here.addWidget(card)
        if not models:
            self._here.addWidget(
                widgets.label(tr("No model is here. Add a file, or set Personal AI up again."), "second")
            )

    def _show_free(self, models: Sequence[Known], memory: "Memory") -> None:
        widgets.clear(self._free)
        measured = [known for known in models if known.speed and known.speed.measured]
        for number, model in enumerate(FREE_MODELS):
            if number:
                self._free.addSpacing(14)
            tight, sentence = free_words(model, measured[-1] if measured else None, memory)
            made = widgets.button(tr("Where to get it"), "quiet", lambda model=model: self._on_where(model))
            made.setAccessibleName(tr("Where to get {name}").format(name=model.name))
            told = widgets.label(sentence, "warning" if tight else "second")
            self._free.addLayout(widgets.two_lines(model.name, told, made))

    # ---- what the person does ----

    def _on_where(self, model: FreeModel) -> None:
        self.banner.say(
            tr("{name} is at {address}").format(name=model.name, address=model.address),
            action=tr("Open in browser"),
            then=lambda: QDesktopServices.openUrl(QUrl(model.address)),
        )
        self._show_banner()

    def _show_banner(self) -> None:
        """Bring the sentence into sight: what asked for it may stand far below."""
        scroll = self.findChild(widgets.Column)
        if scroll:
            scroll.verticalScrollBar().setValue(0)

    def use(self, name: str) -> None:
        """Talk to this model from now on."""
        if self._change(model=name):
            self.refresh()
            self.model_changed.emit()

    def _choose(self, name: str, choices: "ModelChoices") -> None:
        if self._change(model_choices={**self._settings().model_choices, name: choices}):
            self.refresh()

    def _change(self, **fields: Any) -> bool:
        try:
            self._change_settings(**fields)
        except UserError as error:
            self.banner.say(str(error), "error")
            return False
        return True

    def choose_model(self) -> None:
        """Let the person pick a GGUF file."""
        dialog = QFileDialog(self, tr("Add a model file"), str(Path.home()), tr("Models (*.gguf);;All files (*)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_model(Path(names[0])))
        dialog.open()

    def add_model(self, path: Path) -> None:
        """Try a model file in a child, and take it into the catalogue."""
        self._work(
            tr("Trying “{name}” in a process of its own, then copying it. Large files take some minutes.").format(
                name=path.name
            ),
            lambda: self._trying().add(path),
            self._on_added,
        )

    def _on_added(self, entry: "ModelEntry") -> None:
        sentence = tr("“{name}” is here, and sees pictures.") if entry.sees else tr("“{name}” is here.")
        self.banner.say(sentence.format(name=entry.name), action=tr("Use it"), then=lambda: self.use(entry.name))

    def _measure(self, name: str) -> None:
        def measure() -> "tuple[ModelEntry, Speed]":
            entry = self._catalogue().get(name)
            return entry, self._trying().measure(entry)

        self._work(
            tr("Measuring. It is loaded once more for that, in a process of its own."), measure, self._on_measured
        )

    def _on_measured(self, found: "tuple[ModelEntry, Speed]") -> None:
        entry, speed = found
        self.banner.say(tr("{model}: {speed}.").format(model=model_name(entry), speed=speed_words(speed)))

    def _look_ahead(self) -> None:
        def forecast() -> Any:
            last = None
            for last in self._forecasting().forecast():  # noqa: B007 - the last event is the result
                pass
            return last

        self._work(
            tr("Measuring how fast it learns here, on your notes. It takes about a minute."),
            forecast,
            self._on_forecast,
        )

    def _on_forecast(self, found: Any) -> None:
        self._forecast = {each.name: each for each in found.models}
        can = [each.name for each in found.models if each.can]
        sentence = tr("A night can teach {models} here; each says how much.")
        self.banner.say(sentence.format(models=amounts.count_words(len(can), "model")))

    def _remove(self, name: str) -> None:
        self._work(
            tr("Removing “{name}”.").format(name=name),
            lambda: self._catalogue().remove(name),
            lambda _done: self.banner.clear(),
        )

    def _work(self, sentence: str, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do one thing at a time off the window's thread."""
        if self._working:
            return

        def done(result: Any) -> None:
            self._end_work()
            then(result)
            self.refresh()

        self.add.setEnabled(False)
        self.look_ahead.setEnabled(False)
        self.banner.say(sentence)
        self._show_banner()
        self._working = background.call(work, done, self._on_failed)

    def _on_failed(self, sentence: str) -> None:
        self._end_work()
        self.banner.say(sentence, "error")
        self._show_banner()

    def _end_work(self) -> None:
        self._working = None
        self.add.setEnabled(True)
        self.look_ahead.setEnabled(True)


# ---- in words ---------------------------------------------------------------------------------------------------


def machine_words(memory: "Memory") -> str:
    """What this machine is to a model."""
    if not memory.total:
        return tr("This computer does not tell how much memory it has.")
    total, free = memory.total / 1e9, memory.available / 1e9
    return tr("This computer has {total:.1f} GB of memory, and {free:.1f} GB of it are free now.").format(
        total=total, free=free
    )


def free_words(model: FreeModel, measured: Known | None, memory: "Memory") -> tuple[bool, str]:
    """Whether a free model is too large here, and what it is good for and takes, in two lines."""
    words = [amounts.size_words(model.size), model.license]
    # What a conversation takes beside the file, about.
    tight = bool(memory.total) and model.size * 1.1 + 0.5e9 > memory.total * 0.95
    if tight:
        words.append(tr("too large for this computer"))
    elif measured and measured.speed:
        rate = measured.speed.tokens_per_second * measured.entry.needs.read / model.size
        shown = f"{rate:.0f}" if rate >= 2 else f"{rate:.1f}"
        words.append(tr("about {rate} tokens a second here").format(rate=shown))
    good_for = said(model.good_for)
    return tight, f"{good_for[:1].upper()}{good_for[1:]}\n{' · '.join(words)}"
