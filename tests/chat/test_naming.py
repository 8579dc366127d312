"""A model names a conversation when nobody waits for it, and a bad title is never shown."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from personal_ai import messages
from personal_ai.chat import naming, session
from personal_ai.chat.events import Answer
from personal_ai.messages import AdapterUse, Message
from tests.chat.conftest import Chat
from tests.chat.scripted import ScriptedWorker

GB = 1024**3
QUESTION = "Hi! When is the rent for the flat in Ghent due, and was it paid late in March?"
ANSWER = "The rent is due on the 3rd of each month. In March you paid it a day late."


def title(said: str) -> str:
    return naming.title(said, [QUESTION], [ANSWER])


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Rent for the Ghent flat", "Rent for the Ghent flat"),
        ("  **“Late rent in March”**\n", "Late rent in March"),
        ("Title: Rent due in Ghent.", "Rent due in Ghent"),
        ("late rent payments", "Late rent payments"),
        ("Flat rent: dates due", "Flat rent: dates due"),
    ],
)
def test_a_title_about_the_conversation_is_cleaned_and_taken(said: str, wanted: str) -> None:
    assert title(said) == wanted


@pytest.mark.parametrize(
    "said",
    [
        "",
        "\n",
        "Rent",
        "...",
        "Sunflower gardens",
        "The importance of paying rent on time",
        "Rent and its history",
        "Rent due in 2024",
        "Rent due\nGhent flat",
        "The rent is due",
        "When does the rent come due?",
        "Sorry, rent",
        "I cannot tell about rent",
        "Title of your conversation about rent",
        "Rent due on the",
        "Rent, rent and rent",
        "Rent for the flat in Ghent, paid late in March",
        "When is the rent",
        "<b>Rent late</b>",
        "Late rent https://example.org",
        "Ghent: " + "x" * 80,
        "迟交的房租",
    ],
)
def test_whatever_is_no_title_about_it_is_left_out(said: str) -> None:
    assert title(said) == ""


def test_scripts_without_spaces_and_other_languages_have_titles_too() -> None:
    questions, answers = ["请帮我列一张从根特搬家到里斯本的清单"], ["先收拾厨房，再打包书籍，最后寄出包裹。"]
    assert naming.title("搬家到里斯本的清单", questions, answers) == "搬家到里斯本的清单"
    assert naming.title("标题：《根特搬家清单》", questions, answers) == "根特搬家清单"
    for bad in ("抱歉，我无法搬家", "北京旅游攻略", "请帮我列一张", "搬家" * 12):
        assert naming.title(bad, questions, answers) == ""
    questions, answers = ["Wann ist die Miete für die Wohnung fällig?"], ["Am dritten jedes Monats."]
    assert naming.title("Fällige Miete der Wohnung", questions, answers) == "Fällige Miete der Wohnung"
    assert naming.title("Die Geschichte der Stadt", questions, answers) == ""


# ---- when it is asked ----


def ask(chat: Chat, question: str = "What colour is the shed?", conversation: int | None = None) -> int:
    events: list[Any] = list(chat.session.ask(question, conversation))
    assert isinstance(events[-1], Answer)
    return events[0].conversation_id


def pause(chat: Chat, seconds: float = session.KEEP_AFTER) -> None:
    chat.session._used -= seconds
    chat.session.rest(8 * GB)


def asked_aside(chat: Chat) -> list[Any]:
    sent = [message for worker in chat.workers for message in worker.sent]  # type: ignore[attr-defined]
    return [message for message in sent if isinstance(message, messages.Generate) and message.aside]


def name_of(chat: Chat, conversation: int) -> str:
    return chat.conversations.get(conversation).title


@pytest.fixture
def naming_chat(chat: Chat) -> Chat:
    chat.make_worker = lambda: ScriptedWorker(title=("Green", " shed", " colour"))
    return chat


def test_a_conversation_is_named_once_when_the_person_pauses(naming_chat: Chat) -> None:
    conversation = ask(naming_chat)
    pause(naming_chat, 1)
    assert name_of(naming_chat, conversation) == "What colour is the shed?"
    pause(naming_chat)
    assert name_of(naming_chat, conversation) == "Green shed colour"
    (request,) = asked_aside(naming_chat)
    assert [turn.text for turn in request.turns[-3:]] == ["What colour is the shed?", "It is green.", naming.WANTED]
    assert request.max_tokens <= 24
    ask(naming_chat, "And the door?", conversation)
    pause(naming_chat)
    assert len(asked_aside(naming_chat)) == 1


def test_a_bad_title_leaves_the_one_by_rule_and_a_later_answer_gives_another_chance(chat: Chat) -> None:
    worker = ScriptedWorker(title=("Sure", "!"))
    chat.make_worker = lambda: worker
    conversation = ask(chat)
    pause(chat)
    pause(chat)
    assert name_of(chat, conversation) == "What colour is the shed?"
    assert len(asked_aside(chat)) == 1
    worker.title = ("Green", " shed")
    ask(chat, "And the door?", conversation)
    pause(chat)
    assert name_of(chat, conversation) == "Green shed"


def test_later_it_keeps_the_name_that_the_person_knows_it_by(naming_chat: Chat) -> None:
    conversation = None
    for number in range(naming.QUESTIONS + 1):
        conversation = ask(naming_chat, f"What colour is shed {number}?", conversation)
    pause(naming_chat)
    assert asked_aside(naming_chat) == []


def test_a_name_that_the_person_gave_stays_even_when_it_comes_in_between(chat: Chat) -> None:
    class Renaming(ScriptedWorker):
        def send(self, message: Message) -> None:
            if isinstance(message, messages.Generate) and message.aside:
                chat.conversations.rename(conversation, "My shed")
            super().send(message)

    chat.make_worker = lambda: Renaming(title=("Green", " shed"))
    conversation = ask(chat)
    pause(chat)
    assert len(asked_aside(chat)) == 1
    assert name_of(chat, conversation) == "My shed"
    other = ask(chat, "What colour is the other shed?")
    chat.conversations.rename(other, "What colour is the other shed?")
    pause(chat)
    assert len(asked_aside(chat)) == 1


def test_what_was_thrown_away_or_deleted_is_not_named(naming_chat: Chat) -> None:
    conversation = ask(naming_chat)
    naming_chat.conversations.index.throw_away(conversation)
    pause(naming_chat)
    conversation = ask(naming_chat)
    naming_chat.conversations.delete(conversation)
    pause(naming_chat)
    assert asked_aside(naming_chat) == []


def test_a_chat_is_named_after_a_long_answer_and_not_after_one_that_was_stopped(chat: Chat) -> None:
    chat.make_worker = lambda: ScriptedWorker(title=("Green", " shed"), reason="length")
    long = ask(chat)
    pause(chat)
    assert name_of(chat, long) == "Green shed"
    events = chat.session.ask("What colour is the green shed?")
    next(events)
    chat.session.stop()
    assert list(events)
    pause(chat)
    assert len(asked_aside(chat)) == 1


def test_nothing_is_loaded_or_read_again_for_a_name(naming_chat: Chat) -> None:
    ask(naming_chat)
    naming_chat.adapters = [AdapterUse("/adapters/1/adapter.gguf")]
    naming_chat.session.refresh_adapters()
    pause(naming_chat)
    ask(naming_chat)
    pause(naming_chat, session.DROP_AFTER)
    pause(naming_chat)
    assert asked_aside(naming_chat) == []
    assert len(naming_chat.workers) == 1


def test_a_worker_that_dies_over_a_name_harms_nothing(chat: Chat) -> None:
    chat.make_worker = lambda: ScriptedWorker(title=("Green", " shed", " colour", " and", " roof"), dies_after=4)
    conversation = ask(chat)
    pause(chat)
    assert name_of(chat, conversation) == "What colour is the shed?"
    assert ask(chat, "And the door?", conversation) == conversation


class Waiting(ScriptedWorker):
    """Says a title only when it is told to stop."""

    def __init__(self) -> None:
        super().__init__(title=("Green", " shed"))
        self.begun, self.told = threading.Event(), threading.Event()

    def send(self, message: Message) -> None:
        super().send(message)
        if isinstance(message, messages.Cancel):
            self.told.set()

    def events(self, last: tuple[type[Message], ...]) -> Iterator[Any]:
        if isinstance(self.sent[-1], messages.Generate) and self.sent[-1].aside:
            self.begun.set()
            assert self.told.wait(20)
        yield from super().events(last)


@pytest.mark.parametrize("comes", ["question", "typing", "end"])
def test_whoever_wants_the_model_goes_first(chat: Chat, comes: str) -> None:
    worker = Waiting()
    chat.make_worker = lambda: worker
    conversation = ask(chat)
    resting = threading.Thread(target=pause, args=(chat,))
    resting.start()
    assert worker.begun.wait(20)
    if comes == "question":
        ask(chat, "And the door?", conversation)
    elif comes == "typing":
        chat.session.warm()
    else:
        chat.session.close()
    resting.join(20)
    assert not resting.is_alive()
    (request,) = asked_aside(chat)
    assert [message.id for message in worker.sent if isinstance(message, messages.Cancel)] == [request.id]
    assert name_of(chat, conversation) == "What colour is the shed?"


def test_nothing_begins_aside_while_somebody_waits() -> None:
    from personal_ai.chat.aside import Aside

    aside, cancelled = Aside(), []
    with aside.first(), aside.running(lambda: cancelled.append(1)) as free:
        assert not free
    with aside.running(lambda: cancelled.append(2)) as free:
        assert free
        with aside.first():
            assert cancelled == [2]
    with aside.first():
        assert cancelled == [2]
