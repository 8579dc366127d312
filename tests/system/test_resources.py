"""Memory, disk, cores, clocks and keeping awake, on the machine that the tests run on."""

import time
from pathlib import Path

import psutil
import pytest

from personal_ai import system


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
