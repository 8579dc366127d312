"""One look at the machine: everything that decides whether a night may go on."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from personal_ai.system import heat, macos, resources, windows
from personal_ai.system.heat import Heat
from personal_ai.system.resources import Memory

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """What was seen. None is unknown everywhere, and holds nothing up."""

    on_mains: bool | None = None
    #: What is left in the battery, in percent.
    battery: float | None = None
    #: Seconds since the person last touched keyboard or mouse.
    idle_seconds: float | None = None
    #: Whether the screen is locked.
    locked: bool | None = None
    #: Whether the lid is closed and no other screen is in use.
    lid_closed: bool | None = None
    #: Whether a program fills the screen, or keeps it on as a film does.
    full_screen: bool | None = None
    going_to_sleep: bool | None = None
    heat: Heat | None = None
    memory: Memory | None = None
    #: The share of the last ten seconds in which some program waited for memory, in percent.
    memory_pressure: float | None = None
    #: Bytes.
    free_disk: int | None = None


class Machine:
    """Looks at this computer, and keeps the connections that it takes. Any thread may look."""

    def __init__(self, home: Path, platform: str = sys.platform) -> None:
        self._home = home
        self._platform = platform
        self._desktop: Any = None

    def look(self) -> State:
        """See how things are now. On a usual desktop it takes some milliseconds, and starts no other program."""
        state = State(
            heat=heat.read(),
            memory=resources.memory(),
            memory_pressure=heat.memory_pressure(),
            free_disk=resources.free_disk(self._home),
        )
        if self._platform.startswith("linux"):
            state = self._ask_desktop(state)
        elif self._platform == "win32":
            full_screen, locked = windows.screen()
            state = replace(state, idle_seconds=windows.idle_seconds(), full_screen=full_screen, locked=locked)
        elif self._platform == "darwin":
            state = replace(state, idle_seconds=macos.idle_seconds(), lid_closed=macos.lid_closed())
        if state.on_mains is None:
            on_mains, battery = plug_and_battery()
            state = replace(state, on_mains=on_mains, battery=battery)
        return state

    def close(self) -> None:
        """Hang up; the next look connects again."""
        if self._desktop:
            self._desktop.close()

    def _ask_desktop(self, state: State) -> State:
        if self._desktop is None:
            from personal_ai.system.linux import Desktop

            self._desktop = Desktop()
        power, there = self._desktop.power(), self._desktop.presence()
        return replace(
            state,
            on_mains=power.on_mains,
            battery=power.battery,
            idle_seconds=there.idle_seconds,
            locked=there.locked,
            lid_closed=there.lid_closed,
            full_screen=there.full_screen,
            going_to_sleep=there.going_to_sleep,
        )


def plug_and_battery(read: Callable[[], Any] | None = None) -> tuple[bool | None, float | None]:
    """Whether the computer is plugged in (one without a battery is), and what its battery has left in percent.

    On Windows this is GetSystemPowerStatus, on macOS IOKit, on Linux the kernel's files.
    """
    import psutil  # the window stands before anybody asks

    read = read or getattr(psutil, "sensors_battery", None)
    if read is None:
        return None, None
    try:
        state = read()
    except (psutil.Error, OSError, ValueError, RuntimeError) as error:
        logger.info("power is unknown: %s", error)
        return None, None
    return (True, None) if state is None else (state.power_plugged, state.percent)
