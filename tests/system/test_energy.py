"""Energy as the processor counts it, as the battery loses it, or not known."""

from pathlib import Path

import pytest

from personal_ai.system.energy import Meter


class House:
    """Counters and supplies as the kernel shows them."""

    def __init__(self, folder: Path) -> None:
        self.counters, self.supplies = folder / "powercap", folder / "power_supply"
        self.counters.mkdir()
        self.supplies.mkdir()

    def count(self, package: str, microjoules: int) -> None:
        folder = self.counters / f"intel-rapl:{package}"
        folder.mkdir(exist_ok=True)
        (folder / "energy_uj").write_text(f"{microjoules}\n")
        (folder / "max_energy_range_uj").write_text("10000000\n")

    def supply(self, name: str, **fields: object) -> None:
        folder = self.supplies / name
        folder.mkdir(exist_ok=True)
        for field, value in fields.items():
            (folder / field).write_text(f"{value}\n")

    def meter(self) -> Meter:
        return Meter(self.counters, self.supplies)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A machine with nothing in it."""
    return House(tmp_path)


def test_energy_is_what_all_packages_counted_and_none_of_their_parts(house: House) -> None:
    for package, start in (("0", 2_000_000), ("1", 500_000), ("0:0", 9)):
        house.count(package, start)
    meter = house.meter()
    for package, end in (("0", 5_000_000), ("1", 700_000), ("0:0", 9_000_000)):
        house.count(package, end)
    assert meter.joules() == (pytest.approx(3.2), "processor")


def test_a_counter_that_starts_again_is_counted_on(house: House) -> None:
    house.count("0", 9_000_000)
    meter = house.meter()
    for now in (1_000_000, 8_000_000, 2_000_000):
        house.count("0", now)
        meter.look()
    assert meter.joules() == (pytest.approx(2 + 7 + 4), "processor")


def test_a_counter_that_goes_away_makes_the_whole_unknown(house: House) -> None:
    house.count("0", 1_000_000)
    meter = house.meter()
    house.count("0", 2_000_000)
    meter.look()
    (house.counters / "intel-rapl:0" / "energy_uj").unlink()
    assert meter.joules() is None


def test_a_battery_tells_where_the_processor_does_not(house: House) -> None:
    house.supply("AC", type="Mains", online=0)
    house.supply("hid-mouse", type="Battery", scope="Device", status="Discharging", energy_now=5)
    house.supply("BAT0", type="Battery", status="Discharging", energy_now=40_000_000)
    meter = house.meter()
    house.supply("BAT0", energy_now=39_000_000)
    joules = meter.joules()
    assert joules == (pytest.approx(3600.0), "battery")


def test_a_battery_that_counts_charge_is_read_by_its_voltage(house: House) -> None:
    house.supply("BAT0", type="Battery", status="Discharging", charge_now=2_000_000, voltage_now=10_000_000)
    meter = house.meter()
    house.supply("BAT0", charge_now=1_900_000)
    assert meter.joules() == (pytest.approx(3600.0), "battery")


def test_a_battery_that_was_charged_on_the_way_tells_nothing(house: House) -> None:
    house.supply("BAT0", type="Battery", status="Discharging", energy_now=40_000_000)
    meter = house.meter()
    house.supply("BAT0", status="Charging")
    meter.look()
    house.supply("BAT0", status="Discharging", energy_now=39_000_000)
    assert meter.joules() is None


def test_energy_is_unknown_where_nothing_counts(house: House, tmp_path: Path) -> None:
    assert house.meter().joules() is None
    assert Meter(tmp_path / "none", tmp_path / "none").joules() is None
    (house.counters / "intel-rapl:0").mkdir()
    assert house.meter().joules() is None
