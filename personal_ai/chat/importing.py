"""Histories of other programs become conversations: each file as a whole or not at all, and nothing twice."""

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from personal_ai.chat.titles import title_of
from personal_ai.errors import UserError
from personal_ai.messages import ConversationRead, FileSkipped, MayRead, PartRead, ReadConversations
from personal_ai.store.incoming import Incoming
from personal_ai.worker import Worker, WorkerDied

logger = logging.getLogger(__name__)

#: A file that gives no sign of life for this long, in seconds, is left out.
PATIENCE = 120.0


class Coming(msgspec.Struct, frozen=True):
    """So many conversations of the file `name` were read; nothing of it is shown before its end."""

    name: str
    conversations: int


class Imported(msgspec.Struct, frozen=True):
    """What became of all files: conversations that are new, that went on, that were known, that were damaged.

    `skipped` are the sentences about files of which nothing was taken.
    """

    new: int = 0
    longer: int = 0
    known: int = 0
    left_out: int = 0
    skipped: list[str] = []


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The histories among these files and folders. Raises UserError where there is none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted([*path.rglob("conversations*.json"), *path.rglob("gpt4all-*.chat")])
        elif path.exists():
            found.append(path)
        else:
            raise UserError(f"“{path.name}” is not there any more. Choose it again.")
    if not found:
        raise UserError(
            "There is no chat history in this folder. Choose conversations.json, the archive it came in, "
            "or GPT4All's folder of chats."
        )
    return found


class Importing:
    """Takes in files of conversations. `start_worker` makes a read worker that is not started yet."""

    def __init__(self, incoming: Callable[[], Incoming], start_worker: Callable[[], Worker]) -> None:
        self._incoming = incoming
        self._start_worker = start_worker

    def add(self, paths: Sequence[Path]) -> Iterator[Coming | Imported]:
        """Take in files and folders, the last event is Imported. Closing the generator leaves the open file out.

        Raises UserError where none of it is a history.
        """
        counts: dict[str, int] = dict.fromkeys(("new", "longer", "known", "left_out"), 0)
        skipped: list[str] = []
        worker: Worker | None = None
        try:
            files = files_in(paths)
            for path in files:
                if worker is None or not worker.alive:
                    worker = self._start_worker()
                    worker.start()
                    worker.send(MayRead(paths=[str(file) for file in files]))
                try:
                    yield from self._add(worker, path, counts)
                except UserError as error:
                    skipped.append(str(error))
        finally:
            if worker:
                worker.stop(grace=0.5)
        if len(skipped) == 1 and not any(counts.values()):
            raise UserError(skipped[0])
        yield Imported(**counts, skipped=skipped)

    def _add(self, worker: Worker, path: Path, counts: dict[str, int]) -> Iterator[Coming]:
        incoming, seen, shown = self._incoming(), 0, False
        mine = dict.fromkeys(counts, 0)
        try:
            part: PartRead | None = None
            while part is None or part.more:
                conversations, part = _next_part(worker, path, part.conversations + part.left_out if part else 0)
                for taken in incoming.take(conversations, title_of):
                    mine[taken] += 1
                seen += len(conversations)
                yield Coming(path.name, seen)
            if not seen:
                looks = "is damaged" if part.left_out else "holds no conversation"
                raise UserError(f"“{path.name}” {looks}, so nothing was taken from it.")
            incoming.show()
            shown = True
        finally:
            if not shown:
                incoming.drop()
        mine["left_out"] = part.left_out
        for kind, number in mine.items():
            counts[kind] += number


def _next_part(worker: Worker, path: Path, start: int) -> tuple[list[ConversationRead], PartRead]:
    failed = UserError(f"“{path.name}” made its reader fail, so nothing was taken from it.")
    conversations: list[ConversationRead] = []
    try:
        worker.send(ReadConversations(path=str(path), start=start))
        while not isinstance(event := worker.read(PATIENCE), PartRead):
            if isinstance(event, ConversationRead):
                conversations.append(event)
            elif isinstance(event, FileSkipped):
                raise UserError(event.reason)
            else:
                worker.stop(grace=0.5)
                raise failed
    except WorkerDied as error:
        logger.warning("the read worker died over a history")
        raise failed from error
    return conversations, event
