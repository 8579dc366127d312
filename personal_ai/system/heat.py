"""How hot the processor is and how hot it may get, and how long programs wait for memory."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

#: A processor is left alone at this many °C, and earlier where the machine itself holds back earlier.
HOT = 85.0
#: So far below what would switch the machine off, in °C.
BELOW_CRITICAL = 15.0
#: Trip points outside of these are placeholders, in °C.
SENSIBLE = (55.0, 130.0)
_PROCESSOR = re.compile(r"coretemp|k10temp|k8temp|zenpower|cpu|soc|acpitz|x86_pkg", re.IGNORECASE)


@dataclass(frozen=True)
class Heat:
    """The processor's temperature, and the one at which it is to be left alone, in °C."""

    degrees: float
    most: float = HOT


def read(
    zones: Path = Path("/sys/class/thermal"), sensors: Callable[[], Mapping[str, Any]] | None = None
) -> Heat | None:
    """The reading that is nearest to what is too hot; None where nothing can be read."""
    import psutil  # the window stands before anybody asks

    found = [*_zones(zones), *_sensors(sensors or getattr(psutil, "sensors_temperatures", None))]
    return max(found, key=lambda heat: heat.degrees - heat.most, default=None)


def _zones(folder: Path) -> list[Heat]:
    found = []
    for zone in folder.glob("thermal_zone*"):
        # Batteries, disks and wireless cards have zones too, with limits of their own.
        if not _PROCESSOR.search(_text(zone / "type") or ""):
            continue
        degrees = _degrees(zone / "temp")
        if degrees is not None and 1 < degrees < SENSIBLE[1]:
            found.append(Heat(degrees, min([HOT, *_limits(zone)])))
    return found


def _limits(zone: Path) -> list[float]:
    limits = []
    for kind in zone.glob("trip_point_*_type"):
        degrees = _degrees(kind.with_name(kind.name.replace("_type", "_temp")))
        if degrees is None or not SENSIBLE[0] <= degrees <= SENSIBLE[1]:
            continue
        # From a passive one on the processor is slowed down, so that learning gains nothing.
        named = _text(kind)
        if named in ("passive", "hot"):
            limits.append(degrees)
        elif named == "critical":
            limits.append(degrees - BELOW_CRITICAL)
    return limits


def _sensors(read: Callable[[], Mapping[str, Any]] | None) -> list[Heat]:
    if read is None:
        return []
    import psutil

    try:
        chips = read()
    except (psutil.Error, OSError, ValueError, RuntimeError) as error:
        logger.info("temperature is unknown: %s", error)
        return []
    processors = [readings for name, readings in chips.items() if _PROCESSOR.search(name)]
    # Broken sensors report 0 or nonsense.
    return [Heat(r.current) for readings in processors for r in readings if 1 < (r.current or 0) < SENSIBLE[1]]


def memory_pressure(file: Path = Path("/proc/pressure/memory")) -> float | None:
    """The share of the last ten seconds in which some program waited for memory, in percent (the kernel's PSI)."""
    found = re.search(r"^some avg10=([\d.]+)", _text(file) or "", re.MULTILINE)
    return float(found[1]) if found else None


def _text(file: Path) -> str | None:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeError):
        return None


def _degrees(file: Path) -> float | None:
    try:
        return int(_text(file) or "") / 1000
    except ValueError:
        return None
