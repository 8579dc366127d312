"""A chat worker in this process that says what a test tells it: the rules of a session tested in milliseconds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from personal_ai import messages
from personal_ai.messages import Message, Turn
from personal_ai.worker import Worker, WorkerDied


class ScriptedWorker(Worker):
    """Says `words` one at a time; dies after `dies_after` of them; counts tokens as words.

    `title` is what it says when it is asked for one.
    """

    def __init__(
        self,
        words: tuple[str, ...] = ("It", " is", " green."),
        dies_after: int | None = None,
        fails: Message | None = None,
        context: int = 4096,
        reading_seconds: float = 0.01,
        title: tuple[str, ...] = ("Sure!",),
        reason: Literal["end", "length"] = "end",
    ) -> None:
        super().__init__("scripted")
        self.words, self.dies_after, self.fails = words, dies_after, fails
        self.context, self.reading_seconds = context, reading_seconds
        self.title, self.reason = title, reason
        self.sent: list[Message] = []
        self.prompts: list[list[Turn]] = []
        self._running = False
        self._replies: list[Message] = []
        self._cancelled: set[int] = set()

    @property
    def alive(self) -> bool:
        return self._running

    @property
    def pid(self) -> int | None:
        return 1

    def start(self, timeout: float = 60.0) -> None:
        self._running = True

    def stop(self, grace: float = 10.0) -> None:
        self._running = False

    def send(self, message: Message) -> None:
        if not self._running:
            raise WorkerDied("gone")
        self.sent.append(message)
        match message:
            case messages.Load():
                self._replies.append(
                    messages.Loaded(model=message.model, family="f", context=self.context, parameters=1, seconds=0)
                )
            case messages.UseAdapters():
                self._replies.append(messages.AdaptersInUse(adapters=message.adapters, seconds=0.01))
            case messages.CountTokens():
                count = sum(len(turn.text.split()) for turn in message.turns)
                self._replies.append(messages.TokenCount(id=message.id, tokens=count))
            case messages.KeepState():
                Path(message.path).write_bytes(b"state")
                self._replies.append(messages.StateKept(id=message.id, bytes=5))
            case messages.Generate():
                if not message.aside:
                    self.prompts.append(message.turns)
                self._say(message)
            case messages.Cancel():
                self._cancelled.add(message.id)

    def _say(self, request: messages.Generate) -> None:
        if self.fails:
            self._replies.append(self.fails)
            return
        words = self.title if request.aside else self.words[: request.max_tokens]
        self._replies += [messages.Text(id=request.id, text=word) for word in words]
        self._replies.append(
            messages.Finished(
                id=request.id,
                reason="end" if request.aside else self.reason,
                prompt_tokens=300,
                reused_tokens=0,
                tokens=len(words),
                first_token_seconds=self.reading_seconds,
                seconds=1.0,
            )
        )

    def events(self, last: tuple[type[Message], ...]) -> Iterator[Any]:
        said = 0
        while True:
            event = self._replies.pop(0)
            if isinstance(event, messages.Text):
                if event.id in self._cancelled:
                    continue
                if said == self.dies_after:
                    self._running = False
                    raise WorkerDied("killed")
                said += 1
            if isinstance(event, messages.Finished) and event.id in self._cancelled:
                event = messages.Finished(
                    id=event.id,
                    reason="cancelled",
                    prompt_tokens=1,
                    reused_tokens=0,
                    tokens=said,
                    first_token_seconds=0,
                    seconds=0,
                )
            yield event
            if isinstance(event, last):
                return
