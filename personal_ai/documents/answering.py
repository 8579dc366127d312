"""Whether a disk answers: a network folder that stands still would hold whoever asks it something, for ever."""

import os
import threading
from pathlib import Path

#: So long a folder may take to say what is in it before it counts as one that does not answer, in seconds.
PATIENCE = 20.0


class Answering:
    """Asks folders from threads that may stand still in the place of whoever wants to know."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._asking: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()

    def answers(self, path: Path, patience: float | None = None) -> bool:
        """Whether a file or folder answers within some seconds, be it that it is not there.

        One that still owes an answer is not asked a second time, so that no threads pile up.
        """
        name = str(path)
        with self._lock:
            asking = self._asking.get(name)
            if asking is None or not asking.is_alive():
                # A daemon: a thread that stands still must not keep the program from ending.
                asking = threading.Thread(target=_ask, args=(name,), name="asking", daemon=True)
                self._asking[name] = asking
                asking.start()
        asking.join(self._patience if patience is None else patience)
        with self._lock:
            if asking.is_alive():
                return False
            self._asking.pop(name, None)
        return True


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
