"""Memory goes back to the system between the parts of a job: the C library would keep it for a next time."""

import contextlib
import ctypes
import gc
import sys


def give_back() -> None:
    """Return what is free to the system, where the C library can be asked to."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # musl has no such function
            ctypes.CDLL(None).malloc_trim(0)
