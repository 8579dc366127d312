"""What each system says about itself, read on any of them; "unknown" is an answer and nothing raises."""

import time
from collections import namedtuple
from pathlib import Path
from typing import Any

import psutil
import pytest

from personal_ai import system

Battery = namedtuple("Battery", "percent secsleft power_plugged")
Sensor = namedtuple("Sensor", "label current")


def raising(error: Exception) -> Any:
    def read(*_: Any, **__: Any) -> Any:
        raise error

    return read


# ---- power and heat ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("battery", "answer"),
    [
        (None, True),
        (Battery(80, 100, True), True),
        (Battery(80, 100, False), False),
        (Battery(80, 100, None), None),
    ],
)
def test_a_computer_without_a_battery_is_plugged_in(battery: Any, answer: bool | None):
    assert system.on_mains(lambda: battery) is answer


def test_unreadable_power_is_unknown():
    assert system.on_mains(raising(OSError("no such file"))) is None
    assert system.on_mains(raising(psutil.AccessDenied())) is None


def test_the_hottest_sensor_of_the_processor_counts_and_a_disk_does_not():
    chips = {
        "coretemp": [Sensor("Package", 61.0), Sensor("Core 0", 63.5), Sensor("Core 1", 0.0)],
        "nvme": [Sensor("Composite", 88.0)],
        "BAT0": [Sensor("", 40.0)],
    }
    assert system.temperature(lambda: chips) == 63.5


def test_a_machine_without_sensors_has_no_temperature():
    assert system.temperature(dict) is None
    assert system.temperature(lambda: {"k10temp": [Sensor("Tctl", None), Sensor("Tdie", 999.0)]}) is None
    assert system.temperature(raising(OSError("gone"))) is None


# ---- idle -------------------------------------------------------------------------------------------------------


def says(answers: dict[str, str]) -> Any:
    """Stand in for the commands of another system."""
    return lambda *words: answers.get(words[0])


def test_gnome_tells_milliseconds():
    environment = {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME", "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}
    assert system.idle_seconds("linux", environment, says({"busctl": "t 61500\n"})) == 61.5


def test_logind_tells_since_when_a_session_is_idle():
    since = int((time.time() - 600) * 1e6)
    idle = system.idle_seconds("linux", {}, says({"loginctl": f"IdleHint=yes\nIdleSinceHint={since}\n"}))
    assert idle is not None and 599 < idle < 610


def test_logind_says_that_the_person_is_there():
    assert system.idle_seconds("linux", {}, says({"loginctl": "IdleHint=no\nIdleSinceHint=1700000000000000\n"})) == 0.0


def test_a_desktop_that_never_sets_the_idle_hint_leaves_idleness_unknown():
    assert system.idle_seconds("linux", {}, says({"loginctl": "IdleHint=no\nIdleSinceHint=0\n"})) is None


@pytest.mark.parametrize("noise", ["", "Failed to connect to bus", "t minus one", "IdleHint=yes", "=\n==\n"])
def test_noise_from_a_command_is_unknown(noise: str):
    run = says({"busctl": noise, "loginctl": noise, "ioreg": noise})
    assert system.idle_seconds("linux", {"XDG_CURRENT_DESKTOP": "GNOME"}, run) is None
    assert system.idle_seconds("darwin", {}, run) is None


def test_a_mac_tells_nanoseconds():
    answer = '  |   "HIDIdleTime" = 42500000000\n  |   "HIDParameters" = {"x"=1}\n'
    assert system.idle_seconds("darwin", {}, says({"ioreg": answer})) == 42.5


class FakeUser:
    def __init__(self, last: int, works: bool = True) -> None:
        self.last, self.works = last, works

    def GetLastInputInfo(self, reference: Any) -> int:  # noqa: N802 - Windows' name
        reference._obj.time = self.last
        return int(self.works)


class FakeKernel:
    def __init__(self, now: int) -> None:
        self.now = now

    def GetTickCount(self) -> int:  # noqa: N802 - Windows' name
        return self.now


def test_windows_tells_milliseconds_and_its_counter_may_start_again():
    assert system._idle_windows(FakeUser(1_000), FakeKernel(31_000)) == 30.0
    assert system._idle_windows(FakeUser(0xFFFFFFFF - 999), FakeKernel(4_000)) == 5.0
    assert system._idle_windows(FakeUser(0, works=False), FakeKernel(9)) is None


def test_an_x_server_that_is_not_there_is_unknown():
    assert system.idle_seconds("linux", {"DISPLAY": ":977"}, says({})) is None


def test_an_unknown_system_is_unknown():
    assert system.idle_seconds("sunos5", {}, says({})) is None


def test_this_machine_answers_every_question_without_raising(tmp_path: Path):
    assert system.on_mains() in (True, False, None)
    for answer in (system.idle_seconds(), system.temperature()):
        assert answer is None or answer >= 0


# ---- commands, memory, disk, cores ------------------------------------------------------------------------------


def test_a_command_that_is_missing_or_fails_or_hangs_says_nothing():
    assert system.run_command("no-such-command-anywhere") is None
    assert system.run_command("python3", "-c", "raise SystemExit(3)") is None
    assert system.run_command("python3", "-c", "print('x')") == "x\n"


def test_memory_and_disk_are_those_of_this_machine(tmp_path: Path):
    memory = system.memory()
    assert 0 < memory.available <= memory.total
    assert system.free_disk(tmp_path) > 0


def test_the_disk_of_a_folder_that_does_not_exist_yet_is_its_parents(tmp_path: Path):
    assert system.free_disk(tmp_path / "not" / "yet") > 0


def test_at_least_one_core():
    assert 1 <= system.physical_cores() <= (psutil.cpu_count() or 1)


def test_the_steady_clock_goes_forward():
    first = system.steady_seconds()
    assert 0 < first <= system.steady_seconds()


def test_the_clock_of_work_goes_forward_and_never_ahead_of_the_one_that_counts_sleep():
    begun, worked = system.steady_seconds(), system.awake_seconds()
    time.sleep(0.01)
    assert 0.01 <= system.awake_seconds() - worked <= system.steady_seconds() - begun + 0.001


def test_keeping_awake_is_harmless_where_the_system_refuses():
    with system.keep_awake("learning") as held:
        assert held in (True, False)


def test_an_error_inside_is_not_swallowed_by_keeping_awake():
    with pytest.raises(ZeroDivisionError), system.keep_awake("learning"):
        raise ZeroDivisionError


def test_energy_is_what_the_packages_counted(tmp_path: Path) -> None:
    for name, joules in (("intel-rapl:0", 2_000_000), ("intel-rapl:1", 500_000), ("intel-rapl:0:0", 9)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "energy_uj").write_text(f"{joules}\n")
    assert system.energy_joules(tmp_path) == pytest.approx(2.5)


def test_energy_is_unknown_where_nothing_counts(tmp_path: Path) -> None:
    assert system.energy_joules(tmp_path) is None
    (tmp_path / "intel-rapl:0").mkdir()
    assert system.energy_joules(tmp_path) is None
