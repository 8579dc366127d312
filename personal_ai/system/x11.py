"""What an X server on this machine knows: how long nobody touched anything, and whether a window fills the screen."""

import ctypes
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Where the sockets of this machine's servers lie.
SOCKETS = Path("/tmp/.X11-unix")


def idle_seconds(environment: Mapping[str, str]) -> float | None:
    """Seconds since the last input; None where no server of this machine's shows the whole desktop."""
    return _ask(environment, _idle)


def full_screen(environment: Mapping[str, str]) -> bool | None:
    """Whether the window in front fills the screen; None where nobody says which one is in front."""
    return _ask(environment, _front_fills)


def local_display(environment: Mapping[str, str], sockets: Path = SOCKETS) -> str | None:
    """The name of a server that is reached through a socket in the file system, and shows the whole desktop."""
    display = environment.get("DISPLAY", "")
    # Under Wayland the X server sees only the windows of old programs, so it would call a busy person idle.
    if environment.get("WAYLAND_DISPLAY") or not display.startswith(":"):
        return None
    # The library would try the network where the socket is missing.
    number = display[1:].split(".")[0]
    return display if number.isdecimal() and (sockets / f"X{number}").exists() else None


def _ask(environment: Mapping[str, str], question: Callable[[Any, int, int], Any]) -> Any:
    display = local_display(environment)
    if display is None:
        return None
    try:
        with _opened(display) as (x11, server, root):
            return question(x11, server, root) if server else None
    except (OSError, AttributeError):  # the libraries are not installed
        return None


@contextmanager
def _opened(display: str) -> Iterator[tuple[Any, int, int]]:
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XDefaultRootWindow.argtypes = (ctypes.c_void_p,)
    x11.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    x11.XSetErrorHandler.argtypes = (_OnError,)
    # A window may be closed while it is asked about, and by itself the library ends the program over that.
    x11.XSetErrorHandler(_ignore)
    server = x11.XOpenDisplay(display.encode())
    try:
        yield x11, server, x11.XDefaultRootWindow(server) if server else 0
    finally:
        if server:
            x11.XCloseDisplay(server)


_OnError = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_ignore = _OnError(lambda _server, _error: 0)


# ---- idle -------------------------------------------------------------------------------------------------------


class _ScreenSaverState(ctypes.Structure):
    _fields_ = (
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle", ctypes.c_ulong),
        ("event_mask", ctypes.c_ulong),
    )


def _idle(_x11: Any, server: int, root: int) -> float | None:
    saver = ctypes.CDLL("libXss.so.1")
    saver.XScreenSaverQueryExtension.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    saver.XScreenSaverQueryInfo.argtypes = (ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p)
    first, second, state = ctypes.c_int(), ctypes.c_int(), _ScreenSaverState()
    if not saver.XScreenSaverQueryExtension(server, ctypes.byref(first), ctypes.byref(second)):
        return None
    if not saver.XScreenSaverQueryInfo(server, root, ctypes.byref(state)):
        return None
    return state.idle / 1000


# ---- the window in front ----------------------------------------------------------------------------------------

_LONGEST = 64


def _front_fills(x11: Any, server: int, root: int) -> bool | None:
    # Both are what window managers tell each other about (the specification of extended window manager hints).
    front = _property(x11, server, root, b"_NET_ACTIVE_WINDOW")
    if front is None:
        return None
    if not front or not front[0]:
        return False
    states = _property(x11, server, front[0], b"_NET_WM_STATE") or []
    return _atom(x11, server, b"_NET_WM_STATE_FULLSCREEN") in states


def _atom(x11: Any, server: int, name: bytes) -> int:
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XInternAtom.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
    return x11.XInternAtom(server, name, 0)


def _property(x11: Any, server: int, window: int, name: bytes) -> list[int] | None:
    """A window's property of 32-bit values, None when it has none of that name."""
    x11.XGetWindowProperty.argtypes = (
        ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_long, ctypes.c_long, ctypes.c_int, ctypes.c_ulong,
        *[ctypes.c_void_p] * 5,
    )  # fmt: skip
    x11.XFree.argtypes = (ctypes.c_void_p,)
    kind, width, count, left = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_ulong(), ctypes.c_ulong()
    values = ctypes.POINTER(ctypes.c_ulong)()  # the library hands out 32 bits in longs
    asked = (server, window, _atom(x11, server, name), 0, _LONGEST, 0, 0)
    told = (ctypes.byref(each) for each in (kind, width, count, left, values))
    if x11.XGetWindowProperty(*asked, *told) != 0 or not kind.value:
        return None
    try:
        return [values[at] for at in range(count.value)] if width.value == 32 else None
    finally:
        x11.XFree(values)
