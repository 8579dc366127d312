"""How an answer begins in the store: its question, what is attached to that, and its own row, all of them or none."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from personal_ai.chat import asking
from personal_ai.chat.asking import Ask
from personal_ai.chat.titles import title_of
from personal_ai.errors import UserError
from personal_ai.store.attachments import NewAttachment
from personal_ai.store.conversations import Conversations, MessageRow

logger = logging.getLogger(__name__)


class Question(msgspec.Struct, frozen=True):
    """A question that is not stored yet; `instead` is the one that it puts in other words, whose attachments it has."""

    text: str
    attached: Sequence[NewAttachment] = ()
    instead: MessageRow | None = None


@contextmanager
def conversation(conversations: Conversations, id: int | None, question: str) -> Iterator[int]:
    """The conversation of a question, a new one where it has none; that goes again when the block fails."""
    if id is not None:
        yield id
        return
    id = conversations.create(title_of(question))
    try:
        yield id
    except BaseException:
        try:
            conversations.delete(id)
        except UserError as error:
            logger.warning("a conversation without a question stays: %s", type(error.__cause__).__name__)
        raise


def answer(conversations: Conversations, ask: Ask, question: Question | None = None) -> None:
    """Store that an answer is on its way, together with its question where that is new."""
    ask.kept = ask.started
    if ask.message_id:
        conversations.update_message(ask.message_id, state="streaming")
        return
    with conversations.as_one():
        if question:
            ask.parent = _keep(conversations, ask.conversation_id, question)
        ask.message_id = conversations.add_message(
            ask.conversation_id,
            "assistant",
            "",
            sources=ask.sources,
            adapter=asking.answered_by(ask),
            model=ask.model.name,
            seed=ask.sampling.seed,
            state="streaming",
            made=asking.made(ask, ask.started),
            after=ask.parent,
        )


def _keep(conversations: Conversations, id: int, question: Question) -> int:
    old = question.instead
    after = old.parent if old else msgspec.UNSET
    kept = conversations.add_message(id, "user", question.text, after=after)
    if old:
        conversations.attachments.copy(old.id, kept)
    conversations.attachments.add(kept, list(question.attached))
    return kept
