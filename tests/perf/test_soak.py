"""The nights in a row of bench_soak: what grows is told, and three short ones grow nothing."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.perf.bench_soak import HEADING, MB, Taken, broken, line

ROOT = Path(__file__).parents[2]
QUIET = Taken(
    ended="published",
    seconds=200.0,
    memory=150_000_000,
    chat_memory=300_000_000,
    handles=40,
    chat_handles=12,
    threads=9,
    adapters=1,
    adapter_bytes=20_000_000,
    files=30,
    other_bytes=3_000_000,
)


def nights(count: int, **growing: float) -> list[Taken]:
    """So many nights, in each of which these grow by so much."""

    def after(number: int) -> Taken:
        fields: dict[str, Any] = {name: getattr(QUIET, name) + int(number * grown) for name, grown in growing.items()}
        return replace(QUIET, **fields)

    return [after(number) for number in range(count)]


def test_what_stays_as_it_is_breaks_no_bound() -> None:
    assert broken(nights(7)) == []
    assert broken(nights(1)) == []


def test_a_version_more_each_night_is_what_is_kept() -> None:
    assert broken(nights(7, adapters=1, adapter_bytes=20 * MB, files=3)) == []


@pytest.mark.parametrize(
    ("name", "grown", "words"),
    [
        ("memory", 1.1 * MB, "the window grew by 1.10 MB a night"),
        ("chat_memory", 2 * MB, "the chat's worker grew by 2.00 MB a night"),
        ("handles", 1, "5 file handles more than after night 2"),
        ("chat_handles", 1, "5 file handles of the chat's worker more than after night 2"),
        ("threads", 2, "10 threads more than after night 2"),
        ("other_bytes", 3 * MB, "the data folder grew by 3.00 MB a night beside the adapters"),
    ],
)
def test_what_grows_is_told(name: str, grown: float, words: str) -> None:
    assert broken(nights(7, **{name: grown})) == [words]


def test_the_rows_stand_below_their_headings() -> None:
    assert len(line(1, QUIET)) == len(HEADING)


@pytest.mark.model
@pytest.mark.timeout(3000)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="file handles are counted as Linux has them")
def test_three_nights_keep_no_handle_and_little_memory() -> None:
    # Three are too few to tell growth from warming up: the seven of the benchmark are held to 1 MB.
    words = ["--nights", "3", "--minutes", "1", "--notes", "4", "--model", "tiny", "--memory", "3"]
    command = [sys.executable, "-m", "tests.perf.bench_soak", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=2900)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.count("published") == 3
