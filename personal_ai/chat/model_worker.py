"""The chat worker as its owner sees it: which model and adapters are live in it, and what it answers."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from personal_ai import messages
from personal_ai.errors import UserError
from personal_ai.messages import AdaptersInUse, AdapterUse, Generate, Loaded, Message, Turn
from personal_ai.models.catalogue import ModelEntry
from personal_ai.worker import Worker

logger = logging.getLogger(__name__)

CONTEXT = 4096

Kind = TypeVar("Kind", bound=Message)


class ModelWorker:
    """A started worker. Every method raises WorkerDied once the child is gone; throw it away then."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._ids = 0
        self.loaded: Loaded | None = None
        self.live: list[AdapterUse] = []
        self._sha256 = ""
        self._projector = ""
        self._context = 0
        worker.start()

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._worker.alive

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._worker.pid

    def next_id(self) -> int:
        """A number for a new request."""
        self._ids += 1
        return self._ids

    def prepare(self, model: ModelEntry, adapters: Sequence[AdapterUse], context: int = CONTEXT) -> Loaded:
        """Have this model loaded with exactly these adapters and a conversation of at most `context` tokens.

        It does only what is missing. Raises UserError.
        """
        if not self.holds(model) or self._context != context:
            self.loaded, self.live, self._sha256, self._context = None, [], model.sha256, context
            self._projector = model.projector_sha256
            self._worker.send(
                messages.Load(
                    model=str(model.path),
                    context=context,
                    sha256=model.sha256,
                    projector=str(model.projector or ""),
                )
            )
            self.loaded = self._reply(Loaded)
        if list(adapters) != self.live:
            self.use(adapters)
        assert self.loaded
        return self.loaded

    def use(self, adapters: Sequence[AdapterUse]) -> AdaptersInUse:
        """Make exactly these adapters live. Raises UserError for an unusable one; the old set stays."""
        self._worker.send(messages.UseAdapters(adapters=list(adapters)))
        used = self._reply(AdaptersInUse)
        self.live = list(adapters)
        return used

    def count(self, turns: Sequence[Turn]) -> int:
        """How many tokens a prompt has."""
        self._worker.send(messages.CountTokens(id=self.next_id(), turns=list(turns)))
        return self._reply(messages.TokenCount).tokens

    def holds(self, model: ModelEntry) -> bool:
        """Whether this very model is loaded; another one may have been put in the place of one that was removed.

        What lets it see is a part of it.
        """
        here = self._sha256, self._projector
        return (
            self.loaded is not None
            and self.loaded.model == str(model.path)
            and here == (model.sha256, model.projector_sha256)
        )

    def read(self, turns: Sequence[Turn], notes: bool = False) -> messages.Finished:
        """Compute a prompt ahead of time, of a conversation for which `notes` are looked up or not."""
        self._worker.send(Generate(id=self.next_id(), turns=list(turns), max_tokens=0, notes=notes))
        return self._reply(messages.Finished)

    def keep_state(self, path: Path, at_most: int) -> int:
        """Write what was computed of the live conversation to `path`; return the bytes, 0 where it is not worth it.

        Raises UserError when the disk refuses.
        """
        self._worker.send(messages.KeepState(id=self.next_id(), path=str(path), at_most=at_most))
        return self._reply(messages.StateKept).bytes

    def generate(self, request: Generate) -> Iterator[messages.Text | messages.Finished]:
        """Stream an answer up to Finished. Raises UserError when it failed."""
        self._worker.send(request)
        yield from self.rest()

    def rest(self) -> Iterator[messages.Text | messages.Finished]:
        """What is still to come of the answer that is being written."""
        for event in self._worker.events((messages.Finished, messages.Failed)):
            match event:
                case messages.Text() | messages.Finished():
                    yield event
                case messages.Failed():
                    raise _failure(event)
                case _:
                    logger.error("the chat worker sent a stray %s", type(event).__name__)

    def cancel(self, id: int) -> None:
        """Stop request `id`, from any thread; it ends with Finished all the same."""
        self._worker.send(messages.Cancel(id=id))

    def end(self) -> None:
        """End the child."""
        self._worker.stop()

    def _reply(self, kind: type[Kind]) -> Kind:
        for event in self._worker.events((kind, messages.Failed)):
            if isinstance(event, messages.Failed):
                raise _failure(event)
            if isinstance(event, kind):
                return event
        raise AssertionError("events end with one of the two")


def _failure(event: messages.Failed) -> Exception:
    return RuntimeError(event.sentence) if event.ours else UserError(event.sentence)
