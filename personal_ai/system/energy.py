"""What the computer uses: counted by the processor, else read off the battery, else unknown."""

import logging
from pathlib import Path
from typing import Literal

logger = logging.getLogger(__name__)

MICROWATT_HOUR = 3600e-6


class Meter:
    """Adds up joules. It is to be looked at every few minutes: the processor's counters start again from 0."""

    def __init__(
        self, counters: Path = Path("/sys/class/powercap"), supplies: Path = Path("/sys/class/power_supply")
    ) -> None:
        self._counters, self._supplies = counters, supplies
        self._packages = self._read_packages()
        self._counted = 0.0
        self._battery = self._read_battery()
        self._first_battery = self._battery

    def look(self) -> None:
        """Read the counters."""
        now = self._read_packages()
        if now.keys() != self._packages.keys():
            self._packages = {}  # one of them can no longer be read, so their sum says nothing
        for package, microjoules in now.items() if self._packages else ():
            used = microjoules - self._packages[package]
            self._counted += (used if used >= 0 else used + self._range(package)) / 1e6
        if self._packages:
            self._packages = now
        if self._battery is not None:
            self._battery = self._read_battery()

    def joules(self) -> tuple[float, Literal["processor", "battery"]] | None:
        """What was used since the beginning, and by whose count; None where nobody counted all the time."""
        self.look()
        if self._packages and self._counted > 0:
            return self._counted, "processor"
        if self._battery is not None and self._first_battery is not None and self._battery < self._first_battery:
            return self._first_battery - self._battery, "battery"
        return None

    def _read_packages(self) -> dict[str, int]:
        found = {}
        for package in sorted(self._counters.glob("intel-rapl:?")):
            try:
                found[package.name] = int((package / "energy_uj").read_text())
            except (OSError, ValueError) as error:
                # Most systems let only root read them.
                logger.info("energy is unknown: %s", type(error).__name__)
                return {}
        return found

    def _range(self, package: str) -> int:
        try:
            return int((self._counters / package / "max_energy_range_uj").read_text())
        except (OSError, ValueError):
            return 2**32

    def _read_battery(self) -> float | None:
        """Joules left in all batteries, None unless every one of them is being used up."""
        left = [_left(supply) for supply in self._supplies.glob("*") if _text(supply / "type") == "Battery"]
        # A mouse's battery says "Device".
        known = [joules for joules in left if joules is not None]
        return sum(known) if known and len(known) == len(left) else None


def _left(battery: Path) -> float | None:
    if _text(battery / "scope") == "Device":
        return 0.0
    if _text(battery / "status") != "Discharging":
        return None
    energy, charge, voltage = (_number(battery / name) for name in ("energy_now", "charge_now", "voltage_now"))
    if energy is not None:
        return energy * MICROWATT_HOUR
    if charge is not None and voltage is not None:
        return charge * voltage / 1e6 * MICROWATT_HOUR
    return None


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeError):
        return ""


def _number(file: Path) -> int | None:
    try:
        return int(_text(file))
    except ValueError:
        return None
