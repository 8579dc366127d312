"""The train worker from outside: started on a job folder, watched, started again when it dies, paused, cancelled."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from personal_ai import messages
from personal_ai.messages import Failed, JobDone, JobStopped
from personal_ai.worker import Worker, WorkerDied

logger = logging.getLogger(__name__)

#: A worker that says nothing for this long hangs: seconds. It speaks between pieces of work (train.PIECE_TOKENS), and
#: one takes minutes with a large model on a slow machine.
SILENCE = 600.0
#: A worker that died is started again until it has run this often.
TRIES = 3

ENDS = (JobDone, JobStopped, Failed)


class Trainer:
    """At most one train worker at a time."""

    def __init__(self, start_worker: Callable[..., Worker]) -> None:
        self._start_worker = start_worker
        self._worker: Worker | None = None
        self._lock = threading.Lock()
        self._pausing = False
        #: The program ends: what is under way is to be gone on with another day.
        self.closing = False

    @property
    def pid(self) -> int | None:
        """The worker's process id while it works."""
        with self._lock:
            return self._worker.pid if self._worker else None

    def work(self, folder: Path) -> Iterator[Any]:
        """Yield the worker's events on a job folder, the last of them one of ENDS. Closing the generator cancels it.

        A worker that dies or hangs is started again and goes on from its checkpoint, unless it was to pause anyway.
        Raises WorkerDied after TRIES.
        """
        for attempt in range(1, TRIES + 1):
            worker = self._start_worker("train-worker", str(folder))
            try:
                worker.start(timeout=120)
                with self._lock:
                    self._worker = worker
                    asked = self._pausing or self.closing
                if asked:
                    # It was asked for while there was no worker to tell.
                    worker.send(messages.Pause())
                yield from _listen(worker)
                return
            except GeneratorExit:
                if not self.closing:
                    _cancel(worker)
                raise
            except WorkerDied:
                logger.warning("the train worker died (%d of %d)", attempt, TRIES)
                if self._pausing or self.closing:
                    yield JobStopped(reason="paused")
                    return
                if attempt == TRIES:
                    raise
            finally:
                with self._lock:
                    self._worker = None
                worker.stop()

    def pause(self) -> None:
        """Ask the worker, or the one that is about to start, to write a checkpoint and end."""
        with self._lock, contextlib.suppress(WorkerDied):
            self._pausing = True
            if self._worker:
                self._worker.send(messages.Pause())

    def cancel(self) -> None:
        """Ask the worker to end now and throw away what it did."""
        with self._lock, contextlib.suppress(WorkerDied):
            if self._worker:
                self._worker.send(messages.Cancel())

    def forget_pause(self) -> None:
        """What was to pause is over."""
        with self._lock:
            self._pausing = False

    def close(self) -> None:
        """End the worker, which writes a checkpoint first; none is started again."""
        with self._lock:
            self.closing = True
            worker = self._worker
        if worker:
            worker.stop()


def _listen(worker: Worker) -> Iterator[Any]:
    while True:
        event = worker.read(SILENCE)
        if event is None:
            worker.stop(grace=2)
            raise WorkerDied("the train worker hangs")
        yield event
        if isinstance(event, ENDS):
            return


def _cancel(worker: Worker) -> None:
    """Ask for an end, and give the worker a moment to stop between two pieces of work."""
    with contextlib.suppress(WorkerDied):
        worker.send(messages.Cancel())
        while (event := worker.read(10)) is not None:
            if isinstance(event, ENDS):
                return
