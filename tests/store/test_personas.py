"""Who answers in a conversation."""

from pathlib import Path

import msgspec
import pytest

from personal_ai import paths
from personal_ai.errors import UserError
from personal_ai.store.conversations import Conversations
from personal_ai.store.database import Database
from personal_ai.store.personas import LONGEST_INSTRUCTIONS, Persona, Personas
from tests import empty_data


@pytest.fixture
def database(tmp_path: Path) -> Database:
    where = paths.locate(tmp_path / "home")
    return Database(empty_data.put(where.database), where.backups)


def test_a_persona_is_kept_changed_and_removed(database: Database) -> None:
    personas = Personas(database)
    made = Persona(name=" Chef  Ana ", instructions=" Speak of food. ", temperature=0.8)
    id = personas.keep(made)
    kept = personas.get(id)
    assert kept == Persona(id=id, name="Chef Ana", instructions="Speak of food.", temperature=0.8)
    personas.keep(msgspec.structs.replace(kept, use_adapter=False, model="m", temperature=None))
    assert personas.get(id) == Persona(
        id=id, name="Chef Ana", instructions="Speak of food.", model="m", use_adapter=False
    )
    personas.keep(Persona(name="ärger"))
    personas.keep(Persona(name="Zoe"))
    assert [each.name for each in personas.list()] == ["ärger", "Chef Ana", "Zoe"]
    personas.remove(id)
    with pytest.raises(UserError, match="was deleted"):
        personas.get(id)
    with pytest.raises(UserError, match="was deleted"):
        personas.keep(kept)


def test_a_persona_without_a_name_or_with_a_book_of_instructions_is_refused(database: Database) -> None:
    for wrong in (Persona(name="  "), Persona(name="A", instructions="x" * (LONGEST_INSTRUCTIONS + 1))):
        with pytest.raises(UserError):
            Personas(database).keep(wrong)
    assert Personas(database).list() == []


def test_each_conversation_has_its_own_and_outlives_it(database: Database) -> None:
    personas, conversations = Personas(database), Conversations(database)
    id, one, other = personas.keep(Persona(name="Ana")), conversations.create("a"), conversations.create("b")
    personas.choose(one, id)
    found = personas.of(one)
    assert found and found.name == "Ana"
    assert personas.of(other) is None
    personas.choose(one, None)
    assert personas.of(one) is None
    personas.choose(one, id)
    personas.remove(id)
    assert personas.of(one) is None
    assert conversations.get(one).title == "a"
