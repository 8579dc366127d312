"""Screens of the test's own, with nobody in front of them: an X server and a Wayland compositor.

Debian: xvfb, weston, imagemagick. Each screen is 1400 by 900 and yields what a program must be told to be shown on it.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai.worker import wait_until

SIZE = (1400, 900)
SOCKET = "wayland-0"
PATIENCE = 60.0
#: Seconds that a weston which was told to end may take.
FAREWELL = 20.0


@contextlib.contextmanager
def screen(kind: str) -> Iterator[dict[str, str]]:
    """A screen of a kind, "x11" or "wayland"."""
    # A socket's path may have a hundred bytes, and a test's own folder may be deeper.
    shown = {"x11": x11, "wayland": wayland}[kind]
    with tempfile.TemporaryDirectory(prefix="screen") as folder, shown(Path(folder)) as environment:
        yield environment


@contextlib.contextmanager
def x11(folder: Path) -> Iterator[dict[str, str]]:
    """An X server without a window manager, under the first number that is free."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed (Debian: xvfb)")
    told, tell = os.pipe()
    # Whoever is on this machine may show something there: the tests have a person of their own.
    words = ["Xvfb", "-displayfd", str(tell), "-screen", "0", "{}x{}x24".format(*SIZE), "-ac", "-nolisten", "tcp"]
    with (folder / "x11.log").open("wb") as log:
        server = subprocess.Popen(words, pass_fds=[tell], stderr=log)
    os.close(tell)
    with ended(server), os.fdopen(told) as answer:
        number = answer.readline().strip()
        assert number, (folder / "x11.log").read_text()
        yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}


@contextlib.contextmanager
def wayland(folder: Path) -> Iterator[dict[str, str]]:
    """A weston that draws in memory; its socket lies in `folder`."""
    if not shutil.which("weston"):
        pytest.skip("weston is not installed (Debian: weston)")
    folder.chmod(0o700)
    width, height = SIZE
    words = ["weston", "--backend=headless-backend.so", "--use-pixman", f"--width={width}", f"--height={height}"]
    # The last word lets `weston-screenshooter` take a picture.
    words += ["--no-config", "--idle-time=0", f"--socket={SOCKET}", "--debug"]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    with (folder / "wayland.log").open("wb") as log:
        server = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
    with ended(server):
        assert wait_until((folder / SOCKET).exists, PATIENCE), (folder / "wayland.log").read_text()
        yield {"QT_QPA_PLATFORM": "wayland", "WAYLAND_DISPLAY": SOCKET, "XDG_RUNTIME_DIR": str(folder)}


@contextlib.contextmanager
def ended(process: subprocess.Popen) -> Iterator[None]:
    """Whatever happens, the process is told to end, and has ended."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def picture(environment: dict[str, str], target: Path) -> Path:
    """Take a picture of a screen; `target` ends with `.png`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if display := environment.get("DISPLAY"):
        subprocess.run(["import", "-display", display, "-window", "root", str(target)], check=True, timeout=300)
        return target
    folder = Path(environment["XDG_RUNTIME_DIR"])
    # It chooses the name itself, in the folder that it runs in.
    subprocess.run(["weston-screenshooter"], cwd=folder, env={**os.environ, **environment}, check=True, timeout=300)
    (taken,) = folder.glob("wayland-screenshot-*.png")
    shutil.move(taken, target)
    return target
