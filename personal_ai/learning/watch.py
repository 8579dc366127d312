"""Beside a run: looks at the machine every second, makes way when it must, and keeps the computer awake on mains."""

import contextlib
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType

from personal_ai import system
from personal_ai.errors import UserError
from personal_ai.system import State

logger = logging.getLogger(__name__)

EVERY = 1.0
ASLEEP = "Paused: your computer went to sleep."


class Watch(AbstractContextManager["Watch"]):
    """While the block lasts, `must_stop` is asked about each `look`; its first reason is kept, and `pause` called once.

    `keep_awake` is held while the computer is plugged in, and let go the moment it is not. All of it happens on a
    thread of its own.
    """

    def __init__(
        self,
        look: Callable[[], State],
        must_stop: Callable[[State], str | None],
        pause: Callable[[], None],
        keep_awake: Callable[[str], AbstractContextManager[bool]] = system.keep_awake,
        before_sleep: Callable[[Callable[[], None], str], AbstractContextManager[bool]] = system.before_sleep,
        every: float = EVERY,
    ) -> None:
        self._look, self._must_stop, self._pause = look, must_stop, pause
        self._keep_awake, self._before_sleep, self._every = keep_awake, before_sleep, every
        #: Why the run was asked to pause; empty while nothing speaks against it.
        self.reason = ""
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="night-watch", daemon=True)
        self._inhibitor = ExitStack()

    def __enter__(self) -> "Watch":
        why = "Writes down how far learning is"
        self._inhibitor.enter_context(self._before_sleep(lambda: self._stop(ASLEEP), why))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        # Last: the run has written its checkpoint, and the computer may sleep.
        self._inhibitor.close()

    def _watch(self) -> None:
        with ExitStack() as awake:
            held = False
            while not self._over.is_set():
                state = self._look()
                with contextlib.suppress(UserError):  # settings that cannot be read stop nothing
                    if reason := self._must_stop(state):
                        self._stop(reason)
                # From the moment it makes way nothing keeps the computer awake.
                wanted = state.on_mains is True and not self.reason
                if wanted and not held:
                    awake.enter_context(self._keep_awake("learning"))
                elif held and not wanted:
                    awake.close()
                held = wanted
                self._over.wait(self._every)

    def _stop(self, reason: str) -> None:
        with self._guard:
            if self.reason:
                return
            self.reason = reason
        logger.info("%s", reason)
        self._pause()
