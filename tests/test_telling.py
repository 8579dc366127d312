"""What a measurement looks like in a terminal."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile

from personal_ai import telling
from personal_ai.learning.forecasting import Forecast, Teachable
from personal_ai.paths import locate
from personal_ai.terminal import Terminal


def interval(mean: float) -> dict[str, float]:
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}


def test_a_measurement_is_told_system_by_system_and_between_them(capsys: pytest.CaptureFixture[str]) -> None:
    def system(f1: float) -> dict[str, object]:
        return {"nll": interval(2.0), "f1": f1, "f1_interval": interval(f1), "contains": 0.5, "questions": 60}

    general = {
        "base": {"prompts": 70, "references": 37, "nll": interval(2.1), "loops": 1, "refused": 0, "ends": 0.6},
        "adapter": {
            "prompts": 70,
            "kl": interval(0.08),
            "nll_rise": interval(0.01),
            "loops": {"base": 1, "adapter": 2},
            "refused": {"base": 0, "adapter": 3},
            "ends": {"base": 0.6, "adapter": 0.7},
        },
    }
    voice = {
        "base": {"nll": interval(4.0)},
        "adapter": {"own": interval(0.6), "neutral": interval(0.2), "gain": interval(0.4), "sentences": 60},
    }
    between = {"of": "adapter+notes", "against": "base+notes", "f1": interval(0.25), "nll_ratio": interval(0.6)}
    telling.say_evaluation(
        Terminal(json=False),
        {
            "systems": {"base+notes": system(0.11), "adapter+notes": system(0.36)},
            "differences": [between],
            "general": general,
            "voice": voice,
        },
    )
    told = " ".join(capsys.readouterr().out.split())
    for words in (
        "base+notes adapter+notes",
        "word overlap (F1) 0.110 ±0.100 0.360 ±0.100",
        "holds the answer 0.500 0.500",
        "adapter+notes against base+notes: word overlap +0.250 (0.150 to 0.350)",
        "60% of it",
        "KL 0.080",
        "2 run in circles (base 1)",
        "between them +0.400",
    ):
        assert words in told
    assert "cites" not in told
    assert "Voice, base" not in told


def test_what_learning_would_take_is_told_with_what_a_night_can_teach(capsys: pytest.CaptureFixture[str]) -> None:
    forecast = Forecast(
        model="built-in",
        tokens=128_000,
        tokens_per_second=151.0,
        minutes=27.2,
        training_minutes=14.1,
        proof_minutes=12.4,
        memory_mb=3900.0,
        parts_mb={"weights": 540.0},
        disk_mb=81.0,
        watt_hours=5.4,
        watts_measured=False,
        calibration_seconds=17.0,
        models=[Teachable("built-in", True, "It can."), Teachable("large", False, "It has no room.")],
    )
    telling.say_forecast(Terminal(json=False), forecast)
    told = " ".join(capsys.readouterr().out.split())
    for words in (
        "128,000 tokens in about 27 minutes: 14 of training at 151 tokens a second, and 12 of proof.",
        "3.9 GB of memory, 81 MB of disk, and about 5.4 Wh (by its cores)",
        "It can. It has no room.",
        "nothing was changed",
    ):
        assert words in told


@contextlib.contextmanager
def alive(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives as long as this."""
    process = subprocess.Popen(words)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_window_is_open_while_its_lock_is_held(tmp_path: Path) -> None:
    paths = locate(tmp_path)
    assert not telling.window_is_open(paths)
    lock = QLockFile(str(paths.lock))
    assert lock.tryLock(0)
    assert telling.window_is_open(paths)
    lock.unlock()
    assert not telling.window_is_open(paths)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_a_number_that_another_process_has_by_now_is_no_window(tmp_path: Path) -> None:
    paths = locate(tmp_path)
    lock = QLockFile(str(paths.lock))
    assert lock.tryLock(0)
    _, ours, computer, id, start = paths.lock.read_text().splitlines()
    lock.unlock()
    with alive("sleep", "60") as other:
        pid, theirs = str(other.pid), Path(f"/proc/{other.pid}/exe").readlink().name

        def is_open(*lines: str) -> bool:
            paths.lock.write_text("\n".join(lines) + "\n")
            return telling.window_is_open(paths)

        assert is_open(pid, theirs, computer, id, start)
        # Another program has the number, or the computer was started again since.
        assert not is_open(pid, ours, computer, id, start)
        assert not is_open(pid, theirs, computer, id, "00000000-0000-0000-0000-000000000000")
        assert not is_open(pid)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_a_window_whose_program_was_updated_meanwhile_is_still_open(tmp_path: Path) -> None:
    paths, program = locate(tmp_path / "home"), tmp_path / "personal-ai"
    program.write_bytes(Path("/bin/sleep").read_bytes())
    program.chmod(0o755)
    start = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    with alive(str(program), "60") as window:
        program.unlink()
        paths.lock.write_text(f"{window.pid}\npersonal-ai\nvm\nid\n{start}\n")
        assert telling.window_is_open(paths)
