"""What Windows and macOS say, read from stand-ins for their libraries on any system."""

from types import SimpleNamespace
from typing import Any

import pytest

from personal_ai.system import macos, windows


class Windows:
    """user32, kernel32 and shell32, as far as they are asked."""

    def __init__(self, last: int = 0, now: int = 0, notifications: int = 5, works: bool = True) -> None:
        self.user32 = self.kernel32 = self.shell32 = self
        self._last, self._now, self._notifications, self._works = last, now, notifications, works

    def GetLastInputInfo(self, reference: Any) -> int:  # noqa: N802 - Windows' name
        reference._obj.time = self._last
        return int(self._works)

    def GetTickCount(self) -> int:  # noqa: N802 - Windows' name
        return self._now

    def SHQueryUserNotificationState(self, reference: Any) -> int:  # noqa: N802 - Windows' name
        reference._obj.value = self._notifications
        return 0 if self._works else -1


def test_windows_tells_milliseconds_and_its_counter_may_start_again() -> None:
    assert windows.idle_seconds(Windows(1_000, 31_000)) == 30.0
    assert windows.idle_seconds(Windows(0xFFFFFFFF - 999, 4_000)) == 5.0
    assert windows.idle_seconds(Windows(works=False)) is None


@pytest.mark.parametrize(
    ("state", "full", "locked"),
    [(1, False, True), (2, True, False), (3, True, False), (4, True, False), (5, False, False), (7, False, False)],
)
def test_windows_tells_whether_the_screen_is_filled_or_locked(state: int, full: bool, locked: bool) -> None:
    assert windows.screen(Windows(notifications=state)) == (full, locked)
    assert windows.screen(Windows(works=False)) == (None, None)


class Function:
    """A C function that answers always the same."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked = answer, []

    def __call__(self, *words: Any) -> Any:
        self.asked.append(words)
        return self.answer


def mac(root: int = 7, state: Any = 8, closed: int = 1) -> tuple[Any, Any]:
    kit = SimpleNamespace(
        IOServiceMatching=Function(3),
        IOServiceGetMatchingService=Function(root),
        IORegistryEntryCreateCFProperty=Function(state),
        IOObjectRelease=Function(0),
    )
    core = SimpleNamespace(
        CFStringCreateWithCString=Function(5), CFBooleanGetValue=Function(closed), CFRelease=Function(None)
    )
    return kit, core


def test_a_mac_tells_seconds_since_any_input() -> None:
    ask = Function(42.5)
    assert macos.idle_seconds(SimpleNamespace(CGEventSourceSecondsSinceLastEventType=ask)) == 42.5
    assert ask.asked == [(0, 0xFFFFFFFF)]
    assert macos.idle_seconds(SimpleNamespace()) is None
    assert macos.idle_seconds(SimpleNamespace(CGEventSourceSecondsSinceLastEventType=Function(-1.0))) is None


@pytest.mark.parametrize("closed", [True, False])
def test_a_mac_tells_whether_its_lid_is_closed_and_keeps_nothing(closed: bool) -> None:
    kit, core = mac(closed=int(closed))
    assert macos.lid_closed(kit, core) is closed
    assert core.CFRelease.asked == [(5,), (8,)]
    assert kit.IOObjectRelease.asked == [(7,)]


def test_a_mac_without_a_lid_has_none() -> None:
    assert macos.lid_closed(*mac(root=0)) is None
    assert macos.lid_closed(*mac(state=None)) is None


def test_where_the_libraries_are_not_there_everything_is_unknown() -> None:
    assert macos.idle_seconds(SimpleNamespace()) is None
    assert macos.lid_closed(SimpleNamespace(), SimpleNamespace()) is None
    assert windows.idle_seconds(SimpleNamespace()) is None
    assert windows.screen(SimpleNamespace()) == (None, None)
