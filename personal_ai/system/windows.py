"""What Windows says about the person, by its own calls. None is unknown; nothing raises."""

import ctypes
from typing import Any

#: What SHQueryUserNotificationState answers.
NOT_PRESENT, BUSY, FULL_SCREEN_GAME, PRESENTATION = 1, 2, 3, 4


class _LastInput(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint), ("time", ctypes.c_uint))


def idle_seconds(libraries: Any = None) -> float | None:
    """Seconds since the last input."""
    try:
        windll = libraries or ctypes.windll  # type: ignore[attr-defined]
        last = _LastInput(ctypes.sizeof(_LastInput), 0)
        if not windll.user32.GetLastInputInfo(ctypes.byref(last)):
            return None
        # Both are 32-bit milliseconds that start again from 0 every 49.7 days.
        return ((windll.kernel32.GetTickCount() - last.time) & 0xFFFFFFFF) / 1000
    except (OSError, AttributeError):
        return None


def screen(libraries: Any = None) -> tuple[bool | None, bool | None]:
    """Whether a program fills the screen, and whether it is locked or somebody else's desktop is in front."""
    try:
        windll = libraries or ctypes.windll  # type: ignore[attr-defined]
        state = ctypes.c_int()
        if windll.shell32.SHQueryUserNotificationState(ctypes.byref(state)) != 0:
            return None, None
    except (OSError, AttributeError):
        return None, None
    return state.value in (BUSY, FULL_SCREEN_GAME, PRESENTATION), state.value == NOT_PRESENT
