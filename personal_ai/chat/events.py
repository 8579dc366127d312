"""What a question sets off, step by step, and what the chat needs to know of a passage that was found."""

from typing import Protocol

import msgspec

from personal_ai import messages
from personal_ai.store.conversations import Source


class Hit(Protocol):
    """What is needed of a found passage."""

    @property
    def chunk_id(self) -> int: ...
    @property
    def document_id(self) -> int: ...
    @property
    def document(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def created(self) -> str: ...


class AskStarted(msgspec.Struct, frozen=True):
    """The question is kept; `message_id` is the answer that now grows.

    `blind`: pictures are attached to the question, and the model in use cannot see them.
    """

    conversation_id: int
    message_id: int
    blind: bool = False


class Sources(msgspec.Struct, frozen=True):
    """The passages this answer leans on, in the order of their numbers."""

    sources: list[Source]


class WorkerRestarted(msgspec.Struct, frozen=True):
    """The model crashed and was started again. The text so far is void but for `begun`, and the answer comes anew."""

    sentence: str
    begun: str = ""


class Answer(msgspec.Struct, frozen=True):
    """The whole answer, kept. Seconds count from the question; the speed is that of the tokens after the first."""

    message_id: int
    answer: str
    sources: list[Source]
    tokens: int
    prompt_tokens: int
    reused_tokens: int
    first_token_seconds: float
    tokens_per_second: float
    reason: str


ChatEvent = AskStarted | Sources | messages.Text | WorkerRestarted | Answer
