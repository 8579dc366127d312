"""A desktop of the test's own: a message bus with python-dbusmock's UPower, logind, idle monitor and session on it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
"""
MOCK = "org.freedesktop.DBus.Mock"
UPOWER, LOGIN, MUTTER = "org.freedesktop.UPower", "org.freedesktop.login1", "org.gnome.Mutter.IdleMonitor"
GNOME = "org.gnome.SessionManager"
UPOWER_PATH, LOGIN_PATH, SESSION_PATH = (
    "/org/freedesktop/UPower",
    "/org/freedesktop/login1",
    "/org/freedesktop/login1/session/auto",
)
MUTTER_PATH, GNOME_PATH = "/org/gnome/Mutter/IdleMonitor/Core", "/org/gnome/SessionManager"
PATIENCE = 20.0


def mocking_python() -> str:
    """The system's Python that has python-dbusmock; where there is none the test is left out."""
    if not shutil.which("dbus-daemon"):
        pytest.skip("dbus-daemon is not installed (Debian: dbus-daemon)")
    for python in ("/usr/bin/python3", shutil.which("python3") or ""):
        if (
            python
            and subprocess.run([python, "-c", "import dbusmock"], capture_output=True, check=False).returncode == 0
        ):
            return python
    pytest.skip("python-dbusmock is not installed (Debian: python3-dbusmock)")


