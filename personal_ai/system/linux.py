"""What a Linux desktop says about the person and the plug: UPower, logind, GNOME, KDE, and what X knows."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from personal_ai.system import x11
from personal_ai.system.bus import Bus

logger = logging.getLogger(__name__)

UPOWER = "org.freedesktop.UPower"
LOGIN = "org.freedesktop.login1"
MUTTER = "org.gnome.Mutter.IdleMonitor"
GNOME_SESSION = "org.gnome.SessionManager"
KDE_POWER = "org.kde.Solid.PowerManagement"
SCREEN_SAVER = "org.freedesktop.ScreenSaver"
#: GNOME's and KDE's flags for “the screen is to stay on”.
GNOME_IDLE, KDE_SCREEN = 8, 4


@dataclass(frozen=True)
class Power:
    """The plug and the battery: in percent, None for unknown."""

    on_mains: bool | None = None
    battery: float | None = None


@dataclass(frozen=True)
class Presence:
    """What tells whether somebody is there; None is unknown everywhere."""

    idle_seconds: float | None = None
    locked: bool | None = None
    lid_closed: bool | None = None
    full_screen: bool | None = None
    going_to_sleep: bool | None = None


class Desktop:
    """The buses of this desktop, and what is asked of them."""

    def __init__(
        self, environment: Mapping[str, str] | None = None, awake: Callable[[], float] = time.monotonic
    ) -> None:
        self._environment = os.environ if environment is None else environment
        self._awake = awake
        self.system, self.session = Bus("system", environment), Bus("session", environment)

    def power(self) -> Power:
        """Ask UPower; unknown where it does not run."""
        told = self.system.get(UPOWER, "/org/freedesktop/UPower", UPOWER)
        on_battery = _bool(told.get("OnBattery"))
        if on_battery is None:
            return Power()
        battery = self.system.get(UPOWER, "/org/freedesktop/UPower/devices/DisplayDevice", f"{UPOWER}.Device")
        # A computer without a battery has a battery that is not present.
        percent = _number(battery.get("Percentage")) if _bool(battery.get("IsPresent")) else None
        return Power(not on_battery, percent)

    def presence(self) -> Presence:
        """Ask whether the person is there, and whether what is on the screen wants to be left alone."""
        login = self.system.get(LOGIN, "/org/freedesktop/login1", f"{LOGIN}.Manager")
        session = self._session()
        return Presence(
            self._idle_seconds(login, session),
            _bool(session.get("LockedHint")),
            self._lid_closed(login),
            self._full_screen(),
            _bool(login.get("PreparingForSleep")),
        )

    def close(self) -> None:
        """Hang up."""
        self.system.close()
        self.session.close()

    def _session(self) -> dict[str, Any]:
        if told := self.system.get(LOGIN, "/org/freedesktop/login1/session/auto", f"{LOGIN}.Session"):
            return told
        name = self._environment.get("XDG_SESSION_ID")
        if not name:
            return {}
        found = self.system.call(LOGIN, "/org/freedesktop/login1", f"{LOGIN}.Manager", "GetSession", "s", name)
        return self.system.get(LOGIN, found[0], f"{LOGIN}.Session") if found else {}

    def _lid_closed(self, login: Mapping[str, Any]) -> bool | None:
        closed = _bool(login.get("LidClosed"))
        if closed is None:
            told = self.system.get(UPOWER, "/org/freedesktop/UPower", UPOWER)
            closed = _bool(told.get("LidIsClosed")) if _bool(told.get("LidIsPresent")) else None
        # Whoever has a screen beside it works with the lid closed.
        return False if closed and _bool(login.get("Docked")) else closed

    # ---- idle ----

    def _idle_seconds(self, login: Mapping[str, Any], session: Mapping[str, Any]) -> float | None:
        if _bool(session.get("Active")) is False:
            # Somebody else's desktop is in front: what ours counts says nothing about them.
            return self._hinted(login)
        for ask in (self._idle_mutter, self._idle_kde, lambda: x11.idle_seconds(self._environment)):
            seconds = ask()
            if seconds is not None:
                return seconds
        return self._hinted(session)

    def _idle_mutter(self) -> float | None:
        answer = self.session.call(MUTTER, "/org/gnome/Mutter/IdleMonitor/Core", MUTTER, "GetIdletime")
        milliseconds = _number(answer[0]) if answer else None
        return None if milliseconds is None else milliseconds / 1000

    def _idle_kde(self) -> float | None:
        # Other desktops answer in seconds, or always 0; KDE in milliseconds, and 0 where Wayland keeps it from knowing.
        if "KDE" not in self._environment.get("XDG_CURRENT_DESKTOP", "").upper():
            return None
        answer = self.session.call(SCREEN_SAVER, "/ScreenSaver", SCREEN_SAVER, "GetSessionIdleTime")
        milliseconds = _number(answer[0]) if answer else None
        return milliseconds / 1000 if milliseconds else None

    def _hinted(self, told: Mapping[str, Any]) -> float | None:
        """What logind was told by the desktop: seconds since the hint was given, 0 while somebody is there."""
        since = _number(told.get("IdleSinceHintMonotonic"))
        # Some desktops never set the hint: then it is "no" since time 0, and means nothing.
        if not since:
            return None
        return max(0.0, self._awake() - since / 1e6) if _bool(told.get("IdleHint")) else 0.0

    # ---- what fills the screen ----

    def _full_screen(self) -> bool | None:
        """Whether a program fills the screen, or keeps it on as a film or a talk does."""
        answers = (self._kept_on_gnome(), self._kept_on_kde(), x11.full_screen(self._environment))
        return True if True in answers else False if False in answers else None

    def _kept_on_gnome(self) -> bool | None:
        path = "/org/gnome/SessionManager"
        answer = self.session.call(GNOME_SESSION, path, GNOME_SESSION, "IsInhibited", "u", GNOME_IDLE)
        return _bool(answer[0]) if answer else None

    def _kept_on_kde(self) -> bool | None:
        agent = "PowerManagement.PolicyAgent"
        answer = self.session.call(
            KDE_POWER, "/org/kde/Solid/PowerManagement/PolicyAgent", f"org.kde.Solid.{agent}", "HasInhibition", "u",
            KDE_SCREEN,
        )  # fmt: skip
        return _bool(answer[0]) if answer else None


def _bool(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
