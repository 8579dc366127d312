"""The one door off the window's thread: a generator runs on a thread of its own, its events come back in batches.

No thread but the window's ever touches Qt, not even to emit a signal: a thread that holds Python's lock and waits for
one of Qt's, while the window's thread holds that one and waits for Python's, stands still for ever. So a job is plain
Python, and rings by a byte through a socket. For the same reason Python's cyclic garbage, which may hold widgets, is
collected on the window's thread alone.
"""

import contextlib
import gc
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, QTimer

from personal_ai.errors import UserError, way
from personal_ai.ui.language import tr

logger = logging.getLogger(__name__)

BATCH_MS = 33
#: How often the window's thread looks whether there is cyclic garbage.
COLLECT_MS = 1000
#: For how long another thread may keep the interpreter to itself, in seconds.
SWITCH = 0.001

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
    return tr("Something went wrong inside Personal AI ({kind}). This is our bug; the log says where.").format(
        kind=type(error).__name__
    )


class Job:
    """One generator at work. `cancel()` closes it at its next event."""

    def __init__(
        self,
        generator: Iterator[Any],
        on_event: Callable[[Any], None],
        on_done: Callable[[Any], None],
        on_failed: Callable[[str], None],
    ) -> None:
        self._generator: Iterator[Any] | None = generator
        self._on_event: Callable[[Any], None] | None = on_event
        self._on_done: Callable[[Any], None] | None = on_done
        self._on_failed: Callable[[str], None] | None = on_failed
        self._ring = _bell().ring
        self._lock = threading.Lock()
        self._events: list[Any] = []
        self._end: tuple[str, Any] | None = None
        self._stop = threading.Event()
        self._silent = False
        self._last_batch = 0.0
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
        except Exception as error:  # noqa: BLE001 - the window goes on
            logger.error("a background job met a bug: %s", way(error))
            end = "failed", bug_sentence(error)
        with self._lock:
            self._end = end
        self._ring()

    def _drive(self) -> Any:
        assert self._generator is not None
        try:
            while not self._stop.is_set():
                event = next(self._generator)
                with self._lock:
                    first = not self._events
                    self._events.append(event)
                if first:
                    self._ring()
        except StopIteration as end:
            return end.value
        finally:
            close = getattr(self._generator, "close", None)
            if close:
                close()
        return None

    # ---- on the window's thread ----

    def due_in(self) -> float | None:
        """Milliseconds until its next batch may be delivered, 0 when now; None when there is nothing to deliver."""
        with self._lock:
            if not self._events and self._end is None:
                return None
        return max(0.0, BATCH_MS - (time.monotonic() - self._last_batch) * 1000)

    def _deliver(self) -> None:
        self._last_batch = time.monotonic()
        with self._lock:
            events, self._events = self._events, []
            end = self._end
        try:
            for event in events:
                if not self._silent and self._on_event:
                    self._on_event(event)
        finally:
            if end is not None and self in _running:
                _running.discard(self)
                self._call_end(*end)

    def _call_end(self, kind: str, value: Any) -> None:
        done, failed = self._on_done, self._on_failed
        # The thread may be the last to let go of this job: what belongs to the window is let go of here.
        self._generator = self._on_event = self._on_done = self._on_failed = None
        if self._silent or done is None or failed is None:
            return
        if kind == "done":
            done(value)
        else:
            failed(value)


class _Bell(QObject):
    """Wakes the window's thread when any thread rings, and lets the jobs that have something deliver it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_rung)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._deliver)
        # From here on only this thread collects.
        gc.disable()
        self._collector = QTimer(self, interval=COLLECT_MS)
        self._collector.timeout.connect(collect)
        self._collector.start()

    def ring(self) -> None:
        """Wake the window's thread. Any thread may call it."""
        # A full socket has rung already; a closed one belongs to a program that has ended.
        with contextlib.suppress(OSError):
            self._far.send(b"!")

    def _on_rung(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._near.recv(4096):
                pass
        self._deliver()

    def _deliver(self) -> None:
        waits = []
        for job in list(_running):
            wait = job.due_in()
            if wait == 0:
                try:
                    job._deliver()
                except Exception as error:  # noqa: BLE001
                    # One page's bug must not keep the other jobs' events; the hook tells of it.
                    sys.excepthook(type(error), error, error.__traceback__)
            elif wait is not None:
                waits.append(wait)
        if waits:
            self._timer.start(int(min(waits)) + 1)


_the_bell: _Bell | None = None


def prepare() -> None:
    """Let jobs be heard, and from now on garbage be collected, on this thread only. Before any other thread runs."""
    _bell()
    # While a job works, this thread waits so long at each turn from Qt to Python; there are many in one picture.
    sys.setswitchinterval(SWITCH)


def freeze() -> None:
    """Leave what is there by now out of collections, until `thaw`: a full one takes a tenth of a second otherwise."""
    gc.freeze()


def thaw() -> None:
    """Let collections find everything again: what the window was made of goes with it."""
    gc.unfreeze()


def _bell() -> _Bell:
    """The one bell of this application, made on the window's thread."""
    global _the_bell
    application = QCoreApplication.instance()
    assert application is not None, "a background job needs the application"
    if _the_bell is None or not shiboken6.isValid(_the_bell):
        _the_bell = _Bell(application)
    return _the_bell


def collect() -> None:
    """Collect cyclic garbage as far as Python's own thresholds ask for it. Only on the window's thread."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return