class Desktop:
    """What a test changes about the desktop. At first the plug is in, the lid open, and the person long gone."""

    def __init__(self, socket: Path) -> None:
        self.address = f"unix:path={socket}"
        self.environment = {
            "DBUS_SYSTEM_BUS_ADDRESS": self.address,
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "XDG_CURRENT_DESKTOP": "GNOME",
        }
        from personal_ai.system.bus import open_connection

        self._connection = open_connection("session", self.environment)

    def call(self, service: str, path: str, interface: str, method: str, signature: str, *body: Any) -> tuple[Any, ...]:
        """Call a method of a mock."""
        from jeepney import DBusAddress, new_method_call
        from jeepney.wrappers import unwrap_msg

        message = new_method_call(DBusAddress(path, service, interface), method, signature or None, body)
        return unwrap_msg(self._connection.send_and_get_reply(message, timeout=PATIENCE))

    def properties(self, service: str, path: str, interface: str, **values: tuple[str, Any]) -> None:
        """Change what an object says about itself."""
        self.call(service, path, MOCK, "UpdateProperties", "sa{sv}", interface, values)

    def wait_for(self, service: str) -> None:
        """Wait until a mock has its name on the bus."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            told = self.call(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner", "s", service
            )
            if told[0]:
                return
            time.sleep(0.02)
        pytest.fail(f"{service} did not come")

    def prepare(self) -> None:
        """Put on the objects what the templates leave out."""
        self.call(
            UPOWER,
            UPOWER_PATH,
            MOCK,
            "SetupDisplayDevice",
            "uuddddxxbsu",
            2,
            2,
            80.0,
            40.0,
            50.0,
            9.0,
            0,
            0,
            True,
            "icon",
            1,
        )
        for name, value in (("LidClosed", False), ("Docked", False)):
            self.call(LOGIN, LOGIN_PATH, MOCK, "AddProperty", "ssv", f"{LOGIN}.Manager", name, ("b", value))
        self.call(LOGIN, LOGIN_PATH, MOCK, "AddSession", "ssusb", "auto", "seat0", 1000, "ida", True)
        self.idle(3600)
        self.screen_kept_on(False)

    # ---- what happens ----

    def idle(self, seconds: float) -> None:
        """The last input was so long ago."""
        code = f"ret = dbus.UInt64({int(seconds * 1000)})"
        self.call(MUTTER, MUTTER_PATH, MOCK, "AddMethod", "sssss", MUTTER, "GetIdletime", "", "t", code)

    def hint(self, idle: bool, since: int) -> None:
        """What logind was told about the session, since when in microseconds."""
        self.properties(
            LOGIN, SESSION_PATH, f"{LOGIN}.Session", IdleHint=("b", idle), IdleSinceHintMonotonic=("t", since)
        )

    def plug(self, mains: bool) -> None:
        """The plug is in or out."""
        self.properties(UPOWER, UPOWER_PATH, UPOWER, OnBattery=("b", not mains))

    def battery(self, percent: float) -> None:
        """So much is left."""
        path = "/org/freedesktop/UPower/devices/DisplayDevice"
        self.properties(UPOWER, path, f"{UPOWER}.Device", Percentage=("d", percent))

    def lid(self, closed: bool, docked: bool = False) -> None:
        """The lid is closed or open."""
        manager = f"{LOGIN}.Manager"
        self.properties(LOGIN, LOGIN_PATH, manager, LidClosed=("b", closed), Docked=("b", docked))

    def lock(self, locked: bool, active: bool = True) -> None:
        """The screen is locked, or another person's session is in front."""
        session = f"{LOGIN}.Session"
        self.properties(LOGIN, SESSION_PATH, session, LockedHint=("b", locked), Active=("b", active))

    def screen_kept_on(self, kept: bool) -> None:
        """A film runs, or a talk is given."""
        code = f"ret = {kept} if args[0] == 8 else False"
        self.call(GNOME, GNOME_PATH, MOCK, "AddMethod", "sssss", GNOME, "IsInhibited", "u", "b", code)

    def accept_inhibitors(self) -> None:
        """Let programs ask the session to stay awake."""
        for method, takes, gives, code in (
            ("Inhibit", "susu", "u", "ret = dbus.UInt32(7)"),
            ("Uninhibit", "u", "", ""),
        ):
            self.call(GNOME, GNOME_PATH, MOCK, "AddMethod", "sssss", GNOME, method, takes, gives, code)

    def calls(self) -> set[str]:
        """Which methods of the session were called."""
        return {name for _, name, _ in self.call(GNOME, GNOME_PATH, MOCK, "GetCalls", "")[0]}

    def forget_calls(self) -> None:
        """Begin anew with counting calls."""
        self.call(GNOME, GNOME_PATH, MOCK, "ClearCalls", "")

    def sleep(self, begins: bool) -> None:
        """The computer is about to sleep, or woke up."""
        manager = f"{LOGIN}.Manager"
        self.properties(LOGIN, LOGIN_PATH, manager, PreparingForSleep=("b", begins))
        self.call(LOGIN, LOGIN_PATH, MOCK, "EmitSignal", "sssav", manager, "PrepareForSleep", "b", [("b", begins)])

    def inhibitors(self) -> list[tuple[Any, ...]]:
        """Who holds up sleep: (what, who, why, mode, …)."""
        return list(self.call(LOGIN, LOGIN_PATH, f"{LOGIN}.Manager", "ListInhibitors", "")[0])

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@contextmanager
def desktop(folder: Path) -> Iterator[Desktop]:
    """Start a desktop whose bus lies in `folder`, and end it."""
    python = mocking_python()
    socket, configuration = folder / "bus", folder / "bus.conf"
    configuration.write_text(CONFIGURATION.format(socket=socket))
    with ExitStack() as programs:
        start(programs, "dbus-daemon", f"--config-file={configuration}", "--nofork")
        made = connect(socket)
        programs.callback(made.close)
        mock = (python, "-m", "dbusmock", "--session")
        bus = {"DBUS_SESSION_BUS_ADDRESS": made.address, "DBUS_SYSTEM_BUS_ADDRESS": made.address, "PATH": "/usr/bin"}
        for words in (
            ("-t", "upower"),
            ("-t", "logind"),
            (MUTTER, MUTTER_PATH, MUTTER),
            (GNOME, GNOME_PATH, GNOME),
        ):
            start(programs, *mock, *words, environment=bus)
        for service in (UPOWER, LOGIN, MUTTER, GNOME):
            made.wait_for(service)
        made.prepare()
        yield made


def connect(socket: Path) -> Desktop:
    """Wait until a bus listens; its socket lies there a moment before that."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return Desktop(socket)
        except (FileNotFoundError, ConnectionRefusedError):
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def start(programs: ExitStack, *words: str, environment: dict[str, str] | None = None) -> None:
    """Start a program that ends with the test."""
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    programs.callback(process.wait, 10)
    programs.callback(process.terminate)
