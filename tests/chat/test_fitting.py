"""A conversation that outgrows the model: the oldest leave, and are summed up by a model that can."""

from typing import Any

from personal_ai import messages
from personal_ai.chat.fitting import SAID_BEFORE, SUMMING_UP
from personal_ai.chat.history import answered_pairs
from personal_ai.ui.message_parts import mind
from tests.chat.conftest import Chat
from tests.chat.scripted import ScriptedWorker


class LargeWorker(ScriptedWorker):
    """Says that it holds a large model."""

    def send(self, message: messages.Message) -> None:
        super().send(message)
        if isinstance(message, messages.Load):
            import msgspec

            self._replies[-1] = msgspec.structs.replace(self._replies[-1], parameters=SUMMING_UP)  # type: ignore[type-var]


def talk(chat: Chat, questions: int) -> int:
    conversation = None
    for number in range(questions):
        events: list[Any] = list(chat.session.ask(f"Question {number} " + "word " * 20, conversation, use_notes=False))
        conversation = events[0].conversation_id
    assert conversation
    return conversation


def test_a_small_model_drops_the_oldest_and_the_answer_says_so(chat: Chat) -> None:
    chat.make_worker = lambda: ScriptedWorker(words=(" word" * 20,), context=260)
    rows = chat.conversations.messages(talk(chat, 8))
    made = rows[-1].made
    assert (made.dropped, made.room, made.held, made.summary) == (4, 260, 301, "")
    assert mind(rows) == (301 / 260, answered_pairs(rows)[4][0].id, "")


def test_a_large_model_sums_up_what_leaves_and_keeps_the_summary(chat: Chat) -> None:
    chat.make_worker = lambda: LargeWorker(words=(" word" * 20,), context=520)
    conversation = talk(chat, 9)
    prompts = [turns for worker in chat.workers for turns in worker.prompts]  # type: ignore[attr-defined]
    asked = [turns for turns in prompts if turns[0].text.startswith("Below is the beginning")]
    rows = chat.conversations.messages(conversation)
    made = rows[-1].made
    assert made.dropped
    assert made.summary == ("word " * 20).strip()
    assert prompts[-1][0].text.endswith(f"{SAID_BEFORE} {made.summary}")
    assert len(asked) == made.dropped / 4
    assert "Question 0" in asked[0][0].text
    # Nothing more left: the same summary is said again, and not made again.
    talked = len(prompts)
    list(chat.session.ask("short?", conversation, use_notes=False))
    assert len([turns for worker in chat.workers for turns in worker.prompts]) - talked <= 2  # type: ignore[attr-defined]
