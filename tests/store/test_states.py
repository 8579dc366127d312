"""What was computed of conversations: bounded, and gone with what it has seen."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from personal_ai.errors import UserError
from personal_ai.messages import DocumentRead
from personal_ai.store.conversations import Conversations
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents, NewChunk
from personal_ai.store.states import States


def keep(states: States, id: int, size: int = 10, used: float = 0.0) -> Path:
    with states.keeping(id) as file:
        file.write_bytes(b"x" * size)
        os.utime(file, (used, used))
    return file


def test_the_one_that_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    states = States(tmp_path / "states", limit=25)
    second, first, third = keep(states, 2, used=20), keep(states, 1, used=10), keep(states, 3, used=30)
    assert (first.exists(), second.exists(), third.exists()) == (False, True, True)


def test_what_a_crash_left_half_written_goes(tmp_path: Path) -> None:
    states = States(tmp_path)
    part = tmp_path / "7.state.part"
    part.write_bytes(b"half")
    keep(states, 1)
    assert not part.exists()


def test_a_deleted_conversation_takes_its_state_and_a_deleted_note_all_of_them(
    database: Database, documents: Documents, note: Callable[..., tuple[DocumentRead, list[NewChunk]]]
) -> None:
    conversations, states = Conversations(database), database.states
    one, two = conversations.create(), conversations.create()
    for id in (one, two):
        keep(states, id)
    conversations.delete(one)
    assert (states.file(one).exists(), states.file(two).exists()) == (False, True)
    documents.delete(documents.put(*note("The shed is green.")))
    assert not states.file(two).exists()
    keep(states, two)
    documents.remove_file("/notes/a.md")
    assert not states.file(two).exists()


def test_a_file_that_the_disk_holds_on_to_keeps_its_conversation_and_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversations = Conversations(database)
    id = conversations.create()
    keep(database.states, id)

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "in use", str(self))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(UserError, match="what was computed of a conversation"):
        conversations.delete(id)
    assert conversations.get(id).id == id


def test_nothing_is_kept_while_something_is_deleted(tmp_path: Path) -> None:
    states, order = States(tmp_path), list[str]()

    def delete() -> None:
        with states.forgetting():
            order.append("deleted")

    with states.keeping(1) as file:
        deleting = threading.Thread(target=delete)
        deleting.start()
        file.write_bytes(b"x")
        order.append("kept")
    deleting.join(10)
    assert order == ["kept", "deleted"] and not file.exists()
