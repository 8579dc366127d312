"""Files on their way through read workers: one that kills its worker is named, the rest goes on in a new one."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psutil

from personal_ai.errors import DiskAway, UserError
from personal_ai.messages import BatchRead, DocumentRead, FileRead, FileSkipped, FileStarted, MayRead, ReadFiles
from personal_ai.worker import Worker, WorkerDied

#: How many files a worker is given at once: it reads ahead of the database, and what it read waits in memory.
BATCH = 100
#: How many files a worker may open in its life.
GRANTED = 2000
#: What has been read is handed on after this long, in seconds, or when it is so many documents or characters: one
#: promise of the disk to keep them serves for all.
ROUND_SECONDS, ROUND_DOCUMENTS, ROUND_CHARACTERS = 0.25, 24, 200_000

#: So many files in a row whose disk does not answer, and the others are not tried.
SILENT = 2
#: So many times, a tenth of a second apart, a silent worker is looked at.
LOOKS = 5

Read = DocumentRead | FileRead | FileSkipped


class _Silent(WorkerDied):
    """A worker that gives no sign of life."""


class Reading:
    """The files of one import. `patience`: a file that gives no sign of life for so many seconds is skipped."""

    def __init__(self, start: Callable[[], Worker], files: Iterable[str], patience: float, names: list[str]) -> None:
        self._new_worker = start
        self._names = names
        self._left = deque(files)
        self._patience = patience
        self._worker: Worker | None = None
        #: How many of the next files the worker may open.
        self._granted = 0
        self._round: list[Read] = []
        self._since = 0.0
        #: The file that is being read, "" between two.
        self.current = ""

    def rounds(self) -> Iterator[list[Read]]:
        """What was read since the last round: of each file its document or FileSkipped.

        Of a file with many its documents, then FileRead or FileSkipped. A round is empty where a file takes long, for
        whoever wants to stop it. Raises DiskAway where the disk does not answer.
        """
        futile = silent = 0
        while self._left:
            before, self.current = len(self._left), ""
            try:
                worker = self._running()
                paths = [self._left[at] for at in range(min(BATCH, before, self._granted))]
                worker.send(ReadFiles(paths=paths, names=self._names))
                while not isinstance(event := self._next(worker), BatchRead):
                    if isinstance(event, list):
                        yield event
                    elif isinstance(event, FileStarted):
                        if event.path == self.current:
                            yield []
                        self.current = event.path
                    elif isinstance(event, DocumentRead | FileRead | FileSkipped):
                        if not (isinstance(event, DocumentRead) and event.member):
                            self._left.popleft()
                            self._granted -= 1
                            self.current, silent = "", 0
                        self._add(event)
                    else:
                        raise _Silent("no answer")
            except WorkerDied as died:
                waits = isinstance(died, _Silent) and self._waits()
                silent = silent + 1 if waits else 0
                self.stop()
                if self.current:
                    self._left.popleft()
                    self._add(
                        FileSkipped(
                            path=self.current,
                            reason=_failed(Path(self.current), waits),
                            passing="silence" if waits else "",
                        )
                    )
            if self._round:
                yield self._take_round()
            if silent == SILENT:
                folder = Path(self.current or self._left[0]).parent.name
                raise DiskAway(
                    f"The disk or network folder with “{folder}” does not answer, so reading stopped. What was read is "
                    "kept; add it again later, and it goes on from there."
                )
            futile = futile + 1 if len(self._left) == before else 0
            if futile == 3:
                raise UserError("The part of Personal AI that reads files does not start. Start the program again.")

    def stop(self) -> None:
        """End the worker, if one runs."""
        if self._worker:
            self._worker.stop(grace=0.5)
            self._worker = None

    def _waits(self) -> bool:
        """Whether the worker does nothing but wait, which can only be for the disk; False where no system says so."""
        pid = self._worker.pid if self._worker else None
        try:
            for _ in range(LOOKS):
                # One that computes says that it runs, even where it hardly ever comes to it.
                if pid is None or psutil.Process(pid).status() not in (
                    psutil.STATUS_SLEEPING,
                    psutil.STATUS_DISK_SLEEP,
                ):
                    return False
                time.sleep(0.1)
        except psutil.Error:
            return False
        return True

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


def _failed(path: Path, waits: bool) -> str:
    if waits:
        return f"The disk gave no answer when “{path.name}” was read, so it was left out. Add it again later."
    return f"“{path.name}” made its reader fail, so it was left out."
