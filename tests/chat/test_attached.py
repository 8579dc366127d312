"""What is attached to a question is stored with it, or neither is, and an answer written again stands on it still."""

from collections.abc import Sequence

import apsw
import msgspec
import pytest

from personal_ai import messages
from personal_ai.chat.events import Hit
from personal_ai.errors import UserError
from personal_ai.messages import Message
from personal_ai.store.attachments import NewAttachment
from tests.chat.conftest import Chat, hit
from tests.chat.scripted import ScriptedWorker

LEASE = NewAttachment("file", "lease.md", "/x/lease.md", 10)
PICTURE = NewAttachment("picture", "shed.png", "", 3, b"PNG")
RENT = msgspec.structs.replace(hit("The rent is 1,140 euros."), document_id=0, chunk_id=0)
TOO_BIG = "There is not enough memory for “model.gguf”. Close other programs or take a smaller model."


class Unloadable(ScriptedWorker):
    """A worker that has no room for the model."""

    def send(self, message: Message) -> None:
        if isinstance(message, messages.Load):
            self._replies.append(messages.Failed(sentence=TOO_BIG))
        else:
            super().send(message)


@pytest.fixture
def scripted(chat: Chat) -> Chat:
    chat.make_worker = ScriptedWorker
    return chat


def found(*hits: Hit) -> Sequence[Hit]:
    return hits


def refuse(_question: str, _limit: int) -> Sequence[Hit]:
    raise UserError("The disk did not answer.")


def test_a_question_that_cannot_be_prepared_leaves_nothing_behind(scripted: Chat) -> None:
    with pytest.raises(UserError, match="did not answer"):
        list(scripted.session.ask("What is the rent?", attached=[LEASE], look_into=refuse))
    assert scripted.conversations.list() == []
    *_, first = scripted.session.ask("What is the rent?", attached=[LEASE], look_into=lambda *_: found(RENT))
    conversation = scripted.conversations.message(first.message_id).conversation_id  # type: ignore[union-attr]
    before = scripted.conversations.every_message(conversation)
    with pytest.raises(UserError, match="did not answer"):
        list(scripted.session.ask("And the deposit?", conversation, attached=[LEASE], look_into=refuse))
    assert scripted.conversations.every_message(conversation) == before


@pytest.mark.parametrize("broken", ["attachments", "messages"])
def test_a_question_and_what_is_attached_are_stored_together_or_not_at_all(scripted: Chat, broken: str) -> None:
    *_, first = scripted.session.ask("What is the rent?")
    conversation = scripted.conversations.message(first.message_id).conversation_id  # type: ignore[union-attr]
    before = scripted.conversations.every_message(conversation)
    when = "WHEN NEW.role = 'assistant'" if broken == "messages" else ""
    scripted.database.query(
        f"CREATE TRIGGER full BEFORE INSERT ON {broken} {when} BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    for number in (conversation, None):
        with pytest.raises(apsw.ConstraintError):
            list(scripted.session.ask("What is on it?", number, attached=[PICTURE]))
    assert scripted.conversations.every_message(conversation) == before
    assert [row.id for row in scripted.conversations.list()] == [conversation]
    assert scripted.conversations.attachments.of_conversation(conversation) == {}


def test_what_is_attached_stays_with_a_question_whose_model_cannot_be_loaded(chat: Chat) -> None:
    chat.hits = [hit("From a note.")]
    chat.make_worker = Unloadable
    events = chat.session.ask("What is the rent?", attached=[LEASE, PICTURE], look_into=lambda *_: found(RENT))
    started = next(events)
    with pytest.raises(UserError, match="not enough memory"):
        list(events)
    question, answer = chat.conversations.messages(started.conversation_id)  # type: ignore[union-attr]
    assert answer.state == "failed"
    kept = chat.conversations.attachments.of_message(question.id)
    assert [(row.kind, row.name) for row in kept] == [("file", "lease.md"), ("picture", "shed.png")]
    # The file may be gone by the time that there is memory.
    chat.session._drop_worker()
    chat.make_worker = ScriptedWorker
    *_, again = chat.session.regenerate(answer.id)
    assert [source.text for source in again.sources] == ["The rent is 1,140 euros."]  # type: ignore[union-attr]
    assert chat.asked == []


def test_a_file_in_which_nothing_was_found_is_not_changed_for_the_notes(scripted: Chat) -> None:
    scripted.hits = [hit("From a note.")]
    *_, first = scripted.session.ask("What is the rent?", attached=[LEASE], look_into=lambda *_: found())
    *_, again = scripted.session.regenerate(first.message_id)  # type: ignore[union-attr]
    question = scripted.conversations.message(again.message_id).parent  # type: ignore[union-attr]
    *_, other = scripted.session.edit(question or 0, "How much is the rent?")
    assert (again.sources, other.sources) == ([], [])  # type: ignore[union-attr]
    assert scripted.asked == []


def test_other_words_that_cannot_be_prepared_leave_the_question_as_it_was(
    scripted: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    *_, first = scripted.session.ask("What is on it?", attached=[PICTURE])
    question = scripted.conversations.message(first.message_id).parent or 0  # type: ignore[union-attr]
    conversation = scripted.conversations.message(question).conversation_id
    before = scripted.conversations.every_message(conversation)
    monkeypatch.setattr(scripted.session._preparing, "_search", refuse)
    with pytest.raises(UserError, match="did not answer"):
        list(scripted.session.edit(question, "What stands there?"))
    assert scripted.conversations.every_message(conversation) == before
    assert [row.text for row in scripted.conversations.messages(conversation)] == ["What is on it?", "It is green."]
