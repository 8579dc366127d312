"""Conversations are kept, listed, renamed, deleted, and whole again after a crash."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from personal_ai.errors import UserError
from personal_ai.store.conversations import Conversations, Made, Source, Switches
from personal_ai.store.database import Database

SOURCE = Source("/a.md", 1, 2, "A", "Top", "passage", 0, 7, "2025-01-01T00:00:00Z")


@pytest.fixture
def conversations(database: Database) -> Conversations:
    ticks = count()
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return Conversations(database, now=lambda: start + timedelta(minutes=next(ticks)))


def test_messages_come_back_with_their_sources(conversations: Conversations) -> None:
    id = conversations.create("Soup")
    conversations.add_message(id, "user", "Which soup?")
    answer = conversations.add_message(
        id, "assistant", "", sources=[SOURCE], adapter=3, model="built-in", seed=7, state="streaming"
    )
    conversations.update_message(answer, text="Sour soup [1].", state="done")
    question, message = conversations.messages(id)
    assert (question.role, question.text, question.sources, question.state) == ("user", "Which soup?", [], "done")
    assert (message.text, message.sources, message.adapter, message.model, message.seed, message.state) == (
        *("Sour soup [1].", [SOURCE], 3, "built-in", 7),
        "done",
    )
    assert conversations.get(id).messages == 2


def test_the_last_used_conversation_comes_first(conversations: Conversations) -> None:
    first, second = conversations.create("first"), conversations.create("second")
    assert [row.id for row in conversations.list()] == [second, first]
    conversations.add_message(first, "user", "again")
    assert [row.id for row in conversations.list()] == [first, second]


def test_a_deleted_conversation_is_gone_for_good(conversations: Conversations, tmp_path: Path) -> None:
    id = conversations.create("secret title")
    message = conversations.add_message(id, "user", "very secret words")
    conversations.delete(id)
    assert conversations.list() == []
    for call in (
        lambda: conversations.get(id),
        lambda: conversations.delete(id),
        lambda: conversations.rename(id, "x"),
        lambda: conversations.add_message(id, "user", "x"),
        lambda: conversations.update_message(message, text="x"),
    ):
        with pytest.raises(UserError, match="was deleted"):
            call()
    assert not any(b"secret" in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())


def test_a_deletion_cut_short_before_the_copies_goes_on_at_the_next_start(tmp_path: Path) -> None:
    class Dying(Database):
        def forget_in_backups(self, *_: object) -> None:
            raise KeyboardInterrupt

    def holding() -> set[str]:
        return {file.name[:10] for file in tmp_path.rglob("*") if file.is_file() and b"secret" in file.read_bytes()}

    first = Dying(tmp_path / "personal.db", tmp_path / "backups")
    conversations = Conversations(first)
    id = conversations.create("secret title")
    conversations.index.put_into(id, "secret folder")
    conversations.add_message(id, "user", "very secret words")
    first.back_up()
    with pytest.raises(KeyboardInterrupt):
        conversations.delete(id)
    assert conversations.index.list() == []
    first.close()
    assert holding() == {"personal-v"}
    database = Database(tmp_path / "personal.db", tmp_path / "backups")
    Conversations(database).empty_trash()
    assert holding() == set()
    assert database.query("SELECT count(*) FROM conversations") == [(0,)]
    assert database.check() == []
    database.close()


def test_an_answer_cut_off_by_a_crash_is_marked_as_stopped(conversations: Conversations) -> None:
    id = conversations.create()
    conversations.add_message(id, "assistant", "half an ans", state="streaming")
    conversations.add_message(id, "assistant", "whole")
    assert conversations.recover() == 1
    assert [message.state for message in conversations.messages(id)] == ["stopped", "done"]


def test_an_answer_written_again_stands_beside_the_old_one(conversations: Conversations) -> None:
    id = conversations.create()
    question = conversations.add_message(id, "user", "q")
    first = conversations.add_message(id, "assistant", "a")
    follow_up = conversations.add_message(id, "user", "q2")
    assert conversations.branches.versions(id) == {}
    second = conversations.add_message(id, "assistant", "b", after=question)
    assert [message.text for message in conversations.messages(id)] == ["q", "b"]
    assert conversations.branches.versions(id) == {first: [first, second], second: [first, second]}
    conversations.branches.show(first)
    assert [message.id for message in conversations.messages(id)] == [question, first, follow_up]
    assert [message.id for message in conversations.path(second)] == [question, second]
    conversations.add_message(id, "assistant", "a2")
    assert [message.text for message in conversations.messages(id)] == ["q", "a", "q2", "a2"]


def test_a_first_question_has_versions_too(conversations: Conversations) -> None:
    id = conversations.create()
    first = conversations.add_message(id, "user", "q")
    conversations.add_message(id, "assistant", "a")
    second = conversations.add_message(id, "user", "other", after=None)
    assert [message.text for message in conversations.messages(id)] == ["other"]
    assert conversations.branches.versions(id)[second] == [first, second]
    with pytest.raises(UserError, match="deleted"):
        conversations.branches.show(999)


def test_a_very_long_conversation_is_deleted_whole(conversations: Conversations) -> None:
    id = conversations.create()
    with conversations._db.transaction():
        for number in range(1100):
            conversations.add_message(id, "user", str(number))
    assert len(conversations.messages(id)) == 1100
    conversations.delete(id)
    assert conversations.messages(id) == []


def test_a_conversation_chooses_for_itself(conversations: Conversations) -> None:
    id = conversations.create()
    assert conversations.switches(id) == Switches()
    conversations.switch(id, Switches(notes=False, strength=0.5))
    assert conversations.switches(id) == Switches(notes=False, strength=0.5)
    for call in (lambda: conversations.switches(99), lambda: conversations.switch(99, Switches())):
        with pytest.raises(UserError, match="deleted"):
            call()


def test_how_an_answer_was_made_is_kept(conversations: Conversations) -> None:
    id = conversations.create()
    message = conversations.add_message(id, "assistant", "a", made=Made(strength=0.75, asked_notes=True))
    assert conversations.message(message).made == Made(strength=0.75, asked_notes=True)
    conversations.update_message(message, made=Made(tokens=3, reason="length"))
    assert conversations.message(message).made.reason == "length"


def test_a_conversation_is_renamed(conversations: Conversations) -> None:
    id = conversations.create("old")
    conversations.rename(id, "new")
    assert conversations.get(id).title == "new"


def test_a_model_names_what_nobody_named_and_nobody_elses(conversations: Conversations) -> None:
    id = conversations.create("When is the rent due?")
    assert conversations.is_unnamed(id)
    assert conversations.name(id, "Rent for the flat")
    assert conversations.get(id).title == "Rent for the flat"
    assert not conversations.is_unnamed(id)
    assert not conversations.name(id, "Another")
    other = conversations.create("When is the rent due?")
    # The very words of the rule, but the person's choice.
    conversations.rename(other, "When is the rent due?")
    assert not conversations.is_unnamed(other)
    assert not conversations.name(other, "Another")
    assert conversations.get(other).title == "When is the rent due?"
    assert [hit.conversation.id for hit in conversations.index.find("flat")] == [id]
    assert not conversations.name(99, "Another")
