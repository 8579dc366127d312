"""Conversations are found by every word said in them, sorted into folders, put away, thrown away and taken back."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from personal_ai.errors import UserError
from personal_ai.store.conversation_index import ConversationIndex
from personal_ai.store.conversations import Conversations
from personal_ai.store.database import Database
from personal_ai.store.steps import STEPS


@pytest.fixture
def conversations(database: Database, clock: Callable[[], datetime]) -> Conversations:
    return Conversations(database, now=clock)


@pytest.fixture
def index(database: Database) -> ConversationIndex:
    return ConversationIndex(database)


def put(conversations: Conversations, title: str, *said: str) -> int:
    """Keep a conversation of these turns."""
    id = conversations.create(title)
    for number, text in enumerate(said):
        conversations.add_message(id, "assistant" if number % 2 else "user", text)
    return id


def found(index: ConversationIndex, text: str) -> list[str]:
    return [each.conversation.title for each in index.find(text)]


def test_every_word_is_found_wherever_it_was_said(conversations: Conversations, index: ConversationIndex) -> None:
    put(conversations, "Über Suppen", "Où est le café, 100%?", "Near the running water.")
    put(conversations, "昼食", "東京のラーメン")
    for words in ("uber sup", "CAFE", "100%", "runs water", "wat"):
        assert found(index, words) == ["Über Suppen"], words
    assert found(index, "ラーメ") == ["昼食"]
    for words in ("_", "", "café water", "soup AND", '"'):
        assert found(index, words) == [], words


def test_a_search_tells_the_newest_message_with_the_words(
    conversations: Conversations, index: ConversationIndex
) -> None:
    id = put(conversations, "Rent", "Is the heron back?", "The heron is.", "Fine.")
    (hit,) = index.find("heron")
    assert (hit.message_id, hit.text) == (conversations.messages(id)[1].id, "The heron is.")
    (hit,) = index.find("rent")
    assert (hit.message_id, hit.text) == (0, "")


def test_what_changes_is_found_as_it_is_now(
    conversations: Conversations, index: ConversationIndex, database: Database
) -> None:
    id = put(conversations, "Rent", "Where?")
    answer = conversations.add_message(id, "assistant", "", state="streaming")
    conversations.update_message(answer, text="Near the heronry")
    assert found(index, "heronry") == []
    conversations.update_message(answer, text="Near the heronry.", state="done")
    assert found(index, "heronry") == ["Rent"]
    conversations.update_message(answer, text="Near the pond.")
    conversations.rename(id, "Birds")
    assert (found(index, "heronry"), found(index, "rent"), found(index, "pond")) == ([], [], ["Birds"])
    conversations.delete(id)
    assert database.query("SELECT count(*) FROM message_search")[0][0] == 0
    assert database.query("SELECT count(*) FROM title_search")[0][0] == 0
    assert database.check() == []


def test_a_deleted_word_is_in_no_byte_of_the_file(conversations: Conversations, database: Database) -> None:
    put(conversations, "Other", *("some words about nothing" for _ in range(50)))
    id = put(conversations, "secrettitle", "a heliotropic confession")
    conversations.delete(id)
    for path in (database.path, Path(f"{database.path}-wal")):
        if path.exists():
            assert not any(word in path.read_bytes() for word in (b"heliotrop", b"confess", b"secrettitl"))


def test_pins_folders_and_the_archive_are_kept(conversations: Conversations, index: ConversationIndex) -> None:
    rent, soup = put(conversations, "Rent", "When?"), put(conversations, "Soup", "Which?")
    index.pin(rent, True)
    index.put_into(rent, "  Home \n things ")
    index.put_into(soup, "Élan")
    index.archive(soup, True)
    assert [(row.title, row.folder, row.pinned, row.archived) for row in index.list()] == [
        ("Soup", "Élan", False, True),
        ("Rent", "Home things", True, False),
    ]
    assert index.folders() == ["Élan", "Home things"]
    assert found(index, "which") == ["Soup"]
    index.rename_folder("Home things", "Élan")
    assert index.folders() == ["Élan"]
    index.rename_folder("Élan", "")
    assert index.folders() == []


def test_what_was_thrown_away_is_out_of_sight_until_it_is_taken_back(
    conversations: Conversations, index: ConversationIndex
) -> None:
    id = put(conversations, "Rent", "When?")
    index.archive(id, True)
    index.throw_away(id)
    assert (index.list(), index.find("when"), conversations.list(), list(index.thrown_away())) == ([], [], [], [id])
    with pytest.raises(UserError, match="deleted"):
        index.pin(id, True)
    index.take_back(id)
    assert [row.archived for row in index.list()] == [True]
    index.throw_away(id)
    conversations.empty_trash()
    with pytest.raises(UserError, match="for good"):
        index.take_back(id)


def test_old_conversations_are_found_after_the_upgrade(tmp_path: Path) -> None:
    before = Database(tmp_path / "personal.db", tmp_path / "backups", steps=STEPS[:7])
    with before.transaction() as connection:
        connection.execute("INSERT INTO conversations(title, created, updated) VALUES('Old', '2025', '2025')")
        connection.execute(
            "INSERT INTO messages(conversation_id, role, text, created) VALUES(1, 'user', 'a heron', '2025')"
        )
    before.close()
    database = Database(tmp_path / "personal.db", tmp_path / "backups")
    assert found(ConversationIndex(database), "heron") == ["Old"]
    assert found(ConversationIndex(database), "old") == ["Old"]
    assert database.query("SELECT length(key) FROM conversations") == [(44,)]
    database.close()
