"""Who has the data open: many may use it at a time, and one alone may change all of it."""

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType

from personal_ai.errors import UserError, disk_error
from personal_ai.paths import Paths

if sys.platform != "win32":
    import fcntl

BUSY = "Personal AI is open with this data folder, in a window or a command. Close it there, then try again."


class Presence:
    """A hold on one data folder, shared or alone. It ends with `leave`, and with its process however that ends."""

    def __init__(self, path: Path, alone: bool) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        # Windows refuses by itself to take away what another process has open.
        if sys.platform != "win32":
            try:
                fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except OSError:
                os.close(self._file)
                raise

    def leave(self) -> None:
        """Let go; a second time does nothing."""
        if self._file >= 0:
            with contextlib.suppress(OSError):
                os.close(self._file)
        self._file = -1

    def __enter__(self) -> "Presence":
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self.leave()


def share(paths: Paths) -> Presence:
    """Use the data beside others. Raises UserError while somebody changes all of it."""
    return _hold(paths, False, "Personal AI is being locked, unlocked or emptied just now. Try again in a moment.")


def alone(paths: Paths) -> Presence:
    """Have the data alone. Raises UserError while anybody else uses it."""
    return _hold(paths, True, BUSY)


def _hold(paths: Paths, alone: bool, busy: str) -> Presence:
    try:
        return Presence(paths.in_use, alone)
    except BlockingIOError as error:
        raise UserError(busy) from error
    except OSError as error:
        raise disk_error(error, "opening your data folder") from error
