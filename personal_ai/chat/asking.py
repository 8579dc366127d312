"""One answer in the making, and what is kept of how it was made."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from personal_ai import messages
from personal_ai.chat.events import Answer
from personal_ai.messages import AdapterUse, Sampling, Turn
from personal_ai.models.catalogue import ModelEntry
from personal_ai.store.conversations import READING_SKILL, Made, MessageRow, Source, Switches

#: A question and the answer it got.
Pair = tuple[MessageRow, MessageRow]


class Character(msgspec.Struct, frozen=True):
    """Who answers: a persona with its own model and that model's adapters, both None where they are those in use."""

    instructions: str
    temperature: float | None
    model: ModelEntry | None = None
    adapters: list[AdapterUse] | None = None


class Way(msgspec.Struct, frozen=True):
    """One way to answer: what it leans on. `night` is an adapter's number, None: what is in use."""

    notes: bool
    adapter: bool
    strength: float | None = None
    night: int | None = None

    @property
    def switches(self) -> Switches:
        """The same as a conversation chooses it."""
        return Switches(notes=self.notes, adapter=self.adapter, strength=self.strength)


class Ask(msgspec.Struct):
    """One answer in the making."""

    conversation_id: int
    #: The answer's own; 0 before it is stored.
    message_id: int
    #: The question that it follows.
    parent: int
    question: str
    sources: list[Source]
    #: Whether the notes were looked into, and whether any were shown, now or before in its conversation.
    asked_notes: bool
    reads: bool
    history: list[Pair]
    model: ModelEntry
    adapters: list[AdapterUse]
    sampling: Sampling
    max_tokens: int
    started: float
    #: What the persona wants, and how many tokens are held in mind.
    instructions: str = ""
    context: int = 4096
    #: What stood there before, of an answer that is continued, and how that was made.
    begun: str = ""
    before: Made = Made()
    #: What the model can hold in mind, in tokens; how many of the oldest questions left it, and what they came to.
    room: int = 0
    dropped: int = 0
    summary: str = ""
    #: What the model was asked.
    turns: list[Turn] = []
    #: Of the request in the worker; 0 before it was sent.
    id: int = 0
    text: str = ""
    first: float = 0.0
    kept: float = 0.0
    stopped: bool = False
    #: What is attached to the question, and to those before it by their number: PNG or JPEG; none where it cannot see.
    pictures: tuple[bytes, ...] = ()
    seen: dict[int, tuple[bytes, ...]] = {}
    #: Whether pictures are attached that the model cannot see.
    blind: bool = False
    done: bool = False


def shows_pictures(ask: Ask) -> bool:
    """Whether the model is shown any picture."""
    return any(turn.pictures for turn in ask.turns)


def whole(ask: Ask, event: messages.Finished) -> Answer:
    """The answer as it is told when it ended."""
    return Answer(
        message_id=ask.message_id,
        answer=ask.text,
        sources=ask.sources,
        tokens=event.tokens,
        prompt_tokens=event.prompt_tokens,
        reused_tokens=event.reused_tokens,
        first_token_seconds=ask.first,
        tokens_per_second=_speed(event),
        reason=event.reason,
    )


def made(ask: Ask, now: float, event: messages.Finished | None = None, reason: str = "") -> Made:
    """How the answer was made, so far; `event` or `reason` says how it ended."""
    return Made(
        strength=ask.adapters[0].scale if number(ask.adapters) else None,
        asked_notes=ask.asked_notes,
        tokens=ask.before.tokens + (event.tokens if event else 0),
        first_token_seconds=ask.before.first_token_seconds or ask.first,
        tokens_per_second=_speed(event) if event else ask.before.tokens_per_second,
        seconds=ask.before.seconds + now - ask.started,
        reason=event.reason if event else reason,
        held=event.prompt_tokens + event.tokens if event else ask.before.held,
        room=ask.room or ask.before.room,
        dropped=ask.dropped,
        summary=ask.summary,
    )


def at_strength(adapters: Sequence[AdapterUse], strength: float | None) -> list[AdapterUse]:
    """The adapters at the strength that a conversation chose for what was learned; a reading skill keeps its own."""
    if strength is None or not number(adapters):
        return list(adapters)
    return [msgspec.structs.replace(adapters[0], scale=strength), *adapters[1:]]


def number(adapters: Sequence[AdapterUse]) -> int | None:
    """An adapter of the person's own lies in a folder named by its number, a reading skill among the skills."""
    if not adapters:
        return None
    folder = Path(adapters[0].path).parent
    if folder.parent.name == "skills":
        return READING_SKILL
    return int(folder.name) if folder.name.isdecimal() else None


def answered_by(ask: Ask) -> int | None:
    """Whose answer it is: the number of an adapter; a reading skill works only where notes are shown."""
    used = number(ask.adapters)
    return None if used == READING_SKILL and not ask.reads else used


def can_proceed(row: MessageRow) -> bool:
    """Whether an answer was cut off and can be continued where it ends."""
    if row.role != "assistant" or not row.text.strip():
        return False
    return row.state in ("stopped", "failed") or row.made.reason in ("length", "context")


def _speed(event: messages.Finished) -> float:
    speaking = event.seconds - event.first_token_seconds
    return (event.tokens - 1) / speaking if event.tokens > 1 and speaking > 0 else 0.0
