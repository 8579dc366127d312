"""What a Linux desktop says, asked of a real bus with mocks on it; and that nothing breaks where there is none."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai.system import Machine, before_sleep
from personal_ai.system import linux as desktops
from personal_ai.system.bus import Bus, address
from personal_ai.system.linux import Power, Presence
from tests.desktop import Desktop, desktop

UPOWER = ("org.freedesktop.UPower", "/org/freedesktop/UPower", "org.freedesktop.UPower")


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop for all tests of this file."""
    with desktop(tmp_path_factory.mktemp("bus")) as made:
        yield made


@pytest.fixture
def asked(bus: Desktop) -> Iterator[desktops.Desktop]:
    """Our side of it."""
    ours = desktops.Desktop(bus.environment)
    yield ours
    ours.close()
    bus.plug(True)
    bus.battery(80)
    bus.lid(False)
    bus.lock(False)
    bus.idle(3600)
    bus.hint(False, 0)
    bus.screen_kept_on(False)


# ---- a desktop that answers -------------------------------------------------------------------------------------


def test_the_plug_and_the_battery(bus: Desktop, asked: desktops.Desktop) -> None:
    assert asked.power() == Power(True, 80.0)
    bus.plug(False)
    bus.battery(20)
    assert asked.power() == Power(False, 20.0)


def test_a_quiet_desktop_in_the_night(asked: desktops.Desktop) -> None:
    assert asked.presence() == Presence(3600.0, False, False, False, False)


def test_the_person_comes_back(bus: Desktop, asked: desktops.Desktop) -> None:
    bus.idle(1.5)
    assert asked.presence().idle_seconds == 1.5


def test_the_lid(bus: Desktop, asked: desktops.Desktop) -> None:
    bus.lid(True)
    assert asked.presence().lid_closed is True
    bus.lid(True, docked=True)
    assert asked.presence().lid_closed is False


def test_a_film_keeps_the_screen_on(bus: Desktop, asked: desktops.Desktop) -> None:
    bus.screen_kept_on(True)
    assert asked.presence().full_screen is True


def test_another_person_s_desktop_in_front_is_known_by_logind_alone(bus: Desktop, asked: desktops.Desktop) -> None:
    bus.lock(True, active=False)
    seen = asked.presence()
    assert (seen.idle_seconds, seen.locked) == (None, True)


def test_without_an_idle_monitor_logind_is_asked(bus: Desktop) -> None:
    nobody = desktops.Desktop({"DBUS_SYSTEM_BUS_ADDRESS": bus.address}, awake=lambda: 1000.0)
    bus.hint(True, 400_000_000)
    assert nobody.presence().idle_seconds == 600.0
    bus.hint(False, 400_000_000)
    assert nobody.presence().idle_seconds == 0.0
    bus.hint(False, 0)
    assert nobody.presence().idle_seconds is None
    nobody.close()


def test_a_look_starts_no_program_and_opens_no_socket_but_the_bus_s(
    bus: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []

    class Watched(socket.socket):
        def __init__(self, family: int = -1, *rest: object, **more: object) -> None:
            opened.append(family)
            super().__init__(family, *rest, **more)  # type: ignore[arg-type]

    for name, value in bus.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(socket, "socket", Watched)
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("a program was started"))
    machine = Machine(tmp_path)
    for _ in range(5):
        state = machine.look()
    machine.close()
    assert (state.on_mains, state.idle_seconds, state.battery) == (True, 3600.0, 80.0)
    assert opened == [socket.AF_UNIX, socket.AF_UNIX]


# ---- before it sleeps -------------------------------------------------------------------------------------------


def test_sleep_is_held_up_until_the_block_is_left(bus: Desktop) -> None:
    told = threading.Event()
    with before_sleep(told.set, "Writes down how far learning is", bus.environment) as held:
        assert held
        (inhibitor,) = bus.inhibitors()
        assert inhibitor[:4] == ("sleep", "Personal AI", "Writes down how far learning is", "delay")
        assert not told.is_set()
        bus.sleep(True)
        assert told.wait(5)
        assert len(bus.inhibitors()) == 1
    wait_until_free(bus)
    bus.sleep(False)


def test_waking_up_calls_nothing(bus: Desktop) -> None:
    told = threading.Event()
    with before_sleep(told.set, "why", bus.environment):
        bus.sleep(False)
        assert not told.wait(0.5)
    wait_until_free(bus)


def wait_until_free(bus: Desktop) -> None:
    """Wait until the bus has seen that nobody holds up sleep any more."""
    end = time.monotonic() + 5
    while bus.inhibitors() and time.monotonic() < end:
        time.sleep(0.02)
    assert bus.inhibitors() == []


# ---- nobody answers ---------------------------------------------------------------------------------------------


def test_without_any_bus_everything_is_unknown_and_nothing_raises(tmp_path: Path) -> None:
    nobody = desktops.Desktop({"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path / 'none'}"})
    assert nobody.power() == Power()
    assert nobody.presence() == Presence()
    with before_sleep(lambda: None, "why", {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path / 'none'}"}) as held:
        assert not held


@pytest.mark.parametrize("place", ["tcp:host=127.0.0.1,port=1", "nonsense", "", "unix:path=", "unixexec:path=/bin/sh"])
def test_a_bus_in_the_network_or_nowhere_is_no_bus(place: str) -> None:
    assert Bus("session", {"DBUS_SESSION_BUS_ADDRESS": place}).call("a.b", "/a", "a.b", "C") is None


def test_a_bus_that_does_not_speak_is_left_alone_for_a_while(tmp_path: Path) -> None:
    time_now = [0.0]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "mute"))
    listener.listen(4)
    mute = Bus("session", {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'mute'}"}, lambda: time_now[0])
    begin = time.monotonic()
    for _ in range(20):
        assert mute.call("a.b", "/a", "a.b", "C") is None
    assert time.monotonic() - begin < 5, "each question waited anew"
    time_now[0] = 31.0
    assert mute.call("a.b", "/a", "a.b", "C") is None
    listener.close()


def test_a_bus_that_talks_nonsense_is_unknown(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "odd"))
    listener.listen(1)

    def answer() -> None:
        near, _ = listener.accept()
        for words in (b"OK 1234deadbeef\r\n", b"\xff" * 64):
            near.recv(4096)
            near.sendall(words)
        near.recv(4096)
        near.close()

    threading.Thread(target=answer, daemon=True).start()
    assert Bus("session", {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'odd'}"}).get("a.b", "/a", "a.b") == {}
    listener.close()


def test_a_bus_that_goes_away_is_called_again_later(tmp_path: Path) -> None:
    time_now = [0.0]
    with desktop(tmp_path) as first:
        ours = Bus("system", first.environment, lambda: time_now[0])
        assert ours.get(*UPOWER)
    assert ours.get(*UPOWER) == {}
    (tmp_path / "bus").unlink(missing_ok=True)
    with desktop(tmp_path):
        assert ours.get(*UPOWER) == {}, "it was to be left alone for a while"
        time_now[0] = 31.0
        assert ours.get(*UPOWER)
        ours.close()


def test_a_session_s_bus_is_found_where_the_system_keeps_it() -> None:
    assert address("session", {"XDG_RUNTIME_DIR": "/run/user/7"}) == "unix:path=/run/user/7/bus"
    assert address("system", {}).startswith("unix:path=/")


def test_this_machine_answers_without_raising(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    state = machine.look()
    machine.close()
    assert state.on_mains in (True, False, None)
    assert state.idle_seconds is None or state.idle_seconds >= 0
    assert state.memory and state.memory.total > 0
