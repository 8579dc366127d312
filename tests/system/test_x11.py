"""What an X server says, asked of a real one without a screen; and of which ones nothing is asked."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai.system import x11


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    """An X server of the test's own, as an environment."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed (Debian: xvfb)")
    told, telling = os.pipe()
    words = ["Xvfb", "-displayfd", str(telling), "-nolisten", "tcp"]
    process = subprocess.Popen(words, pass_fds=[telling], stderr=subprocess.DEVNULL)
    os.close(telling)  # Only the server holds it now: a server that dies ends the reading.
    try:
        with os.fdopen(told) as lines:
            number = lines.readline().strip()
        assert number, "the X server ended before it was up"
        yield {"DISPLAY": f":{number}"}
    finally:
        process.terminate()
        process.wait(10)


def test_it_tells_how_long_nobody_touched_anything(server: dict[str, str]) -> None:
    seconds = x11.idle_seconds(server)
    if seconds is None:
        pytest.skip("libXss is not installed (Debian: libxss1)")
    assert 0 <= seconds < 600


def test_without_a_window_manager_nobody_knows_what_is_in_front(server: dict[str, str]) -> None:
    assert x11.full_screen(server) is None


def test_the_window_in_front_fills_the_screen_or_not(server: dict[str, str]) -> None:
    with x11._opened(server["DISPLAY"]) as (library, display, root):
        library.XCreateSimpleWindow.restype = ctypes.c_ulong
        library.XCreateSimpleWindow.argtypes = (
            ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 3, *[ctypes.c_ulong] * 2,
        )  # fmt: skip
        window = library.XCreateSimpleWindow(display, root, 0, 0, 10, 10, 0, 0, 0)
        _say(library, display, root, b"_NET_ACTIVE_WINDOW", b"WINDOW", window)
        assert x11.full_screen(server) is False
        full = x11._atom(library, display, b"_NET_WM_STATE_FULLSCREEN")
        _say(library, display, window, b"_NET_WM_STATE", b"ATOM", full)
        assert x11.full_screen(server) is True
        library.XDestroyWindow.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
        library.XDestroyWindow(display, window)
        library.XSync.argtypes = (ctypes.c_void_p, ctypes.c_int)
        library.XSync(display, 0)
        # It is still named as the one in front: by itself the library would end this process over that.
        assert x11.full_screen(server) is False


def _say(library: object, display: int, window: int, name: bytes, kind: bytes, value: int) -> None:
    change = library.XChangeProperty  # type: ignore[attr-defined]
    change.argtypes = (
        ctypes.c_void_p, *[ctypes.c_ulong] * 3, ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_int,
    )  # fmt: skip
    held = (ctypes.c_ulong * 1)(value)
    change(display, window, x11._atom(library, display, name), x11._atom(library, display, kind), 32, 0, held, 1)
    sync = library.XSync  # type: ignore[attr-defined]
    sync.argtypes = (ctypes.c_void_p, ctypes.c_int)
    sync(display, 0)


def test_only_servers_of_this_machine_are_asked(tmp_path: Path) -> None:
    (tmp_path / "X5").touch()
    assert x11.local_display({"DISPLAY": ":5"}, tmp_path) == ":5"
    assert x11.local_display({"DISPLAY": ":5.0"}, tmp_path) == ":5.0"
    for name in ("", ":6", ":", "localhost:5", "example.org:5", "tcp/:5", ":5x", "::5"):
        assert x11.local_display({"DISPLAY": name}, tmp_path) is None, name
    assert x11.local_display({"DISPLAY": ":5", "WAYLAND_DISPLAY": "wayland-0"}, tmp_path) is None


def test_a_server_that_is_not_there_is_unknown() -> None:
    assert x11.idle_seconds({"DISPLAY": ":977"}) is None
    assert x11.full_screen({}) is None
