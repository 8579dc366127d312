"""What was computed of a conversation outlives the worker, and never what was deleted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from personal_ai import messages
from personal_ai.chat import session
from personal_ai.chat.events import Answer, AskStarted
from personal_ai.store.documents import Documents
from tests.chat.conftest import SHED, Chat, hit
from tests.chat.scripted import ScriptedWorker

GB = 1024**3


@pytest.fixture
def scripted(chat: Chat) -> Chat:
    chat.make_worker = ScriptedWorker
    return chat


def ask(chat: Chat, question: str, conversation: int | None = None) -> tuple[int, Answer]:
    events: list[Any] = list(chat.session.ask(question, conversation))
    assert isinstance(events[0], AskStarted)
    return events[0].conversation_id, events[-1]


def sent(chat: Chat, kind: type[messages.Message]) -> list[Any]:
    return [message for worker in chat.workers for message in worker.sent if isinstance(message, kind)]  # type: ignore[attr-defined]


def idle(chat: Chat, seconds: float) -> None:
    chat.session._used -= seconds


def test_each_question_says_where_its_conversation_may_be_kept(scripted: Chat) -> None:
    conversation, _ = ask(scripted, "One?")
    assert sent(scripted, messages.Generate)[0].state == str(scripted.conversations.states.file(conversation))


def test_each_question_says_whether_notes_are_shown_in_its_conversation(scripted: Chat) -> None:
    conversation, _ = ask(scripted, "Hello?")
    scripted.hits = [hit("The shed is green.")]
    ask(scripted, "What colour is the shed?", conversation)
    scripted.hits = []
    ask(scripted, "Thank you?", conversation)  # The passages of the question before stand there still.
    list(scripted.session.ask("And by itself?", conversation, use_notes=False))
    list(scripted.session.ask("And again?", conversation, use_notes=True))
    assert [request.notes for request in sent(scripted, messages.Generate)] == [False, True, True, False, True]


def test_another_conversation_a_pause_and_the_end_keep_what_was_computed_once(scripted: Chat) -> None:
    file = scripted.conversations.states.file
    one, _ = ask(scripted, "One?")
    ask(scripted, "More?", one)
    assert not sent(scripted, messages.KeepState)
    two, _ = ask(scripted, "Two?")
    assert [file(id).exists() for id in (one, two)] == [True, False]
    scripted.session.rest(GB)
    assert not file(two).exists()
    idle(scripted, session.KEEP_AFTER)
    scripted.session.rest(GB)
    scripted.session.rest(GB)
    assert file(two).exists()
    assert len(sent(scripted, messages.KeepState)) == 2
    three, _ = ask(scripted, "Three?")
    scripted.session.close()
    assert file(three).exists()


@pytest.mark.parametrize("deleted", ["conversation", "note"])
def test_what_was_deleted_is_not_kept(scripted: Chat, deleted: str) -> None:
    documents = Documents(scripted.database)
    note = scripted.session.remember(SHED).document_id
    assert note
    scripted.hits = [hit(SHED, note)]
    conversation, _ = ask(scripted, "What colour is the shed?")
    ask(scripted, "And its roof?", conversation)
    if deleted == "note":
        documents.delete(note)
    else:
        scripted.conversations.delete(conversation)
    scripted.session.close()
    assert not sent(scripted, messages.KeepState)
    assert not scripted.conversations.states.file(conversation).exists()


def test_an_idle_model_is_dropped_and_sooner_where_memory_is_short(scripted: Chat) -> None:
    for seconds, memory in ((session.DROP_AFTER, 8 * GB), (session.KEEP_AFTER, session.SHORT_OF_MEMORY // 2)):
        conversation, _ = ask(scripted, "One?")
        idle(scripted, seconds - 10)
        scripted.session.rest(memory)
        assert scripted.session.pid is not None
        idle(scripted, 10)
        scripted.session.rest(memory)
        assert scripted.session.pid is None
        assert scripted.conversations.states.file(conversation).exists()


def test_nothing_rests_while_an_answer_is_written(scripted: Chat) -> None:
    answer = scripted.session.ask("One?")
    next(answer)
    idle(scripted, 10 * session.DROP_AFTER)
    scripted.session.rest(0)
    assert list(answer)


def test_warming_up_again_leaves_what_the_worker_knows(scripted: Chat) -> None:
    scripted.session.warm()
    before = len(sent(scripted, messages.Generate))
    scripted.session.warm()
    assert len(sent(scripted, messages.Generate)) == before
    assert len(scripted.workers) == 1


def test_a_conversation_that_goes_on_the_next_day_begins_as_it_did(
    scripted: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock: list[datetime] = [datetime(2026, 5, 10, 12, tzinfo=UTC)]
    now: Callable[[], datetime] = lambda: clock[0]  # noqa: E731
    scripted.session._now = now
    monkeypatch.setattr(scripted.conversations, "_now", now)
    conversation, _ = ask(scripted, "One?")
    clock[0] += timedelta(days=1)
    ask(scripted, "Two?", conversation)
    ask(scripted, "Three?", conversation)
    clock[0] += timedelta(days=1)
    ask(scripted, "Four?", conversation)
    asked = [request.turns for request in sent(scripted, messages.Generate)]
    for earlier, later in pairwise(asked):
        assert later[: len(earlier)] == earlier
    assert "Sunday, 10 May 2026" in asked[0][0].text
    assert [turn.text for turn in asked[-1] if turn.role == "user"] == [
        "One?",
        "Today is Monday, 11 May 2026. Two?",
        "Three?",
        "Today is Tuesday, 12 May 2026. Four?",
    ]
