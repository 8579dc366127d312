"""What was taught is kept, taken back, and follows what it was taught about."""

from collections.abc import Callable
from datetime import datetime

import pytest

from personal_ai.errors import UserError
from personal_ai.store.conversations import Conversations
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.store.taught import THUMBS, Taught


@pytest.fixture
def taught(database: Database, clock: Callable[[], datetime]) -> Taught:
    return Taught(database, now=clock)


@pytest.fixture
def answer(database: Database) -> tuple[int, int]:
    """A conversation with one answer: both ids."""
    conversations = Conversations(database)
    talk = conversations.create("Shed")
    conversations.add_message(talk, "user", "What colour?")
    return talk, conversations.add_message(talk, "assistant", "Blue.")


def test_what_was_taught_comes_back_newest_first(taught: Taught, answer: tuple[int, int]) -> None:
    talk, message = answer
    edit = taught.add(
        "edit", "What colour?", "Green.", rejected="Blue.", conversation_id=talk, message_id=message, chunks=[3, 4]
    )
    note = taught.add("remember", "", "The shed was painted.")
    assert taught.list() == [note, edit]
    assert (edit.kind, edit.question, edit.answer, edit.rejected) == ("edit", "What colour?", "Green.", "Blue.")
    assert (edit.chunks, edit.never, edit.created) == ([3, 4], False, "2026-03-04T00:00:00.000Z")
    assert taught.of_message(message) == taught.of_conversation(talk) == [edit]
    assert taught.get(edit.id) == edit


def test_one_takes_the_place_of_others_about_the_same_answer_only(taught: Taught, answer: tuple[int, int]) -> None:
    talk, message = answer
    other = Conversations(taught._db).add_message(talk, "assistant", "Other.")
    taught.add("up", "q", "a", message_id=other)
    taught.add("edit", "q", "b", message_id=message)
    taught.add("down", "q", "", message_id=message)
    taught.add("up", "q", "a", message_id=message, instead_of=THUMBS)
    assert [row.kind for row in taught.of_message(message)] == ["edit", "up"]
    taught.take_back(message, THUMBS)
    assert [row.kind for row in taught.of_message(message)] == ["edit"]
    assert [row.kind for row in taught.of_message(other)] == ["up"]
    taught.add("remember", "", "x", instead_of=THUMBS)
    assert len(taught.list()) == 3


def test_what_is_never_learned_is_kept(taught: Taught) -> None:
    row = taught.add("remember", "", "The code of the door.")
    taught.set_never(row.id, True)
    assert taught.get(row.id).never and taught.list(never=False) == []
    taught.set_never(row.id, False)
    assert len(taught.list(never=False)) == 1
    taught.remove(row.id)
    assert taught.list() == []
    for change in (lambda: taught.remove(row.id), lambda: taught.set_never(row.id, True), lambda: taught.get(row.id)):
        with pytest.raises(UserError, match="taken back already"):
            change()


def test_a_deleted_conversation_takes_its_thumbs_and_leaves_the_rest(taught: Taught, answer: tuple[int, int]) -> None:
    talk, message = answer
    conversations = Conversations(taught._db)
    second = conversations.add_message(talk, "assistant", "Red.")
    taught.add("up", "q", "a", conversation_id=talk, message_id=message)
    taught.add("down", "q", "", conversation_id=talk, message_id=second)
    edit = taught.add("edit", "q", "b", conversation_id=talk, message_id=message)
    other = taught.add("up", "q", "a", conversation_id=conversations.create())
    conversations.delete(talk)
    assert [row.id for row in taught.list()] == [other.id, edit.id]
    assert (taught.get(edit.id).conversation_id, taught.get(edit.id).message_id) == (None, None)
    assert taught._db.check() == []


def test_an_answer_written_again_leaves_the_thumb_on_the_first(taught: Taught, answer: tuple[int, int]) -> None:
    talk, message = answer
    row = taught.add("down", "q", "", rejected="Blue.", conversation_id=talk, message_id=message)
    Conversations(taught._db).add_message(talk, "assistant", "Green.", after=message - 1)
    assert taught.get(row.id).message_id == message
    Conversations(taught._db).delete(talk)
    assert taught.list() == []


def test_a_deleted_note_is_not_learned_by_way_of_answers_about_it(
    taught: Taught, documents: Documents, note: Callable
) -> None:
    old, other = documents.put(*note("first")), documents.put(*note("other", path="/b.md"))
    chunk = documents.document_chunks(old)[0].id
    new = documents.put(*note("second"))
    about = taught.add("edit", "q", "a", chunks=[chunk, documents.document_chunks(other)[0].id])
    apart = taught.add("up", "q", "a", chunks=[documents.document_chunks(other)[0].id])
    remembered = taught.add("remember", "", "second", document_id=new)
    assert taught.of_document(new) == remembered
    documents.delete(new)
    assert [(row.id, row.never) for row in taught.list()] == [(apart.id, False), (about.id, True)]
    assert taught.of_document(new) is None


def test_a_thing_gets_other_words(taught: Taught) -> None:
    up, edit = taught.add("up", "What colour?", "Blue."), taught.add("edit", "Who?", "Ida.", rejected="Bob.")
    taught.rewrite(up.id, "What colour is it?", "Green.")
    taught.rewrite(edit.id, "Who is it?", "Ida Holm.")
    row = taught.get(up.id)
    assert (row.kind, row.question, row.answer, row.rejected) == ("edit", "What colour is it?", "Green.", "Blue.")
    row = taught.get(edit.id)
    assert (row.kind, row.question, row.answer, row.rejected) == ("edit", "Who is it?", "Ida Holm.", "Bob.")
    with pytest.raises(UserError):
        taught.rewrite(99, "a", "b")
