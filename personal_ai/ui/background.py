"""The one door off the window's thread: a generator runs on a thread of its own, its events come back in batches."""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from personal_ai.errors import UserError

logger = logging.getLogger(__name__)

BATCH_MS = 33

# A job must outlive the call that started it, and the end of the program must find all of them.
_running: "set[Job]" = set()


def run(
    generator: Iterator[Any],
    on_event: Callable[[Any], None],
    on_done: Callable[[Any], None],
    on_failed: Callable[[str], None],
) -> "Job":
    """Run a generator off the window's thread; call back on it.

    `on_event` gets each event, in order, at most 33 ms after it came. Then exactly one of the others is called:
    `on_done` with what the generator returned (None after a cancel), or `on_failed` with a sentence for the person.
    """
    job = Job(generator, on_event, on_done, on_failed)
    _running.add(job)
    job.start()
    return job


def call(function: Callable[[], Any], on_done: Callable[[Any], None], on_failed: Callable[[str], None]) -> "Job":
    """Run one short function off the window's thread; its result comes to `on_done`."""

    def once() -> Generator[Any, None, Any]:
        yield from ()
        return function()

    return run(once(), lambda _event: None, on_done, on_failed)


def finish(seconds: float) -> bool:
    """Ask every job to stop and wait for them at most this long. Only for the end, with the window gone."""
    end = time.monotonic() + seconds
    for job in list(_running):
        job.cancel()
    jobs = list(_running)
    for job in jobs:
        job.join(max(0.0, end - time.monotonic()))
        # The window is gone: there is nobody left to tell.
        job.cancel(silent=True)
    return not any(job.alive for job in jobs)


def bug_sentence(error: BaseException) -> str:
    """What the person is told about an exception that nobody foresaw."""
    return f"Something went wrong inside Personal AI ({type(error).__name__}). This is our bug; the log says where."


class Job(QObject):
    """One generator at work. `cancel()` closes it at its next event."""

    _woken = Signal()

    def __init__(
        self,
        generator: Iterator[Any],
        on_event: Callable[[Any], None],
        on_done: Callable[[Any], None],
        on_failed: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._generator = generator
        self._on_event, self._on_done, self._on_failed = on_event, on_done, on_failed
        self._lock = threading.Lock()
        self._events: list[Any] = []
        self._end: tuple[str, Any] | None = None
        self._stop = threading.Event()
        self._silent = False
        self._last_batch = 0.0
        self._timer = QTimer(self, singleShot=True, interval=BATCH_MS)
        self._timer.timeout.connect(self._deliver)
        self._woken.connect(self._on_woken)
        self._thread = threading.Thread(target=self._work, name="background", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self, silent: bool = False) -> None:
        """Close the generator at its next event. With `silent` nothing is called back any more."""
        self._silent = self._silent or silent
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return self._thread.is_alive()

    def join(self, seconds: float) -> None:
        """Wait for the thread, at most this long."""
        self._thread.join(seconds)

    # ---- on the job's thread ----

    def _work(self) -> None:
        try:
            end = "done", self._drive()
        except UserError as error:
            end = "failed", str(error)
        except Exception as error:
            logger.exception("a background job met a bug")
            end = "failed", bug_sentence(error)
        with self._lock:
            self._end = end
        self._wake()

    def _drive(self) -> Any:
        try:
            while not self._stop.is_set():
                event = next(self._generator)
                with self._lock:
                    first = not self._events
                    self._events.append(event)
                if first:
                    self._wake()
        except StopIteration as end:
            return end.value
        finally:
            close = getattr(self._generator, "close", None)
            if close:
                close()
        return None

    def _wake(self) -> None:
        try:
            self._woken.emit()
        except RuntimeError:
            # The program ended and took Qt's half of this object with it.
            logger.debug("nobody listens to a background job any more")

    # ---- on the window's thread ----

    def _on_woken(self) -> None:
        waited = (time.monotonic() - self._last_batch) * 1000
        if waited >= BATCH_MS:
            self._deliver()
        elif not self._timer.isActive():
            self._timer.start()

    def _deliver(self) -> None:
        self._timer.stop()
        self._last_batch = time.monotonic()
        with self._lock:
            events, self._events = self._events, []
            end = self._end
        try:
            for event in events:
                if not self._silent:
                    self._on_event(event)
        finally:
            if end is not None and self in _running:
                _running.discard(self)
                self._call_end(*end)

    def _call_end(self, kind: str, value: Any) -> None:
        if self._silent:
            return
        if kind == "done":
            self._on_done(value)
        else:
            self._on_failed(value)
