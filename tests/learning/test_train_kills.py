"""kill -9 at any moment of a run, and a request to stop: it goes on, and ends bit for bit as if nothing had been."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from personal_ai import messages
from personal_ai.messages import JobDone, JobStopped
from tests import tiny_model
from tests.learning import tiny_job

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no kill -9 elsewhere")


class Learner:
    """The process of learner.py."""

    def __init__(self, model: Path) -> None:
        command = [sys.executable, "-m", "tests.learning.learner", str(model)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, stderr=subprocess.DEVNULL
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def learn(self, folder: Path, kill_after: float | None = None) -> int:
        """Learn until the end, or until a kill after so many seconds; return the exit code."""
        assert self._process.stdin
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        child = int(self._line())
        if kill_after is not None:
            # A timer, not a condition: any moment will do.
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return int(self._line())

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    learner = Learner(tiny_model.write(tmp_path / "tiny.gguf"))
    yield learner
    learner.close()


def sha256(folder: Path) -> str:
    return hashlib.sha256((folder / "adapter" / "adapter.gguf").read_bytes()).hexdigest()


@pytest.mark.slow
def test_eight_kills_at_random_moments_change_nothing(learner: Learner, tmp_path: Path) -> None:
    begin = time.monotonic()
    assert learner.learn(tmp_path / "whole") == 0
    whole = time.monotonic() - begin
    chance, kills, runs = Random(20261124), 0, 0
    while kills < 8:
        folder = tmp_path / f"killed-{runs}"
        runs += 1
        while code := learner.learn(folder, chance.random() * whole if kills < 8 else None):
            assert code == -signal.SIGKILL
            kills += 1
        assert sha256(folder) == sha256(tmp_path / "whole")


@pytest.mark.model
@pytest.mark.timeout(900)
def test_a_real_worker_that_is_stopped_and_killed_ends_bit_for_bit_like_one_that_was_not(tmp_path: Path) -> None:
    whole = tiny_job.Run(tiny_job.write(tmp_path / "whole"))
    assert isinstance(done := whole.listen(), JobDone)
    folder = tiny_job.write(tmp_path / "parts")
    for step in (5, 20, 40):
        run = tiny_job.Run(folder)
        seen = run.listen(enough=lambda event, step=step: getattr(event, "step", 0) >= step)
        assert not isinstance(seen, JobDone)
        if step == 20:
            run.kill()
            continue
        run.worker.send(messages.Pause())
        assert isinstance(run.listen(), JobStopped)
        run.worker.stop()
    assert isinstance(again := tiny_job.Run(folder).listen(), JobDone)
    assert again.result["adapter_sha256"] == done.result["adapter_sha256"] == sha256(tmp_path / "whole")
    assert sha256(folder) == sha256(tmp_path / "whole")
    assert again.result["loss"] == done.result["loss"]
