"""The machine: power, idle, heat, memory, sleep, keep-awake. "Unknown" (None) is an answer, and nothing raises."""

from personal_ai.system.heat import Heat
from personal_ai.system.machine import Machine, State
from personal_ai.system.resources import (
    Memory,
    awake_seconds,
    free_disk,
    keep_awake,
    memory,
    physical_cores,
    steady_seconds,
)
from personal_ai.system.sleep import before_sleep

__all__ = [
    "Heat",
    "Machine",
    "Memory",
    "State",
    "awake_seconds",
    "before_sleep",
    "free_disk",
    "keep_awake",
    "memory",
    "physical_cores",
    "steady_seconds",
]
