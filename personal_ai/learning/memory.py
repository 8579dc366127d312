"""Memory goes back to the system when it is free: the C library would keep it for a next time."""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator

#: The C library's names of what `_set` sets (malloc.h).
_TRIM_FROM, _APART_FROM = -1, -3
#: While a network is read, blocks of so many bytes have pages of their own; afterwards of so many, the most there is.
_READING, _LEARNING = 1 << 20, 32 << 20
#: More than a training step ever frees at once: it is kept for the next one until `give_back`.
_KEPT = 1 << 30


def give_back() -> None:
    """Return what is free to the system, where the C library can be asked to."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # musl has no such function
            ctypes.CDLL(None).malloc_trim(0)


@contextlib.contextmanager
def large_blocks_apart() -> Iterator[None]:
    """Let what is freed in the block leave no holes between what stays.

    Afterwards even large blocks share pages, and what is freed is kept: what a training step takes and frees again and
    again would be cleared by the system each time.
    """
    _set(_APART_FROM, _READING)
    try:
        yield
    finally:
        _set(_APART_FROM, _LEARNING)
        _set(_TRIM_FROM, _KEPT)


def _set(what: int, number: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(what, number)
