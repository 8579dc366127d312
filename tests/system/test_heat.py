"""Heat by the kernel's zones and by the chips' sensors, each with the limit of its own; the memory's pressure."""

from collections import namedtuple
from pathlib import Path
from typing import Any

import psutil
import pytest

from personal_ai.system import Heat, heat

Sensor = namedtuple("Sensor", "label current")


def zone(folder: Path, number: int, kind: str, degrees: str, **trips: int) -> None:
    """Write a zone as the kernel shows it, in thousandths of a degree."""
    made = folder / f"thermal_zone{number}"
    made.mkdir()
    (made / "type").write_text(f"{kind}\n")
    (made / "temp").write_text(degrees)
    for at, (name, limit) in enumerate(trips.items()):
        (made / f"trip_point_{at}_type").write_text(f"{name}\n")
        (made / f"trip_point_{at}_temp").write_text(f"{limit}000\n")


def none() -> dict[str, Any]:
    return {}


def test_the_zone_nearest_to_its_limit_counts(tmp_path: Path) -> None:
    zone(tmp_path, 0, "x86_pkg_temp", "72000", critical=105)
    zone(tmp_path, 1, "acpitz", "66000", passive=70, critical=110)
    zone(tmp_path, 2, "iwlwifi_1", "84000")
    assert heat.read(tmp_path, none) == Heat(66.0, 70.0)


@pytest.mark.parametrize(
    ("trips", "most"),
    [
        ({}, 85.0),
        ({"critical": 95}, 80.0),
        ({"passive": 80, "critical": 95}, 80.0),
        ({"passive": 97, "hot": 100, "critical": 110}, 85.0),
        ({"passive": 0, "critical": 210}, 85.0),
        ({"active": 55, "critical": 110}, 85.0),
    ],
)
def test_the_limit_is_the_machine_s_own_where_it_makes_sense(
    tmp_path: Path, trips: dict[str, int], most: float
) -> None:
    zone(tmp_path, 0, "cpu-thermal", "50000", **trips)
    assert heat.read(tmp_path, none) == Heat(50.0, most)


@pytest.mark.parametrize("broken", ["", "0", "-273200", "nonsense", "200000"])
def test_a_broken_zone_says_nothing(tmp_path: Path, broken: str) -> None:
    zone(tmp_path, 0, "x86_pkg_temp", broken)
    assert heat.read(tmp_path, none) is None


def test_the_hottest_sensor_of_the_processor_counts_and_a_disk_does_not(tmp_path: Path) -> None:
    chips = {
        "coretemp": [Sensor("Package", 61.0), Sensor("Core 0", 63.5), Sensor("Core 1", 0.0)],
        "nvme": [Sensor("Composite", 88.0)],
        "BAT0": [Sensor("", 40.0)],
    }
    assert heat.read(tmp_path, lambda: chips) == Heat(63.5)


def test_a_machine_without_sensors_has_no_heat(tmp_path: Path) -> None:
    def gone() -> Any:
        raise OSError("gone")

    def refused() -> Any:
        raise psutil.AccessDenied()

    assert heat.read(tmp_path / "none", none) is None
    assert heat.read(tmp_path, lambda: {"k10temp": [Sensor("Tctl", None), Sensor("Tdie", 999.0)]}) is None
    assert heat.read(tmp_path, gone) is None
    assert heat.read(tmp_path, refused) is None


def test_the_pressure_on_memory_is_that_of_the_last_ten_seconds(tmp_path: Path) -> None:
    file = tmp_path / "memory"
    file.write_text("some avg10=12.34 avg60=3.00 avg300=1.00 total=99\nfull avg10=9.00 avg60=0 avg300=0 total=9\n")
    assert heat.memory_pressure(file) == 12.34
    assert heat.memory_pressure(tmp_path / "none") is None
    file.write_text("nothing of the kind")
    assert heat.memory_pressure(file) is None
