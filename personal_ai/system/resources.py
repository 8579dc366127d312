"""Memory, disk, cores and clocks of this machine, and keeping it awake. Nothing here raises."""

import ctypes
import logging
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Memory:
    """Bytes of memory: all of it, and what programs could still take without swapping."""

    total: int
    available: int


def memory() -> Memory:
    """How much memory there is and how much of it is free; two zeros where the system does not tell."""
    import psutil  # as below: the window stands before anybody asks

    try:
        state = psutil.virtual_memory()
    except (psutil.Error, OSError, ValueError, RuntimeError):
        return Memory(0, 0)
    return Memory(state.total, state.available)


def free_disk(path: Path) -> int:
    """Bytes that may still be written where `path` is or would be; 0 where no disk answers."""
    path = path.absolute()
    for folder in (path, *path.parents):
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            continue
    return 0


def physical_cores() -> int:
    """How many processor cores this process may really use, at least 1."""
    import psutil

    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores
    return max(1, min(cores, allowed))


def steady_seconds() -> float:
    """Seconds on a clock that nobody can set and that goes on while the computer sleeps."""
    # Python's monotonic clock stands still during sleep on Linux and macOS.
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC_RAW" if sys.platform == "darwin" else "CLOCK_MONOTONIC"):
        clock = getattr(time, name, None)
        if clock is not None:
            return time.clock_gettime(clock)
    return time.monotonic()


def awake_seconds() -> float:
    """Seconds on a clock that nobody can set and that stands still while the computer sleeps."""
    if sys.platform != "win32":
        return time.monotonic()
    # There Python's monotonic clock goes on.
    units = ctypes.c_ulonglong()  # of 100 ns
    getattr(ctypes, "windll").kernel32.QueryUnbiasedInterruptTime(ctypes.byref(units))  # noqa: B009 - not there elsewhere
    return units.value / 1e7


@contextmanager
def keep_awake(reason: str) -> Iterator[bool]:
    """Keep the computer from going to sleep by itself (the screen may go dark). Yields whether the system agreed."""
    with ExitStack() as stack:
        try:
            from wakepy import keep  # only a night needs it

            held = bool(stack.enter_context(keep.running(on_fail="pass")).active)
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            logger.info("cannot keep the computer awake: %s", error)
            held = False
        logger.info("%s: the computer %s", reason, "is kept awake" if held else "may go to sleep")
        yield held
