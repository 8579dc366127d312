"""Whether a disk answers: a network folder that stands still would hold whoever asks it something, for ever."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

#: So long a folder may take to say what is in it before it counts as one that does not answer, in seconds.
PATIENCE = 20.0
#: So long even one is waited for that owes an answer long since: its disk may just have come back.
ONCE_MORE = 0.5


class Answering:
    """Asks folders from threads that may stand still in the place of whoever wants to know."""

    def __init__(self, patience: float = PATIENCE, now: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._now = now
        #: Who asks which folder, and since when.
        self._asking: dict[Path, tuple[threading.Thread, float]] = {}
        self._lock = threading.Lock()

    def answers(self, path: Path, patience: float | None = None) -> bool:
        """Whether a file or folder answers within some seconds, be it that it is not there.

        One that still owes an answer is not asked a second time, nor is what lies in it, and who was not the first to
        ask hardly waits longer: so no threads pile up, and many files on one disk cost one wait.
        """
        with self._lock:
            self._asking = {each: asked for each, asked in self._asking.items() if asked[0].is_alive()}
            asked = next((each for each in (path, *path.parents) if each in self._asking), path)
            if asked not in self._asking:
                # A daemon: a thread that stands still must not keep the program from ending.
                thread = threading.Thread(target=_ask, args=(str(path),), name="asking", daemon=True)
                self._asking[path] = thread, self._now()
                thread.start()
            asking, since = self._asking[asked]
        asking.join(max(since + (self._patience if patience is None else patience) - self._now(), ONCE_MORE))
        if asking.is_alive():
            return False
        # What lies in a folder that answers may be another disk.
        return asked == path or self.answers(path, patience)


def _ask(path: str) -> None:
    try:
        os.stat(path)  # noqa: PTH116 - it raises what it likes
        with os.scandir(path) as entries:
            next(entries, None)
    except OSError:
        pass  # an answer, too


def silent_sentence(path: Path) -> str:
    """What is said of a folder that does not answer, before anything of it was read."""
    return f"The disk or network folder with “{path.name}” does not answer, so nothing was read. Try again later."
