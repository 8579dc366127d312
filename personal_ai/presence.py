"""Who has the data open: many may use it at a time, and one alone may change all of it."""

import contextlib
import os
import sys
import time
from pathlib import Path
from types import TracebackType

from personal_ai.errors import UserError, disk_error
from personal_ai.paths import Paths

if sys.platform != "win32":
    import fcntl

#: How long a moment is waited for, in seconds.
PATIENCE = 2.0
BUSY = "Personal AI is open with this data folder, in a window or a command. Close it there, then try again."


class Presence:
    """A hold on one data folder, shared or alone. It ends with `leave`, and with its process however that ends."""

    def __init__(self, path: Path, alone: bool) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _lock(self._file, alone)
        except OSError:
            self.leave()
            raise

    @property
    def held(self) -> bool:
        """Whether it was not left yet."""
        return self._file >= 0

    def try_alone(self) -> bool:
        """Hold it alone from now on if nobody else does, else go on sharing it.

        Raises BlockingIOError where another got it alone meanwhile; then it is held no more.
        """
        try:
            _lock(self._file, alone=True)
        except BlockingIOError:
            # Asking has cost us what we held.
            try:
                _lock(self._file, alone=False)
            except BlockingIOError:
                self.leave()
                raise
            return False
        return True

    def leave_last(self, path: Path) -> bool:
        """Hold it alone if nobody else holds it, else leave. Of several that leave together, one is the last."""
        for _ in range(2):
            try:
                _lock(self._file, alone=True)
                return True
            except BlockingIOError:
                # Two that share it while they ask would keep each other from being the last.
                self.leave()
                self._file = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
        self.leave()
        return False

    def share(self) -> None:
        """Let others in again."""
        _lock(self._file, alone=False)

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
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return Presence(paths.in_use, alone)
        except BlockingIOError as error:
            # The last one to leave a locked folder has it alone for a moment.
            if time.monotonic() > end:
                raise UserError(busy) from error
            time.sleep(0.02)
        except OSError as error:
            raise disk_error(error, "opening your data folder") from error


def _lock(file: int, alone: bool) -> None:
    # Windows refuses by itself to take away what another process has open.
    if sys.platform != "win32":
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
