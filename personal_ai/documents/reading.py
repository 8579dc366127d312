"""Files on their way through read workers: one that kills its worker is named, the rest goes on in a new one."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from personal_ai.errors import UserError
from personal_ai.messages import BatchRead, DocumentRead, FileRead, FileSkipped, FileStarted, MayRead, ReadFiles
from personal_ai.worker import Worker, WorkerDied

#: How many files a worker is given at once: it reads ahead of the database, and what it read waits in memory.
BATCH = 100
#: How many files a worker may open in its life.
GRANTED = 2000
#: What has been read is handed on after this long, in seconds, or when it is so many documents or characters: one
#: promise of the disk to keep them serves for all.
ROUND_SECONDS, ROUND_DOCUMENTS, ROUND_CHARACTERS = 0.25, 24, 200_000

Read = DocumentRead | FileRead | FileSkipped


class Reading:
    """The files of one import. `patience`: a file that gives no sign of life for so many seconds is skipped."""

    def __init__(self, start: Callable[[], Worker], files: list[Path], patience: float, names: list[str]) -> None:
        self._new_worker = start
        self._names = names
        self._left = deque(str(path) for path in files)
        self._patience = patience
        self._worker: Worker | None = None
        #: How many of the next files the worker may open.
        self._granted = 0
        self._round: list[Read] = []
        self._since = 0.0

    def rounds(self) -> Iterator[list[Read]]:
        """What was read since the last round: of each file its document or FileSkipped.

        Of a file with many its documents, then FileRead or FileSkipped.
        """
        futile = 0
        while self._left:
            before, current = len(self._left), ""
            try:
                worker = self._running()
                paths = [self._left[at] for at in range(min(BATCH, before, self._granted))]
                worker.send(ReadFiles(paths=paths, names=self._names))
                while not isinstance(event := self._next(worker), BatchRead):
                    if isinstance(event, list):
                        yield event
                    elif isinstance(event, FileStarted):
                        current = event.path
                    elif isinstance(event, DocumentRead | FileRead | FileSkipped):
                        if not (isinstance(event, DocumentRead) and event.member):
                            self._left.popleft()
                            self._granted -= 1
                            current = ""
                        self._add(event)
                    else:
                        raise WorkerDied("no answer")
            except WorkerDied:
                self.stop()
                if current:
                    self._left.popleft()
                    name = Path(current).name
                    self._add(FileSkipped(path=current, reason=f"“{name}” made its reader fail, so it was left out."))
            if self._round:
                yield self._take_round()
            futile = futile + 1 if len(self._left) == before else 0
            if futile == 3:
                raise UserError("The part of Personal AI that reads files does not start. Start the program again.")

    def stop(self) -> None:
        """End the worker, if one runs."""
        if self._worker:
            self._worker.stop(grace=0.5)
            self._worker = None

    def _next(self, worker: Worker) -> object:
        """The worker's next event, or a round that is full or has waited long enough; None where it stays silent."""
        if not self._round:
            return worker.read(self._patience)
        characters = sum(len(event.text) for event in self._round if isinstance(event, DocumentRead))
        left = self._since + ROUND_SECONDS - time.monotonic()
        if left > 0 and len(self._round) < ROUND_DOCUMENTS and characters < ROUND_CHARACTERS:
            event = worker.read(left)
            if event is not None:
                return event
        return self._take_round()

    def _add(self, event: Read) -> None:
        if not self._round:
            self._since = time.monotonic()
        self._round.append(event)

    def _take_round(self) -> list[Read]:
        taken, self._round = self._round, []
        return taken

    def _running(self) -> Worker:
        if self._granted == 0:
            # It may open nothing else, and what its parsers have leaked goes with it.
            self.stop()
        if self._worker is None:
            self._worker = self._new_worker()
            if not self._worker.alive:
                self._worker.start()
            self._granted = min(GRANTED, len(self._left))
            self._worker.send(MayRead(paths=[self._left[at] for at in range(self._granted)]))
        return self._worker
