"""What the chat worker is asked beside the conversation gives way at once to whatever a person wants of it."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from personal_ai.worker import WorkerDied


class Aside:
    """Knows of one request that may be cancelled, and of those who wait for the worker. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = 0
        self._cancel: Callable[[], None] | None = None

    @contextlib.contextmanager
    def first(self) -> Iterator[None]:
        """Want the worker: what runs aside is cancelled, and nothing of the kind begins until the block ends."""
        with self._lock:
            self._waiting += 1
            if self._cancel:
                # Whoever asked it will meet the same death.
                with contextlib.suppress(WorkerDied):
                    self._cancel()
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1

    @contextlib.contextmanager
    def running(self, cancel: Callable[[], None]) -> Iterator[bool]:
        """Ask something aside in the block, unless somebody waits for the worker: then it says False."""
        with self._lock:
            free = not self._waiting
            if free:
                self._cancel = cancel
        try:
            yield free
        finally:
            with self._lock:
                self._cancel = None
