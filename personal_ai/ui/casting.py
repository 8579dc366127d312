"""Who answers in the conversation in front, shown and chosen by a chip under the line to type in."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from personal_ai.errors import UserError
from personal_ai.ui import widgets
from personal_ai.ui.composer import Composer
from personal_ai.ui.language import tr

if TYPE_CHECKING:
    from personal_ai.store.conversations import Conversations, Switches
    from personal_ai.store.personas import Persona, Personas


class Casting(QObject):
    """Each conversation has its own; with none in front, it is chosen for the one that is begun next.

    `front` is the id of the conversation in front.
    """

    failed = Signal(str)
    chosen = Signal()

    def __init__(
        self,
        composer: Composer,
        personas: "Personas",
        conversations: "Conversations",
        front: Callable[[], int | None],
    ) -> None:
        super().__init__(composer)
        self._composer, self._personas, self._conversations, self._front = composer, personas, conversations, front
        self._next: int | None = None
        composer.persona_asked.connect(self._offer)

    def show(self) -> None:
        """Read again who answers."""
        front, there = self._front(), self._personas.list()
        who = self._waiting() if front is None else self._personas.of(front)
        self._composer.show_persona(who.name if who else "", bool(there))

    def for_new(self, switches: "Switches") -> "tuple[Switches, int | None]":
        """What a new conversation keeps: whether it uses what was learned, and who answers in it."""
        who, self._next = self._waiting(), None
        return (replace(switches, adapter=who.use_adapter), who.id) if who else (switches, None)

    def choose(self, who: "Persona | None") -> None:
        """Let a persona answer from now on; it also says whether what was learned is used."""
        front = self._front()
        if front is None:
            self._next = who.id if who else None
        else:
            try:
                self._personas.choose(front, who.id if who else None)
                if who:
                    self._conversations.switch(
                        front, replace(self._conversations.switches(front), adapter=who.use_adapter)
                    )
            except UserError as error:
                self.failed.emit(str(error))
        self.show()
        self.chosen.emit()

    def _waiting(self) -> "Persona | None":
        return next((each for each in self._personas.list() if each.id == self._next), None)

    def _offer(self) -> None:
        choices: list[tuple[str, Any]] = [(tr("Nobody in particular"), lambda: self.choose(None))]
        choices += [(who.name, lambda who=who: self.choose(who)) for who in self._personas.list()]
        widgets.menu_below(self._composer.persona, choices, self._composer)
