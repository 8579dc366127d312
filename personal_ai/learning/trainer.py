"""The train worker from outside: started on a job folder, watched, started again when it dies, paused, cancelled."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from personal_ai import messages
from personal_ai.messages import Checkpointed, Failed, JobDone, JobStopped, Progress
from personal_ai.worker import Worker, WorkerDied

logger = logging.getLogger(__name__)

#: A worker that says nothing for this long hangs: seconds. While it trains it speaks between the blocks of a model;
#: to read a large one, or to answer with it, takes minutes without a word.
SILENCE, TRAINING_SILENCE = 600.0, 120.0
#: A worker that died is started again until it has run this often without a checkpoint, one that hung until it has
#: hung this often.
TRIES, HANGS = 3, 2
#: Silence counts in so many parts, each waited for on its own: while the computer sleeps, one of them may pass.
PARTS = 4

ENDS = (JobDone, JobStopped, Failed)


class WorkerHung(WorkerDied):
    """The child stood still and was ended."""


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
        Raises WorkerDied after TRIES, WorkerHung after HANGS, counted from the last checkpoint on.
        """
        deaths = hangs = 0
        while True:
            with self._lock:
                made_way = self._pausing or self.closing
            if made_way:
                # It was asked for while there was no worker to tell; none is started only to end.
                yield JobStopped(reason="paused")
                return
            worker = self._start_worker("train-worker", str(folder))
            try:
                worker.start(timeout=120)
                with self._lock:
                    self._worker = worker
                    asked = self._pausing or self.closing
                if asked:
                    # It was asked for while the worker started.
                    worker.send(messages.Pause())
                for event in _listen(worker):
                    if isinstance(event, Checkpointed):
                        # It got on since: what went wrong before was not for good.
                        deaths = hangs = 0
                    yield event
                return
            except GeneratorExit:
                if not self.closing:
                    _cancel(worker)
                raise
            except WorkerDied as error:
                deaths += 1
                hangs += isinstance(error, WorkerHung)
                logger.warning("%s (%d of %d)", error, deaths, TRIES)
                if self._pausing or self.closing:
                    yield JobStopped(reason="paused")
                    return
                if deaths == TRIES or hangs == HANGS:
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

    def leave(self) -> None:
        """Ask the worker to write a checkpoint and end; none is started again."""
        with self._lock:
            self.closing = True
        self.pause()

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


def why(error: WorkerDied) -> str:
    """Why a run was given up, as a sentence."""
    if isinstance(error, WorkerHung):
        what = "Learning stood still twice"
    elif error.exit_code == -9:
        what = "The system ended learning three times, as it does when memory runs out"
    else:
        what = "Learning stopped unexpectedly three times"
    return f"{what}. What was in use before still is; close other programs, or choose a smaller model, and try again."


def _listen(worker: Worker) -> Iterator[Any]:
    silence = SILENCE
    while True:
        event = next((event for _ in range(PARTS) if (event := worker.read(silence / PARTS))), None)
        if event is None:
            worker.stop(grace=2)
            raise WorkerHung("the train worker hangs")
        if isinstance(event, Progress):
            silence = TRAINING_SILENCE if event.phase == "training" else SILENCE
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
