"""What the conversation in front leans on, shown and chosen by the chips under the line to type in."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from personal_ai.errors import UserError
from personal_ai.ui import background
from personal_ai.ui.composer import Composer

if TYPE_CHECKING:
    from personal_ai.settings import Settings
    from personal_ai.store.adapters import AdapterRow
    from personal_ai.store.conversations import Conversations, Switches


class Switching(QObject):
    """Each conversation switches for itself; with none in front, for those that are begun from now on.

    `front` is the id of the conversation in front.
    """

    failed = Signal(str)

    def __init__(
        self,
        composer: Composer,
        conversations: "Conversations",
        front: Callable[[], int | None],
        settings: "Callable[[], Settings]",
        change_settings: "Callable[..., Settings]",
        adapter: "Callable[[], AdapterRow | None]",
        skill: Callable[[], bool],
        strength: Callable[[], float],
        set_strength: Callable[[float], None],
    ) -> None:
        super().__init__(composer)
        self._composer, self._conversations, self._front = composer, conversations, front
        self._settings, self._change_settings = settings, change_settings
        self._adapter, self._skill = adapter, skill
        self._strength, self._set_strength = strength, set_strength
        composer.notes_switched.connect(lambda on: self._choose("notes", on))
        composer.adapter_switched.connect(lambda on: self._choose("adapter", on))
        composer.strength_chosen.connect(self._on_strength)

    def show(self) -> None:
        """Read again what is chosen."""
        # An adapter file is checked before it counts as in use, and a large one takes longer than a frame.
        id = self._front()
        background.call(
            lambda: (id, self._own(id), self._settings(), self._adapter(), self._skill(), self._strength()),
            self._on_read,
            self.failed.emit,
        )

    def for_new(self) -> "Switches":
        """What a new conversation keeps, whatever is chosen for others later."""
        from personal_ai.store.conversations import Switches

        chosen = self._settings()
        return Switches(notes=chosen.use_notes, adapter=chosen.use_adapter)

    def _own(self, id: int | None) -> "Switches":
        from personal_ai.store.conversations import Switches

        try:
            return Switches() if id is None else self._conversations.switches(id)
        except UserError:
            return Switches()  # it is being deleted

    def _on_read(self, found: "tuple[int | None, Switches, Settings, AdapterRow | None, bool, float]") -> None:
        id, own, settings, row, skill, strength = found
        if id != self._front():
            return
        self._composer.show_choices(
            notes=settings.use_notes if own.notes is None else own.notes,
            adapter=settings.use_adapter if own.adapter is None else own.adapter,
            # The skill answers where what was learned is for another model.
            number=row.number if row and not skill else None,
            skill=skill,
            strength=strength if own.strength is None else own.strength,
        )

    def _choose(self, switch: str, value: bool | float) -> None:
        id = self._front()
        if id is None:
            self._change_settings(**{f"use_{switch}": value})
        else:
            try:
                self._conversations.switch(id, replace(self._own(id), **{switch: value}))
            except UserError as error:
                self.failed.emit(str(error))
        self.show()

    def _on_strength(self, strength: float) -> None:
        if self._front() is None:
            self._set_strength(strength)
            self.show()
        else:
            self._choose("strength", strength)
