"""Personas: a list of them, and one at a time being written."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from personal_ai.errors import UserError
from personal_ai.ui import controls, theme, widgets
from personal_ai.ui.language import tr
from personal_ai.ui.model_card import FREEDOMS, model_name
from personal_ai.ui.sentences import said

if TYPE_CHECKING:
    from personal_ai.models.catalogue import ModelEntry
    from personal_ai.store.personas import Persona, Personas

#: In the place of a number in a picker: as it is chosen elsewhere.
AS_CHOSEN = -1


class PersonasView(QWidget):
    """All personas, and the form to make or change one."""

    changed = Signal()

    def __init__(self, personas: "Personas", banner: widgets.Banner) -> None:
        super().__init__()
        self._personas, self._banner = personas, banner
        self._models: list[tuple[str, str]] = []
        self._shown: list[Persona] | None = None
        self.form: PersonaForm | None = None
        self._rows, self._place = QVBoxLayout(), QVBoxLayout()
        self._rows.setSpacing(10)
        self.new = widgets.button(tr("New persona…"), "", lambda: self.edit(None), "new-persona")
        frame = widgets.card(spacing=12, margin=18)
        inside = frame.layout()
        assert isinstance(inside, QVBoxLayout)
        intro = tr("Who answers: a name, instructions, a model. You choose one under the line to type in.")
        head = widgets.row(widgets.label(intro, "second"), self.new, spacing=theme.BETWEEN)
        head.setStretch(0, 1)
        inside.addLayout(head)
        inside.addLayout(self._rows)
        inside.addLayout(self._place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(frame)

    def offer(self, entries: "Sequence[ModelEntry]") -> None:
        """Take the models that a persona may have."""
        self._models = [(entry.name, model_name(entry)) for entry in entries]

    def refresh(self) -> None:
        """Read the personas again."""
        found = self._personas.list()
        if found == self._shown:
            return
        self._shown = found
        widgets.clear(self._rows)
        for persona in found:
            self._rows.addWidget(self._row(persona))

    def _row(self, persona: "Persona") -> QWidget:
        words = widgets.Elided(persona_words(persona, dict(self._models)), "second")
        change = widgets.button(tr("Change"), "quiet", lambda: self.edit(persona), f"change-persona-{persona.id}")
        change.setAccessibleName(tr("Change {name}").format(name=persona.name))
        made = QFrame()
        made.setLayout(widgets.two_lines(persona.name, words, change))
        return made

    def edit(self, persona: "Persona | None") -> None:
        """Open the form on a persona, or on a new one."""
        self._close()
        self.form = PersonaForm(persona, self._models)
        self.form.saved.connect(self._on_saved)
        self.form.removed.connect(self._on_removed)
        self.form.cancelled.connect(self._close)
        self._place.addWidget(self.form)
        self.new.hide()
        self.form.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _close(self) -> None:
        self.form = None
        widgets.clear(self._place)
        self.new.show()

    def _on_saved(self, persona: "Persona") -> None:
        try:
            self._personas.keep(persona)
        except UserError as error:
            if self.form:
                self.form.say(str(error))
            return
        self._end()

    def _on_removed(self, id: int) -> None:
        try:
            self._personas.remove(id)
        except UserError as error:
            self._banner.say(str(error), "error")
            return
        self._end()

    def _end(self) -> None:
        self._close()
        self.refresh()
        self.changed.emit()


class PersonaForm(QWidget):
    """One persona being written."""

    saved = Signal(object)
    removed = Signal(int)
    cancelled = Signal()

    def __init__(self, persona: "Persona | None", models: list[tuple[str, str]]) -> None:
        super().__init__()
        self._id = persona.id if persona else 0
        self.name = QLineEdit(persona.name if persona else "")
        self.name.setObjectName("persona-name")
        self.name.setAccessibleName(tr("Name of the persona"))
        self.name.setPlaceholderText(tr("Name, such as “Strict editor”"))
        self.instructions = QPlainTextEdit(persona.instructions if persona else "")
        self.instructions.setObjectName("persona-instructions")
        self.instructions.setAccessibleName(tr("Instructions"))
        self.instructions.setPlaceholderText(tr("How it should answer, such as “Correct my English and say why.”"))
        self.instructions.setTabChangesFocus(True)
        self.instructions.setFixedHeight(4 * self.instructions.fontMetrics().lineSpacing() + 16)
        box = QFrame()
        box.setObjectName("better-box")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(8, 4, 8, 4)
        inside.addWidget(self.instructions)
        self._names = ["", *(name for name, _ in models)]
        if persona and persona.model and persona.model not in self._names:
            self._names.append(persona.model)
        shown = dict(models)
        options = [(n, shown.get(name, name) or tr("The one in use")) for n, name in enumerate(self._names)]
        self._model = self._names.index(persona.model) if persona else 0
        model = controls.Picker(tr("Model"), options, self._model)
        model.chosen.connect(self._on_model)
        kept = persona.temperature if persona else None
        self._freedom = AS_CHOSEN if kept is None else round(100 * kept)
        freedoms = {value: tr(words) for value, words in FREEDOMS}
        offered = freedoms if kept is None else {self._freedom: f"{kept:g}", **freedoms}
        freedom = controls.Picker(
            tr("How freely it answers"), [(AS_CHOSEN, tr("As the model")), *sorted(offered.items())], self._freedom
        )
        freedom.chosen.connect(self._on_freedom)
        self.learned = widgets.button(tr("Uses what was learned"), "chip", name="persona-adapter")
        self.learned.setCheckable(True)
        self.learned.setChecked(persona.use_adapter if persona else True)
        self._error = widgets.label("", "error")
        self._error.hide()
        self._lay_out(box, model, freedom, bool(persona))

    def _lay_out(self, box: QFrame, model: QWidget, freedom: QWidget, old: bool) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(widgets.rule())
        called = tr("Change {name}").format(name=self.name.text()) if old else tr("A new persona")
        column.addWidget(widgets.label(called, "heading", wrap=False))
        column.addWidget(self.name)
        column.addWidget(box)
        column.addLayout(widgets.row(self.learned, 1))
        column.addLayout(
            widgets.row(
                widgets.label(tr("Model"), "second", wrap=False),
                model,
                widgets.label(tr("Choice of words"), "second", wrap=False),
                freedom,
                1,
            )
        )
        column.addWidget(self._error)
        buttons = widgets.row(
            widgets.button(tr("Save"), "primary", self._on_save, "save-persona"),
            widgets.button(tr("Cancel"), "", self.cancelled.emit, "cancel-persona"),
            1,
        )
        if old:
            buttons.addWidget(
                widgets.button(tr("Delete"), "danger", lambda: self.removed.emit(self._id), "delete-persona")
            )
        column.addLayout(buttons)

    def say(self, sentence: str) -> None:
        """Say why it was not saved."""
        self._error.setText(said(sentence))
        self._error.show()

    def _on_model(self, number: int) -> None:
        self._model = number

    def _on_freedom(self, value: int) -> None:
        self._freedom = value

    def _on_save(self) -> None:
        from personal_ai.store.personas import Persona

        self.saved.emit(
            Persona(
                id=self._id,
                name=self.name.text(),
                instructions=self.instructions.toPlainText(),
                model=self._names[self._model],
                use_adapter=self.learned.isChecked(),
                temperature=None if self._freedom == AS_CHOSEN else self._freedom / 100,
            )
        )


def persona_words(persona: "Persona", models: dict[str, str]) -> str:
    """What a persona is, in a line."""
    words = [models.get(persona.model, persona.model)] if persona.model else []
    if not persona.use_adapter:
        words.append(tr("without what was learned"))
    if persona.temperature is not None:
        words.append(tr("picks its words at {value:g}").format(value=persona.temperature))
    return " · ".join([*words, persona.instructions or tr("no instructions")])
