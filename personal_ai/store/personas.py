"""Personas: who answers in a conversation, by name, instructions, model, and how freely."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from personal_ai.errors import UserError
from personal_ai.store.database import Database, stamp, utc_now

LONGEST_NAME, LONGEST_INSTRUCTIONS = 60, 4000


class Persona(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers. An empty `model` means the one in use; a `temperature` of None, what is chosen for the model."""

    name: str
    instructions: str = ""
    model: str = ""
    use_adapter: bool = True
    temperature: float | None = None
    id: int = 0


_PERSONA = "SELECT p.id, p.name, p.instructions, p.model, p.use_adapter, p.temperature FROM personas p"


class Personas:
    """Those that the person made, and which one answers in a conversation. Every change is one transaction."""

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now

    def keep(self, persona: Persona) -> int:
        """Add a persona, or change the one of its id; return its id.

        Raises UserError for one without a name, with instructions too long to leave room for a talk, or that is gone.
        """
        name, instructions = " ".join(persona.name.split()), persona.instructions.strip()
        if not name:
            raise UserError("A persona needs a name. Type one and save again.")
        if len(name) > LONGEST_NAME or len(instructions) > LONGEST_INSTRUCTIONS:
            raise UserError(
                f"A persona’s name has at most {LONGEST_NAME} characters, its instructions {LONGEST_INSTRUCTIONS:,}. "
                "Shorten them and save again."
            )
        fields = (name, instructions, persona.model, persona.use_adapter, persona.temperature)
        with self._db.transaction("saving a persona") as connection:
            if not persona.id:
                connection.execute(
                    """INSERT INTO personas(name, instructions, model, use_adapter, temperature, created)
                       VALUES(?,?,?,?,?,?)""",
                    (*fields, stamp(self._now())),
                )
                return connection.last_insert_rowid()
            connection.execute(
                """UPDATE personas SET name = ?, instructions = ?, model = ?, use_adapter = ?, temperature = ?
                   WHERE id = ?""",
                (*fields, persona.id),
            )
            if connection.changes() == 0:
                raise UserError("This persona was deleted. Make a new one.")
            return persona.id

    def remove(self, id: int) -> None:
        """Delete a persona; its conversations stay, and go on without it."""
        with self._db.transaction("deleting a persona") as connection:
            connection.execute("DELETE FROM personas WHERE id = ?", (id,))

    def get(self, id: int) -> Persona:
        """One by its id. Raises UserError when it is gone."""
        rows = self._db.query(f"{_PERSONA} WHERE p.id = ?", (id,))
        if not rows:
            raise UserError("This persona was deleted. Choose another one.")
        return _persona(rows[0])

    def choose(self, conversation_id: int, id: int | None) -> None:
        """Let this persona answer in a conversation from now on; None: nobody in particular."""
        with self._db.transaction("choosing a persona") as connection:
            connection.execute("UPDATE conversations SET persona_id = ? WHERE id = ?", (id, conversation_id))

    def of(self, conversation_id: int) -> Persona | None:
        """Who answers in a conversation; None where it is nobody in particular."""
        rows = self._db.query(
            f"{_PERSONA} JOIN conversations c ON c.persona_id = p.id WHERE c.id = ?", (conversation_id,)
        )
        return _persona(rows[0]) if rows else None

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self) -> list[Persona]:
        """All of them, by name."""
        return [_persona(row) for row in self._db.query(f"{_PERSONA} ORDER BY fold(p.name), p.id")]


def _persona(row: tuple[Any, ...]) -> Persona:
    id, name, instructions, model, use_adapter, temperature = row
    return Persona(
        id=id,
        name=name,
        instructions=instructions,
        model=model,
        use_adapter=bool(use_adapter),
        temperature=temperature,
    )
