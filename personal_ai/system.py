"""The machine: power, idle, heat, memory, keep-awake. One function a question; "unknown" (None) is an answer.

Nothing here raises. Commands and system calls come in as parameters, so that each system's answer can be tested on any
other one.
"""

import ctypes
import logging
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

logger = logging.getLogger(__name__)

#: Runs a command and gives what it printed, or None when it is missing, fails or takes too long.
Run = Callable[..., str | None]


@dataclass(frozen=True)
class Memory:
    """Bytes of memory: all of it, and what programs could still take without swapping."""

    total: int
    available: int


def on_mains(battery: Callable[[], Any] | None = None) -> bool | None:
    """Whether the computer is plugged in; one without a battery is."""
    read = battery or getattr(psutil, "sensors_battery", None)
    if read is None:
        return None
    try:
        state = read()
    except (psutil.Error, OSError, ValueError, RuntimeError) as error:
        logger.info("power is unknown: %s", error)
        return None
    return True if state is None else state.power_plugged


def temperature(sensors: Callable[[], Mapping[str, Any]] | None = None) -> float | None:
    """The processor's temperature in °C (its hottest sensor)."""
    read = sensors or getattr(psutil, "sensors_temperatures", None)
    if read is None:
        return None
    try:
        chips = read()
    except (psutil.Error, OSError, ValueError, RuntimeError) as error:
        logger.info("temperature is unknown: %s", error)
        return None
    # Disks, batteries and wireless cards have sensors too, with limits of their own.
    processors = [readings for name, readings in chips.items() if _PROCESSOR.search(name)]
    # Broken sensors report 0 or nonsense.
    degrees = [reading.current for readings in processors for reading in readings if 1 < (reading.current or 0) < 130]
    return max(degrees, default=None)


_PROCESSOR = re.compile(r"coretemp|k10temp|k8temp|zenpower|cpu|soc|acpitz|x86_pkg", re.IGNORECASE)


def memory() -> Memory:
    """How much memory there is and how much of it is free; two zeros where the system does not tell."""
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
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores
    return max(1, min(cores, allowed))


def energy_joules(counters: Path = Path("/sys/class/powercap")) -> float | None:
    """What the processors' packages have used since some moment, in joules; None where they do not say."""
    found: list[float] = []
    try:
        for package in counters.glob("intel-rapl:?"):
            found.append(int((package / "energy_uj").read_text()) / 1e6)
    except (OSError, ValueError) as error:
        logger.info("energy is unknown: %s", error)
        return None
    return sum(found) if found else None


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


# ---- idle: one function a system --------------------------------------------------------------------------------


def idle_seconds(
    platform: str = sys.platform, environment: Mapping[str, str] | None = None, run: Run | None = None
) -> float | None:
    """Seconds since the person last touched keyboard or mouse."""
    environment = os.environ if environment is None else environment
    run = run or run_command
    if platform == "win32":
        return _idle_windows()
    if platform == "darwin":
        return _idle_macos(run)
    if not platform.startswith("linux"):
        return None
    for idle in (_idle_gnome, _idle_x11, _idle_logind):
        seconds = idle(environment, run)
        if seconds is not None:
            return seconds
    return None


def _idle_gnome(environment: Mapping[str, str], run: Run) -> float | None:
    if "GNOME" not in environment.get("XDG_CURRENT_DESKTOP", "").upper():
        return None
    service = "org.gnome.Mutter.IdleMonitor"
    said = run("busctl", "--user", "call", service, "/org/gnome/Mutter/IdleMonitor/Core", service, "GetIdletime")
    found = re.fullmatch(r"t (\d+)", (said or "").strip())
    return int(found[1]) / 1000 if found else None


def _idle_x11(environment: Mapping[str, str], run: Run) -> float | None:  # noqa: ARG001 - one shape for all
    # Under Wayland the X server sees only the windows of old programs, so it would call a busy person idle.
    if not environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return None
    try:
        return _ask_x_server(environment["DISPLAY"])
    except (OSError, AttributeError):  # the libraries are not installed
        return None


class _ScreenSaverState(ctypes.Structure):
    _fields_ = (
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle", ctypes.c_ulong),
        ("event_mask", ctypes.c_ulong),
    )


def _ask_x_server(display_name: str) -> float | None:
    x11, screen_saver = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXss.so.1")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XDefaultRootWindow.argtypes = (ctypes.c_void_p,)
    x11.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    screen_saver.XScreenSaverQueryExtension.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    screen_saver.XScreenSaverQueryInfo.argtypes = (ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p)
    display = x11.XOpenDisplay(display_name.encode())
    if not display:
        return None
    try:
        first, second, state = ctypes.c_int(), ctypes.c_int(), _ScreenSaverState()
        if not screen_saver.XScreenSaverQueryExtension(display, ctypes.byref(first), ctypes.byref(second)):
            return None
        root = x11.XDefaultRootWindow(display)
        if not screen_saver.XScreenSaverQueryInfo(display, root, ctypes.byref(state)):
            return None
        return state.idle / 1000
    finally:
        x11.XCloseDisplay(display)


def _idle_logind(environment: Mapping[str, str], run: Run) -> float | None:
    session = environment.get("XDG_SESSION_ID", "auto")
    said = run("loginctl", "show-session", session, "--property=IdleHint", "--property=IdleSinceHint")
    fields = dict(line.split("=", 1) for line in (said or "").splitlines() if "=" in line)
    since = fields.get("IdleSinceHint", "")
    # Some desktops never set the hint: then it is "no" since time 0, and means nothing.
    if not since.isdigit() or int(since) == 0:
        return None
    return max(0.0, time.time() - int(since) / 1e6) if fields.get("IdleHint") == "yes" else 0.0


def _idle_macos(run: Run) -> float | None:
    found = re.search(r'"HIDIdleTime"\s*=\s*(\d+)', run("ioreg", "-c", "IOHIDSystem", "-d", "4") or "")
    return int(found[1]) / 1e9 if found else None


class _LastInput(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint), ("time", ctypes.c_uint))


def _idle_windows(user32: Any = None, kernel32: Any = None) -> float | None:
    try:
        windll = getattr(ctypes, "windll", None)
        user32, kernel32 = user32 or windll.user32, kernel32 or windll.kernel32  # type: ignore[union-attr]
        last = _LastInput(ctypes.sizeof(_LastInput), 0)
        if not user32.GetLastInputInfo(ctypes.byref(last)):
            return None
        # Both are 32-bit milliseconds that start again from 0 every 49.7 days.
        return ((kernel32.GetTickCount() - last.time) & 0xFFFFFFFF) / 1000
    except (OSError, AttributeError):
        return None


def run_command(*words: str) -> str | None:
    """Run a short command and give its output; None when it is missing, fails, or takes over 2 seconds."""
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=2,
            check=True,
            stdin=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
